import { describe, expect, it } from 'vitest'
import { createTrajectory } from './trajectory.ts'

describe('createTrajectory', () => {
  it('AT-13 refuses a vector of another dimension', () => {
    const trajectory = createTrajectory({ dimension: 3 })
    expect(() => trajectory.push([1, 2], 0)).toThrow(
      expect.objectContaining({ code: 'INVALID_DIMENSION', details: { expected: 3, got: 2 } }),
    )
    expect(trajectory.length).toBe(0)
  })

  it('AT-14 refuses values that are not finite and times that go back', () => {
    const trajectory = createTrajectory({ dimension: 1 })
    trajectory.push([1], 1000)
    expect(() => trajectory.push([Number.NaN], 1001)).toThrow(
      expect.objectContaining({ code: 'INVALID_SAMPLE' }),
    )
    expect(() => trajectory.push([1], Number.NaN)).toThrow(
      expect.objectContaining({ code: 'INVALID_SAMPLE' }),
    )
    expect(() => trajectory.push([2], 999)).toThrow(
      expect.objectContaining({ code: 'TIMESTAMP_ORDER', details: { last: 1000, got: 999 } }),
    )
    // The same time twice is in order, and has no velocity.
    trajectory.push([2], 1000)
    expect(trajectory.velocity()).toBeUndefined()
  })

  it('AT-17 gives velocity and speed between the last two points, per second', () => {
    const trajectory = createTrajectory({ dimension: 2 })
    trajectory.push([0, 0], 0)
    expect(trajectory.speed()).toBeUndefined()
    trajectory.push([3, 4], 1000)
    expect(trajectory.velocity()).toEqual([3, 4])
    expect(trajectory.speed()).toBe(5)
  })

  it('AT-18 keeps the newest points', () => {
    const trajectory = createTrajectory({ dimension: 1, maxLength: 10 })
    for (let i = 0; i < 25; i++) trajectory.push([i], i)
    expect(trajectory.length).toBe(10)
    expect([...trajectory.coordinate(0)]).toEqual([15, 16, 17, 18, 19, 20, 21, 22, 23, 24])
    expect(trajectory.points().at(-1)).toEqual({ position: [24], timestampMs: 24 })
    expect(trajectory.speed()).toBe(1000)
  })

  it('refuses sizes below 1', () => {
    expect(() => createTrajectory({ dimension: 0 })).toThrow(RangeError)
    expect(() => createTrajectory({ dimension: 1, maxLength: 0 })).toThrow(RangeError)
    expect(() => createTrajectory({ dimension: 1 }).coordinate(1)).toThrow(RangeError)
  })
})
