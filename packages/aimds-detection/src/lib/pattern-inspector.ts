import type { Finding, Inspector } from '@midstream/core'
import { MidstreamError } from '@midstream/core'
import { compileMatcher, type MatcherSession, type MatcherSink } from '@midstream/matcher'
import { defaultPacks } from './default-packs.ts'
import { MASKS } from './masks.ts'
import {
  EVIDENCE_CONFIDENCE,
  type Pack,
  type PackPattern,
  requireUniqueIds,
  toMatcherPattern,
  trimMatch,
} from './pack.ts'
import { VALIDATORS } from './validators.ts'

export interface PatternInspectorOptions {
  /** @default all packs of this package */
  readonly packs?: readonly Pack[]
  /** Ids of patterns that are left out. An id that no pack has is refused. @default none */
  readonly disabled?: readonly string[]
}

/** An inspector over pattern packs that can also read a text at once. */
export interface PatternInspector extends Inspector {
  readonly patterns: readonly PackPattern[]
  /**
   * Findings of a whole text, by ascending start. The hold bound of streams does not apply: matches of up to
   * 65,536 characters are found whole.
   */
  scan(text: string): Finding[]
}

function toFinding(pattern: PackPattern, text: string, start: number): Finding {
  const { id, category, severity, confidence, evidence } = pattern
  const span = trimMatch(text, pattern)
  const proved = evidence !== undefined && VALIDATORS[evidence]!(span)
  return {
    rule: id,
    category,
    severity,
    confidence: proved ? Math.max(confidence, EVIDENCE_CONFIDENCE) : confidence,
    start,
    end: start + span.length,
    replacement: MASKS[pattern.mask]!(span, labelOf(id)),
  }
}

function labelOf(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1)
}

function selectPatterns(packs: readonly Pack[], disabled: readonly string[]): PackPattern[] {
  const all = packs.flatMap((pack) => pack.patterns)
  requireUniqueIds(all, (i) => `patterns[${i}].id`)
  for (const [i, id] of disabled.entries()) {
    // A misspelt id would leave on what somebody meant to turn off.
    if (!all.some((pattern) => pattern.id === id)) {
      throw new MidstreamError('PACK_INVALID', `disabled[${i}]: no pack has a pattern ${id}`, {
        details: { path: `disabled[${i}]` },
      })
    }
  }
  return all.filter((pattern) => !disabled.includes(pattern.id))
}

/**
 * Makes an inspector that finds personal data and secrets by pattern. Compiles the patterns once; share it
 * between streams. It opens every kind of channel and keeps no state outside its sessions, so the same text
 * gives the same findings each time. Linear in the text.
 *
 * Findings of different patterns may overlap (`api_key=ghp_…` is an assigned key and a GitHub token): which
 * of them count is the policy's decision. Private keys and JSON web tokens have no longest form, so
 * `maxHoldChars` is the bound at which the matcher reports an overflow.
 *
 * Throws PACK_INVALID for an id that two packs share and for an unknown id in `disabled`.
 */
export function createPatternInspector(options: PatternInspectorOptions = {}): PatternInspector {
  const patterns = selectPatterns(options.packs ?? defaultPacks(), options.disabled ?? [])
  const matcher = compileMatcher(patterns.map(toMatcherPattern), { maxHoldChars: MAX_HOLD_CHARS })

  function openMatcher(sink: {
    finding(finding: Finding): void
    overflow: MatcherSink['overflow']
  }): MatcherSession {
    return matcher.open({
      match({ pattern, id, text, start, end }) {
        // The matcher stops a match at the bound. Where it could have gone on, its end is not known.
        if (text.length >= MAX_HOLD_CHARS) sink.overflow(id, start, end)
        else sink.finding(toFinding(patterns[pattern]!, text, start))
      },
      // An empty overflow follows a match of just that length, which was reported above.
      overflow(id, start, end) {
        if (end > start) sink.overflow(id, start, end)
      },
    })
  }

  return {
    id: 'patterns',
    patterns,
    maxHoldChars: Math.min(matcher.maxMatchChars, MAX_HOLD_CHARS),
    open: (_channel, sink) => openMatcher(sink),
    scan(text) {
      const findings: Finding[] = []
      // By rule: end of the last match that was read on. The matcher reports what it found inside.
      const readTo = new Map<string, number>()
      const isRead = (rule: string, end: number): boolean => end <= (readTo.get(rule) ?? 0)
      const session = openMatcher({
        finding(finding) {
          if (!isRead(finding.rule, finding.end)) findings.push(finding)
        },
        overflow(rule, start, end) {
          if (isRead(rule, end)) return
          const finding = readOn(patterns.find(({ id }) => id === rule)!, text, start)
          if (finding === undefined) return
          findings.push(finding)
          readTo.set(rule, finding.end)
        },
      })
      session.push(text)
      session.end()
      return findings.sort((a, b) => a.start - b.start || a.end - b.end)
    },
  }
}

/**
 * Decides a match attempt that grew past the hold bound. A whole text needs no hold, so the attempt is read
 * again with a wider bound, up to `MAX_READ_ON_CHARS`.
 */
function readOn(pattern: PackPattern, text: string, start: number): Finding | undefined {
  const rest = text.slice(start, start + MAX_READ_ON_CHARS)
  const wide = compileMatcher([toMatcherPattern(pattern)], { maxHoldChars: MAX_READ_ON_CHARS + 1 })
  const match = wide.scan(rest).find((candidate) => candidate.start === 0)
  return match === undefined ? undefined : toFinding(pattern, match.text, start)
}

/** Eight hold bounds: reading on costs at most eight times the text, and no key or token is longer. */
const MAX_READ_ON_CHARS = 65_536

/** The default of `StreamLimits.maxHoldChars`. */
const MAX_HOLD_CHARS = 8192
