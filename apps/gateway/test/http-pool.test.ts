import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import {
  createServer as createTlsServer,
  getCACertificates,
  setDefaultCACertificates,
  type TLSSocket,
} from 'node:tls'
import type { MidstreamError } from '@midstream/core'
import { afterEach, describe, expect, it } from 'vitest'
import { createHttpPool, type HttpPool, type HttpPoolOptions } from '../src/http-pool.ts'
import type { UpstreamExchange } from '../src/upstream.ts'
import { until } from './gateway-harness.ts'
import { selfSigned } from './self-signed.ts'

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0).reverse()) close()
})

interface Service {
  readonly pool: HttpPool
  /** What each connection has sent so far. */
  readonly received: string[]
  readonly sockets: Socket[]
}

/** A pool before a server that calls `answer` for each complete request, with its number on its connection. */
async function serve(
  answer: (socket: Socket, request: { text: string; number: number; connection: number }) => void,
  options: Partial<HttpPoolOptions> = {},
  server: Server = createServer(),
): Promise<Service> {
  const received: string[] = []
  const sockets: Socket[] = []
  const isSecure = 'setSecureContext' in server
  server.on(isSecure ? 'secureConnection' : 'connection', (socket: Socket) => {
    const connection = sockets.push(socket) - 1
    received.push('')
    let number = 0
    let from = 0
    socket.on('error', () => {})
    socket.setEncoding('latin1').on('data', (data: string) => {
      received[connection] += data
      for (;;) {
        const rest = received[connection]!.slice(from)
        const head = rest.indexOf('\r\n\r\n')
        const size = Number(/content-length: (\d+)/.exec(rest)?.[1])
        if (head < 0 || rest.length < head + 4 + size) return
        from += head + 4 + size
        answer(socket, { text: rest.slice(0, head + 4 + size), number: number++, connection })
      }
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const pool = createHttpPool({
    origin: new URL(`${isSecure ? 'https' : 'http'}://127.0.0.1:${port}`),
    connectTimeoutMs: 1000,
    headersTimeoutMs: 1000,
    idleTimeoutMs: 1000,
    ...options,
  })
  closing.push(() => {
    pool.close()
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  return { pool, received, sockets }
}

interface Asked {
  readonly exchange: UpstreamExchange
  /** What the handler was told, in order. */
  readonly calls: string[]
  body: string
  error: MidstreamError | undefined
  readonly over: Promise<void>
}

function ask(pool: HttpPool, body = 'x', onData: (text: string) => boolean = () => true): Asked {
  let finish = (): void => {}
  // One turn later, when its connection can be used again.
  const over = new Promise<void>((resolve) => {
    finish = () => setImmediate(resolve)
  })
  const calls: string[] = []
  const asked = { calls, body: '', error: undefined as MidstreamError | undefined, over }
  const exchange = pool.post(
    { path: '/v1/things?a=b', headers: { 'content-type': 'text/plain' }, body: Buffer.from(body) },
    {
      onHeaders(status, headers) {
        calls.push(`${status} ${headers['x-name'] ?? ''}`.trim())
      },
      onData(bytes) {
        asked.body += bytes.toString()
        if (calls.at(-1) !== 'data') calls.push('data')
        return onData(bytes.toString())
      },
      onEnd() {
        calls.push('end')
        finish()
      },
      onError(error) {
        calls.push(error.code)
        asked.error = error
        finish()
      },
    },
  )
  return Object.assign(asked, { exchange })
}

const ok = (body: string): string => `HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n${body}`

describe('createHttpPool', () => {
  it('sends the request and hands on its answer', async () => {
    const { pool, received } = await serve((socket) =>
      socket.write('HTTP/1.1 201 OK\r\nx-name: a\r\ncontent-length: 2\r\n\r\nhi'),
    )
    const asked = ask(pool, 'wörld')
    await asked.over
    expect(asked).toMatchObject({ calls: ['201 a', 'data', 'end'], body: 'hi' })
    expect(received[0]).toMatch(
      /^POST \/v1\/things\?a=b HTTP\/1\.1\r\nhost: 127\.0\.0\.1:\d+\r\nconnection: keep-alive\r\ncontent-type: text\/plain\r\ncontent-length: 6\r\n\r\nw\xc3\xb6rld$/,
    )
  })

  it.each([
    ['a header with a line end', { headers: { a: 'b\r\nevil: c' } }],
    // Their last bytes are CR and LF.
    ['a header with characters beyond latin1', { headers: { a: 'b\u010d\u010aevil: c' } }],
    ['a header with a blank in its name', { headers: { 'a b': 'c' } }],
    ['a blank in the path', { path: '/ HTTP/1.1' }],
    ['a tab in the path', { path: '/\t' }],
    ['a path beyond latin1', { path: '/\u010d\u010a' }],
    ['no path', { path: '' }],
  ])('does not send %s', async (_what, wrong) => {
    const { pool, sockets } = await serve((socket) => socket.write(ok('hi')))
    const calls: string[] = []
    const note = (call: string) => () => calls.push(call) > 0
    pool.post(
      { path: '/', headers: {}, body: Buffer.from('x'), ...wrong },
      {
        onHeaders: note('headers'),
        onData: note('data'),
        onEnd: note('end'),
        onError: ({ code }) => calls.push(code),
      },
    )
    await ask(pool).over
    expect(calls).toEqual(['INTERNAL'])
    expect(sockets).toHaveLength(1)
  })

  it('sends latin1 in its path and headers as it is', async () => {
    const { pool, received } = await serve((socket) => socket.write(ok('hi')))
    await new Promise<void>((onEnd, onError) =>
      pool.post(
        { path: '/caf\xe9', headers: { a: '\xff\tb' }, body: Buffer.alloc(0) },
        { onHeaders() {}, onData: () => true, onEnd, onError },
      ),
    )
    expect(received[0]).toMatch(
      /^POST \/caf\xe9 HTTP\/1\.1\r\n.*\r\na: \xff\tb\r\ncontent-length: 0\r\n\r\n$/s,
    )
  })

  it('uses a connection again when its answer is over, and only then', async () => {
    const { pool, sockets } = await serve((socket, { text }) => {
      if (text.endsWith('slow')) setTimeout(() => socket.write(ok('slow')), 30)
      else socket.write(ok('fast'))
    })
    await ask(pool).over
    await ask(pool).over
    expect(sockets).toHaveLength(1)
    const slow = ask(pool, 'slow')
    const fast = ask(pool)
    await Promise.all([slow.over, fast.over])
    expect([slow.body, fast.body]).toEqual(['slow', 'fast'])
    expect(sockets).toHaveLength(2)
  })

  it.each([
    ['says so', 'HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nhi'],
    ['keeps it for no time', 'HTTP/1.1 200 OK\r\nkeep-alive: timeout=1\r\ncontent-length: 2\r\n\r\nhi'],
    ['sends more than was asked for', `${ok('hi')}${ok('uninvited')}`],
    ['answers in HTTP/1.0', 'HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\nhi'],
  ])('opens another connection when the other side %s', async (_why, text) => {
    const { pool, sockets } = await serve((socket) => socket.write(text))
    for (const asked of [ask(pool), ask(pool)]) {
      await asked.over
      expect(asked.body).toBe('hi')
    }
    expect(sockets).toHaveLength(2)
    await ask(pool).over
    expect(sockets).toHaveLength(3)
  })

  it('opens another connection when the idle one was closed', async () => {
    const { pool, sockets } = await serve((socket) => socket.write(ok('hi')))
    await ask(pool).over
    sockets[0]!.end()
    await until(() => sockets[0]!.destroyed, 'the pool to close its side')
    const second = ask(pool)
    await second.over
    expect(second.body).toBe('hi')
    expect(sockets).toHaveLength(2)
  })

  it.each([
    ['the end of the connection', ok('hi')],
    // The answer fills a read, so that what comes behind it is the next one.
    [
      'what nobody asked for',
      ok('x'.repeat(65_536 - ok('x'.repeat(60_000)).length + 60_000)) + ok('uninvited'),
    ],
  ])('does not take %s behind an answer for the answer to the next request', async (_what, text) => {
    const { pool } = await serve((socket, { connection }) => {
      socket.write(connection === 0 ? text : ok('second'))
      if (connection === 0) socket.end()
    })
    const second = await new Promise<Asked>((resolve, reject) => {
      pool.post(
        { path: '/', headers: {}, body: Buffer.from('x') },
        { onHeaders() {}, onData: () => true, onEnd: () => resolve(ask(pool)), onError: reject },
      )
    })
    await second.over
    expect(second).toMatchObject({ calls: ['200', 'data', 'end'], body: 'second' })
  })

  it('reads on when the reader of the answer before was full at its end', async () => {
    const { pool, sockets } = await serve((socket) => socket.write(ok('hi')))
    for (let i = 0; i < 2; i++) {
      const asked = ask(pool, 'x', () => false)
      await asked.over
      expect(asked.calls).toEqual(['200', 'data', 'end'])
    }
    expect(sockets).toHaveLength(1)
  })

  it('closes an idle connection when its time is over', async () => {
    const kept = 'HTTP/1.1 200 OK\r\nkeep-alive: timeout=1\r\ncontent-length: 0\r\n\r\n'
    const { pool, sockets } = await serve((socket) => socket.write(kept), { idleTimeoutMs: 100 })
    await ask(pool).over
    await until(() => sockets[0]!.destroyed, 'the connection to be closed')
  })

  it('I-5 reads nothing between pause and resume', async () => {
    const { pool, sockets } = await serve((socket) =>
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\na'),
    )
    const asked = ask(pool)
    await until(() => asked.body === 'a', 'the first byte')
    asked.exchange.pause()
    sockets[0]!.write('b')
    await new Promise((resolve) => setTimeout(resolve, 30))
    expect(asked.body).toBe('a')
    asked.exchange.resume()
    await asked.over
    expect(asked.body).toBe('ab')
  })

  it('closes an idle connection that sends something', async () => {
    const { pool, sockets } = await serve((socket) => socket.write(ok('hi')))
    await ask(pool).over
    sockets[0]!.write(ok('for the next request'))
    await until(() => sockets[0]!.destroyed, 'the connection to be closed')
    const second = ask(pool)
    await second.over
    expect(second.body).toBe('hi')
  })

  it('does not use a connection again whose request was not read to its end', async () => {
    // Answers at once and reads nothing more: the request stays in the way.
    const server = createServer({ pauseOnConnect: true })
    let connections = 0
    server.on('connection', (socket) => {
      connections++
      socket.on('error', () => {})
      socket.write(ok('too long'))
    })
    const { pool } = await serve(() => {}, {}, server)
    for (let i = 0; i < 2; i++) {
      const asked = ask(pool, 'x'.repeat(8_000_000))
      await asked.over
      expect(asked.body).toBe('too long')
    }
    expect(connections).toBe(2)
  })

  it('I-5 stops reading while its reader is full', async () => {
    let written = 0
    const { pool } = await serve((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      const more = (): void => {
        while (written < 64 && socket.write('y'.repeat(1_000_000))) written++
        if (written++ < 64) socket.once('drain', more)
        else socket.end()
      }
      more()
    })
    let full = true
    const asked = ask(pool, 'x', () => !full)
    await until(() => asked.body.length > 0, 'the first bytes')
    await new Promise((resolve) => setTimeout(resolve, 100))
    const { length } = asked.body
    expect(length).toBeLessThanOrEqual(65_536)
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(asked.body).toHaveLength(length)
    expect(written).toBeLessThan(64)
    full = false
    asked.exchange.resume()
    asked.exchange.resume()
    await asked.over
    expect(asked.calls).toEqual(['200', 'data', 'end'])
    expect(asked.body.length).toBeGreaterThanOrEqual(64_000_000)
  })

  it('I-6 tells nothing more after an abort, and closes the connection', async () => {
    const { pool, sockets } = await serve((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhello`)
    })
    const asked = ask(pool)
    await until(() => asked.body === 'hello', 'the first bytes')
    asked.exchange.abort()
    asked.exchange.abort()
    asked.exchange.pause()
    asked.exchange.resume()
    await until(() => sockets[0]!.destroyed, 'the connection to be closed')
    expect(asked.calls).toEqual(['200', 'data'])
  })

  it('I-1 gives each exchange bytes that no other exchange writes to', async () => {
    const { pool } = await serve((socket, { text }) => {
      socket.write(ok((text.endsWith('a') ? 'first' : 'other').repeat(2000)))
    })
    const kept: Buffer[] = []
    const read = (body: string): Promise<void> =>
      new Promise((resolve, reject) => {
        pool.post(
          { path: '/', headers: {}, body: Buffer.from(body) },
          {
            onHeaders() {},
            onData: (bytes) => body !== 'a' || kept.push(bytes) > 0,
            onEnd: resolve,
            onError: reject,
          },
        )
      })
    await read('a')
    await Promise.all([read('b'), read('b')])
    expect(Buffer.concat(kept).toString()).toBe('first'.repeat(2000))
  })

  it('does not touch the next exchange of a connection through the one before', async () => {
    const { pool, sockets } = await serve((socket) => socket.write(ok('hi')))
    const first = ask(pool)
    await first.over
    const second = ask(pool)
    first.exchange.pause()
    first.exchange.abort()
    await second.over
    expect(second.calls).toEqual(['200', 'data', 'end'])
    expect(sockets).toHaveLength(1)
  })

  it.each([
    ['before its answer', ''],
    ['inside its head', 'HTTP/1.1 200'],
    ['inside its body', 'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhi'],
    ['inside its chunks', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhi\r\n'],
  ])('I-6 fails once when the other side ends or resets the connection %s', async (_where, text) => {
    for (const close of ['end', 'resetAndDestroy'] as const) {
      const { pool } = await serve((socket) => {
        if (text !== '') socket.write(text)
        setTimeout(() => socket[close](), 20)
      })
      const asked = ask(pool)
      await asked.over
      await new Promise((resolve) => setTimeout(resolve, 20))
      const failures = asked.calls.filter((call) => call.startsWith('UPSTREAM'))
      expect(failures).toEqual(['UPSTREAM_UNEXPECTED_END'])
    }
  })

  it('takes a body without a size for complete when the connection ends, not when it is reset', async () => {
    for (const [close, last] of [
      ['end', 'end'],
      ['resetAndDestroy', 'UPSTREAM_UNEXPECTED_END'],
    ] as const) {
      const { pool } = await serve((socket) => {
        socket.write('HTTP/1.1 200 OK\r\n\r\nhi')
        setTimeout(() => socket[close](), 20)
      })
      const asked = ask(pool)
      await asked.over
      expect(asked.calls).toEqual(['200', 'data', last])
    }
  })

  it('fails on an answer that is not HTTP, and closes the connection', async () => {
    const { pool, sockets } = await serve((socket) => socket.write('220 smtp ready\r\n\r\n'))
    const asked = ask(pool)
    await asked.over
    expect(asked.calls).toEqual(['UPSTREAM_INVALID_HTTP'])
    await until(() => sockets[0]!.destroyed, 'the connection to be closed')
  })

  it('fails when nobody listens', async () => {
    const pool = createHttpPool({
      origin: new URL('http://127.0.0.1:1'),
      connectTimeoutMs: 500,
      headersTimeoutMs: 500,
      idleTimeoutMs: 500,
    })
    closing.push(() => pool.close())
    const asked = ask(pool)
    await asked.over
    expect(asked.error).toMatchObject({ code: 'UPSTREAM_CONNECT', details: { cause: 'ECONNREFUSED' } })
  })

  it('takes an IPv6 address for an address, not for a name', async () => {
    const options = { connectTimeoutMs: 500, headersTimeoutMs: 500, idleTimeoutMs: 500 }
    const pool = createHttpPool({ origin: new URL('http://[::1]:1'), ...options })
    closing.push(() => pool.close())
    const asked = ask(pool)
    await asked.over
    // Refused, or not available where there is no IPv6; a name would not be found.
    expect(asked.error).toMatchObject({
      code: 'UPSTREAM_CONNECT',
      details: {
        cause: expect.stringMatching(/^(ECONNREFUSED|EADDRNOTAVAIL|ENETUNREACH|EAFNOSUPPORT)$/) as string,
      },
    })
  })

  it('gives up when no headers come in time, though bytes do', async () => {
    const { pool } = await serve(
      (socket) => {
        const timer = setInterval(() => socket.write('HTTP/1.1 100 Continue\r\n\r\n'), 20)
        socket.on('close', () => clearInterval(timer))
      },
      { headersTimeoutMs: 150, idleTimeoutMs: 5000 },
    )
    const asked = ask(pool)
    await asked.over
    expect(asked.calls).toEqual(['UPSTREAM_TIMEOUT'])
  })

  it('gives up when a body stops, but not while it comes slowly or its reader is full', async () => {
    let write: (text: string) => void = () => {}
    const { pool } = await serve(
      (socket) => {
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n')
        write = (text) => socket.write(text)
      },
      { headersTimeoutMs: 5000, idleTimeoutMs: 150 },
    )
    let full = false
    const asked = ask(pool, 'x', () => !full)
    await until(() => asked.calls.length === 1, 'the headers')
    for (let i = 0; i < 6; i++) {
      write('a')
      await new Promise((resolve) => setTimeout(resolve, 60))
    }
    full = true
    write('b')
    await new Promise((resolve) => setTimeout(resolve, 400))
    expect(asked.calls).toEqual(['200', 'data'])
    full = false
    asked.exchange.resume()
    await asked.over
    expect(asked.calls).toEqual(['200', 'data', 'UPSTREAM_TIMEOUT'])
  })

  it('does not take its own standing still for a server that accepts no connection', async () => {
    const { pool } = await serve((socket) => socket.write(ok('hi')), { connectTimeoutMs: 100 })
    await new Promise(setImmediate)
    const asked = ask(pool)
    const busyUntil = performance.now() + 200
    while (performance.now() < busyUntil);
    await asked.over
    expect(asked.calls).toEqual(['200', 'data', 'end'])
  })

  it('does not take its own standing still for silence', async () => {
    let write: (text: string) => void = () => {}
    const { pool } = await serve(
      (socket) => {
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n')
        write = (text) => socket.write(text)
      },
      { headersTimeoutMs: 200, idleTimeoutMs: 200 },
    )
    const asked = ask(pool)
    await until(() => asked.calls.length === 1, 'the headers')
    await new Promise((resolve) => setTimeout(resolve, 60))
    // What is due in the next turn of the event loop, timers first, comes before anything is read.
    setImmediate(() => {
      write('a')
      const busyUntil = performance.now() + 400
      while (performance.now() < busyUntil);
    })
    await asked.over
    expect(asked.calls).toEqual(['200', 'data', 'end'])
  })

  it('fails what still runs when it is closed, and everything after', async () => {
    const { pool } = await serve(() => {})
    const asked = ask(pool)
    pool.close()
    await asked.over
    expect(asked.calls).toEqual(['UPSTREAM_ABORTED'])
    const late = ask(pool)
    await late.over
    expect(late.calls).toEqual(['UPSTREAM_ABORTED'])
  })

  it('closes every connection although a handler throws when it is told', async () => {
    const { pool, received, sockets } = await serve(() => {})
    const handler = { onHeaders() {}, onData: () => true, onEnd() {} }
    const request = { path: '/', headers: {}, body: Buffer.from('x') }
    pool.post(request, {
      ...handler,
      onError() {
        throw new Error('no')
      },
    })
    const asked = ask(pool)
    await until(() => received.filter((text) => text !== '').length === 2, 'both requests')
    expect(() => pool.close()).toThrow('no')
    await asked.over
    await until(() => sockets.every((socket) => socket.destroyed), 'the connections to be closed')
    expect(asked.calls).toHaveLength(1)
  })

  it('lives on when a handler throws, and tells it', async () => {
    const { pool } = await serve((socket) => socket.write(ok('hi')))
    const asked = ask(pool, 'x', () => {
      throw new Error('no')
    })
    await asked.over
    expect(asked.calls).toEqual(['200', 'data', 'INTERNAL'])
    const next = ask(pool)
    await next.over
    expect(next.body).toBe('hi')
  })

  it('speaks TLS with a server whose certificate is vouched for', async () => {
    const { cert, key } = selfSigned()
    const before = getCACertificates('default')
    setDefaultCACertificates([cert])
    closing.push(() => setDefaultCACertificates(before))
    const server = createTlsServer({ cert, key, ALPNProtocols: ['h2', 'http/1.1'] })
    const { pool, sockets } = await serve((socket) => socket.write(ok('hi')), {}, server)
    for (let i = 0; i < 2; i++) {
      const asked = ask(pool)
      await asked.over
      expect(asked).toMatchObject({ calls: ['200', 'data', 'end'], body: 'hi' })
    }
    expect(sockets.map((socket) => (socket as TLSSocket).alpnProtocol)).toEqual(['http/1.1'])
  })

  it('takes up its TLS session again on another connection', async () => {
    const { cert, key } = selfSigned()
    const before = getCACertificates('default')
    setDefaultCACertificates([cert])
    closing.push(() => setDefaultCACertificates(before))
    const reused: boolean[] = []
    const answer = (socket: Socket): void => {
      reused.push((socket as TLSSocket).isSessionReused())
      socket.write('HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n')
    }
    const { pool } = await serve(answer, {}, createTlsServer({ cert, key }))
    for (let i = 0; i < 2; i++) await ask(pool).over
    expect(reused).toEqual([false, true])
  })

  it('gives up on a server that does not finish its handshake', async () => {
    const server = createServer(() => {})
    const { port } = await new Promise<AddressInfo>((resolve) =>
      server.listen(0, '127.0.0.1', () => resolve(server.address() as AddressInfo)),
    )
    const origin = new URL(`https://127.0.0.1:${port}`)
    const pool = createHttpPool({
      origin,
      connectTimeoutMs: 50,
      headersTimeoutMs: 5000,
      idleTimeoutMs: 5000,
    })
    closing.push(
      () => server.close(),
      () => pool.close(),
    )
    const asked = ask(pool)
    await asked.over
    expect(asked.error).toMatchObject({
      code: 'UPSTREAM_CONNECT',
      message: expect.stringMatching(/in time$/) as string,
    })
  })

  it('does not talk to a server whose certificate nobody vouches for', async () => {
    const { cert, key } = selfSigned()
    const { pool, received } = await serve(
      (socket) => socket.write(ok('hi')),
      {},
      createTlsServer({ cert, key }),
    )
    const asked = ask(pool)
    await asked.over
    expect(asked.error).toMatchObject({
      code: 'UPSTREAM_CONNECT',
      details: { cause: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
    })
    expect(received.join('')).toBe('')
  })
})
