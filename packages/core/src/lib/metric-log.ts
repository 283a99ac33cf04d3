import { type Clock, systemClock } from './clock.ts'

export interface MetricLogOptions<Name extends string> {
  /** The metrics that are kept. Any other name is a RangeError, so that a misspelt one is not an empty answer. */
  readonly names: readonly Name[]
  /** Samples kept of each metric. One more takes the place of the oldest. @default 10000 */
  readonly capacity?: number
  /** @default systemClock */
  readonly clock?: Clock
}

/** What the samples of one metric within a window say. */
export interface MetricWindow {
  readonly count: number
  readonly sum: number
  /** Undefined, like `min` and `max`, when the window holds no sample. */
  readonly average: number | undefined
  readonly min: number | undefined
  readonly max: number | undefined
  /** False when samples that belong to the window had to make room: the rest is about the newer part of it. */
  readonly complete: boolean
}

export interface MetricLog<Name extends string> {
  /** Adds a sample. `at` is its time on the log's clock. @default now. Throws RangeError unless both are finite. */
  record(name: Name, value: number, at?: number): void
  /**
   * The samples of `name` from after `now - windowMs`: one that is just `windowMs` old is out. A sample from the
   * future, after a clock that went back, counts as one of now. Linear in the samples kept of that metric.
   * Throws RangeError unless `windowMs` is positive; Infinity asks for all that are kept.
   */
  query(name: Name, windowMs: number): MetricWindow
}

/** Slots that a ring starts with. */
const FIRST_SLOTS = 64

/** The newest samples of one metric. */
interface Ring {
  add(value: number, at: number): void
  within(now: number, windowMs: number): MetricWindow
}

function createRing(capacity: number): Ring {
  let values = new Float64Array(Math.min(capacity, FIRST_SLOTS))
  let times = new Float64Array(values.length)
  let head = 0
  let size = 0
  // Time of the newest sample that had to make room; samples need not come in the order of their times.
  let lostAt = -Infinity

  function grow(): void {
    const [oldValues, oldTimes] = [values, times]
    values = new Float64Array(Math.min(capacity, oldValues.length * 2))
    times = new Float64Array(values.length)
    // Full, and never past its capacity before: the oldest is the first.
    values.set(oldValues)
    times.set(oldTimes)
  }

  return {
    add(value, at) {
      if (size === capacity) {
        lostAt = Math.max(lostAt, times[head]!)
        values[head] = value
        times[head] = at
        head = head + 1 === capacity ? 0 : head + 1
        return
      }
      if (size === values.length) grow()
      values[size] = value
      times[size] = at
      size++
    },
    within(now, windowMs) {
      // What lies in the future is younger than any window is long.
      const isWithin = (at: number): boolean => now - at < windowMs
      let count = 0
      let sum = 0
      let min = Infinity
      let max = -Infinity
      for (let i = 0; i < size; i++) {
        if (!isWithin(times[i]!)) continue
        const value = values[i]!
        count++
        sum += value
        min = Math.min(min, value)
        max = Math.max(max, value)
      }
      const complete = !isWithin(lostAt)
      if (count === 0) return { count, sum, average: undefined, min: undefined, max: undefined, complete }
      // Rounding of the sum must not carry the average past its samples.
      const average = Math.min(max, Math.max(min, sum / count))
      return { count, sum, average, min, max, complete }
    },
  }
}

/**
 * Keeps the newest samples of some named metrics and answers what they were within a window that ends now. Metrics do
 * not push each other out. Memory: 16 bytes per sample, for at most `capacity` samples of each name.
 *
 * @throws RangeError when the capacity is not a positive integer.
 */
export function createMetricLog<const Name extends string>(options: MetricLogOptions<Name>): MetricLog<Name> {
  const { names, capacity = 10_000, clock = systemClock } = options
  if (!Number.isInteger(capacity) || capacity < 1) {
    throw new RangeError(`capacity must be a positive integer, got ${capacity}`)
  }
  const rings = new Map<string, Ring>(names.map((name) => [name, createRing(capacity)]))

  function ringOf(name: string): Ring {
    const ring = rings.get(name)
    if (ring === undefined)
      throw new RangeError(`no metric ${name}; there are ${[...rings.keys()].join(', ')}`)
    return ring
  }

  return {
    record(name, value, at = clock.now()) {
      const ring = ringOf(name)
      if (!Number.isFinite(value) || !Number.isFinite(at)) {
        throw new RangeError(`a sample of ${name} must have a finite value and time, got ${value} at ${at}`)
      }
      ring.add(value, at)
    },
    query(name, windowMs) {
      const ring = ringOf(name)
      if (!(windowMs > 0)) throw new RangeError(`windowMs must be positive, got ${windowMs}`)
      return ring.within(clock.now(), windowMs)
    },
  }
}
