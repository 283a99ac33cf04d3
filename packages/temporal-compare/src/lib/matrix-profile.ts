import { MidstreamError } from '@midstream/core'
import { distanceAt, fillPieceStats, type PieceStats, WORN } from './piece-stats.ts'
import { finiteCopy, type NumericSequence, requireInteger, requireLength } from './sequence.ts'

export interface MatrixProfileOptions {
  /** Points per subsequence, at least 3. */
  readonly window: number
  /** Subsequences that start less than this far from each other, or just as far, do not count. Default window / 4, rounded up. */
  readonly exclusion?: number
  /** Points in the series, at most. Default 2^20. */
  readonly maxLength?: number
}

export interface MatrixProfile {
  /** Per subsequence the z-normalised Euclidean distance to its nearest other one; Infinity when there is none. */
  readonly distances: Float64Array
  /** Where that one starts; -1 when there is none. */
  readonly neighbors: Int32Array
}

const DEFAULT_SERIES = 1 << 20
/** Steps along a diagonal after which the covariance is computed anew at the latest, which bounds what rounding adds up to. */
const RESEED = 1024

/** @throws RangeError for a window below 3 or a negative exclusion. */
export function readProfileOptions(options: MatrixProfileOptions): { window: number; exclusion: number } {
  const { window, exclusion = Math.ceil(window / 4) } = options
  requireInteger('window', window, 3)
  requireInteger('exclusion', exclusion, 0)
  return { window, exclusion }
}

/**
 * The matrix profile of a series with itself: how far each subsequence is from the most similar other one. Low
 * values are motifs, high ones discords.
 *
 * Walks the diagonals of the distance matrix with a running covariance (as mpx and SCAMP do; Zimmerman et al. 2019),
 * O(n²) time, and O(window) more for each pair at which a covariance is computed anew because both have become far
 * smaller, and O(n) memory. The distances reported are computed anew from the points. Subsequences without
 * deviation are taken as zeros: distance 0 from each other, √window from all others.
 *
 * @throws MidstreamError `INVALID_INPUT` for NaN, infinite values or a series shorter than the window,
 * `SEQUENCE_TOO_LONG` beyond `maxLength`.
 */
export function matrixProfile(series: NumericSequence, options: MatrixProfileOptions): MatrixProfile {
  const { window, exclusion } = readProfileOptions(options)
  requireLength('series', series.length, options.maxLength ?? DEFAULT_SERIES)
  if (series.length < window) {
    throw new MidstreamError(
      'INVALID_INPUT',
      `the series has ${series.length} points, the window ${window}`,
      {
        details: { length: series.length, window },
      },
    )
  }
  const values = finiteCopy('series', series)
  const count = values.length - window + 1
  const stats = emptyStats(count)
  for (let i = 0; i < count; i++) fillPieceStats(values, window, i, i === 0, stats)
  const best = new Float64Array(count).fill(Number.NEGATIVE_INFINITY)
  const neighbors = new Int32Array(count).fill(-1)
  for (let lag = exclusion + 1; lag < count; lag++) walkDiagonal(values, window, lag, stats, best, neighbors)
  const distances = Float64Array.from(neighbors, (neighbor, i) =>
    neighbor < 0 ? Number.POSITIVE_INFINITY : distanceAt(values, window, i, neighbor, stats),
  )
  return { distances, neighbors }
}

export function emptyStats(count: number): PieceStats {
  return {
    means: new Float64Array(count),
    inverseNorms: new Float64Array(count),
    entering: new Float64Array(count),
    moving: new Float64Array(count),
  }
}

function walkDiagonal(
  values: Float64Array,
  window: number,
  lag: number,
  { means, inverseNorms, entering, moving }: PieceStats,
  best: Float64Array,
  neighbors: Int32Array,
): void {
  let covariance = 0
  let peak = 0
  for (let i = 0, j = lag; j < best.length; i++, j++) {
    covariance += entering[i]! * moving[j]! + entering[j]! * moving[i]!
    peak = Math.max(peak, Math.abs(covariance))
    // A spike leaves its rounding behind.
    if (i % RESEED === 0 || peak * (inverseNorms[i]! * inverseNorms[j]!) > WORN) {
      covariance = 0
      for (let k = 0; k < window; k++) {
        covariance += (values[i + k]! - means[i]!) * (values[j + k]! - means[j]!)
      }
      peak = Math.abs(covariance)
    }
    const flat = (inverseNorms[i] === 0 ? 1 : 0) + (inverseNorms[j] === 0 ? 1 : 0)
    const correlation = flat === 0 ? covariance * inverseNorms[i]! * inverseNorms[j]! : flat / 2
    if (correlation > best[i]!) {
      best[i] = correlation
      neighbors[i] = j
    }
    if (correlation > best[j]!) {
      best[j] = correlation
      neighbors[j] = i
    }
  }
}
