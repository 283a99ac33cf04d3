import { MidstreamError } from '@midstream/core'
import { createFakeClock, seededRandom } from '@midstream/test-kit'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createVectorMemory, type VectorIndex } from './vector-memory.ts'

const SEED = 20261125

function randomVector(random: () => number, dimensions: number): Float32Array {
  return Float32Array.from({ length: dimensions }, () => random() * 2 - 1)
}

/** Cosine by its definition, in doubles. */
function cosine(a: Float32Array, b: Float32Array): number {
  let [ab, aa, bb] = [0, 0, 0]
  for (let i = 0; i < a.length; i++) {
    ab += a[i]! * b[i]!
    aa += a[i]! * a[i]!
    bb += b[i]! * b[i]!
  }
  return ab / Math.sqrt(aa * bb)
}

/** A snapshot of two floats with a head of one's own. */
function forged(head: unknown, value: number): Uint8Array {
  const text = new TextEncoder().encode(typeof head === 'string' ? head : JSON.stringify(head))
  const magic = new TextEncoder().encode('midstream-vector-memory 1\n')
  const bytes = new Uint8Array(magic.length + 4 + text.length + 8 + 4)
  const view = new DataView(bytes.buffer)
  bytes.set(magic)
  view.setUint32(magic.length, text.length)
  bytes.set(text, magic.length + 4)
  view.setFloat32(bytes.length - 12, value, true)
  view.setFloat32(bytes.length - 8, value, true)
  let hash = 0x811c9dc5
  for (const byte of bytes.subarray(0, -4)) hash = Math.imul(hash ^ byte, 0x01000193)
  view.setUint32(bytes.length - 4, hash)
  return bytes
}

function codeOf(action: () => unknown): string {
  try {
    action()
  } catch (error) {
    if (MidstreamError.is(error)) return error.code
    throw error
  }
  return 'none'
}

describe('createVectorMemory', () => {
  it('VS-03 gives the k nearest by cosine, as brute force does', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e6 }),
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 1, max: 12 }),
        (seed, n, k) => {
          const random = seededRandom(seed)
          const memory = createVectorMemory({ dimensions: 9 })
          const vectors = Array.from({ length: n }, () => randomVector(random, 9))
          for (const [i, vector] of vectors.entries()) memory.add(`v${i}`, vector)
          const query = randomVector(random, 9)
          const expected = vectors
            .map((vector, i) => ({ id: `v${i}`, score: cosine(query, vector) }))
            .sort((x, y) => y.score - x.score)
          const hits = memory.search(query, { k })
          expect(hits.length).toBe(Math.min(n, k))
          for (const [i, hit] of hits.entries()) expect(hit.score).toBeCloseTo(expected[i]!.score, 5)
        },
      ),
      { numRuns: 256, seed: SEED },
    )
  })

  it('VS-04 has recall 1 at 10 over 10,000 entries', () => {
    const random = seededRandom(SEED)
    const memory = createVectorMemory({ dimensions: 64 })
    const vectors = Array.from({ length: 10_000 }, () => randomVector(random, 64))
    for (const [i, vector] of vectors.entries()) memory.add(String(i), vector)
    for (let q = 0; q < 5; q++) {
      const query = randomVector(random, 64)
      const expected = vectors
        .map((vector, i) => ({ id: String(i), score: cosine(query, vector) }))
        .sort((x, y) => y.score - x.score)
        .slice(0, 10)
      const ids = memory.search(query, { k: 10 }).map(({ id }) => id)
      expect(new Set(ids)).toEqual(new Set(expected.map(({ id }) => id)))
    }
  })

  it('VS-03 gives equal entries by age, and nothing that was removed, among many entries', () => {
    const random = seededRandom(SEED)
    const memory = createVectorMemory({ dimensions: 20 })
    const entries = Array.from({ length: 700 }, (_, i) => ({ id: `v${i}`, vector: randomVector(random, 20) }))
    // Each occurs twice, the second time among the first ones of the others.
    for (const { id, vector } of [...entries]) entries.push({ id: `${id} again`, vector })
    entries.sort(() => random() - 0.5)
    for (const { id, vector } of entries) memory.add(id, vector)
    const kept = entries.filter(({ id }) => !(random() < 0.2 && memory.remove(id)))
    for (const [k, threshold] of [
      [1, -1],
      [8, 0.2],
      [8, 0.99],
      [5000, -1],
      [5000, 0.3],
    ] as const) {
      const query = randomVector(random, 20)
      const expected = kept
        .map(({ id, vector }, age) => ({ id, age, score: cosine(query, vector) }))
        .filter(({ score }) => score >= threshold)
        .sort((x, y) => y.score - x.score || x.age - y.age)
        .slice(0, k)
      expect(memory.search(query, { k, threshold }).map(({ id }) => id)).toEqual(expected.map(({ id }) => id))
    }
  })

  it('VS-05 honours a threshold of 0 and gives only near copies at 0.99', () => {
    const memory = createVectorMemory({ dimensions: 2 })
    memory.add('same', Float32Array.of(1, 0))
    memory.add('near', Float32Array.of(1, 0.1))
    memory.add('square', Float32Array.of(0, 1))
    memory.add('opposite', Float32Array.of(-1, 0))
    const ids = (threshold: number): string[] =>
      memory.search(Float32Array.of(3, 0), { threshold }).map(({ id }) => id)
    expect(ids(0)).toEqual(['same', 'near', 'square'])
    expect(ids(0.99)).toEqual(['same', 'near'])
    expect(ids(0.999)).toEqual(['same'])
    expect(ids(-1)).toHaveLength(4)
  })

  it('VS-06 refuses vectors of another length, with a code', () => {
    const memory = createVectorMemory({ dimensions: 3 })
    expect(codeOf(() => memory.add('a', new Float32Array(2)))).toBe('VECTOR_DIMENSION')
    expect(codeOf(() => memory.search(new Float32Array(4)))).toBe('VECTOR_DIMENSION')
    const other = createVectorMemory({ dimensions: 2 })
    expect(codeOf(() => memory.restore(other.snapshot()))).toBe('VECTOR_DIMENSION')
  })

  it('VS-07 forgets what has expired', () => {
    const clock = createFakeClock()
    const memory = createVectorMemory({ dimensions: 2, ttlMs: 1000, clock })
    memory.add('short', Float32Array.of(1, 0), { ttlMs: 10 })
    memory.add('long', Float32Array.of(1, 0))
    clock.advance(9)
    expect(memory.size).toBe(2)
    clock.advance(1)
    expect(memory.search(Float32Array.of(1, 0)).map(({ id }) => id)).toEqual(['long'])
    expect(memory.has('short')).toBe(false)
    clock.advance(990)
    expect(memory.size).toBe(0)
  })

  it('VS-07 keeps at most its capacity and drops the oldest', () => {
    const memory = createVectorMemory({ dimensions: 1, capacity: 3 })
    for (const id of ['a', 'b', 'c', 'd']) memory.add(id, Float32Array.of(1))
    expect(memory.size).toBe(3)
    expect(memory.has('a')).toBe(false)
    memory.add('b', Float32Array.of(1), { note: 'again' })
    memory.add('e', Float32Array.of(1))
    expect(memory.search(Float32Array.of(1)).map(({ id }) => id)).toEqual(['d', 'b', 'e'])
  })

  it.each(['f32', 'int8'] as const)(
    'VS-08 comes back from a snapshot of %s with notes, expiry and the same answers',
    (storage) => {
      const clock = createFakeClock()
      const random = seededRandom(SEED)
      const options = { dimensions: 5, clock, storage }
      const memory = createVectorMemory(options)
      for (let i = 0; i < 40; i++)
        memory.add(`é${i}`, randomVector(random, 5), { note: `n${i}`, ttlMs: i < 10 ? 100 : Infinity })
      const bytes = memory.snapshot()
      const query = randomVector(random, 5)
      const restored = createVectorMemory(options)
      restored.add('old', query)
      restored.restore(bytes)
      expect(restored.search(query, { k: 40 })).toEqual(memory.search(query, { k: 40 }))
      expect(restored.snapshot()).toEqual(bytes)
      clock.advance(100)
      const later = createVectorMemory(options)
      later.restore(bytes)
      expect(later.size).toBe(30)
    },
  )

  it('VS-08 refuses a damaged snapshot and keeps what it has', () => {
    const memory = createVectorMemory({ dimensions: 2 })
    memory.add('a', Float32Array.of(1, 2))
    const bytes = memory.snapshot()
    for (let i = 0; i < bytes.length; i += 3) {
      const damaged = bytes.slice()
      damaged[i] = damaged[i]! ^ 1
      expect(codeOf(() => memory.restore(damaged))).toBe('SNAPSHOT_INVALID')
    }
    expect(codeOf(() => memory.restore(bytes.subarray(0, 20)))).toBe('SNAPSHOT_INVALID')
    expect(memory.has('a')).toBe(true)
  })

  it.each([
    ['no list of entries', { dimensions: 2 }],
    ['a head that is no object', [2]],
    ['a head that is nothing', null],
    ['a dimension that is no size', { dimensions: 0.5, entries: [{ id: 'x', note: '' }] }],
    ['an entry without an id', { dimensions: 2, entries: [{ note: '' }] }],
    ['an entry that is nothing', { dimensions: 2, entries: [null] }],
    ['a note that is no text', { dimensions: 2, entries: [{ id: 'x', note: 1 }] }],
    ['an expiry that is no time', { dimensions: 2, entries: [{ id: 'x', note: '', expires: '9' }] }],
    ['an id that comes twice', { dimensions: 1, entries: [1, 2].map(() => ({ id: 'x', note: '' })) }],
    ['a vector that is not finite', { dimensions: 2, entries: [{ id: 'x', note: '' }] }, Number.NaN],
    ['half a head', '{"dimensions":2,"entries":['],
  ])('VS-08 refuses a snapshot with a right checksum and %s', (_name, head, value = 1) => {
    const memory = createVectorMemory({ dimensions: 2 })
    memory.add('a', Float32Array.of(1, 2))
    expect(codeOf(() => memory.restore(forged(head, value)))).toBe('SNAPSHOT_INVALID')
    expect(memory.search(Float32Array.of(1, 2))).toHaveLength(1)
  })

  it('VS-09 chooses other entries when hits should differ', () => {
    const memory = createVectorMemory({ dimensions: 3 })
    memory.add('a', Float32Array.of(1, 0.1, 0))
    memory.add('a copy', Float32Array.of(1, 0.11, 0))
    memory.add('a copy too', Float32Array.of(1, 0.12, 0))
    memory.add('b', Float32Array.of(0.8, 0, 0.6))
    const query = Float32Array.of(1, 0, 0)
    expect(memory.search(query, { k: 2 }).map(({ id }) => id)).toEqual(['a', 'a copy'])
    expect(memory.search(query, { k: 2, relevance: 0.5 }).map(({ id }) => id)).toEqual(['a', 'b'])
  })

  it('keeps what it has where slots are used again before there is more room', () => {
    for (const count of [64, 96, 144, 216, 324, 486]) {
      const memory = createVectorMemory({ dimensions: 3 })
      const random = seededRandom(count)
      const vectors = Array.from({ length: count + 2 }, () => randomVector(random, 3))
      for (let i = 0; i < count; i++) memory.add(String(i), vectors[i]!)
      memory.remove('0')
      memory.add('again', vectors[count]!)
      memory.add('more', vectors[count + 1]!)
      for (let i = 1; i < count; i++) {
        const [nearest] = memory.search(vectors[i]!, { k: 1 })
        expect(nearest!.id, `${count}`).toBe(String(i))
        expect(nearest!.score).toBeLessThanOrEqual(1)
      }
    }
  })

  it('gives equal hits by age also where newer ones stand in older slots', () => {
    const memory = createVectorMemory({ dimensions: 2 })
    const same = Float32Array.of(3, 4)
    for (let i = 0; i < 400; i++) memory.add(`${i}`, same)
    for (let i = 0; i < 10; i++) memory.remove(`${i}`)
    for (let i = 0; i < 10; i++) memory.add(`new ${i}`, same)
    const ids = memory.search(same, { k: 400 }).map(({ id }) => id)
    expect(ids.slice(0, 2)).toEqual(['10', '11'])
    expect(ids.slice(-10)).toEqual(Array.from({ length: 10 }, (_, i) => `new ${i}`))
    expect(memory.search(same, { k: 3 }).map(({ id }) => id)).toEqual(['10', '11', '12'])
  })

  it('chooses hits that differ among fifty, and refuses a threshold that is no number', () => {
    const memory = createVectorMemory({ dimensions: 2 })
    for (let i = 0; i < 49; i++) memory.add(`near ${i}`, Float32Array.of(1, i / 1000))
    memory.add('other', Float32Array.of(0, 1))
    const hits = memory.search(Float32Array.of(1, 0), { k: 2, relevance: 0.1 })
    expect(hits.map(({ id }) => id)).toEqual(['near 0', 'other'])
    expect(() => memory.search(Float32Array.of(1, 0), { threshold: Number.NaN })).toThrow(RangeError)
  })

  it('VS-07 restores no entry that expires at this moment', () => {
    const clock = createFakeClock()
    const memory = createVectorMemory({ dimensions: 1, clock })
    memory.add('a', Float32Array.of(1), { ttlMs: 10 })
    const bytes = memory.snapshot()
    clock.advance(10)
    memory.restore(bytes)
    expect(memory.search(Float32Array.of(1))).toEqual([])
  })

  it('VS-09 takes the hits that the definition of maximal marginal relevance takes', () => {
    const random = seededRandom(SEED)
    for (let round = 0; round < 300; round++) {
      const dimensions = 2 + Math.floor(random() * 4)
      const memory = createVectorMemory({ dimensions })
      const vectors = Array.from({ length: 12 }, () => randomVector(random, dimensions))
      for (const [i, vector] of vectors.entries()) memory.add(String(i), vector)
      const query = randomVector(random, dimensions)
      const relevance = [0.2, 0.5, 0.8][round % 3]!
      const chosen: number[] = []
      while (chosen.length < 5) {
        const marginal = (i: number): number => {
          const similar = chosen.map((c) => cosine(vectors[i]!, vectors[c]!))
          const most = similar.length === 0 ? 0 : Math.max(...similar)
          return relevance * cosine(query, vectors[i]!) - (1 - relevance) * most
        }
        const rest = vectors.map((_, i) => i).filter((i) => !chosen.includes(i))
        chosen.push(rest.reduce((best, i) => (marginal(i) > marginal(best) ? i : best)))
      }
      const hits = memory.search(query, { k: 5, relevance })
      expect(hits.map(({ id }) => Number(id))).toEqual(chosen)
    }
  })

  it('VS-10 takes a quarter of the room as bytes, plus a scale each, and finds at least 95 of 100', () => {
    const random = seededRandom(SEED)
    const exact = createVectorMemory({ dimensions: 128 })
    const bytes = createVectorMemory({ dimensions: 128, storage: 'int8' })
    for (let i = 0; i < 2000; i++) {
      const vector = randomVector(random, 128)
      exact.add(String(i), vector)
      bytes.add(String(i), vector)
    }
    expect(bytes.vectorBytes).toBeLessThanOrEqual(exact.vectorBytes * (1 / 4 + 1 / 128))
    let found = 0
    for (let q = 0; q < 20; q++) {
      const query = randomVector(random, 128)
      const ids = new Set(exact.search(query).map(({ id }) => id))
      found += bytes.search(query).filter(({ id }) => ids.has(id)).length
    }
    expect(found).toBeGreaterThanOrEqual(190)
  })

  it('scores exactly what an index proposes, also when it proposes removed slots', () => {
    const slots = new Map<number, Float32Array>()
    const index: VectorIndex = {
      add: (slot, vector) => slots.set(slot, vector),
      remove: () => {},
      search: () => [...slots.keys(), 99],
    }
    const memory = createVectorMemory({ dimensions: 2, index })
    memory.add('a', Float32Array.of(1, 0))
    memory.add('b', Float32Array.of(0, 1))
    memory.remove('a')
    expect(memory.search(Float32Array.of(1, 0))).toEqual([{ id: 'b', score: 0, note: '' }])
    expect(slots.size).toBe(2)
  })

  it('gives equal entries in the order in which they came, and zeros a similarity of 0', () => {
    const memory = createVectorMemory({ dimensions: 2 })
    for (const id of ['x', 'y', 'z']) memory.add(id, Float32Array.of(1, 1))
    memory.add('zero', new Float32Array(2))
    expect(memory.search(Float32Array.of(2, 2)).map(({ id, score }) => `${id} ${score.toFixed(3)}`)).toEqual([
      'x 1.000',
      'y 1.000',
      'z 1.000',
      'zero 0.000',
    ])
  })

  it('refuses sizes, lifetimes, numbers and options that make no sense', () => {
    for (const dimensions of [0, -1, 1.5, Number.NaN])
      expect(() => createVectorMemory({ dimensions })).toThrow(RangeError)
    expect(() => createVectorMemory({ dimensions: 2, capacity: 0 })).toThrow(RangeError)
    const memory = createVectorMemory({ dimensions: 1 })
    expect(() => memory.add('a', Float32Array.of(Number.NaN))).toThrow(RangeError)
    expect(() => memory.add('a', Float32Array.of(1), { ttlMs: 0 })).toThrow(RangeError)
    expect(() => memory.search(Float32Array.of(1), { k: 0 })).toThrow(RangeError)
    expect(() => memory.search(Float32Array.of(1), { relevance: 2 })).toThrow(RangeError)
    expect(memory.size).toBe(0)
  })

  it('stays consistent under any order of additions and removals', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 9 })), { maxLength: 60 }),
        (steps) => {
          const memory = createVectorMemory({ dimensions: 1, capacity: 5 })
          const model = new Map<string, number>()
          for (const [add, n] of steps) {
            const id = String(n)
            if (add) {
              model.delete(id)
              if (model.size === 5) model.delete(model.keys().next().value!)
              model.set(id, n)
              memory.add(id, Float32Array.of(1))
            } else expect(memory.remove(id)).toBe(model.delete(id))
          }
          expect(memory.search(Float32Array.of(1)).map(({ id }) => id)).toEqual([...model.keys()])
        },
      ),
      { numRuns: 256, seed: SEED },
    )
  })
})
