import { MidstreamError } from '@midstream/core'
import type { Regime } from '../dynamics/regime.ts'
import { checkInteger } from '../dynamics/series.ts'
import { RecentNeighbours } from './recent-neighbours.ts'
import { WindowSum } from './window-sum.ts'

export interface RegimeChange {
  readonly from: Regime
  readonly to: Regime
  /** Sample at which the change was sure, counted from 0. */
  readonly at: number
  /** Sample at which the new regime was first seen. */
  readonly since: number
  readonly confidence: number
}

export interface RegimeMonitorOptions {
  /** Called once for each change of regime; the first regime of a stream is no change. */
  readonly regimeChanged?: (change: RegimeChange) => void
  /** Samples that count. @default 1000 */
  readonly window?: number
  /**
   * Samples between the two coordinates that neighbours are looked for in, and between the steps that pairs are
   * followed: 1 for a map, about a quarter of a swing for a flow. When samples that far apart are still nearly the
   * same, chaos and noise are left undecided. @default 1
   */
  readonly delay?: number
  /** Samples within which neighbours do not count (Theiler). @default 4 times the delay */
  readonly exclusion?: number
  /** Longest period that is seen, in samples. @default 64, at most a quarter of the window */
  readonly maxPeriod?: number
}

/** What the window shows, from sums that every sample updates. */
export interface WindowState {
  readonly regime: Regime
  readonly confidence: number
  readonly mean: number
  readonly deviation: number
  /** In samples; undefined unless periodic. */
  readonly period: number | undefined
  /** Growth of the distance of neighbours in nats per sample, over four steps; undefined without neighbours. */
  readonly exponent: number | undefined
  /** Squared error of prediction by neighbours one step ahead, relative to that of a linear one from two samples. */
  readonly predictionRatio: number | undefined
}

export interface RegimeMonitor {
  /** Takes a sample. Throws INVALID_SAMPLE for one that is not finite, and then has not taken it. */
  push(value: number): void
  /** What the last window shows; `undecided` below 100 samples. O(maxPeriod). */
  state(): WindowState
  /** Regime that was last sure. */
  readonly regime: Regime
  /** Samples taken. */
  readonly count: number
}

/** Steps that pairs of neighbours are followed. */
const STEPS = 4
const LEAST_SAMPLES = 100
/** Windows are judged this many times in a turn. */
const LOOKS = 20
/** Mean difference after a period, in deviations, of an orbit without noise and of one with as much as is allowed. */
const CLEAN_RETURN = 0.05
const NOISY_RETURN = 0.4
/** Correlation of samples a step apart from which the step is too short to tell anything. */
const TOO_SMOOTH = 0.9
/** How much the variance of a quarter of the window may differ from the whole. */
const STEADY = 3
/** Mean step of a fixed point, relative to the range of the last one to two windows, and to the values themselves. */
const STILL = 1e-5
const ROUNDING = 1e-12
/** Growth over the steps, in nats, from which neighbours part. */
const GROWTH = 0.3

/**
 * Follows the regime of a stream over a sliding window without computing the window again: a sample updates
 * sums for mean, variance, autocorrelation, differences at each period up to `maxPeriod`, and the divergence of
 * its nearest neighbour. O(maxPeriod) per sample, memory O(window). It uses two coordinates and a few steps:
 * `analyseSeries` over a window tells more and costs a thousand times as much. Squares of differences must be
 * doubles: values that vary by 1e-150 to 1e150.
 *
 * A regime counts once it was seen for half a window; in between nothing is reported.
 * An outlier makes the rest of its window, and of the next, stand still.
 */
export function createRegimeMonitor(options: RegimeMonitorOptions = {}): RegimeMonitor {
  const { regimeChanged, window = 1000, delay = 1 } = options
  checkInteger('window', window, LEAST_SAMPLES)
  checkInteger('delay', delay, 1)
  const exclusion = options.exclusion ?? 4 * delay
  const maxPeriod = options.maxPeriod ?? Math.min(64, window >> 2)
  checkInteger('exclusion', exclusion, 0)
  checkInteger('maxPeriod', maxPeriod, 2)
  if (maxPeriod > window >> 2)
    throw new RangeError(`maxPeriod must be at most ${window >> 2}, got ${maxPeriod}`)

  const reach = window + Math.max(maxPeriod + 1, delay * (STEPS + 1)) + 1
  const values = new Float64Array(1 << Math.ceil(Math.log2(reach + 1)))
  const mask = values.length - 1
  const neighbours = new RecentNeighbours(values, window, delay, exclusion)
  /** How many samples before each one its nearest neighbour was, when it was new; 0 for none. */
  const partners = new Int32Array(values.length)
  const first = new WindowSum(window)
  const second = new WindowSum(window)
  const recentFirst = new WindowSum(window >> 2)
  const recentSecond = new WindowSum(window >> 2)
  const recentMotion = new WindowSum(window >> 2)
  const lagOne = new WindowSum(window)
  const lagTwo = new WindowSum(window)
  // A sample without a neighbour counts as none rather than leaving older ones in the window.
  const errors = new WindowSum(window)
  const errorCount = new WindowSum(window)
  const growths = Array.from({ length: STEPS + 1 }, () => new WindowSum(window))
  const growthCounts = Array.from({ length: STEPS + 1 }, () => new WindowSum(window))
  /** Sum over the window of |x[n] - x[n - p]|, for p from 1 to one past the longest period. */
  const differences = new Float64Array(maxPeriod + 2)
  const every = Math.max(1, Math.floor(window / LOOKS))

  let n = 0
  /**
   * Values are summed relative to the first, and from then on to the mean of the window at its last turn, so that a
   * great offset does not swallow the variance.
   */
  let origin = 0
  /** Of this turn of the window, and of the one before. */
  let low = Infinity
  let high = -Infinity
  let lowBefore = Infinity
  let highBefore = -Infinity
  let regime: Regime = 'undecided'
  let candidate: Regime = 'undecided'
  let candidateSince = 0

  /** Adds sample `i`, which is in the ring, to the sums of values and products. */
  function addToSums(i: number): void {
    const x = values[i & mask]! - origin
    first.push(x)
    second.push(x * x)
    recentFirst.push(x)
    recentSecond.push(x * x)
    if (i >= delay) lagOne.push(x * (values[(i - delay) & mask]! - origin))
    if (i >= 2 * delay) lagTwo.push(x * (values[(i - 2 * delay) & mask]! - origin))
  }

  /** Once in a window: where it lies now becomes the origin, and what is no longer in it sets no scale. */
  function restartSums(): void {
    let mean = 0
    for (let i = n - window; i < n; i++) mean += values[i & mask]! / window
    origin = mean
    for (const sum of [first, second, recentFirst, recentSecond, lagOne, lagTwo]) sum.clear()
    for (let i = n - window; i < n; i++) addToSums(i)
    lowBefore = low
    highBefore = high
    low = Infinity
    high = -Infinity
  }

  function updateDifferences(x: number): void {
    const leaving = n - window
    const longest = Math.min(maxPeriod + 1, n)
    for (let p = 1; p <= longest; p++) {
      let change = Math.abs(x - values[(n - p) & mask]!)
      if (leaving - p >= 0) change -= Math.abs(values[leaving & mask]! - values[(leaving - p) & mask]!)
      differences[p]! += change
    }
    if (n % window === 0) restartDifferences()
  }

  /** Once in a window: what rounding has added up goes. */
  function restartDifferences(): void {
    for (let p = 1; p <= Math.min(maxPeriod + 1, n); p++) {
      let sum = 0
      for (let i = Math.max(p, n - window + 1); i <= n; i++) {
        sum += Math.abs(values[i & mask]! - values[(i - p) & mask]!)
      }
      differences[p] = sum
    }
  }

  function apart(a: number, b: number): number {
    const now = Math.abs(values[a & mask]! - values[b & mask]!)
    const before = Math.abs(values[(a - delay) & mask]! - values[(b - delay) & mask]!)
    return Math.max(now, before)
  }

  function updateNeighbours(x: number): void {
    for (let step = 0; step <= STEPS; step++) {
      const owner = n - step * delay
      const before = owner < delay ? 0 : partners[owner & mask]!
      const distance = before === 0 ? 0 : apart(n, n - before)
      growths[step]!.push(distance > 0 ? Math.log(distance) : 0)
      growthCounts[step]!.push(distance > 0 ? 1 : 0)
      if (step !== 1) continue
      const error = before === 0 ? 0 : x - values[(n - before) & mask]!
      errors.push(error * error)
      errorCount.push(before === 0 ? 0 : 1)
    }
  }

  function look(): void {
    const { regime: seen, confidence } = state()
    if (seen === 'undecided') return
    if (seen !== candidate) {
      candidate = seen
      candidateSince = n
    }
    if (candidate === regime || n - candidateSince < window >> 1) return
    const from = regime
    regime = candidate
    if (from === 'undecided') return
    regimeChanged?.({ from, to: regime, at: n - 1, since: candidateSince - 1, confidence })
  }

  /**
   * Smallest lag, after the series was far from itself, at which it comes back, up to noise that its neighbours do
   * not know either; 0 for none. `unexplained` is the squared error of neighbours, relative to the variance.
   */
  function returnTime(spread: number, count: number, unexplained: number): number {
    let risen = false
    for (let p = 1; p <= maxPeriod; p++) {
      const here = differences[p]! / count / spread
      if (here > 0.5) risen = true
      if (!risen || here > NOISY_RETURN || differences[p + 1]! < differences[p]!) continue
      if (here < CLEAN_RETURN || unexplained > here * here) return p
    }
    return 0
  }

  function linearError(variance: number, mean: number): number {
    const r1 = (lagOne.mean - mean * mean) / variance
    const r2 = (lagTwo.mean - mean * mean) / variance
    const determinant = 1 - r1 * r1
    if (determinant < 1e-9) return 1e-9
    const a = (r1 - r1 * r2) / determinant
    const b = (r2 - r1 * r1) / determinant
    return Math.max(1e-9, 1 - a * r1 - b * r2)
  }

  function exponentNow(): number | undefined {
    if (growthCounts[STEPS]!.sum < 20) return undefined
    const centre = STEPS / 2
    let xx = 0
    let xy = 0
    for (let step = 0; step <= STEPS; step++) {
      xx += (step - centre) ** 2
      xy += ((step - centre) * growths[step]!.sum) / growthCounts[step]!.sum
    }
    return xy / xx / delay
  }

  /** Whether the last quarter of the window varies as much as the whole. */
  function isSteady(variance: number): boolean {
    const recent = recentSecond.mean - recentFirst.mean * recentFirst.mean
    return recent < STEADY * variance && variance < STEADY * recent
  }

  function state(): WindowState {
    const count = Math.min(n, window)
    const mean = first.mean
    const variance = Math.max(0, second.mean - mean * mean)
    const deviation = Math.sqrt(variance)
    const exponent = exponentNow()
    const sums = { mean: mean + origin, deviation, exponent }
    const none = { ...sums, period: undefined, predictionRatio: undefined }
    const undecided = { ...none, regime: 'undecided' as const, confidence: 0 }
    if (n < LEAST_SAMPLES) return undecided
    const size = 1 - Math.exp(-count / 200)
    const least = Math.min(low, lowBefore)
    const greatest = Math.max(high, highBefore)
    // A series that has settled still moves by its rounding.
    const rounding = ROUNDING * Math.max(Math.abs(least), Math.abs(greatest))
    if (recentMotion.mean <= Math.max(STILL * (greatest - least), rounding)) {
      return { ...none, regime: 'fixed-point', confidence: size }
    }
    if (!(variance > 0) || !isSteady(variance)) return undecided
    const pairs = errorCount.sum
    const unexplained = pairs > 20 ? errors.sum / pairs / variance : 0
    const period = returnTime(deviation, count, unexplained)
    if (period > 0) {
      const rest = differences[period]! / count / deviation
      return { ...none, period, regime: 'periodic', confidence: size * (1 - rest) }
    }
    const correlation = (lagOne.mean - mean * mean) / variance
    if (pairs < 50 || correlation > TOO_SMOOTH) return undecided
    const predictionRatio = unexplained / linearError(variance, mean)
    const found = { ...none, predictionRatio }
    const growth = exponent === undefined ? 0 : exponent * STEPS * delay
    if (predictionRatio < 0.5 && growth > GROWTH) {
      return {
        ...found,
        regime: 'chaotic',
        confidence: size * (1 - predictionRatio) * (1 - Math.exp(-growth)),
      }
    }
    // Twice the linear error is what neighbours leave of a linear process; of an orbit without noise they leave
    // far more or far less.
    if (predictionRatio > 1.2 && predictionRatio < 4) {
      return { ...found, regime: 'stochastic', confidence: size * (1 - Math.exp(-predictionRatio)) }
    }
    return { ...found, regime: 'undecided', confidence: 0 }
  }

  return {
    push(value) {
      if (!Number.isFinite(value)) {
        throw new MidstreamError('INVALID_SAMPLE', `sample ${n} is ${value}`, { details: { index: n } })
      }
      if (n === 0) origin = value
      else if (n % window === 0) restartSums()
      if (value < low) low = value
      if (value > high) high = value
      values[n & mask] = value
      addToSums(n)
      if (n > 0) recentMotion.push(Math.abs(value - values[(n - 1) & mask]!))
      updateDifferences(value)
      if (n >= delay) {
        partners[n & mask] = neighbours.nearest(n)
        neighbours.add(n)
        updateNeighbours(value)
      }
      n++
      if (n >= LEAST_SAMPLES && n % every === 0) look()
    },
    state,
    get regime() {
      return regime
    },
    get count() {
      return n
    },
  }
}
