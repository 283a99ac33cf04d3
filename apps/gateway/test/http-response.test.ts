import { once } from 'node:events'
import { get } from 'node:http'
import { type AddressInfo, createServer } from 'node:net'
import { MidstreamError } from '@midstream/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createResponseReader, type ResponseReader } from '../src/http-response.ts'

interface Seen {
  status: number
  headers: Readonly<Record<string, string>>
  body: string
  ended: boolean
}

interface Reading {
  readonly reader: ResponseReader
  readonly seen: Seen
}

function reading(): Reading {
  const seen: Seen = { status: 0, headers: {}, body: '', ended: false }
  const reader = createResponseReader({
    head(status, headers) {
      if (seen.status !== 0) throw new Error('a second head')
      seen.status = status
      seen.headers = { ...headers }
    },
    body(bytes) {
      if (bytes.length === 0 || seen.ended || seen.status === 0) throw new Error('a body out of place')
      seen.body += bytes.toString('latin1')
    },
    end() {
      if (seen.ended) throw new Error('a second end')
      seen.ended = true
    },
  })
  reader.begin()
  return { reader, seen }
}

/** Pushes what one buffer that is used again and again would bring. */
function push(reader: ResponseReader, text: string, sizes: readonly number[]): void {
  const shared = Buffer.alloc(65_536)
  let at = 0
  for (let i = 0; at < text.length; i++) {
    const size = Math.min(sizes.length === 0 ? text.length : sizes[i % sizes.length]!, text.length - at)
    shared.fill(0x21)
    shared.write(text.slice(at, at + size), 'latin1')
    reader.push(shared, size)
    at += size
  }
}

function failure(text: string, sizes: readonly number[] = []): MidstreamError {
  try {
    push(reading().reader, text, sizes)
  } catch (error) {
    if (MidstreamError.is(error)) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

const chunked = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n'
const RESPONSES: readonly [name: string, text: string][] = [
  ['a sized body', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello'],
  ['an empty body', 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'],
  ['no reason', 'HTTP/1.1 404 \r\nContent-Length: 2\r\n\r\nno'],
  ['no reason and no blank', 'HTTP/1.1 500\r\nContent-Length: 2\r\n\r\nno'],
  ['chunks', `${chunked}5\r\nhello\r\n1\r\n \r\n5\r\nworld\r\n0\r\n\r\n`],
  ['a large chunk', `${chunked}1000\r\n${'x'.repeat(4096)}\r\n0\r\n\r\n`],
  ['line ends inside chunks', `${chunked}4\r\n\r\n\r\n\r\n2\r\n0\r\r\n0\r\n\r\n`],
  ['extensions', `${chunked}5;a=b\r\nhello\r\n1;q="x"\r\n!\r\n0;end\r\n\r\n`],
  ['leading zeros and capitals', `${chunked}00A\r\n0123456789\r\n000\r\n\r\n`],
  ['fields behind the last chunk', `${chunked}2\r\nhi\r\n0\r\nx-sum: 1\r\ny: 2\r\n\r\n`],
  [
    'repeated headers',
    'HTTP/1.1 200 OK\r\nx-a: 1\r\nX-A:2\r\nx-b:\t 3 \t\r\nx-c:\r\ncontent-length: 0\r\n\r\n',
  ],
  ['early hints', `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nlink: x\r\n\r\n${chunked}0\r\n\r\n`],
  ['no content', 'HTTP/1.1 204 No Content\r\n\r\n'],
  ['not modified', 'HTTP/1.1 304 Not Modified\r\ncontent-length: 10\r\n\r\n'],
  ['not modified, in chunks', 'HTTP/1.1 304 Not Modified\r\ntransfer-encoding: chunked\r\n\r\n'],
  ['no content, in chunks', 'HTTP/1.1 204 No Content\r\ntransfer-encoding: chunked\r\n\r\n'],
  ['latin1 in a header', 'HTTP/1.1 200 OK\r\nx-name: caf\xe9\r\ncontent-length: 1\r\n\r\nx'],
  ['until the end', 'HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n\r\neverything up to here'],
  ['HTTP/1.0', 'HTTP/1.0 200 OK\r\n\r\nold'],
]

/** What Node's own client makes of the same bytes. */
async function byNode(text: string): Promise<Seen> {
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', () => socket.end(text, 'latin1'))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    const { port } = server.address() as AddressInfo
    const sent = get({ host: '127.0.0.1', port, agent: false })
    const [response] = (await once(sent, 'response')) as [import('node:http').IncomingMessage]
    let body = ''
    for await (const piece of response.setEncoding('latin1')) body += piece as string
    const headers = { ...response.headers } as Record<string, string>
    return { status: response.statusCode!, headers, body, ended: response.complete }
  } finally {
    server.close()
  }
}

describe('createResponseReader', () => {
  it.each(RESPONSES)("reads %s as Node's own client does", async (_name, text) => {
    const { reader, seen } = reading()
    push(reader, text, [])
    reader.close()
    expect(seen).toEqual(await byNode(text))
  })

  it.each(RESPONSES)('I-2 reads %s the same for every place where it is cut', (_name, text) => {
    const whole = reading()
    push(whole.reader, text, [])
    const { reusable } = whole.reader
    whole.reader.close()
    const cuts = text.length < 300 ? Array.from(text, (_, i) => i + 1) : [1, 7, 60, 61, 100, 4150]
    for (const cut of cuts) {
      const { reader, seen } = reading()
      push(reader, text, [cut, text.length])
      expect(reader.reusable).toBe(reusable)
      reader.close()
      expect(seen).toEqual(whole.seen)
    }
    const bytewise = reading()
    push(bytewise.reader, text, [1])
    bytewise.reader.close()
    expect(bytewise.seen).toEqual(whole.seen)
  })

  it('I-2 gives back what was sent in chunks, however they are cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'binary-ascii', minLength: 1, maxLength: 40 })),
        fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 }),
        (chunks, sizes) => {
          const coded = chunks.map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`).join('')
          const { reader, seen } = reading()
          push(reader, `${chunked}${coded}0\r\n\r\n`, sizes)
          expect(seen).toMatchObject({ body: chunks.join(''), ended: true })
          expect(reader.reusable).toBe(true)
        },
      ),
      { numRuns: 500 },
    )
  })

  it('hands on what one read brought of the body in one piece', () => {
    const pieces: string[] = []
    const reader = createResponseReader({
      head() {},
      body: (bytes) => pieces.push(bytes.toString()),
      end: () => pieces.push('end'),
    })
    reader.begin()
    push(reader, `${chunked}2\r\nab\r\n3\r\ncde\r\n1\r\nf\r\n0\r\n\r\n`, [])
    expect(pieces).toEqual(['abcdef', 'end'])
  })

  it('allows blanks behind the size of a chunk, as RFC 9112 does and older servers need', () => {
    const { reader, seen } = reading()
    push(reader, `${chunked}5  \r\nhello\r\n1 ; a=b\r\n!\r\n0\t\r\n\r\n`, [1])
    expect(seen).toMatchObject({ body: 'hello!', ended: true })
  })

  it('I-10 reads thousands of interim responses in time that their bytes need', () => {
    const interim = 'HTTP/1.1 100\r\n\r\n'
    const shared = Buffer.alloc(65_536)
    let decoded = 0
    const decode = shared.toString.bind(shared)
    shared.toString = (encoding, start = 0, end = shared.length) => {
      decoded += end - start
      return decode(encoding, start, end)
    }
    const { reader, seen } = reading()
    shared.write(interim.repeat(4096), 'latin1')
    reader.push(shared, 65_536)
    expect(decoded).toBe(65_536)
    push(reader, `${chunked}0\r\n\r\n`, [])
    expect(seen).toMatchObject({ status: 200, ended: true })
  })

  it('I-1 hands on bytes of its own: what is read next does not change them', () => {
    for (const text of [
      `${chunked}2\r\nab\r\n3\r\ncde\r\n1\r\nf\r\n0\r\n\r\n`,
      'HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nabcdef',
      'HTTP/1.1 200 OK\r\n\r\nabcdef',
    ]) {
      const kept: Buffer[] = []
      const reader = createResponseReader({ head() {}, body: (bytes) => kept.push(bytes), end() {} })
      reader.begin()
      const shared = Buffer.from(text)
      reader.push(shared, shared.length)
      shared.fill('#')
      expect(Buffer.concat(kept).toString()).toBe('abcdef')
    }
  })

  it('reads one response after another', () => {
    const statuses: number[] = []
    const reader = createResponseReader({ head: (status) => statuses.push(status), body() {}, end() {} })
    for (const text of [`${chunked}0\r\n\r\n`, 'HTTP/1.1 401 No\r\ncontent-length: 1\r\n\r\nx']) {
      reader.begin()
      expect(reader.reusable).toBe(false)
      push(reader, text, [])
      expect(reader.reusable).toBe(true)
    }
    expect(statuses).toEqual([200, 401])
  })

  it.each([
    ['bytes behind its end', 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nxy'],
    ['bytes behind its last chunk', `${chunked}0\r\n\r\nHTTP/1.1 200 OK\r\n`],
    ['bytes behind no body', 'HTTP/1.1 204 OK\r\n\r\nx'],
    ['connection: close', 'HTTP/1.1 200 OK\r\nconnection: x, Close\r\ncontent-length: 0\r\n\r\n'],
    [
      'connection: close behind a tab',
      'HTTP/1.1 200 OK\r\nconnection: x,\tclose\r\ncontent-length: 0\r\n\r\n',
    ],
    ['chunks that may not come', 'HTTP/1.1 204 OK\r\ntransfer-encoding: chunked\r\n\r\n'],
    ['HTTP/1.0', 'HTTP/1.0 200 OK\r\ncontent-length: 0\r\n\r\n'],
  ])('does not use a connection again after %s', (_name, text) => {
    for (const sizes of [[], [14, text.length]]) {
      const { reader, seen } = reading()
      push(reader, text, sizes)
      expect(seen.ended).toBe(true)
      expect(reader.reusable).toBe(false)
    }
  })

  it.each([
    ['timeout=5, max=100', 5000],
    ['max=100,timeout=7', 7000],
    ['max=100', undefined],
  ])('reads keep-alive: %s', (value, milliseconds) => {
    const { reader } = reading()
    push(reader, `HTTP/1.1 200 OK\r\nkeep-alive: ${value}\r\ncontent-length: 0\r\n\r\n`, [])
    expect(reader.keepAliveMs).toBe(milliseconds)
  })

  it.each([
    ['not HTTP', 'SSH-2.0-OpenSSH_9\r\n\r\n'],
    ['HTTP/2', 'HTTP/2 200 OK\r\n\r\n'],
    ['a status that is none', 'HTTP/1.1 20 OK\r\n\r\n'],
    ['a switch of protocols', 'HTTP/1.1 101 Switching\r\nupgrade: x\r\n\r\n'],
    ['bare line feeds', 'HTTP/1.1 200 OK\ncontent-length: 0\n\n'],
    ['one bare line feed', 'HTTP/1.1 200 OK\r\nx: y\ncontent-length: 5\r\n\r\nhello'],
    ['a folded header', 'HTTP/1.1 200 OK\r\nx: y\r\n z\r\ncontent-length: 0\r\n\r\n'],
    ['a blank before the colon', 'HTTP/1.1 200 OK\r\ncontent-length : 0\r\n\r\n'],
    ['no name', 'HTTP/1.1 200 OK\r\n: 0\r\n\r\n'],
    ['no colon', 'HTTP/1.1 200 OK\r\ncontent-length\r\n\r\n'],
    ['a control character', 'HTTP/1.1 200 OK\r\nx: a\0b\r\n\r\n'],
    ['two sizes', 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nhello'],
    ['a negative size', 'HTTP/1.1 200 OK\r\ncontent-length: -5\r\n\r\n'],
    ['a size and chunks', `HTTP/1.1 200 OK\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n`],
    ['another coding', 'HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, chunked\r\n\r\n'],
    ['headers without end', `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(17_000)}`],
    ['too many headers', `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(17_000)}\r\n\r\n`],
    ['no chunk size', `${chunked}\r\n`],
    ['a chunk size that is none', `${chunked}5x\r\nhello\r\n`],
    ['a chunk size with a sign', `${chunked}+5\r\nhello\r\n`],
    ['a chunk size of thirteen digits', `${chunked}0000000000005\r\nhello\r\n`],
    ['a chunk size that ends in a line feed', `${chunked}5\nhello\r\n`],
    ['an extension that ends in a line feed', `${chunked}5;a\nhello\r\n`],
    ['a carriage return in a chunk size', `${chunked}5\r5\r\nhello\r\n`],
    ['an extension without end', `${chunked}5;${'a'.repeat(17_000)}`],
    ['a chunk that is longer than its size', `${chunked}4\r\nhello\r\n`],
    ['a chunk that ends in a line feed', `${chunked}5\r\nhello\n`],
    ['a chunk that ends in a carriage return', `${chunked}5\r\nhello\r5\r\n`],
    ['a field behind the last chunk that ends in a line feed', `${chunked}0\r\nx: y\n\r\n`],
    ['a line feed behind the last chunk', `${chunked}0\r\n\n\r\n`],
    ['a carriage return in a field behind the last chunk', `${chunked}0\r\nx: y\rz\r\n\r\n`],
    ['fields without end', `${chunked}0\r\n${'x: y\r\n'.repeat(3000)}`],
    ['an end that is none', `${chunked}0\r\n\rx`],
  ])('refuses %s, wherever it is cut', (_name, text) => {
    for (const sizes of [[], [1], [3]]) {
      const error = failure(text, sizes)
      expect(error.code).toBe('UPSTREAM_INVALID_HTTP')
      expect(error.message).toMatch(/^the upstream's answer is not valid HTTP\/1\.1: [a-z]/)
    }
  })

  it('hands on what came before a mistake, however it was cut', () => {
    for (const sizes of [[], [1]]) {
      const { reader, seen } = reading()
      expect(() => push(reader, `${chunked}2\r\nhi\r\nx`, sizes)).toThrow(MidstreamError)
      expect(seen).toMatchObject({ body: 'hi', ended: false })
    }
  })

  it.each([
    ['its head', 'HTTP/1.1 200 OK\r\ncontent'],
    ['a sized body', 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhell'],
    ['a chunk', `${chunked}5\r\nhell`],
    ['the end of a chunk', `${chunked}5\r\nhello`],
    ['its chunks', `${chunked}5\r\nhello\r\n`],
    ['its last line end', `${chunked}0\r\n`],
  ])('I-6 does not take a connection that closes inside %s for an end', (_name, text) => {
    const { reader, seen } = reading()
    push(reader, text, [])
    expect(() => reader.close()).toThrow(
      expect.objectContaining({ code: 'UPSTREAM_UNEXPECTED_END' }) as Error,
    )
    expect(seen.ended).toBe(false)
    // What closes twice says so once.
    reader.close()
  })

  it('keeps a header with the name of a property of every object to itself', () => {
    const { reader, seen } = reading()
    const head = 'HTTP/1.1 200 OK\r\n__proto__: a\r\nconstructor: b\r\ncontent-length: 0\r\n\r\n'
    push(reader, head, [])
    expect(Object.entries(seen.headers)).toEqual([
      ['__proto__', 'a'],
      ['constructor', 'b'],
      ['content-length', '0'],
    ])
  })
})
