import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  createLowerBounds,
  createSubsequenceSearch,
  dtw,
  envelope,
  findSimilar,
  type NearestSubsequence,
  nearestSequence,
} from '../src/index.ts'
import { searchIn } from '../src/lib/subsequence-search.ts'
import { createArena } from '../src/lib/wasm-arena.ts'
import { createHost } from '../src/lib/wasm-host.ts'
import vectors from '../test-vectors/dtw.json' with { type: 'json' }
import { bruteNearestSubsequence } from './support/brute-force.ts'
import { createRandom, RUNS, series } from './support/random.ts'

describe('findSimilar', () => {
  it('TC-18 finds every exact occurrence, also where they overlap', () => {
    expect(findSimilar([1, 2, 3, 4, 5, 3, 4, 5], [3, 4, 5], { threshold: 0.1 })).toEqual([
      { start: 2, distance: 0 },
      { start: 5, distance: 0 },
    ])
    expect(findSimilar([1, 1, 1], [1, 1], { threshold: 0 }).map(({ start }) => start)).toEqual([0, 1])
  })

  it('TC-19 finds approximate occurrences within the threshold', () => {
    const haystack = [1, 2, 3.1, 4.2, 5, 6]
    expect(findSimilar(haystack, [3, 4, 5], { threshold: 0.1 })).toEqual([])
    const found = findSimilar(haystack, [3, 4, 5], { threshold: 1.5 })
    expect(found.map(({ start }) => start)).toEqual([2])
    expect(found[0]!.distance).toBeCloseTo(0.3, 12)
  })

  it('TC-20 includes a distance that equals the threshold', () => {
    expect(findSimilar([0, 2], [0], { threshold: 2 })).toEqual([
      { start: 0, distance: 0 },
      { start: 1, distance: 2 },
    ])
    expect(findSimilar([2], [0], { threshold: 1.999 })).toEqual([])
  })

  it('TC-21 orders by distance, then by start', () => {
    const found = findSimilar([3, 1, 0, 1, 3], [0], { threshold: 5 })
    expect(found.map(({ start, distance }) => [start, distance])).toEqual([
      [2, 0],
      [1, 1],
      [3, 1],
      [0, 3],
      [4, 3],
    ])
  })

  it('searches symbols', () => {
    const log = ['read', 'edit', 'test', 'read', 'edit', 'run']
    expect(findSimilar(log, ['read', 'edit', 'test'], { threshold: 1, cost: 'symbol' })).toEqual([
      { start: 0, distance: 0 },
      { start: 3, distance: 1 },
    ])
  })

  it('agrees with a distance for each place', () => {
    fc.assert(
      fc.property(series(0, 30), series(1, 5), fc.nat(30), (haystack, needle, quarter) => {
        const threshold = quarter / 4
        const expected = haystack
          .slice(0, Math.max(0, haystack.length - needle.length + 1))
          .map((_, start) => ({ start, distance: dtw(haystack.slice(start, start + needle.length), needle) }))
          .filter(({ distance }) => distance <= threshold)
          .sort((a, b) => a.distance - b.distance || a.start - b.start)
        expect(findSimilar(haystack, needle, { threshold })).toEqual(expected)
      }),
      RUNS,
    )
  })

  it('TC-13 TC-14 refuses an empty needle, NaN and text without the cost symbol', () => {
    expect(findSimilar([], [1], { threshold: 1 })).toEqual([])
    for (const [haystack, needle] of [
      [[1], []],
      [[Number.NaN], [1]],
      ['abc', 'a'],
    ] as const) {
      expect(() => findSimilar(haystack, needle, { threshold: 1 })).toThrow(
        expect.objectContaining({ code: 'INVALID_INPUT' }),
      )
    }
    expect(() => findSimilar([1], [1], { threshold: Number.NaN })).toThrow(RangeError)
  })
})

describe('envelope', () => {
  it('gives what tslearn gives', () => {
    const { series: values, radius, lower, upper, keoghOfZeros } = vectors.envelope
    const found = envelope(values, radius)
    expect([[...found.lower], [...found.upper]]).toEqual([lower, upper])
    const { keogh } = createLowerBounds([0, 0, 0, 0, 0], { cost: 'squared', window: radius })
    expect(Math.sqrt(keogh(values))).toBeCloseTo(keoghOfZeros, 12)
  })

  it('is the extremes within the radius', () => {
    fc.assert(
      fc.property(series(0, 30), fc.nat(40), (values, radius) => {
        const { lower, upper } = envelope(values, radius)
        values.forEach((_, i) => {
          const near = values.slice(Math.max(0, i - radius), i + radius + 1)
          expect([lower[i], upper[i]]).toEqual([Math.min(...near), Math.max(...near)])
        })
      }),
      RUNS,
    )
  })

  it('takes no longer for a radius far beyond the sequence', () => {
    const { lower, upper } = envelope([2, 1, 3], Number.MAX_SAFE_INTEGER)
    expect([[...lower], [...upper]]).toEqual([
      [1, 1, 1],
      [3, 3, 3],
    ])
  })
})

describe('createLowerBounds', () => {
  it('gives Keogh the value of tslearn on two sines, below the distance', () => {
    const a = Float64Array.from({ length: 200 }, (_, i) => Math.sin(i / 10))
    const b = Float64Array.from({ length: 200 }, (_, i) => Math.sin((i + 5) / 10) + 0.1 * Math.cos(i))
    const options = { cost: 'squared', window: 5 } as const
    const bounds = [createLowerBounds(a, options).keogh(b), createLowerBounds(b, options).keogh(a)].map(
      Math.sqrt,
    )
    expect(bounds.some((bound) => Math.abs(bound - vectors.sines.keoghRadius5) < 1e-12)).toBe(true)
  })

  it('is kim <= distance and keogh <= improved <= distance with the same window', () => {
    const pair = fc
      .integer({ min: 1, max: 25 })
      .chain((n) => fc.tuple(series(n, n), series(n, n), fc.nat(8), fc.constantFrom('absolute', 'squared')))
    fc.assert(
      fc.property(pair, ([a, b, window, cost]) => {
        const bounds = createLowerBounds(a, { cost, window })
        const distance = dtw(a, b, { cost, window })
        expect(bounds.kim(b)).toBeLessThanOrEqual(distance)
        expect(bounds.keogh(b)).toBeLessThanOrEqual(bounds.improved(b))
        expect(bounds.improved(b)).toBeLessThanOrEqual(distance)
        const limit = bounds.improved(b) / 2
        expect(bounds.improved(b, limit) > limit).toBe(bounds.improved(b) > limit)
        expect(bounds.keogh(b, limit) > limit).toBe(bounds.keogh(b) > limit)
      }),
      RUNS,
    )
  })

  it('refuses candidates of another length and an empty query', () => {
    const bounds = createLowerBounds([1, 2])
    for (const bound of [bounds.kim, bounds.keogh, bounds.improved]) {
      expect(() => bound([1])).toThrow(expect.objectContaining({ code: 'DIMENSION_MISMATCH' }))
    }
    expect(() => createLowerBounds([])).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }))
    expect(() => createLowerBounds([1], { cost: 'symbol' as 'squared' })).toThrow(TypeError)
    expect(() => nearestSequence([1], [[1]], { limit: -1 })).toThrow(RangeError)
    expect(() => nearestSequence([1], [], { limit: Number.NaN })).toThrow(RangeError)
  })
})

describe('nearestSequence', () => {
  it('finds what comparing with every candidate finds', () => {
    const candidates = fc.array(series(1, 8), { maxLength: 12 })
    const cost = fc.constantFrom('absolute', 'squared')
    fc.assert(
      fc.property(series(1, 8), candidates, fc.nat(4), cost, (query, all, window, name) => {
        const distances = all.map((candidate) => dtw(query, candidate, { window, cost: name }))
        const least = Math.min(Number.POSITIVE_INFINITY, ...distances)
        const found = nearestSequence(query, all, { window, cost: name })
        expect([found.index, found.distance]).toEqual([distances.indexOf(least), least])
        expect(found.kim + found.keogh + found.improved + found.dtw).toBe(all.length)
        const half = nearestSequence(query, all, { window, cost: name, limit: least / 2 })
        expect(half.index >= 0).toBe(all.length > 0 && least <= least / 2)
      }),
      RUNS,
    )
  })

  it('drops candidates by every bound', () => {
    const random = createRandom(5)
    const walk = (): Float64Array => {
      let value = 0
      return Float64Array.from({ length: 64 }, () => (value += random() - 0.5))
    }
    const query = walk()
    const others = Array.from({ length: 500 }, walk)
    others.push(Float64Array.from(query, (x) => x + 100))
    const counts = nearestSequence(query, others, { window: 4 })
    expect(Math.min(counts.kim, counts.keogh, counts.improved, counts.dtw)).toBeGreaterThan(0)
    expect(counts.dtw).toBeLessThan(100)
  })
})

describe('createSubsequenceSearch', () => {
  const flatThenNot = fc.constantFrom(0, 0, 0, 1, 2)
  const stream = fc.oneof(series(0, 90), fc.array(flatThenNot, { maxLength: 90 }))

  it('finds the piece that comparing with every piece finds', () => {
    fc.assert(
      fc.property(
        stream,
        series(2, 12),
        fc.nat(5),
        fc.constantFrom(0, 1e4),
        (samples, query, window, offset) => {
          const expected = bruteNearestSubsequence(samples, query, window)
          const search = createSubsequenceSearch(query, { window })
          search.pushAll(samples.map((x) => x + offset))
          if (expected === undefined) expect(search.best).toBeUndefined()
          else {
            expect(search.best!.distance).toBeCloseTo(expected.distance, 6)
            const { start } = search.best!
            const there = bruteNearestSubsequence(samples.slice(start, start + query.length), query, window)
            expect(there!.distance).toBeCloseTo(expected.distance, 6)
          }
        },
      ),
      RUNS,
    )
  })

  it('I-2 gives the same for samples one by one, in any pieces, and after a reset', () => {
    const random = createRandom(11)
    let value = 0
    const samples = Float64Array.from({ length: 30_000 }, () => (value += random() - 0.5))
    const query = samples.slice(100, 164).map((x) => x + random() / 2)
    const whole = createSubsequenceSearch(query)
    whole.pushAll(samples)
    const single = createSubsequenceSearch(query)
    for (const sample of samples) single.push(sample)
    expect(single.best).toEqual(whole.best)
    expect(single.length).toBe(30_000)
    const pieces = createSubsequenceSearch(query)
    for (let at = 0; at < samples.length; at += 977) pieces.pushAll(samples.subarray(at, at + 977))
    expect(pieces.best).toEqual(whole.best)
    whole.reset()
    expect([whole.best, whole.length]).toEqual([undefined, 0])
    whole.pushAll(samples)
    expect(whole.best).toEqual(single.best)
  })

  it('I-9 gives the same without WebAssembly', () => {
    const random = createRandom(13)
    let value = 0
    const walk = Float64Array.from({ length: 9000 }, () => (value += random() - 0.5))
    const noise = Float64Array.from({ length: 3000 }, (_, i) => (i % 500 < 60 ? 3 : random()))
    for (const samples of [walk, noise]) {
      for (const m of [2, 7, 40, 129]) {
        const query = samples.slice(77, 77 + m).map((x) => x + random() / 4)
        const [plain, kernel] = [createHost(null), createHost()].map((host) => {
          const search = searchIn(createArena(host), query, {})
          search.pushAll(samples)
          return search
        })
        expect(plain!.best).toEqual(kernel!.best)
        const { kim, keogh, flat, dtw: rest } = kernel!.counts
        expect(kim + keogh + flat + rest).toBe(samples.length - m + 1)
      }
    }
  })

  it('finds a scaled and shifted copy at distance 0, far into the stream', () => {
    const random = createRandom(2)
    const query = Float64Array.from({ length: 40 }, () => random())
    const samples = Float64Array.from({ length: 20_000 }, () => 1000 + random())
    query.forEach((x, i) => {
      samples[17_321 + i] = 5 + 300 * x
    })
    const search = createSubsequenceSearch(query)
    search.pushAll(samples)
    expect(search.best!.start).toBe(17_321)
    expect(search.best!.distance).toBeLessThan(1e-6)
  })

  it('TC-20 counts only pieces within the threshold, the threshold included', () => {
    const samples = [0, 1, 0, 1, 1, 0]
    const query = [0, 1, 1]
    const open = createSubsequenceSearch(query, { window: 0 })
    open.pushAll(samples)
    const { distance } = open.best!
    const below = createSubsequenceSearch([0, 5, 1], { window: 0, threshold: 1e-3 })
    below.pushAll(samples)
    expect(below.best).toBeUndefined()
    const at = createSubsequenceSearch(query, { window: 0, threshold: distance })
    at.pushAll(samples)
    expect(at.best).toEqual(open.best)
  })

  it('TC-20 finds the nearest piece with its own distance as threshold, and none with less', () => {
    const random = createRandom(31)
    for (let round = 0; round < 300; round++) {
      const samples = Array.from({ length: 60 }, () => random())
      const query = Array.from({ length: 8 }, () => random())
      const best = (threshold: number): NearestSubsequence | undefined => {
        const search = createSubsequenceSearch(query, { threshold })
        search.pushAll(samples)
        return search.best
      }
      const open = best(Number.POSITIVE_INFINITY)!
      expect(best(open.distance)).toEqual(open)
      expect(best(open.distance * (1 - 2 ** -52))).toBeUndefined()
    }
  })

  it('drops no piece that is only a little nearer than the best so far', () => {
    const random = createRandom(17)
    for (let round = 0; round < 300; round++) {
      const m = 3 + (round % 8)
      const samples = Array.from({ length: 400 }, () => random())
      const query = Array.from({ length: m }, () => random())
      const search = createSubsequenceSearch(query, { window: 0 })
      search.pushAll(samples)
      expect(search.best!.distance).toBeCloseTo(bruteNearestSubsequence(samples, query, 0)!.distance, 9)
    }
  })

  it('finds what comes after a spike that has cost the running sums their digits', () => {
    const random = createRandom(19)
    const samples = Float64Array.from({ length: 12_000 }, () => random())
    samples[3] = 1e10
    const query = samples.slice(11_000, 11_030)
    const search = createSubsequenceSearch(query)
    search.pushAll(samples)
    expect(search.best!.start).toBe(11_000)
    expect(search.counts.kim + search.counts.keogh).toBeGreaterThan(1000)
  })

  it('finds the nearest piece soon after a spike or a step of any height', () => {
    const random = createRandom(23)
    for (let round = 0; round < 300; round++) {
      const height = 10 ** (3 + (round % 12))
      const samples = Array.from({ length: 200 }, (_, i) => random() + (i > 35 ? 10 ** (round % 5) : 0))
      samples[20 + (round % 30)] = height
      const query = Array.from({ length: 8 + (round % 16) }, () => random())
      const expected = bruteNearestSubsequence(samples, query, round % 3)!
      for (const host of [createHost(null), createHost()]) {
        const search = searchIn(createArena(host), query, { window: round % 3 })
        search.pushAll(samples)
        expect(Math.abs(search.best!.distance / expected.distance - 1)).toBeLessThan(1e-9)
      }
    }
  })

  it('tells an exact copy from a near one soon after a spike of any height', () => {
    const random = createRandom(61)
    for (let round = 0; round < 120; round++) {
      const samples = Array.from({ length: 300 }, () => random())
      const query = Array.from({ length: 20 }, () => random())
      query.forEach((x, i) => {
        samples[60 + i] = x + 1e-8 * random()
        samples[200 + i] = x
      })
      samples[40] = 10 ** (1 + (round % 12))
      const search = createSubsequenceSearch(query)
      search.pushAll(samples)
      expect(search.best!.start).toBe(200)
    }
  })

  it('goes on to drop pieces by their bounds after a spike or a step', () => {
    const random = createRandom(29)
    const samples = Float64Array.from({ length: 4000 }, (_, i) => random() + (i < 100 ? 0 : 1e8))
    samples[50] = 1e12
    const search = createSubsequenceSearch(samples.slice(200, 230))
    search.pushAll(samples)
    expect(search.best!.start).toBe(200)
    expect(search.counts.kim + search.counts.keogh).toBeGreaterThan(3000)
  })

  it('compares only the first of many flat pieces', () => {
    const search = createSubsequenceSearch([0, 1, 0], { window: 1 })
    search.pushAll([3, 1, 4, ...new Array<number>(50).fill(2)])
    expect(search.counts.flat).toBe(47)
    search.push(5)
    const expected = bruteNearestSubsequence([3, 1, 4, ...new Array<number>(50).fill(2), 5], [0, 1, 0], 1)
    expect(search.best!.distance).toBeCloseTo(expected!.distance, 12)
    for (let i = 0; i < 9; i++) search.push(5)
    expect(search.counts.flat).toBe(55)
  })

  it('does not see a spike after it has passed, and takes flat pieces for zeros', () => {
    const samples = new Float64Array(9000).fill(7)
    samples[10] = 1e9
    const query = [0, 1, 0, 1]
    const search = createSubsequenceSearch(query, { window: 0 })
    search.pushAll(samples)
    expect(search.best).toEqual(bruteNearestSubsequence([...samples.subarray(0, 40)], query, 0))
  })

  it('TC-14 refuses NaN and leaves the stream as it was', () => {
    const search = createSubsequenceSearch([0, 1])
    expect(() => search.push(Number.NaN)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }))
    expect(() => search.pushAll([1, 2, Number.POSITIVE_INFINITY, 3])).toThrow(
      expect.objectContaining({ code: 'INVALID_INPUT', details: { index: 2 } }),
    )
    expect(search.length).toBe(2)
    expect(search.best!.start).toBe(0)
    expect(() => createSubsequenceSearch([1])).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }))
    expect(() => createSubsequenceSearch([1, Number.NaN])).toThrow(
      expect.objectContaining({ code: 'INVALID_INPUT' }),
    )
    expect(() => createSubsequenceSearch([1, 2, 3], { maxLength: 2 })).toThrow(
      expect.objectContaining({ code: 'SEQUENCE_TOO_LONG' }),
    )
  })
})
