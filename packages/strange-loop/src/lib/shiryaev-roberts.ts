import { requireAtLeast, requireBetween } from './limits.ts'
import { checkSavedState, loadNumbers, type SavedState } from './saved-state.ts'

export interface ShiryaevRobertsOptions {
  /** The promise: the probability of a bad event, given all before, is at most this. In (0, 0.5]. */
  readonly maxRate: number
  /** Events between false alarms, on average and at least, while the promise holds. Default 10,000. */
  readonly runLength?: number
}

export interface ShiryaevRobertsState extends SavedState {
  readonly statistics: readonly number[]
  readonly events: number
}

export interface ShiryaevRoberts {
  /** Adds one event. True when the evidence that the promise is broken is complete; it then starts anew. */
  observe(bad: boolean): boolean
  /** Evidence so far; the alarm comes at `runLength`. */
  readonly statistic: number
  /** Events since the last alarm. */
  readonly events: number
  reset(): void
  save(): ShiryaevRobertsState
}

const KIND = 'midstream.shiryaev-roberts'
const VERSION = 1
/** Broken rates that are looked for, as multiples of the promised one. */
const MULTIPLES = [2, 3, 5, 10, 20]

/**
 * Shiryaev-Roberts e-detector for a rate (Shin, Ramdas and Rinaldo, "E-detectors: a nonparametric framework for
 * sequential change detection", 2024), mixed over several broken rates. For each rate q, R = (R + 1) * likelihood
 * ratio of q against the promise. Under the promise R minus the number of events is a supermartingale, so the mean
 * number of events before R reaches A is at least A, for dependent events too, and the delay after a break does not
 * depend on how long the promise held before. O(1) time and memory.
 */
export function createShiryaevRoberts(
  options: ShiryaevRobertsOptions,
  state?: ShiryaevRobertsState,
): ShiryaevRoberts {
  const { maxRate, runLength = 10_000 } = options
  requireBetween('maxRate', maxRate, 0, 0.5 + Number.EPSILON)
  requireAtLeast('runLength', runLength, 1)
  const rates = MULTIPLES.map((multiple) => Math.min(multiple * maxRate, (1 + maxRate) / 2))
  const onBad = rates.map((rate) => rate / maxRate)
  const onGood = rates.map((rate) => (1 - rate) / (1 - maxRate))
  const statistics = new Float64Array(rates.length)
  let events = 0

  const mean = () => statistics.reduce((sum, r) => sum + r, 0) / rates.length

  function reset(): void {
    statistics.fill(0)
    events = 0
  }

  if (state !== undefined) {
    checkSavedState(state, KIND, VERSION)
    loadNumbers(statistics, state.statistics, 'statistics')
    events = state.events
  }
  return {
    observe(bad) {
      const factors = bad ? onBad : onGood
      for (let i = 0; i < statistics.length; i++) statistics[i] = (statistics[i]! + 1) * factors[i]!
      events++
      if (mean() < runLength) return false
      reset()
      return true
    },
    get statistic() {
      return mean()
    },
    get events() {
      return events
    },
    reset,
    save: () => ({ kind: KIND, version: VERSION, statistics: [...statistics], events }),
  }
}
