/**
 * The reader of the bench. While a load runs it only copies bytes and notes when they came; parsing and checking
 * follow after the last byte. Started by run.ts, which talks to it over IPC.
 */
import { connect, type Socket } from 'node:net'
import { seededRandom } from '@midstream/test-kit'
import { readDelivery } from './delivery.ts'
import {
  type ClientReply,
  type ClientRequest,
  type Destination,
  type Load,
  type LoadResult,
  quantiles,
} from './load.ts'
import { type RawResponse, readEvents, readHead } from './response-read.ts'
import { benchText } from './text.ts'
import { modelName, nowMicros } from './wire.ts'

interface Exchange {
  readonly key: string
  readonly requestMicros: number
  bytes: Buffer
  length: number
  readonly readEnds: number[]
  readonly readTimes: number[]
  /** Response length in bytes when it has a content-length; 0 for a chunked one; undefined before the head. */
  fixedLength: number | undefined
  finished: boolean
}

const READ_BYTES = 65_536
const LATENCY_SKIP_MICROS = 1e6
const END_OF_CHUNKS = Buffer.from('\r\n0\r\n\r\n')
// One read buffer for all sockets: libuv fills it and calls back before it reads the next socket.
const readBuffer = Buffer.alloc(READ_BYTES)
let keys = 0

function reply(message: ClientReply): void {
  process.send?.(message)
}

function startExchange(load: Load, to: Destination, socket: Socket): Exchange {
  const key = `${process.pid}-${keys++}`
  const { variant, padded, chunks, rate } = load
  const body = JSON.stringify({
    model: modelName({ variant, padded, chunks, rate, key }),
    stream: true,
    messages: [{ role: 'user', content: 'Tell me about the river and the old bridge.' }],
  })
  const head = [
    `POST ${to.path} HTTP/1.1`,
    `host: 127.0.0.1:${to.port}`,
    'content-type: application/json',
    'authorization: Bearer bench',
    `content-length: ${Buffer.byteLength(body)}`,
    ...Object.entries(to.headers).map(([name, value]) => `${name}: ${value}`),
  ]
  const exchange: Exchange = {
    key,
    requestMicros: nowMicros(),
    bytes: Buffer.alloc(READ_BYTES + chunks * 320),
    length: 0,
    readEnds: [],
    readTimes: [],
    fixedLength: undefined,
    finished: false,
  }
  socket.write(`${head.join('\r\n')}\r\n\r\n${body}`)
  return exchange
}

function receive(exchange: Exchange, count: number): void {
  const time = nowMicros()
  if (exchange.length + count > exchange.bytes.length) {
    const larger = Buffer.alloc(exchange.bytes.length * 2)
    exchange.bytes.copy(larger, 0, 0, exchange.length)
    exchange.bytes = larger
  }
  readBuffer.copy(exchange.bytes, exchange.length, 0, count)
  exchange.length += count
  exchange.readEnds.push(exchange.length)
  exchange.readTimes.push(time)
  if (exchange.fixedLength === undefined) {
    const head = readHead(exchange.bytes.subarray(0, exchange.length))
    if (head === undefined) return
    exchange.fixedLength = head.chunked ? 0 : head.bodyStart + head.length
  }
  exchange.finished =
    exchange.fixedLength === 0
      ? exchange.bytes.compare(END_OF_CHUNKS, 0, 7, exchange.length - 7, exchange.length) === 0
      : exchange.length >= exchange.fixedLength
}

/** Runs the streams of one connection one after the other; resolves when they are done or the connection is. */
function runConnection(
  load: Load,
  to: Destination,
  number: number,
  signal: AbortSignal,
): Promise<Exchange[]> {
  return new Promise((resolve) => {
    const exchanges: Exchange[] = []
    const random = seededRandom(number)
    let current: Exchange | undefined
    const finish = (): void => {
      signal.removeEventListener('abort', finish)
      socket.destroy()
      resolve(exchanges)
    }
    const next = (): void => {
      current = startExchange(load, to, socket)
      exchanges.push(current)
    }
    const socket = connect({
      port: to.port,
      host: '127.0.0.1',
      noDelay: true,
      onread: {
        buffer: readBuffer,
        callback(count) {
          if (current === undefined) return true
          receive(current, count)
          if (current.finished) {
            if (exchanges.length === load.streamsPerConnection) finish()
            else if (load.restMs === 0) next()
            else {
              current = undefined
              setTimeout(next, random() * load.restMs)
            }
          }
          return true
        },
      },
    })
    socket.once('connect', next)
    socket.once('error', finish)
    socket.once('end', finish)
    signal.addEventListener('abort', finish)
  })
}

async function sendTimesOf(key: string, upstreamPort: number): Promise<number[]> {
  const response = await fetch(`http://127.0.0.1:${upstreamPort}/stamps/${key}`)
  return (await response.json()) as number[]
}

async function check(exchanges: readonly Exchange[], load: Load, to: Destination): Promise<LoadResult> {
  const pieces = benchText(load.variant, load.chunks)
  const firstRequest = Math.min(...exchanges.map((exchange) => exchange.requestMicros))
  const lastRead = Math.max(...exchanges.map((exchange) => exchange.readTimes.at(-1) ?? 0))
  const ttft: number[] = []
  const text: number[] = []
  const bad: string[] = []
  let complete = 0
  for (const exchange of exchanges) {
    const response: RawResponse = {
      bytes: exchange.bytes.subarray(0, exchange.length),
      readEnds: exchange.readEnds,
      readTimes: exchange.readTimes,
    }
    try {
      const delivery = readDelivery(readEvents(response), pieces)
      complete++
      ttft.push(delivery.firstContentMicros - exchange.requestMicros)
      if (load.rate === null) continue
      const sent = await sendTimesOf(exchange.key, to.upstreamPort)
      for (let chunk = 0; chunk < sent.length; chunk++) {
        if (sent[chunk]! < firstRequest + LATENCY_SKIP_MICROS) continue
        text.push(delivery.chunkMicros[chunk]! - sent[chunk]!)
      }
    } catch (error) {
      if (bad.length < 5) bad.push(error instanceof Error ? error.message : String(error))
    }
  }
  return {
    chunks: complete * load.chunks,
    streams: complete,
    wallMs: (lastRead - firstRequest) / 1e3,
    ttft: quantiles(ttft),
    text: quantiles(text),
    bad,
    badStreams: load.connections * load.streamsPerConnection - complete,
  }
}

async function run({ load, to }: ClientRequest): Promise<void> {
  const signal = AbortSignal.timeout(load.limitMs)
  const connections = Array.from({ length: load.connections }, async (_, index) => {
    const delayMs = (index * load.staggerMs) / load.connections
    if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs))
    return runConnection(load, to, index, signal)
  })
  const exchanges = (await Promise.all(connections)).flat()
  reply({ type: 'loaded' })
  reply({ type: 'result', result: await check(exchanges, load, to) })
}

process.on('message', (message) => {
  void run(message as ClientRequest)
})
process.on('disconnect', () => process.exit(0))
reply({ type: 'ready' })
