import type { LearningSetting } from './learning-setting.ts'
import { loadNumbers } from './saved-state.ts'
import { SHIFT_FIELDS, shiftFound } from './shift-test.ts'

export interface WeightTunerState {
  readonly losses: readonly number[]
  readonly weights: readonly number[]
  readonly shift: readonly number[]
  readonly scale: number
  readonly rounds: number
  readonly average: number
  readonly variance: number
}

/** One learner of a tuning level: it weighs the inputs of the level below by what they lost. */
export interface WeightTuner {
  readonly weights: Readonly<Float64Array>
  /** Returns the loss of the weighted choice, by the weights from before these losses were known. */
  learn(losses: Float64Array): number
  save(): WeightTunerState
}

/** Weight of the latest loss in the average that the drift test compares with. */
const AVERAGE_RATE = 0.05
/** Rounds before the drift test. */
const DRIFT_MIN_ROUNDS = 10

/**
 * Hedge with the four numbers of a `LearningSetting`: losses are discounted with the window, divided by the largest
 * spread seen, weighed with `rate` times the theoretical rate, and mixed with the even distribution by
 * `exploration`. The drift test looks at the own loss; it forgets the losses so far.
 */
export function createWeightTuner(
  inputs: number,
  setting: LearningSetting,
  state?: WeightTunerState,
): WeightTuner {
  const keep = setting.window === null ? 1 : Math.exp(-1 / setting.window)
  const share = Math.min(1, setting.exploration)
  const losses = new Float64Array(inputs)
  const weights = new Float64Array(inputs).fill(1 / inputs)
  const shift = new Float64Array(SHIFT_FIELDS)
  const limit = Float64Array.of(setting.driftRunLength ?? 0)
  let scale = 0
  let rounds = 0
  let average = 0
  let variance = 0
  if (state !== undefined) {
    loadNumbers(losses, state.losses, 'losses')
    loadNumbers(weights, state.weights, 'weights')
    loadNumbers(shift, state.shift, 'shift')
    scale = state.scale
    rounds = state.rounds
    average = state.average
    variance = state.variance
  }

  function weigh(): void {
    const rate = (setting.rate * Math.sqrt((8 * Math.log(inputs)) / rounds)) / scale
    const least = losses.reduce((a, b) => Math.min(a, b))
    let sum = 0
    for (let i = 0; i < inputs; i++) {
      weights[i] = Math.exp(-rate * (losses[i]! - least))
      sum += weights[i]!
    }
    for (let i = 0; i < inputs; i++) weights[i] = ((1 - share) * weights[i]!) / sum + share / inputs
  }

  function drifted(own: number): boolean {
    if (setting.driftRunLength === null) return false
    const distance = own - average
    const deviation = Math.sqrt(variance)
    average += (rounds === 0 ? 1 : AVERAGE_RATE) * distance
    variance += AVERAGE_RATE * (distance * distance - variance)
    if (rounds < DRIFT_MIN_ROUNDS || deviation === 0) return false
    shift[0] = distance / deviation
    return shiftFound(shift, 0, limit)
  }

  return {
    weights,
    learn(latest) {
      // As a difference from the default: what rounding adds to a sum of weights must not look like a gain.
      let own = latest[0]!
      let least = Number.POSITIVE_INFINITY
      let most = Number.NEGATIVE_INFINITY
      for (let i = 0; i < inputs; i++) {
        const loss = latest[i]!
        own += weights[i]! * (loss - latest[0]!)
        least = Math.min(least, loss)
        most = Math.max(most, loss)
      }
      scale = Math.max(scale, most - least)
      if (drifted(own)) {
        losses.fill(0)
        shift.fill(0)
        rounds = 0
      }
      for (let i = 0; i < inputs; i++) losses[i] = losses[i]! * keep + latest[i]!
      rounds = rounds * keep + 1
      // Without any difference so far there is nothing to prefer.
      if (scale > 0) weigh()
      return own
    },
    save: () => ({
      losses: [...losses],
      weights: [...weights],
      shift: [...shift],
      scale,
      rounds,
      average,
      variance,
    }),
  }
}
