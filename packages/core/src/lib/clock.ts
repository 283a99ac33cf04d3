/** Time, injected: tests run on a clock of their own. */
export interface Clock {
  /** Monotonic milliseconds with a fraction, from an arbitrary origin. For durations. */
  now(): number
  /** Milliseconds since the Unix epoch. For timestamps that people read. */
  wallTime(): number
}

export const systemClock: Clock = {
  now: () => performance.now(),
  wallTime: () => Date.now(),
}
