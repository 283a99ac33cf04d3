import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  analyze,
  correlation,
  createComparer,
  dtw,
  editDistance,
  euclideanDistance,
  jaccardIndex,
  lcsLength,
  similarity,
} from '../src/index.ts'
import { RUNS, series } from './support/random.ts'

describe('euclideanDistance', () => {
  it('TC-11 TC-13 is 5 for [0,0] and [3,4], 0 for nothing', () => {
    expect(euclideanDistance([0, 0], [3, 4])).toBe(5)
    expect(euclideanDistance([], [])).toBe(0)
  })

  it('neither overflows nor vanishes where only the squares do', () => {
    for (const scale of [2 ** 600, 2 ** -600]) {
      expect(euclideanDistance([0, 0], [3 * scale, 4 * scale])).toBe(5 * scale)
    }
  })

  it('TC-11 TC-14 refuses different lengths and NaN', () => {
    for (const measure of [euclideanDistance, correlation]) {
      expect(() => measure([1], [1, 2])).toThrow(expect.objectContaining({ code: 'DIMENSION_MISMATCH' }))
      expect(() => measure([1, Number.NaN], [1, 2])).toThrow(
        expect.objectContaining({ code: 'INVALID_INPUT' }),
      )
    }
  })
})

describe('correlation', () => {
  it('TC-12 TC-13 is 1 for identical sequences, -1 for a reversed ramp, 0 where nothing varies', () => {
    expect(correlation([1, 2, 4], [1, 2, 4])).toBe(1)
    expect(correlation([1, 2, 3, 4], [4, 3, 2, 1])).toBe(-1)
    expect(correlation([5, 5, 5], [5, 5, 5])).toBe(1)
    expect(correlation([5, 5, 5], [1, 2, 3])).toBe(0)
    expect(correlation([0.1, 0.1, 0.1], [1, 2, 3])).toBe(0)
    expect(correlation([5, 5], [7, 7])).toBe(0)
    expect(correlation([], [])).toBe(0)
  })

  it('TC-12 is the same where squares or sums overflow or vanish', () => {
    const [a, b] = [
      [1, 2, 4, 3],
      [2, 1, 4, 4],
    ]
    for (const scale of [2 ** 1020, 2 ** 600, 2 ** -600, 2 ** -1060]) {
      expect(
        correlation(
          a!.map((x) => x * scale),
          b!.map((x) => x * scale),
        ),
      ).toBeCloseTo(correlation(a!, b!), 12)
    }
  })

  it('TC-27 is symmetric, within [-1, 1], and the same after a shift and a positive scale', () => {
    fc.assert(
      fc.property(series(2, 30), series(2, 30), (x, y) => {
        const n = Math.min(x.length, y.length)
        const [a, b] = [x.slice(0, n), y.slice(0, n)]
        const r = correlation(a, b)
        expect(correlation(b, a)).toBeCloseTo(r, 12)
        expect(Math.abs(r)).toBeLessThanOrEqual(1)
        expect(
          correlation(
            a.map((v) => 3 * v + 100),
            b,
          ),
        ).toBeCloseTo(r, 9)
      }),
      RUNS,
    )
  })
})

describe('similarity', () => {
  it('TC-24 is 1 for identical sequences, clearly below for disjoint ones, the same at every scale', () => {
    const [a, b] = [
      [0.1, 0.2, 0.3],
      [0.7, 0.8, 0.9],
    ]
    expect(similarity(a!, a!)).toBe(1)
    expect(similarity(a!, b!)).toBeCloseTo(0.25, 12)
    const scaled = similarity(
      a!.map((x) => x * 100),
      b!.map((x) => x * 100),
    )
    expect(scaled).toBeCloseTo(similarity(a!, b!), 12)
  })

  it('is the same where the range times the length overflows', () => {
    expect(similarity([1e308, 0, 0], [0, 0, 0])).toBeCloseTo(2 / 3, 12)
  })

  it('TC-13 is 1 for two empty sequences and 0 for one', () => {
    expect([similarity([], []), similarity([], [1]), similarity([1], [])]).toEqual([1, 0, 0])
  })

  it('TC-24 stays within [0, 1], is symmetric, and does not depend on scale or offset', () => {
    fc.assert(
      fc.property(series(1, 25), series(1, 25), fc.constantFrom(0.125, 4, 1024), (a, b, scale) => {
        const s = similarity(a, b)
        expect(s).toBeGreaterThanOrEqual(0)
        expect(s).toBeLessThanOrEqual(1)
        expect(similarity(b, a)).toBe(s)
        const moved = (x: number[]): number[] => x.map((v) => v * scale + 8)
        expect(similarity(moved(a), moved(b))).toBeCloseTo(s, 12)
      }),
      RUNS,
    )
  })
})

describe('jaccardIndex', () => {
  it('TC-25 compares a list of tools with the same list without one step', () => {
    const all = ['plan', 'search', 'read', 'edit', 'test', 'commit']
    const less = all.filter((step) => step !== 'read')
    expect(editDistance(all, less)).toBe(1)
    expect(lcsLength(all, less)).toBe(5)
    expect(dtw(all, less, { cost: 'symbol' })).toBe(1)
    expect(jaccardIndex(all, less)).toBeCloseTo(0.833, 3)
  })

  it('TC-13 TC-14 is 1 for two empty sets and refuses NaN', () => {
    expect([jaccardIndex([], []), jaccardIndex([], ['a']), jaccardIndex('aab', 'ba')]).toEqual([1, 0, 1])
    expect(() => jaccardIndex([Number.NaN], [1])).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }))
  })
})

describe('analyze', () => {
  it('TC-29 does not round numbers to characters or integers', () => {
    expect(analyze([300], [400]).edit).toBe(1)
    expect(analyze([1e9], [2e9]).lcs).toBe(0)
    expect(analyze([0.1], [0.19]).edit).toBe(1)
    expect(analyze([65_536], [0]).edit).toBe(1)
    expect(analyze([-1], [4_294_967_295]).edit).toBe(1)
  })

  it('leaves out what is undefined for different lengths', () => {
    expect(analyze([1, 2], [1, 2, 3])).toEqual({
      dtw: 1,
      lcs: 2,
      edit: 1,
      similarity: 1 - 1 / 6,
      euclidean: undefined,
      correlation: undefined,
    })
  })
})

describe('createComparer', () => {
  it('TC-26 computes what the algorithm names', () => {
    const { compare } = createComparer()
    const [a, b] = [
      [1, 2, 3, 4, 9],
      [2, 4, 3, 1, 7],
    ]
    const results = (['dtw', 'lcs', 'edit', 'correlation', 'euclidean', 'similarity'] as const).map(
      (algorithm) => compare(a!, b!, algorithm),
    )
    expect(new Set(results).size).toBe(6)
    expect(results.slice(0, 4)).toEqual([7, 2, 4, correlation(a!, b!)])
  })

  it('TC-16 gives each pair its own result, for every order of calls', () => {
    const cached = createComparer({ cacheEntries: 4 })
    const bare = createComparer({ cacheEntries: 0 })
    const algorithm = fc.constantFrom('dtw', 'lcs', 'edit', 'euclidean', 'correlation', 'similarity')
    const short = fc.array(fc.constantFrom(0, 1, 2), { minLength: 2, maxLength: 2 })
    fc.assert(
      fc.property(fc.array(fc.tuple(short, short, algorithm), { maxLength: 20 }), (calls) => {
        for (const [a, b, name] of calls) expect(cached.compare(a, b, name)).toBe(bare.compare(a, b, name))
      }),
      RUNS,
    )
    expect(cached.cacheStats().hits).toBeGreaterThan(0)
  })

  it('TC-17 counts hits and misses, keeps as many results as its capacity, and none at 0', () => {
    const comparer = createComparer({ cacheEntries: 2 })
    comparer.compare([1], [2], 'dtw')
    comparer.compare([1], [2], 'dtw')
    expect(comparer.cacheStats()).toEqual({ hits: 1, misses: 1, size: 1 })
    comparer.compare([1], [3], 'dtw')
    comparer.compare([1], [2], 'dtw')
    comparer.compare([1], [4], 'dtw')
    expect(comparer.cacheStats().size).toBe(2)
    // [1], [3] was used least recently.
    comparer.compare([1], [2], 'dtw')
    expect(comparer.cacheStats().hits).toBe(3)
    const none = createComparer({ cacheEntries: 0 })
    expect([none.compare([1], [2], 'dtw'), none.compare([1], [2], 'dtw')]).toEqual([1, 1])
    expect(none.cacheStats()).toEqual({ hits: 0, misses: 0, size: 0 })
  })

  it('TC-16 tells values apart whose hashes collide', () => {
    // FNV-1a takes the low half and then the high half of a double; another high half can be made up for by the low.
    const prime = 0x01000193
    let inverse = 1
    for (let i = 0; i < 5; i++) inverse = Math.imul(inverse, 2 - Math.imul(prime, inverse))
    const basis = 0x811c9dc5 | 0
    const words = new Int32Array(2)
    const value = (low: number, high: number): number => {
      words.set([low, high])
      return new Float64Array(words.buffer)[0]!
    }
    const [low, high, other] = [12_345, 0x3ff00000, 0x40000000]
    const first = value(low, high)
    const second = value(basis ^ Math.imul(Math.imul(basis ^ low, prime) ^ high ^ other, inverse), other)
    for (const [x, y] of [
      [first, second],
      [second, first],
    ] as const) {
      const { compare, cacheStats } = createComparer()
      expect(compare([0], [x], 'euclidean')).toBe(x)
      expect(compare([0], [y], 'euclidean')).toBe(y)
      expect(compare([x], [0], 'euclidean')).toBe(x)
      expect(compare([y], [0], 'euclidean')).toBe(y)
      // One entry for each side: the hashes did collide.
      expect(cacheStats()).toEqual({ hits: 0, misses: 4, size: 2 })
    }
  })

  it('TC-16 does not serve a result of values that were changed since', () => {
    const { compare } = createComparer()
    const a = [1, 2]
    expect(compare(a, [1, 2], 'dtw')).toBe(0)
    a[1] = 5
    expect(compare(a, [1, 2], 'dtw')).toBe(3)
  })

  it('TC-14 TC-15 refuses NaN and sequences over the limit, with and without a cache', () => {
    for (const cacheEntries of [0, 8]) {
      const { compare } = createComparer({ cacheEntries, maxLength: 2 })
      expect(() => compare([Number.NaN], [1], 'lcs')).toThrow(
        expect.objectContaining({ code: 'INVALID_INPUT' }),
      )
      expect(() => compare([1], [1, 2, 3], 'dtw')).toThrow(
        expect.objectContaining({ code: 'SEQUENCE_TOO_LONG', details: { length: 3, limit: 2 } }),
      )
    }
    const { compare } = createComparer({ maxLength: 65_540 })
    const long = new Float64Array(65_540).fill(2)
    expect(compare(long, [2, 3], 'similarity')).toBeCloseTo(1 - 1 / 65_540, 12)
    expect(() => createComparer({ cacheEntries: -1 })).toThrow(RangeError)
    expect(() => createComparer().compare([1], [1], 'cosine' as 'dtw')).toThrow(TypeError)
  })
})
