import { requireAtLeast, requireBetween, requireInteger } from './limits.ts'
import { checkSavedState, type SavedState } from './saved-state.ts'

export interface PageHinkleyOptions {
  /** Change of the mean that is tolerated, in units of the values. Default 0.005. */
  readonly tolerance?: number
  /** Sum of excess that counts as drift. Default 50. */
  readonly threshold?: number
  /** Values before drift can be reported. Default 30. */
  readonly minValues?: number
  /** Weight of the sum so far when a value arrives, in (0, 1]. Default 0.9999. */
  readonly forgetting?: number
}

export interface PageHinkleyState extends SavedState {
  readonly count: number
  readonly mean: number
  readonly excess: number
}

export interface DriftDetector<State> {
  /** True when this value completes the evidence of drift. @throws RangeError for a value that is not finite */
  push(value: number): boolean
  /** Values that the present mean rests on. */
  readonly width: number
  readonly mean: number
  reset(): void
  save(): State
}

const KIND = 'midstream.page-hinkley'
const VERSION = 1

/**
 * Page and Hinkley's test for a rise of the mean (Page, "Continuous inspection schemes", Biometrika 41, 1954): the
 * excess of the values over their running mean is summed, never below zero. Starts anew after a drift. O(1) time
 * and memory. It promises no error probability: the threshold is a choice.
 */
export function createPageHinkley(
  options: PageHinkleyOptions = {},
  state?: PageHinkleyState,
): DriftDetector<PageHinkleyState> {
  const { tolerance = 0.005, threshold = 50, minValues = 30, forgetting = 0.9999 } = options
  requireAtLeast('tolerance', tolerance, 0)
  requireAtLeast('threshold', threshold, 0)
  requireInteger('minValues', minValues, 1, 1e9)
  requireBetween('forgetting', forgetting, 0, 1 + Number.EPSILON)
  let count = 0
  let mean = 0
  let excess = 0

  function reset(): void {
    count = 0
    mean = 0
    excess = 0
  }

  if (state !== undefined) {
    checkSavedState(state, KIND, VERSION)
    count = state.count
    mean = state.mean
    excess = state.excess
  }
  return {
    push(value) {
      if (!Number.isFinite(value)) throw new RangeError(`value must be finite, got ${value}`)
      count++
      mean += (value - mean) / count
      excess = Math.max(0, forgetting * excess + (value - mean - tolerance))
      if (count < minValues || excess < threshold) return false
      reset()
      return true
    },
    get width() {
      return count
    },
    get mean() {
      return mean
    },
    reset,
    save: () => ({ kind: KIND, version: VERSION, count, mean, excess }),
  }
}
