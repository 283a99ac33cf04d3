import { finiteCopy, type NumericSequence, requireInteger } from './sequence.ts'

/** Least and greatest value within a radius of each point. */
export interface Envelope {
  readonly lower: Float64Array
  readonly upper: Float64Array
}

/**
 * The envelope of a sequence: `lower[i]` and `upper[i]` are the extremes of points i - radius to i + radius.
 * Lemire 2006: O(n) time for every radius.
 *
 * @throws MidstreamError `INVALID_INPUT` for NaN or infinite values. @throws RangeError for a negative radius.
 */
export function envelope(sequence: NumericSequence, radius: number): Envelope {
  requireInteger('radius', radius, 0)
  const values = finiteCopy('sequence', sequence)
  const out = { lower: new Float64Array(values.length), upper: new Float64Array(values.length) }
  createEnveloper(values.length)(values, Math.min(radius, values.length), out)
  return out
}

/** Fills `out` with the envelope of `length` values; allocates nothing. */
export type Enveloper = (values: Float64Array, radius: number, out: Envelope) => void

export function createEnveloper(length: number): Enveloper {
  // Indices of falling maxima and of rising minima of the values still within the radius.
  const highs = new Int32Array(length)
  const lows = new Int32Array(length)

  return (values, radius, { lower, upper }) => {
    let highHead = 0
    let highTail = 0
    let lowHead = 0
    let lowTail = 0
    for (let end = 0; end < length + radius; end++) {
      if (end < length) {
        const value = values[end]!
        while (highTail > highHead && values[highs[highTail - 1]!]! <= value) highTail--
        while (lowTail > lowHead && values[lows[lowTail - 1]!]! >= value) lowTail--
        highs[highTail++] = end
        lows[lowTail++] = end
      }
      const at = end - radius
      if (at < 0) continue
      if (at >= length) break
      if (highs[highHead]! < at - radius) highHead++
      if (lows[lowHead]! < at - radius) lowHead++
      upper[at] = values[highs[highHead]!]!
      lower[at] = values[lows[lowHead]!]!
    }
  }
}
