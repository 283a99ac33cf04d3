/** A clock that stands still until it is set. test-kit has one that runs, but it builds on this package. */
export function clockAt(start: number): { now(): number; wallTime(): number; set(ms: number): void } {
  let time = start
  return {
    now: () => time,
    wallTime: () => time,
    set: (ms) => {
      time = ms
    },
  }
}
