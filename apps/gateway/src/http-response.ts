import { MidstreamError } from '@midstream/core'

/** Receives the parts of one response: `head` once, `body` any number of times, `end` once. */
export interface ResponseParts {
  /** Header names are lower case. A repeated header is joined with ', '. */
  head(status: number, headers: Readonly<Record<string, string>>): void
  /** A buffer of its own, never empty: what one `push` brought of the body. */
  body(bytes: Buffer): void
  /** The body is complete. */
  end(): void
}

/** Reads the responses of one HTTP/1.1 connection, one after another. */
export interface ResponseReader {
  /** Gets ready for the next response. */
  begin(): void
  /**
   * Reads `bytes` up to `length`. Its contents are moved about, nothing of it is kept.
   * Throws UPSTREAM_INVALID_HTTP, after what came before the mistake was handed on; then only `begin` may follow.
   */
  push(bytes: Buffer, length: number): void
  /** The other side closed. Ends a body that goes up to there, else throws UPSTREAM_UNEXPECTED_END. */
  close(): void
  /** True when the response is over and the connection can take another request. */
  readonly reusable: boolean
  /** Milliseconds for which the other side keeps an idle connection, if it said so. */
  readonly keepAliveMs: number | undefined
}

/** Of a status line with its headers, of a chunk's size line, and of the fields behind the last chunk. */
const MAX_HEAD_BYTES = 16_384
/** 2^48 bytes. */
const MAX_CHUNK_DIGITS = 12

const HEAD = 0
const SIZE = 1
const EXTENSION = 2
const SIZE_LF = 3
const DATA = 4
const DATA_CR = 5
const DATA_LF = 6
const TRAILER = 7
const TRAILER_LINE = 8
const TRAILER_LINE_LF = 9
const TRAILER_LF = 10
const SIZED = 11
const UNTIL_CLOSE = 12
const DONE = 13

const CR = 13
const LF = 10

/**
 * A strict reader of HTTP/1.1 responses (RFC 9112): CR LF line ends, no folded headers, and no doubt about where
 * a body ends, so that a connection cannot get out of step. It decodes the chunked coding and accepts no other.
 * Linear, but for a head that arrives in crumbs, whose size is bounded; holds nothing but an incomplete head.
 */
export function createResponseReader(parts: ResponseParts): ResponseReader {
  let state = DONE
  let head = ''
  // Of the chunk's data, or of a body with a content-length, still to come.
  let left = 0
  let digits = 0
  // Bytes of a line that is skipped.
  let skipped = 0
  let persistent = false
  const reader: { -readonly [Field in keyof ResponseReader]: ResponseReader[Field] } = {
    begin,
    push,
    close,
    reusable: false,
    keepAliveMs: undefined,
  }

  function begin(): void {
    state = HEAD
    head = ''
    reader.reusable = false
  }

  function done(surplus: boolean): void {
    state = DONE
    reader.reusable = persistent && !surplus
    parts.end()
  }

  function push(bytes: Buffer, length: number): void {
    const at = state === HEAD ? readHead(bytes, length) : 0
    if (state === DONE || at === length) return
    if (state >= SIZED) readPlain(bytes, at, length)
    else readChunked(bytes, at, length)
  }

  /** Returns where the body begins; `length` while the head is not complete. */
  function readHead(bytes: Buffer, length: number): number {
    const before = head.length
    head += bytes.toString('latin1', 0, length)
    let from = 0
    while (state === HEAD) {
      const end = head.indexOf('\r\n\r\n', from === 0 ? Math.max(0, before - 3) : from)
      if ((end < 0 ? head.length : end) - from > MAX_HEAD_BYTES) {
        throw invalid(`headers of more than ${MAX_HEAD_BYTES} bytes`)
      }
      if (end < 0) {
        requireCrLf(head, Math.max(from, before))
        head = head.slice(from)
        return length
      }
      const text = head.slice(from, end)
      from = end + 4
      announce(text, from - before < length)
    }
    head = ''
    return from - before
  }

  function announce(text: string, hasMore: boolean): void {
    const [statusLine = '', ...lines] = text.split('\r\n')
    const parsed = /^HTTP\/1\.([01]) ([1-5]\d\d)(?: [^\r\n]*)?$/.exec(statusLine)
    if (parsed === null) throw invalid('its status line is malformed')
    const status = Number(parsed[2])
    const headers = parseHeaders(lines)
    if (status === 101) throw invalid('it switches to another protocol')
    // 100 Continue, 103 Early Hints: the response itself follows.
    if (status < 200) return
    const framing = framingOf(status, headers)
    const connection = (headers['connection'] ?? '').toLowerCase()
    const closes =
      parsed[1] === '0' || framing === 'close' || /(?:^|[\t ,])close(?:$|[\t ,])/.test(connection)
    // Who announces chunks where none may come could send them all the same.
    persistent = !closes && (framing === 'chunked' || headers['transfer-encoding'] === undefined)
    const keepAlive = /(?:^|[\t ,])timeout=(\d{1,6})/.exec(headers['keep-alive'] ?? '')
    reader.keepAliveMs = keepAlive === null ? undefined : Number(keepAlive[1]) * 1000
    if (framing === 'close') state = UNTIL_CLOSE
    else if (framing === 'chunked') nextChunk()
    else {
      state = SIZED
      left = framing
    }
    parts.head(status, headers)
    if (framing === 0) done(hasMore)
  }

  function readPlain(bytes: Buffer, at: number, length: number): void {
    const size = state === SIZED ? Math.min(left, length - at) : length - at
    if (size > 0) parts.body(copyOf(bytes, at, at + size))
    if (state !== SIZED) return
    left -= size
    if (left === 0) done(at + size < length)
  }

  function nextChunk(): void {
    state = SIZE
    left = 0
    digits = 0
    skipped = 0
  }

  function readChunked(bytes: Buffer, from: number, length: number): void {
    let at = from
    // The data found so far, moved together.
    let start = 0
    let end = 0
    let problem: string | undefined
    while (at < length && state !== DONE && problem === undefined) {
      if (state === DATA) {
        const size = Math.min(left, length - at)
        if (start === end) {
          start = at
          end = at
        } else bytes.copyWithin(end, at, at + size)
        end += size
        at += size
        left -= size
        if (left === 0) state = DATA_CR
      } else problem = readFraming(bytes[at++]!)
    }
    if (end > start) parts.body(copyOf(bytes, start, end))
    if (problem !== undefined) throw invalid(problem)
    if (state === DONE) done(at < length)
  }

  /** One byte around the chunks' data. Returns what is wrong with it. */
  function readFraming(byte: number): string | undefined {
    switch (state) {
      case SIZE: {
        const digit = hexDigit(byte)
        if (digit >= 0 && ++digits <= MAX_CHUNK_DIGITS) left = left * 16 + digit
        else if (digits === 0 || digit >= 0) return 'the size of a chunk is malformed'
        else if (byte === CR) state = SIZE_LF
        else if (byte === 59 || byte === 32 || byte === 9) state = EXTENSION
        else return 'the size of a chunk is malformed'
        return undefined
      }
      case EXTENSION:
        if (byte === CR) state = SIZE_LF
        else if (byte === LF || ++skipped > MAX_HEAD_BYTES) return 'the size of a chunk is malformed'
        return undefined
      case SIZE_LF:
        if (byte !== LF) return 'the size of a chunk is malformed'
        skipped = 0
        state = left === 0 ? TRAILER : DATA
        return undefined
      case DATA_CR:
        if (byte !== CR) return 'a chunk is longer than its size'
        state = DATA_LF
        return undefined
      case DATA_LF:
        if (byte !== LF) return 'a chunk is longer than its size'
        nextChunk()
        return undefined
      case TRAILER:
      case TRAILER_LINE:
        if (byte === LF) return 'a field behind its last chunk is malformed'
        if (byte !== CR) state = TRAILER_LINE
        else state = state === TRAILER ? TRAILER_LF : TRAILER_LINE_LF
        return ++skipped > MAX_HEAD_BYTES ? 'too many fields behind its last chunk' : undefined
      default:
        if (byte !== LF) return 'a field behind its last chunk is malformed'
        skipped++
        state = state === TRAILER_LF ? DONE : TRAILER
        return undefined
    }
  }

  function close(): void {
    const before = state
    state = DONE
    if (before === DONE) return
    if (before === UNTIL_CLOSE) {
      done(true)
      return
    }
    throw new MidstreamError(
      'UPSTREAM_UNEXPECTED_END',
      'the upstream closed the connection before its answer was complete',
    )
  }

  return reader
}

/** Looks at the line ends from `unseen` on. */
function requireCrLf(text: string, unseen: number): void {
  for (let end = text.indexOf('\n', unseen); end >= 0; end = text.indexOf('\n', end + 1)) {
    if (text[end - 1] !== '\r') throw invalid('a line of its headers does not end in CR LF')
  }
}

/** How a body ends (RFC 9112, 6.3): by its size, by its last chunk, or with the connection. */
function framingOf(status: number, headers: Readonly<Record<string, string>>): number | 'chunked' | 'close' {
  const coding = headers['transfer-encoding']
  const size = headers['content-length']
  if (status === 204 || status === 304) return 0
  if (coding !== undefined) {
    if (coding.toLowerCase() !== 'chunked') throw invalid('its transfer coding is not chunked')
    if (size !== undefined) throw invalid('it has both a size and a transfer coding')
    return 'chunked'
  }
  if (size === undefined) return 'close'
  if (!/^\d{1,15}$/.test(size)) throw invalid('its content-length is not a number')
  return Number(size)
}

function parseHeaders(lines: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = Object.create(null) as Record<string, string>
  for (const line of lines) {
    const colon = line.indexOf(':')
    const name = line.slice(0, Math.max(0, colon)).toLowerCase()
    if (!/^[!#$%&'*+\-.^_`|~0-9a-z]+$/.test(name)) throw invalid('the name of a header is malformed')
    const value = trimmed(line, colon + 1)
    if (/[^\t\x20-\x7e\x80-\xff]/.test(value)) throw invalid(`its header ${name} has a control character`)
    headers[name] = name in headers ? `${headers[name]}, ${value}` : value
  }
  return headers
}

function trimmed(line: string, from: number): string {
  let start = from
  let end = line.length
  while (start < end && isBlank(line.charCodeAt(start))) start++
  while (end > start && isBlank(line.charCodeAt(end - 1))) end--
  return line.slice(start, end)
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9
}

function hexDigit(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48
  const lower = byte | 32
  return lower >= 97 && lower <= 102 ? lower - 87 : -1
}

function copyOf(bytes: Buffer, start: number, end: number): Buffer {
  const copy = Buffer.allocUnsafe(end - start)
  bytes.copy(copy, 0, start, end)
  return copy
}

function invalid(why: string): MidstreamError {
  return new MidstreamError('UPSTREAM_INVALID_HTTP', `the upstream's answer is not valid HTTP/1.1: ${why}`)
}
