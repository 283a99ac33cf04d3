import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/**
 * - a string or bytes: sent as one write, waiting for the reader when its buffers are full;
 * - `until`: waits for a promise of the test, so that the test decides when the next step runs;
 * - `delayMs`: waits for real time;
 * - `'stall'`: sends nothing more and keeps the connection open until the client leaves or the server closes;
 * - `'reset'`: destroys the socket, so that the client sees a reset rather than an end.
 * After the last step the response ends.
 */
export type UpstreamStep =
  | string
  | Uint8Array
  | { readonly until: Promise<unknown> }
  | { readonly delayMs: number }
  | 'stall'
  | 'reset'

export interface UpstreamScript {
  /** @default 200 */
  readonly status?: number
  /** @default { 'content-type': 'text/event-stream' } */
  readonly headers?: Readonly<Record<string, string>>
  readonly steps: readonly UpstreamStep[]
}

export interface RecordedRequest {
  readonly method: string
  /** Path with the query, as sent. */
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
  /** Bytes of steps that were handed to the socket and taken. Stands still while a slow reader stops us. */
  readonly sentBytes: number
  /** Resolves when the response is over: `aborted` when the client left before its end. */
  readonly over: Promise<'finished' | 'aborted' | 'reset'>
}

export interface ScriptedUpstream extends AsyncDisposable {
  /** `http://127.0.0.1:PORT` */
  readonly url: string
  readonly requests: readonly RecordedRequest[]
  /** Stops listening and destroys every connection. Safe to call twice. */
  close(): Promise<void>
}

/**
 * An HTTP server on a free loopback port that answers every request by a script, or by what a function returns
 * for the request and its number from 0. Only for tests: bodies of requests are read whole into memory.
 */
export async function scriptedUpstream(
  script: UpstreamScript | ((request: RecordedRequest, number: number) => UpstreamScript),
): Promise<ScriptedUpstream> {
  const requests: RecordedRequest[] = []
  const closing = new AbortController()
  const server = createServer((message, response) => {
    void answer(message, response)
  })

  async function answer(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const closed = new AbortController()
    const stopped = AbortSignal.any([closed.signal, closing.signal])
    let reset = false
    const over = new Promise<'finished' | 'aborted' | 'reset'>((resolve) => {
      response.once('close', () => {
        closed.abort()
        resolve(reset ? 'reset' : response.writableFinished ? 'finished' : 'aborted')
      })
    })
    const body = await readAll(message)
    if (body === undefined) return
    const { method = '', url = '', headers } = message
    const request = { method, url, headers, body, sentBytes: 0, over }
    requests.push(request)
    const {
      status = 200,
      headers: answerHeaders,
      steps,
    } = typeof script === 'function' ? script(request, requests.length - 1) : script
    response.writeHead(status, answerHeaders ?? { 'content-type': 'text/event-stream' })
    response.flushHeaders()
    for (const step of steps) {
      if (stopped.aborted) return
      if (step === 'stall') return
      if (step === 'reset') {
        reset = true
        response.socket?.resetAndDestroy()
        return
      }
      if (typeof step === 'string' || step instanceof Uint8Array) {
        if (!response.write(step)) await drained(response, stopped)
        if (!stopped.aborted) request.sentBytes += Buffer.byteLength(step)
      } else if ('until' in step) {
        await Promise.race([step.until, aborted(stopped)])
      } else {
        await pause(step.delayMs, stopped)
      }
    }
    if (!stopped.aborted) response.end()
  }

  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo

  async function close(): Promise<void> {
    closing.abort()
    if (!server.listening) return
    const closedEvent = once(server, 'close')
    server.close()
    server.closeAllConnections()
    await closedEvent
  }

  return { url: `http://127.0.0.1:${port}`, requests, close, [Symbol.asyncDispose]: close }
}

/** The whole body, or undefined when the client left before it was complete. */
async function readAll(message: IncomingMessage): Promise<string | undefined> {
  const pieces: Buffer[] = []
  try {
    for await (const piece of message) pieces.push(piece as Buffer)
  } catch {
    return undefined
  }
  return Buffer.concat(pieces).toString('utf8')
}

function aborted(stopped: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (stopped.aborted) resolve()
    else stopped.addEventListener('abort', () => resolve(), { once: true })
  })
}

async function drained(response: ServerResponse, stopped: AbortSignal): Promise<void> {
  const drain = new Promise((resolve) => response.once('drain', resolve))
  await Promise.race([drain, aborted(stopped)])
}

async function pause(ms: number, stopped: AbortSignal): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const elapsed = new Promise((resolve) => {
    timer = setTimeout(resolve, ms)
  })
  await Promise.race([elapsed, aborted(stopped)])
  clearTimeout(timer)
}
