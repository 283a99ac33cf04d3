import { sanitize, stripControls } from '@midstream/aimds-detection'
import type { Finding } from '@midstream/core'

const CONTEXT_CHARS = 32

/** The end of the line that `offset` is in, or at most `CONTEXT_CHARS` further. */
function contextEnd(text: string, offset: number): number {
  const context = text.slice(offset, offset + CONTEXT_CHARS)
  const lineEnd = context.search(/[\r\n]/)
  return lineEnd === -1 ? offset + context.length : offset + lineEnd
}

function contextStart(text: string, offset: number): number {
  const from = Math.max(0, offset - CONTEXT_CHARS)
  const context = text.slice(from, offset)
  return from + Math.max(context.lastIndexOf('\n'), context.lastIndexOf('\r')) + 1
}

function labelOf(rule: string): string {
  return rule.slice(rule.lastIndexOf('/') + 1)
}

/**
 * Shows a finding in its line with every found span, its own and its neighbours', replaced by a marker. No
 * part of a span is shown: not even the domain of an address or the last digits of a number. Control
 * characters are left out, because the excerpt may go to a terminal.
 */
export function maskedExcerpt(text: string, finding: Finding, all: readonly Finding[]): string {
  // Neighbours that touch the excerpt only in part are covered in part: what is outside is not shown anyway.
  const from = contextStart(text, finding.start)
  const to = contextEnd(text, finding.end)
  let shown = ''
  let at = from
  for (const { rule, start, end } of all) {
    if (end <= at || start >= to) continue
    // Findings that overlap become one marker, with the rule of the first.
    if (start >= at) shown += `${text.slice(at, start)}[redacted:${labelOf(rule)}]`
    at = end
  }
  shown += text.slice(at, Math.max(at, to))
  // What was replaced can complete a match beside it, and so can the cut at both ends.
  return sanitize(stripControls(shown)).text.trim()
}
