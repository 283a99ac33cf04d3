import fc from 'fast-check'

/** Every property runs this often. */
export const RUNS = { numRuns: 256 } as const

/** Finite numbers that add without surprises: quarters, so that different orders of summing give the same sum. */
export const quarters: fc.Arbitrary<number> = fc.integer({ min: -40, max: 40 }).map((x) => x / 4)

export function series(minLength: number, maxLength: number): fc.Arbitrary<number[]> {
  return fc.array(quarters, { minLength, maxLength })
}

/** Few symbols, so that matches and exchanges happen. */
export function symbols(maxLength: number): fc.Arbitrary<number[]> {
  return fc
    .integer({ min: 1, max: 5 })
    .chain((alphabet) => fc.array(fc.integer({ min: 0, max: alphabet }), { maxLength }))
}

/** A seeded generator of numbers in [0, 1) for long inputs. */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}
