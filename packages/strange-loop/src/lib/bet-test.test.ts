import { seededRandom } from '@midstream/test-kit'
import { describe, expect, it } from 'vitest'
import { createBetTest } from './bet-test.ts'

/** Every sequence of `length` fair coins, as gains of -1 and 1. */
function* fairSequences(length: number): Generator<number[]> {
  for (let bits = 0; bits < 2 ** length; bits++) {
    yield Array.from({ length }, (_, i) => (((bits >> i) & 1) === 1 ? 1 : -1))
  }
}

describe('createBetTest', () => {
  it('has evidence of exactly 1 on average over all fair sequences', () => {
    let sum = 0
    for (const gains of fairSequences(12)) {
      const test = createBetTest({ level: 1e-9 })
      for (const gain of gains) test.observe(gain)
      sum += test.evidence
    }
    expect(sum / 2 ** 12).toBeCloseTo(1, 9)
  })

  it('ever rejects a true hypothesis in at most the level of all cases', () => {
    for (const level of [0.05, 0.2, 0.5]) {
      let rejected = 0
      for (const gains of fairSequences(14)) {
        const test = createBetTest({ level })
        if (gains.some((gain) => test.observe(gain))) rejected++
      }
      expect(rejected / 2 ** 14).toBeLessThanOrEqual(level)
      expect(rejected).toBeGreaterThan(0)
    }
  })

  it('finds a gain of 0.2 standard deviations within 1000 observations at the budget of level 25', () => {
    const random = seededRandom(1)
    let found = 0
    for (let life = 0; life < 50; life++) {
      const test = createBetTest({ level: 3e-4 })
      for (let i = 0; i < 1000 && !test.rejected; i++) {
        const u = random()
        test.observe(u < 0.12 ? 1 : u < 0.1625 ? -1 : 0) // mean 0.0775, deviation 0.396
      }
      if (test.rejected) found++
    }
    expect(found).toBeGreaterThanOrEqual(45)
  })

  it('scales gains by the bound', () => {
    const [one, two] = [createBetTest({ level: 0.01 }), createBetTest({ level: 0.01, bound: 0.25 })]
    for (const gain of [0.5, -0.25, 1]) {
      one.observe(gain)
      two.observe(gain / 4)
    }
    expect(two.evidence).toBeCloseTo(one.evidence, 12)
    expect(() => two.observe(0.26)).toThrow(RangeError)
    expect(() => one.observe(Number.NaN)).toThrow(RangeError)
    expect(two.observations).toBe(3)
  })

  it('stays rejected once it has rejected', () => {
    const test = createBetTest({ level: 0.5 })
    while (!test.observe(1));
    for (let i = 0; i < 100; i++) test.observe(-1)
    expect(test.rejected).toBe(true)
    expect(test.evidence).toBeLessThan(1)
  })

  it('can be saved and goes on however long it is fed after it has rejected', () => {
    const one = createBetTest({ level: 0.05 })
    for (let i = 0; i < 3000; i++) one.observe(1)
    const two = createBetTest({ level: 0.05 }, JSON.parse(JSON.stringify(one.save())))
    expect([two.rejected, two.observations, two.evidence]).toEqual([true, 3000, one.evidence])
    expect(two.evidence).toBeGreaterThan(1e290)
    expect(two.evidence).toBeLessThan(Number.POSITIVE_INFINITY)
  })

  it('I-9 goes on after a restore as if nothing had happened', () => {
    const one = createBetTest({ level: 0.01 })
    for (let i = 0; i < 10; i++) one.observe(0.3)
    const two = createBetTest({ level: 0.01 }, JSON.parse(JSON.stringify(one.save())))
    for (const test of [one, two]) test.observe(-0.7)
    expect(two.save()).toEqual(one.save())
  })
})
