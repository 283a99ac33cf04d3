import { describe, expect, it } from 'vitest'
import { fillNormals, nextUniform, nextWord, seedState } from './random.ts'

describe('nextWord', () => {
  // Reference: rand_xoshiro 0.6, Xoshiro128PlusPlus seeded with the words 1, 2, 3, 4; produced from the authors' C.
  it('gives the published sequence', () => {
    const state = Uint32Array.of(1, 2, 3, 4)
    expect(Array.from({ length: 10 }, () => nextWord(state))).toEqual([
      641, 1573767, 3222811527, 3517856514, 836907274, 4247214768, 3867114732, 1355841295, 495546011,
      621204420,
    ])
  })
})

describe('seedState', () => {
  it('gives other words for other seeds, also beyond 32 bits', () => {
    const states = [0, 1, -1, 2 ** 32, 2 ** 40 + 1].map((seed) => seedState(seed).join())
    expect(new Set(states).size).toBe(5)
    expect(() => seedState(0.5)).toThrow(RangeError)
  })
})

describe('nextUniform', () => {
  it('stays inside (0, 1) and fills it evenly', () => {
    const state = seedState(3)
    const counts = new Array<number>(10).fill(0)
    for (let i = 0; i < 100_000; i++) counts[Math.floor(nextUniform(state) * 10)]!++
    // Five standard deviations of a binomial count.
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(5 * Math.sqrt(9000))
  })
})

describe('fillNormals', () => {
  it('has the moments and the tail of the standard normal distribution', () => {
    const draws = new Float64Array(200_001)
    fillNormals(seedState(5), draws)
    const moment = (power: number) => draws.reduce((sum, x) => sum + x ** power, 0) / draws.length
    expect(moment(1)).toBeCloseTo(0, 1.8)
    expect(moment(2)).toBeCloseTo(1, 1.6)
    expect(Math.abs(moment(4) - 3)).toBeLessThan(0.12)
    const tail = draws.filter((x) => x > 1.959963985).length / draws.length
    expect(Math.abs(tail - 0.025)).toBeLessThan(0.002)
  })
})
