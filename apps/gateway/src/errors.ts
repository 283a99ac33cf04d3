import { MidstreamError, type MidstreamErrorCode } from '@midstream/core'
import type { ProtocolId } from './upstream.ts'

/** HTTP status of an error that is answered before anything else was sent. Codes not listed are 500. */
const STATUS: Partial<Record<MidstreamErrorCode, number>> = {
  REQUEST_INVALID: 400,
  POLICY_BLOCK: 400,
  REQUEST_UNAUTHENTICATED: 401,
  REQUEST_NOT_FOUND: 404,
  REQUEST_METHOD: 405,
  REQUEST_TOO_LARGE: 413,
  RATE_EXCEEDED: 429,
  OVERLOADED: 503,
  CLIENT_ABORTED: 499,
  UPSTREAM_TIMEOUT: 504,
  STREAM_TIMEOUT: 504,
  CHUNK_TOO_LARGE: 502,
  EVENT_TOO_LARGE: 502,
  STREAM_TOO_LARGE: 502,
  HOLD_LIMIT: 502,
}

export function errorStatus(code: MidstreamErrorCode): number {
  return STATUS[code] ?? (code.startsWith('UPSTREAM_') ? 502 : 500)
}

/**
 * Errors where the same request has a chance the next time. The official SDKs retry 408, 409, 429 and 5xx on
 * their own and pay for each try, so everything else says `x-should-retry: false`.
 */
const RETRYABLE: ReadonlySet<MidstreamErrorCode> = new Set([
  'RATE_EXCEEDED',
  'OVERLOADED',
  'UPSTREAM_CONNECT',
  'UPSTREAM_TIMEOUT',
  'UPSTREAM_ABORTED',
  'UPSTREAM_UNEXPECTED_END',
])

export function isRetryable(code: MidstreamErrorCode): boolean {
  return RETRYABLE.has(code)
}

/** `error.type` of both protocols, which SDKs and applications branch on, by status. */
function errorType(protocol: ProtocolId, status: number): string {
  switch (status) {
    case 401:
      return 'authentication_error'
    case 404:
      return protocol === 'openai-chat' ? 'invalid_request_error' : 'not_found_error'
    case 413:
      return protocol === 'openai-chat' ? 'invalid_request_error' : 'request_too_large'
    case 429:
      return 'rate_limit_error'
    case 503:
      return protocol === 'openai-chat' ? 'server_error' : 'overloaded_error'
    default:
      if (status < 500) return 'invalid_request_error'
      return protocol === 'openai-chat' ? 'server_error' : 'api_error'
  }
}

/**
 * Body of an HTTP error answer in the protocol's own shape. The code stands in `error.code`; the fact that a
 * caller needs to find the mistake (`details.path`) in `error.param`. No details other than that leave the
 * process.
 */
export function errorAnswer(protocol: ProtocolId, error: MidstreamError, requestId: string): object {
  const type = errorType(protocol, errorStatus(error.code))
  const code = error.details['reason'] ?? error.code
  if (protocol === 'anthropic-messages') {
    return { type: 'error', error: { type, message: error.message, code }, request_id: requestId }
  }
  return { error: { message: error.message, type, param: error.details['path'] ?? null, code } }
}

/** Anything thrown, as an error that may be shown: what is not one of ours says nothing about itself. */
export function asMidstreamError(error: unknown): MidstreamError {
  if (MidstreamError.is(error)) return error
  return new MidstreamError('INTERNAL', 'the gateway failed; its log names the cause', { cause: error })
}
