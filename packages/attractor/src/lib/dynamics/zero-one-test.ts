import { MidstreamError } from '@midstream/core'
import { checkedSeries, checkInteger, momentsOf, standardised } from './series.ts'

/** Fewest samples that a displacement is taken of. */
export const LEAST_USED = 10

export interface ZeroOneOptions {
  /** Samples between two that are used: an oversampled flow looks regular. @default 1 */
  readonly every?: number
  /** Frequencies of the translation, spread over (pi/5, 4 pi/5). @default 100 */
  readonly frequencies?: number
  /** Samples that are used at most. @default 2000 */
  readonly maxSamples?: number
}

/**
 * The 0–1 test of Gottwald and Melbourne (SIAM J. Appl. Dyn. Syst. 8, 2009) with the mean square
 * displacement of the series less its mean: the median over frequencies of its correlation with time. Near 1 for chaos **and for noise**,
 * near 0 for what is regular. O(frequencies samples² / 10) for at most `maxSamples` samples, whatever the length
 * of the series, whose scale and offset change nothing. Throws INSUFFICIENT_DATA below 100 samples or 10 that are
 * used, INVALID_SAMPLE for a value that is not finite.
 */
export function zeroOneTest(values: ArrayLike<number>, options: ZeroOneOptions = {}): number {
  const { every = 1, frequencies = 100, maxSamples = 2000 } = options
  checkInteger('every', every, 1)
  checkInteger('frequencies', frequencies, 1)
  checkInteger('maxSamples', maxSamples, 50)
  const all = checkedSeries(values)
  const n = Math.min(maxSamples, Math.floor(all.length / every))
  if (n < LEAST_USED) {
    const needed = LEAST_USED * every
    throw new MidstreamError('INSUFFICIENT_DATA', `${needed} samples are needed, got ${all.length}`, {
      details: { needed, got: all.length },
    })
  }
  const used = Float64Array.from({ length: n }, (_, i) => all[i * every]!)
  const moments = momentsOf(used)
  if (!(moments.deviation > 0)) return 0
  // Without its mean the series has no oscillating part of the displacement, which would have to be taken off.
  const series = standardised(used, moments)
  const steps = Math.max(4, Math.floor(n / 10))
  const ks: number[] = []
  const p = new Float64Array(n)
  const q = new Float64Array(n)
  const displacement = new Float64Array(steps)
  for (let f = 0; f < frequencies; f++) {
    // Golden-ratio spacing keeps the frequencies off each other's multiples without chance.
    const c = Math.PI * (0.2 + 0.6 * ((0.5 + f * 0.6180339887498949) % 1))
    let x = 0
    let y = 0
    for (let i = 0; i < n; i++) {
      x += series[i]! * Math.cos(c * (i + 1))
      y += series[i]! * Math.sin(c * (i + 1))
      p[i] = x
      q[i] = y
    }
    const count = n - steps
    for (let k = 1; k <= steps; k++) {
      let sum = 0
      for (let i = 0; i < count; i++) {
        const dx = p[i + k]! - p[i]!
        const dy = q[i + k]! - q[i]!
        sum += dx * dx + dy * dy
      }
      displacement[k - 1] = sum / count
    }
    ks.push(correlationWithTime(displacement))
  }
  ks.sort((a, b) => a - b)
  const middle = ks.length >> 1
  return ks.length % 2 === 1 ? ks[middle]! : (ks[middle - 1]! + ks[middle]!) / 2
}

function correlationWithTime(values: Float64Array): number {
  const n = values.length
  const centre = (n - 1) / 2
  let mean = 0
  for (const v of values) mean += v / n
  let xx = 0
  let xy = 0
  let yy = 0
  for (let i = 0; i < n; i++) {
    xx += (i - centre) ** 2
    xy += (i - centre) * (values[i]! - mean)
    yy += (values[i]! - mean) ** 2
  }
  return yy === 0 ? 0 : xy / Math.sqrt(xx * yy)
}
