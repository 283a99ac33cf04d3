/**
 * The floor that the gateway is compared with: the same server and client stack, backpressure in both
 * directions, and no look at the bytes.
 *
 *   node passthrough.ts http://127.0.0.1:PORT        prints {"port": N} once it listens
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { Pool } from 'undici'

const upstream = process.argv[2]
if (upstream === undefined) throw new Error('usage: node passthrough.ts <upstream origin>')
const pool = new Pool(upstream, { connections: null, pipelining: 1, bodyTimeout: 0, headersTimeout: 30_000 })
const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'transfer-encoding', 'host', 'expect'])

function endToEnd(headers: IncomingMessage['headers']): Record<string, string | string[]> {
  const kept: Record<string, string | string[]> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && !HOP_BY_HOP.has(name)) kept[name] = value
  }
  return kept
}

function forward(request: IncomingMessage, response: ServerResponse): void {
  let abort = (): void => {}
  let resume = (): void => {}
  response.on('drain', () => resume())
  response.on('close', () => {
    if (!response.writableFinished) abort()
  })
  pool.dispatch(
    {
      path: request.url ?? '/',
      method: request.method === 'GET' ? 'GET' : 'POST',
      headers: endToEnd(request.headers),
      body: request.method === 'GET' ? null : request,
    },
    {
      onRequestStart(controller) {
        abort = () => controller.abort(new Error('client went away'))
        resume = () => controller.resume()
      },
      onResponseStart(_controller, status, headers) {
        response.writeHead(status, endToEnd(headers))
      },
      onResponseData(controller, chunk) {
        if (!response.write(chunk)) controller.pause()
      },
      onResponseEnd() {
        response.end()
      },
      onResponseError() {
        response.destroy()
      },
    },
  )
}

const server = createServer(forward)
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  process.stdout.write(`${JSON.stringify({ port: address.port })}\n`)
})
