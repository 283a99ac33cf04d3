import { longAutocorrelation } from './fourier.ts'
import { momentsOf } from './series.ts'

/** How a series comes back to itself. */
export interface Periodicity {
  /** In samples; undefined when the series does not repeat. A whole number when it repeats exactly. */
  readonly period: number | undefined
  /** Whether values a period apart are the same up to rounding. */
  readonly exact: boolean
  /** Share of the variance that does not come back after a period. */
  readonly remainder: number
  /** Greatest autocorrelation over lags between a quarter and a half of the series: what never fades. */
  readonly persistence: number
  /** Periods in the series. */
  readonly cycles: number
}

/** Longest period that is looked for sample by sample. */
const LONGEST_EXACT = 512
/** Samples that the autocorrelation is taken of. */
const LONGEST_SPECTRAL = 16_384
/** Deviation, in those of the series, below which a part of it stands still. */
const STILL = 1e-6

/** Smallest p with |x[i + p] - x[i]| within `tolerance` for all of the last `tail` samples; 0 for none. */
export function exactPeriod(series: Float64Array, tail: number, tolerance: number): number {
  const n = series.length
  const longest = Math.min(LONGEST_EXACT, Math.floor(tail / 2))
  for (let p = 1; p <= longest; p++) {
    let i = n - tail
    while (i + p < n && Math.abs(series[i + p]! - series[i]!) <= tolerance) i++
    if (i + p === n) return p
  }
  return 0
}

/** `series` is standardised; periods are looked for in its last half, after what may be a transient. */
export function findPeriodicity(series: Float64Array): Periodicity {
  const n = series.length
  const tail = Math.floor(n / 2)
  const exact = exactPeriod(series, tail, 1e-6)
  if (exact > 0) {
    return { period: exact, exact: true, remainder: 0, persistence: 1, cycles: tail / exact }
  }
  const part = series.subarray(Math.max(0, n - LONGEST_SPECTRAL))
  // The correlation of what stands still would be that of its rounding, which comes back always.
  if (momentsOf(part).deviation < STILL) {
    return { period: undefined, exact: false, remainder: 1, persistence: 0, cycles: 0 }
  }
  const maxLag = Math.floor(part.length / 2)
  const correlation = longAutocorrelation(part, maxLag)
  let persistence = 0
  for (let lag = maxLag >> 1; lag <= maxLag; lag++) persistence = Math.max(persistence, correlation[lag]!)
  const none = { period: undefined, exact: false, remainder: 1, persistence, cycles: 0 }
  if (persistence < 0.2) return none
  const first = firstReturn(correlation, maxLag, persistence)
  if (first === undefined) return none
  const { period, least } = refine(correlation, first, maxLag)
  return { period, exact: false, remainder: 1 - least, persistence, cycles: part.length / period }
}

/** First peak that is as high as what persists, and whose multiples are too. */
function firstReturn(correlation: Float64Array, maxLag: number, persistence: number): number | undefined {
  const high = persistence - 0.03 * persistence - 0.02
  for (let lag = 1; lag <= maxLag >> 2; lag++) {
    const here = correlation[lag]!
    if (here < high || here < correlation[lag - 1]! || here < correlation[lag + 1]!) continue
    if (lag === 1) continue
    const { least, last } = refine(correlation, lag, maxLag)
    // Two swings that almost come together drift apart again with every return.
    const drifts = 1 - last > 3 * (1 - peakAt(correlation, lag).height) + 1e-4
    if (least >= high - 0.05 && !drifts) return lag
  }
  return undefined
}

/** Height of the parabola through three points, and the offset of its top. */
function peakAt(
  correlation: Float64Array,
  lag: number,
): { readonly offset: number; readonly height: number } {
  const a = correlation[lag - 1]!
  const b = correlation[lag]!
  const c = correlation[lag + 1] ?? b
  const bend = a - 2 * b + c
  if (!(bend < 0)) return { offset: 0, height: b }
  const offset = Math.max(-0.5, Math.min(0.5, (0.5 * (a - c)) / bend))
  return { offset, height: b - 0.25 * (a - c) * offset }
}

interface Return {
  readonly period: number
  /** Lowest and last of the heights at the multiples. */
  readonly least: number
  readonly last: number
}

/** Follows the multiples of a period: the farthest gives it most exactly, the lowest says how well it repeats. */
function refine(correlation: Float64Array, first: number, maxLag: number): Return {
  const start = peakAt(correlation, first)
  let period = first + start.offset
  let least = start.height
  let last = least
  for (let multiple = 2; ; multiple++) {
    const guess = Math.round(multiple * period)
    if (guess + 2 > maxLag) return { period, least, last }
    let lag = guess
    const reach = Math.max(1, Math.min(2, first >> 2))
    for (let near = guess - reach; near <= guess + reach; near++)
      if (correlation[near]! > correlation[lag]!) lag = near
    const { offset, height } = peakAt(correlation, lag)
    last = height
    if (height < least) least = height
    // A peak of noise would lead away from the multiples that follow.
    if (Math.abs((lag + offset) / multiple - period) < 0.5 / multiple) period = (lag + offset) / multiple
  }
}
