import * as systems from '@midstream/test-kit/dynamical-systems'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  analyseSeries,
  correlationDimension,
  embed,
  estimateDelay,
  estimateDimension,
  largestLyapunov,
  mutualInformation,
  ordinalPatterns,
  pointsOf,
  quantifyRecurrence,
  zeroOneTest,
} from '../src/index.ts'
import { createNeighbourSearch } from '../src/lib/dynamics/kd-tree.ts'
import { PERMUTATION_ENTROPY } from './support/vectors.ts'

describe('embed', () => {
  it('AT-15 gives n - (m - 1) tau vectors of the values that far apart', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ noNaN: true }), { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 9 }),
        (values, dimension, delay) => {
          const count = values.length - (dimension - 1) * delay
          if (count < 1) {
            expect(() => embed(values, { dimension, delay })).toThrow(
              expect.objectContaining({ code: 'INSUFFICIENT_DATA' }),
            )
            return
          }
          const points = embed(values, { dimension, delay })
          expect(points.count).toBe(count)
          for (let i = 0; i < count; i++) {
            for (let d = 0; d < dimension; d++) {
              expect(points.data[i * dimension + d]).toBe(values[i + d * delay])
            }
          }
        },
      ),
      { numRuns: 256 },
    )
  })

  it('refuses a dimension or delay below 1', () => {
    expect(() => embed([1, 2, 3], { dimension: 0, delay: 1 })).toThrow(RangeError)
    expect(() => embed([1, 2, 3], { dimension: 2, delay: 0.5 })).toThrow(RangeError)
  })
})

describe('pointsOf', () => {
  it('AT-13 refuses a vector of another dimension', () => {
    expect(() => pointsOf([[1, 2]], 3)).toThrow(
      expect.objectContaining({ code: 'INVALID_DIMENSION', details: { expected: 3, got: 2 } }),
    )
    expect(
      pointsOf([
        [1, 2],
        [3, 4],
      ]).data,
    ).toEqual(Float64Array.of(1, 2, 3, 4))
  })
})

describe('the neighbour search', () => {
  it('finds what comparing everything with everything finds', () => {
    const point = fc.tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: -9, max: 9 }))
    fc.assert(
      fc.property(
        fc.array(point, { minLength: 2, maxLength: 900 }),
        fc.nat(20),
        fc.nat(4),
        (vectors, window, r) => {
          const points = pointsOf(vectors)
          const search = createNeighbourSearch(points)
          const distance = (i: number, j: number): number =>
            Math.max(Math.abs(vectors[i]![0] - vectors[j]![0]), Math.abs(vectors[i]![1] - vectors[j]![1]))
          const found = new Int32Array(vectors.length)
          for (let i = 0; i < vectors.length; i += Math.ceil(vectors.length / 7)) {
            const others = vectors.map((_, j) => j).filter((j) => Math.abs(i - j) > window)
            // Points that are as near as the floor count, the same point again with a floor of 0.
            const apart = others.map((j) => distance(i, j)).filter((d) => d >= r)
            const index = search.nearest(i, window, r, vectors.length)
            if (apart.length === 0) expect(index).toBe(-1)
            else expect(distance(i, index)).toBe(Math.min(...apart))
            const size = search.within(i, r, window, vectors.length, found)
            expect([...found.subarray(0, size)].sort((a, b) => a - b)).toEqual(
              others.filter((j) => distance(i, j) < r),
            )
          }
        },
      ),
      { numRuns: 60 },
    )
  })

  it('finds neighbours along any of many coordinates', () => {
    // All that differs is a coordinate past 256, so that the tree splits there.
    const vectors = Array.from({ length: 900 }, (_, i) => {
      const vector = new Float64Array(260)
      vector[257] = (i * 37) % 900
      return vector
    })
    const search = createNeighbourSearch(pointsOf(vectors))
    for (let i = 0; i < 900; i += 11) {
      search.nearest(i, 0, 0, 900)
      expect(search.distance).toBe(1)
    }
  })

  it('finds the same by a tree as without one', () => {
    const points = embed(systems.henon(3000), { dimension: 2, delay: 1 })
    const search = createNeighbourSearch(points)
    const { data } = points
    for (let i = 0; i < 2900; i += 97) {
      let least = Infinity
      for (let j = 0; j < points.count; j++) {
        if (Math.abs(i - j) <= 5) continue
        const d = Math.max(
          Math.abs(data[2 * i]! - data[2 * j]!),
          Math.abs(data[2 * i + 1]! - data[2 * j + 1]!),
        )
        if (d < least) least = d
      }
      search.nearest(i, 5, 0, points.count)
      expect(search.distance).toBe(least)
    }
  })
})

describe('mutualInformation', () => {
  it('is the entropy of the classes at lag 0 and next to nothing for noise', () => {
    const information = mutualInformation(systems.autoregressive(5000, 0, 3), 3)
    expect(information[0]).toBeGreaterThan(3)
    expect(information[1]).toBeLessThan(0.15)
  })
})

describe('estimateDelay', () => {
  it('is 1 for a map and about a quarter of a swing for a flow', () => {
    expect(estimateDelay(systems.henon(2000))).toBe(1)
    // A turn of the Rössler system takes 5.9 units of time (Rössler 1976), here 29 samples.
    const delay = estimateDelay(systems.rossler(4000, 0.2))
    expect(delay).toBeGreaterThanOrEqual(5)
    expect(delay).toBeLessThanOrEqual(9)
  })
})

describe('estimateDimension', () => {
  it('settles at the dimension of the dynamics, and nowhere for noise', () => {
    expect(estimateDimension(systems.logistic(4, 2000, 0.2), { delay: 1 }).dimension).toBeLessThanOrEqual(2)
    const henon = estimateDimension(systems.henon(2000), { delay: 1 })
    expect(henon.dimension).toBeGreaterThanOrEqual(2)
    expect(henon.dimension).toBeLessThanOrEqual(3)
    const noise = estimateDimension(systems.autoregressive(2000, 0, 1), { delay: 1 })
    expect(noise.dimension).toBeGreaterThanOrEqual(5)
    // Cao's second quantity tells noise by being 1 from the start.
    expect(Math.abs(noise.e2[0]! - 1)).toBeLessThan(0.15)
    expect(Math.abs(henon.e2[0]! - 1)).toBeGreaterThan(0.3)
  })
})

/** Cao's E1 by the definition, in whole numbers so that distances that are alike are exactly so. */
function caoByDefinition(
  values: readonly number[],
  delay: number,
  maxDimension: number,
  window: number,
): number[] {
  const count = values.length - maxDimension * delay
  const apart = (i: number, j: number, d: number): number =>
    Math.abs(values[i + d * delay]! - values[j + d * delay]!)
  const growth = Array.from({ length: maxDimension }, (_, last) => {
    let sum = 0
    let used = 0
    for (let i = 0; i < count; i++) {
      let [least, nearest] = [Infinity, -1]
      for (let j = 0; j < count; j++) {
        if (Math.abs(i - j) <= window) continue
        let distance = 0
        for (let d = 0; d <= last; d++) distance = Math.max(distance, apart(i, j, d))
        if (distance > 0 && distance < least) [least, nearest] = [distance, j]
      }
      if (nearest < 0) continue
      sum += Math.max(least, apart(i, nearest, last + 1)) / least
      used++
    }
    return sum / used
  })
  return growth.slice(1).map((value, d) => value / growth[d]!)
}

describe('estimateDimension', () => {
  it('takes the nearest that differ, also where first coordinates are the same', () => {
    for (let seed = 0; seed < 12; seed++) {
      const random = systems.seeded(seed)
      // Twenty of each of -2 and 2 make the deviation 1, so that standardising does not round.
      const steps = Array.from({ length: 160 }, (_, i): number => (i < 20 ? -2 : i < 40 ? 2 : 0))
      for (let i = steps.length - 1; i > 0; i--) {
        const k = Math.floor(random() * (i + 1))
        ;[steps[i], steps[k]] = [steps[k]!, steps[i]!]
      }
      const found = estimateDimension(steps, { delay: 1, maxDimension: 5, window: seed, references: 160 }).e1
      caoByDefinition(steps, 1, 5, seed).forEach((value, d) => {
        expect(found[d]).toBeCloseTo(value, 12)
      })
      const values = systems.henon(200, 0.01 * seed)
      const smooth = estimateDimension(values, {
        delay: 2,
        maxDimension: 4,
        window: seed,
        references: 200,
      }).e1
      caoByDefinition(values, 2, 4, seed).forEach((value, d) => {
        expect(smooth[d]).toBeCloseTo(value, 9)
      })
    }
  })

  it('refuses options out of range', () => {
    const values = systems.henon(300)
    for (const options of [{ delay: 0 }, { maxDimension: 1 }, { window: -1 }, { references: 0 }]) {
      expect(() => estimateDimension(values, { delay: 1, ...options })).toThrow(RangeError)
    }
  })
})

describe('a constant', () => {
  // The mean of the first two is rounded, and the squares of the last overflow.
  it.each([0.1, -7.3, 0, -0, 1e300])('has no delay, dimension or spread: %s', (value) => {
    const values = new Array<number>(200).fill(value)
    expect(estimateDelay(values)).toBe(1)
    expect(estimateDimension(values, { delay: 1 })).toEqual({ dimension: 1, e1: [], e2: [], settled: true })
    const { dimension, sums } = correlationDimension(values, { dimension: 2, delay: 1, window: 1 })
    expect({ dimension, sums }).toEqual({ dimension: 0, sums: [] })
    expect(largestLyapunov(values).exponent).toBeUndefined()
  })
})

describe('measures of a series of any size', () => {
  it.each([1020, 600, -600, -1000])('are what they are at size 1: times 2^%i', (power) => {
    const values = systems.lorenz(1500)
    const scaled = values.map((x) => (x / 64) * 2 ** power)
    const space = { dimension: 3, delay: 3, window: 30 }
    expect(estimateDelay(scaled)).toBe(estimateDelay(values))
    expect(estimateDimension(scaled, { delay: 3 })).toEqual(estimateDimension(values, { delay: 3 }))
    expect(correlationDimension(scaled, space)).toEqual(correlationDimension(values, space))
    expect(largestLyapunov(scaled).exponent).toBe(largestLyapunov(values).exponent)
  })
})

describe('ordinalPatterns', () => {
  it('gives the entropies of the published example', () => {
    const { x, order2, order3, logistic4Order3Distinct } = PERMUTATION_ENTROPY
    expect(ordinalPatterns(x, 2).bits).toBeCloseTo(order2, 12)
    expect(ordinalPatterns(x, 3).bits).toBeCloseTo(order3, 12)
    expect(ordinalPatterns(systems.logistic(4, 5000, 0.2), 3)).toMatchObject({
      distinct: logistic4Order3Distinct,
      missing: 1,
    })
  })

  it('counts equal values in order of time, and no missing patterns where too few windows are', () => {
    expect(ordinalPatterns(new Array<number>(9).fill(2), 3)).toMatchObject({
      distinct: 1,
      missing: 5,
      bits: 0,
    })
    expect(ordinalPatterns([1, 1, 2, 3, 3, 4], 3)).toMatchObject({ distinct: 1, missing: 0, windows: 4 })
  })

  it('misses no pattern in noise', () => {
    expect(ordinalPatterns(systems.autoregressive(5000, 0, 2), 4).missing).toBe(0)
  })

  it('refuses an order that is out of range', () => {
    expect(() => ordinalPatterns([1, 2, 3], 1)).toThrow(RangeError)
    expect(() => ordinalPatterns([1, 2, 3], 8)).toThrow(RangeError)
    expect(() => ordinalPatterns([1, 2], 3)).toThrow(expect.objectContaining({ code: 'INSUFFICIENT_DATA' }))
  })
})

describe('zeroOneTest', () => {
  // References: Gottwald & Melbourne's test with 100 frequencies on 2000 samples, computed independently.
  it.each([
    ['logistic r = 3.5', systems.logistic(3.5, 2000, 0.2, 500), 0],
    ['logistic r = 3.9', systems.logistic(3.9, 2000, 0.2, 500), 1],
    ['Hénon', systems.henon(2000), 1],
    ['a sine', Array.from({ length: 2000 }, (_, i) => Math.sin(0.731 * i)), 0],
    // Which is why the test alone decides nothing.
    ['white noise', systems.autoregressive(2000, 0, 1), 1],
  ] as const)('is near the reference for %s', (_, values, expected) => {
    expect(Math.abs(zeroOneTest(values) - expected)).toBeLessThan(0.06)
  })
})

describe('zeroOneTest of a series far from 0', () => {
  it.each([50, 1e3, 1e6, 1e9])('is what it is without the offset: %s', (offset) => {
    for (const values of [systems.henon(1000), systems.logistic(3.5, 1000, 0.3)]) {
      expect(zeroOneTest(values.map((x) => x + offset))).toBeCloseTo(zeroOneTest(values), 4)
    }
  })
})

describe('zeroOneTest of few samples', () => {
  it('refuses fewer than ten that are used', () => {
    const values = systems.henon(200)
    expect(zeroOneTest(values, { every: 20 })).toBeDefined()
    expect(() => zeroOneTest(values, { every: 21 })).toThrow(
      expect.objectContaining({ code: 'INSUFFICIENT_DATA', details: { needed: 210, got: 200 } }),
    )
    expect(analyseSeries(values, { delay: 20, dimension: 2 }).zeroOne).toBeDefined()
    expect(analyseSeries(values, { delay: 21, dimension: 2 }).zeroOne).toBeUndefined()
  })

  it('is 0 when those that are used are all the same', () => {
    expect(
      zeroOneTest(
        Array.from({ length: 200 }, (_, i) => (i % 4) * 0.1 + 0.1),
        { every: 4 },
      ),
    ).toBe(0)
  })
})

describe('correlationDimension', () => {
  it('AT-16 is about 1.2 for the Hénon map', () => {
    for (let seed = 0; seed < 5; seed++) {
      const { dimension } = correlationDimension(systems.henon(5000, 0.01 * seed), {
        dimension: 2,
        delay: 1,
        window: 5,
      })
      expect(Math.abs(dimension! - 1.21)).toBeLessThan(0.15)
    }
  })

  it('gives the share of pairs within each radius', () => {
    for (const values of [systems.autoregressive(300, 0.5, 1), systems.henon(300)]) {
      const { sums } = correlationDimension(values, { dimension: 2, delay: 2, window: 3 })
      const mean = values.reduce((a, b) => a + b) / 300
      const deviation = Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / 300)
      const distances: number[] = []
      for (let i = 0; i < 298; i++) {
        for (let j = 0; j < 298; j++) {
          if (Math.abs(i - j) <= 3) continue
          const along = [0, 2].map((d) => Math.abs(values[i + d]! - values[j + d]!) / deviation)
          distances.push(Math.max(...along))
        }
      }
      for (const { radius, share } of sums) {
        expect(share).toBeCloseTo(distances.filter((d) => d < radius).length / distances.length, 12)
      }
      expect(sums.at(-1)!.radius).toBe(2)
    }
  })

  it('is about 1 for the logistic map, about 2 for the Lorenz system, and grows with the space for noise', () => {
    const at = (values: number[], m: number, delay: number): number =>
      correlationDimension(values, { dimension: m, delay, window: 20 * delay }).dimension!
    expect(Math.abs(at(systems.logistic(4, 5000, 0.2), 2, 1) - 1)).toBeLessThan(0.12)
    expect(Math.abs(at(systems.lorenz(6000), 3, 3) - 2.05)).toBeLessThan(0.2)
    const noise = systems.autoregressive(5000, 0, 1)
    expect(at(noise, 2, 1)).toBeGreaterThan(1.7)
    expect(at(noise, 4, 1)).toBeGreaterThan(3.2)
  })
})

describe('quantifyRecurrence', () => {
  it('counts lines as a matrix drawn by hand', () => {
    // 0 1 0 1 0: recurrent pairs are those two and four apart: diagonals of 3 points and of 1.
    const points = pointsOf([[0], [1], [0], [1], [0]])
    const result = quantifyRecurrence(points, { radius: 0.5 })
    expect(result.rate).toBeCloseTo(4 / 10, 12)
    expect(result.determinism).toBeCloseTo(3 / 4, 12)
    expect(result).toMatchObject({ meanLine: 3, longestLine: 3, lineEntropy: 0, laminarity: 0, points: 5 })
  })

  it('counts what a matrix of all pairs counts', () => {
    const random = systems.seeded(8)
    for (let round = 0; round < 60; round++) {
      const values = Array.from({ length: 40 }, () => Math.floor(random() * 4))
      const window = round % 4
      const minLine = 2 + (round % 3)
      // As far apart as the radius is not closer.
      const close = (i: number, j: number): boolean => Math.abs(values[i]! - values[j]!) < 2
      const first = Math.max(1, window)
      const lines = (from: (k: number) => [number, number][]): number[] => {
        const found: number[] = []
        for (let k = 0; k < 40; k++) {
          const row = from(k).map(([i, j]) => (close(i, j) ? '1' : ' '))
          for (const line of row.join('').match(/1+/g) ?? []) found.push(line.length)
        }
        return found
      }
      const span = (n: number): number[] => Array.from({ length: Math.max(0, n) }, (_, i) => i)
      const diagonals = lines((k) => (k < first ? [] : span(40 - k).map((i) => [i, i + k])))
      const verticals = lines((i) => span(40 - i - first).map((k) => [i, i + first + k]))
      const sum = (all: readonly number[]): number => all.reduce((a, b) => a + b, 0)
      const long = diagonals.filter((length) => length >= minLine)
      const upright = verticals.filter((length) => length >= minLine)
      const shares = [...new Set(long)].map((length) => long.filter((l) => l === length).length / long.length)
      const found = quantifyRecurrence(pointsOf(values.map((x) => [x])), { radius: 2, window, minLine })
      expect(found.rate).toBeCloseTo(sum(diagonals) / (((40 - first) * (41 - first)) / 2), 12)
      expect(found.determinism).toBeCloseTo(sum(long) / sum(diagonals), 12)
      expect(found.meanLine).toBeCloseTo(sum(long) / long.length, 12)
      expect(found.longestLine).toBe(Math.max(...long))
      expect(found.lineEntropy).toBeCloseTo(sum(shares.map((p) => -p * Math.log(p))), 12)
      expect(found.laminarity).toBeCloseTo(sum(upright) / sum(diagonals), 12)
      expect(found.trappingTime).toBeCloseTo(upright.length === 0 ? 0 : sum(upright) / upright.length, 12)
    }
  })

  it('finds verticals where a state lasts', () => {
    const result = quantifyRecurrence(pointsOf([[0], [0], [0], [5]]), { radius: 0.5 })
    // Above the diagonal the recurrent pairs are 01, 02 and 12; column 0 has a vertical of two.
    expect(result.rate).toBeCloseTo(3 / 6, 12)
    expect(result.laminarity).toBeCloseTo(2 / 3, 12)
    expect(result.trappingTime).toBe(2)
  })

  it('is deterministic for a sine and hardly so for noise', () => {
    const at = (values: number[]): number =>
      quantifyRecurrence(embed(values, { dimension: 2, delay: 5 }), { radius: 0.2, window: 10 }).determinism
    expect(at(Array.from({ length: 800 }, (_, i) => Math.sin(0.31 * i)))).toBeGreaterThan(0.95)
    expect(at(systems.autoregressive(800, 0, 4))).toBeLessThan(0.3)
  })

  it('leaves out as many diagonals as the window says, the main one first', () => {
    const points = pointsOf(Array.from({ length: 12 }, () => [0]))
    for (const window of [0, 1, 2, 5]) {
      expect(quantifyRecurrence(points, { radius: 1, window }).longestLine).toBe(12 - Math.max(1, window))
    }
  })

  it('refuses a radius that is not positive', () => {
    expect(() => quantifyRecurrence(pointsOf([[1]]), { radius: 0 })).toThrow(RangeError)
  })
})
