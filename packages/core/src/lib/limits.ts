import type { Clock } from './clock.ts'
import { MidstreamError } from './errors.ts'

/** Bounds of one stream. All are finite by default. */
export interface StreamLimits {
  /** Bytes in one chunk handed over at once. Past it: CHUNK_TOO_LARGE, before anything is copied. @default 65536 */
  readonly maxChunkBytes: number
  /** Bytes in one event of the wire protocol. Past it: EVENT_TOO_LARGE. @default 1048576 (1 MiB) */
  readonly maxEventBytes: number
  /** Bytes in a whole stream. Past it: STREAM_TOO_LARGE. @default 16777216 (16 MiB) */
  readonly maxStreamBytes: number
  /** Chunks in any window of one second. One more: RATE_EXCEEDED. @default 1000 */
  readonly maxChunksPerSecond: number
  /** Milliseconds from the first byte to the end. Past it: STREAM_TIMEOUT. @default 300000 */
  readonly maxDurationMs: number
  /** Characters of one channel that may wait for a decision. @default 8192 */
  readonly maxHoldChars: number
  /** Milliseconds that a character may wait for a decision. @default 30000 */
  readonly maxHoldMs: number
}

export const DEFAULT_STREAM_LIMITS: StreamLimits = {
  maxChunkBytes: 65_536,
  maxEventBytes: 1_048_576,
  maxStreamBytes: 16_777_216,
  maxChunksPerSecond: 1000,
  maxDurationMs: 300_000,
  maxHoldChars: 8192,
  maxHoldMs: 30_000,
}

/** Slots that a sliding window starts with. Most streams never need more. */
const FIRST_SLOTS = 64

/**
 * Counts events in a sliding window, exactly: `count()` throws RATE_EXCEEDED for the event that would be
 * number `limit + 1` within `windowMs`, and that event does not count. A caller who has just read the clock says
 * what it showed. Amortised O(1) per event; memory follows the most events that one window has held, up to `limit`
 * numbers. When the clock goes back, what was counted counts as if it came now. Throws RangeError unless `limit` is a
 * positive integer and `windowMs` positive and finite.
 */
export function createSlidingWindowLimit(
  limit: number,
  windowMs: number,
  clock: Clock,
): { count(now?: number): void } {
  if (!Number.isInteger(limit) || limit < 1)
    throw new RangeError(`limit must be a positive integer, got ${limit}`)
  if (!(windowMs > 0 && windowMs < Infinity))
    throw new RangeError(`windowMs must be positive and finite, got ${windowMs}`)
  // A ring of the times of the events in the window, oldest at `head`.
  let times = new Float64Array(Math.min(limit, FIRST_SLOTS))
  let head = 0
  let size = 0
  // The ring is in order, so its times must not go back: what the clock went back in all is added to it.
  let latest = -Infinity
  let behind = 0

  function grow(): void {
    const grown = new Float64Array(Math.min(limit, times.length * 2))
    for (let i = 0; i < size; i++) grown[i] = times[(head + i) % times.length]!
    times = grown
    head = 0
  }

  function forgetBefore(now: number): void {
    while (size > 0 && now - times[head]! >= windowMs) {
      head = head + 1 === times.length ? 0 : head + 1
      size--
    }
  }

  return {
    count(read = clock.now()) {
      let now = read + behind
      if (now < latest) {
        behind += latest - now
        now = latest
      }
      latest = now
      // Times that have left the window are in nobody's way before the ring is full.
      if (size === times.length) forgetBefore(now)
      if (size === limit) {
        throw new MidstreamError('RATE_EXCEEDED', `more than ${limit} chunks within ${windowMs} ms`, {
          details: { limit, windowMs },
        })
      }
      if (size === times.length) grow()
      const next = head + size
      times[next >= times.length ? next - times.length : next] = now
      size++
    },
  }
}
