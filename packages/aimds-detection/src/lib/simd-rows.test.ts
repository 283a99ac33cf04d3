import { seededRandom } from '@midstream/test-kit'
import { describe, expect, it } from 'vitest'
import { createSimdRows } from './simd-rows.ts'

describe('createSimdRows', () => {
  it('multiplies a query with every row, whatever the number of dimensions and rows', () => {
    const random = seededRandom(3)
    for (const dimensions of [1, 2, 15, 16, 17, 64, 100, 384]) {
      const simd = createSimdRows(dimensions)!
      const vectorOf = () => Float32Array.from({ length: dimensions }, () => random() - 0.5)
      const rows: Float32Array[] = []
      for (const count of [1, 7, 700]) {
        simd.reserve(count)
        while (rows.length < count) {
          const row = vectorOf()
          simd.data.set(row, rows.length * simd.stride)
          rows.push(row)
        }
        const query = vectorOf()
        const products = simd.products(query, count)
        expect(products).toHaveLength(count)
        for (const [slot, row] of rows.entries()) {
          const exact = row.reduce((sum, value, i) => sum + value * query[i]!, 0)
          expect(Math.abs(products[slot]! - exact)).toBeLessThan(1e-5)
        }
      }
    }
    expect(createSimdRows(16)!.products(new Float32Array(16), 0)).toHaveLength(0)
  })

  it('is not there where WebAssembly is missing or must not compile', () => {
    expect(createSimdRows(16, null)).toBeUndefined()
    const Module = class {
      constructor() {
        throw new Error('refused by the content security policy')
      }
    }
    const { WebAssembly: wasm } = globalThis as unknown as { WebAssembly: object }
    expect(createSimdRows(16, { ...wasm, Module } as never)).toBeUndefined()
  })
})
