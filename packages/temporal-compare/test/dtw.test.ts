import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  alignDtw,
  createDtw,
  type DtwOptions,
  dtw,
  estimateDerivative,
  euclideanDistance,
} from '../src/index.ts'
import { readDtwOptions } from '../src/lib/dtw-options.ts'
import { alignRows } from '../src/lib/dtw-path.ts'
import { createDtwRunner } from '../src/lib/dtw-runner.ts'
import { createHost, sharedScratch } from '../src/lib/wasm-host.ts'
import vectors from '../test-vectors/dtw.json' with { type: 'json' }
import { bruteDtw, COSTS, dtwMatrix } from './support/brute-force.ts'
import { createRandom, RUNS, series } from './support/random.ts'

const cost = fc.constantFrom('absolute', 'squared', 'symbol')
const SQUARED: DtwOptions = { cost: 'squared' }

/** As where WebAssembly is not to be had. */
const PLAIN = createHost(null)

describe('dtw', () => {
  it('TC-01 is 0 for a sequence and itself', () => {
    expect(dtw([1, 2, 3], [1, 2, 3])).toBe(0)
  })

  it.each([
    [[1, 2, 3], [2, 3, 4], 2, 2],
    [[1, 2, 3], [4, 5, 6], 9, 3],
  ])('TC-02 TC-03 costs differences of %j and %j, or 1 per unequal symbol', (a, b, numeric, symbolic) => {
    expect(dtw(a, b)).toBe(numeric)
    expect(dtw(a, b, { cost: 'symbol' })).toBe(symbolic)
    expect(dtw(a.map(String), b.map(String), { cost: 'symbol' })).toBe(symbolic)
    expect(dtw(a.join(''), b.join(''), { cost: 'symbol' })).toBe(symbolic)
  })

  it.each([
    [[1, 1, 2, 3], [1, 2, 2, 3], 0],
    [[0, 0, 1, 2, 1, 0], [0, 1, 2, 1, 0, 0], 0],
    [[1, 2, 3, 4, 5], [1, 3, 4, 5, 6], 2],
  ])('TC-04 TC-05 warps %j onto %j for %d', (a, b, distance) => {
    expect(dtw(a, b)).toBe(distance)
  })

  it.each(vectors.cases)('gives what tslearn gives for $a and $b', (vector) => {
    const { a, b, path } = vector
    expect(Math.sqrt(dtw(a, b, SQUARED))).toBeCloseTo(vector.full, 12)
    for (const [name, expected] of Object.entries(vector)) {
      const radius = /^sakoe(\d+)$/.exec(name)?.[1]
      if (radius === undefined) continue
      const distance = dtw(a, b, { ...SQUARED, window: Number(radius) })
      expect(Math.sqrt(distance), name).toBeCloseTo(expected as number, 12)
    }
    if (typeof vector.itakura2 === 'number') {
      expect(Math.sqrt(dtw(a, b, { ...SQUARED, slope: 2 }))).toBeCloseTo(vector.itakura2, 12)
    }
    const alignment = alignDtw(a, b, SQUARED)
    expect(Array.from(alignment.a, (i, k) => [i, alignment.b[k]])).toEqual(path)
  })

  it.each(vectors.itakura)('keeps to the parallelogram of slope $slope', ({ a, b, slope, distance }) => {
    expect(Math.sqrt(dtw(a, b, { ...SQUARED, slope }))).toBeCloseTo(distance, 12)
  })

  it('gives what dtaidistance and tslearn give for 200 points of two sines', () => {
    const a = Float64Array.from({ length: 200 }, (_, i) => Math.sin(i / 10))
    const b = Float64Array.from({ length: 200 }, (_, i) => Math.sin((i + 5) / 10) + 0.1 * Math.cos(i))
    const { full, radius5, euclidean } = vectors.sines
    expect(Math.sqrt(dtw(a, b, SQUARED))).toBeCloseTo(full, 12)
    expect(Math.sqrt(dtw(a, b, { ...SQUARED, window: 5 }))).toBeCloseTo(radius5, 12)
    expect(Math.sqrt(dtw(a, b, { ...SQUARED, window: 10 }))).toBeCloseTo(full, 12)
    expect(Math.sqrt(dtw(a, b, { ...SQUARED, window: 0 }))).toBeCloseTo(euclidean, 12)
    expect(euclideanDistance(a, b)).toBeCloseTo(euclidean, 12)
  })

  it('takes the dimensions together or apart', () => {
    const a = vectors.dependent.a.flat()
    const b = vectors.dependent.b.flat()
    const together = dtw(a, b, { ...SQUARED, dimensions: 2 })
    expect(Math.sqrt(together)).toBeCloseTo(vectors.dependent.distance, 12)
    const first = dtw([1, 2, 3], [1, 2, 3, 3], SQUARED)
    const second = dtw([1, 2, 3], [0, 2, 1, 3], SQUARED)
    const apart = dtw(a, b, { ...SQUARED, dimensions: 2, multivariate: 'independent' })
    expect(apart).toBe(first + second)
    expect(apart).not.toBe(together)
  })

  it('costs a point of several symbols 1 when any of them differs', () => {
    expect(dtw([1, 1, 2, 2], [1, 9, 2, 2], { cost: 'symbol', dimensions: 2 })).toBe(1)
    expect(dtw([1, 1, 2, 2], [9, 9, 2, 2], { cost: 'symbol', dimensions: 2 })).toBe(1)
  })

  it('compares shapes instead of values with the derivative', () => {
    const a = [1, 2, 4, 4, 2]
    expect(
      dtw(
        a,
        a.map((x) => x + 100),
      ),
    ).toBeGreaterThan(400)
    expect(
      dtw(
        a,
        a.map((x) => x + 100),
        { derivative: true },
      ),
    ).toBe(0)
  })

  it('agrees with the textbook recurrence for every cost and band', () => {
    fc.assert(
      fc.property(series(1, 30), series(1, 30), cost, fc.nat(12), (a, b, name, window) => {
        expect(dtw(a, b, { cost: name })).toBe(bruteDtw(a, b, COSTS[name]))
        expect(dtw(a, b, { cost: name, window })).toBe(bruteDtw(a, b, COSTS[name], window))
      }),
      RUNS,
    )
  })

  it('I-9 gives the same bits with and without WebAssembly', () => {
    const random = createRandom(7)
    for (let round = 0; round < 256; round++) {
      const [n, m] = [20 + Math.floor(random() * 60), 20 + Math.floor(random() * 60)]
      const a = Float64Array.from({ length: n }, () => random() * 1e6 ** random())
      const b = Float64Array.from({ length: m }, () => random() * 1e6 ** random())
      const name = (['absolute', 'squared', 'symbol'] as const)[round % 3]!
      if (name === 'symbol') for (const x of [a, b]) x.set(x.map((value) => Math.floor(value) % 4))
      const options = round % 2 === 0 ? { cost: name } : { cost: name, window: Math.floor(random() * 20) }
      const plain = createDtwRunner(readDtwOptions(options), PLAIN)
      const kernel = createDtwRunner(readDtwOptions(options), sharedScratch())
      const pair = { a, b, dimensions: 1 }
      const expected = plain.distance(pair, n, m, Number.POSITIVE_INFINITY)
      expect(kernel.distance(pair, n, m, Number.POSITIVE_INFINITY)).toBe(expected)
      for (const limit of [expected, expected * 0.999, expected * random()]) {
        expect(kernel.distance(pair, n, m, limit)).toBe(plain.distance(pair, n, m, limit))
      }
    }
  })

  it('TC-07 equals the unbanded distance for a window of the longer length, exceeds it for narrow ones', () => {
    fc.assert(
      fc.property(series(1, 25), series(1, 25), fc.nat(6), (a, b, window) => {
        const full = dtw(a, b)
        expect(dtw(a, b, { window: Math.max(a.length, b.length) })).toBe(full)
        const narrow = dtw(a, b, { window })
        expect(narrow).toBeGreaterThanOrEqual(full)
        expect(dtw(a, b, { window: window + 1 })).toBeLessThanOrEqual(narrow)
      }),
      RUNS,
    )
  })

  it('TC-07 widens a window that is narrower than the difference of the lengths', () => {
    expect(dtw([1, 2], [1, 1, 1, 1, 2], { window: 0 })).toBe(0)
    expect(dtw([1, 1, 1, 1, 2], [1, 2], { window: 0 })).toBe(0)
  })

  it('TC-08 is Infinity above the limit, and stops before the matrix is done', () => {
    expect(dtw([1, 2, 3], [4, 5, 6], {}, 1)).toBe(Number.POSITIVE_INFINITY)
    expect(dtw([1, 2, 3], [4, 5, 6], {}, 9)).toBe(9)
    // 16,384² cells would take seconds; the first rows decide.
    const far = new Float64Array(16_384).fill(1)
    const started = performance.now()
    expect(dtw(new Float64Array(16_384), far, {}, 1)).toBe(Number.POSITIVE_INFINITY)
    expect(performance.now() - started).toBeLessThan(200)
  })

  it('TC-08 accepts exactly the pairs within the limit', () => {
    fc.assert(
      fc.property(series(1, 25), series(1, 25), cost, fc.nat(200), (a, b, name, quarter) => {
        const limit = quarter / 4
        const full = dtw(a, b, { cost: name })
        expect(dtw(a, b, { cost: name }, limit)).toBe(full > limit ? Number.POSITIVE_INFINITY : full)
      }),
      RUNS,
    )
  })

  it('TC-13 is 0 for two empty sequences and Infinity for one', () => {
    expect(dtw([], [])).toBe(0)
    expect(dtw([], [1])).toBe(Number.POSITIVE_INFINITY)
    expect(dtw([1], [])).toBe(Number.POSITIVE_INFINITY)
    expect(alignDtw([], [])).toEqual({ distance: 0, a: new Uint32Array(0), b: new Uint32Array(0) })
  })

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])('TC-14 refuses %d', (value) => {
    expect(() => dtw([1, value], [1])).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }))
    expect(() => dtw([1], [1, 2, value])).toThrow(
      expect.objectContaining({ code: 'INVALID_INPUT', details: { index: 2 } }),
    )
    expect(() => dtw([1, value], [1], { cost: 'symbol' })).toThrow(
      expect.objectContaining({ code: 'INVALID_INPUT', details: { index: 1 } }),
    )
  })

  it('TC-14 refuses text where numbers are compared', () => {
    expect(() => dtw('abc', 'abd')).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }))
    expect(() => dtw(['a'], [1])).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }))
  })

  it('TC-15 refuses a sequence one longer than the limit, and says the limit', () => {
    expect(dtw([1, 2, 3], [1, 2, 3], { maxLength: 3 })).toBe(0)
    expect(() => dtw([1, 2, 3], [1, 2, 3, 4], { maxLength: 3 })).toThrow(
      expect.objectContaining({ code: 'SEQUENCE_TOO_LONG', details: { length: 4, limit: 3 } }),
    )
  })

  it('refuses values that make no whole points', () => {
    expect(() => dtw([1, 2, 3], [1, 2], { dimensions: 2 })).toThrow(
      expect.objectContaining({ code: 'DIMENSION_MISMATCH', details: { length: 3, dimensions: 2 } }),
    )
  })

  it('refuses options that make no sense', () => {
    expect(() => createDtw({ window: -1 })).toThrow(RangeError)
    expect(() => createDtw({ slope: 0.5 })).toThrow(RangeError)
    expect(() => createDtw({ window: 1, slope: 2 })).toThrow(TypeError)
    expect(() => createDtw({ dimensions: 0 })).toThrow(RangeError)
    expect(() => createDtw({ cost: 'cubic' as 'squared' })).toThrow(TypeError)
    expect(() => createDtw({ cost: 'symbol', derivative: true })).toThrow(TypeError)
    expect(() => dtw([1], [1], {}, Number.NaN)).toThrow(RangeError)
    expect(() => dtw([1], [1], {}, -1)).toThrow(RangeError)
  })

  it('TC-27 is symmetric, 0 for identical sequences, never negative, at most the pointwise cost', () => {
    fc.assert(
      fc.property(series(1, 40), series(1, 40), cost, (a, b, name) => {
        const distance = dtw(a, b, { cost: name })
        expect(dtw(b, a, { cost: name })).toBe(distance)
        expect(dtw(a, a, { cost: name })).toBe(0)
        expect(distance).toBeGreaterThanOrEqual(0)
        const common = Math.min(a.length, b.length)
        const pointwise = a.slice(0, common).reduce((sum, x, i) => sum + COSTS[name](x, b[i]!), 0)
        expect(dtw(a.slice(0, common), b.slice(0, common), { cost: name })).toBeLessThanOrEqual(pointwise)
      }),
      RUNS,
    )
  })

  it('TC-28 is not slower than the naive loop at n = 1000', () => {
    const random = createRandom(1)
    const [a, b] = [0, 1].map(() => Float64Array.from({ length: 1000 }, () => random())) as [
      Float64Array,
      Float64Array,
    ]
    const naive = (): number => {
      const row = new Float64Array(1001).fill(Number.POSITIVE_INFINITY)
      row[0] = 0
      for (let i = 0; i < 1000; i++) {
        let diagonal = row[0]!
        row[0] = Number.POSITIVE_INFINITY
        for (let j = 1; j <= 1000; j++) {
          const up = row[j]!
          row[j] = Math.abs(a[i]! - b[j - 1]!) + Math.min(diagonal, up, row[j - 1]!)
          diagonal = up
        }
      }
      return row[1000]!
    }
    const { distance } = createDtw()
    const times: [number[], number[]] = [[], []]
    for (let round = 0; round < 9; round++) {
      for (const [k, run] of [() => distance(a, b), naive].entries()) {
        const started = performance.now()
        run()
        times[k]!.push(performance.now() - started)
      }
    }
    expect(distance(a, b)).toBe(naive())
    const [ours, theirs] = times.map((all) => all.sort((x, y) => x - y)[4]!)
    expect(ours).toBeLessThan(theirs!)
  })

  it('gives the same for arrays and every kind of typed array', () => {
    const a = [1, 5, 2, 8, 3]
    const b = [2, 4, 4, 7, 1]
    const expected = dtw(a, b)
    for (const type of [Float64Array, Float32Array, Int32Array, Uint8Array]) {
      expect(dtw(type.from(a), type.from(b))).toBe(expected)
    }
  })

  it('leaves its input as it is', () => {
    const a = Float64Array.of(3, 1, 2)
    const b = Float64Array.of(9, 8, 7)
    dtw(a, b, { derivative: true })
    alignDtw(a, b)
    expect([...a, ...b]).toEqual([3, 1, 2, 9, 8, 7])
  })
})

describe('alignDtw', () => {
  it('TC-06 runs from corner to corner in single steps whose costs add up to the distance', () => {
    fc.assert(
      fc.property(series(1, 30), series(1, 30), cost, fc.option(fc.nat(5)), (a, b, name, window) => {
        const options = window === null ? { cost: name } : { cost: name, window }
        const path = alignDtw(a, b, options)
        const last = path.a.length - 1
        expect([path.a[0], path.b[0], path.a[last], path.b[last]]).toEqual([0, 0, a.length - 1, b.length - 1])
        let sum = 0
        for (let k = 0; k <= last; k++) {
          sum += COSTS[name](a[path.a[k]!]!, b[path.b[k]!]!)
          if (k === 0) continue
          const down = path.a[k]! - path.a[k - 1]!
          const right = path.b[k]! - path.b[k - 1]!
          expect([down, right].every((step) => step === 0 || step === 1) && down + right > 0).toBe(true)
        }
        expect(sum).toBe(path.distance)
        expect(path.distance).toBe(dtw(a, b, options))
      }),
      RUNS,
    )
  })

  it('finds the same path when only a few steps fit into memory', () => {
    fc.assert(
      fc.property(series(1, 20), series(1, 20), fc.integer({ min: 1, max: 200 }), (a, b, steps) => {
        const points = { a: Float64Array.from(a), b: Float64Array.from(b), dimensions: 1 }
        const band = {
          from: new Int32Array(a.length),
          to: new Int32Array(a.length).fill(b.length - 1),
        }
        expect(alignRows('absolute', points, a.length, b.length, band, steps)).toEqual(alignDtw(a, b))
      }),
      RUNS,
    )
  })

  it('is empty when no path lies inside the parallelogram', () => {
    const path = alignDtw([1, 2], [1, 2, 3, 4, 5, 6, 7], { slope: 1 })
    expect(path.distance).toBe(dtw([1, 2], [1, 2, 3, 4, 5, 6, 7], { slope: 1 }))
    expect(path.distance === Number.POSITIVE_INFINITY).toBe(path.a.length === 0)
  })

  it('refuses independent dimensions, which have no common path', () => {
    expect(() => alignDtw([1, 2], [1, 2], { dimensions: 2, multivariate: 'independent' })).toThrow(TypeError)
  })
})

describe('createDtw', () => {
  it('openEnd matches all of the first sequence with the best beginning of the second', () => {
    const open = createDtw()
    expect(open.openEnd([1, 2, 3], [1, 2, 3, 9, 9])).toEqual({ distance: 0, end: 2 })
    expect(open.openEnd([], [1])).toEqual({ distance: 0, end: -1 })
    expect(open.openEnd([1], [])).toEqual({ distance: Number.POSITIVE_INFINITY, end: -1 })
    fc.assert(
      fc.property(series(1, 20), series(1, 20), cost, (a, b, name) => {
        const row = dtwMatrix(a, b, COSTS[name])[a.length]!.slice(1)
        const least = Math.min(...row)
        expect(createDtw({ cost: name }).openEnd(a, b)).toEqual({ distance: least, end: row.indexOf(least) })
      }),
      RUNS,
    )
  })

  it('openEnd keeps to the band without widening it', () => {
    const band = createDtw({ window: 1 })
    expect(band.openEnd([1, 2, 3, 4, 5], [1, 2])).toEqual({ distance: Number.POSITIVE_INFINITY, end: -1 })
    expect(band.openEnd([1, 1, 1], [1, 1, 1, 5, 5])).toEqual({ distance: 0, end: 1 })
  })

  it('gives each pair its own result, whatever was compared before', () => {
    const one = createDtw({ window: 3 })
    fc.assert(
      fc.property(series(1, 60), series(1, 60), (a, b) => {
        expect(one.distance(a, b)).toBe(createDtw({ window: 3 }).distance(a, b))
      }),
      RUNS,
    )
  })
})

describe('estimateDerivative', () => {
  it('is the mean of the slope to the left and the slope through both neighbours', () => {
    expect([...estimateDerivative([1, 2, 4, 4, 2])]).toEqual([1.25, 1.25, 1.5, -0.5, -0.5])
    expect([...estimateDerivative([3])]).toEqual([0])
    expect([...estimateDerivative([3, 5])]).toEqual([2, 2])
    expect([...estimateDerivative([])]).toEqual([])
  })
})
