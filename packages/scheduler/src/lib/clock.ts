import { type Clock, systemClock } from '@midstream/core'

/**
 * Whole nanoseconds of a clock that never go back, as a number: exact for 104 days from the clock's origin. The
 * resolution is the clock's: about 20 ns with Node's `performance.now()`, 5 to 100 µs in browsers.
 */
export function createNanoClock(clock: Clock = systemClock): () => number {
  let last = 0
  return () => {
    const now = Math.round(clock.now() * 1e6)
    if (now > last) last = now
    return last
  }
}
