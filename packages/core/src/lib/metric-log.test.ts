import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { clockAt } from '../../test/clock-at.ts'
import { createMetricLog } from './metric-log.ts'

describe('createMetricLog', () => {
  it('ST-10 gives average, sum, count, least and greatest of the asked metric within 30 s', () => {
    const clock = clockAt(0)
    const log = createMetricLog({ names: ['latency_ms', 'tokens'], clock })
    log.record('latency_ms', 1000)
    clock.set(5000)
    for (const tokens of [7, 9]) log.record('tokens', tokens)
    log.record('latency_ms', 20)
    clock.set(31_000)
    for (const ms of [10, 60]) log.record('latency_ms', ms)
    // The first sample is 31 s old.
    const window = { count: 3, sum: 90, average: 30, min: 10, max: 60, complete: true }
    expect(log.query('latency_ms', 30_000)).toEqual(window)
    expect(log.query('tokens', 30_000)).toMatchObject({ count: 2, sum: 16, average: 8 })
  })

  it('ST-10 leaves a sample out that is as old as the window is long, and counts one of this moment', () => {
    const clock = clockAt(0)
    const log = createMetricLog({ names: ['m'], clock })
    log.record('m', 1)
    expect(log.query('m', 1).count).toBe(1)
    clock.set(29_999.5)
    expect(log.query('m', 30_000).count).toBe(1)
    clock.set(30_000)
    expect(log.query('m', 30_000).count).toBe(0)
  })

  it('ST-10 has no average of no samples', () => {
    const log = createMetricLog({ names: ['m'], clock: clockAt(0) })
    const nothing = { count: 0, sum: 0, average: undefined, min: undefined, max: undefined, complete: true }
    expect(log.query('m', 30_000)).toEqual(nothing)
  })

  it('ST-11 counts a sample from the future as one of this moment', () => {
    const clock = clockAt(100_000)
    const log = createMetricLog({ names: ['m'], clock })
    log.record('m', 4)
    log.record('m', 6, 160_000)
    clock.set(10_000)
    log.record('m', 8)
    expect(log.query('m', 1)).toMatchObject({ count: 3, sum: 18, average: 6, min: 4, max: 8 })
  })

  it('BD-07 keeps the newest 10 000 of 10 001 samples, and tells that one of the window is missing', () => {
    const clock = clockAt(0)
    const log = createMetricLog({ names: ['m', 'other'], clock })
    log.record('other', 1)
    for (let i = 0; i < 10_000; i++) log.record('m', i)
    expect(log.query('m', 30_000)).toMatchObject({ count: 10_000, min: 0, complete: true })
    clock.set(10)
    log.record('m', 10_000)
    expect(log.query('m', 30_000)).toMatchObject({ count: 10_000, min: 1, max: 10_000, complete: false })
    // The lost sample is too old for this window; and a busy metric takes no room from another.
    expect(log.query('m', 10)).toMatchObject({ count: 1, complete: true })
    expect(log.query('other', 30_000)).toMatchObject({ count: 1, complete: true })
  })

  it('agrees with a list of all samples, for any times, also ones that go back', () => {
    const sample = fc.record({
      value: fc.integer({ min: -50, max: 50 }),
      at: fc.integer({ min: 0, max: 100 }),
    })
    fc.assert(
      fc.property(
        fc.array(sample, { maxLength: 300, size: 'max' }),
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 1, max: 120 }),
        fc.integer({ min: 0, max: 120 }),
        (samples, capacity, windowMs, now) => {
          const log = createMetricLog({ names: ['m'], capacity, clock: clockAt(now) })
          for (const { value, at } of samples) log.record('m', value, at)
          const inside = ({ at }: { at: number }): boolean => at > now - windowMs
          const kept = samples.slice(-capacity).filter(inside)
          const values = kept.map(({ value }) => value)
          const sum = values.reduce((a, b) => a + b, 0)
          const { average, ...window } = log.query('m', windowMs)
          expect(window).toEqual({
            count: values.length,
            sum,
            min: values.length === 0 ? undefined : Math.min(...values),
            max: values.length === 0 ? undefined : Math.max(...values),
            complete: !samples.slice(0, Math.max(0, samples.length - capacity)).some(inside),
          })
          if (values.length === 0) expect(average).toBeUndefined()
          else expect(average).toBeCloseTo(sum / values.length, 9)
        },
      ),
      { numRuns: 400 },
    )
  })

  it('gives an average between the least and the greatest sample', () => {
    const log = createMetricLog({ names: ['m'], clock: clockAt(0) })
    for (let i = 0; i < 3; i++) log.record('m', 0.1)
    // The sum of three is 0.30000000000000004.
    expect(log.query('m', 1).average).toBe(0.1)
  })

  it('refuses a name it does not have, whatever objects have', () => {
    const log = createMetricLog<string>({ names: ['__proto__'], clock: clockAt(0) })
    log.record('__proto__', 2)
    expect(log.query('__proto__', 1).sum).toBe(2)
    for (const name of ['sentiment', 'constructor']) {
      expect(() => log.record(name, 1)).toThrow(RangeError)
      expect(() => log.query(name, 1)).toThrow(RangeError)
    }
  })

  it.each([
    ['a capacity of no samples', () => createMetricLog({ names: ['m'], capacity: 0 })],
    ['a broken capacity', () => createMetricLog({ names: ['m'], capacity: 1.5 })],
    ['a value that is no number', () => createMetricLog({ names: ['m'] }).record('m', Number.NaN)],
    ['an infinite value', () => createMetricLog({ names: ['m'] }).record('m', Infinity)],
    ['a time that is no number', () => createMetricLog({ names: ['m'] }).record('m', 1, Number.NaN)],
    ['an empty window', () => createMetricLog({ names: ['m'] }).query('m', 0)],
    ['a negative window', () => createMetricLog({ names: ['m'] }).query('m', -1)],
    ['a window that is no number', () => createMetricLog({ names: ['m'] }).query('m', Number.NaN)],
  ])('refuses %s with RangeError', (_what, act) => {
    expect(act).toThrow(RangeError)
  })
})
