import { MidstreamError } from '@midstream/core'
import { DEFAULT_MAX_LENGTH, type NumericSequence, requireInteger } from './sequence.ts'

/**
 * The cost of matching x with y. `absolute`: |x - y|. `squared`: (x - y)². `symbol`: 0 when equal, else 1.
 * Points of several dimensions cost the sum over the dimensions, or for `symbol` 1 when any differs.
 */
export type DtwCost = 'absolute' | 'squared' | 'symbol'

export interface DtwOptions {
  /**
   * Default `absolute`. The distance is the sum of the costs along the path, never rooted: with `squared`,
   * `Math.sqrt(distance)` is what tslearn and dtaidistance report.
   */
  readonly cost?: DtwCost
  /**
   * Sakoe–Chiba radius in points: with n <= m only `i - window <= j <= i + (m - n) + window` is allowed, which for
   * equal lengths is |i - j| <= window and for unequal ones is widened by the difference. Default: no constraint.
   */
  readonly window?: number
  /** Itakura parallelogram: the largest local slope, at least 1. Not together with `window`. */
  readonly slope?: number
  /** Compare estimated derivatives (Keogh & Pazzani 2001) instead of values. Not with `symbol`. Default false. */
  readonly derivative?: boolean
  /** Values per point; the points lie one after the other in the sequence. Default 1. */
  readonly dimensions?: number
  /** `dependent`: one path for all dimensions. `independent`: the sum of a DTW for each. Default `dependent`. */
  readonly multivariate?: 'dependent' | 'independent'
  /** Points per sequence, at most. Default 65,536. */
  readonly maxLength?: number
}

export interface DtwSettings {
  readonly cost: DtwCost
  readonly window: number
  readonly slope: number
  readonly derivative: boolean
  readonly dimensions: number
  readonly independent: boolean
  readonly maxLength: number
}

/** @throws RangeError or TypeError for options that make no sense. */
export function readDtwOptions(options: DtwOptions): DtwSettings {
  const { cost = 'absolute', window, slope, derivative = false, dimensions = 1 } = options
  const { multivariate = 'dependent', maxLength = DEFAULT_MAX_LENGTH } = options
  if (cost !== 'absolute' && cost !== 'squared' && cost !== 'symbol') {
    throw new TypeError(`cost must be absolute, squared or symbol, not ${cost}`)
  }
  if (multivariate !== 'dependent' && multivariate !== 'independent') {
    throw new TypeError(`multivariate must be dependent or independent, not ${multivariate}`)
  }
  if (cost === 'symbol' && derivative) throw new TypeError('symbols have no derivative')
  if (window !== undefined && slope !== undefined) throw new TypeError('window and slope exclude each other')
  if (window !== undefined) requireInteger('window', window, 0)
  if (slope !== undefined && !(slope >= 1 && slope < Number.POSITIVE_INFINITY)) {
    throw new RangeError(`slope must be a finite number of at least 1, not ${slope}`)
  }
  requireInteger('dimensions', dimensions, 1)
  requireInteger('maxLength', maxLength, 1)
  return {
    cost,
    window: window ?? Number.POSITIVE_INFINITY,
    slope: slope ?? Number.POSITIVE_INFINITY,
    derivative,
    dimensions,
    independent: multivariate === 'independent' && dimensions > 1,
    maxLength,
  }
}

/** Points in a sequence. @throws MidstreamError `DIMENSION_MISMATCH` when values are left over. */
export function pointCount(name: string, sequence: NumericSequence, dimensions: number): number {
  const points = sequence.length / dimensions
  if (Number.isInteger(points)) return points
  throw new MidstreamError(
    'DIMENSION_MISMATCH',
    `${name} has ${sequence.length} values, not a multiple of ${dimensions} dimensions`,
    { details: { length: sequence.length, dimensions } },
  )
}

/** @throws RangeError unless the limit is a number of at least 0 (Infinity means none). */
export function requireLimit(limit: number): void {
  if (!(limit >= 0)) throw new RangeError(`limit must be at least 0, not ${limit}`)
}
