import { isUtf8 } from 'node:buffer'
import { MidstreamError } from '@midstream/core'

/** One event of a server-sent event stream, with the bytes that it came in. */
export interface SseEvent {
  /** Everything since the previous event, its own blank line included. */
  readonly raw: Uint8Array
  /** The `event:` field. */
  readonly name: string | undefined
  /** The `data:` lines joined by line feeds; undefined when there was none (comments, keep-alives). */
  readonly data: string | undefined
  /** Comments, ids, what else no reader uses: text that is ignored but that travels all the same. */
  readonly extra: string
}

export interface SseFramer {
  /** Feeds bytes. They are referenced by the events, not copied, so the caller must not write to them again. */
  push(bytes: Uint8Array): void
  /** Ends the stream. A last event without its blank line is delivered as if it had one. */
  end(): void
  /** Bytes of the event that is not complete yet. */
  readonly pendingBytes: number
  /** True when the last byte was a carriage return: many readers wait for the line feed before they go on. */
  readonly awaitsLineFeed: boolean
}

const LF = 10
const CR = 13
const COLON = 58
const SPACE = 32

/**
 * Cuts a byte stream into server-sent events (WHATWG HTML, 9.2.6) and keeps the original bytes of each.
 * Line ends may be LF, CR LF or CR and may fall anywhere in a chunk. Linear in the input; holds at most
 * `maxEventBytes`. Throws EVENT_TOO_LARGE or UPSTREAM_INVALID_UTF8; after that it must not be used again.
 */
export function createSseFramer(maxEventBytes: number, onEvent: (event: SseEvent) => void): SseFramer {
  // Bytes of an unfinished event, copied out of their chunk. Doubles when full: linear for any chunking.
  let pending = Buffer.alloc(0)
  // Of the unfinished event in whatever buffer is scanned: its start and the start of its current line.
  let lineStart = 0
  let scanned = 0
  // Fields, not getters: see ChannelText.
  const framer: { -readonly [Field in keyof SseFramer]: SseFramer[Field] } = {
    pendingBytes: 0,
    awaitsLineFeed: false,
    push,
    end,
  }
  let atStreamStart = true
  let name: string | undefined
  let data: string | undefined
  let extra = ''

  function line(buffer: Buffer, start: number, end: number): void {
    if (atStreamStart) {
      atStreamStart = false
      if (buffer[start] === 0xef && buffer[start + 1] === 0xbb && buffer[start + 2] === 0xbf) start += 3
    }
    const first = buffer[start]
    if (
      first === 100 &&
      buffer[start + 4] === COLON &&
      buffer[start + 1] === 97 &&
      buffer[start + 2] === 116 &&
      buffer[start + 3] === 97
    ) {
      const value = decode(buffer, start + 5 + (buffer[start + 5] === SPACE && start + 5 < end ? 1 : 0), end)
      data = data === undefined ? value : `${data}\n${value}`
      return
    }
    const text = decode(buffer, start, end)
    const colon = text.indexOf(':')
    const field = colon < 0 ? text : text.slice(0, colon)
    const value = colon < 0 ? '' : text.slice(text[colon + 1] === ' ' ? colon + 2 : colon + 1)
    if (field === 'event') {
      // Only the last name counts for a reader, but an earlier one travels.
      if (name !== undefined) extra += `event: ${name}\n`
      name = value
    } else if (field === 'data') data = data === undefined ? value : `${data}\n${value}`
    else if (field !== 'retry' || !/^\d*$/.test(value)) extra += `${text}\n`
  }

  function dispatch(raw: Uint8Array): void {
    const event: SseEvent = {
      raw,
      name: name === '' ? undefined : name,
      // An event with empty data is not dispatched (WHATWG HTML 9.2.6): some servers send it as a keep-alive.
      data: data === '' ? undefined : data,
      extra,
    }
    name = undefined
    data = undefined
    extra = ''
    onEvent(event)
  }

  /** Scans from `scanned` to `length` and returns where the unfinished event starts. */
  function scan(buffer: Buffer, length: number): number {
    let eventStart = 0
    let nextCr = buffer.indexOf(CR, scanned)
    if (nextCr < 0 || nextCr >= length) nextCr = length
    while (scanned < length) {
      if (framer.awaitsLineFeed) {
        framer.awaitsLineFeed = false
        if (buffer[scanned] === LF) {
          scanned++
          lineStart = scanned
          continue
        }
      }
      let end = buffer.indexOf(LF, scanned)
      if (end < 0 || end >= length) end = length
      if (nextCr < scanned) {
        nextCr = buffer.indexOf(CR, scanned)
        if (nextCr < 0 || nextCr >= length) nextCr = length
      }
      if (nextCr < end) end = nextCr
      if (end === length) {
        scanned = length
        break
      }
      scanned = end + 1
      if (buffer[end] === CR) {
        // Its LF, when it comes, belongs to the same line end; take it along when it is already here.
        if (scanned < length) {
          if (buffer[scanned] === LF) scanned++
        } else framer.awaitsLineFeed = true
      }
      if (end === lineStart) {
        const start = eventStart
        eventStart = scanned
        lineStart = scanned
        if (scanned - start > maxEventBytes) throw tooLarge(scanned - start)
        dispatch(buffer.subarray(start, scanned))
      } else {
        line(buffer, lineStart, end)
        lineStart = scanned
      }
    }
    return eventStart
  }

  function tooLarge(size: number): MidstreamError {
    return new MidstreamError(
      'EVENT_TOO_LARGE',
      `an event of the upstream has more than ${maxEventBytes} bytes`,
      {
        details: { limit: maxEventBytes, size },
      },
    )
  }

  function push(bytes: Uint8Array): void {
    if (bytes.length === 0) return
    const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    if (framer.pendingBytes === 0) {
      lineStart = 0
      scanned = 0
      const rest = scan(chunk, chunk.length)
      if (rest < chunk.length) keep(chunk.subarray(rest), rest)
      return
    }
    const before = framer.pendingBytes
    append(chunk)
    // Offsets are relative to the start of the pending buffer, so they go on where they stopped.
    scanned = before
    const rest = scan(pending, framer.pendingBytes)
    const left = pending.subarray(rest, framer.pendingBytes)
    // Delivered events refer to the old buffer: what is left moves to a new one.
    if (rest > 0) {
      pending = Buffer.alloc(0)
      framer.pendingBytes = 0
      if (left.length > 0) keep(left, rest)
    } else if (framer.pendingBytes > maxEventBytes) throw tooLarge(framer.pendingBytes)
  }

  function end(): void {
    if (framer.pendingBytes === 0) return
    if (lineStart < framer.pendingBytes) line(pending, lineStart, framer.pendingBytes)
    const raw = pending.subarray(0, framer.pendingBytes)
    pending = Buffer.alloc(0)
    framer.pendingBytes = 0
    dispatch(raw)
  }

  return framer

  function keep(rest: Buffer, offset: number): void {
    if (rest.length > maxEventBytes) throw tooLarge(rest.length)
    pending = Buffer.allocUnsafe(Math.max(512, rest.length * 2))
    rest.copy(pending, 0)
    framer.pendingBytes = rest.length
    lineStart -= offset
    scanned -= offset
  }

  function append(chunk: Buffer): void {
    const length = framer.pendingBytes + chunk.length
    if (length > pending.length) {
      const grown = Buffer.allocUnsafe(Math.max(length, pending.length * 2))
      pending.copy(grown, 0, 0, framer.pendingBytes)
      pending = grown
    }
    chunk.copy(pending, framer.pendingBytes)
    framer.pendingBytes = length
  }
}

/** Where the event ends that has no blank line before `from`, if its lines end in LF; else the end of the bytes. */
export function endOfEvent(bytes: Buffer, from: number): number {
  const blank = bytes.indexOf('\n\n', from, 'latin1')
  return blank < 0 ? bytes.length : blank + 2
}

function decode(buffer: Buffer, start: number, end: number): string {
  const text = buffer.toString('utf8', start, end)
  // A replacement character is either in the text itself or stands for bytes that are not UTF-8.
  if (text.includes('\uFFFD') && !isUtf8(buffer.subarray(start, end))) {
    throw new MidstreamError('UPSTREAM_INVALID_UTF8', 'the upstream sent bytes that are not UTF-8')
  }
  return text
}
