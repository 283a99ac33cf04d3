import { MidstreamError } from '@midstream/core'
import { createDtw, type DtwSequence } from './dtw.ts'
import type { DtwOptions } from './dtw-options.ts'
import { finiteCopy } from './sequence.ts'
import { internSymbols } from './symbols.ts'

export interface FindSimilarOptions extends Pick<DtwOptions, 'cost' | 'window' | 'maxLength'> {
  /** Pieces with a distance of at most this are found: the threshold itself is included. */
  readonly threshold: number
}

export interface SimilarPiece {
  readonly start: number
  readonly distance: number
}

/**
 * The pieces of `haystack`, as long as `needle`, whose DTW distance to it is at most `threshold`. They may overlap.
 * Nearest first, equally near ones by their start. Without z-normalisation; see `createSubsequenceSearch` for that.
 *
 * O(h n window) time at most; each comparison stops when it exceeds the threshold.
 *
 * @throws MidstreamError `INVALID_INPUT` for an empty needle, NaN or infinite values, `SEQUENCE_TOO_LONG` when the
 * needle exceeds `maxLength`.
 */
export function findSimilar(
  haystack: DtwSequence,
  needle: DtwSequence,
  options: FindSimilarOptions,
): SimilarPiece[] {
  const { threshold, ...shape } = options
  if (!(threshold >= 0)) throw new RangeError(`threshold must be at least 0, not ${threshold}`)
  const [series, pattern] =
    shape.cost === 'symbol'
      ? internSymbols(haystack, needle).map((ids) => Float64Array.from(ids))
      : [finiteCopy('haystack', haystack), finiteCopy('needle', needle)]
  if (pattern!.length === 0) throw new MidstreamError('INVALID_INPUT', 'the needle is empty')
  const exact = createDtw(shape)
  const found: SimilarPiece[] = []
  for (let start = 0; start + pattern!.length <= series!.length; start++) {
    const piece = series!.subarray(start, start + pattern!.length)
    const distance = exact.distance(piece, pattern!, threshold)
    if (distance <= threshold && distance !== Number.POSITIVE_INFINITY) found.push({ start, distance })
  }
  return found.sort((a, b) => a.distance - b.distance || a.start - b.start)
}
