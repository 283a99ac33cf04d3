import { requireAtLeast, requireBetween, requireInteger } from './limits.ts'
import { nextUniform, seedState } from './random.ts'
import { checkSavedState, loadNumbers, type SavedState } from './saved-state.ts'

export interface HedgeOptions {
  /** How many experts there are, 2 to 4096. */
  readonly experts: number
  /**
   * Rounds that are planned: the learning rate is then sqrt(8 ln(experts) / horizon), for which the regret bound
   * is proved. Without it the rate falls with the round, sqrt(8 ln(experts) / round), and the bound grows.
   */
  readonly horizon?: number
  /** Share of the weight that is spread evenly after each round (fixed share), in [0, 1). Default 0. */
  readonly share?: number
  /** Seed of `draw`, a safe integer. Default 1. */
  readonly seed?: number
}

export interface HedgeState extends SavedState {
  readonly losses: readonly number[]
  readonly weights: readonly number[]
  readonly round: number
  readonly ownLoss: number
  readonly random: readonly number[]
}

export interface Hedge {
  readonly round: number
  /** Probability of each expert. The array is the learner's own and changes with the next outcome. */
  readonly weights: Readonly<Float64Array>
  /** An expert, drawn with these probabilities. */
  draw(): number
  /**
   * Learns the loss of every expert in this round, each in [0, 1]. Returns the expected loss of the round.
   * O(experts), no allocation.
   */
  learn(losses: ArrayLike<number>): number
  /** Expected loss so far minus that of the best expert. */
  readonly regret: number
  /** What the regret cannot exceed by now, whatever the losses were. With `share` above 0 none is claimed: NaN. */
  readonly regretBound: number
  reset(): void
  save(): HedgeState
}

const KIND = 'midstream.hedge'
const VERSION = 1

/**
 * Hedge (Freund and Schapire, JCSS 55, 1997): weights exponential in the losses. For ANY losses in [0, 1], also
 * those of an adversary, the regret after T rounds is at most sqrt(T ln N / 2) when T is the horizon, and
 * 2 sqrt(T ln N / 2) + sqrt(ln N / 8) without a horizon (Cesa-Bianchi and Lugosi, "Prediction, learning, and
 * games", 2006, theorems 2.2 and 2.3). Full information: the losses of all experts must be known.
 *
 * @throws RangeError for an option or a loss out of its range
 */
export function createHedge(options: HedgeOptions, state?: HedgeState): Hedge {
  const { experts, horizon, share = 0, seed = 1 } = options
  requireInteger('experts', experts, 2, 4096)
  if (horizon !== undefined) requireInteger('horizon', horizon, 1, 1e12)
  requireAtLeast('share', share, 0)
  requireBetween('share', share, -1, 1)
  const logExperts = Math.log(experts)
  const random = seedState(seed)
  const losses = new Float64Array(experts)
  const weights = new Float64Array(experts)
  let round = 0
  let ownLoss = 0

  function rateAt(t: number): number {
    return Math.sqrt((8 * logExperts) / (horizon ?? t))
  }

  function reset(): void {
    losses.fill(0)
    weights.fill(1 / experts)
    random.set(seedState(seed))
    round = 0
    ownLoss = 0
  }

  /** weights = exp(-rate * losses), normalised; the smallest loss is subtracted so that nothing underflows. */
  function weigh(): void {
    const rate = rateAt(round + 1)
    let least = losses[0]!
    for (let i = 1; i < experts; i++) least = Math.min(least, losses[i]!)
    let sum = 0
    for (let i = 0; i < experts; i++) {
      const weight = Math.exp(-rate * (losses[i]! - least))
      weights[i] = weight
      sum += weight
    }
    for (let i = 0; i < experts; i++) weights[i] = weights[i]! / sum
  }

  /** Fixed share (Herbster and Warmuth, Machine Learning 32, 1998): multiplicative update, then mixing. */
  function weighShared(latest: ArrayLike<number>): void {
    const rate = rateAt(round + 1)
    let sum = 0
    for (let i = 0; i < experts; i++) {
      weights[i] = weights[i]! * Math.exp(-rate * latest[i]!)
      sum += weights[i]!
    }
    for (let i = 0; i < experts; i++) weights[i] = ((1 - share) * weights[i]!) / sum + share / experts
  }

  function learn(latest: ArrayLike<number>): number {
    if (latest.length !== experts) throw new RangeError(`${latest.length} losses for ${experts} experts`)
    let expected = 0
    for (let i = 0; i < experts; i++) {
      const loss = latest[i]!
      if (!(loss >= 0 && loss <= 1))
        throw new RangeError(`loss of expert ${i} must be in [0, 1], got ${loss}`)
      expected += weights[i]! * loss
    }
    for (let i = 0; i < experts; i++) losses[i] = losses[i]! + latest[i]!
    round++
    ownLoss += expected
    if (share === 0) weigh()
    else weighShared(latest)
    return expected
  }

  reset()
  if (state !== undefined) {
    checkSavedState(state, KIND, VERSION, () => ({ experts: state.losses.length === experts }))
    loadNumbers(losses, state.losses, 'losses')
    loadNumbers(weights, state.weights, 'weights')
    loadNumbers(random, state.random, 'random')
    round = state.round
    ownLoss = state.ownLoss
  }
  return {
    get round() {
      return round
    },
    weights,
    draw() {
      let left = nextUniform(random)
      for (let i = 0; i < experts - 1; i++) {
        left -= weights[i]!
        if (left < 0) return i
      }
      return experts - 1
    },
    learn,
    get regret() {
      return ownLoss - losses.reduce((least, loss) => Math.min(least, loss))
    },
    get regretBound() {
      if (share > 0) return Number.NaN
      if (horizon === undefined) return 2 * Math.sqrt((round * logExperts) / 2) + Math.sqrt(logExperts / 8)
      // Theorem 2.2 for a rate that was tuned for another number of rounds.
      return logExperts / rateAt(0) + (rateAt(0) * round) / 8
    },
    reset,
    save: () => ({
      kind: KIND,
      version: VERSION,
      losses: [...losses],
      weights: [...weights],
      round,
      ownLoss,
      random: [...random],
    }),
  }
}
