/**
 * Runs synchronous code while the sources of chance and time that it must not use say something else: random
 * numbers are `value`, and the clocks are off by `shiftMs`. Output that depends on them then changes for sure
 * instead of now and then.
 */
export function perturbed<T>(value: number, shiftMs: number, run: () => T): T {
  const { random } = Math
  const { now } = Date
  const performanceNow = performance.now
  Math.random = () => value
  Date.now = () => now() + shiftMs
  performance.now = () => performanceNow.call(performance) + shiftMs
  try {
    return run()
  } finally {
    Math.random = random
    Date.now = now
    performance.now = performanceNow
  }
}
