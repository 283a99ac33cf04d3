import { describe, expect, it } from 'vitest'
import { createFakeClock } from './fake-clock.ts'

describe('createFakeClock', () => {
  it('stands still until it is advanced', () => {
    const clock = createFakeClock(5)
    expect(clock.now()).toBe(5)
    expect(clock.now()).toBe(5)
    clock.advance(1.5)
    expect(clock.now()).toBe(6.5)
  })

  it('moves the wall time by the same amount', () => {
    const clock = createFakeClock()
    const before = clock.wallTime()
    clock.advance(250)
    expect(clock.wallTime() - before).toBe(250)
    expect(new Date(before).toISOString()).toBe('2026-01-01T00:00:00.000Z')
  })

  it.each([-1, Number.NaN, Infinity])('refuses to advance by %s', (ms) => {
    expect(() => createFakeClock().advance(ms)).toThrow(RangeError)
  })
})
