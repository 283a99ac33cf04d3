import { type Clock, createSlidingWindowLimit, MidstreamError, type StreamLimits } from '@midstream/core'

/** Bounds on what an upstream sends in one stream. */
export interface IntakeLimits {
  /** Counts a chunk that came at `now`. Throws CHUNK_TOO_LARGE, STREAM_TOO_LARGE or RATE_EXCEEDED. */
  count(size: number, now: number): void
  /** Throws STREAM_TIMEOUT when the first chunk came too long before `now`. */
  checkDuration(now: number): void
}

export function createIntakeLimits(limits: StreamLimits, clock: Clock): IntakeLimits {
  const { maxChunkBytes, maxStreamBytes, maxDurationMs } = limits
  const rate = createSlidingWindowLimit(limits.maxChunksPerSecond, 1000, clock)
  let received = 0
  let startedAt = Number.NaN

  return {
    count(size, now) {
      if (size > maxChunkBytes) {
        throw new MidstreamError('CHUNK_TOO_LARGE', `a chunk has more than ${maxChunkBytes} bytes`, {
          details: { limit: maxChunkBytes, size },
        })
      }
      received += size
      if (received > maxStreamBytes) {
        throw new MidstreamError('STREAM_TOO_LARGE', `the stream has more than ${maxStreamBytes} bytes`, {
          details: { limit: maxStreamBytes },
        })
      }
      rate.count(now)
      if (Number.isNaN(startedAt)) startedAt = now
    },
    checkDuration(now) {
      if (!(now - startedAt > maxDurationMs)) return
      throw new MidstreamError('STREAM_TIMEOUT', `the stream took longer than ${maxDurationMs} ms`, {
        details: { limit: maxDurationMs },
      })
    },
  }
}
