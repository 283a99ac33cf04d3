import { requireBetween } from './limits.ts'
import { checkSavedState, loadNumbers, type SavedState } from './saved-state.ts'

export interface BetTestOptions {
  /** Probability of ever rejecting a true null hypothesis, in (0, 1). */
  readonly level: number
  /**
   * Gains are in [-bound, bound]. Default 1. A bound far above the gains' deviation costs observations, since no
   * bet may risk more than its wealth.
   */
  readonly bound?: number
}

export interface BetTestState extends SavedState {
  readonly wealth: readonly number[]
  readonly observations: number
  readonly rejected: boolean
}

export interface BetTest {
  /** Adds one gain in [-bound, bound]. True from the moment on at which the null hypothesis is rejected. */
  observe(gain: number): boolean
  /** Evidence against "the gain is not positive": its expectation under that hypothesis is at most 1, always. */
  readonly evidence: number
  readonly observations: number
  readonly rejected: boolean
  save(): BetTestState
}

const KIND = 'midstream.bet-test'
const VERSION = 1
/**
 * Fractions of the wealth that are bet on the next gain, in equal parts. A gain of mean m and variance v is found
 * fastest by m / v; powers of two lose little between them, and a mixture pays for what it does not know with
 * log(5) at most.
 */
const BETS = [1 / 16, 1 / 8, 1 / 4, 1 / 2, 3 / 4]
/** More is not counted: the hypothesis is rejected long before, and what is saved must be a number. */
const MOST_WEALTH = 1e300

/**
 * A test of "the expected gain is at most 0, whatever happened before", that may be looked at after every
 * observation: a mixture of betting martingales (Waudby-Smith and Ramdas, "Estimating means of bounded random
 * variables by betting", JRSS B 86, 2024). Each bet b multiplies its wealth by 1 + b * gain / bound. Under the hypothesis
 * the mean wealth is a nonnegative supermartingale that starts at 1, so it ever reaches 1 / level with probability
 * at most `level` (Ville 1939).
 *
 * Assumes: each gain is in [-bound, bound], and its expectation given all before is what the hypothesis speaks of. It
 * assumes neither independence nor a distribution. O(1) time and memory.
 */
export function createBetTest({ level, bound = 1 }: BetTestOptions, state?: BetTestState): BetTest {
  requireBetween('level', level, 0, 1)
  requireBetween('bound', bound, 0, 1e9)
  const wealth = new Float64Array(BETS.length).fill(1)
  let observations = 0
  let rejected = false

  const evidence = () => wealth.reduce((sum, w) => sum + w, 0) / BETS.length

  if (state !== undefined) {
    checkSavedState(state, KIND, VERSION)
    loadNumbers(wealth, state.wealth, 'wealth')
    observations = state.observations
    rejected = state.rejected
  }
  return {
    observe(gain) {
      if (!(Math.abs(gain) <= bound))
        throw new RangeError(`gain must be in [-${bound}, ${bound}], got ${gain}`)
      const share = gain / bound
      let sum = 0
      for (let i = 0; i < BETS.length; i++) {
        const next = Math.min(MOST_WEALTH, wealth[i]! * (1 + BETS[i]! * share))
        wealth[i] = next
        sum += next
      }
      observations++
      if (sum >= BETS.length / level) rejected = true
      return rejected
    },
    get evidence() {
      return evidence()
    },
    get observations() {
      return observations
    },
    get rejected() {
      return rejected
    },
    save: () => ({ kind: KIND, version: VERSION, wealth: [...wealth], observations, rejected }),
  }
}
