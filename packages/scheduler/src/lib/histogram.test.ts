import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createHistogram } from './histogram.ts'

const duration = fc.oneof(
  fc.double({ min: 1e-6, max: 1e9, noNaN: true }),
  fc.integer({ min: 1, max: 1000 }).map((n) => n / 1000),
)

describe('createHistogram', () => {
  it('percentiles are at most 1/128 above the exact ones and never below', () => {
    fc.assert(
      fc.property(fc.array(duration, { minLength: 1, maxLength: 300 }), (values) => {
        const histogram = createHistogram()
        for (const value of values) histogram.record(value)
        const sorted = values.toSorted((a, b) => a - b)
        for (const p of [0, 0.1, 0.5, 0.9, 0.99, 0.999, 1]) {
          const exact = sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)]!
          const got = histogram.percentile(p)
          expect(got).toBeGreaterThanOrEqual(exact)
          expect(got).toBeLessThanOrEqual(exact * (1 + 1 / 128))
        }
        const { count, min, max, mean } = histogram.summary()
        expect([count, min, max]).toEqual([values.length, sorted[0], sorted.at(-1)])
        expect(mean).toBeCloseTo(values.reduce((a, b) => a + b, 0) / values.length, 6)
      }),
      { numRuns: 256 },
    )
  })

  it('adds another one, and several equal values at once', () => {
    const parts = [createHistogram(), createHistogram()]
    const whole = createHistogram()
    for (let k = 1; k <= 100; k++) {
      parts[k % 2]!.record(k)
      whole.record(k)
    }
    parts[0]!.add(parts[1]!)
    expect(parts[0]!.summary()).toEqual(whole.summary())
    const repeated = createHistogram()
    repeated.record(3, 5)
    expect(repeated.summary()).toMatchObject({ count: 5, min: 3, max: 3, mean: 3, p50: 3, p999: 3 })
  })

  it('takes what is out of range without losing it', () => {
    const histogram = createHistogram()
    for (const odd of [0, -5, Number.NaN, 1e-12]) histogram.record(odd)
    histogram.record(1e300)
    histogram.record(Infinity)
    expect(histogram.count).toBe(6)
    expect([histogram.min, histogram.max]).toEqual([0, Infinity])
    expect(histogram.percentile(1)).toBe(Infinity)
    expect(histogram.percentile(0.5)).toBeLessThanOrEqual(1e-6)
  })

  it('is all zero when empty and after reset', () => {
    const histogram = createHistogram()
    const empty = histogram.summary()
    expect(Object.values(empty).every((value) => value === 0)).toBe(true)
    histogram.record(7)
    histogram.reset()
    expect(histogram.summary()).toEqual(empty)
    expect(histogram.percentile(1)).toBe(0)
  })

  it('refuses a percentile that is not a share', () => {
    for (const bad of [-0.1, 1.1, Number.NaN]) {
      expect(() => createHistogram().percentile(bad)).toThrow(RangeError)
    }
  })
})
