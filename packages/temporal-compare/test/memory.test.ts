import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { createMatrixProfile, createSpring, createSubsequenceSearch } from '../src/index.ts'
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

describe('sharedArena', () => {
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
