/** How a series approaches what it ends in. */
export interface Convergence {
  /** Rate in nats per sample; negative. */
  readonly exponent: number
  /** Half width of a 95 % interval from the residuals. */
  readonly uncertainty: number
  readonly samples: number
  readonly rSquared: number
}

/**
 * Rate at which values `period` apart become equal: the slope of log |x[i + period] - x[i]|, averaged over one
 * period, from where the series is near its end to where rounding takes over. The exponent of a stable orbit shows
 * in its transient only. Undefined when the series has none, or it does not shrink geometrically.
 */
export function findConvergence(
  series: Float64Array,
  period: number,
  range: number,
): Convergence | undefined {
  const n = series.length - period
  let scale = 0
  for (const x of series) scale = Math.max(scale, Math.abs(x))
  // Below this the difference of two values is rounding.
  const bottom = Math.max(1e-12 * range, 64 * Number.EPSILON * scale)
  const distance = (i: number): number => Math.abs(series[i + period]! - series[i]!)
  let end = n
  while (end > 0 && !(distance(end - 1) > bottom)) end--
  const near = (share: number): number => {
    let from = end
    // Within a period distances go up and down by some factor.
    while (from > 0 && distance(from - 1) > 1e-2 * bottom && distance(from - 1) <= share * range) from--
    return from
  }
  // Far from its end a series does not yet shrink at the rate of its end.
  let from = near(1e-3)
  if (end - from < 3 * period + 8) from = near(0.05)
  const logs = Array.from({ length: end - from }, (_, k) => Math.log(distance(from + k)))
  const means: number[] = []
  for (let i = 0; i + period <= logs.length; i++) {
    let sum = 0
    for (let j = 0; j < period; j++) sum += logs[i + j]!
    means.push(sum / period)
  }
  const count = means.length
  if (count < 8) return undefined
  const centre = (count - 1) / 2
  const mean = means.reduce((a, b) => a + b, 0) / count
  let xx = 0
  let xy = 0
  let yy = 0
  for (const [i, y] of means.entries()) {
    xx += (i - centre) ** 2
    xy += (i - centre) * (y - mean)
    yy += (y - mean) ** 2
  }
  const exponent = xy / xx
  const rSquared = yy === 0 ? 0 : (xy * xy) / (xx * yy)
  if (!(exponent < 0) || rSquared < 0.9) return undefined
  const residual = Math.max(0, yy - xy * exponent) / Math.max(1, count - 2)
  // Neighbouring means share all but one value.
  const uncertainty = 2 * Math.sqrt((residual * period) / xx)
  return { exponent, uncertainty, samples: count, rSquared }
}
