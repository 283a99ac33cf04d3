import { describe, expect, it } from 'vitest'
import { createConfidenceSequence } from './confidence-sequence.ts'
import { fillNormals, seedState } from './random.ts'

describe('createConfidenceSequence', () => {
  it('ever excludes the true mean in no more than alpha of all lives', () => {
    const random = seedState(2)
    const draws = new Float64Array(1000)
    let missed = 0
    for (let life = 0; life < 300; life++) {
      const sequence = createConfidenceSequence({ alpha: 0.1 })
      fillNormals(random, draws)
      const out = draws.some((draw, i) => {
        sequence.push(3 + 2 * draw)
        const { low, high } = sequence.interval()
        return i >= 10 && (low > 3 || high < 3)
      })
      if (out) missed++
    }
    expect(missed / 300).toBeLessThanOrEqual(0.1)
  })

  it('has the width of the formula', () => {
    const sequence = createConfidenceSequence({ alpha: 0.05, tightAt: 50 })
    const values = [1, 4, 2, 8, 5, 7]
    for (const value of values) sequence.push(value)
    const n = values.length
    const mean = values.reduce((a, b) => a + b) / n
    const deviation = Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (n - 1))
    const rho = Math.sqrt((-2 * Math.log(0.05) + Math.log(-2 * Math.log(0.05)) + 1) / 50)
    const growth = n * rho ** 2 + 1
    const radius =
      deviation * Math.sqrt(((2 * growth) / (n ** 2 * rho ** 2)) * Math.log(Math.sqrt(growth) / 0.05))
    const interval = sequence.interval()
    expect(interval.mean).toBeCloseTo(mean, 12)
    expect(interval.high - interval.mean).toBeCloseTo(radius, 12)
    expect(interval.mean - interval.low).toBeCloseTo(radius, 12)
  })

  it('says nothing after one value', () => {
    const sequence = createConfidenceSequence({ alpha: 0.05 })
    sequence.push(1)
    expect(sequence.interval()).toEqual({ mean: 1, low: -Infinity, high: Infinity })
  })

  it('I-9 goes on after a restore as if nothing had happened', () => {
    const one = createConfidenceSequence({ alpha: 0.05 })
    for (const value of [1, 2, 4]) one.push(value)
    const two = createConfidenceSequence({ alpha: 0.05 }, JSON.parse(JSON.stringify(one.save())))
    for (const sequence of [one, two]) sequence.push(3)
    expect(two.interval()).toEqual(one.interval())
    expect(two.count).toBe(4)
  })
})
