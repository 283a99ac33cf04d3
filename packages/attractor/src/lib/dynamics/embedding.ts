import { MidstreamError } from '@midstream/core'
import { checkInteger } from './series.ts'

/** Points of a space, row after row. */
export interface Points {
  readonly data: Float64Array
  readonly dimension: number
  readonly count: number
}

/**
 * Delay vectors (x[i], x[i + delay], …, x[i + (dimension - 1) delay]): `n - (dimension - 1) delay` of them.
 * Takens 1981. Throws RangeError for a dimension or delay below 1, INSUFFICIENT_DATA when not one vector fits.
 */
export function embed(
  series: ArrayLike<number>,
  { dimension, delay }: { readonly dimension: number; readonly delay: number },
): Points {
  checkInteger('dimension', dimension, 1)
  checkInteger('delay', delay, 1)
  const span = (dimension - 1) * delay
  const count = series.length - span
  if (count < 1) {
    throw new MidstreamError('INSUFFICIENT_DATA', `${span + 1} samples are needed, got ${series.length}`, {
      details: { needed: span + 1, got: series.length },
    })
  }
  const data = new Float64Array(count * dimension)
  for (let i = 0, at = 0; i < count; i++) {
    for (let d = 0; d < dimension; d++) data[at++] = series[i + d * delay]!
  }
  return { data, dimension, count }
}

/**
 * Points from vectors. Throws INVALID_DIMENSION when one has another length than the first, or `dimension`.
 */
export function pointsOf(vectors: readonly ArrayLike<number>[], dimension?: number): Points {
  const width = dimension ?? vectors[0]?.length ?? 0
  const data = new Float64Array(vectors.length * width)
  for (const [i, vector] of vectors.entries()) {
    if (vector.length !== width) {
      throw new MidstreamError('INVALID_DIMENSION', `vector ${i} has ${vector.length} values, not ${width}`, {
        details: { expected: width, got: vector.length },
      })
    }
    data.set(vector, i * width)
  }
  return { data, dimension: width, count: vectors.length }
}
