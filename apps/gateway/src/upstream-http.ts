import type { Clock } from '@midstream/core'
import { createHttpPool } from './http-pool.ts'
import type { ProtocolId, Upstream, UpstreamRequest } from './upstream.ts'

export interface HttpUpstreamOptions {
  readonly id: string
  /** A checked base URL (see checkUpstreamUrl). */
  readonly baseUrl: URL
  readonly apiKey?: string | undefined
  /** Sends the client's `authorization` or `x-api-key` on when there is no key of our own. */
  readonly passClientKey: boolean
  readonly connectTimeoutMs: number
  readonly headersTimeoutMs: number
  readonly idleTimeoutMs: number
  readonly clock: Clock
}

/**
 * How long a failed connection makes an upstream not ready. It ends by itself: whoever sends no requests to a
 * gateway that is not ready would otherwise never see it recover.
 */
const NOT_READY_MS = 10_000

/** Client headers that are sent on. Everything else stays here: cookies, addresses, the gateway's key. */
const FORWARDED =
  /^(?:accept|content-type|user-agent|idempotency-key|traceparent|openai-.*|anthropic-.*|x-stainless-.*)$/

/** Path behind the base URL: OpenAI's base URL ends in /v1, Anthropic's does not. */
const PATHS: Readonly<Record<ProtocolId, string>> = {
  'openai-chat': '/chat/completions',
  'anthropic-messages': '/v1/messages',
}

/**
 * A service that speaks one of the protocols over HTTP/1.1, through one connection pool. Redirects are not
 * followed. The answer is asked for uncompressed, so that each token arrives when it is written.
 */
export function createHttpUpstream(options: HttpUpstreamOptions): Upstream {
  const { baseUrl, apiKey, clock } = options
  let unreachableSince = Number.NEGATIVE_INFINITY
  const pool = createHttpPool({ ...options, origin: baseUrl })
  const basePath = baseUrl.pathname.replace(/\/+$/, '')

  return {
    id: options.id,
    models: { list: [], closed: false },
    missing() {
      const isDown = clock.now() - unreachableSince < NOT_READY_MS
      return isDown ? [`${baseUrl.host} could not be reached`] : []
    },
    open(request, handler) {
      const query = request.path.indexOf('?')
      const path = basePath + PATHS[request.protocol] + (query === -1 ? '' : request.path.slice(query))
      return pool.post(
        { path, headers: upstreamHeaders(request, apiKey, options.passClientKey), body: request.body },
        {
          ...handler,
          onHeaders(status, headers) {
            unreachableSince = Number.NEGATIVE_INFINITY
            handler.onHeaders(status, headers)
          },
          onError(error) {
            if (error.code === 'UPSTREAM_CONNECT') unreachableSince = clock.now()
            handler.onError(error)
          },
        },
      )
    },
    async close() {
      pool.close()
    },
  }
}

function upstreamHeaders(
  request: UpstreamRequest,
  apiKey: string | undefined,
  passClientKey: boolean,
): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(request.headers)) {
    if (FORWARDED.test(name)) headers[name] = value
  }
  headers['content-type'] = 'application/json'
  headers['accept-encoding'] = 'identity'
  const { authorization, 'x-api-key': clientKey } = request.headers
  if (apiKey !== undefined) {
    if (request.protocol === 'openai-chat') headers['authorization'] = `Bearer ${apiKey}`
    else headers['x-api-key'] = apiKey
  } else if (passClientKey) {
    if (authorization !== undefined) headers['authorization'] = authorization
    if (clientKey !== undefined) headers['x-api-key'] = clientKey
  }
  if (request.protocol === 'anthropic-messages') headers['anthropic-version'] ??= '2023-06-01'
  return headers
}
