import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { MidstreamError } from '@midstream/core'
import { createResponseReader, type ResponseReader } from './http-response.ts'
import type { UpstreamExchange, UpstreamHandler } from './upstream.ts'

export interface HttpPoolOptions {
  /** `http:` or `https:`. Only its host and port count. */
  readonly origin: URL
  readonly connectTimeoutMs: number
  /** From the request to the headers of its answer. */
  readonly headersTimeoutMs: number
  /** Between two reads of a body, while the reader does not hold it up. */
  readonly idleTimeoutMs: number
}

export interface HttpPost {
  /** With the query. No blanks, no control characters, nothing above U+00FF. */
  readonly path: string
  /** Without `host`, `connection` and `content-length`. No control characters, nothing above U+00FF. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

/** Connections to one origin, as many as there are exchanges, kept for the next ones. */
export interface HttpPool {
  /** Throws nothing: every failure arrives at `handler.onError`, INTERNAL for a path or header that cannot be sent. */
  post(request: HttpPost, handler: UpstreamHandler): UpstreamExchange
  /** Destroys every connection. Exchanges that still run fail with UPSTREAM_ABORTED. */
  close(): void
}

interface Exchange {
  readonly handler: UpstreamHandler
  started: boolean
  paused: boolean
  /** Whether something was read since the timeouts were looked at, and when that was last so. */
  active: boolean
  since: number
}

interface Connection {
  readonly socket: Socket
  readonly reader: ResponseReader
  exchange: Exchange | undefined
  connected: boolean
  /** Until when it may be used again, in the time of performance.now(). */
  usableUntil: number
}

/** How long an idle connection is kept when the other side does not say, and when it says a long time. */
const KEEP_ALIVE_MS = 4000
const MAX_KEEP_ALIVE_MS = 600_000
/** Given away, so that a connection is not used at the moment when the other side closes it. */
const KEEP_ALIVE_MARGIN_MS = 1000

// All connections read into one buffer: what was read is copied out before the next read, in the size that it has.
// A buffer for each read, which is what sockets do on their own, costs more than everything else about a chunk.
const READ_BUFFER = Buffer.allocUnsafeSlow(65_536)

/**
 * HTTP/1.1 without pipelining. It does what a gateway needs of a client and no more: one POST at a time on each
 * connection, the body of the answer as it is read, and a stop that reaches the other side's socket (I-5).
 */
export function createHttpPool(options: HttpPoolOptions): HttpPool {
  const { origin, headersTimeoutMs, idleTimeoutMs } = options
  const secure = origin.protocol === 'https:'
  const host = origin.hostname.replace(/^\[|\]$/g, '')
  const port = Number(origin.port || (secure ? 443 : 80))
  const connections = new Set<Connection>()
  // The one used last is taken first, so that the others can time out.
  const idle: Connection[] = []
  const period = Math.min(1000, Math.max(10, Math.floor(Math.min(headersTimeoutMs, idleTimeoutMs) / 10)))
  let sweeper: NodeJS.Timeout | undefined
  let sweptAt = 0
  let session: Buffer | undefined
  let closed = false

  function openConnection(): Connection {
    const reader = createResponseReader({
      head(status, headers) {
        const { exchange } = connection
        if (exchange === undefined) return
        exchange.started = true
        exchange.handler.onHeaders(status, headers)
      },
      body(bytes) {
        const { exchange } = connection
        if (exchange !== undefined && !exchange.handler.onData(bytes)) pause(connection)
      },
      end() {
        finish(connection)
      },
    })
    const onread = {
      buffer: READ_BUFFER,
      callback(size: number): boolean {
        read(connection, size)
        return connection.exchange?.paused !== true
      },
    }
    const common = { host, port, onread, noDelay: true, keepAlive: true, keepAliveInitialDelay: 60_000 }
    const socket = secure
      ? connectTls({
          ...common,
          servername: isIP(host) === 0 ? host : '',
          ALPNProtocols: ['http/1.1'],
          ...(session === undefined ? {} : { session }),
        })
      : connectTcp(common)
    const connection: Connection = { socket, reader, exchange: undefined, connected: false, usableUntil: 0 }
    connections.add(connection)
    const giveUp = (): void => {
      if (connection.connected) return
      fail(connection, timedOut('UPSTREAM_CONNECT', 'the upstream did not accept a connection in time'))
    }
    // What happened while this process stood still is noticed in between.
    const connecting = setTimeout(() => setImmediate(giveUp), options.connectTimeoutMs)
    socket.once(secure ? 'secureConnect' : 'connect', () => {
      connection.connected = true
      clearTimeout(connecting)
    })
    if (secure) socket.on('session', (latest: Buffer) => (session = latest))
    socket.on('end', () => {
      try {
        reader.close()
      } catch (error) {
        failWith(connection, error)
      }
      drop(connection)
    })
    socket.on('error', (error) => fail(connection, connectionError(connection, error)))
    socket.on('close', () => {
      clearTimeout(connecting)
      connections.delete(connection)
      fail(connection, connectionError(connection, undefined))
    })
    if (sweeper === undefined) {
      sweeper = setInterval(sweep, period).unref()
      sweptAt = performance.now()
    }
    return connection
  }

  function read(connection: Connection, size: number): void {
    const { exchange } = connection
    // What nobody asked for.
    if (exchange === undefined) {
      drop(connection)
      return
    }
    exchange.active = true
    try {
      connection.reader.push(READ_BUFFER, size)
    } catch (error) {
      failWith(connection, error)
    }
  }

  /** After a mistake in the answer, or when its handler failed: the connection is out of step either way. */
  function failWith(connection: Connection, error: unknown): void {
    const known = MidstreamError.is(error)
    fail(connection, known ? error : new MidstreamError('INTERNAL', 'the gateway failed', { cause: error }))
  }

  function pause(connection: Connection): void {
    if (connection.exchange === undefined) return
    connection.exchange.paused = true
    connection.socket.pause()
  }

  function finish(connection: Connection): void {
    const { exchange, socket, reader } = connection
    connection.exchange = undefined
    // An answer that came before its request was sent leaves the connection in the middle of it.
    const reusable = reader.reusable && !closed && socket.writable && socket.writableLength === 0
    if (exchange?.paused) socket.resume()
    if (reusable) {
      const keptMs = Math.min(reader.keepAliveMs ?? KEEP_ALIVE_MS, MAX_KEEP_ALIVE_MS) - KEEP_ALIVE_MARGIN_MS
      connection.usableUntil = performance.now() + keptMs
      // In the next turn of the event loop: what the other side sent right behind its answer, be it only the end of
      // the connection, is read before.
      setImmediate(release, connection)
    } else drop(connection)
    exchange?.handler.onEnd()
  }

  function release(connection: Connection): void {
    if (connection.socket.writable) idle.push(connection)
  }

  function fail(connection: Connection, error: MidstreamError): void {
    const { exchange } = connection
    connection.exchange = undefined
    drop(connection)
    exchange?.handler.onError(error)
  }

  function drop(connection: Connection): void {
    const place = idle.indexOf(connection)
    if (place >= 0) idle.splice(place, 1)
    connection.socket.destroy()
  }

  function sweep(): void {
    const now = performance.now()
    // While this process stood still it read nothing: that is no silence of the other side.
    const stoodStill = Math.max(0, now - sweptAt - 2 * period)
    sweptAt = now
    if (connections.size === 0) {
      clearInterval(sweeper)
      sweeper = undefined
    }
    for (const connection of connections) {
      const { exchange } = connection
      if (exchange === undefined) {
        if (now > connection.usableUntil) drop(connection)
        continue
      }
      exchange.since += stoodStill
      if (exchange.paused || (exchange.active && exchange.started)) {
        exchange.active = false
        exchange.since = now
      } else if (now - exchange.since >= (exchange.started ? idleTimeoutMs : headersTimeoutMs)) {
        const what = exchange.started ? 'stopped sending' : 'did not begin its answer in time'
        fail(connection, timedOut('UPSTREAM_TIMEOUT', `the upstream ${what}`))
      }
    }
  }

  function takeConnection(): Connection {
    const now = performance.now()
    for (let last = idle.pop(); last !== undefined; last = idle.pop()) {
      if (last.usableUntil > now && last.socket.writable) return last
      last.socket.destroy()
    }
    return openConnection()
  }

  return {
    post(request, handler) {
      if (closed || !isSendable(request)) {
        handler.onError(closed ? aborted() : new MidstreamError('INTERNAL', 'the request cannot be sent'))
        return { pause() {}, resume() {}, abort() {} }
      }
      const exchange: Exchange = {
        handler,
        started: false,
        paused: false,
        active: false,
        since: performance.now(),
      }
      const connection = takeConnection()
      connection.exchange = exchange
      connection.reader.begin()
      connection.socket.write(requestBytes(request, origin.host))
      const isRunning = (): boolean => connection.exchange === exchange
      return {
        pause() {
          if (isRunning()) pause(connection)
        },
        resume() {
          if (!isRunning() || !exchange.paused) return
          exchange.paused = false
          connection.socket.resume()
        },
        abort() {
          if (!isRunning()) return
          connection.exchange = undefined
          drop(connection)
        },
      }
    },
    close() {
      closed = true
      clearInterval(sweeper)
      // Before anybody is told: a handler that throws must not keep the others' connections open.
      for (const { socket } of connections) socket.destroy()
      for (const connection of connections) {
        fail(connection, aborted())
      }
    },
  }
}

/** Whether its head says only what it is meant to: a line end in a value would begin a header of its own. */
function isSendable({ path, headers }: HttpPost): boolean {
  if (!/^[\x21-\x7e\x80-\xff]+$/.test(path)) return false
  for (const [name, value] of Object.entries(headers)) {
    if (!/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name) || /[^\t\x20-\x7e\x80-\xff]/.test(value)) return false
  }
  return true
}

function requestBytes({ path, headers, body }: HttpPost, host: string): Buffer {
  let head = `POST ${path} HTTP/1.1\r\nhost: ${host}\r\nconnection: keep-alive\r\n`
  for (const [name, value] of Object.entries(headers)) head += `${name}: ${value}\r\n`
  head += `content-length: ${body.length}\r\n\r\n`
  const bytes = Buffer.allocUnsafe(head.length + body.length)
  bytes.write(head, 'latin1')
  body.copy(bytes, head.length)
  return bytes
}

function aborted(): MidstreamError {
  return new MidstreamError('UPSTREAM_ABORTED', 'the gateway closed its connections')
}

function timedOut(code: 'UPSTREAM_CONNECT' | 'UPSTREAM_TIMEOUT', message: string): MidstreamError {
  return new MidstreamError(code, message)
}

/** Why a connection is no more; `cause` is what its socket said, undefined when it closed without a word. */
function connectionError(
  { connected, exchange }: Connection,
  cause: (Error & { code?: unknown }) | undefined,
): MidstreamError {
  const code = typeof cause?.code === 'string' ? cause.code : 'closed'
  const options = { cause, details: { cause: code } }
  if (!connected) {
    return new MidstreamError('UPSTREAM_CONNECT', `the upstream could not be reached (${code})`, options)
  }
  const when = exchange?.started ? 'its answer was complete' : 'it answered'
  return new MidstreamError(
    'UPSTREAM_UNEXPECTED_END',
    `the upstream closed the connection before ${when}`,
    options,
  )
}
