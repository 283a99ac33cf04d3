import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer as createHttpServer, type Server } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { type Clock, type Inspector, MidstreamError, systemClock } from '@midstream/core'
import { type Logger, pino } from 'pino'
import { createAuthenticator } from './auth.ts'
import type { GatewayConfig, GatewayConfigInput } from './config.ts'
import { parseConfig } from './config-sources.ts'
import { closeConnectionsWhenIdle } from './connections.ts'
import type { GatewayContext } from './context.ts'
import { createEventHub } from './events.ts'
import { guardOf, inspectorsOf } from './guard-config.ts'
import { createInFlightLimit, createRateLimit } from './limits.ts'
import { createMetrics, type Metrics } from './metrics.ts'
import { route } from './routes.ts'
import { isLoopback } from './upstream-url.ts'
import { createUpstreams } from './upstreams.ts'

export interface GatewayOptions {
  readonly clock?: Clock
  /** @default JSON lines to standard error at `log.level` */
  readonly logger?: Logger
  /** What reads the text. @default what `guard` of the configuration asks for */
  readonly inspectors?: readonly Inspector[]
}

export interface Gateway {
  /** `http://127.0.0.1:8787` */
  readonly url: string
  readonly port: number
  /** Takes over the `streaming` limits of another configuration, for answers that begin from now on. */
  reload(config: GatewayConfigInput): void
  /**
   * Stops taking requests, lets those in progress finish within `server.drainTimeoutMs`, then closes everything.
   * A second call waits for the first.
   */
  close(): Promise<void>
}

const TICK_MS = 250
const HEARTBEAT_TICKS = 60

/**
 * Starts a gateway. Rejects with CONFIG_INVALID, UPSTREAM_FORBIDDEN or POLICY_UNENFORCEABLE before anything is
 * opened, or with the system's error when the address cannot be bound.
 */
export async function startGateway(
  input: GatewayConfigInput = {},
  options: GatewayOptions = {},
): Promise<Gateway> {
  const config = parseConfig(input)
  checkExposure(config)
  const { clock = systemClock, logger = pino({ level: config.log.level }, logDestination()) } = options
  const inspectors = options.inspectors ?? inspectorsOf(config)
  const guard = guardOf(config, config.streaming, inspectors, clock)
  const inFlight = createInFlightLimit(config.limits.maxInFlight)
  const metrics: Metrics = createMetrics(() => inFlight.size)
  const { openai, anthropic } = config.upstream
  const context: GatewayContext = {
    config,
    clock,
    logger,
    metrics,
    hub: createEventHub({ onDropped: (count) => metrics.viewerEventsDropped.inc(count) }),
    authenticator: createAuthenticator(config.auth.keys, openai.passClientKey || anthropic.passClientKey),
    rateLimit: createRateLimit(config.limits.maxRequestsPerMinute, clock),
    inFlight,
    upstreams: createUpstreams(config, clock),
    guard,
    draining: false,
    ticking: new Set(),
    secrets: [openai.apiKey, anthropic.apiKey, ...config.auth.keys].filter((key) => key !== undefined),
  }

  const server = createServer(config)
  closeConnectionsWhenIdle(server, () => context.draining)
  server.on('request', (request, response) => route(context, request, response))
  server.listen(config.server.port, config.server.host)
  try {
    await once(server, 'listening')
  } catch (error) {
    await closeUpstreams(context)
    throw error
  }
  if (config.upstream.allowHosts.length === 0) {
    metrics.unlistedUpstreams.set(context.upstreams.all.filter(({ id }) => id !== 'replay').length)
  }
  const timer = startTicking(context)
  const { port } = server.address() as AddressInfo
  const host = config.server.host.includes(':') ? `[${config.server.host}]` : config.server.host
  const url = `${config.server.tls === undefined ? 'http' : 'https'}://${host}:${port}`
  logger.info({ url, upstreams: context.upstreams.all.map(({ id }) => id) }, 'gateway started')
  if (!config.guard.enabled) logger.warn('the guard is switched off: nothing is inspected')
  if (config.guard.failOpen) logger.warn('failOpen is set: text passes when an inspector fails')

  let closing: Promise<void> | undefined
  return {
    url,
    port,
    reload(next) {
      context.guard = guardOf(config, parseConfig(next).streaming, inspectors, clock)
      logger.info('the streaming limits were reloaded; other settings need a restart')
    },
    close() {
      closing ??= shutDown(context, server).finally(() => clearInterval(timer))
      return closing
    },
  }
}

/** Refuses a bind that everybody can reach without a key, or on which keys can be read on the way. */
function checkExposure({ server, auth }: GatewayConfig): void {
  if (isLoopback(server.host) || server.dangerouslyPublic) return
  const missing = [
    ...(auth.keys.length === 0 ? ['auth.keys'] : []),
    ...(server.tls === undefined ? ['server.tls'] : []),
  ]
  if (missing.length === 0) return
  throw new MidstreamError(
    'CONFIG_INVALID',
    `server.host: a public address needs ${missing.join(' and ')} (or server.dangerouslyPublic)`,
    { details: { path: 'server.host' } },
  )
}

function createServer(config: GatewayConfig): Server {
  const options = { requestTimeout: 30_000, headersTimeout: 10_000, keepAliveTimeout: 5000 }
  const { tls } = config.server
  if (tls === undefined) return createHttpServer(options)
  const read = (name: 'certFile' | 'keyFile'): Buffer => {
    try {
      return readFileSync(tls[name])
    } catch (cause) {
      throw new MidstreamError('CONFIG_INVALID', `server.tls.${name}: the file cannot be read`, { cause })
    }
  }
  const [cert, key] = [read('certFile'), read('keyFile')]
  try {
    return createHttpsServer({ ...options, minVersion: 'TLSv1.2', cert, key })
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new MidstreamError('CONFIG_INVALID', `server.tls: no certificate with its private key: ${why}`, {
      cause,
    })
  }
}

function startTicking({ ticking, hub }: GatewayContext): NodeJS.Timeout {
  let ticks = 0
  const timer = setInterval(() => {
    for (const tick of ticking) tick()
    if (++ticks % HEARTBEAT_TICKS === 0) hub.heartbeat()
  }, TICK_MS)
  return timer.unref()
}

/** How often a gateway that shuts down looks whether the last stream has ended. */
const PARTING_MS = 20

async function shutDown(context: GatewayContext, server: Server): Promise<void> {
  context.draining = true
  const closed = once(server, 'close')
  server.close()
  // Viewers leave last: they see the streams in progress end.
  const parting = setInterval(() => {
    if (context.inFlight.size === 0) context.hub.close()
  }, PARTING_MS)
  const timer = setTimeout(() => server.closeAllConnections(), context.config.server.drainTimeoutMs)
  await closed
  clearTimeout(timer)
  clearInterval(parting)
  await closeUpstreams(context)
  context.logger.info('gateway stopped')
}

async function closeUpstreams({ upstreams }: GatewayContext): Promise<void> {
  await Promise.all(upstreams.all.map((upstream) => upstream.close()))
}

/**
 * Standard error, written in batches: a write for each line costs more than guarding a chunk. pino writes what is
 * left when the process exits.
 */
function logDestination(): ReturnType<typeof pino.destination> {
  return pino.destination({ dest: 2, sync: false, minLength: 12_288, periodicFlush: 500 })
}
