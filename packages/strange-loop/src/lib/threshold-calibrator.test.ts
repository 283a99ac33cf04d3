import { seededRandom } from '@midstream/test-kit'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createThresholdCalibrator } from './threshold-calibrator.ts'

/** The most alarms in any `count` consecutive entries. */
function worstWindow(alarms: boolean[], count: number): number {
  let inside = 0
  let worst = 0
  alarms.forEach((alarm, i) => {
    if (alarm) inside++
    if (i >= count && alarms[i - count]) inside--
    worst = Math.max(worst, inside)
  })
  return worst
}

describe('createThresholdCalibrator', () => {
  it('keeps the bound in every window, for any scores', () => {
    const scores = fc.array(fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, 1, 5)), {
      minLength: 50,
      maxLength: 400,
    })
    fc.assert(
      fc.property(
        scores,
        fc.constantFrom(0.01, 0.1, 0.3),
        fc.constantFrom(0.01, 0.1),
        (values, alpha, step) => {
          const calibrator = createThresholdCalibrator({ alpha, step, window: 40 })
          const alarms = values.map((score) => calibrator.observe(score))
          for (const count of [10, 50, values.length]) {
            expect(worstWindow(alarms, count)).toBeLessThanOrEqual(calibrator.bound(count))
          }
          expect(calibrator.breaches).toBe(0)
        },
      ),
      { numRuns: 256, seed: 5 },
    )
  })

  it('keeps the bound against scores that always rise above the threshold', () => {
    const calibrator = createThresholdCalibrator({ alpha: 0.01 })
    const alarms: boolean[] = []
    for (let i = 0; i < 50_000; i++) {
      const { threshold } = calibrator
      alarms.push(calibrator.observe(Number.isFinite(threshold) ? threshold + 1 : i / 1000))
    }
    const worst = worstWindow(alarms, 10_000)
    expect(worst).toBeGreaterThan(80)
    expect(worst).toBeLessThanOrEqual(calibrator.bound(10_000))
    expect(calibrator.bound(10_000)).toBeLessThanOrEqual(10_000 * (0.01 + 0.002))
  })

  it('keeps the bound when scores rise after a long time without any alarm', () => {
    const calibrator = createThresholdCalibrator({ alpha: 0.1, step: 0.05, window: 50 })
    for (let i = 0; i < 160; i++) calibrator.observe(0)
    const alarms = Array.from({ length: 100 }, (_, i) => calibrator.observe(1 + i))
    expect(worstWindow(alarms, 100)).toBeLessThanOrEqual(calibrator.bound(100))
    expect(calibrator.bound(100)).toBeLessThan(21)
  })

  it('keeps the bound from the first score on, when the initial threshold is far too low', () => {
    const calibrator = createThresholdCalibrator({ alpha: 0.01, initial: 0.5 })
    const alarms = Array.from({ length: 90 }, () => calibrator.observe(1))
    expect(alarms[0]).toBe(true)
    expect(worstWindow(alarms, 90)).toBeLessThanOrEqual(calibrator.bound(90))
  })

  it('puts the threshold at the quantile of the latest scores', () => {
    const random = seededRandom(6)
    const calibrator = createThresholdCalibrator({ alpha: 0.1, step: 1e-9, window: 99 })
    const values: number[] = []
    for (let i = 0; i < 500; i++) {
      values.push(Math.floor(random() * 50))
      calibrator.observe(values.at(-1)!)
      if (i < 99) continue
      // Of 99 scores the 90th smallest: one in ten of 100 exchangeable scores is above it.
      const expected = values.slice(-99).sort((a, b) => a - b)[89]
      expect(calibrator.threshold).toBe(expected)
    }
  })

  it('keeps 1 % through drift where a fixed threshold loses it', () => {
    const random = seededRandom(9)
    const calibrator = createThresholdCalibrator({ alpha: 0.01 })
    let fixed = 0
    let fixedAlarms = 0
    const alarms: boolean[] = []
    const first: number[] = []
    for (let i = 0; i < 60_000; i++) {
      const score = 0.2 * (i / 60_000) + (0.3 * (random() + random() + random())) / 3 + (i > 30_000 ? 0.1 : 0)
      if (i < 2000) first.push(score)
      if (i === 2000) fixed = first.sort((a, b) => a - b)[1980]!
      if (i >= 2000 && score > fixed) fixedAlarms++
      alarms.push(calibrator.observe(score))
    }
    expect(fixedAlarms / 58_000).toBeGreaterThan(0.1)
    expect(worstWindow(alarms, 10_000)).toBeLessThanOrEqual(120)
    // It uses its budget: a threshold that never alarms would keep the bound too.
    expect(calibrator.falseAlarms / 60_000).toBeGreaterThan(0.008)
  })

  it('never leaves the trust region, whatever the labels say, and counts what that costs', () => {
    const random = seededRandom(3)
    const trust = { base: 0.5, radius: 0.1 }
    const calibrator = createThresholdCalibrator({ alpha: 0.01, window: 200, initial: 0.5, trust })
    for (let i = 0; i < 5000; i++) {
      // One label in ten is wrong: an attack with a score near 1 is called harmless.
      calibrator.observe(random() < 0.1 ? 0.9 + 0.1 * random() : 0.4 * random())
      expect(Math.abs(calibrator.threshold - 0.5)).toBeLessThanOrEqual(0.1 + 1e-12)
    }
    expect(calibrator.threshold).toBe(0.6)
    expect(calibrator.breaches).toBeGreaterThan(100)
    for (let i = 0; i < 3000; i++) calibrator.observe(0.4 * random())
    expect(calibrator.threshold).toBe(0.4)
  })

  it('I-9 goes on after a restore as if nothing had happened', () => {
    const random = seededRandom(1)
    const options = { alpha: 0.05, window: 30 }
    const one = createThresholdCalibrator(options)
    for (let i = 0; i < 77; i++) one.observe(random())
    const two = createThresholdCalibrator(options, JSON.parse(JSON.stringify(one.save())))
    expect(two.threshold).toBe(one.threshold)
    for (let i = 0; i < 200; i++) {
      const score = random()
      expect(two.observe(score)).toBe(one.observe(score))
      expect(two.threshold).toBe(one.threshold)
    }
    expect(two.save()).toEqual(one.save())
    one.reset()
    expect(one.save()).toEqual(createThresholdCalibrator(options).save())
  })

  it.each([0.05, 0.01, 0.001])(
    'refuses a window in which it could never raise an alarm, alpha %d',
    (alpha) => {
      const least = Math.max(10, Math.round(1 / (5 * alpha)) - 1)
      expect(() => createThresholdCalibrator({ alpha, window: least - 1 })).toThrow(RangeError)
      const calibrator = createThresholdCalibrator({ alpha, window: least })
      const random = seededRandom(1)
      for (let i = 0; i < 20_000; i++) calibrator.observe(random())
      expect(calibrator.falseAlarms).toBeGreaterThan(0)
    },
  )

  it('refuses scores and options out of range', () => {
    expect(() => createThresholdCalibrator({ alpha: 0 })).toThrow(RangeError)
    expect(() => createThresholdCalibrator({ alpha: 0.1, trust: { base: Number.NaN, radius: 1 } })).toThrow(
      RangeError,
    )
    expect(() => createThresholdCalibrator({ alpha: 0.1 }).observe(Number.POSITIVE_INFINITY)).toThrow(
      RangeError,
    )
  })
})
