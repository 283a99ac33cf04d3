import { finiteCopy, type NumericSequence } from './sequence.ts'

/**
 * The derivative that Keogh & Pazzani (SDM 2001) compare: the mean of the slope to the left neighbour and the slope
 * through both neighbours. The ends repeat their neighbours. One point has the derivative 0, two have their
 * difference.
 *
 * @throws MidstreamError `INVALID_INPUT` for NaN or infinite values.
 */
export function estimateDerivative(sequence: NumericSequence): Float64Array {
  const out = finiteCopy('sequence', sequence)
  differentiate(out, 0, out.length, 1)
  return out
}

/** In place, for `points` points of `dimensions` values each from `offset` on. */
export function differentiate(
  values: Float64Array,
  offset: number,
  points: number,
  dimensions: number,
): void {
  for (let d = 0; d < dimensions; d++) {
    const at = (i: number): number => offset + i * dimensions + d
    if (points < 3) {
      const slope = points === 2 ? values[at(1)]! - values[at(0)]! : 0
      for (let i = 0; i < points; i++) values[at(i)] = slope
      continue
    }
    let before = values[at(0)]!
    for (let i = 1; i < points - 1; i++) {
      const here = values[at(i)]!
      const after = values[at(i + 1)]!
      values[at(i)] = (here - before + (after - before) / 2) / 2
      before = here
    }
    values[at(0)] = values[at(1)]!
    values[at(points - 1)] = values[at(points - 2)]!
  }
}
