import type { ServerResponse } from 'node:http'

/** Writes the body of a streamed answer. */
export interface BodyWriter {
  /** Adds bytes to what the next `flush` sends. They are referenced until then. */
  write(bytes: Uint8Array): void
  /** Sends what was added. False when the socket is full: wait for its `drain`. */
  flush(): boolean
}

/** Up to here copying the pieces costs less than handing them to the kernel one by one. */
const COPIED_BYTES = 16_384
const CRLF = Buffer.from('\r\n')

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

  function isDirect(): boolean {
    const { socket } = response
    if (!started || socket === null || !response.chunkedEncoding || response.writableEnded) return false
    // Bytes that the response keeps for itself, until it has the socket, come first.
    return response.writableLength === socket.writableLength
  }

  function sendDirectly(): boolean {
    const socket = response.socket!
    const head = `${size.toString(16)}\r\n`
    if (size > COPIED_BYTES) {
      socket.cork()
      socket.write(head, 'latin1')
      for (const piece of pieces) socket.write(piece)
      const free = socket.write(CRLF)
      socket.uncork()
      return free
    }
    const chunk = Buffer.allocUnsafe(head.length + size + 2)
    let at = chunk.write(head, 'latin1')
    for (const piece of pieces) {
      chunk.set(piece, at)
      at += piece.length
    }
    chunk[at] = 13
    chunk[at + 1] = 10
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
      if (isDirect()) free = sendDirectly()
      else for (const piece of pieces) free = response.write(piece)
      started = true
      pieces = []
      size = 0
      return free
    },
  }
}
