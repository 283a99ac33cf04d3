import { MidstreamError } from '@midstream/core'
import { dtw } from './dtw.ts'
import {
  DEFAULT_MAX_LENGTH,
  type NumericSequence,
  requireFinite,
  requireLength,
  requireNumbers,
} from './sequence.ts'
import { codePoints, createInterner, internInto, type SymbolSequence } from './symbols.ts'

function requireEqualLength(a: NumericSequence, b: NumericSequence): void {
  if (a.length !== b.length) {
    throw new MidstreamError('DIMENSION_MISMATCH', `the lengths ${a.length} and ${b.length} differ`, {
      details: { length: b.length, expected: a.length },
    })
  }
  requireNumbers('a', a)
  requireNumbers('b', b)
  requireFinite('a', a, 0, a.length)
  requireFinite('b', b, 0, b.length)
}

/**
 * Euclidean distance; both empty: 0. O(n).
 *
 * @throws MidstreamError `DIMENSION_MISMATCH` for different lengths, `INVALID_INPUT` for NaN or infinite values.
 */
export function euclideanDistance(a: NumericSequence, b: NumericSequence): number {
  requireEqualLength(a, b)
  const scale = scaleOf(a, b)
  let squares = 0
  for (let i = 0; i < a.length; i++) {
    const difference = a[i]! * scale - b[i]! * scale
    squares += difference * difference
  }
  return Math.sqrt(squares) / scale
}

/** A power of two that brings the values to a size whose squares neither overflow nor vanish; 1 for ordinary ones. */
function scaleOf(...sequences: readonly NumericSequence[]): number {
  let most = 0
  for (const sequence of sequences) {
    for (let i = 0; i < sequence.length; i++) most = Math.max(most, Math.abs(sequence[i]!))
  }
  if (most > 2 ** 400) return 2 ** -800
  return most < 2 ** -400 && most > 0 ? 2 ** 800 : 1
}

/**
 * Pearson correlation, in [-1, 1]. Where one of the sequences is constant, or both are empty, there is nothing that
 * varies together: 0, except that a sequence of at least one point has the correlation 1 with itself. O(n).
 *
 * @throws MidstreamError `DIMENSION_MISMATCH` for different lengths, `INVALID_INPUT` for NaN or infinite values.
 */
export function correlation(a: NumericSequence, b: NumericSequence): number {
  requireEqualLength(a, b)
  const n = a.length
  let sumA = 0
  let sumB = 0
  let same = n > 0
  const [scaleA, scaleB] = [scaleOf(a), scaleOf(b)]
  for (let i = 0; i < n; i++) {
    sumA += a[i]! * scaleA
    sumB += b[i]! * scaleB
    if (a[i] !== b[i]) same = false
  }
  if (same) return 1
  const meanA = sumA / n
  const meanB = sumB / n
  let squaresA = 0
  let squaresB = 0
  let products = 0
  for (let i = 0; i < n; i++) {
    const x = a[i]! * scaleA - meanA
    const y = b[i]! * scaleB - meanB
    squaresA += x * x
    squaresB += y * y
    products += x * y
  }
  if (!varies(squaresA, meanA, n) || !varies(squaresB, meanB, n)) return 0
  return Math.max(-1, Math.min(1, products / Math.sqrt(squaresA) / Math.sqrt(squaresB)))
}

/** More than the rounding of the mean. */
function varies(squares: number, mean: number, n: number): boolean {
  return squares > n * mean * mean * 1e-28
}

/**
 * How alike two sequences are, from 0 to 1, independent of their length and scale: 1 - DTW / (max(n, m) · range),
 * where the range is that of both together. Identical, and both empty: 1. One empty: 0. O(n m).
 *
 * @throws MidstreamError `INVALID_INPUT`, `SEQUENCE_TOO_LONG` beyond 65,536 points.
 */
export function similarity(a: NumericSequence, b: NumericSequence): number {
  return similarityAt(dtw(a, b), a, b)
}

/** The similarity of two sequences with this DTW distance. */
export function similarityAt(distance: number, a: NumericSequence, b: NumericSequence): number {
  if (distance === 0) return 1
  if (distance === Number.POSITIVE_INFINITY) return 0
  let least = Number.POSITIVE_INFINITY
  let most = Number.NEGATIVE_INFINITY
  for (const sequence of [a, b]) {
    for (let i = 0; i < sequence.length; i++) {
      least = Math.min(least, sequence[i]!)
      most = Math.max(most, sequence[i]!)
    }
  }
  // A path of max(n, m) steps always exists, and no step costs more than the range.
  return Math.max(0, 1 - distance / (most - least) / Math.max(a.length, b.length))
}

/**
 * Jaccard index of the sets of symbols: shared ones by all. Both empty: 1. O(n + m).
 *
 * @throws MidstreamError `INVALID_INPUT`, `SEQUENCE_TOO_LONG` beyond 65,536 symbols.
 */
export function jaccardIndex(a: SymbolSequence, b: SymbolSequence): number {
  const sets = [a, b].map((sequence) => {
    requireLength('sequence', sequence.length, DEFAULT_MAX_LENGTH)
    return typeof sequence === 'string' ? codePoints(sequence) : sequence
  })
  const interner = createInterner()
  const [first, second] = sets.map((symbols) => {
    const ids = new Uint32Array(symbols.length)
    internInto(interner, 'sequence', symbols, ids)
    return new Set(ids)
  }) as [Set<number>, Set<number>]
  const union = interner.size()
  return union === 0 ? 1 : (first.size + second.size - union) / union
}
