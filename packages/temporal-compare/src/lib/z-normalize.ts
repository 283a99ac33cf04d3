/** A deviation below this share of the mean is rounding: the values are as good as equal. */
const ROUNDING = 1e-12

/**
 * Writes the z-normalised `count` values from `start` on to every `stride`-th place of `out` from `at` on: mean 0,
 * population deviation 1. Equal values become zeros. Two passes, so that a large mean does not cost digits; four
 * sums side by side, because one sum has to wait for itself.
 */
export function normalizeInto(
  values: Float64Array,
  start: number,
  count: number,
  out: Float64Array,
  at: number,
  stride: number,
): void {
  const whole = start + (count & ~3)
  const end = start + count
  let [s0, s1, s2, s3] = [0, 0, 0, 0]
  for (let i = start; i < whole; i += 4) {
    s0 += values[i]!
    s1 += values[i + 1]!
    s2 += values[i + 2]!
    s3 += values[i + 3]!
  }
  for (let i = whole; i < end; i++) s0 += values[i]!
  const mean = (s0 + s1 + (s2 + s3)) / count
  s0 = s1 = s2 = s3 = 0
  for (let i = start; i < whole; i += 4) {
    const [x0, x1] = [values[i]! - mean, values[i + 1]! - mean]
    const [x2, x3] = [values[i + 2]! - mean, values[i + 3]! - mean]
    s0 += x0 * x0
    s1 += x1 * x1
    s2 += x2 * x2
    s3 += x3 * x3
  }
  for (let i = whole; i < end; i++) s0 += (values[i]! - mean) * (values[i]! - mean)
  const deviation = Math.sqrt((s0 + s1 + (s2 + s3)) / count)
  const scale = deviation <= Math.abs(mean) * ROUNDING ? 0 : 1 / deviation
  for (let i = start, to = at; i < end; i++, to += stride) out[to] = (values[i]! - mean) * scale
}
