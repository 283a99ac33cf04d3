/** What came in on one connection for one request: the raw bytes, and when each read ended where. */
export interface RawResponse {
  readonly bytes: Buffer
  /** End offset of each read in `bytes`, ascending. */
  readonly readEnds: readonly number[]
  /** Monotonic microseconds of each read. */
  readonly readTimes: readonly number[]
}

export interface ReceivedEvent {
  readonly data: string
  /** Monotonic microseconds of the read that completed the event. */
  readonly timeMicros: number
}

/** Where the head of a response ends and how its body ends; undefined while the head is incomplete. */
export function readHead(
  bytes: Buffer,
): { status: number; bodyStart: number; chunked: boolean; length: number } | undefined {
  const end = bytes.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const head = bytes.toString('latin1', 0, end)
  return {
    status: Number(head.slice(9, 12)),
    bodyStart: end + 4,
    chunked: /^transfer-encoding: *chunked/im.test(head),
    length: Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? Number.NaN),
  }
}

/**
 * The events of a finished response. Runs after the load has ended, so that reading costs nothing while it is
 * measured. Throws an Error that says what is wrong with the response.
 */
export function readEvents(response: RawResponse): ReceivedEvent[] {
  const head = readHead(response.bytes)
  if (head === undefined) throw new Error('no complete response head')
  if (head.status !== 200) {
    throw new Error(
      `status ${head.status}: ${response.bytes.toString('utf8', head.bodyStart, head.bodyStart + 300)}`,
    )
  }
  const pieces = head.chunked
    ? readChunks(response.bytes, head.bodyStart)
    : [{ start: head.bodyStart, end: response.bytes.length }]

  const events: ReceivedEvent[] = []
  let read = 0
  let line = ''
  let data: string[] = []
  const take = (completeLine: string, rawEnd: number): void => {
    const text = completeLine.endsWith('\r') ? completeLine.slice(0, -1) : completeLine
    if (text.startsWith('data:')) data.push(text.slice(text[5] === ' ' ? 6 : 5))
    if (text !== '' || data.length === 0) return
    while (response.readEnds[read]! < rawEnd) read++
    events.push({ data: data.join('\n'), timeMicros: response.readTimes[read]! })
    data = []
  }
  for (const piece of pieces) {
    let start = piece.start
    for (;;) {
      const newline = response.bytes.indexOf(10, start)
      if (newline < 0 || newline >= piece.end) break
      // latin1 keeps one character per byte, so that a UTF-8 sequence may be cut by a chunk border.
      take(line + response.bytes.toString('latin1', start, newline), newline + 1)
      line = ''
      start = newline + 1
    }
    line += response.bytes.toString('latin1', start, piece.end)
  }
  return events.map((event) => ({ ...event, data: Buffer.from(event.data, 'latin1').toString('utf8') }))
}

function readChunks(bytes: Buffer, bodyStart: number): { start: number; end: number }[] {
  const pieces: { start: number; end: number }[] = []
  let at = bodyStart
  for (;;) {
    const lineEnd = bytes.indexOf('\r\n', at)
    if (lineEnd < 0) throw new Error('response ends inside a chunk header')
    const size = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16)
    if (!Number.isSafeInteger(size)) throw new Error('chunk size is not a number')
    const start = lineEnd + 2
    if (size === 0) return pieces
    if (start + size + 2 > bytes.length) throw new Error('response ends inside a chunk')
    pieces.push({ start, end: start + size })
    at = start + size + 2
  }
}
