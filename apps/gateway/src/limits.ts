import { type Clock, MidstreamError } from '@midstream/core'

/** Clients that are remembered at once. The one that was idle longest makes room for a new one. */
const MAX_CLIENTS = 10_000

/**
 * Allows `perMinute` requests at once and refills evenly over a minute (the generic cell rate algorithm: one
 * number per client, O(1) per request). Throws RATE_EXCEEDED with `details.retryAfterSeconds`.
 */
export function createRateLimit(perMinute: number, clock: Clock): { take(client: string): void } {
  const intervalMs = 60_000 / perMinute
  // Half an interval of slack: the bucket is refilled by fractions that do not add up exactly.
  const burstMs = 60_000 - intervalMs / 2
  const fullAt = new Map<string, number>()
  return {
    take(client) {
      const now = clock.now()
      const due = Math.max(fullAt.get(client) ?? now, now)
      if (due - now > burstMs) {
        const retryAfterSeconds = Math.max(1, Math.ceil((due - now - burstMs) / 1000))
        throw new MidstreamError('RATE_EXCEEDED', `more than ${perMinute} requests per minute for this key`, {
          details: { limit: perMinute, retryAfterSeconds },
        })
      }
      fullAt.delete(client)
      if (fullAt.size >= MAX_CLIENTS) {
        for (const oldest of fullAt.keys()) {
          fullAt.delete(oldest)
          break
        }
      }
      fullAt.set(client, due + intervalMs)
    },
  }
}

/** Counts requests in progress. `enter` throws OVERLOADED at the limit; the returned function may be called twice. */
export function createInFlightLimit(limit: number): { readonly size: number; enter(): () => void } {
  let size = 0
  return {
    get size() {
      return size
    },
    enter() {
      if (size >= limit) {
        throw new MidstreamError('OVERLOADED', `${limit} requests are in progress already`, {
          details: { limit, retryAfterSeconds: 1 },
        })
      }
      size++
      let left = false
      return () => {
        if (left) return
        left = true
        size--
      }
    },
  }
}

/**
 * Throws REQUEST_INVALID when objects and arrays are nested deeper than `limit`. Looks at bytes only, so that a
 * hostile body is refused before a parser or a recursive reader sees it. O(bytes).
 */
export function checkJsonDepth(json: Uint8Array, limit: number): void {
  let depth = 0
  let inString = false
  for (let at = 0; at < json.length; at++) {
    const byte = json[at]!
    if (inString) {
      if (byte === 0x5c) at++
      else if (byte === 0x22) inString = false
    } else if (byte === 0x22) {
      inString = true
    } else if (byte === 0x5b || byte === 0x7b) {
      if (++depth > limit) {
        throw new MidstreamError('REQUEST_INVALID', `the body is nested deeper than ${limit} levels`, {
          details: { limit, reason: 'nesting_too_deep' },
        })
      }
    } else if (byte === 0x5d || byte === 0x7d) {
      depth--
    }
  }
}
