import { fillItakura, fillSakoeChiba, sakoeChibaReach } from './band.ts'
import { differentiate } from './derivative.ts'
import { type DtwOptions, type DtwSettings, pointCount, readDtwOptions, requireLimit } from './dtw-options.ts'
import { alignRows, type DtwAlignment } from './dtw-path.ts'
import { type PointPair, runRows } from './dtw-rows.ts'
import { createDtwRunner, type DtwRunner } from './dtw-runner.ts'
import { type NumericSequence, requireFinite, requireLength, requireNumbers } from './sequence.ts'
import { internSymbols, type SymbolSequence } from './symbols.ts'

/** Text and string symbols are for the cost `symbol`; the other costs want numbers. */
export type DtwSequence = SymbolSequence

export interface OpenEndMatch {
  readonly distance: number
  /** Index of the point of the second sequence that the last point of the first is matched with; -1 for none. */
  readonly end: number
}

/** Dynamic time warping with its options fixed, and arrays that calls use again. */
export interface Dtw {
  /**
   * The least cost of a path from the first pair of points to the last, or Infinity when it exceeds `limit` or no
   * path lies inside the constraint. Both empty: 0. One empty: Infinity, since there is nothing to match.
   *
   * O(n m) time, or O(n window); stops at the first row that lies above `limit`. O(m) memory; allocates nothing once
   * the arrays have grown to the longest pair, for numeric input.
   */
  distance(a: DtwSequence, b: DtwSequence, limit?: number): number
  /** Distance and path. O(n m) time; a byte per cell up to 16 Mi cells, beyond that O(n m / 2^24) rows more. */
  align(a: DtwSequence, b: DtwSequence): DtwAlignment
  /**
   * The best match of all of `a` with a beginning of `b`. The band, if any, is |i - j| <= window, not widened.
   * Dimensions are taken together. Not with `slope`.
   */
  openEnd(a: DtwSequence, b: DtwSequence): OpenEndMatch
}

/**
 * Makes a DTW with these options. All calls throw MidstreamError `INVALID_INPUT` for NaN, infinite values and text
 * where numbers are needed, `SEQUENCE_TOO_LONG` beyond `maxLength`, `DIMENSION_MISMATCH` when the length is not a
 * multiple of `dimensions`.
 *
 * @throws RangeError or TypeError for options that make no sense.
 */
export function createDtw(options: DtwOptions = {}): Dtw {
  const settings = readDtwOptions(options)
  const { cost, window, slope, dimensions, independent } = settings
  const runner = createDtwRunner(settings)
  const pair = { a: new Float64Array(0), b: new Float64Array(0), n: 0, m: 0, dimensions }

  function load(a: DtwSequence, b: DtwSequence): void {
    if (cost === 'symbol') {
      const [first, second] = internSymbols(a, b)
      pair.n = loadOne('a', first, settings, pair)
      pair.m = loadOne('b', second, settings, pair)
    } else {
      pair.n = loadOne('a', requireNumbers('a', a), settings, pair)
      pair.m = loadOne('b', requireNumbers('b', b), settings, pair)
    }
  }

  return {
    distance(a, b, limit = Number.POSITIVE_INFINITY) {
      requireLimit(limit)
      load(a, b)
      const { n, m } = pair
      if (n === 0 || m === 0) return emptyDistance(n, m)
      return independent ? sumOverDimensions(runner, pair, n, m, limit) : runner.distance(pair, n, m, limit)
    },

    align(a, b) {
      if (independent) throw new TypeError('independent dimensions have no common path')
      load(a, b)
      const { n, m } = pair
      if (n === 0 || m === 0) {
        return { distance: emptyDistance(n, m), a: new Uint32Array(0), b: new Uint32Array(0) }
      }
      const band = { from: new Int32Array(n), to: new Int32Array(n) }
      if (slope !== Number.POSITIVE_INFINITY) fillItakura(band, n, m, slope)
      else {
        const { below, above } = sakoeChibaReach(n, m, window)
        fillSakoeChiba(band, n, m, below, above)
      }
      return alignRows(cost, pair, n, m, band)
    },

    openEnd(a, b) {
      if (slope !== Number.POSITIVE_INFINITY) throw new TypeError('an open end has no parallelogram')
      load(a, b)
      const { n, m } = pair
      if (n === 0) return { distance: 0, end: -1 }
      if (m === 0) return { distance: Number.POSITIVE_INFINITY, end: -1 }
      const band = { from: new Int32Array(n), to: new Int32Array(n) }
      fillSakoeChiba(band, n, m, window, window)
      const row = new Float64Array(m + 1)
      runRows(cost, pair, n, m, band, row, new Float64Array(m), Number.POSITIVE_INFINITY)
      let end = -1
      let distance = Number.POSITIVE_INFINITY
      for (let j = Math.max(0, band.from[n - 1]!); j <= band.to[n - 1]!; j++) {
        if (row[j + 1]! >= distance) continue
        distance = row[j + 1]!
        end = j
      }
      return { distance, end }
    },
  }
}

/** `createDtw(options).distance(a, b, limit)` for a single pair. */
export function dtw(a: DtwSequence, b: DtwSequence, options: DtwOptions = {}, limit?: number): number {
  return createDtw(options).distance(a, b, limit)
}

/** `createDtw(options).align(a, b)` for a single pair. */
export function alignDtw(a: DtwSequence, b: DtwSequence, options: DtwOptions = {}): DtwAlignment {
  return createDtw(options).align(a, b)
}

interface Pair extends PointPair {
  a: Float64Array
  b: Float64Array
}

function emptyDistance(n: number, m: number): number {
  return n === m ? 0 : Number.POSITIVE_INFINITY
}

/** Copies the values into the pair's own array, checks them there, and gives the number of points. */
function loadOne(name: 'a' | 'b', sequence: NumericSequence, settings: DtwSettings, pair: Pair): number {
  const { dimensions, derivative, maxLength } = settings
  const points = pointCount(name, sequence, dimensions)
  requireLength(name, points, maxLength)
  if (pair[name].length < sequence.length) pair[name] = new Float64Array(2 * sequence.length)
  const values = pair[name]
  values.set(sequence)
  requireFinite(name, values, 0, sequence.length)
  if (derivative) differentiate(values, 0, points, dimensions)
  return points
}

function sumOverDimensions(runner: DtwRunner, pair: Pair, n: number, m: number, limit: number): number {
  const one = { a: new Float64Array(n), b: new Float64Array(m), dimensions: 1 }
  let sum = 0
  for (let d = 0; d < pair.dimensions; d++) {
    for (let i = 0; i < n; i++) one.a[i] = pair.a[i * pair.dimensions + d]!
    for (let j = 0; j < m; j++) one.b[j] = pair.b[j * pair.dimensions + d]!
    sum += runner.distance(one, n, m, limit)
    if (sum > limit) return Number.POSITIVE_INFINITY
  }
  return sum
}
