/**
 * The model server of the bench: plays a chat stream at the rate that the model name asks for. It writes to the
 * socket itself, because load tool and target share the machine and its cost must stay below the target's.
 *
 *   node upstream.ts        prints {"port": N} once it listens
 */
import { createServer, type Socket } from 'node:net'
import { benchPadding, benchText } from './text.ts'
import {
  chatEvent,
  httpChunk,
  LAST_CHUNK,
  nowMicros,
  parseModelName,
  RESPONSE_HEAD,
  type StreamSpec,
} from './wire.ts'

interface PacedStream {
  readonly socket: Socket
  readonly chunks: readonly string[]
  readonly sent: number[]
  readonly intervalMicros: number
  dueMicros: number
}

const MAX_REQUEST_BYTES = 1 << 20
const MAX_KEPT_STREAMS = 20_000
const START = RESPONSE_HEAD + httpChunk(chatEvent({ role: 'assistant', content: '' }, null))
const END = httpChunk(chatEvent({}, 'stop')) + httpChunk('data: [DONE]\n\n') + LAST_CHUNK
const chunkCache = new Map<string, readonly string[]>()
const floodCache = new Map<string, Buffer>()
const sendTimes = new Map<string, number[]>()
const paced = new Set<PacedStream>()
let ticker: NodeJS.Timeout | undefined

function shapeOf({ variant, padded, chunks }: StreamSpec): string {
  return `${variant}/${padded}/${chunks}`
}

/** The content events of a stream, each as an HTTP chunk; made once. */
function chunksOf(spec: StreamSpec): readonly string[] {
  const known = chunkCache.get(shapeOf(spec))
  if (known !== undefined) return known
  const padding = spec.padded ? benchPadding(spec.chunks) : []
  const chunks = benchText(spec.variant, spec.chunks).map((content, i) =>
    httpChunk(chatEvent({ content }, null, padding[i])),
  )
  chunkCache.set(shapeOf(spec), chunks)
  return chunks
}

/** The whole response as one buffer, made once: in a flood the upstream must cost next to nothing. */
function floodResponse(spec: StreamSpec): Buffer {
  const known = floodCache.get(shapeOf(spec))
  if (known !== undefined) return known
  const response = Buffer.from(START + chunksOf(spec).join('') + END)
  floodCache.set(shapeOf(spec), response)
  return response
}

function startPaced(spec: StreamSpec, rate: number, socket: Socket): void {
  const sent: number[] = []
  if (sendTimes.size < MAX_KEPT_STREAMS) sendTimes.set(spec.key, sent)
  const intervalMicros = 1e6 / rate
  const stream: PacedStream = { socket, chunks: chunksOf(spec), sent, intervalMicros, dueMicros: nowMicros() }
  socket.write(START)
  paced.add(stream)
  socket.once('close', () => paced.delete(stream))
  advance(stream, stream.dueMicros)
  ticker ??= setInterval(tick, 1)
}

function advance(stream: PacedStream, now: number): void {
  while (stream.dueMicros <= now && stream.sent.length < stream.chunks.length) {
    const chunk = stream.chunks[stream.sent.length]!
    stream.sent.push(nowMicros())
    stream.socket.write(chunk)
    stream.dueMicros += stream.intervalMicros
  }
  if (stream.sent.length === stream.chunks.length) {
    stream.socket.write(END)
    paced.delete(stream)
  }
}

function tick(): void {
  const now = nowMicros()
  for (const stream of paced) advance(stream, now)
  if (paced.size === 0) {
    clearInterval(ticker)
    ticker = undefined
  }
}

function answerJson(socket: Socket, status: string, body: object): void {
  const text = JSON.stringify(body)
  const length = Buffer.byteLength(text)
  socket.write(
    `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n${text}`,
  )
}

function answer(socket: Socket, requestLine: string, body: string): void {
  const stampsOf = /^GET \/stamps\/([\w-]+) /.exec(requestLine)?.[1]
  if (stampsOf !== undefined) {
    answerJson(socket, '200 OK', sendTimes.get(stampsOf) ?? [])
    sendTimes.delete(stampsOf)
    return
  }
  const request: unknown = body === '' ? {} : JSON.parse(body)
  const model = (request as { model?: unknown }).model
  const spec = typeof model === 'string' ? parseModelName(model) : undefined
  if (spec === undefined) {
    answerJson(socket, '404 Not Found', { error: { message: 'not a bench model', type: 'not_found' } })
  } else if (spec.rate === null) {
    socket.write(floodResponse(spec))
  } else {
    startPaced(spec, spec.rate, socket)
  }
}

const server = createServer({ noDelay: true }, (socket) => {
  let pending = ''
  socket.setEncoding('latin1')
  socket.on('error', () => socket.destroy())
  socket.on('data', (data: string) => {
    pending += data
    if (pending.length > MAX_REQUEST_BYTES) socket.destroy()
    for (;;) {
      const headEnd = pending.indexOf('\r\n\r\n')
      if (headEnd < 0) return
      const head = pending.slice(0, headEnd)
      const length = Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0)
      const end = headEnd + 4 + length
      if (pending.length < end) return
      const body = pending.slice(headEnd + 4, end)
      pending = pending.slice(end)
      answer(socket, head, body)
    }
  })
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  process.stdout.write(`${JSON.stringify({ port: address.port })}\n`)
})
