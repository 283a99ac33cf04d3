import { createDtw } from './dtw.ts'
import { lcsLength } from './lcs.ts'
import { editDistance } from './levenshtein.ts'
import {
  DEFAULT_MAX_LENGTH,
  type NumericSequence,
  requireFinite,
  requireInteger,
  requireLength,
  requireNumbers,
} from './sequence.ts'
import { correlation, euclideanDistance, similarityAt } from './similarity.ts'

export type Algorithm = 'dtw' | 'lcs' | 'edit' | 'euclidean' | 'correlation' | 'similarity'

export interface ComparerOptions {
  /** Results that are kept, the least recently used leave first. 0: none. Default 256. */
  readonly cacheEntries?: number
  /** Points per sequence, at most. Default 65,536. */
  readonly maxLength?: number
}

export interface CacheStats {
  readonly hits: number
  readonly misses: number
  readonly size: number
}

export interface Comparer {
  /**
   * `dtw`: absolute cost. `lcs`: length. `edit`: Levenshtein; both take the numbers as symbols, without rounding.
   *
   * @throws MidstreamError `INVALID_INPUT`, `SEQUENCE_TOO_LONG`; `DIMENSION_MISMATCH` for `euclidean` and
   * `correlation` of different lengths.
   */
  compare(a: NumericSequence, b: NumericSequence, algorithm: Algorithm): number
  cacheStats(): CacheStats
}

interface Entry {
  readonly a: Float64Array
  readonly b: Float64Array
  readonly result: number
}

/**
 * Comparisons with a cache. A result is found again only for the same algorithm and the same values, all of which are
 * compared; entries keep copies. Memory: at most `cacheEntries` pairs of `maxLength` values.
 */
export function createComparer(options: ComparerOptions = {}): Comparer {
  const { cacheEntries = 256, maxLength = DEFAULT_MAX_LENGTH } = options
  requireInteger('cacheEntries', cacheEntries, 0)
  requireInteger('maxLength', maxLength, 1)
  const dtw = createDtw({ maxLength })
  // In order of use, the latest last. A key is a hash; what it leads to is compared in full.
  const cache = new Map<string, Entry>()
  let hits = 0
  let misses = 0

  function run(a: NumericSequence, b: NumericSequence, algorithm: Algorithm): number {
    if (algorithm === 'dtw') return dtw.distance(a, b)
    if (algorithm === 'lcs') return lcsLength(a, b, { maxLength })
    if (algorithm === 'edit') return editDistance(a, b, { maxLength })
    if (algorithm === 'euclidean') return euclideanDistance(a, b)
    if (algorithm === 'correlation') return correlation(a, b)
    if (algorithm === 'similarity') return similarityAt(dtw.distance(a, b), a, b)
    throw new TypeError(`unknown algorithm ${algorithm satisfies never}`)
  }

  return {
    compare(a, b, algorithm) {
      requireLength('a', a.length, maxLength)
      requireLength('b', b.length, maxLength)
      requireNumbers('a', a)
      requireNumbers('b', b)
      requireFinite('a', a, 0, a.length)
      requireFinite('b', b, 0, b.length)
      if (cacheEntries === 0) return run(a, b, algorithm)
      const key = `${algorithm}:${a.length}:${b.length}:${hash(a)}:${hash(b)}`
      const entry = cache.get(key)
      if (entry !== undefined && sameValues(entry.a, a) && sameValues(entry.b, b)) {
        hits++
        cache.delete(key)
        cache.set(key, entry)
        return entry.result
      }
      const result = run(a, b, algorithm)
      misses++
      cache.delete(key)
      if (cache.size >= cacheEntries) cache.delete(cache.keys().next().value!)
      cache.set(key, { a: Float64Array.from(a), b: Float64Array.from(b), result })
      return result
    },
    cacheStats: () => ({ hits, misses, size: cache.size }),
  }
}

function sameValues(a: Float64Array, b: NumericSequence): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

const word = /* @__PURE__ */ new Float64Array(1)
const halves = /* @__PURE__ */ new Uint32Array(word.buffer)

/** FNV-1a over the halves of the doubles. */
function hash(values: NumericSequence): number {
  let state = 0x811c9dc5
  for (let i = 0; i < values.length; i++) {
    word[0] = values[i]! + 0
    state = Math.imul(state ^ halves[0]!, 0x01000193)
    state = Math.imul(state ^ halves[1]!, 0x01000193)
  }
  return state >>> 0
}

/** Every measure of one pair. Euclidean distance and correlation are undefined where the lengths differ. */
export interface Analysis {
  readonly dtw: number
  readonly lcs: number
  readonly edit: number
  readonly similarity: number
  readonly euclidean: number | undefined
  readonly correlation: number | undefined
}

/**
 * All measures at once; numbers are compared as they are, nothing is rounded to characters or integers.
 *
 * @throws MidstreamError `INVALID_INPUT`, `SEQUENCE_TOO_LONG` beyond 65,536 points.
 */
export function analyze(a: NumericSequence, b: NumericSequence): Analysis {
  const { compare } = createComparer({ cacheEntries: 0 })
  const same = a.length === b.length
  return {
    dtw: compare(a, b, 'dtw'),
    lcs: compare(a, b, 'lcs'),
    edit: compare(a, b, 'edit'),
    similarity: compare(a, b, 'similarity'),
    euclidean: same ? compare(a, b, 'euclidean') : undefined,
    correlation: same ? compare(a, b, 'correlation') : undefined,
  }
}
