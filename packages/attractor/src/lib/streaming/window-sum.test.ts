import { describe, expect, it } from 'vitest'
import { WindowSum } from './window-sum.ts'

describe('WindowSum', () => {
  it('sums the last values', () => {
    const sum = new WindowSum(3)
    for (const value of [5, 1, 2, 4]) sum.push(value)
    expect(sum).toMatchObject({ sum: 7, count: 3 })
    expect(sum.mean).toBeCloseTo(7 / 3, 12)
  })

  it('is as new when it was cleared', () => {
    const sum = new WindowSum(3)
    for (const value of [5, 1, 2, 4]) sum.push(value)
    sum.clear()
    expect(sum).toMatchObject({ sum: 0, count: 0, mean: 0 })
    for (const value of [1, 2, 3, 4]) sum.push(value)
    expect(sum).toMatchObject({ sum: 9, count: 3 })
  })

  it('forgets what a great value took from the small ones', () => {
    const sum = new WindowSum(8)
    sum.push(1e17)
    for (let i = 0; i < 16; i++) sum.push(1)
    expect(sum.sum).toBe(8)
  })
})
