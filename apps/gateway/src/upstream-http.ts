import { type Clock, MidstreamError } from '@midstream/core'
import { type Dispatcher, Pool } from 'undici'
import type { ProtocolId, Upstream, UpstreamExchange, UpstreamHandler, UpstreamRequest } from './upstream.ts'

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
  const pool = new Pool(baseUrl.origin, {
    connections: null,
    pipelining: 1,
    // Pausing a stream stops its own connection; over HTTP/2 it would share one with others.
    allowH2: false,
    connect: { timeout: options.connectTimeoutMs },
    headersTimeout: options.headersTimeoutMs,
    bodyTimeout: options.idleTimeoutMs,
  })
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
      const watched: UpstreamHandler = {
        ...handler,
        onHeaders(status, headers) {
          unreachableSince = Number.NEGATIVE_INFINITY
          handler.onHeaders(status, headers)
        },
        onError(error) {
          if (error.code === 'UPSTREAM_CONNECT') unreachableSince = clock.now()
          handler.onError(error)
        },
      }
      return dispatch(pool, watched, {
        method: 'POST',
        path: basePath + PATHS[request.protocol] + (query === -1 ? '' : request.path.slice(query)),
        headers: upstreamHeaders(request, apiKey, options.passClientKey),
        body: request.body,
      })
    },
    async close() {
      await pool.destroy()
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

function dispatch(
  pool: Pool,
  handler: UpstreamHandler,
  request: Dispatcher.DispatchOptions,
): UpstreamExchange {
  let controller: Dispatcher.DispatchController | undefined
  let over = false
  let started = false
  const aborted = new Error('aborted')
  const fail = (error: unknown): void => {
    if (over) return
    over = true
    handler.onError(upstreamError(error, started))
  }
  try {
    pool.dispatch(request, {
      onRequestStart(starting) {
        controller = starting
        if (over) starting.abort(aborted)
      },
      onResponseStart(_controller, status, headers) {
        if (over || status < 200) return
        started = true
        handler.onHeaders(status, joined(headers))
      },
      onResponseData(running, chunk) {
        if (!over && !handler.onData(chunk)) running.pause()
      },
      onResponseEnd() {
        if (over) return
        over = true
        handler.onEnd()
      },
      onResponseError(_controller, error) {
        fail(error)
      },
    })
  } catch (error) {
    fail(error)
  }
  return {
    pause() {
      if (!over) controller?.pause()
    },
    resume() {
      if (!over) controller?.resume()
    },
    abort() {
      if (over) return
      over = true
      controller?.abort(aborted)
    },
  }
}

function joined(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  const result: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) result[name] = Array.isArray(value) ? value.join(', ') : value
  }
  return result
}

function upstreamError(cause: unknown, started: boolean): MidstreamError {
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : 'unknown'
  const details = { cause: code }
  switch (code) {
    case 'UND_ERR_CONNECT_TIMEOUT':
      return new MidstreamError('UPSTREAM_CONNECT', 'the upstream did not accept a connection in time', {
        cause,
        details,
      })
    case 'UND_ERR_HEADERS_TIMEOUT':
      return new MidstreamError('UPSTREAM_TIMEOUT', 'the upstream did not begin its answer in time', {
        cause,
        details,
      })
    case 'UND_ERR_BODY_TIMEOUT':
      return new MidstreamError('UPSTREAM_TIMEOUT', 'the upstream stopped sending', { cause, details })
  }
  if (started) {
    const message = 'the upstream closed the connection before its answer was complete'
    return new MidstreamError('UPSTREAM_UNEXPECTED_END', message, { cause, details })
  }
  return new MidstreamError('UPSTREAM_CONNECT', `the upstream could not be reached (${code})`, {
    cause,
    details,
  })
}
