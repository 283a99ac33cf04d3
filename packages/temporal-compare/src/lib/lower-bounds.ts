import { MidstreamError } from '@midstream/core'
import { createEnveloper, type Envelope } from './envelope.ts'
import { finiteCopy, type NumericSequence, requireInteger } from './sequence.ts'

export interface LowerBoundOptions {
  /** Default `absolute`. */
  readonly cost?: 'absolute' | 'squared'
  /** Sakoe–Chiba radius of the DTW that is bounded. Default: no constraint. */
  readonly window?: number
}

/**
 * Bounds of the DTW distance between a fixed query and candidates of the same length: never more than the distance
 * with the same cost and window. Each is dearer and tighter than the one before it.
 */
export interface LowerBounds {
  /** Kim et al. 2001, first and last point: O(1). */
  kim(candidate: NumericSequence): number
  /** Keogh 2002: O(n). Stops with what it has once that exceeds `limit`. */
  keogh(candidate: NumericSequence, limit?: number): number
  /** Lemire 2009, `LB_Improved`, at least Keogh's: O(n). */
  improved(candidate: NumericSequence, limit?: number): number
}

/**
 * @throws MidstreamError `INVALID_INPUT` for NaN or infinite values in the query, or an empty one.
 * @throws RangeError or TypeError for options that make no sense.
 */
export function createLowerBounds(query: NumericSequence, options: LowerBoundOptions = {}): LowerBounds {
  const q = finiteCopy('query', query)
  if (q.length === 0) throw new MidstreamError('INVALID_INPUT', 'the query is empty')
  return boundsOf(q, options)
}

function boundsOf(q: Float64Array, { cost = 'absolute', window }: LowerBoundOptions): LowerBounds {
  const n = q.length
  if (cost !== 'absolute' && cost !== 'squared') {
    throw new TypeError(`cost must be absolute or squared, not ${cost}`)
  }
  if (window !== undefined) requireInteger('window', window, 0)
  const radius = Math.min(window ?? n, n)
  const squared = cost === 'squared'
  const own: Envelope = { lower: new Float64Array(n), upper: new Float64Array(n) }
  const other: Envelope = { lower: new Float64Array(n), upper: new Float64Array(n) }
  const projection = new Float64Array(n)
  const envelop = createEnveloper(n)
  envelop(q, radius, own)
  const priced = (difference: number): number => (squared ? difference * difference : Math.abs(difference))

  function requireSame(candidate: NumericSequence): void {
    if (candidate.length === n) return
    throw new MidstreamError(
      'DIMENSION_MISMATCH',
      `the candidate has ${candidate.length} points, the query ${n}`,
      { details: { length: candidate.length, expected: n } },
    )
  }

  function keogh(candidate: NumericSequence, limit: number = Number.POSITIVE_INFINITY): number {
    requireSame(candidate)
    let sum = 0
    for (let i = 0; i < n && !(sum > limit); i++) {
      const x = candidate[i]!
      if (x > own.upper[i]!) sum += priced(x - own.upper[i]!)
      else if (x < own.lower[i]!) sum += priced(own.lower[i]! - x)
    }
    return sum
  }

  return {
    kim(candidate) {
      requireSame(candidate)
      const first = priced(q[0]! - candidate[0]!)
      return n === 1 ? first : first + priced(q[n - 1]! - candidate[n - 1]!)
    },
    keogh,
    improved(candidate, limit = Number.POSITIVE_INFINITY) {
      let sum = keogh(candidate, limit)
      if (sum > limit) return sum
      for (let i = 0; i < n; i++) {
        projection[i] = Math.min(own.upper[i]!, Math.max(own.lower[i]!, candidate[i]!))
      }
      envelop(projection, radius, other)
      for (let i = 0; i < n && !(sum > limit); i++) {
        const x = q[i]!
        if (x > other.upper[i]!) sum += priced(x - other.upper[i]!)
        else if (x < other.lower[i]!) sum += priced(other.lower[i]! - x)
      }
      return sum
    },
  }
}
