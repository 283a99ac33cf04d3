import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { clockAt } from '../../test/clock-at.ts'
import { MidstreamError } from './errors.ts'
import { createSlidingWindowLimit, DEFAULT_STREAM_LIMITS } from './limits.ts'

function refused(limit: { count(): void }): boolean {
  try {
    limit.count()
    return false
  } catch (error) {
    if (MidstreamError.is(error, 'RATE_EXCEEDED')) return true
    throw error
  }
}

describe('createSlidingWindowLimit', () => {
  it('BD-03 refuses chunk 1001 within a second with RATE_EXCEEDED and accepts it after one second', () => {
    const clock = clockAt(0)
    const limit = createSlidingWindowLimit(DEFAULT_STREAM_LIMITS.maxChunksPerSecond, 1000, clock)
    for (let i = 0; i < 1000; i++) limit.count()
    expect(refused(limit)).toBe(true)
    clock.set(999.9)
    expect(refused(limit)).toBe(true)
    clock.set(1000)
    expect(refused(limit)).toBe(false)
  })

  it('ST-11 stays whole when the clock goes back: what lies in the future counts as now', () => {
    const clock = clockAt(5000)
    const limit = createSlidingWindowLimit(2, 1000, clock)
    limit.count()
    clock.set(1000)
    limit.count()
    expect(refused(limit)).toBe(true)
    clock.set(6000)
    expect(refused(limit)).toBe(false)
  })

  it('ST-11 goes on counting one window after the clock went back an hour', () => {
    const hour = 3_600_000
    const clock = clockAt(hour)
    const limit = createSlidingWindowLimit(3, 1000, clock)
    limit.count()
    // Two a second, for longer than the limit has places.
    for (let ms = 0; ms < 10_000; ms += 500) {
      clock.set(ms)
      expect(refused(limit)).toBe(false)
    }
    expect(refused(limit)).toBe(false)
    expect(refused(limit)).toBe(true)
  })

  it('ST-11 loses nothing when the clock goes back again and again', () => {
    const clock = clockAt(9000)
    const limit = createSlidingWindowLimit(4, 1000, clock)
    for (const ms of [9000, 5000, 5400, 2000]) {
      clock.set(ms)
      expect(refused(limit)).toBe(false)
    }
    // 400 ms have passed since the first, as far as this clock can tell.
    clock.set(2599)
    expect(refused(limit)).toBe(true)
    clock.set(2600)
    for (const full of [false, false, true]) expect(refused(limit)).toBe(full)
  })

  it('slides: a burst across the border of two seconds counts as one window', () => {
    const clock = clockAt(900)
    const limit = createSlidingWindowLimit(10, 1000, clock)
    for (let i = 0; i < 10; i++) limit.count()
    clock.set(1100)
    expect(refused(limit)).toBe(true)
  })

  it('keeps the order of what it holds when it takes more places from the middle', () => {
    const clock = clockAt(0)
    const limit = createSlidingWindowLimit(200, 100, clock)
    const accept = (count: number): void => {
      for (let i = 0; i < count; i++) expect(refused(limit)).toBe(false)
    }
    accept(40)
    clock.set(50)
    accept(24)
    // The first 40 leave, and the window fills past the 64 places that it began with.
    clock.set(100)
    accept(200 - 24)
    expect(refused(limit)).toBe(true)
    clock.set(150)
    accept(24)
    expect(refused(limit)).toBe(true)
  })

  it('names the limit and the window in the error', () => {
    const limit = createSlidingWindowLimit(1, 250, clockAt(0))
    limit.count()
    expect(() => limit.count()).toThrow(expect.objectContaining({ details: { limit: 1, windowMs: 250 } }))
  })

  it('agrees with a list of all accepted times, for any arrival times', () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 80 })
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), gaps, (max, arrivals) => {
        const clock = clockAt(0)
        const limit = createSlidingWindowLimit(max, 100, clock)
        const accepted: number[] = []
        let time = 0
        for (const gap of arrivals) {
          time += gap
          clock.set(time)
          const expected = accepted.filter((t) => time - t < 100).length >= max
          expect(refused(limit)).toBe(expected)
          if (!expected) accepted.push(time)
        }
      }),
      { numRuns: 256 },
    )
  })

  it.each([
    [0, 1000],
    [1.5, 1000],
    [Number.NaN, 1000],
    [1, 0],
    [1, -1],
    [1, Number.NaN],
    [1, Number.POSITIVE_INFINITY],
  ])('refuses the limit %s per %s ms with RangeError', (limit, windowMs) => {
    expect(() => createSlidingWindowLimit(limit, windowMs, clockAt(0))).toThrow(RangeError)
  })
})

describe('DEFAULT_STREAM_LIMITS', () => {
  it('is finite and positive in every field', () => {
    for (const [name, value] of Object.entries(DEFAULT_STREAM_LIMITS)) {
      expect(value, name).toBeGreaterThan(0)
      expect(value, name).toBeLessThan(Number.POSITIVE_INFINITY)
    }
  })
})
