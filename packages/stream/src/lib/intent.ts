import type { Channel, Finding, MidstreamError } from '@midstream/core'

/** Something that a text may want, such as `weather`: which findings show it, and what is done then. */
export interface Intent<Name extends string = string> {
  /** Rules of the inspector whose findings show this intent. */
  readonly rules: readonly string[]
  /** Started beside the text when the intent is seen, at most once in a stream. @default none: it is only told */
  readonly task?: IntentTask<Name>
}

export interface IntentTask<Name extends string = string> {
  /** Intents that must have been seen in the same text too, before or after this one. @default none */
  readonly requires?: readonly Name[]
  /** Past it the task is given up with TASK_TIMEOUT, and its signal aborted. @default 10000 */
  readonly timeoutMs?: number
  /**
   * What is done, on the same thread. The signal is aborted when the stream is aborted and at the timeout; what
   * `run` throws, then or before, is told as TASK_FAILED and stops nothing.
   */
  run(match: IntentMatch<Name>, signal: AbortSignal): unknown
}

/** Where an intent was seen first in a text. */
export interface IntentMatch<Name extends string = string> {
  readonly intent: Name
  readonly channel: Channel
  /** Its positions count in the text that was watched. */
  readonly finding: Finding
  /** The text of the span. */
  readonly text: string
}

/** What an observer of intents is told. Each intent is told once per text, its task once per stream. */
export type IntentEvent<Name extends string = string> =
  | { readonly type: 'intent-seen'; readonly match: IntentMatch<Name> }
  /** The inspector gave up on a span in which the intent might have been seen. */
  | {
      readonly type: 'intent-undecided'
      readonly intent: Name
      readonly channel: Channel
      readonly rule: string
      readonly start: number
      readonly end: number
    }
  | { readonly type: 'task-started'; readonly intent: Name }
  | {
      readonly type: 'task-ended'
      readonly intent: Name
      readonly result: unknown
      readonly tookMs: number
    }
  /** TASK_FAILED (the cause is what was thrown), TASK_TIMEOUT, or TASK_CANCELLED when the stream was aborted. */
  | {
      readonly type: 'task-failed'
      readonly intent: Name
      readonly error: MidstreamError
      readonly tookMs: number
    }
  /** The inspector threw, or held more than it promised: the rest of this text is not watched. */
  | {
      readonly type: 'inspector-failed'
      readonly inspector: string
      readonly channel: Channel
      readonly error: unknown
    }
