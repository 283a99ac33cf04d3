import { once } from 'node:events'
import { Agent, createServer, get, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { closeConnectionsWhenIdle } from '../src/connections.ts'

const SIZE = 40_000_000

async function listening(): Promise<{ server: Server; url: string; close: () => Promise<unknown> }> {
  let closing = false
  const server = createServer((_request, response) => response.end(Buffer.alloc(SIZE)))
  closeConnectionsWhenIdle(server, () => closing)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    server,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      closing = true
      const closed = once(server, 'close')
      server.close()
      return closed
    },
  }
}

function asked(url: string, agent: Agent): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    get(url, { agent }, resolve).on('error', reject)
  })
}

async function sizeOf(response: IncomingMessage): Promise<number> {
  let size = 0
  for await (const piece of response) size += (piece as Buffer).length
  return size
}

describe('closeConnectionsWhenIdle', () => {
  it('GW-19 lets a client read an answer that was ended before it was sent', async () => {
    const { url, close } = await listening()
    const agent = new Agent({ keepAlive: true })
    const response = await asked(url, agent)
    const closed = close()
    expect(await sizeOf(response)).toBe(SIZE)
    await closed
    agent.destroy()
  })

  it('GW-19 closes a connection that a client keeps open between requests', async () => {
    const { server, url, close } = await listening()
    const agent = new Agent({ keepAlive: true })
    await sizeOf(await asked(url, agent))
    server.keepAliveTimeout = 0
    await close()
    agent.destroy()
  })
})
