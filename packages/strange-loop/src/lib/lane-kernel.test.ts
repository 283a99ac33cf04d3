import { seededRandom } from '@midstream/test-kit'
import { describe, expect, it } from 'vitest'
import { createLaneKernel, createScriptKernel, type LaneKernel } from './lane-kernel.ts'

const LARGE = 200_000

function dots(kernel: LaneKernel, size: number, count: number): Float64Array {
  const random = seededRandom(size)
  const memory = new Float64Array(kernel.buffer)
  for (let i = 0; i < size * (count + 1); i++) memory[i] = random() - 0.5
  const out = size * (count + 1) + 3
  kernel.dots(0, size * count * 8, size, out * 8, count)
  return memory.slice(out, out + count)
}

describe('createLaneKernel', () => {
  it.each([1, 2, 3, 16, 17, 136])('computes the plain sums for vectors of %d numbers', (size) => {
    const kernel = createLaneKernel(LARGE)
    const found = dots(kernel, size, 20)
    const memory = new Float64Array(kernel.buffer)
    found.forEach((value, m) => {
      let sum = 0
      for (let k = 0; k < size; k++)
        sum += memory[(m >> 2) * 4 * size + 4 * k + (m & 3)]! * memory[size * 20 + k]!
      expect(value).toBeCloseTo(sum, 12)
    })
  })

  it('I-9 gives the same bits in WebAssembly and in JavaScript', () => {
    expect('WebAssembly' in globalThis).toBe(true)
    for (const size of [1, 2, 3, 16, 17, 136]) {
      expect(dots(createLaneKernel(LARGE), size, 20)).toEqual(dots(createScriptKernel(LARGE), size, 20))
    }
  })

  it('uses JavaScript for small sizes', () => {
    expect(createLaneKernel(64).buffer.byteLength).toBe(64)
    expect(createLaneKernel(LARGE).buffer.byteLength % 65_536).toBe(0)
  })
})
