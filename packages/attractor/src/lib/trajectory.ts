import { MidstreamError } from '@midstream/core'
import { checkInteger } from './dynamics/series.ts'

export interface TrajectoryPoint {
  readonly position: readonly number[]
  readonly timestampMs: number
}

/** The last points of a path in a space of fixed dimension. */
export interface Trajectory {
  readonly dimension: number
  readonly maxLength: number
  /** Points kept: at most `maxLength`. */
  readonly length: number
  /**
   * Adds a point and drops the oldest one above `maxLength`. O(dimension). Throws INVALID_DIMENSION for another
   * number of coordinates, INVALID_SAMPLE for one that is not finite, TIMESTAMP_ORDER for a time before the last.
   */
  push(position: ArrayLike<number>, timestampMs: number): void
  /** The kept points, oldest first. */
  points(): TrajectoryPoint[]
  /** One coordinate of the kept points, oldest first. */
  coordinate(index: number): Float64Array
  /** Velocity between the last two points, per second; undefined below two points or without time between them. */
  velocity(): number[] | undefined
  /** Length of `velocity`. */
  speed(): number | undefined
}

/**
 * A ring of timed points. Memory is `maxLength` x (dimension + 1) numbers. Throws RangeError for a dimension or
 * `maxLength` (default 1000) below 1.
 */
export function createTrajectory(options: {
  readonly dimension: number
  readonly maxLength?: number
}): Trajectory {
  const { dimension, maxLength = 1000 } = options
  checkInteger('dimension', dimension, 1)
  checkInteger('maxLength', maxLength, 1)
  const positions = new Float64Array(dimension * maxLength)
  const times = new Float64Array(maxLength)
  let head = 0
  let length = 0

  const slotOf = (age: number): number => (head + length - 1 - age) % maxLength

  function positionAt(slot: number): number[] {
    return [...positions.subarray(slot * dimension, (slot + 1) * dimension)]
  }

  function velocity(): number[] | undefined {
    if (length < 2) return undefined
    const now = slotOf(0)
    const before = slotOf(1)
    const seconds = (times[now]! - times[before]!) / 1000
    if (!(seconds > 0)) return undefined
    const from = positionAt(before)
    return positionAt(now).map((x, d) => (x - from[d]!) / seconds)
  }

  return {
    dimension,
    maxLength,
    get length() {
      return length
    },
    push(position, timestampMs) {
      if (position.length !== dimension) {
        const message = `a position has ${dimension} coordinates, got ${position.length}`
        throw new MidstreamError('INVALID_DIMENSION', message, {
          details: { expected: dimension, got: position.length },
        })
      }
      for (let d = 0; d < dimension; d++) {
        if (!Number.isFinite(position[d])) {
          throw new MidstreamError('INVALID_SAMPLE', `coordinate ${d} is ${position[d]}`, {
            details: { index: d },
          })
        }
      }
      if (!Number.isFinite(timestampMs)) {
        throw new MidstreamError('INVALID_SAMPLE', `the timestamp is ${timestampMs}`)
      }
      if (length > 0 && timestampMs < times[slotOf(0)]!) {
        const last = times[slotOf(0)]!
        throw new MidstreamError('TIMESTAMP_ORDER', `timestamp ${timestampMs} comes after ${last}`, {
          details: { last, got: timestampMs },
        })
      }
      const slot = (head + length) % maxLength
      for (let d = 0; d < dimension; d++) positions[slot * dimension + d] = position[d]!
      times[slot] = timestampMs
      if (length < maxLength) length++
      else head = (head + 1) % maxLength
    },
    points() {
      return Array.from({ length }, (_, i) => {
        const slot = (head + i) % maxLength
        return { position: positionAt(slot), timestampMs: times[slot]! }
      })
    },
    coordinate(index) {
      checkInteger('index', index, 0)
      if (index >= dimension) throw new RangeError(`index must be below ${dimension}, got ${index}`)
      return Float64Array.from({ length }, (_, i) => positions[((head + i) % maxLength) * dimension + index]!)
    },
    velocity,
    speed() {
      const v = velocity()
      return v === undefined ? undefined : Math.hypot(...v)
    },
  }
}
