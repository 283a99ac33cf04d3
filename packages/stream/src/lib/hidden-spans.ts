import { type Action, compareActions } from '@midstream/core'

/** A span that must not be shown. Spans of one list never overlap: overlapping ones become one. */
export interface HiddenSpan {
  readonly start: number
  readonly end: number
  readonly replacement: string
  readonly action: Action
  /** Length of the finding whose replacement is shown; decides when spans merge. */
  readonly strength: number
}

/**
 * Adds a span to a list sorted by start. Where it overlaps others, the union is hidden behind the replacement
 * of the strictest, then longest, then earliest of them. Cost is the number of spans after the new one.
 */
export function addHiddenSpan(spans: HiddenSpan[], added: HiddenSpan): void {
  let span = added
  let at = spans.length
  while (at > 0 && spans[at - 1]!.end > span.start) {
    const other = spans[at - 1]!
    if (other.start < span.end) {
      const order =
        compareActions(other.action, span.action) ||
        other.strength - span.strength ||
        span.start - other.start
      const winner = order >= 0 ? other : span
      span = { ...winner, start: Math.min(other.start, span.start), end: Math.max(other.end, span.end) }
      spans.splice(at - 1, 1)
    }
    at--
  }
  spans.splice(at, 0, span)
}

/**
 * The part of a text that starts at `offset`, with the spans hidden. A replacement stands where its span
 * starts; the rest of a span that began in an earlier part is left out. Spans before `first` are not looked at.
 */
export function hideSpans(
  text: string,
  offset: number,
  spans: readonly HiddenSpan[],
  first: number = 0,
): string {
  let shown = ''
  let at = offset
  const end = offset + text.length
  for (let i = first; i < spans.length; i++) {
    const span = spans[i]!
    if (span.end <= at) continue
    if (span.start >= end) break
    if (span.start >= at) shown += text.slice(at - offset, span.start - offset) + span.replacement
    at = Math.min(end, span.end)
  }
  return shown + text.slice(at - offset)
}
