import { type Convergence, findConvergence } from './convergence.ts'
import { type CorrelationDimension, dimensionOf } from './correlation-dimension.ts'
import { checkOptions, type LyapunovOptions, type LyapunovResult, lyapunovIn, spaceOf } from './lyapunov.ts'
import { exactPeriod, findPeriodicity } from './periodicity.ts'
import { comparePredictions } from './predictability.ts'
import { quantifyRecurrence, type RecurrenceQuantification } from './recurrence.ts'
import { type Decision, decideRegime, type Evidence, type Regime } from './regime.ts'
import { checkedSeries, momentsOf, standardised } from './series.ts'
import { LEAST_USED, zeroOneTest } from './zero-one-test.ts'

export type AnalyseOptions = LyapunovOptions

export interface Analysis {
  readonly regime: Regime
  /** In [0, 1]. See `Evidence` for what it rests on. */
  readonly confidence: number
  readonly evidence: readonly Evidence[]
  /** In units of time; undefined for what has none. */
  readonly period: number | undefined
  /**
   * Largest Lyapunov exponent in nats per unit of time: by neighbours, or by the transient of a series that settles.
   * Undefined with `exponentReason` when the series does not show it.
   */
  readonly exponent: number | undefined
  /** Half width of a 95 % interval. */
  readonly exponentUncertainty: number
  readonly exponentReason: string | undefined
  /** Undefined for a fixed point, which has no neighbours to follow. */
  readonly lyapunov: LyapunovResult | undefined
  /** Undefined for a fixed point, and for a given delay of more than a tenth of the series. */
  readonly zeroOne: number | undefined
  readonly correlationDimension: CorrelationDimension | undefined
  readonly recurrence: RecurrenceQuantification | undefined
}

/** Share of the range within which the last half of a settled series stays. */
const SETTLED = 1e-3
/** References for a series of the shortest lengths; more would not tell more. */
const REFERENCES = 200

/**
 * Everything at once: regime with evidence, exponent, period, 0–1 test, correlation dimension, recurrence. The
 * series is standardised first, so scale and offset change nothing. O(n log n).
 *
 * Throws INSUFFICIENT_DATA below 100 samples, INVALID_SAMPLE for a value that is not finite, RangeError for an
 * option out of range.
 *
 * ```ts
 * const { regime, confidence, exponent, exponentUncertainty } = analyseSeries(samples, { sampleInterval: 0.05 })
 * ```
 */
export function analyseSeries(values: ArrayLike<number>, options: AnalyseOptions = {}): Analysis {
  checkOptions(options)
  const raw = checkedSeries(values)
  const { sampleInterval = 1 } = options
  const settled = fixedPoint(raw, sampleInterval)
  if (settled !== undefined) return settled
  const moments = momentsOf(raw)
  const series = standardised(raw, moments)
  const references = options.references ?? Math.max(REFERENCES, Math.min(1000, Math.floor(raw.length / 5)))
  if (isTrend(series)) return undecided({ test: 'trend', value: 1, says: 'a straight line and nothing else' })
  const space = spaceOf(series, options)
  const { points, window, delay } = space
  const lyapunov = lyapunovIn(space, { ...options, references })
  const periodicity = findPeriodicity(series)
  const predictability = comparePredictions(series, space, references)
  const { exponent, uncertainty } = lyapunov
  const decision: Decision = decideRegime({
    series,
    delay,
    periodicity,
    predictability,
    exponent: exponent === undefined ? undefined : exponent * sampleInterval,
    uncertainty: uncertainty * sampleInterval,
  })
  const correlationDimension = dimensionOf(points, window, 100)
  const radius = correlationDimension.sums.find(({ share }) => share > 0.05)?.radius ?? 0.2
  const period = decision.regime === 'periodic' ? periodicity.period : undefined
  const measured =
    period === undefined
      ? { exponent, uncertainty, reason: lyapunov.reason }
      : ofOrbit(raw, period, delay, lyapunov)
  return {
    ...decision,
    period: period === undefined ? undefined : period * sampleInterval,
    exponent: measured.exponent,
    exponentUncertainty: measured.uncertainty,
    exponentReason: measured.reason,
    lyapunov,
    zeroOne:
      raw.length < LEAST_USED * delay
        ? undefined
        : zeroOneTest(series, { every: delay, frequencies: 20, maxSamples: 400 }),
    correlationDimension,
    recurrence: quantifyRecurrence(points, { radius, window: Math.max(1, window), maxPoints: 300 }),
  }

  function ofOrbit(
    samples: Float64Array,
    orbit: number,
    lag: number,
    { exponent, uncertainty, reason }: LyapunovResult,
  ): { exponent: number | undefined; uncertainty: number; reason: string | undefined } {
    const whole = Math.round(orbit)
    if (Math.abs(orbit - whole) < 0.01) {
      const found = findConvergence(samples, whole, moments.max - moments.min)
      if (found !== undefined) return perTime(found, sampleInterval)
    }
    // On a closed orbit of a flow two points are as far apart after a period as before: the exponent along it is 0,
    // also where too few points differ to fit a line. A map that has settled shows nothing but its few points.
    if (lag > 1 && exponent === undefined) {
      return {
        exponent: 0,
        uncertainty: Math.sqrt(periodicity.remainder) / orbit / sampleInterval,
        reason: undefined,
      }
    }
    if (lag > 1) return { exponent, uncertainty, reason }
    return { exponent: undefined, uncertainty: Infinity, reason: 'the series shows no transient to measure' }
  }
}

function perTime(
  { exponent, uncertainty }: Convergence,
  sampleInterval: number,
): { exponent: number; uncertainty: number; reason: undefined } {
  return { exponent: exponent / sampleInterval, uncertainty: uncertainty / sampleInterval, reason: undefined }
}

const NOTHING = {
  period: undefined,
  exponent: undefined,
  exponentUncertainty: Infinity,
  lyapunov: undefined,
  zeroOne: undefined,
  correlationDimension: undefined,
  recurrence: undefined,
} as const

function undecided(evidence: Evidence): Analysis {
  const exponentReason = 'not decided what the series is'
  return { ...NOTHING, regime: 'undecided', confidence: 0, evidence: [evidence], exponentReason }
}

/** A constant, a series whose last half stands still, or one that shrinks geometrically towards a point. */
function fixedPoint(raw: Float64Array, sampleInterval: number): Analysis | undefined {
  const { min, max } = momentsOf(raw)
  const range = max - min
  const scale = Math.max(Math.abs(min), Math.abs(max))
  const n = raw.length
  const base = { ...NOTHING, regime: 'fixed-point' as const }
  if (range <= 1e-12 * scale) {
    const evidence = [{ test: 'range', value: scale === 0 ? 0 : range / scale, says: 'constant' }]
    const exponentReason = 'the series shows no transient to measure'
    return { ...base, confidence: 1 - Math.exp(-n / 50), evidence, exponentReason }
  }
  const tail = momentsOf(raw.subarray(n >> 1))
  const rest = (tail.max - tail.min) / range
  const convergence = findConvergence(raw, 1, range)
  const still = rest < SETTLED
  const shrinking = convergence !== undefined && convergence.rSquared > 0.99 && shrinksThroughout(raw)
  if (!still && !shrinking) return undefined
  const evidence = [
    { test: 'rest', value: rest, says: still ? 'the last half stands still' : 'still moving' },
  ]
  if (convergence !== undefined) {
    evidence.push({
      test: 'convergence',
      value: convergence.exponent,
      says: 'distances shrink geometrically',
    })
  }
  const confidence = still ? 1 - Math.exp(-n / 50) : 0.5 * convergence!.rSquared * (1 - rest)
  if (convergence === undefined) {
    return { ...base, confidence, evidence, exponentReason: 'the approach is not geometric' }
  }
  const { exponent, uncertainty } = perTime(convergence, sampleInterval)
  return {
    ...base,
    confidence,
    evidence,
    exponent,
    exponentUncertainty: uncertainty,
    exponentReason: undefined,
  }
}

/** Whether each tenth of the series moves less than the one before. */
function shrinksThroughout(raw: Float64Array): boolean {
  const size = Math.floor(raw.length / 10)
  let before = Infinity
  for (let b = 0; b < 10; b++) {
    const { min, max } = momentsOf(raw.subarray(b * size, (b + 1) * size))
    if (!(max - min < before)) return false
    before = max - min
  }
  return true
}

/** Whether a line explains all but a millionth of the variance of a standardised series. */
function isTrend(series: Float64Array): boolean {
  const n = series.length
  const centre = (n - 1) / 2
  let xx = 0
  let xy = 0
  for (let i = 0; i < n; i++) {
    xx += (i - centre) ** 2
    xy += (i - centre) * series[i]!
  }
  return 1 - (xy * xy) / (xx * n) < 1e-6 && exactPeriod(series, n >> 1, 1e-6) === 0
}
