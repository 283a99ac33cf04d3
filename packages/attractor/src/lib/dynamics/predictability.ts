import { autocorrelation } from './delay.ts'
import type { Space } from './lyapunov.ts'

/** Squared errors of a prediction, in units of the variance of the series. */
export interface Predictability {
  /** By what happened after the nearest neighbour. 2 for white noise, next to 0 for chaos without noise. */
  readonly nonlinear: number
  /** By the best linear combination of the last samples. 1 for white noise. */
  readonly linear: number
  /** Standard deviations by which the first is less than the second. */
  readonly significance: number
  /** Samples ahead. */
  readonly horizon: number
}

const ORDER = 12
const BLOCKS = 16
/** Added to the diagonal: smooth series make the equations all but singular. */
const RIDGE = 1e-10

/**
 * Compares prediction by neighbours with the best linear one. A linear process with noise, white or coloured, is
 * predicted best by its own linear model, and surrogates made by randomising phases are such processes: a series
 * that neighbours predict much better is none of them. This takes the place of an ensemble of surrogates
 * (Theiler et al. 1992), of which it is the limit, and costs one pass.
 */
export function comparePredictions(
  series: Float64Array,
  { points, search, window, delay }: Space,
  references: number,
): Predictability {
  const horizon = delay === 1 ? 1 : 2 * delay
  const span = (points.dimension - 1) * delay
  const usable = series.length - span - horizon
  const step = Math.max(1, usable / references)
  const sums = new Float64Array(BLOCKS)
  const counts = new Uint32Array(BLOCKS)
  for (let r = 0; r < usable; r += step) {
    const i = Math.floor(r)
    const j = search.nearest(i, window, 0, usable)
    if (j < 0) continue
    const error = series[i + span + horizon]! - series[j + span + horizon]!
    const block = Math.floor((i * BLOCKS) / usable)
    sums[block]! += error * error
    counts[block]!++
  }
  const means = [...sums].map((sum, b) => sum / counts[b]!).filter(Number.isFinite)
  const nonlinear = means.reduce((a, b) => a + b, 0) / means.length
  const variance = means.reduce((sum, x) => sum + (x - nonlinear) ** 2, 0) / Math.max(1, means.length - 1)
  const linear = linearError(series, horizon)
  const deviation = Math.sqrt(variance / means.length)
  const significance = (linear - nonlinear) / Math.max(deviation, 1e-12)
  return { nonlinear, linear, significance, horizon }
}

/** 1 - r' R^-1 r: the error of the best linear prediction `horizon` ahead from the last `ORDER` samples. */
function linearError(series: Float64Array, horizon: number): number {
  const part = series.length > 20_000 ? series.subarray(0, 20_000) : series
  const correlation = autocorrelation(part, ORDER + horizon)
  const matrix = Array.from({ length: ORDER }, (_, a) =>
    Float64Array.from({ length: ORDER + 1 }, (_, b) =>
      b === ORDER ? correlation[horizon + a]! : correlation[Math.abs(a - b)]! + (a === b ? RIDGE : 0),
    ),
  )
  // Gaussian elimination; the matrix is symmetric and positive definite, so that it needs no pivots.
  for (let c = 0; c < ORDER; c++) {
    const row = matrix[c]!
    for (let r = c + 1; r < ORDER; r++) {
      const factor = matrix[r]![c]! / row[c]!
      for (let k = c; k <= ORDER; k++) matrix[r]![k]! -= factor * row[k]!
    }
  }
  const weights = new Float64Array(ORDER)
  for (let c = ORDER - 1; c >= 0; c--) {
    let sum = matrix[c]![ORDER]!
    for (let k = c + 1; k < ORDER; k++) sum -= matrix[c]![k]! * weights[k]!
    weights[c] = sum / matrix[c]![c]!
  }
  let explained = 0
  for (let a = 0; a < ORDER; a++) explained += weights[a]! * correlation[horizon + a]!
  return Math.min(1, Math.max(1e-12, 1 - explained))
}
