import { gzipSync } from 'node:zlib'
import type { ScriptedUpstream } from '@midstream/test-kit'
import {
  anthropicMessageStream,
  createFakeClock,
  openaiChatStream,
  scriptedUpstream,
  type UpstreamScript,
} from '@midstream/test-kit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ask, errorOf, gatewayBefore, MESSAGES, metric, type TestGateway } from './gateway-harness.ts'

const good = openaiChatStream({ deltas: ['All ', 'is well.'] })
const json = { 'content-type': 'application/json' }
const sse = (text: string): string => `data: ${text}\n\n`
const chunk = (content: string): string =>
  sse(
    JSON.stringify({
      id: 'c',
      object: 'chat.completion.chunk',
      model: 'm',
      choices: [{ index: 0, delta: { content } }],
    }),
  )
/** Text that is decided, then a word that may wait for its end. */
const begun = chunk('so far so good. ') + chunk('And')
/** A line without an end, longer than an event may be; the gateway hangs up long before it is sent. */
const endless = new Array<Uint8Array>(64).fill(Buffer.alloc(65_536, 'a'))

const scripts: Record<string, UpstreamScript> = {
  good: { steps: [good] },
  'not-sse': { steps: ['this is not an event stream\n\n', good] },
  'invalid-utf8': {
    steps: [begun, Buffer.from([...Buffer.from('data: "'), 0xff, 0xfe]), '"\n\n'],
  },
  'invalid-json': { steps: [begun, sse('{"choices":[{')] },
  'endless-line': { steps: [begun, 'data: ', ...endless] },
  'unknown-events': { steps: [`event: brand.new\n${sse('{"choices":[],"hello":1}')}`, good] },
  'early-end': { steps: [begun] },
  empty: { steps: [] },
  reset: { steps: [begun, { delayMs: 20 }, 'reset'] },
  'reset-at-once': { steps: ['reset'] },
  'headers-only': { steps: ['stall'] },
  stalls: { steps: [begun, 'stall'] },
  gzip: {
    headers: { 'content-type': 'text/event-stream', 'content-encoding': 'gzip' },
    steps: [gzipSync(good)],
  },
  html: { headers: { 'content-type': 'text/html' }, steps: ['<h1>Welcome to the hotel wifi</h1>'] },
  redirect: { status: 302, headers: { location: 'http://127.0.0.1:1/' }, steps: [] },
  'own-error': {
    status: 429,
    headers: { ...json, 'retry-after': '7', 'x-should-retry': 'true', 'set-cookie': 'a=b' },
    steps: ['{"error":{"message":"slow down","type":"rate_limit","code":"its_own"}}'],
  },
  'html-error': { status: 503, headers: { 'content-type': 'text/html' }, steps: ['<h1>Down</h1>'] },
  'repeats-key': {
    status: 401,
    headers: json,
    steps: ['{"error":{"message":"wrong key sk-of-the-gateway"}}'],
  },
  'error-event': {
    steps: [begun, sse('{"error":{"message":"boom","type":"server_error","code":"x"}}')],
  },
  'body-invalid-json': { headers: json, steps: ['{"choices":'] },
  'body-invalid-utf8': { headers: json, steps: [Buffer.from([0x22, 0xff, 0x22])] },
  'body-huge': { headers: json, steps: [...endless, ...endless] },
  'body-reset': { headers: json, steps: ['{"choices"', { delayMs: 20 }, 'reset'] },
}

let service: ScriptedUpstream
let gateway: TestGateway

beforeAll(async () => {
  service = await scriptedUpstream(({ body }) => scripts[(JSON.parse(body) as { model: string }).model]!)
  gateway = await gatewayBefore(service, {
    upstream: { headersTimeoutMs: 300, idleTimeoutMs: 300 },
    streaming: { maxStreamBytes: 4_000_000 },
  })
})

afterAll(async () => {
  await gateway.close()
  await service.close()
})

describe('a gateway before a bad upstream', () => {
  it.each([
    ['empty', true, 502, 'UPSTREAM_UNEXPECTED_END', null],
    ['reset-at-once', true, 502, 'UPSTREAM_UNEXPECTED_END', null],
    ['headers-only', true, 504, 'UPSTREAM_TIMEOUT', null],
    ['headers-only', false, 502, 'UPSTREAM_CONTENT_TYPE', 'false'],
    ['gzip', true, 502, 'UPSTREAM_ENCODING', 'false'],
    ['html', true, 502, 'UPSTREAM_CONTENT_TYPE', 'false'],
    ['html', false, 502, 'UPSTREAM_CONTENT_TYPE', 'false'],
    ['redirect', true, 502, 'UPSTREAM_STATUS', 'false'],
    ['html-error', true, 503, 'UPSTREAM_STATUS', 'false'],
    ['repeats-key', true, 401, 'UPSTREAM_STATUS', 'false'],
    ['body-invalid-json', false, 502, 'UPSTREAM_INVALID_JSON', 'false'],
    ['body-invalid-utf8', false, 502, 'UPSTREAM_INVALID_UTF8', 'false'],
    ['body-huge', false, 502, 'STREAM_TOO_LARGE', 'false'],
    ['body-reset', false, 502, 'UPSTREAM_UNEXPECTED_END', null],
  ])('answers %s (stream %s) with status %i and %s', async (model, stream, status, code, retry) => {
    const response = await ask(gateway, { model, stream })
    const { error } = await errorOf(response)
    expect([response.status, error.code, response.headers.get('x-should-retry')]).toEqual([
      status,
      code,
      retry,
    ])
    expect(error.message).not.toContain('sk-of-the-gateway')
    expect(response.headers.get('x-request-id')).toBeTruthy()
  })

  it.each([
    ['empty', 502, 'api_error', 'UPSTREAM_UNEXPECTED_END'],
    ['gzip', 502, 'api_error', 'UPSTREAM_ENCODING'],
  ])("answers %s in Anthropic's shape on its route", async (model, status, type, code) => {
    const response = await ask(gateway, { model, stream: true }, { path: MESSAGES })
    expect(response.status).toBe(status)
    expect(await errorOf(response)).toMatchObject({ type: 'error', error: { type, code } })
  })

  it.each([
    ['not-sse', 'UPSTREAM_INVALID_SSE', ''],
    ['invalid-utf8', 'UPSTREAM_INVALID_UTF8', 'so far so good'],
    ['invalid-json', 'UPSTREAM_INVALID_JSON', 'so far so good'],
    ['endless-line', 'EVENT_TOO_LARGE', 'so far so good'],
    ['early-end', 'UPSTREAM_UNEXPECTED_END', 'so far so good'],
    ['reset', 'UPSTREAM_UNEXPECTED_END', 'so far so good'],
    ['stalls', 'UPSTREAM_TIMEOUT', 'so far so good'],
    ['error-event', 'boom', 'so far so good'],
  ])(
    'I-6 ST-13 ends a stream that turns out to be %s with an error event that names it',
    async (model, cause, text) => {
      const response = await ask(gateway, { model, stream: true })
      expect(response.status).toBe(200)
      const body = await response.text()
      expect(body).toContain(text)
      const errors = body.split('\n').filter((line) => line.startsWith('data: {"error"'))
      expect(errors).toHaveLength(1)
      expect(errors[0]).toContain(cause)
      expect(body).not.toContain('"finish_reason":"stop"')
    },
  )

  it('passes unknown events on as they came', async () => {
    const response = await ask(gateway, { model: 'unknown-events', stream: true })
    expect(await response.text()).toBe(scripts['unknown-events']!.steps.join(''))
  })

  it("passes the upstream's own error on with its status, its body and its word on retries", async () => {
    const response = await ask(gateway, { model: 'own-error', stream: true })
    expect(response.status).toBe(429)
    expect(await response.text()).toBe(scripts['own-error']!.steps[0])
    expect(response.headers.get('retry-after')).toBe('7')
    expect(response.headers.get('x-should-retry')).toBe('true')
    expect(response.headers.get('set-cookie')).toBeNull()
  })

  it('I-6 names a failure in the middle of an Anthropic stream by an event line and data', async () => {
    const broken = anthropicMessageStream({
      blocks: [{ type: 'text', deltas: ['so far'] }],
      stopReason: null,
    })
    await using once = await scriptedUpstream({ steps: [broken] })
    await using before = await gatewayBefore(once)
    const body = await (await ask(before, { stream: true }, { path: MESSAGES })).text()
    expect(body).toMatch(/event: error\ndata: \{"type":"error".*UPSTREAM_UNEXPECTED_END.*\}\n\n$/)
  })

  it('goes on serving others meanwhile and afterwards, and keeps nothing', async () => {
    const bad = Object.keys(scripts).filter((model) => model !== 'good')
    const asked = bad.flatMap((model) => [
      ask(gateway, { model, stream: true }),
      ask(gateway, { model: 'good', stream: true }),
    ])
    const bodies = await Promise.all(asked.map(async (response) => (await response).text()))
    expect(bodies.filter((_body, at) => at % 2 === 1)).toEqual(bad.map(() => good))
    expect(await metric(gateway, 'midstream_requests_in_flight')).toBe(0)
    expect(
      await metric(gateway, 'midstream_upstream_errors_total{code="UPSTREAM_ENCODING"}'),
    ).toBeGreaterThan(0)
  })

  it('GW-01 says that an upstream cannot be reached, also in /readyz', async () => {
    const gone = await scriptedUpstream({ steps: [] })
    await gone.close()
    const clock = createFakeClock()
    await using before = await gatewayBefore(gone, {}, { clock })
    const response = await ask(before, { stream: true })
    expect(response.status).toBe(502)
    expect((await errorOf(response)).error).toMatchObject({ code: 'UPSTREAM_CONNECT', type: 'server_error' })
    expect((await fetch(`${before.url}/healthz`)).status).toBe(200)
    const ready = await fetch(`${before.url}/readyz`)
    expect(ready.status).toBe(503)
    expect(await ready.json()).toMatchObject({
      missing: [expect.stringMatching(/^openai: 127.0.0.1:\d+ could not/)],
    })
    clock.advance(10_000)
    expect((await fetch(`${before.url}/readyz`)).status).toBe(200)
  })
})
