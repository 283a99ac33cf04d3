import { createDtw } from './dtw.ts'
import { requireLimit } from './dtw-options.ts'
import { createLowerBounds, type LowerBoundOptions } from './lower-bounds.ts'
import type { NumericSequence } from './sequence.ts'

export interface NearestOptions extends LowerBoundOptions {
  /** Only distances of at most this count. Default: none. */
  readonly limit?: number
}

export interface NearestResult {
  /** -1 when there is no candidate within the limit; of equally near ones the first. */
  readonly index: number
  readonly distance: number
  /** Candidates that each bound has dropped, and those that reached DTW. */
  readonly kim: number
  readonly keogh: number
  readonly improved: number
  readonly dtw: number
}

/**
 * The candidate nearest to the query under DTW. Candidates of the query's length pass the bounds of Kim, Keogh and
 * Lemire first; others go to DTW at once. DTW stops when it exceeds the best so far.
 *
 * @throws MidstreamError `INVALID_INPUT` for NaN or infinite values, in a candidate only if they were read.
 * @throws RangeError or TypeError for options that make no sense.
 */
export function nearestSequence(
  query: NumericSequence,
  candidates: readonly NumericSequence[],
  options: NearestOptions = {},
): NearestResult {
  const { limit = Number.POSITIVE_INFINITY, ...shape } = options
  requireLimit(limit)
  const bounds = createLowerBounds(query, shape)
  const exact = createDtw(shape)
  const counts = { kim: 0, keogh: 0, improved: 0, dtw: 0 }
  let best = limit
  let index = -1
  for (let c = 0; c < candidates.length; c++) {
    const candidate = candidates[c]!
    if (candidate.length === query.length) {
      // A sum that rounds differently from the distance may exceed it by a hair.
      const bar = best * (1 + 1e-9)
      if (bounds.kim(candidate) > bar) {
        counts.kim++
        continue
      }
      if (bounds.keogh(candidate, bar) > bar) {
        counts.keogh++
        continue
      }
      if (bounds.improved(candidate, bar) > bar) {
        counts.improved++
        continue
      }
    }
    counts.dtw++
    const distance = exact.distance(query, candidate, best)
    if (distance < best || (distance === best && index < 0 && distance !== Number.POSITIVE_INFINITY)) {
      best = distance
      index = c
    }
  }
  return { index, distance: index < 0 ? Number.POSITIVE_INFINITY : best, ...counts }
}
