import { requireAtLeast, requireBetween, requireInteger } from './limits.ts'
import { checkSavedState, type SavedState } from './saved-state.ts'

export interface ThresholdCalibratorOptions {
  /** The share of harmless scores that may exceed the threshold, in (0, 0.5). */
  readonly alpha: number
  /** Step of the level for each labelled score, in (0, 1). Default 0.005. */
  readonly step?: number
  /** Harmless scores that are remembered, at least 10 and 1 / (5 alpha) - 1. Default 1000. */
  readonly window?: number
  /** Threshold until 1 / alpha scores are known. Default Infinity: no alarm. */
  readonly initial?: number
  /**
   * The threshold never leaves `[base - radius, base + radius]`, whatever the labels say. This bounds what wrong
   * labels can do; where drift is larger than the radius, the promise on `alpha` is lost, and `breaches` counts it.
   */
  readonly trust?: { readonly base: number; readonly radius: number }
}

export interface ThresholdCalibratorState extends SavedState {
  readonly alpha: number
  readonly level: number
  /** Oldest first. */
  readonly scores: readonly number[]
  readonly observed: number
  readonly alarms: number
  readonly breaches: number
}

export interface ThresholdCalibrator {
  /** A score above it is an alarm. Infinity while the budget is used up, when there is no `trust`. */
  readonly threshold: number
  /** Learns a score whose text is known to be harmless. True when it was a false alarm. */
  observe(harmlessScore: number): boolean
  /** Harmless scores learned so far, false alarms among them. */
  readonly observed: number
  readonly falseAlarms: number
  /** False alarms that the budget did not allow and that only the trust region caused. */
  readonly breaches: number
  /**
   * The most false alarms that any `count` consecutive harmless scores can have while no breach happens:
   * alpha * count + (maxLevel + step * (1 - alpha)) / step.
   */
  bound(count: number): number
  reset(): void
  save(): ThresholdCalibratorState
}

const KIND = 'midstream.threshold-calibrator'
const VERSION = 1
/** The level never rises above this many times alpha; it is the slack of the bound. */
const MAX_LEVEL = 5

/**
 * A threshold that keeps a false-positive budget while the scores drift: adaptive conformal inference (Gibbs and
 * Candès, NeurIPS 2021) over the latest harmless scores. The level a_t moves by step * (alpha - alarm) after each
 * score; the threshold is the (1 - a_t) quantile of the window, and infinite while a_t <= 0.
 *
 * Guarantee, for ANY sequence of scores and with no assumption about them: the false alarms among any n consecutive
 * labelled scores are at most `bound(n)`. The level stays in (-step, 5 alpha], since no alarm is possible at or
 * below 0 and it is cut at 5 alpha; each alarm above the rate alpha lowers it by `step`, so there can be only
 * (5 alpha + step) / step more than alpha * n. The cut makes the bound smaller than the paper's and one-sided: the
 * rate may stay below alpha.
 *
 * It is about labelled harmless scores, in the order in which they are learned. Labels that are missing at random
 * change nothing; labels that are wrong move the threshold, up to `trust`. A label that comes d scores late may add
 * d false alarms.
 *
 * Time: O(log window) comparisons and one move of at most `window` numbers for each score. Memory: 2 * window.
 *
 * @throws RangeError for an option out of its range
 */
export function createThresholdCalibrator(
  options: ThresholdCalibratorOptions,
  state?: ThresholdCalibratorState,
): ThresholdCalibrator {
  const { alpha, step = 0.005, window = 1000, initial = Number.POSITIVE_INFINITY, trust } = options
  requireBetween('alpha', alpha, 0, 0.5)
  requireBetween('step', step, 0, 1)
  const maxLevel = Math.min(0.5, MAX_LEVEL * alpha)
  // With fewer scores even the highest level has no quantile: the threshold would stay infinite for ever.
  requireInteger('window', window, Math.max(10, Math.ceil(1 / maxLevel - 1 - 1e-9)), 1e6)
  if (Number.isNaN(initial)) throw new RangeError('initial must be a number')
  const low = trust === undefined ? Number.NEGATIVE_INFINITY : trust.base - trust.radius
  const high = trust === undefined ? Number.POSITIVE_INFINITY : trust.base + trust.radius
  if (trust !== undefined) {
    requireAtLeast('trust.radius', trust.radius, 0)
    if (!Number.isFinite(trust.base)) throw new RangeError(`trust.base must be finite, got ${trust.base}`)
  }

  /** Fewer scores have no such quantile. */
  const enough = Math.min(window, Math.ceil(1 / alpha))
  const ring = new Float64Array(window)
  const sorted = new Float64Array(window)
  let size = 0
  let observed = 0
  let falseAlarms = 0
  let breaches = 0
  let level = alpha
  let wanted = initial
  let threshold = Math.min(high, Math.max(low, initial))

  /** How many of the sorted scores are below `score`. */
  function rankOf(score: number): number {
    let from = 0
    let to = size
    while (from < to) {
      const middle = (from + to) >> 1
      if (sorted[middle]! < score) from = middle + 1
      else to = middle
    }
    return from
  }

  function remember(score: number): void {
    const slot = observed % window
    if (size === window) {
      const gone = rankOf(ring[slot]!)
      sorted.copyWithin(gone, gone + 1, size)
      size--
    }
    ring[slot] = score
    const rank = rankOf(score)
    sorted.copyWithin(rank + 1, rank, size)
    sorted[rank] = score
    size++
    observed++
  }

  function place(): void {
    const rank = Math.ceil((1 - level) * (size + 1))
    if (level <= 0) wanted = Number.POSITIVE_INFINITY
    else if (size < enough) wanted = initial
    else wanted = rank > size ? Number.POSITIVE_INFINITY : sorted[rank - 1]!
    threshold = Math.min(high, Math.max(low, wanted))
  }

  function reset(): void {
    size = 0
    observed = 0
    falseAlarms = 0
    breaches = 0
    level = alpha
    wanted = initial
    threshold = Math.min(high, Math.max(low, initial))
  }

  if (state !== undefined) {
    checkSavedState(state, KIND, VERSION, () => ({
      alpha: state.alpha === alpha,
      window: state.scores.length <= window,
    }))
    observed = 0
    for (const score of state.scores) remember(score)
    // The ring's slots follow from `observed`, which goes on from where it was.
    observed = state.observed
    for (let i = 0; i < size; i++) ring[(observed - size + i) % window] = state.scores[i]!
    level = state.level
    falseAlarms = state.alarms
    breaches = state.breaches
    if (size > 0) place()
  }
  return {
    get threshold() {
      return threshold
    },
    observe(score) {
      if (!Number.isFinite(score)) throw new RangeError(`score must be finite, got ${score}`)
      const alarm = score > threshold
      if (alarm) falseAlarms++
      // An alarm that the level did not allow must not wind it down for ever.
      const breach = alarm && level <= 0
      if (breach) breaches++
      else level = Math.min(maxLevel, level + step * (alpha - (alarm ? 1 : 0)))
      remember(score)
      place()
      return alarm
    },
    get observed() {
      return observed
    },
    get falseAlarms() {
      return falseAlarms
    },
    get breaches() {
      return breaches
    },
    bound: (count) => alpha * count + (maxLevel + step * (1 - alpha)) / step,
    reset,
    save: () => ({
      kind: KIND,
      version: VERSION,
      alpha,
      level,
      scores: Array.from({ length: size }, (_, i) => ring[(observed - size + i) % window]!),
      observed,
      alarms: falseAlarms,
      breaches,
    }),
  }
}
