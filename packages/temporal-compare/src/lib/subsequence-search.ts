import { MidstreamError } from '@midstream/core'
import { createEnveloper, type Envelope } from './envelope.ts'
import { CANCELLED, KEOGH_CHUNK, SCAN_STATE, SLACK, WARP_LANES } from './search-layout.ts'
import { searchKernels } from './search-wasm.ts'
import {
  DEFAULT_MAX_LENGTH,
  finiteCopy,
  type NumericSequence,
  notFinite,
  requireInteger,
  requireLength,
} from './sequence.ts'
import { type Arena, sharedArena } from './wasm-arena.ts'
import { normalizeInto } from './z-normalize.ts'

export interface SubsequenceSearchOptions {
  /** Sakoe–Chiba radius in points. Default: 5 % of the query, rounded up. */
  readonly window?: number
  /** Only distances of at most this count. Default: none. */
  readonly threshold?: number
  /** Points in the query, at most. Default 65,536. */
  readonly maxLength?: number
}

export interface NearestSubsequence {
  /** The first sample of the piece, counted from the start of the stream. */
  readonly start: number
  /** Root of the squared-cost DTW between the z-normalised piece and the z-normalised query. */
  readonly distance: number
}

/** How many pieces each stage has settled; the sum is the number of pieces seen. */
export interface SearchCounts {
  readonly kim: number
  readonly keogh: number
  /** Pieces of equal samples after the first one, which has the same distance. */
  readonly flat: number
  /** Pieces that reached DTW, whether it ran to the end or not. */
  readonly dtw: number
}

export interface SubsequenceSearch {
  /** Samples read. */
  readonly length: number
  /** The nearest piece so far; of equally near ones the first. Undefined before the first one within the threshold. */
  readonly best: NearestSubsequence | undefined
  readonly counts: SearchCounts
  /** @throws MidstreamError `INVALID_INPUT` for NaN or an infinite sample, which is then not part of the stream. */
  push(sample: number): void
  /** `push` for each sample in turn. */
  pushAll(samples: NumericSequence): void
  reset(): void
}

/** Per double. */
const BYTES = 8

/**
 * The piece of a series or an endless stream that is nearest to a query, both z-normalised, under DTW with a band.
 * Exact, in the manner of the UCR Suite (Rakthanmanon et al., KDD 2012): running mean and deviation, the bounds of
 * Kim and of Keogh, then DTW that gives up as soon as it cannot win. Pieces that reach DTW are compared four at a
 * time; what waits for company is settled when `best` or `counts` is read. (Keogh's bound in the other direction,
 * the third of the UCR Suite, costs more here than the DTW that it saves.)
 *
 * O(1) per sample where the first bound decides, at most O(m window). O(m) memory, whatever the length.
 * A piece with a deviation of nothing but rounding is normalised to zeros. Pieces do not depend on how the samples
 * are cut into calls.
 *
 * @throws MidstreamError `INVALID_INPUT` for a query of less than two points or NaN in it, `SEQUENCE_TOO_LONG`.
 */
export function createSubsequenceSearch(
  query: NumericSequence,
  options: SubsequenceSearchOptions = {},
): SubsequenceSearch {
  return searchIn(sharedArena(), query, options)
}

export function searchIn(
  arena: Arena,
  query: NumericSequence,
  options: SubsequenceSearchOptions,
): SubsequenceSearch {
  const { threshold = Number.POSITIVE_INFINITY, maxLength = DEFAULT_MAX_LENGTH } = options
  if (!(threshold >= 0)) throw new RangeError(`threshold must be at least 0, not ${threshold}`)
  requireLength('query', query.length, maxLength)
  const m = query.length
  if (m < 2) throw new MidstreamError('INVALID_INPUT', 'the query needs two points or more')
  const { window = Math.ceil(m * 0.05) } = options
  requireInteger('window', window, 0)
  const radius = Math.min(window, m - 1)
  const q = finiteCopy('query', query)
  normalizeInto(q, 0, m, q, 0, 1)
  const bounds: Envelope = { lower: new Float64Array(m), upper: new Float64Array(m) }
  createEnveloper(m)(q, radius, bounds)

  const { host } = arena
  const { scan, warp } = searchKernels(host)
  const padded = Math.ceil(m / KEOGH_CHUNK) * KEOGH_CHUNK
  const capacity = Math.max(4 * m, 4096)
  const sizes = [SCAN_STATE.size, capacity, m, padded, padded, padded, WARP_LANES * m]
  const room = arena.allocate(sizes.reduce((sum, size) => sum + size, 0) + 2 * WARP_LANES * (m + 1))
  const starts: number[] = []
  let next = room.offset
  for (const size of sizes) {
    starts.push(next)
    next += size
  }
  const [state, buffer, points, upper, lower, order, pieces] = starts as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  const rest = next
  const row = rest + WARP_LANES * (m + 1)
  fillTables()

  // A hair above the square, which may round below it; the root decides.
  const bestLimit = threshold * threshold * SLACK
  /** Starts of the pieces that wait for company, as stream positions. */
  const waiting = new Float64Array(WARP_LANES)
  let waits = 0
  let warped = 0
  /** Stream position of the last sample written that differs from the one before. */
  let changed = 0
  let flat = 0
  let fill = 0
  /** Stream position of the first sample in the buffer. */
  let origin = 0
  let best = bestLimit
  let bestStart = -1

  function fillTables(): void {
    const { cells } = host
    cells.set(q, points)
    cells[state + SCAN_STATE.first] = q[0]!
    cells[state + SCAN_STATE.last] = q[m - 1]!
    cells.fill(Number.POSITIVE_INFINITY, upper, upper + padded)
    cells.fill(Number.NEGATIVE_INFINITY, lower, lower + padded)
    // Far values first: they are where a bound grows fastest (the UCR Suite's reordering).
    const byDistance = Array.from(q, (_, i) => i).sort((i, j) => Math.abs(q[j]!) - Math.abs(q[i]!))
    const offsets = new Int32Array(cells.buffer, order * BYTES, padded)
    byDistance.forEach((i, k) => {
      offsets[k] = i * BYTES
      cells[upper + k] = bounds.upper[i]!
      cells[lower + k] = bounds.lower[i]!
    })
  }

  /** Keeps what the next piece needs, and takes the running sums anew, so that rounding does not add up. */
  function turnOver(): void {
    const { cells } = host
    const kept = m - 1
    cells.copyWithin(buffer, buffer + fill - kept, buffer + fill)
    origin += fill - kept
    fill = kept
    sumUp()
  }

  /** The sums of the last samples in the buffer, one less than a piece; the first one is the zero point. */
  function sumUp(): void {
    const { cells } = host
    const shift = cells[buffer + fill - m + 1]!
    let sum = 0
    let squares = 0
    for (let i = fill - m + 1; i < fill; i++) {
      const x = cells[buffer + i]! - shift
      sum += x
      squares += x * x
    }
    cells[state + SCAN_STATE.shift] = shift
    cells[state + SCAN_STATE.sum] = sum
    cells[state + SCAN_STATE.squares] = squares
    cells[state + SCAN_STATE.peak] = squares
  }

  /**
   * Whether the running sums say too little about the samples now: after a spike or a step, which they remember. No
   * bound can be trusted then, and each piece would be compared in full.
   */
  function worn(): boolean {
    const { cells } = host
    const peak = cells[state + SCAN_STATE.peak]!
    if (peak === 0) return false
    const sum = cells[state + SCAN_STATE.sum]!
    return !(cells[state + SCAN_STATE.squares]! - (sum * sum) / (m - 1) > peak * CANCELLED)
  }

  function write(cells: Float64Array, at: number, sample: number): void {
    cells[buffer + at] = sample
    if (at > 0 && sample !== cells[buffer + at - 1]) changed = origin + at
  }

  /** The samples up to `to` have been written to the buffer. */
  function advance(to: number): void {
    if (fill < m - 1) {
      fill = Math.min(to, m - 1)
      if (fill === m - 1) sumUp()
    }
    while (fill < to) {
      const end = scan(
        buffer * BYTES,
        fill,
        to,
        m,
        order * BYTES,
        upper * BYTES,
        lower * BYTES,
        // The state, which comes first. Named so because what a closure reads is held: the room lives as long.
        room.offset * BYTES,
        best,
      )
      fill = Math.min(to, end + 1)
      if (end >= to) continue
      examine(end - m + 1)
      if (worn()) sumUp()
    }
  }

  /** From here on everything is computed from the samples themselves, in two passes. */
  function examine(start: number): void {
    const { cells } = host
    if (origin + start >= changed && flat++ > 0) return
    normalizeInto(cells, buffer + start, m, cells, pieces + waits, WARP_LANES)
    let sum = 0
    for (let i = m - 1, at = pieces + waits + WARP_LANES * (m - 1); i >= 0; i--, at -= WARP_LANES) {
      const x = cells[at]!
      const excess = Math.max(x - bounds.upper[i]!, bounds.lower[i]! - x, 0)
      sum += excess * excess
      cells[rest + waits + WARP_LANES * i] = sum
    }
    waiting[waits++] = origin + start
    if (waits === WARP_LANES) settle()
  }

  /** Compares the waiting pieces with the query. Lanes without one repeat what was there before. */
  function settle(): void {
    if (waits === 0) return
    const count = waits
    waits = 0
    warped += count
    if (warp(pieces * BYTES, rest * BYTES, row * BYTES, points * BYTES, m, radius, best * SLACK) === 0) return
    for (let p = 0; p < count; p++) {
      const distance = host.cells[row + WARP_LANES * m + p]!
      if (bestStart < 0 ? Math.sqrt(distance) <= threshold : distance < best) {
        best = distance
        bestStart = waiting[p]!
      }
    }
  }

  return {
    get length() {
      return origin + fill
    },
    get best() {
      settle()
      return bestStart < 0 ? undefined : { start: bestStart, distance: Math.sqrt(best) }
    },
    get counts() {
      settle()
      const { cells } = host
      const { kim, keogh } = SCAN_STATE
      return {
        kim: cells[state + kim]!,
        keogh: cells[state + keogh]!,
        flat: Math.max(0, flat - 1),
        dtw: warped,
      }
    },
    push(sample) {
      if (sample - sample !== 0) throw notFinite('sample', sample, origin + fill)
      if (fill === capacity) turnOver()
      write(host.cells, fill, sample)
      advance(fill + 1)
    },
    pushAll(samples) {
      let read = 0
      while (read < samples.length) {
        if (fill === capacity) turnOver()
        const { cells } = host
        const to = Math.min(capacity, fill + samples.length - read)
        for (let at = fill; at < to; at++, read++) {
          const sample = samples[read]!
          if (sample - sample !== 0) {
            advance(at)
            throw notFinite('sample', sample, origin + at)
          }
          write(cells, at, sample)
        }
        advance(to)
      }
    },
    reset() {
      waits = 0
      warped = 0
      changed = 0
      flat = 0
      fill = 0
      origin = 0
      best = bestLimit
      bestStart = -1
      host.cells[state + SCAN_STATE.kim] = 0
      host.cells[state + SCAN_STATE.keogh] = 0
    },
  }
}
