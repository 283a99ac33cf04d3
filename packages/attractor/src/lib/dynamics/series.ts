import { MidstreamError } from '@midstream/core'

/** Fewest samples from which anything is said about a series. */
export const MIN_SAMPLES = 100

/**
 * A copy of the values as doubles. Throws INSUFFICIENT_DATA below `least` values and INVALID_SAMPLE for the first
 * one that is not finite.
 */
export function checkedSeries(values: ArrayLike<number>, least: number = MIN_SAMPLES): Float64Array {
  if (values.length < least) {
    throw new MidstreamError('INSUFFICIENT_DATA', `${least} samples are needed, got ${values.length}`, {
      details: { needed: least, got: values.length },
    })
  }
  const series = Float64Array.from(values)
  for (let i = 0; i < series.length; i++) {
    if (!Number.isFinite(series[i])) {
      throw new MidstreamError('INVALID_SAMPLE', `sample ${i} is ${series[i]}`, { details: { index: i } })
    }
  }
  return series
}

export interface Moments {
  readonly mean: number
  readonly deviation: number
  readonly min: number
  readonly max: number
}

/** Mean, standard deviation (of the population) and range. O(n). */
export function momentsOf(series: Float64Array): Moments {
  let min = Infinity
  let max = -Infinity
  let sum = 0
  for (const x of series) {
    sum += x
    if (x < min) min = x
    if (x > max) max = x
  }
  const mean = sum / series.length
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
