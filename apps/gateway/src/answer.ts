import { MidstreamError } from '@midstream/core'
import { type GuardReport, guardBody, guardErrorBody } from '@midstream/stream'
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

/**
 * Collects a whole answer of at most `limit` bytes, then hands it over. Ends it when it takes longer than a stream
 * may, and when the client leaves. A streamed answer has its bounds in the guard.
 */
function collected(
  context: GatewayContext,
  { response }: Completion,
  limit: number,
  whole: (body: Buffer) => void,
  failed: (error: MidstreamError) => void,
  abortUpstream: () => void,
): Answer {
  const { clock, guard, ticking } = context
  const startedAt = clock.now()
  const pieces: Buffer[] = []
  let size = 0
  let over = false
  function tick(): void {
    const { maxDurationMs } = guard.limits
    if (over || clock.now() - startedAt <= maxDurationMs) return
    over = true
    abortUpstream()
    const message = `the answer took longer than ${maxDurationMs} ms`
    failed(new MidstreamError('STREAM_TIMEOUT', message, { details: { limit: maxDurationMs } }))
  }
  ticking.add(tick)
  response.once('close', () => {
    ticking.delete(tick)
    abortUpstream()
  })
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
      if (over) return
      over = true
      whole(Buffer.concat(pieces))
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
  const { clock, guard } = context
  const failed = (error: MidstreamError): void => completion.refuse(error, 'failed')
  return collected(
    context,
    completion,
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
  // A decoder, because the guard lets a byte order mark pass.
  const json = JSON.parse(new TextDecoder().decode(body)) as Record<string, unknown>
  for (const { channel, text } of protocol.responseTexts(json)) {
    const redacted = report.findings.some(
      (decided) => decided.action === 'redact' && decided.channel.key === channel.key,
    )
    if (text !== '') observe({ type: 'text-delivered', channel, text, redacted })
  }
}

/**
 * Passes an upstream's own error on, with its status and its word on retries: applications and SDKs know their
 * provider's errors. Its texts are guarded like those of an answer, since some repeat what the model wrote. What is
 * not JSON, must not be shown, or repeats a secret of ours, is replaced by an error that names the status.
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
    context,
    completion,
    MAX_ERROR_BYTES,
    (received) => {
      const body = isJson ? shownError(context, completion, received) : undefined
      if (body === undefined) {
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

function shownError(
  { guard, secrets }: GatewayContext,
  { protocol, observe }: Completion,
  received: Buffer,
): Uint8Array | undefined {
  if (secrets.some((secret) => received.includes(secret))) return undefined
  try {
    // Its type says JSON; an empty body or a broken one is not.
    const json: unknown = JSON.parse(received.toString())
    if (typeof json !== 'object' || json === null) return undefined
    return guardErrorBody(guard, protocol, received, observe).body
  } catch {
    return undefined
  }
}
