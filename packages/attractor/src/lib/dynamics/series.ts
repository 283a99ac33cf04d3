import { MidstreamError } from '@midstream/core'

/** Fewest samples from which anything is said about a series. */
export const MIN_SAMPLES = 100

/** Between these the squares of values neither overflow nor vanish. */
const GREATEST = 2 ** 400
const SMALLEST = 2 ** -400

/**
 * A copy of the values as doubles, times a power of two where their squares would leave the doubles: nothing that
 * is computed from a series depends on its scale. Throws INSUFFICIENT_DATA below `least` values and INVALID_SAMPLE
 * for the first one that is not finite.
 */
export function checkedSeries(values: ArrayLike<number>, least: number = MIN_SAMPLES): Float64Array {
  if (values.length < least) {
    throw new MidstreamError('INSUFFICIENT_DATA', `${least} samples are needed, got ${values.length}`, {
      details: { needed: least, got: values.length },
    })
  }
  const series = Float64Array.from(values)
  let peak = 0
  for (let i = 0; i < series.length; i++) {
    const size = Math.abs(series[i]!)
    if (!(size < Infinity)) {
      throw new MidstreamError('INVALID_SAMPLE', `sample ${i} is ${series[i]}`, { details: { index: i } })
    }
    if (size > peak) peak = size
  }
  if (peak === 0 || (peak >= SMALLEST && peak <= GREATEST)) return series
  // 2^1074, for the smallest double, is none.
  const factor = 2 ** Math.min(1000, -Math.floor(Math.log2(peak)))
  return series.map((x) => x * factor)
}

export interface Moments {
  readonly mean: number
  readonly deviation: number
  readonly min: number
  readonly max: number
}

/** Mean, standard deviation (of the population, exactly 0 of a constant) and range. O(n). */
export function momentsOf(series: Float64Array): Moments {
  let min = Infinity
  let max = -Infinity
  let sum = 0
  for (const x of series) {
    sum += x
    if (x < min) min = x
    if (x > max) max = x
  }
  // The mean of a constant is rounded, and then every sample would differ from it.
  const mean = min === max ? min : sum / series.length
  let squares = 0
  for (const x of series) squares += (x - mean) * (x - mean)
  return { mean, deviation: Math.sqrt(squares / series.length), min, max }
}

/** The series with mean 0 and deviation 1: whatever is computed from it does not depend on scale or offset. */
export function standardised(series: Float64Array, { mean, deviation }: Moments): Float64Array {
  return series.map((x) => (x - mean) / deviation)
}

/** Throws RangeError unless `value` is an integer from `least` on. */
export function checkInteger(name: string, value: number, least: number): void {
  if (!Number.isInteger(value) || value < least)
    throw new RangeError(`${name} must be an integer of at least ${least}, got ${value}`)
}
