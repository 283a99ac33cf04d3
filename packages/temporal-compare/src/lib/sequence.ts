import { MidstreamError } from '@midstream/core'

/** Numbers in order: an array or any typed array. Float64Array is read fastest. */
export type NumericSequence = ArrayLike<number>

/** The longest sequence that functions of quadratic cost accept unless told otherwise. */
export const DEFAULT_MAX_LENGTH = 65_536

/** @throws MidstreamError `SEQUENCE_TOO_LONG`; `details` carries the length and the limit. */
export function requireLength(name: string, length: number, limit: number): void {
  if (length <= limit) return
  throw new MidstreamError('SEQUENCE_TOO_LONG', `${name} has length ${length}, the limit is ${limit}`, {
    details: { length, limit },
  })
}

/**
 * Checks `count` values from `offset` on.
 *
 * @throws MidstreamError `INVALID_INPUT` at the first NaN or infinite value; `details.index` counts from `offset`.
 */
export function requireFinite(name: string, values: NumericSequence, offset: number, count: number): void {
  // x - x is 0 for finite x and NaN otherwise, so one test after the loop is enough. Two sums, because one has to
  // wait for itself.
  const end = offset + count
  let even = 0
  let odd = 0
  let i = offset
  for (; i + 1 < end; i += 2) {
    even += values[i]! - values[i]!
    odd += values[i + 1]! - values[i + 1]!
  }
  if (i < end) even += values[i]! - values[i]!
  if (even + odd === 0) return
  let index = 0
  while (Number.isFinite(values[offset + index])) index++
  throw notFinite(name, values[offset + index]!, index)
}

export function notFinite(name: string, value: number, index: number): MidstreamError {
  return new MidstreamError('INVALID_INPUT', `${name} has the value ${value} at ${index}`, {
    details: { index },
  })
}

/** @throws RangeError unless the value is an integer of at least `least`. */
export function requireInteger(name: string, value: number, least: number): void {
  if (Number.isInteger(value) && value >= least) return
  throw new RangeError(`${name} must be an integer of at least ${least}, not ${value}`)
}

/**
 * Text would be read as the numbers that it spells.
 *
 * @throws MidstreamError `INVALID_INPUT` for a text, or an array that begins with one.
 */
export function requireNumbers(name: string, sequence: string | ArrayLike<number | string>): NumericSequence {
  if (typeof sequence !== 'string' && typeof sequence[0] !== 'string') return sequence as NumericSequence
  throw new MidstreamError('INVALID_INPUT', `${name} is text where numbers are compared`)
}

/** A checked copy. @throws MidstreamError `INVALID_INPUT`. */
export function finiteCopy(name: string, values: string | ArrayLike<number | string>): Float64Array {
  const copy = Float64Array.from(requireNumbers(name, values))
  requireFinite(name, copy, 0, copy.length)
  return copy
}
