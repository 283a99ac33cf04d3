import type { Match, MatcherOptions, Pattern } from '../../src/index.ts'
import { compileMatcher } from '../../src/index.ts'

/** A reported span, without its text. */
export type Span = readonly [pattern: number, start: number, end: number]

/**
 * The definition, by brute force with the RegExp of the runtime: of all spans that a pattern matches exactly
 * under its conditions and that its validator accepts, the leftmost-longest, non-overlapping ones.
 */
export function expectedSpans(patterns: readonly Pattern[], text: string): Span[] {
  const spans = patterns.flatMap((pattern, index) =>
    spansOf(pattern, text).map(([start, end]): Span => [index, start, end]),
  )
  return spans.sort((a, b) => a[1] - b[1] || a[2] - b[2] || a[0] - b[0])
}

function spansOf(pattern: Pattern, text: string): [number, number][] {
  const flags = pattern.caseInsensitive === true ? 'iuy' : 'uy'
  const source = pattern.regex ?? pattern.literal!.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
  const bounds: number[] = [0]
  for (const char of text) bounds.push(bounds[bounds.length - 1]! + char.length)
  // One expression for each end: what follows it must be all of the rest of the text.
  const endingAt = bounds.map((_, i) => new RegExp(`(?:${source})(?=[^]{${bounds.length - 1 - i}}$)`, flags))
  const notAfter = pattern.notAfter === undefined ? undefined : new RegExp(pattern.notAfter, flags[0])
  const notBefore = pattern.notBefore === undefined ? undefined : new RegExp(pattern.notBefore, flags[0])
  const spans: [number, number][] = []
  let from = 0
  for (let i = 0; i < bounds.length - 1; i++) {
    const start = bounds[i]!
    if (start < from || (start > 0 && notAfter?.test(text[start - 1]!))) continue
    for (let j = bounds.length - 1; j > i; j--) {
      const end = bounds[j]!
      if (end < text.length && notBefore?.test(text[end]!)) continue
      const expression = endingAt[j]!
      expression.lastIndex = start
      if (!expression.test(text)) continue
      if (pattern.validate !== undefined && !pattern.validate(text.slice(start, end))) continue
      spans.push([start, end])
      from = end
      break
    }
  }
  return spans
}

export interface Run {
  readonly spans: Span[]
  readonly matches: Match[]
  readonly overflows: [id: string, start: number, end: number][]
  /** Cleared offset after each chunk, with the position it was returned at. */
  readonly cleared: Map<number, number>
  /** Matches that were delivered before the end, counted after each chunk. */
  readonly delivered: Map<number, number>
}

/** Feeds chunks to one session and writes down everything that comes out. */
export function run(
  patterns: readonly Pattern[],
  chunks: readonly string[],
  options: MatcherOptions = {},
): Run {
  return runOn(compileMatcher(patterns, options), chunks)
}

export function runOn(matcher: ReturnType<typeof compileMatcher>, chunks: readonly string[]): Run {
  const matches: Match[] = []
  const overflows: Run['overflows'] = []
  const cleared = new Map<number, number>([[0, 0]])
  const delivered = new Map<number, number>([[0, 0]])
  const session = matcher.open({
    match: (match) => matches.push(match),
    overflow: (id, start, end) => overflows.push([id, start, end]),
  })
  let position = 0
  for (const chunk of chunks) {
    position += chunk.length
    cleared.set(position, session.push(chunk))
    delivered.set(position, matches.length)
  }
  session.end()
  return {
    spans: matches.map((m): Span => [m.pattern, m.start, m.end]),
    matches,
    overflows,
    cleared,
    delivered,
  }
}

/** Cuts a text at the given offsets, in any order. */
export function cut(text: string, offsets: readonly number[]): string[] {
  const at = [...new Set([0, ...offsets.map((o) => o % (text.length + 1)), text.length])].sort(
    (a, b) => a - b,
  )
  return at.slice(1).map((end, i) => text.slice(at[i]!, end))
}

/** One code unit at a time. */
export function units(text: string): string[] {
  return Array.from({ length: text.length }, (_, i) => text[i]!)
}
