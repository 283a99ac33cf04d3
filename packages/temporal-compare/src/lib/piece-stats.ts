/** Of each subsequence, by its start. */
export interface PieceStats {
  readonly means: Float64Array
  /** 1 / the norm of the centered values; 0 when they are equal but for rounding. */
  readonly inverseNorms: Float64Array
  /** Half the difference between the value that enters and the one that leaves. */
  readonly entering: Float64Array
  /** How far both lie from the mean they belong to, added. */
  readonly moving: Float64Array
}

/**
 * What a running covariance has been, times this many units of the last place, is what its rounding may amount to:
 * beyond this share of the norms it is computed anew. A correlation is then off by some 1e-10 at most.
 */
export const WORN = 1e5

/** A norm below this share of the mean times √window is rounding. */
const ROUNDING = 1e-12

/**
 * Computes the entries of the subsequence that starts at `i`, in two passes. `entering` and `moving` need the mean
 * of the one before; `first` says that there is none.
 *
 * The covariance of two subsequences moves on by `entering[i] * moving[j] + entering[j] * moving[i]`
 * (Zimmerman et al., SoCC 2019).
 */
export function fillPieceStats(
  values: Float64Array,
  window: number,
  i: number,
  first: boolean,
  stats: PieceStats,
): void {
  let sum = 0
  for (let k = i; k < i + window; k++) sum += values[k]!
  const mean = sum / window
  let squares = 0
  for (let k = i; k < i + window; k++) {
    const centered = values[k]! - mean
    squares += centered * centered
  }
  const flat = squares <= mean * mean * window * ROUNDING * ROUNDING
  stats.means[i] = mean
  stats.inverseNorms[i] = flat ? 0 : 1 / Math.sqrt(squares)
  if (first) return
  const enters = values[i + window - 1]!
  const leaves = values[i - 1]!
  stats.entering[i] = (enters - leaves) / 2
  stats.moving[i] = enters - mean + (leaves - stats.means[i - 1]!)
}

/** The z-normalised Euclidean distance of the subsequences at i and j, from the values themselves. */
export function distanceAt(
  values: Float64Array,
  window: number,
  i: number,
  j: number,
  { means, inverseNorms }: PieceStats,
): number {
  const scaleI = inverseNorms[i]!
  const scaleJ = inverseNorms[j]!
  let squares = 0
  for (let k = 0; k < window; k++) {
    const difference = (values[i + k]! - means[i]!) * scaleI - (values[j + k]! - means[j]!) * scaleJ
    squares += difference * difference
  }
  return Math.sqrt(window * squares)
}
