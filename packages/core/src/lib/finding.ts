import type { Channel } from './channel.ts'

/** What may be done with a span, from the mildest to the strictest. The worst finding wins. */
export const ACTIONS = ['allow', 'annotate', 'redact', 'hold', 'block'] as const
export type Action = (typeof ACTIONS)[number]

export const SEVERITIES = ['info', 'low', 'medium', 'high', 'critical'] as const
export type Severity = (typeof SEVERITIES)[number]

/** Place in the list. What is not in it comes last: it must never pass for something mild. */
function rank(list: readonly string[], value: string): number {
  const place = list.indexOf(value)
  return place < 0 ? list.length : place
}

/** Compares two actions: negative when `a` is milder than `b`. What is no action is stricter than all. */
export function compareActions(a: Action, b: Action): number {
  return rank(ACTIONS, a) - rank(ACTIONS, b)
}

/** True for a verdict under which the text goes on, marked or redacted perhaps. */
export function isForwardable(verdict: Action): boolean {
  return compareActions(verdict, 'hold') < 0
}

/** True for a verdict that stops the text, also one that there is not. `hold` does neither: it waits for a reviewer. */
export function isBlocked(verdict: Action): boolean {
  return compareActions(verdict, 'hold') > 0
}

/** Compares two severities: negative when `a` is lower than `b`. What is no severity is higher than all. */
export function compareSeverities(a: Severity, b: Severity): number {
  return rank(SEVERITIES, a) - rank(SEVERITIES, b)
}

/** A span that a rule recognised. What is done about it is the policy's decision, not the finding's. */
export interface Finding {
  /** Stable id of the rule: `pii/email`, `secret/github-pat`. */
  readonly rule: string
  /** Family of the rule: `pii`, `secret`, `injection`. */
  readonly category: string
  readonly severity: Severity
  /** In (0, 1]: how sure the rule is. A checksum that holds gives more than a shape. */
  readonly confidence: number
  /** First UTF-16 code unit of the span in its channel. */
  readonly start: number
  /** One past the last code unit. */
  readonly end: number
  /**
   * Text to show instead of the span when it is redacted. Without it the engine writes `[rule]`.
   * It may reveal part of the span on purpose (`j***@example.com`); it must itself hold no finding.
   */
  readonly replacement?: string
}

/** Decides what happens to a finding. Pure: the same finding in the same channel gets the same action. */
export interface Policy {
  decide(finding: Finding, channel: Channel): Action
}
