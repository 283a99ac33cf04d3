import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createMatrixProfile, createSpring, matrixProfile, type SpringMatch } from '../src/index.ts'
import { profileIn } from '../src/lib/matrix-profile-stream.ts'
import { springIn } from '../src/lib/spring.ts'
import { createArena } from '../src/lib/wasm-arena.ts'
import { createHost } from '../src/lib/wasm-host.ts'
import profileVectors from '../test-vectors/matrix-profile.json' with { type: 'json' }
import springVectors from '../test-vectors/spring.json' with { type: 'json' }
import { bruteProfile, bruteSpring, COSTS } from './support/brute-force.ts'
import { createRandom, RUNS, series } from './support/random.ts'

function collect(
  query: readonly number[],
  threshold: number,
  cost: 'absolute' | 'squared',
): { spring: ReturnType<typeof createSpring>; matches: SpringMatch[] } {
  const matches: SpringMatch[] = []
  const spring = createSpring(query, { threshold, cost, onMatch: (match) => matches.push(match) })
  return { spring, matches }
}

describe('createSpring', () => {
  it('reproduces the example of the paper: the distances, the match, and when it is reported', () => {
    const { stream, query, epsilon, report, lastRow } = springVectors
    const { spring, matches } = collect(query, epsilon, 'squared')
    stream.forEach((sample, i) => {
      spring.push(sample)
      const known = lastRow[i]! <= epsilon ? lastRow[i] : Number.POSITIVE_INFINITY
      expect(spring.distance).toBe(known)
      expect(matches.length).toBe(i + 1 >= report.reportedAt1 ? 1 : 0)
    })
    expect(matches).toEqual([{ start: report.start1 - 1, end: report.end1 - 1, distance: report.distance }])
    const open = collect(query, 1000, 'squared')
    const distances = stream.map((sample) => {
      open.spring.push(sample)
      return open.spring.distance
    })
    expect(distances).toEqual(lastRow)
  })

  it('reports what the rule of the paper gives on the whole matrix, once each and at the same sample', () => {
    const threshold = fc.oneof(
      fc.nat(40).map((x) => x / 4),
      fc.constant(Number.POSITIVE_INFINITY),
    )
    const cost = fc.constantFrom('absolute', 'squared')
    const few = fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 6 })
    const stream = fc.array(fc.integer({ min: 0, max: 6 }), { maxLength: 60 })
    fc.assert(
      fc.property(stream, few, threshold, cost, (samples, query, limit, name) => {
        const { spring, matches } = collect(query, limit, name)
        for (let end = 0; end < samples.length; end++) {
          spring.push(samples[end]!)
          const reported = bruteSpring(samples.slice(0, end + 1), query, limit, COSTS[name])
          // The brute force flushes at the end; what is not certain yet is still waiting here.
          expect(reported.matches.slice(0, matches.length)).toEqual(matches)
          expect(reported.matches.length - matches.length).toBeLessThanOrEqual(1)
        }
        spring.flush()
        expect(matches).toEqual(bruteSpring(samples, query, limit, COSTS[name]).matches)
      }),
      { numRuns: 256 },
    )
  })

  it('follows a warping to the end of a long query, however near the threshold it runs', () => {
    const random = createRandom(37)
    const value = (): number => Math.floor(7 * random()) / 4
    for (let round = 0; round < 256; round++) {
      const samples = Array.from({ length: 60 }, value)
      const query = Array.from({ length: 7 + (round % 28) }, value)
      const cost = round % 2 === 0 ? 'absolute' : 'squared'
      const { lastRow } = bruteSpring(samples, query, -1, COSTS[cost])
      const limit = lastRow.toSorted((x, y) => x - y)[round % 20]!
      for (const host of [createHost(null), createHost()]) {
        const matches: SpringMatch[] = []
        const options = {
          threshold: limit,
          cost,
          onMatch: (match: SpringMatch) => matches.push(match),
        } as const
        const spring = springIn(createArena(host), query, options)
        spring.pushAll(samples)
        spring.flush()
        expect(matches).toEqual(bruteSpring(samples, query, limit, COSTS[cost]).matches)
      }
    }
  })

  it('reports matches that do not overlap', () => {
    fc.assert(
      fc.property(series(0, 80), series(1, 5), fc.nat(60), (samples, query, quarter) => {
        const { spring, matches } = collect(query, quarter / 4, 'absolute')
        spring.pushAll(samples)
        spring.flush()
        matches.forEach((match, k) => {
          expect(match.start).toBeGreaterThan(k === 0 ? -1 : matches[k - 1]!.end)
          expect(match.end).toBeGreaterThanOrEqual(match.start)
          expect(match.distance).toBeLessThanOrEqual(quarter / 4)
        })
      }),
      RUNS,
    )
  })

  it('I-2 gives the same one by one and all at once, and after a reset', () => {
    const random = createRandom(4)
    const samples = Float64Array.from({ length: 5000 }, (_, i) => Math.sin(i / 15) + random() / 3)
    const query = [...samples.subarray(200, 290)]
    const one = collect(query, 8, 'absolute')
    one.spring.pushAll(samples)
    one.spring.flush()
    expect(one.matches.length).toBeGreaterThan(20)
    const other = collect(query, 8, 'absolute')
    for (const sample of samples) other.spring.push(sample)
    other.spring.flush()
    expect(other.matches).toEqual(one.matches)
    other.matches.length = 0
    other.spring.reset()
    expect([other.spring.length, other.spring.distance]).toEqual([0, Number.POSITIVE_INFINITY])
    other.spring.pushAll(samples)
    other.spring.flush()
    expect(other.matches).toEqual(one.matches)
  })

  it('I-9 gives the same without WebAssembly, with many springs in one arena', () => {
    const plain = createArena(createHost(null))
    const kernel = createArena(createHost())
    const random = createRandom(8)
    const samples = Float64Array.from({ length: 400 }, (_, i) => Math.sin(i / 9) + random() / 2)
    const runs = [plain, kernel].map((arena) =>
      Array.from({ length: 200 }, (_, k) => {
        const found: SpringMatch[] = []
        const query = samples.slice(k, k + 1 + (k % 70))
        const threshold = k % 5 === 0 ? Number.POSITIVE_INFINITY : k / 20
        const cost = k % 2 === 0 ? 'absolute' : 'squared'
        const spring = springIn(arena, query, { threshold, cost, onMatch: (match) => found.push(match) })
        return { spring, found, distances: [] as number[] }
      }),
    )
    for (const sample of samples) {
      for (const { spring, distances } of runs.flat()) {
        spring.push(sample)
        distances.push(spring.distance)
      }
    }
    const [plainRuns, kernelRuns] = runs.map((springs) =>
      springs.map(({ found, distances }) => ({ found, distances })),
    )
    expect(kernelRuns).toEqual(plainRuns)
  })

  it('lets the callback push, and make springs for which the memory has to grow', () => {
    const seen: number[] = []
    const spring = createSpring([1, 2], {
      threshold: 0,
      onMatch: ({ start }) => {
        seen.push(start)
        createSpring(new Float64Array(60_000), { threshold: 0, onMatch: () => {} })
        if (seen.length < 3) spring.pushAll([1, 2, 5])
      },
    })
    spring.pushAll([1, 2, 5])
    expect([seen, spring.length]).toEqual([[0, 3, 6], 9])
  })

  it('ends with flush', () => {
    const { spring, matches } = collect([1, 2], 0, 'absolute')
    spring.pushAll([1, 2])
    expect(matches).toEqual([])
    spring.flush()
    spring.flush()
    expect(matches).toEqual([{ start: 0, end: 1, distance: 0 }])
    expect(() => spring.push(1)).toThrow(expect.objectContaining({ code: 'SESSION_ENDED' }))
  })

  it('forgets at a reset what had begun', () => {
    const { spring, matches } = collect([1, 2, 3, 4], 1, 'absolute')
    spring.pushAll([1, 2, 3])
    spring.reset()
    spring.pushAll([4, 9])
    spring.flush()
    expect([matches, spring.distance]).toEqual([[], Number.POSITIVE_INFINITY])
  })

  it('counts a match as reported when the callback throws', () => {
    let calls = 0
    const spring = createSpring([1], {
      threshold: 0,
      onMatch: () => {
        calls++
        throw new Error('no')
      },
    })
    spring.push(1)
    expect(() => spring.push(5)).toThrow('no')
    spring.push(5)
    spring.flush()
    expect([calls, spring.length]).toEqual([1, 3])
  })

  it('TC-14 TC-15 refuses NaN, an empty query and one over the limit', () => {
    const { spring } = collect([1], 1, 'absolute')
    expect(() => spring.push(Number.NaN)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }))
    expect(spring.length).toBe(0)
    const options = { threshold: 1, onMatch: () => {} }
    expect(() => createSpring([], options)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }))
    expect(() => createSpring([Number.NaN], options)).toThrow(
      expect.objectContaining({ code: 'INVALID_INPUT' }),
    )
    expect(() => createSpring([1, 2], { ...options, maxLength: 1 })).toThrow(
      expect.objectContaining({ code: 'SEQUENCE_TOO_LONG', details: { length: 2, limit: 1 } }),
    )
    expect(() => createSpring([1], { ...options, threshold: -1 })).toThrow(RangeError)
  })
})

describe('matrixProfile', () => {
  it('gives what STUMPY gives', () => {
    const { T, m, P, I, docs } = profileVectors
    const found = matrixProfile(T, { window: m })
    P.forEach((distance, i) => {
      expect(found.distances[i]).toBeCloseTo(distance, 10)
    })
    expect([...found.neighbors]).toEqual(I)
    const small = matrixProfile(docs.T, { window: docs.m })
    docs.P.forEach((distance, i) => {
      expect(small.distances[i]).toBeCloseTo(distance, 10)
    })
    expect([...small.neighbors]).toEqual(docs.I)
  })

  it('agrees with comparing all pairs, also where pieces are flat', () => {
    const flat = fc.array(fc.constantFrom(0, 0, 0, 1), { minLength: 4, maxLength: 40 })
    fc.assert(
      fc.property(
        fc.oneof(series(4, 40), flat),
        fc.integer({ min: 3, max: 8 }),
        fc.nat(3),
        (x, window, exclusion) => {
          fc.pre(x.length >= window)
          const found = matrixProfile(x, { window, exclusion })
          bruteProfile(x, window, exclusion).forEach((distance, i) => {
            if (distance === Number.POSITIVE_INFINITY) expect(found.neighbors[i]).toBe(-1)
            expect(found.distances[i]).toBeCloseTo(distance, 6)
          })
        },
      ),
      RUNS,
    )
  })

  it('TC-14 TC-15 refuses NaN, a series shorter than the window, and one over the limit', () => {
    expect(() => matrixProfile([1, 2, Number.NaN], { window: 3 })).toThrow(
      expect.objectContaining({ code: 'INVALID_INPUT' }),
    )
    expect(() => matrixProfile([1, 2], { window: 3 })).toThrow(
      expect.objectContaining({ code: 'INVALID_INPUT' }),
    )
    expect(() => matrixProfile([1, 2, 3, 4], { window: 3, maxLength: 3 })).toThrow(
      expect.objectContaining({ code: 'SEQUENCE_TOO_LONG', details: { length: 4, limit: 3 } }),
    )
    expect(() => matrixProfile([1, 2, 3], { window: 2 })).toThrow(RangeError)
  })
})

/** Noise with two spikes. */
function spiked(length: number, height: number, random: () => number): number[] {
  const samples = Array.from({ length }, () => random())
  samples[Math.floor(length * (0.1 + 0.2 * random()))] = height * (0.5 + random())
  samples[Math.floor(length * (0.3 + 0.2 * random()))] = -height * (0.5 + random())
  return samples
}

describe.each([
  ['matrixProfile', (x: number[], window: number) => matrixProfile(x, { window }).distances],
  [
    'createMatrixProfile',
    (x: number[], window: number) => {
      const stream = createMatrixProfile({ window, history: x.length })
      stream.pushAll(x)
      return stream.snapshot().distances
    },
  ],
])('%s', (_, profile) => {
  it('finds the nearest neighbours of the pieces after a spike of any height', () => {
    const random = createRandom(41)
    for (let round = 0; round < 45; round++) {
      const window = 5 + (round % 9)
      const x = spiked(120, 10 ** (4 + (round % 9)), random)
      const found = profile(x, window)
      bruteProfile(x, window, Math.ceil(window / 4)).forEach((distance, i) => {
        expect(found[i]).toBeCloseTo(distance, 6)
      })
    }
  })
})

describe('createMatrixProfile', () => {
  const flats = fc.array(fc.constantFrom(0, 0, 0, 0, 1), { minLength: 6, maxLength: 30 })

  it('finds the motif and the discord that STUMPY finds', () => {
    const { T, m, P, I, motif, discord } = profileVectors
    const stream = createMatrixProfile({ window: m, history: 64 })
    stream.pushAll(T)
    const { start, distances, neighbors } = stream.snapshot()
    expect(start).toBe(0)
    P.forEach((distance, i) => {
      expect(distances[i]).toBeCloseTo(distance, 10)
    })
    expect([...neighbors]).toEqual(I)
    expect([stream.motif()!.start, stream.discord()!.start]).toEqual([motif, discord])
    expect(stream.latest!.neighbor).toBe(I.at(-1))
  })

  it('equals the profile of the whole series at every prefix while nothing has left', () => {
    fc.assert(
      fc.property(
        fc.oneof(series(6, 30), flats),
        fc.integer({ min: 3, max: 5 }),
        fc.nat(2),
        (x, window, exclusion) => {
          const stream = createMatrixProfile({ window, history: 30, exclusion })
          x.forEach((sample, i) => {
            stream.push(sample)
            if (i + 1 < window) return
            const whole = matrixProfile(x.slice(0, i + 1), { window, exclusion })
            const { distances } = stream.snapshot()
            whole.distances.forEach((distance, k) => {
              expect(distances[k]).toBeCloseTo(distance, 6)
            })
          })
        },
      ),
      RUNS,
    )
  })

  it('keeps for each piece the nearest of all that were kept together with it', () => {
    fc.assert(
      fc.property(
        fc.oneof(series(20, 70), fc.array(fc.constantFrom(0, 0, 0, 0, 1), { minLength: 20, maxLength: 70 })),
        fc.integer({ min: 3, max: 5 }),
        fc.integer({ min: 8, max: 20 }),
        (x, window, history) => {
          const stream = createMatrixProfile({ window, history })
          stream.pushAll(x)
          const { start, distances } = stream.snapshot()
          expect(start).toBe(Math.max(0, x.length - history))
          const expected = bruteProfile(x, window, Math.ceil(window / 4), history - window)
          expected.slice(start).forEach((distance, k) => {
            expect(distances[k]).toBeCloseTo(distance, 5)
          })
        },
      ),
      RUNS,
    )
  })

  it('I-9 measures neighbours that have gone in their samples, whenever it is asked', () => {
    const random = createRandom(47)
    for (let round = 0; round < 100; round++) {
      const x = Array.from({ length: 60 + round }, (_, i) => (i % 5) + (random() < 0.2 ? 1e-9 : 0))
      const [asked, silent] = [0, 1].map(() => createMatrixProfile({ window: 4, history: 21 }))
      silent!.pushAll(x)
      for (const sample of x) {
        asked!.push(sample)
        if (random() < 0.3) asked!.motif()
      }
      const { start, distances } = silent!.snapshot()
      expect(asked!.snapshot().distances).toEqual(distances)
      const expected = bruteProfile(x, 4, 1, 21 - 4).slice(start)
      distances.forEach((distance, i) => {
        expect(distance).toBeCloseTo(expected[i]!, 8)
      })
    }
  })

  it('takes for the discord none that has no neighbour, and the first of equally near ones', () => {
    const stream = createMatrixProfile({ window: 4, history: 30, exclusion: 2 })
    stream.pushAll([3, 1, 4, 1, 5, 9, 2])
    expect([...stream.snapshot().neighbors]).toEqual([3, -1, -1, 0])
    expect([stream.discord()!.start, stream.motif()!.start]).toEqual([0, 0])
    stream.reset()
    for (let i = 0; i < 80; i++) {
      stream.push(7)
      const first = Math.max(0, i - 29)
      if (i >= 6) expect(stream.latest!.neighbor).toBe(first)
    }
  })

  it('keeps the nearest also when a spike lies anywhere about a turn of the history', () => {
    const random = createRandom(53)
    for (let at = 0; at < 100; at++) {
      const x = Array.from({ length: 110 }, () => random())
      x[at] = 1e11
      x[at + 8] = -1e11
      const stream = createMatrixProfile({ window: 5, history: 27 })
      stream.pushAll(x)
      const { start, distances } = stream.snapshot()
      bruteProfile(x, 5, 2, 27 - 5)
        .slice(start)
        .forEach((distance, i) => {
          expect(distances[i]).toBeCloseTo(distance, 4)
        })
    }
  })

  it('forgets a spike of 1e6 once it has left, rounding included', () => {
    const random = createRandom(9)
    const noise = Float64Array.from({ length: 4000 }, () => random())
    const spiked = noise.slice()
    spiked[100] = 1e6
    spiked[130] = -1e6
    const [clean, hurt] = [noise, spiked].map((samples) => {
      const stream = createMatrixProfile({ window: 16, history: 200 })
      stream.pushAll(samples)
      return stream.snapshot()
    })
    hurt!.distances.forEach((distance, i) => {
      expect(distance).toBeCloseTo(clean!.distances[i]!, 9)
    })
    expect(hurt!.neighbors).toEqual(clean!.neighbors)
  })

  it('I-9 gives the same without WebAssembly', () => {
    const random = createRandom(6)
    const samples = Float64Array.from({ length: 900 }, (_, i) =>
      i % 200 < 30 ? 2 : random() + Math.sin(i / 8),
    )
    const snapshots = [createHost(null), createHost()].map((host) => {
      const stream = profileIn(createArena(host), { window: 11, history: 250 })
      stream.pushAll(samples)
      return stream.snapshot()
    })
    expect(snapshots[0]).toEqual(snapshots[1])
  })

  it('I-9 gives the same without WebAssembly after spikes of any height', () => {
    const random = createRandom(43)
    for (let height = 1e4; height < 1e13; height *= 10) {
      const samples = spiked(700, height, random)
      const snapshots = [createHost(null), createHost()].map((host) => {
        const stream = profileIn(createArena(host), { window: 12, history: 101 })
        return samples.map((sample) => {
          stream.push(sample)
          return stream.latest
        })
      })
      expect(snapshots[0]).toEqual(snapshots[1])
    }
  })

  it('starts again after a reset', () => {
    const stream = createMatrixProfile({ window: 4, history: 20 })
    const samples = Array.from({ length: 50 }, (_, i) => Math.sin(i) + (i % 7))
    stream.pushAll(samples)
    const before = stream.snapshot()
    stream.reset()
    expect([stream.length, stream.latest, stream.motif()]).toEqual([0, undefined, undefined])
    stream.pushAll(samples)
    expect(stream.snapshot()).toEqual(before)
  })

  it('TC-14 refuses NaN and options that make no sense', () => {
    const stream = createMatrixProfile({ window: 4, history: 20 })
    expect(() => stream.push(Number.NaN)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }))
    expect(stream.length).toBe(0)
    expect(() => createMatrixProfile({ window: 4, history: 4 })).toThrow(RangeError)
    expect(() => createMatrixProfile({ window: 4, history: 20, exclusion: -1 })).toThrow(RangeError)
  })
})
