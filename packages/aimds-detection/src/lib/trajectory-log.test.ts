import { MidstreamError } from '@midstream/core'
import { createFakeClock } from '@midstream/test-kit'
import { describe, expect, it } from 'vitest'
import { createTrajectoryLog } from './trajectory-log.ts'

function codeOf(call: () => unknown): string {
  try {
    call()
  } catch (error) {
    if (MidstreamError.is(error)) return error.code
    throw error
  }
  return 'nothing was thrown'
}

describe('createTrajectoryLog', () => {
  it.each(['success', 'failure', 'partial'] as const)(
    'LB-06 stores start, steps and the end: %s',
    (outcome) => {
      const clock = createFakeClock(500)
      const log = createTrajectoryLog({ clock })
      const id = log.start('planted instruction in a mail')
      clock.advance(20)
      log.step(id, 'redacted the passage')
      clock.advance(5)
      log.step(id, 'asked for review')
      expect(log.get(id).outcome).toBeUndefined()
      const ended = log.end(id, outcome)
      expect(ended).toEqual({
        id,
        goal: 'planted instruction in a mail',
        steps: [
          { action: 'redacted the passage', atMs: 20 },
          { action: 'asked for review', atMs: 25 },
        ],
        outcome,
      })
      expect(log.get(id)).toEqual(ended)
      expect(log.list()).toEqual([ended])
    },
  )

  it('LB-06 throws a typed error for an id that it does not know', () => {
    const log = createTrajectoryLog()
    log.start('a')
    for (const id of ['', 'trajectory-2', '__proto__']) {
      expect(codeOf(() => log.step(id, 'x'))).toBe('TRAJECTORY_UNKNOWN')
      expect(codeOf(() => log.end(id, 'success'))).toBe('TRAJECTORY_UNKNOWN')
      expect(codeOf(() => log.get(id))).toBe('TRAJECTORY_UNKNOWN')
    }
  })

  it('takes nothing after the end', () => {
    const log = createTrajectoryLog()
    const id = log.start('a')
    log.end(id, 'partial')
    expect(codeOf(() => log.step(id, 'x'))).toBe('SESSION_ENDED')
    expect(codeOf(() => log.end(id, 'success'))).toBe('SESSION_ENDED')
    expect(log.get(id).outcome).toBe('partial')
  })

  it('is bounded: steps by an error, trajectories by dropping the oldest, ended ones first', () => {
    const log = createTrajectoryLog({ capacity: 2, maxSteps: 2 })
    const [first, second] = [log.start('a'), log.start('b')]
    log.step(first, 'one')
    log.step(first, 'two')
    expect(codeOf(() => log.step(first, 'three'))).toBe('SEQUENCE_TOO_LONG')
    log.end(second, 'failure')
    const third = log.start('c')
    expect(log.list().map(({ id }) => id)).toEqual([first, third])
    log.start('d')
    expect(codeOf(() => log.get(first))).toBe('TRAJECTORY_UNKNOWN')
    expect([log.size, log.dropped]).toEqual([2, 2])
  })

  it('hands out copies', () => {
    const log = createTrajectoryLog()
    const id = log.start('a')
    const before = log.get(id)
    log.step(id, 'x')
    expect(before.steps).toEqual([])
    ;(log.get(id).steps as unknown[]).length = 0
    expect(log.get(id).steps).toHaveLength(1)
  })

  it('refuses what means nothing', () => {
    const log = createTrajectoryLog()
    const id = log.start('a')
    expect(() => log.start('')).toThrow(RangeError)
    expect(() => log.start('x'.repeat(1001))).toThrow(RangeError)
    expect(() => log.step(id, '')).toThrow(RangeError)
    expect(() => log.end(id, 'done' as never)).toThrow(RangeError)
    expect(log.get(id)).toMatchObject({ steps: [], outcome: undefined })
    expect(() => createTrajectoryLog({ capacity: 0 })).toThrow(RangeError)
    expect(() => createTrajectoryLog({ maxSteps: Infinity })).toThrow(RangeError)
  })

  it('takes texts of 1000 characters, and none of 1001', () => {
    const log = createTrajectoryLog()
    const id = log.start('x'.repeat(1000))
    log.step(id, 'y'.repeat(1000))
    expect(() => log.step(id, 'y'.repeat(1001))).toThrow(RangeError)
    expect(() => log.start('x'.repeat(1001))).toThrow(RangeError)
  })
})
