import { describe, expect, it } from 'vitest'
import { errorBudget } from './error-budget.ts'

describe('errorBudget', () => {
  it('sums to delta over all levels and attempts, and never to more', () => {
    for (const maxLevel of [0, 3, 25]) {
      let sum = 0
      for (let level = 0; level <= maxLevel; level++) {
        for (let attempt = 1; attempt <= 20_000; attempt++) sum += errorBudget(0.05, level, attempt, maxLevel)
      }
      expect(sum).toBeLessThan(0.05)
      expect(sum).toBeGreaterThan(0.0499)
    }
  })

  it('gives less to deeper levels and to later attempts', () => {
    expect(errorBudget(0.05, 1, 1, 25)).toBeLessThan(errorBudget(0.05, 0, 1, 25))
    expect(errorBudget(0.05, 0, 2, 25)).toBeCloseTo(errorBudget(0.05, 0, 1, 25) / 4, 15)
    expect(() => errorBudget(0.05, 26, 1, 25)).toThrow(RangeError)
    expect(() => errorBudget(0.05, 0, 0, 25)).toThrow(RangeError)
  })
})
