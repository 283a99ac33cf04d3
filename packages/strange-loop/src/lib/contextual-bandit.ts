import { createLaneKernel } from './lane-kernel.ts'
import {
  bestScore,
  copyContext,
  downdate,
  fillGain,
  fillProducts,
  grow,
  LANES,
  laneStart,
  padToLanes,
  scaleLane,
} from './lane-matrix.ts'
import { checkLearningSetting, DEFAULT_BANDIT_SETTING, type LearningSetting } from './learning-setting.ts'
import { requireBetween, requireInteger } from './limits.ts'
import { fillNormals, seedState } from './random.ts'
import { checkSavedState, loadNumbers, type SavedState } from './saved-state.ts'
import { SHIFT_FIELDS, shiftFound } from './shift-test.ts'

export interface ContextualBanditOptions {
  /** How many choices there are, 1 to 4096. */
  readonly arms: number
  /** Length of a context, 1 to 256. One feature that is always 1 makes a bandit without context. */
  readonly features: number
  /** `lin-ucb` takes the arm of the highest confidence bound, `thompson` samples from the posterior. */
  readonly strategy: 'lin-ucb' | 'thompson'
  readonly setting?: LearningSetting
  /** Standard deviation of the rewards' noise before any outcome is known. Default 0.5: rewards in [0, 1]. */
  readonly initialNoise?: number
  /** Seed of the Thompson samples, a safe integer. Default 1. `lin-ucb` draws nothing. */
  readonly seed?: number
}

export interface ArmEstimate {
  /** Expected reward of the arm in this context. */
  readonly mean: number
  /** Standard deviation of that expectation. */
  readonly deviation: number
  /** Standard deviation of the reward around it, over all arms. */
  readonly noise: number
  /** Outcomes since the arm was last reset. */
  readonly outcomes: number
  /** How often drift reset the arm. */
  readonly drifts: number
}

export interface ContextualBanditState extends SavedState {
  readonly arms: number
  readonly features: number
  readonly strategy: string
  readonly setting: LearningSetting
  readonly covariance: readonly number[]
  readonly inflations: readonly number[]
  readonly maxInflations: readonly number[]
  readonly weights: readonly number[]
  readonly perArm: readonly number[]
  readonly totals: readonly number[]
  readonly random: readonly number[]
}

export interface ContextualBandit {
  readonly arms: number
  readonly features: number
  /**
   * The arm to take in this context; the lowest index among equals. O(arms * features^2), no allocation.
   * @throws RangeError for a context of another length, or with a number that is not finite, or so long that doubles
   * are not precise enough: `setting.rate` times the sum of its squares is more than 1e13
   */
  choose(context: ArrayLike<number>): number
  /**
   * Learns the reward of an arm in a context. True when the drift test fired: the arm was reset and then learned
   * this one outcome. O(features^2 + arms), no allocation.
   * @throws RangeError for an arm or a context as above, or a reward that is not in [-1e50, 1e50]
   */
  learn(arm: number, context: ArrayLike<number>, reward: number): boolean
  estimate(arm: number, context: ArrayLike<number>): ArmEstimate
  readonly setting: LearningSetting
  /** Goes on with another setting and keeps what was learned. A new `rate` takes effect for arms that are reset. */
  use(setting: LearningSetting): void
  reset(): void
  save(): ContextualBanditState
}

const KIND = 'midstream.contextual-bandit'
const VERSION = 1
// Fields of an arm in `perArm`.
const OUTCOMES = 0
const DRIFTS = 1
const ARM_NOISE = 2 // sum of the arm's squared standardised residuals
const ARM_NOISE_WEIGHT = 3
const SHIFT = 4 // the drift test
const FIELDS = SHIFT + SHIFT_FIELDS
// Fields of `totals`: the same over all arms.
const NOISE_SUM = 0
const NOISE_WEIGHT = 1
const ROUNDS = 2 // rounds so far, discounted with the window
const OUTCOMES_SEEN = 3
const DRIFTS_FOUND = 4
// Fields of `scratch`.
const WIDTH = 0
const SQUARE = 1
/** Once drift was found, its rate is known: then a false alarm may come once for so many true ones. */
const DRIFT_ODDS = 100
/** Outcomes that an arm needs before its residuals say anything about drift. */
const DRIFT_MIN_OUTCOMES = 8
/** Without noise every residual is a drift; this one only avoids dividing zero by zero. */
const TINY = 1e-12
/** Squares of residuals, and sums of them, are finite. */
const MAX_REWARD = 1e50
/**
 * Largest variance that a context may have under the prior, in units of the noise: an outcome lowers it to at most 1,
 * by a difference that keeps 16 digits. With 1e15 all of 432 simulated lives stayed finite; with 1e16 the covariance
 * of 28 became indefinite, and then NaN.
 */
const MAX_VARIANCE = 1e13
/** Weight of `initialNoise`, in outcomes. */
const NOISE_PRIOR = 4
/** Weight of the noise of all arms in the noise of one arm, in outcomes. */
const SHARED_NOISE = 8
/** Most outcomes that a noise estimate remembers. */
const NOISE_WINDOW = 2000

/**
 * A contextual bandit with one linear model for each arm: LinUCB with disjoint models (Li, Chu, Langford and
 * Schapire, WWW 2010, algorithm 1) or linear Thompson sampling (Agrawal and Goyal, ICML 2013). Both use the
 * posterior mean x'w and the posterior variance s^2 x'Px of the arm's reward; s^2 is the noise variance,
 * estimated from the residuals. Because arms share nothing, sampling each arm's reward from that normal is the
 * same as sampling its weights.
 *
 * With a window W outcomes are discounted by exp(-1/W) for each round that passes, for all arms (D-LinUCB,
 * Russac, Vernade and Cappe, NeurIPS 2019). The variance of an arm never grows beyond that of its prior.
 *
 * The drift test is a two-sided Shiryaev-Roberts test on the arm's standardised residuals. It resets what it
 * invalidates: the estimate of the arm whose residuals moved, and the certainty about the others, which was
 * gathered in the same past. Their estimates stay, so that a few outcomes confirm them. `driftRunLength` holds until
 * the first drift; from then on the test takes one false alarm for 100 drifts of the rate found so far.
 *
 * Memory: arms * (features^2 / 2 + 1.5 features + 6) numbers, allocated once.
 *
 * @throws RangeError for an option out of its range
 * @throws MidstreamError STATE_INVALID when a saved state does not fit the options
 */
export function createContextualBandit(
  options: ContextualBanditOptions,
  state?: ContextualBanditState,
): ContextualBandit {
  const { arms, features, strategy, initialNoise = 0.5, seed = 1 } = options
  requireInteger('arms', arms, 1, 4096)
  requireInteger('features', features, 1, 256)
  requireBetween('initialNoise', initialNoise, 0, 1e9)
  if (strategy !== 'lin-ucb' && strategy !== 'thompson') {
    throw new RangeError(`strategy must be lin-ucb or thompson, got ${String(strategy)}`)
  }
  let setting = state?.setting ?? options.setting ?? DEFAULT_BANDIT_SETTING
  checkLearningSetting(setting)

  const packed = (features * (features + 1)) / 2
  const padded = padToLanes(arms)
  const random = seedState(seed)
  // Upper triangles of P = (ridge I + sum x x')^-1, row by row, and the weights, both in lanes; x x' and x; and
  // what the kernel makes of them.
  const sizes = [padded * packed, padded * features, packed, features, padded, padded]
  const kernel = createLaneKernel(8 * sizes.reduce((sum, size) => sum + size, 0))
  let placed = 0
  const [covariance, weights, products, point, variances, means] = sizes.map((size) => {
    const array = new Float64Array(kernel.buffer, placed, size)
    placed += 8 * size
    return array
  }) as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array]
  const perArm = new Float64Array(arms * FIELDS)
  // Numbers that change live in arrays: a variable of a closure would allocate each new number.
  const totals = new Float64Array(5)
  const gain = new Float64Array(features)
  const scaled = new Float64Array(features)
  const scratch = new Float64Array(2)
  const driftLimit = new Float64Array(1)
  const sampled = strategy === 'thompson'
  /** Of the deviation of each arm: a normal draw, or 1. */
  const factors = new Float64Array(arms).fill(1)
  /** By how much the variance of an arm has grown since it last learned, and by how much it may grow. */
  const inflations = new Float64Array(arms)
  const maxInflations = new Float64Array(arms)
  /** [0] the factor on all inflations for each round that passes. */
  const rates = new Float64Array(1)
  const longest = new Float64Array(1)

  function resetArm(arm: number): void {
    const start = laneStart(arm, packed)
    for (let i = 0, at = start; i < features; i++) {
      for (let j = i; j < features; j++, at += LANES) covariance[at] = i === j ? setting.rate : 0
    }
    for (let i = 0, at = laneStart(arm, features); i < features; i++, at += LANES) weights[at] = 0
    const field = arm * FIELDS
    inflations[arm] = 1
    maxInflations[arm] = 1
    perArm[field + OUTCOMES] = 0
    perArm[field + ARM_NOISE] = 0
    perArm[field + ARM_NOISE_WEIGHT] = 0
    perArm.fill(0, field + SHIFT, field + FIELDS)
  }

  function applySetting(next: LearningSetting): void {
    checkLearningSetting(next)
    setting = { ...next }
    rates[0] = next.window === null ? 1 : Math.exp(1 / next.window)
    longest[0] = MAX_VARIANCE / next.rate
  }

  function reset(): void {
    perArm.fill(0)
    for (let arm = 0; arm < arms; arm++) resetArm(arm)
    totals[NOISE_SUM] = NOISE_PRIOR * initialNoise * initialNoise
    totals[NOISE_WEIGHT] = NOISE_PRIOR
    totals[ROUNDS] = 0
    totals[OUTCOMES_SEEN] = 0
    totals[DRIFTS_FOUND] = 0
    random.set(seedState(seed))
  }

  function readContext(context: ArrayLike<number>): void {
    if (context.length !== features) {
      throw new RangeError(`the context has ${context.length} features, expected ${features}`)
    }
    if (!copyContext(context, point, features, longest)) {
      throw new RangeError(`features must be numbers whose squares sum to at most ${longest[0]}: scale them`)
    }
  }

  function checkArm(arm: number): void {
    if (!(arm >= 0 && arm < arms && Math.floor(arm) === arm)) {
      throw new RangeError(`arm must be an integer below ${arms}, got ${arm}`)
    }
  }

  function choose(context: ArrayLike<number>): number {
    readContext(context)
    fillProducts(point, features, products)
    kernel.dots(covariance.byteOffset, products.byteOffset, packed, variances.byteOffset, padded)
    kernel.dots(weights.byteOffset, point.byteOffset, features, means.byteOffset, padded)
    if (sampled) fillNormals(random, factors)
    const noise = totals[NOISE_SUM]! / totals[NOISE_WEIGHT]!
    // A bound must grow with the logarithm of the rounds, or an unlucky start is believed for ever.
    const growing = sampled ? 1 : Math.log(Math.E + totals[ROUNDS]!)
    scratch[WIDTH] = setting.exploration * Math.sqrt(noise * growing)
    return bestScore(means, variances, inflations, factors, scratch, arms)
  }

  /** Adds a squared standardised residual, `scratch[SQUARE]`, to a sum and its weight. */
  function addNoise(sums: Float64Array, at: number): void {
    const weight = sums[at + 1]!
    const keep = weight >= NOISE_WINDOW ? 1 - 1 / NOISE_WINDOW : 1
    sums[at] = sums[at]! * keep + scratch[SQUARE]!
    sums[at + 1] = weight * keep + 1
  }

  function inflate(arm: number): void {
    const inflation = inflations[arm]!
    if (inflation === 1) return
    scaleLane(covariance, laneStart(arm, packed), inflations, arm, packed)
    inflations[arm] = 1
    maxInflations[arm] = Math.max(1, maxInflations[arm]! / inflation)
  }

  /** The largest factor on the variance of an arm that keeps its mean variance within the prior's. */
  function limitInflation(arm: number): void {
    let trace = 0
    const start = laneStart(arm, packed)
    for (let i = 0, at = start; i < features; at += LANES * (features - i), i++) trace += covariance[at]!
    maxInflations[arm] = Math.max(1, (features * setting.rate) / trace)
  }

  function doubtOthers(drifted: number): void {
    for (let arm = 0; arm < arms; arm++) {
      if (arm === drifted) continue
      limitInflation(arm)
      inflations[arm] = maxInflations[arm]!
    }
  }

  function learn(arm: number, context: ArrayLike<number>, reward: number): boolean {
    checkArm(arm)
    readContext(context)
    if (!(Math.abs(reward) <= MAX_REWARD)) {
      throw new RangeError(`reward must be a number up to ${MAX_REWARD}, got ${reward}`)
    }
    const field = arm * FIELDS
    const start = laneStart(arm, packed)
    const firstWeight = laneStart(arm, features)
    inflate(arm)
    fillGain(covariance, start, point, features, gain)
    let variance = 0
    let mean = 0
    for (let i = 0, at = firstWeight; i < features; i++, at += LANES) {
      variance += gain[i]! * point[i]!
      mean += weights[at]! * point[i]!
    }
    let residual = reward - mean
    let drift = false
    if (setting.driftRunLength !== null && perArm[field + OUTCOMES]! >= DRIFT_MIN_OUTCOMES) {
      // The noise of this arm, with that of all arms as the prior.
      const shared = totals[NOISE_SUM]! / totals[NOISE_WEIGHT]!
      const noise =
        (perArm[field + ARM_NOISE]! + SHARED_NOISE * shared) /
        (perArm[field + ARM_NOISE_WEIGHT]! + SHARED_NOISE)
      perArm[field + SHIFT] = residual / (Math.sqrt(noise * (1 + variance)) + TINY)
      const found = totals[DRIFTS_FOUND]!
      driftLimit[0] =
        found === 0
          ? setting.driftRunLength
          : Math.min(setting.driftRunLength, (DRIFT_ODDS * totals[OUTCOMES_SEEN]!) / found)
      drift = shiftFound(perArm, field + SHIFT, driftLimit)
    }
    if (drift) {
      resetArm(arm)
      perArm[field + DRIFTS] = perArm[field + DRIFTS]! + 1
      totals[DRIFTS_FOUND] = totals[DRIFTS_FOUND]! + 1
      doubtOthers(arm)
      fillGain(covariance, start, point, features, gain)
      variance = 0
      for (let i = 0; i < features; i++) variance += gain[i]! * point[i]!
      residual = reward
    }
    const scale = 1 / (1 + variance)
    if (perArm[field + OUTCOMES]! > 0) {
      scratch[SQUARE] = residual * residual * scale
      addNoise(totals, NOISE_SUM)
      addNoise(perArm, field + ARM_NOISE)
    }
    // Recursive least squares, which is Sherman and Morrison's formula for P.
    for (let i = 0, at = firstWeight; i < features; i++, at += LANES) {
      const step = gain[i]! * scale
      scaled[i] = step
      weights[at] = weights[at]! + step * residual
    }
    downdate(covariance, start, gain, scaled, features)
    totals[ROUNDS] = totals[ROUNDS]! / rates[0]! + 1
    totals[OUTCOMES_SEEN] = totals[OUTCOMES_SEEN]! + 1
    perArm[field + OUTCOMES] = perArm[field + OUTCOMES]! + 1
    if (rates[0] === 1) return drift
    limitInflation(arm)
    grow(inflations, maxInflations, rates, arms)
    return drift
  }

  function estimate(arm: number, context: ArrayLike<number>): ArmEstimate {
    checkArm(arm)
    readContext(context)
    const field = arm * FIELDS
    fillGain(covariance, laneStart(arm, packed), point, features, gain)
    let variance = 0
    let mean = 0
    for (let i = 0, at = laneStart(arm, features); i < features; i++, at += LANES) {
      variance += gain[i]! * point[i]!
      mean += weights[at]! * point[i]!
    }
    const noise = totals[NOISE_SUM]! / totals[NOISE_WEIGHT]!
    return {
      mean,
      deviation: Math.sqrt(Math.max(0, variance * inflations[arm]! * noise)),
      noise: Math.sqrt(noise),
      outcomes: perArm[field + OUTCOMES]!,
      drifts: perArm[field + DRIFTS]!,
    }
  }

  applySetting(setting)
  reset()
  if (state !== undefined) {
    checkSavedState(state, KIND, VERSION, () => ({
      arms: state.arms === arms,
      features: state.features === features,
      strategy: state.strategy === strategy,
    }))
    loadNumbers(covariance, state.covariance, 'covariance')
    loadNumbers(inflations, state.inflations, 'inflations')
    loadNumbers(maxInflations, state.maxInflations, 'maxInflations')
    loadNumbers(weights, state.weights, 'weights')
    loadNumbers(perArm, state.perArm, 'perArm')
    loadNumbers(totals, state.totals, 'totals')
    loadNumbers(random, state.random, 'random')
  }

  return {
    arms,
    features,
    choose,
    learn,
    estimate,
    get setting() {
      return setting
    },
    use: applySetting,
    reset,
    save: () => ({
      kind: KIND,
      version: VERSION,
      arms,
      features,
      strategy,
      setting,
      covariance: [...covariance],
      inflations: [...inflations],
      maxInflations: [...maxInflations],
      weights: [...weights],
      perArm: [...perArm],
      totals: [...totals],
      random: [...random],
    }),
  }
}
