import { MidstreamError } from '@midstream/core'
import { type GuardReport, guardBody } from '@midstream/stream'
import type { Completion } from './completion.ts'
import type { GatewayContext } from './context.ts'
import { asMidstreamError } from './errors.ts'

/** What becomes of the body of an upstream's answer. */
export interface Answer {
  /** false stops the upstream until it is resumed. */
  data(chunk: Buffer): boolean
  end(): void
  fail(error: MidstreamError): void
}

/** Bytes of an upstream's error answer. Error texts are short; more than that is not one. */
const MAX_ERROR_BYTES = 262_144

/** Collects a whole answer of at most `limit` bytes, then hands it over. */
function collected(
  limit: number,
  whole: (body: Buffer) => void,
  failed: (error: MidstreamError) => void,
  abortUpstream: () => void,
): Answer {
  const pieces: Buffer[] = []
  let size = 0
  let over = false
  return {
    data(chunk) {
      size += chunk.length
      if (over) return true
      if (size > limit) {
        over = true
        abortUpstream()
        const message = `the upstream's answer is larger than ${limit} bytes`
        failed(new MidstreamError('STREAM_TOO_LARGE', message, { details: { limit } }))
      } else pieces.push(chunk)
      return true
    },
    end() {
      if (!over) whole(Buffer.concat(pieces))
    },
    fail(error) {
      if (!over) failed(error)
    },
  }
}

/** Answers with a guarded body: what the streamed form of the same answer would have shown (I-7). */
export function bodyAnswer(
  context: GatewayContext,
  completion: Completion,
  headers: Readonly<Record<string, string>>,
  abortUpstream: () => void,
): Answer {
  const { response } = completion
  const { clock, guard, ticking } = context
  const startedAt = clock.now()
  const failed = (error: MidstreamError): void => completion.refuse(error, 'failed')
  // A streamed answer has its bound on time in the guard.
  function tick(): void {
    const limit = guard.limits.maxDurationMs
    if (clock.now() - startedAt <= limit) return
    abortUpstream()
    failed(
      new MidstreamError('STREAM_TIMEOUT', `the answer took longer than ${limit} ms`, { details: { limit } }),
    )
  }
  ticking.add(tick)
  response.once('close', () => {
    ticking.delete(tick)
    abortUpstream()
  })
  return collected(
    guard.limits.maxStreamBytes,
    (bytes) => {
      let guarded: ReturnType<typeof guardBody>
      try {
        guarded = guardBody(guard, completion.protocol, bytes, completion.observe)
      } catch (error) {
        completion.refuse(asMidstreamError(error), 'failed')
        return
      }
      const { body, report } = guarded
      completion.settle(report.ending, { report: deliveredAt(clock.now(), report) })
      if (context.hub.watched) noteTexts(completion, body, report)
      response.writeHead(200, {
        ...headers,
        'content-type': 'application/json',
        'content-length': body.length,
        'x-request-id': completion.id,
      })
      response.end(body)
    },
    failed,
    abortUpstream,
  )
}

/** A body's first character is delivered when the body is. */
function deliveredAt(firstTextAt: number, report: GuardReport): GuardReport {
  const { delivery } = report
  if (delivery === undefined || delivery.chars === 0) return report
  return { ...report, delivery: { ...delivery, firstTextAt } }
}

/** Tells viewers which texts a body delivers, as a stream tells them piece by piece. */
function noteTexts({ protocol, observe }: Completion, body: Uint8Array, report: GuardReport): void {
  const json = JSON.parse(Buffer.from(body).toString()) as Record<string, unknown>
  for (const { channel, text } of protocol.responseTexts(json)) {
    const redacted = report.findings.some(
      (decided) => decided.action === 'redact' && decided.channel.key === channel.key,
    )
    observe({ type: 'text-delivered', channel, text, redacted })
  }
}

/**
 * Passes an upstream's own error on, with its status and its word on retries: applications and SDKs know their
 * provider's errors. What is not JSON, or repeats a secret of ours, is replaced by an error that names the status.
 */
export function refusalAnswer(
  context: GatewayContext,
  completion: Completion,
  status: number,
  headers: Readonly<Record<string, string>>,
  isJson: boolean,
  abortUpstream: () => void,
): Answer {
  const { response } = completion
  const error = new MidstreamError('UPSTREAM_STATUS', `the upstream answered with status ${status}`, {
    details: { status },
  })
  const passStatus = (): void => completion.refuse(error, 'upstream-error', status)
  return collected(
    MAX_ERROR_BYTES,
    (body) => {
      if (!isJson || context.secrets.some((secret) => body.includes(secret))) {
        passStatus()
        return
      }
      completion.settle('upstream-error', { error })
      response.writeHead(status, {
        ...headers,
        'content-type': 'application/json',
        'content-length': body.length,
        'x-request-id': completion.id,
      })
      response.end(body)
    },
    passStatus,
    abortUpstream,
  )
}
