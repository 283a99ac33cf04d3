import type { Match, Matcher } from '@midstream/matcher'
import type { UnitBuffer } from './unit-buffer.ts'

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

/** Spans in the source of units that are not cleared, in a ring: a match at its longest, and a block. */
interface Spans {
  readonly starts: Int32Array
  readonly ends: Int32Array
}

// Typed arrays cost more to make than a short text to read, so they are used again.
const spareSpans: Spans[] = []
const MAX_SPARE = 64

/**
 * `report` gets the index of a pattern, the span in the source, and whether a unit of the match stands for
 * three or more characters, as an escape does.
 */
export function openMatchLane(
  matcher: Matcher,
  report: (pattern: number, start: number, end: number, escaped: boolean) => void,
): MatchLane {
  const spans = spareSpans.pop() ?? { starts: new Int32Array(FIRST_UNITS), ends: new Int32Array(FIRST_UNITS) }
  let { starts, ends } = spans
  let mask = starts.length - 1
  let total = 0
  let cleared = 0
  let ended = false
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
    cleared = session.pushUnits(buffer.units, from, to)
  }

  return {
    push(buffer) {
      for (let from = 0; from < buffer.length; from += BLOCK_UNITS) {
        pushBlock(buffer, from, Math.min(from + BLOCK_UNITS, buffer.length))
      }
    },
    end() {
      if (ended) return
      ended = true
      session.end()
      if (spareSpans.length < MAX_SPARE && mask + 1 === FIRST_UNITS) spareSpans.push({ starts, ends })
    },
    clearedFrom: (otherwise) => (cleared < total ? Math.min(starts[cleared & mask]!, otherwise) : otherwise),
  }
}
