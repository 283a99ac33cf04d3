import type { Clock } from '@midstream/core'

export interface FakeClock extends Clock {
  /** Moves both times forward by `ms`, which may have a fraction. Throws RangeError when it is negative or not finite. */
  advance(ms: number): void
}

/**
 * A clock that stands still until `advance`. `now()` starts at `start` (milliseconds, default 0); `wallTime()`
 * is `now()` after 2026-01-01T00:00:00Z, so that the two are never mistaken for each other unnoticed.
 */
export function createFakeClock(start = 0): FakeClock {
  const epoch = Date.UTC(2026, 0, 1)
  let time = start
  return {
    now: () => time,
    wallTime: () => epoch + time,
    advance(ms) {
      if (!(ms >= 0 && ms < Infinity)) {
        throw new RangeError(`advance needs a finite, non-negative number of ms, got ${ms}`)
      }
      time += ms
    },
  }
}
