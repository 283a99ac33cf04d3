import type { IncomingMessage, ServerResponse } from 'node:http'
import { MidstreamError } from '@midstream/core'
import { anthropicMessages, openaiChat } from '@midstream/stream'
import { requestIdOf, sendError, sendJson } from './answers.ts'
import { completionRoute } from './completion-route.ts'
import type { GatewayContext } from './context.ts'
import { handleDashboard } from './dashboard/serve.ts'
import { SCENARIOS } from './replay/scenarios.ts'
import { isLoopback } from './upstream-url.ts'

interface Route {
  readonly method: 'GET' | 'POST'
  /** Asks for a gateway key where keys are configured. Completions ask on their own. */
  readonly keyed: (context: GatewayContext) => boolean
  handle(context: GatewayContext, request: IncomingMessage, response: ServerResponse): void
}

const always = (): boolean => true
const never = (): boolean => false

const ROUTES: ReadonlyMap<string, Route> = new Map<string, Route>([
  [
    '/v1/chat/completions',
    {
      method: 'POST',
      keyed: never,
      handle: (context, request, response) => void completionRoute(context, openaiChat, request, response),
    },
  ],
  [
    '/v1/messages',
    {
      method: 'POST',
      keyed: never,
      handle: (context, request, response) =>
        void completionRoute(context, anthropicMessages, request, response),
    },
  ],
  ['/v1/models', { method: 'GET', keyed: always, handle: listModels }],
  ['/v1/replay', { method: 'GET', keyed: always, handle: listScenarios }],
  ['/v1/events', { method: 'GET', keyed: always, handle: events }],
  [
    '/healthz',
    {
      method: 'GET',
      keyed: never,
      handle: (_context, _request, response) => sendJson(response, 200, { status: 'ok' }),
    },
  ],
  ['/readyz', { method: 'GET', keyed: never, handle: ready }],
  [
    '/metrics',
    {
      method: 'GET',
      keyed: ({ config }) => config.server.protectMetrics,
      handle: metrics,
    },
  ],
])

/** Answers every request of a gateway. Throws nothing. */
export function route(context: GatewayContext, request: IncomingMessage, response: ServerResponse): void {
  const path = (request.url ?? '/').split('?', 1)[0]!
  const protocol = path === '/v1/messages' ? 'anthropic-messages' : 'openai-chat'
  // A client that goes away in the middle is not an error of ours; without a listener it would end the process.
  response.on('error', () => {})
  try {
    checkHost(context, request)
    if (cors(context, request, response)) return
    const found = ROUTES.get(path)
    if (found === undefined) {
      if (handleDashboard(request, response)) return
      throw new MidstreamError('REQUEST_NOT_FOUND', 'there is nothing at this path')
    }
    const isHead = request.method === 'HEAD' && found.method === 'GET'
    if (request.method !== found.method && !isHead) {
      response.setHeader('allow', found.method)
      throw new MidstreamError('REQUEST_METHOD', `this path answers ${found.method} only`)
    }
    if (found.keyed(context)) context.authenticator.check(request.headers)
    found.handle(context, request, response)
  } catch (error) {
    const known = MidstreamError.is(error) ? error : new MidstreamError('INTERNAL', 'the gateway failed')
    if (known.code === 'INTERNAL') context.logger.error({ path }, 'a route failed')
    if (!response.headersSent) sendError(request, response, protocol, known, requestIdOf(request))
  }
}

/**
 * On loopback without keys, a page whose name was made to resolve to this machine (DNS rebinding) could read
 * answers: only the loopback's own names are served there.
 */
function checkHost(context: GatewayContext, request: IncomingMessage): void {
  const { server } = context.config
  if (context.authenticator.enabled || !isLoopback(server.host)) return
  const host = request.headers.host ?? ''
  const name = host.replace(/:\d+$/, '')
  const listed = server.corsOrigins.some((origin) => new URL(origin).host === host)
  if (!isLoopback(name) && name !== server.host && !listed) {
    throw new MidstreamError('REQUEST_INVALID', 'this gateway serves loopback names only', {
      details: { path: 'host' },
    })
  }
}

/** Allows listed origins, and answers their preflights. Returns whether the request is answered. */
function cors(context: GatewayContext, request: IncomingMessage, response: ServerResponse): boolean {
  const { origin } = request.headers
  if (origin === undefined || !context.config.server.corsOrigins.includes(origin)) return false
  response.setHeader('access-control-allow-origin', origin)
  response.setHeader('access-control-expose-headers', 'x-request-id, retry-after, x-should-retry')
  response.setHeader('vary', 'origin')
  if (request.method !== 'OPTIONS') return false
  response.writeHead(204, {
    'access-control-allow-methods': 'GET, POST',
    'access-control-allow-headers': request.headers['access-control-request-headers'] ?? '',
    'access-control-max-age': '600',
  })
  response.end()
  return true
}

function ready(context: GatewayContext, _request: IncomingMessage, response: ServerResponse): void {
  const missing = context.upstreams.all.flatMap((upstream) =>
    upstream.missing().map((what) => `${upstream.id}: ${what}`),
  )
  if (context.upstreams.all.length === 0) missing.push('no upstream is configured')
  if (context.draining) missing.push('the gateway is shutting down')
  sendJson(response, missing.length === 0 ? 200 : 503, {
    status: missing.length === 0 ? 'ready' : 'not ready',
    missing,
    upstreams: context.upstreams.all.map(({ id }) => id),
  })
}

function metrics(context: GatewayContext, request: IncomingMessage, response: ServerResponse): void {
  const { registry } = context.metrics
  registry.metrics().then(
    (text) => response.writeHead(200, { 'content-type': registry.contentType }).end(text),
    (cause) => {
      const error = new MidstreamError('INTERNAL', 'the metrics could not be collected', { cause })
      sendError(request, response, 'openai-chat', error, requestIdOf(request))
    },
  )
}

/** The list in the shape of the SDK that asks: Anthropic's names its version in a header. */
function listModels(context: GatewayContext, request: IncomingMessage, response: ServerResponse): void {
  const models = context.upstreams.all.flatMap(({ models }) => models.list)
  if (request.headers['anthropic-version'] === undefined) {
    const data = models.map(({ id, ownedBy }) => ({ id, object: 'model', created: 0, owned_by: ownedBy }))
    sendJson(response, 200, { object: 'list', data })
    return
  }
  const created_at = '1970-01-01T00:00:00Z'
  const data = models.map(({ id }) => ({ type: 'model', id, display_name: id, created_at }))
  const first_id = data[0]?.id ?? null
  sendJson(response, 200, { data, has_more: false, first_id, last_id: data.at(-1)?.id ?? null })
}

function listScenarios(context: GatewayContext, _request: IncomingMessage, response: ServerResponse): void {
  const scenarios = context.config.upstream.replay ? SCENARIOS : []
  sendJson(response, 200, {
    scenarios: scenarios.map(({ name, title, summary, prompt }) => ({
      model: `replay/${name}`,
      name,
      title,
      summary,
      prompt,
    })),
  })
}

function events(context: GatewayContext, request: IncomingMessage, response: ServerResponse): void {
  const { hub, config } = context
  if (context.draining || hub.viewers >= config.limits.maxViewers) {
    throw new MidstreamError('OVERLOADED', `${config.limits.maxViewers} viewers are connected already`, {
      details: { retryAfterSeconds: 5 },
    })
  }
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' })
  if (request.method === 'HEAD') {
    response.end()
    return
  }
  const lastEventId = request.headers['last-event-id']
  hub.attach(response, typeof lastEventId === 'string' ? lastEventId : undefined)
}
