import { estimateDelay } from './delay.ts'
import { ballDivergence, type DivergenceCurve, nearestDivergence } from './divergence.ts'
import { embed, type Points } from './embedding.ts'
import { estimateDimension } from './embedding-dimension.ts'
import { createNeighbourSearch, type NeighbourSearch } from './kd-tree.ts'
import { findScalingRegion, type ScalingRegion } from './scaling-region.ts'
import { checkedSeries, checkInteger, momentsOf, standardised } from './series.ts'

export interface LyapunovOptions {
  /** Embedding dimension. @default by Cao's method */
  readonly dimension?: number
  /** Delay in samples. @default by average mutual information */
  readonly delay?: number
  /** Samples within which neighbours do not count (Theiler). @default one mean period, and the span of a vector */
  readonly window?: number
  /** Samples that pairs are followed, at most a fifth of the series. @default 25, or 14 swings of four delays */
  readonly horizon?: number
  /** Reference points, at most. @default 1000; in `analyseSeries` a fifth of the series, from 200 to 1000 */
  readonly references?: number
  /** Time between two samples; exponents are per unit of it. @default 1 */
  readonly sampleInterval?: number
}

/** Throws RangeError for an option out of range. */
export function checkOptions(options: LyapunovOptions): void {
  const { dimension = 1, delay = 1, window = 0, horizon = 3, references = 20, sampleInterval = 1 } = options
  checkInteger('dimension', dimension, 1)
  checkInteger('delay', delay, 1)
  checkInteger('window', window, 0)
  // A line needs three steps, an estimate twenty points.
  checkInteger('horizon', horizon, 3)
  checkInteger('references', references, 20)
  if (!(sampleInterval > 0 && sampleInterval < Infinity))
    throw new RangeError(`sampleInterval must be positive and finite, got ${sampleInterval}`)
}

/** Exponents in nats per unit of time. */
export interface LyapunovEstimate {
  readonly exponent: number
  /** Half width of a 95 % interval. */
  readonly uncertainty: number
  /** In samples, and exponents of the region per sample. */
  readonly region: ScalingRegion
  readonly curve: DivergenceCurve
}

export interface LyapunovResult {
  /**
   * Mean of the two estimates, weighted by their precision, or the one there is. Undefined with `reason` when neither curve has a straight part.
   */
  readonly exponent: number | undefined
  readonly uncertainty: number
  readonly reason: string | undefined
  /** By the nearest neighbour of each point (Rosenstein); undefined when its curve has no straight part. */
  readonly rosenstein: LyapunovEstimate | undefined
  /** By all neighbours within a radius (Kantz). */
  readonly kantz: LyapunovEstimate | undefined
  readonly dimension: number
  readonly delay: number
  readonly window: number
}

/** Mean distance of upward crossings of the mean, in samples; the length when there is none. */
export function meanPeriod(series: Float64Array): number {
  let mean = 0
  for (const x of series) mean += x / series.length
  let crossings = 0
  for (let i = 1; i < series.length; i++) if (series[i - 1]! < mean && series[i]! >= mean) crossings++
  return crossings === 0 ? series.length : series.length / crossings
}

/** What the estimates of divergence share. `points` are of a standardised series. */
export interface Space {
  readonly points: Points
  readonly search: NeighbourSearch
  readonly window: number
  readonly period: number
  readonly delay: number
}

/** Steps that pairs are followed altogether, per point of the series, above 150 pairs. */
const FOLLOWED = 40

export function lyapunovIn(from: Space, options: LyapunovOptions): LyapunovResult {
  const { points, search, window, delay } = from
  const { sampleInterval = 1 } = options
  const longest = Math.max(1, Math.floor(points.count / 5))
  // The delay is about a quarter of a swing of a flow; neighbours need one to turn to the direction of growth.
  const swing = delay === 1 ? 1 : 4 * delay
  const horizon = Math.min(options.horizon ?? Math.max(25, 14 * swing), longest)
  const patience = Math.max(6, swing)
  const shortest = Math.min(Math.max(3, swing), Math.max(3, horizon >> 2))
  const earliest = swing === 1 ? 0 : Math.min(swing, horizon >> 2)
  // Where pairs are followed for long their number matters less than the places that they pass.
  const references = Math.min(
    options.references ?? 1000,
    Math.max(150, Math.floor((FOLLOWED * points.count) / horizon)),
  )
  const curves = { window, horizon, references, floor: 1e-9, patience }
  const near = nearestDivergence(points, search, curves)
  const radius = Math.exp(near.mean[0]!) * 2
  const ball = ballDivergence(points, search, radius, { ...curves, references: Math.ceil(references / 2) })
  const estimate = (curve: DivergenceCurve): LyapunovEstimate | undefined => {
    if (curve.references < 20) return undefined
    const region = findScalingRegion(curve, earliest, shortest)
    if (region === undefined) return undefined
    const scale = 1 / sampleInterval
    return { exponent: region.slope * scale, uncertainty: region.uncertainty * scale, region, curve }
  }
  const space = { dimension: points.dimension, delay, window }
  return { ...joined(estimate(near), estimate(ball), delay > 1), ...space }
}

function joined(
  rosenstein: LyapunovEstimate | undefined,
  kantz: LyapunovEstimate | undefined,
  isFlow: boolean,
): Omit<LyapunovResult, 'dimension' | 'delay' | 'window'> {
  const one = rosenstein ?? kantz
  if (one === undefined) {
    const reason = 'no part of the divergence of neighbours is a straight line'
    return { exponent: undefined, uncertainty: Infinity, reason, rosenstein, kantz }
  }
  const other = rosenstein === undefined ? one : (kantz ?? one)
  // On a map each counts by its precision. On a flow the first comes out low and the second high, whatever their
  // spread, so that they count alike. Where they contradict each other the gap is part of the doubt.
  const share = other.uncertainty ** 2 / (one.uncertainty ** 2 + other.uncertainty ** 2)
  const weight = isFlow || !Number.isFinite(share) ? 0.5 : share
  const exponent = weight * one.exponent + (1 - weight) * other.exponent
  const gap = Math.abs(one.exponent - other.exponent) - one.uncertainty - other.uncertainty
  const uncertainty = weight * one.uncertainty + (1 - weight) * other.uncertainty + Math.max(0, gap)
  return { exponent, uncertainty, reason: undefined, rosenstein, kantz }
}

export function spaceOf(series: Float64Array, options: LyapunovOptions): Space {
  const delay = options.delay ?? estimateDelay(series)
  const period = meanPeriod(series)
  // A period of a map is its noise: two or three samples.
  const loop = Math.min(Math.ceil(period), Math.floor(series.length / 20))
  const dimension = options.dimension ?? chosenDimension(series, delay, loop)
  const window = options.window ?? Math.max(loop, (dimension - 1) * delay)
  const points = embed(series, { dimension, delay })
  return { points, search: createNeighbourSearch(points), window, period, delay }
}

/** A flow needs two coordinates to tell its direction. */
function chosenDimension(series: Float64Array, delay: number, window: number): number {
  // Of a short series more would not tell more. Five coordinates embed what has a dimension below 2.5 (Takens);
  // what needs more is noise, or needs far more data than neighbours can be found in.
  const references = series.length < 2000 ? 150 : 250
  const { dimension } = estimateDimension(series, { delay, window, references, maxDimension: 5 })
  return delay === 1 ? dimension : Math.max(2, dimension)
}

/**
 * Largest Lyapunov exponent of a series, by the methods of Rosenstein and of Kantz, each with the part of its
 * divergence curve that was fitted and an uncertainty. O(n log n).
 *
 * A positive exponent does not show chaos: noise has one too. See `analyseSeries` for that.
 * Throws INSUFFICIENT_DATA below 100 samples, INVALID_SAMPLE for a value that is not finite, RangeError for an
 * option out of range.
 */
export function largestLyapunov(values: ArrayLike<number>, options: LyapunovOptions = {}): LyapunovResult {
  checkOptions(options)
  const series = checkedSeries(values)
  const moments = momentsOf(series)
  if (!(moments.deviation > 0)) {
    return { ...joined(undefined, undefined, false), dimension: 1, delay: 1, window: 0 }
  }
  return lyapunovIn(spaceOf(standardised(series, moments), options), options)
}
