import type { Match, Matcher } from '@midstream/matcher'
import { textOf, type UnitBuffer } from './unit-buffer.ts'

/** A matcher over a derived text, with its matches in offsets of the source. */
export interface MatchLane {
  push(buffer: UnitBuffer): void
  end(): void
  /** First source offset that a later match can start at, or `otherwise` when no match is under way. */
  clearedFrom(otherwise: number): number
}

/** Units that one call of the matcher gets. */
const BLOCK_UNITS = 256
const FIRST_UNITS = 512

/**
 * `report` gets the index of a pattern, the span in the source, and whether a unit of the match stands for
 * three or more characters, as an escape does.
 */
export function openMatchLane(
  matcher: Matcher,
  report: (pattern: number, start: number, end: number, escaped: boolean) => void,
): MatchLane {
  // Spans of the units that are not cleared, in a ring: as many as a match is long at most, and a block.
  let mask = FIRST_UNITS - 1
  let starts = new Int32Array(FIRST_UNITS)
  let ends = new Int32Array(FIRST_UNITS)
  let total = 0
  let cleared = 0
  const session = matcher.open({
    match({ pattern, start, end }: Match) {
      let escaped = false
      for (let i = start; i < end && !escaped; i += 1) escaped = ends[i & mask]! - starts[i & mask]! > 2
      report(pattern, starts[start & mask]!, ends[(end - 1) & mask]!, escaped)
    },
    // Every pattern is bounded (see compileInjectionEngine), so none can outgrow the matcher's hold.
    overflow: () => undefined,
  })

  function grow(): void {
    const size = (mask + 1) * 2
    const wideStarts = new Int32Array(size)
    const wideEnds = new Int32Array(size)
    for (let i = cleared; i < total; i += 1) {
      wideStarts[i & (size - 1)] = starts[i & mask]!
      wideEnds[i & (size - 1)] = ends[i & mask]!
    }
    starts = wideStarts
    ends = wideEnds
    mask = size - 1
  }

  function pushBlock(buffer: UnitBuffer, from: number, to: number): void {
    while (total - cleared + to - from > mask + 1) grow()
    for (let i = from; i < to; i += 1) {
      const slot = (total + i - from) & mask
      starts[slot] = buffer.starts[i]!
      ends[slot] = buffer.ends[i]!
    }
    total += to - from
    cleared = session.push(textOf(buffer, from, to))
  }

  return {
    push(buffer) {
      for (let from = 0; from < buffer.length; from += BLOCK_UNITS) {
        pushBlock(buffer, from, Math.min(from + BLOCK_UNITS, buffer.length))
      }
    },
    end: () => session.end(),
    clearedFrom: (otherwise) => (cleared < total ? Math.min(starts[cleared & mask]!, otherwise) : otherwise),
  }
}
