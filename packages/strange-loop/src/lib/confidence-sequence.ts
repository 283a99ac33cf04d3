import { requireBetween, requireInteger } from './limits.ts'
import { checkSavedState, type SavedState } from './saved-state.ts'

export interface ConfidenceSequenceOptions {
  /** Probability that the mean is ever outside the interval, in (0, 1). */
  readonly alpha: number
  /** Number of values at which the interval is as narrow as it can be. Default 100. */
  readonly tightAt?: number
}

export interface ConfidenceSequenceState extends SavedState {
  readonly count: number
  readonly mean: number
  readonly squares: number
}

export interface Interval {
  readonly mean: number
  readonly low: number
  readonly high: number
}

export interface ConfidenceSequence {
  readonly count: number
  push(value: number): void
  /** With fewer than two values it reaches from -Infinity to Infinity. */
  interval(): Interval
  save(): ConfidenceSequenceState
}

const KIND = 'midstream.confidence-sequence'
const VERSION = 1

/**
 * A confidence interval for a mean that may be looked at after every value: the asymptotic confidence sequence of
 * Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas ("Time-uniform central limit theory and asymptotic confidence
 * sequences", Annals of Statistics 52, 2024, theorem 2.2). It needs no bound on the values, and holds as their
 * number grows; with few values the coverage is approximate. O(1) time and memory.
 */
export function createConfidenceSequence(
  { alpha, tightAt = 100 }: ConfidenceSequenceOptions,
  state?: ConfidenceSequenceState,
): ConfidenceSequence {
  requireBetween('alpha', alpha, 0, 1)
  requireInteger('tightAt', tightAt, 1, 1e9)
  const logAlpha = -2 * Math.log(alpha)
  /** The paper's rho squared, its equation (10): the best one for `tightAt`. */
  const rho2 = (logAlpha + Math.log(Math.max(1, logAlpha)) + 1) / tightAt
  let count = 0
  let mean = 0
  let squares = 0
  if (state !== undefined) {
    checkSavedState(state, KIND, VERSION)
    count = state.count
    mean = state.mean
    squares = state.squares
  }
  return {
    get count() {
      return count
    },
    push(value) {
      if (!Number.isFinite(value)) throw new RangeError(`value must be finite, got ${value}`)
      count++
      const distance = value - mean
      mean += distance / count
      squares += distance * (value - mean)
    },
    interval() {
      if (count < 2) return { mean, low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY }
      const growth = count * rho2 + 1
      const variance = squares / (count - 1)
      const radius = Math.sqrt(
        ((variance * 2 * growth) / (count * count * rho2)) * Math.log(Math.sqrt(growth) / alpha),
      )
      return { mean, low: mean - radius, high: mean + radius }
    },
    save: () => ({ kind: KIND, version: VERSION, count, mean, squares }),
  }
}
