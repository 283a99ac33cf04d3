/** Bytes on their way to the client. What came as neighbours leaves in one write. */
export interface EventOutput {
  /** Passes on the bytes of `source` from `start` to `end`. They are referenced, not copied. */
  pass(source: Uint8Array, start: number, end: number): void
  /** Sends what was passed on, then these bytes. */
  write(bytes: Uint8Array): void
  flush(): void
  /** Forgets what was passed on and not sent. */
  drop(): void
}

export function createEventOutput(send: (bytes: Uint8Array) => void): EventOutput {
  let source: Uint8Array | undefined
  // Offsets in the buffer behind `source`.
  let from = 0
  let to = 0

  function flush(): void {
    if (source === undefined) return
    const { buffer, byteOffset, byteLength } = source
    const bytes =
      from === byteOffset && to === byteOffset + byteLength ? source : new Uint8Array(buffer, from, to - from)
    source = undefined
    send(bytes)
  }

  return {
    pass(bytes, start, end) {
      const { byteOffset } = bytes
      if (source === undefined || to !== byteOffset + start || source.buffer !== bytes.buffer) {
        flush()
        source = bytes
        from = byteOffset + start
      }
      to = byteOffset + end
    },
    write(bytes) {
      flush()
      send(bytes)
    },
    flush,
    drop() {
      source = undefined
    },
  }
}
