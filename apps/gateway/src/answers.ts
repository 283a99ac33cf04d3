import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { MidstreamError } from '@midstream/core'
import { errorAnswer, errorStatus, isRetryable } from './errors.ts'
import { endAfterBody } from './request-body.ts'
import type { ProtocolId } from './upstream.ts'

/** Headers of an upstream's answer that clients act on. The rest describes a connection that is not theirs. */
const PASSED = /^(?:retry-after(?:-ms)?|x-should-retry|request-id|openai-.*|(?:x|anthropic)-ratelimit-.*)$/

/** Those of an upstream's headers that go on to the client. */
export function passedHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const passed: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) if (PASSED.test(name)) passed[name] = value
  return passed
}

export function sendJson(response: ServerResponse, status: number, body: object): void {
  const text = JSON.stringify(body)
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  })
  response.end(text)
}

/**
 * Answers with an error in the protocol's own shape, before anything else was sent. Returns the HTTP status.
 * A client whose body is still arriving gets its answer and loses the connection.
 */
export function sendError(
  request: IncomingMessage,
  response: ServerResponse,
  protocol: ProtocolId,
  error: MidstreamError,
  requestId: string,
  status: number = errorStatus(error.code),
): number {
  const text = JSON.stringify(errorAnswer(protocol, error, requestId))
  const { retryAfterSeconds } = error.details
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    'x-request-id': requestId,
    ...(isRetryable(error.code) ? {} : { 'x-should-retry': 'false' }),
    ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }),
    ...(request.complete ? {} : { connection: 'close' }),
  })
  endAfterBody(request, response, text)
  return status
}

/** The client's own id when it looks like one, so that its logs and ours can be joined. */
export function requestIdOf(request: IncomingMessage): string {
  const given = request.headers['x-request-id']
  return typeof given === 'string' && /^[\w-]{8,64}$/.test(given) ? given : randomUUID()
}
