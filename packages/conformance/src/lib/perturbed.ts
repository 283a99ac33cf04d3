/**
 * Runs synchronous code while the sources of chance and time that it must not use say something else: random
 * numbers are `value`, and the clocks are off by `shiftMs`. Output that depends on them then changes for sure
 * instead of now and then.
 */
export function perturbed<T>(value: number, shiftMs: number, run: () => T): T {
  const { random } = Math
  const SystemDate = Date
  const { hrtime } = process
  const { now } = performance
  const { getRandomValues, randomUUID } = crypto

  class ShiftedDate extends SystemDate {
    constructor(...parts: [] | [number]) {
      // Only a date of now is moved; one that is made of parts stays what they say.
      if (parts.length === 0) super(SystemDate.now() + shiftMs)
      else super(...parts)
    }
    static override now(): number {
      return SystemDate.now() + shiftMs
    }
  }
  const bigint = (): bigint => hrtime.bigint() + BigInt(shiftMs) * 1_000_000n
  const shiftedHrtime = (): [number, number] => [hrtime()[0] + shiftMs / 1000, hrtime()[1]]

  Math.random = () => value
  globalThis.Date = ShiftedDate as DateConstructor
  process.hrtime = Object.assign(shiftedHrtime, { bigint })
  performance.now = () => now.call(performance) + shiftMs
  crypto.getRandomValues = (array) => {
    const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
    bytes.fill(Math.floor(value * 256))
    return array
  }
  crypto.randomUUID = () => `00000000-0000-4000-8000-${value < 0.5 ? '000000000000' : 'ffffffffffff'}`
  try {
    return run()
  } finally {
    Math.random = random
    globalThis.Date = SystemDate
    process.hrtime = hrtime
    performance.now = now
    crypto.getRandomValues = getRandomValues
    crypto.randomUUID = randomUUID
  }
}
