// The arithmetic of many small symmetric matrices. Four matrices lie side by side: number k of matrix m is at
// (m >> 2) * 4 * size + 4 k + (m & 3), so that one pass over a vector serves four of them (lane-kernel.ts).

export const LANES = 4

export function padToLanes(count: number): number {
  return Math.ceil(count / LANES) * LANES
}

/** Where the first number of a matrix or vector lies; the others follow at a distance of LANES. */
export function laneStart(index: number, size: number): number {
  return (index >> 2) * LANES * size + (index & 3)
}

/** x x' as packed upper triangle with the off-diagonal doubled: x'Px is then one dot product with P's triangle. */
export function fillProducts(x: Float64Array, n: number, out: Float64Array): void {
  for (let i = 0, at = 0; i < n; i++) {
    const value = x[i]!
    out[at++] = value * value
    const twice = 2 * value
    for (let j = i + 1; j < n; j++) out[at++] = twice * x[j]!
  }
}

/** gain = P x for one matrix whose packed upper triangle starts at `start`. */
export function fillGain(
  values: Float64Array,
  start: number,
  x: Float64Array,
  n: number,
  gain: Float64Array,
): void {
  gain.fill(0)
  for (let i = 0, at = start; i < n; i++) {
    const value = x[i]!
    let sum = gain[i]! + values[at]! * value
    at += LANES
    for (let j = i + 1; j < n; j++, at += LANES) {
      const p = values[at]!
      sum += p * x[j]!
      gain[j] = gain[j]! + p * value
    }
    gain[i] = sum
  }
}

/** P = P - gain scaled' for one matrix, where `scaled` is a multiple of `gain`. */
export function downdate(
  values: Float64Array,
  start: number,
  gain: Float64Array,
  scaled: Float64Array,
  n: number,
): void {
  for (let i = 0, at = start; i < n; i++) {
    const g = scaled[i]!
    for (let j = i; j < n; j++, at += LANES) values[at] = values[at]! - g * gain[j]!
  }
}

/**
 * The index of the highest mean + width * deviation * factor; the lowest index among equals. The width lies in
 * width[0]: a number argument would allocate.
 */
export function bestScore(
  means: Float64Array,
  variances: Float64Array,
  inflations: Float64Array,
  factors: Float64Array,
  width: Float64Array,
  count: number,
): number {
  const unit = width[0]!
  let best = 0
  let highest = Number.NEGATIVE_INFINITY
  for (let m = 0; m < count; m++) {
    const variance = variances[m]! * inflations[m]!
    // Rounding may leave a tiny negative number where the variance is zero.
    const deviation = variance > 0 ? Math.sqrt(variance) : 0
    const score = means[m]! + unit * deviation * factors[m]!
    if (score > highest) {
      highest = score
      best = m
    }
  }
  return best
}

/** Copies a context, and tells whether its squares sum to at most limit[0]; with a NaN they do not. */
export function copyContext(
  from: ArrayLike<number>,
  to: Float64Array,
  n: number,
  limit: Float64Array,
): boolean {
  let sum = 0
  for (let i = 0; i < n; i++) {
    const value = from[i]!
    to[i] = value
    sum += value * value
  }
  return sum <= limit[0]!
}

/** Multiplies each value by factor[0], up to its own limit. */
export function grow(values: Float64Array, limits: Float64Array, factor: Float64Array, count: number): void {
  const by = factor[0]!
  for (let m = 0; m < count; m++) {
    const next = values[m]! * by
    const limit = limits[m]!
    values[m] = Math.min(next, limit)
  }
}

/** Multiplies the packed triangle of one matrix. */
export function scaleLane(
  values: Float64Array,
  start: number,
  factor: Float64Array,
  index: number,
  size: number,
): void {
  const by = factor[index]!
  for (let k = 0, at = start; k < size; k++, at += LANES) values[at] = values[at]! * by
}
