import { MidstreamError } from '@midstream/core'
import type { Guard } from './guard.ts'

const CHECK_MS = 250

/**
 * Reads a body within `maxStreamBytes` and `maxDurationMs`, the bounds of a stream. Throws STREAM_TOO_LARGE,
 * STREAM_TIMEOUT, UPSTREAM_ABORTED for a connection that broke, and the reason of `signal` when it was aborted. The
 * rest of a body that is not read is cancelled.
 */
export async function readBody(
  { limits, clock }: Guard,
  body: ReadableStream<Uint8Array>,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const { maxStreamBytes, maxDurationMs } = limits
  const reader = body.getReader()
  const startedAt = clock.now()
  let isLate = false
  // Cancelling ends a read that waits.
  const timer = setInterval(() => {
    if (!(clock.now() - startedAt > maxDurationMs)) return
    isLate = true
    void reader.cancel().catch(() => {})
  }, CHECK_MS)
  const pieces: Uint8Array[] = []
  let size = 0
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (isLate) {
        throw new MidstreamError('STREAM_TIMEOUT', `the answer took longer than ${maxDurationMs} ms`, {
          details: { limit: maxDurationMs },
        })
      }
      if (done) return joined(pieces, size)
      size += value.length
      if (size > maxStreamBytes) {
        throw new MidstreamError('STREAM_TOO_LARGE', `the answer has more than ${maxStreamBytes} bytes`, {
          details: { limit: maxStreamBytes },
        })
      }
      pieces.push(value)
    }
  } catch (cause) {
    void reader.cancel().catch(() => {})
    if (MidstreamError.is(cause) || signal.aborted) throw cause
    throw new MidstreamError('UPSTREAM_ABORTED', 'the connection to the upstream broke', { cause })
  } finally {
    clearInterval(timer)
  }
}

function joined(pieces: readonly Uint8Array[], size: number): Uint8Array {
  const body = new Uint8Array(size)
  let at = 0
  for (const piece of pieces) {
    body.set(piece, at)
    at += piece.length
  }
  return body
}
