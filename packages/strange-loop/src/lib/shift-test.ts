// A two-sided Shiryaev-Roberts test for a shift of the mean of standardised values, in a slice of a larger array, so
// that a learner can keep one for each of its arms without an object for each.

/** Numbers that one test needs: the latest value, and a statistic for each shift up and down. */
export const SHIFT_FIELDS = 9
/** Shifts that are looked for: 2, 1, 0.5 and 0.25 standard deviations, up and down. */
const SHIFTS = 4
const LARGEST_SHIFT = 2
/** exp(-d^2 / 2) for these shifts. */
const PENALTIES: readonly number[] = [
  0.1353352832366127, 0.6065306597126334, 0.8824969025845955, 0.9692332344763441,
]
/** Rewards of few values have rare large residuals; cut here, one of them alone proves little. */
const CLIP = 3

/**
 * Adds the standardised value in `fields[at]` to the test that follows it, and tells whether the statistic exceeds
 * `limit[0]`: the mean over shifts d of R = (R + 1) exp(d z - d^2 / 2). For independent values with mean 0 that are
 * sub-Gaussian with variance 1, the statistic minus the number of values is a supermartingale, so that alarms are
 * that many values apart or more on average. Numbers come in arrays because a number argument would allocate.
 */
export function shiftFound(fields: Float64Array, at: number, limit: Float64Array): boolean {
  const z = Math.max(-CLIP, Math.min(CLIP, fields[at]!))
  // One exponential serves all: halving the shift is a square root.
  let up = Math.exp(LARGEST_SHIFT * z)
  let sum = 0
  for (let i = 0; i < SHIFTS; i++) {
    const penalty = PENALTIES[i]!
    const k = at + 1 + 2 * i
    const rise = (fields[k]! + 1) * up * penalty
    const fall = ((fields[k + 1]! + 1) / up) * penalty
    fields[k] = rise
    fields[k + 1] = fall
    sum += rise + fall
    up = Math.sqrt(up)
  }
  return sum > limit[0]! * 2 * SHIFTS
}
