import { request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { createFakeClock, openaiChatStream, scriptedUpstream } from '@midstream/test-kit'
import { describe, expect, it } from 'vitest'
import { startGateway } from '../src/index.ts'
import {
  ask,
  CHAT,
  errorOf,
  gate,
  gatewayBefore,
  MESSAGES,
  metric,
  rejection,
  testGateway,
  until,
} from './gateway-harness.ts'

const good = openaiChatStream({ deltas: ['All ', 'is well.'] })
const key = 'gateway-key-0123456789'

/** A request that fetch would not make: any header, any method, a body that never ends. */
function raw(
  url: string,
  options: { method?: string; headers?: Record<string, string>; body?: string | Buffer },
): Promise<{ status: number; body: string; headers: Record<string, string | string[] | undefined> }> {
  return new Promise((resolve, reject) => {
    const { method = 'GET', headers = {}, body } = options
    const sent = httpRequest(url, { method, headers, agent: false }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (piece: string) => {
        text += piece
      })
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body: text, headers: response.headers }),
      )
      response.on('error', reject)
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

describe('startGateway', () => {
  it('GW-01 is healthy while it runs and says in /readyz what is missing', async () => {
    await using gateway = await testGateway()
    expect((await fetch(`${gateway.url}/healthz`)).status).toBe(200)
    expect((await fetch(`${gateway.url}/readyz`)).status).toBe(200)
    await using bare = await testGateway({ upstream: { replay: false } })
    expect((await fetch(`${bare.url}/healthz`)).status).toBe(200)
    const ready = await fetch(`${bare.url}/readyz`)
    expect(ready.status).toBe(503)
    expect(await ready.json()).toMatchObject({ missing: ['no upstream is configured'] })
  })

  it.each([
    ['no model', { model: undefined }, 'model'],
    ['an empty model', { model: '' }, 'model'],
    ['messages that are no list', { messages: 'hi' }, 'messages'],
    ['a stream switch that is no boolean', { stream: 'yes' }, 'stream'],
  ])('GW-08 answers %s with 400 and the path', async (_what, body, param) => {
    await using gateway = await testGateway()
    const response = await ask(gateway, body)
    expect(response.status).toBe(400)
    expect(response.headers.get('x-should-retry')).toBe('false')
    expect((await errorOf(response)).error).toMatchObject({
      type: 'invalid_request_error',
      code: 'REQUEST_INVALID',
      param,
    })
  })

  it.each([
    ['a truncated object', '{"model":', 'invalid_json'],
    ['a list', '[]', 'REQUEST_INVALID'],
    ['bytes that are not UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), 'invalid_utf8'],
    ['nothing', '', 'invalid_json'],
    ['deep nesting', '['.repeat(100_000), 'nesting_too_deep'],
  ])('GW-09 GW-10 answers %s with 400 in the shape of either protocol', async (_what, body, code) => {
    await using gateway = await testGateway()
    const headers = { 'content-type': 'application/json' }
    const chat = await raw(gateway.url + CHAT, { method: 'POST', headers, body })
    expect(chat.status).toBe(400)
    expect(JSON.parse(chat.body)).toMatchObject({ error: { code, type: 'invalid_request_error' } })
    const messages = await raw(gateway.url + MESSAGES, { method: 'POST', headers, body })
    expect(JSON.parse(messages.body)).toMatchObject({
      type: 'error',
      error: { code, type: 'invalid_request_error' },
    })
  })

  it('refuses content types that a foreign page can send', async () => {
    await using gateway = await testGateway()
    const response = await ask(gateway, {}, { headers: { 'content-type': 'text/plain' } })
    expect(response.status).toBe(400)
    expect((await errorOf(response)).error.param).toBe('content-type')
  })

  it('GW-10 answers a body that is too large with 413, announced or not', async () => {
    await using gateway = await testGateway({ limits: { maxBodyBytes: 1000 } })
    const fits = JSON.stringify({ model: 'none', messages: [], pad: '' })
    const exact = JSON.stringify({ model: 'none', messages: [], pad: 'x'.repeat(1000 - fits.length) })
    const headers = { 'content-type': 'application/json' }
    expect((await raw(gateway.url + CHAT, { method: 'POST', headers, body: exact })).status).toBe(404)
    const big = Buffer.alloc(3_000_000, ' ')
    for (const more of [{ 'content-length': String(big.length) }, { 'transfer-encoding': 'chunked' }]) {
      const chat = await raw(gateway.url + CHAT, {
        method: 'POST',
        headers: { ...headers, ...more },
        body: big,
      })
      expect(chat.status).toBe(413)
      expect(JSON.parse(chat.body)).toMatchObject({ error: { code: 'REQUEST_TOO_LARGE' } })
    }
    const messages = await raw(gateway.url + MESSAGES, { method: 'POST', headers, body: big })
    expect(JSON.parse(messages.body)).toMatchObject({ error: { type: 'request_too_large' } })
  })

  it('answers a model that nobody serves with 404 in the shape of either protocol', async () => {
    await using gateway = await testGateway()
    const chat = await ask(gateway, { model: 'gpt-nothing' })
    expect(chat.status).toBe(404)
    expect((await errorOf(chat)).error).toMatchObject({
      code: 'model_not_found',
      param: 'model',
      type: 'invalid_request_error',
    })
    const messages = await ask(gateway, { model: 'replay/nothing' }, { path: MESSAGES })
    expect(messages.status).toBe(404)
    expect((await errorOf(messages)).error).toMatchObject({
      type: 'not_found_error',
      code: 'model_not_found',
    })
  })

  it('answers unknown paths with 404 and other methods with 405', async () => {
    await using gateway = await testGateway()
    expect((await fetch(`${gateway.url}/v1/nothing`)).status).toBe(404)
    const response = await fetch(gateway.url + CHAT)
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe('POST')
  })

  it('GW-12 allows N requests per key and then answers 429 with retry-after', async () => {
    const keys = [key, `${key}-two`]
    await using service = await scriptedUpstream({ steps: [good] })
    await using gateway = await gatewayBefore(
      service,
      { auth: { keys }, limits: { maxRequestsPerMinute: 3 } },
      { clock: createFakeClock() },
    )
    const statuses: number[] = []
    for (let n = 0; n < 3; n++) {
      const response = await ask(gateway, { stream: true }, { headers: { 'x-api-key': key } })
      await response.text()
      statuses.push(response.status)
    }
    expect(statuses).toEqual([200, 200, 200])
    const refused = await ask(gateway, { stream: true }, { headers: { 'x-api-key': key } })
    expect(refused.status).toBe(429)
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await errorOf(refused)).error).toMatchObject({ code: 'RATE_EXCEEDED', type: 'rate_limit_error' })
    const other = await ask(gateway, { stream: true }, { headers: { 'x-api-key': keys[1]! } })
    expect(other.status).toBe(200)
    await other.text()
  })

  it('GW-13 answers 401 to a missing and to a wrong key, in the shape of either protocol', async () => {
    await using gateway = await testGateway({ auth: { keys: [key] } })
    for (const headers of [{}, { authorization: 'Bearer wrong-key-0123456' }]) {
      const chat = await ask(gateway, { model: 'replay/clean' }, { headers })
      expect(chat.status).toBe(401)
      expect(chat.headers.get('x-should-retry')).toBe('false')
      expect((await errorOf(chat)).error.type).toBe('authentication_error')
      const messages = await ask(gateway, { model: 'replay/clean' }, { headers, path: MESSAGES })
      expect(messages.status).toBe(401)
      expect(await errorOf(messages)).toMatchObject({
        type: 'error',
        error: { type: 'authentication_error' },
      })
      for (const path of ['/v1/models', '/v1/events', '/v1/replay']) {
        expect((await fetch(gateway.url + path, { headers })).status).toBe(401)
      }
    }
    const headers = { authorization: `Bearer ${key}` }
    const answer = await ask(gateway, { model: 'replay/clean' }, { headers })
    expect(answer.status).toBe(200)
    await answer.text()
    expect((await fetch(`${gateway.url}/v1/models`, { headers })).status).toBe(200)
  })

  it("GW-13 keeps the gateway's key from the upstream and sends the client's own when told to", async () => {
    await using service = await scriptedUpstream({ steps: [good] })
    await using own = await gatewayBefore(service, { auth: { keys: [key] } })
    await (
      await ask(
        own,
        { stream: true },
        { headers: { authorization: `Bearer ${key}`, cookie: 'a=b', 'x-internal': 'ours' } },
      )
    ).text()
    expect(service.requests[0]!.headers).toMatchObject({
      authorization: 'Bearer sk-of-the-gateway',
      'accept-encoding': 'identity',
    })
    expect(JSON.stringify(service.requests[0]!.headers)).not.toMatch(/gateway-key|a=b|ours/)
    const openai = { baseUrl: service.url, passClientKey: true }
    await using passing = await testGateway({ auth: { keys: [key] }, upstream: { openai } })
    const headers = { authorization: 'Bearer sk-client', 'x-midstream-key': key }
    await (await ask(passing, { stream: true }, { headers })).text()
    expect(service.requests[1]!.headers.authorization).toBe('Bearer sk-client')
    expect(JSON.stringify(service.requests[1]!.headers)).not.toContain(key)
  })

  it('GW-14 allows listed origins only', async () => {
    await using gateway = await testGateway({ server: { corsOrigins: ['https://app.example'] } })
    const preflight = {
      method: 'OPTIONS',
      headers: { origin: 'https://app.example', 'access-control-request-headers': 'content-type' },
    }
    const allowed = await raw(gateway.url + CHAT, preflight)
    expect(allowed.status).toBe(204)
    expect(allowed.headers['access-control-allow-origin']).toBe('https://app.example')
    const foreign = await raw(gateway.url + CHAT, {
      method: 'OPTIONS',
      headers: { origin: 'https://evil.example' },
    })
    expect(foreign.status).toBe(405)
    expect(foreign.headers['access-control-allow-origin']).toBeUndefined()
  })

  it('serves loopback names only while it asks for no key', async () => {
    await using gateway = await testGateway()
    const rebound = await raw(`${gateway.url}/v1/models`, { headers: { host: 'evil.example:80' } })
    expect(rebound.status).toBe(400)
    expect((await raw(`${gateway.url}/v1/models`, { headers: { host: 'localhost:80' } })).status).toBe(200)
  })

  it.each([
    [{ server: { host: '0.0.0.0' } }, 'auth.keys and server.tls'],
    [{ server: { host: '0.0.0.0' }, auth: { keys: [key] } }, 'server.tls'],
    [{ server: { host: '::', tls: { certFile: 'c', keyFile: 'k' } } }, 'auth.keys'],
  ])('refuses to listen for everybody without keys and TLS: %o', async (config, missing) => {
    const error = await rejection(startGateway(config))
    expect(error.code).toBe('CONFIG_INVALID')
    expect(error.message).toContain(`needs ${missing} (`)
  })

  it('listens for everybody when told that it is dangerous', async () => {
    await using gateway = await testGateway({ server: { host: '0.0.0.0', dangerouslyPublic: true } })
    expect((await fetch(`http://127.0.0.1:${gateway.port}/healthz`)).status).toBe(200)
  })

  it('BD-05 BD-06 refuses an upstream that is not https or not on the list, before it listens', async () => {
    const insecure = await rejection(
      startGateway({ upstream: { openai: { baseUrl: 'http://example.com' } } }),
    )
    expect([insecure.code, insecure.details['path']]).toEqual([
      'UPSTREAM_FORBIDDEN',
      'upstream.openai.baseUrl',
    ])
    const unlisted = await rejection(
      startGateway({ upstream: { anthropic: { apiKey: 'k' }, allowHosts: ['api.openai.com'] } }),
    )
    expect([unlisted.code, unlisted.details['path']]).toEqual([
      'UPSTREAM_FORBIDDEN',
      'upstream.anthropic.baseUrl',
    ])
  })

  it('BD-06 counts the upstreams that no list names, and none when there is a list', async () => {
    await using service = await scriptedUpstream({ steps: [] })
    for (const [allowHosts, unlisted] of [
      [[], 2],
      [['127.0.0.1'], 0],
    ] as const) {
      const upstream = {
        openai: { baseUrl: `${service.url}/v1`, apiKey: 'k' },
        anthropic: { baseUrl: service.url, apiKey: 'k' },
        allowHosts: [...allowHosts],
      }
      await using gateway = await testGateway({ upstream })
      expect(await metric(gateway, 'midstream_unlisted_upstreams')).toBe(unlisted)
    }
  })

  it('GW-16 protects /metrics when asked to', async () => {
    await using gateway = await testGateway({ auth: { keys: [key] }, server: { protectMetrics: true } })
    expect((await fetch(`${gateway.url}/metrics`)).status).toBe(401)
    expect((await fetch(`${gateway.url}/metrics`, { headers: { 'x-midstream-key': key } })).status).toBe(200)
  })

  it('answers 503 with retry-after past the requests that may be in progress', async () => {
    let finish = (): void => {}
    const finished = new Promise<void>((resolve) => {
      finish = resolve
    })
    await using service = await scriptedUpstream({ steps: [{ until: finished }, good] })
    await using gateway = await gatewayBefore(service, { limits: { maxInFlight: 1 } })
    const first = ask(gateway, { stream: true })
    await until(
      async () => (await metric(gateway, 'midstream_requests_in_flight')) === 1,
      'a request in flight',
    )
    const second = await ask(gateway, { stream: true })
    expect(second.status).toBe(503)
    expect(second.headers.get('retry-after')).toBe('1')
    expect((await errorOf(second)).error.code).toBe('OVERLOADED')
    finish()
    expect(await (await first).text()).toBe(good)
    const third = await ask(gateway, { stream: true })
    expect(third.status).toBe(200)
    await third.text()
  })

  it('GW-22 runs twice in one process without sharing a number', async () => {
    await using one = await testGateway()
    await using two = await testGateway()
    await (await ask(one, { model: 'replay/clean', stream: true })).text()
    const series = 'midstream_streams_total{protocol="openai-chat",ending="complete"}'
    expect([await metric(one, series), await metric(two, series)]).toEqual([1, 0])
  })

  it('CF-06 takes over new streaming limits for the answers that follow', async () => {
    await using service = await scriptedUpstream({ steps: [good] })
    await using gateway = await gatewayBefore(service)
    expect(await (await ask(gateway, { stream: true })).text()).toBe(good)
    gateway.reload({ streaming: { maxStreamBytes: 100 } })
    expect(await (await ask(gateway, { stream: true })).text()).toContain('STREAM_TOO_LARGE')
  })

  it('GW-19 lets streams in progress finish and takes nothing new while it closes', async () => {
    let finish = (): void => {}
    const finished = new Promise<void>((resolve) => {
      finish = resolve
    })
    await using service = await scriptedUpstream({
      steps: [good.slice(0, 200), { until: finished }, good.slice(200)],
    })
    const gateway = await gatewayBefore(service)
    const response = await ask(gateway, { stream: true })
    const closing = gateway.close()
    await expect(fetch(`${gateway.url}/healthz`)).rejects.toThrow()
    finish()
    expect(await response.text()).toBe(good)
    await closing
    await gateway.close()
  })

  it('GW-19 tells viewers how the last streams end before it leaves them', async () => {
    const finished = gate()
    await using service = await scriptedUpstream({
      steps: [good.slice(0, 200), { until: finished.opened }, good.slice(200)],
    })
    const gateway = await gatewayBefore(service)
    const viewer = await fetch(`${gateway.url}/v1/events`)
    const response = await ask(gateway, { stream: true })
    const closing = gateway.close()
    finished.open()
    expect(await response.text()).toBe(good)
    // The viewer's connection is closed, not ended: reading it fails after the last event.
    const reader = viewer.body!.getReader()
    let seen = ''
    for (;;) {
      const piece = await reader.read().catch(() => undefined)
      if (piece?.value === undefined) break
      seen += Buffer.from(piece.value).toString()
    }
    expect(seen).toContain('event: stream-end')
    expect(seen).toContain('"ending":"complete"')
    await closing
  })

  it('GW-19 refuses what still comes over an open connection while it closes', async () => {
    const finished = gate()
    await using service = await scriptedUpstream({ steps: [{ until: finished.opened }, good] })
    const gateway = await gatewayBefore(service)
    const socket = connect(gateway.port, '127.0.0.1')
    let received = ''
    socket.setEncoding('utf8')
    socket.on('data', (piece: string) => {
      received += piece
    })
    const body = JSON.stringify({ model: 'm', stream: true, messages: [] })
    const asking = `POST ${CHAT} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`
    socket.write(asking)
    await until(() => service.requests.length === 1, 'the first request')
    const closing = gateway.close()
    socket.write(asking)
    await new Promise((resolve) => setTimeout(resolve, 50))
    finished.open()
    await closing
    await until(() => received.includes('shutting down'), 'the refusal')
    expect(received).toContain('[DONE]')
    expect(received).toContain('HTTP/1.1 503')
    expect(service.requests).toHaveLength(1)
  })

  it('GW-19 cuts what is still open after the time for it', async () => {
    await using service = await scriptedUpstream({ steps: [good.slice(0, 200), 'stall'] })
    const gateway = await gatewayBefore(service, { server: { drainTimeoutMs: 50 } })
    const response = await ask(gateway, { stream: true })
    const reading = response.text()
    await Promise.all([gateway.close(), expect(reading).rejects.toThrow()])
    expect(await service.requests[0]!.over).toBe('aborted')
  })

  it('lists the models in the shape of the SDK that asks, and the recorded conversations', async () => {
    await using gateway = await testGateway()
    const openai = (await (await fetch(`${gateway.url}/v1/models`)).json()) as { data: { id: string }[] }
    expect(openai.data.map(({ id }) => id)).toContain('replay/clean')
    const headers = { 'anthropic-version': '2023-06-01' }
    const anthropic = await (await fetch(`${gateway.url}/v1/models`, { headers })).json()
    expect(anthropic).toMatchObject({ has_more: false, first_id: openai.data[0]!.id })
    const replay = (await (await fetch(`${gateway.url}/v1/replay`)).json()) as {
      scenarios: { model: string }[]
    }
    expect(replay.scenarios.map(({ model }) => model)).toEqual(openai.data.map(({ id }) => id))
  })

  it('serves the dashboard at /', async () => {
    await using gateway = await testGateway()
    const page = await fetch(gateway.url)
    expect(page.headers.get('content-type')).toContain('text/html')
    expect(page.status).toBe(200)
  })
})
