import { MidstreamError } from '@midstream/core'
import { guardStream } from '@midstream/stream'
import type { Answer } from './answer.ts'
import { createBodyWriter } from './body-writer.ts'
import type { Completion } from './completion.ts'
import type { GatewayContext } from './context.ts'

/** How long a client may take to read the end of its answer. */
const CLIENT_TAIL_MS = 10_000

/**
 * Sends one guarded stream to the client. A full socket stops the upstream until the client has read (I-5).
 * Headers go out with the first bytes: what fails before is an ordinary error answer with its own status.
 */
export function streamAnswer(
  context: GatewayContext,
  completion: Completion,
  headers: Readonly<Record<string, string>>,
  upstream: { pause(): void; resume(): void; abort(): void },
): Answer {
  const { response } = completion
  const { metrics, clock, ticking } = context
  let begun = false
  let blocked = false
  let closed = false
  let fed = false
  let upstreamOver = false
  let endedAt = 0
  const body = createBodyWriter(response)

  function flush(): void {
    if (!closed && !body.flush()) blocked = true
  }

  const guard = guardStream(context.guard, completion.protocol, {
    write(bytes) {
      if (closed) return
      if (!begun) {
        begun = true
        response.writeHead(200, {
          ...headers,
          'content-type': 'text/event-stream; charset=utf-8',
          'cache-control': 'no-cache',
          'x-request-id': completion.id,
        })
      }
      body.write(bytes)
    },
    end(report) {
      endedAt = clock.now()
      completion.settle(report.ending, { report })
      abortUpstream()
      if (report.ending === 'aborted' || closed) return
      if (!begun) {
        // Nothing was written: the guard had nothing to end, so the failure is an answer of its own.
        completion.refuse(report.error ?? emptyAnswer(), 'failed')
        return
      }
      // The last text and the end of the body in one write.
      const { socket } = response
      socket?.cork()
      flush()
      response.end()
      socket?.uncork()
    },
    event: completion.observe,
    watchesText: () => context.hub.watched,
  })

  function tick(): void {
    guard.tick()
    flush()
    if (guard.ended && clock.now() - endedAt > CLIENT_TAIL_MS) response.destroy()
  }
  ticking.add(tick)

  function abortUpstream(): void {
    if (upstreamOver) return
    upstreamOver = true
    upstream.abort()
  }

  const { socket } = completion.request
  function resume(): void {
    if (!blocked) return
    blocked = false
    upstream.resume()
  }
  // The connection's own event: what is written past the response does not make the response emit one. Each answer
  // that waits behind another on its connection listens too, so there is no count that would be a leak.
  if (socket.getMaxListeners() !== 0) socket.setMaxListeners(0)
  socket.on('drain', resume)
  response.once('close', () => {
    closed = true
    socket.off('drain', resume)
    ticking.delete(tick)
    if (!guard.ended) guard.abort()
  })

  return {
    data(chunk) {
      fed = true
      const size = context.guard.limits.maxChunkBytes
      if (chunk.length <= size) guard.push(chunk)
      else for (let i = 0; i < chunk.length; i += size) guard.push(chunk.subarray(i, i + size))
      flush()
      if (!blocked || guard.ended) return true
      metrics.backpressurePauses.inc()
      return false
    },
    end() {
      upstreamOver = true
      if (fed) guard.end()
      else this.fail(emptyAnswer())
    },
    fail(error) {
      upstreamOver = true
      if (fed || guard.ended) {
        guard.fail(error)
        return
      }
      // The settlement comes first: what the guard says about an abort is not what happened.
      completion.refuse(error, 'failed')
      closed = true
      guard.abort()
    },
  }
}

function emptyAnswer(): MidstreamError {
  return new MidstreamError('UPSTREAM_UNEXPECTED_END', 'the upstream ended its answer before it began')
}
