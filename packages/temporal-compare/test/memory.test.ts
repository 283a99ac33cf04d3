import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import {
  alignmentDistance,
  createMatrixProfile,
  createSpring,
  createSubsequenceSearch,
  damerauDistance,
  editDistance,
  lcsLength,
} from '../src/index.ts'
import { sharedArena } from '../src/lib/wasm-arena.ts'
import { createRandom } from './support/random.ts'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** Bytes that stay in use, heap and typed arrays, after so many samples more. */
function growth(push: (sample: number) => void): number {
  const random = createRandom(1)
  for (let i = 0; i < 20_000; i++) push(random())
  collect()
  const arena = sharedArena().host.cells.length
  const before = process.memoryUsage()
  for (let i = 0; i < 200_000; i++) push(random())
  collect()
  const after = process.memoryUsage()
  expect(sharedArena().host.cells.length).toBe(arena)
  return after.heapUsed - before.heapUsed + after.arrayBuffers - before.arrayBuffers
}

describe('streams', () => {
  const query = Float64Array.from({ length: 32 }, (_, i) => (i % 5) / 5)

  it.each([
    ['createSpring', createSpring(query, { threshold: 4, onMatch: () => {} })],
    ['createSubsequenceSearch', createSubsequenceSearch(query)],
    ['createMatrixProfile', createMatrixProfile({ window: 8, history: 64 })],
  ])('I-5 %s keeps no more memory after 200,000 samples than before', (_, stream) => {
    expect(growth((sample) => stream.push(sample))).toBeLessThan(100_000)
  })
})

describe.each([
  ['editDistance', editDistance, 4],
  ['alignmentDistance', alignmentDistance, 4],
  ['damerauDistance', damerauDistance, 4],
  ['lcsLength', lcsLength, 10_000],
])('%s', (_, measure, expected) => {
  it('keeps memory in proportion to the lengths, however many symbols there are', () => {
    // Every second letter is new, so that there are as many symbols as letters.
    const text = Array.from({ length: 5000 }, (__, i) => String.fromCharCode(97, 200 + i)).join('')
    const before = process.memoryUsage().arrayBuffers
    expect(measure(`xx${text}`, `${text}yy`)).toBe(expected)
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2_000_000)
  })
})

describe('sharedArena', () => {
  it.each([
    [
      'createSpring',
      (query: readonly number[]) => {
        const matches: unknown[] = []
        const stream = createSpring(query, { threshold: 4, onMatch: (match) => matches.push(match) })
        return { push: stream.push, result: () => [...matches, stream.distance] }
      },
    ],
    [
      'createSubsequenceSearch',
      (query: readonly number[]) => {
        const stream = createSubsequenceSearch(query)
        return { push: stream.push, result: () => [stream.best, stream.counts] }
      },
    ],
    [
      'createMatrixProfile',
      (query: readonly number[]) => {
        const stream = createMatrixProfile({ window: query.length, history: 4 * query.length })
        return { push: stream.push, result: () => [stream.snapshot(), stream.latest] }
      },
    ],
  ])('leaves a stream of %s its room while it lives', async (_, create) => {
    const query = [0, 1, 3, 1, 0, 2, 4, 1]
    const stream = create(query)
    const undisturbed = create(query)
    const samples = Array.from({ length: 200 }, (_, i) => Math.round(4 * Math.sin(i)))
    for (const sample of samples) undisturbed.push(sample)
    const expected = undisturbed.result()
    for (const sample of samples.slice(0, 100)) stream.push(sample)
    for (let round = 0; round < 3; round++) {
      collect()
      await new Promise((resolve) => setImmediate(resolve))
    }
    const others = Array.from({ length: 4 }, () => create(query.toReversed()))
    for (const other of others) for (let i = 0; i < 5000; i++) other.push(100 + i)
    for (const sample of samples.slice(100)) stream.push(sample)
    expect(stream.result()).toEqual(expected)
  })

  it('gives the room of collected streams to new ones', async () => {
    const { host } = sharedArena()
    const make = (): void => {
      for (let i = 0; i < 50; i++) createSpring(new Float64Array(500), { threshold: 1, onMatch: () => {} })
    }
    make()
    const size = host.cells.length
    for (let round = 0; round < 20; round++) {
      collect()
      // Finalisers run in a task of their own.
      await new Promise((resolve) => setImmediate(resolve))
      make()
    }
    expect(host.cells.length).toBeLessThanOrEqual(4 * size)
  })
})
