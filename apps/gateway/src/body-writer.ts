import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** Writes the body of a streamed answer. */
export interface BodyWriter {
  /** Adds bytes to what the next `flush` sends. They are referenced until then. */
  write(bytes: Uint8Array): void
  /** Sends what was added. False when the socket is full: wait for its `drain`. */
  flush(): boolean
}

/** Up to here copying the pieces costs less than handing them to the kernel one by one. */
const COPIED_BYTES = 16_384
const CR = 13
const LF = 10
const CRLF = Buffer.of(CR, LF)
const HEX_DIGITS = Buffer.from('0123456789abcdef')

/**
 * Sends each flush as one HTTP/1.1 chunk in one write to the socket. `ServerResponse.write` makes four writes of
 * it (size, line end, data, line end), which cost more than the look at the data. Its own way is taken for the
 * first flush, which brings the headers, and whenever the response is not chunked (HTTP/1.0) or still waits
 * behind another one on its connection.
 */
export function createBodyWriter(response: ServerResponse): BodyWriter {
  let pieces: Uint8Array[] = []
  let size = 0
  let started = false
  // The socket, once what is written to it comes behind everything that the response wrote.
  let direct: Socket | undefined

  function findSocket(): Socket | undefined {
    const { socket } = response
    if (!started || socket === null || !response.chunkedEncoding || response.writableEnded) return undefined
    // Bytes that the response keeps for itself, until it has the socket, come first.
    return response.writableLength === socket.writableLength ? socket : undefined
  }

  function sendTo(socket: Socket): boolean {
    if (size > COPIED_BYTES) {
      socket.cork()
      socket.write(`${size.toString(16)}\r\n`, 'latin1')
      for (const piece of pieces) socket.write(piece)
      const free = socket.write(CRLF)
      socket.uncork()
      return free
    }
    let at = size < 0x10 ? 1 : size < 0x100 ? 2 : size < 0x1000 ? 3 : 4
    const chunk = Buffer.allocUnsafe(at + size + 4)
    for (let i = at - 1, rest = size; i >= 0; i--, rest >>= 4) chunk[i] = HEX_DIGITS[rest & 15]!
    chunk[at++] = CR
    chunk[at++] = LF
    for (let i = 0; i < pieces.length; i++) {
      chunk.set(pieces[i]!, at)
      at += pieces[i]!.length
    }
    chunk[at++] = CR
    chunk[at] = LF
    return socket.write(chunk)
  }

  return {
    write(bytes) {
      // An empty HTTP chunk would end the body.
      if (bytes.length === 0) return
      pieces.push(bytes)
      size += bytes.length
    },
    flush() {
      if (size === 0) return true
      let free = true
      direct ??= findSocket()
      if (direct !== undefined) free = sendTo(direct)
      else for (const piece of pieces) free = response.write(piece)
      started = true
      pieces = []
      size = 0
      return free
    },
  }
}
