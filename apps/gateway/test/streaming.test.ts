import { once } from 'node:events'
import { createServer, get, request as httpRequest, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Inspector } from '@midstream/core'
import {
  anthropicMessageStream,
  openaiChatStream,
  readAnthropicMessageStream,
  readOpenaiChatBody,
  readOpenaiChatStream,
  readSse,
  scriptedUpstream,
} from '@midstream/test-kit'
import { pino } from 'pino'
import { describe, expect, it } from 'vitest'
import { ask, CHAT, errorOf, gatewayBefore, MESSAGES, metric, testGateway, until } from './gateway-harness.ts'

const email = 'maria.keller@example.com'
const privateKey = [
  '-----BEGIN',
  'PRIVATE',
  'KEY-----\nnIeQ7sZIAzXHi1G+56yxN3/jCvzu3D6xQxsjtl4IqR0XYTR4o4m5Lu0q35t01jHX\n-----END',
  'PRIVATE',
  'KEY-----',
].join(' ')

function bytesOf(response: Response): Promise<Uint8Array> {
  return response.arrayBuffer().then((buffer) => new Uint8Array(buffer))
}

describe('a guarded stream', () => {
  it('I-3 ST-01 passes the bytes of an answer without a finding on as they came', async () => {
    const chat = openaiChatStream({
      deltas: ['Hel', 'lo ', 'wörld', ' 😀 '],
      usage: { promptTokens: 3, completionTokens: 4 },
    })
    const at = Buffer.from(chat).indexOf('ö') + 1
    const steps = [Buffer.from(chat).subarray(0, at), { delayMs: 5 }, Buffer.from(chat).subarray(at)]
    await using service = await scriptedUpstream({ steps })
    await using gateway = await gatewayBefore(service)
    const response = await ask(gateway, { stream: true })
    expect(response.headers.get('content-type')).toContain('text/event-stream')
    expect(response.headers.get('cache-control')).toBe('no-cache')
    expect(Buffer.from(await bytesOf(response)).toString()).toBe(chat)
  })

  it('ST-16 sends a request without a finding on as the same bytes, to the right path', async () => {
    await using service = await scriptedUpstream({ steps: [openaiChatStream({ deltas: ['ok '] })] })
    await using gateway = await gatewayBefore(service)
    const body = `{"model": "m",  "temperature":0, "stop":["x"], "stream":true, "messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"},{"role":"user","content":"c"}]}`
    const sent = await fetch(`${gateway.url}${CHAT}?api-version=1`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    })
    await sent.text()
    expect(service.requests[0]).toMatchObject({
      body,
      url: '/v1/chat/completions?api-version=1',
      method: 'POST',
    })
    await (await ask(gateway, { stream: true }, { path: MESSAGES })).text()
    expect(service.requests[1]).toMatchObject({ url: '/v1/messages' })
    expect(service.requests[1]!.headers).toMatchObject({
      'x-api-key': 'sk-of-the-gateway',
      'anthropic-version': '2023-06-01',
    })
  })

  it('I-1 redacts an address that arrives one character at a time, over both protocols', async () => {
    const deltas = [...`Write to ${email} today. `]
    const chat = openaiChatStream({ deltas })
    const messages = anthropicMessageStream({ blocks: [{ type: 'text', deltas }] })
    await using service = await scriptedUpstream(({ url }) => ({
      steps: [url.endsWith('messages') ? messages : chat],
    }))
    await using gateway = await gatewayBefore(service)
    const chatText = readOpenaiChatStream(await bytesOf(await ask(gateway, { stream: true })))['content/0']
    expect(chatText).toMatch(/^Write to \S+ today\. $/)
    expect(chatText).not.toContain('maria')
    const answer = readAnthropicMessageStream(
      await bytesOf(await ask(gateway, { stream: true }, { path: MESSAGES })),
    )
    expect(answer['content/0']).toBe(chatText)
  })

  it('I-7 gives the same text with stream and without', async () => {
    const text = `Write to ${email} or call +1 415-555-0134. `
    const body = JSON.stringify({
      id: 'c',
      object: 'chat.completion',
      created: 1,
      model: 'm',
      choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' }],
    })
    await using service = await scriptedUpstream(({ body: asked }) =>
      (JSON.parse(asked) as { stream?: boolean }).stream
        ? { steps: [openaiChatStream({ deltas: [...text] })] }
        : { headers: { 'content-type': 'application/json' }, steps: [body] },
    )
    await using gateway = await gatewayBefore(service)
    const streamed = readOpenaiChatStream(await bytesOf(await ask(gateway, { stream: true })))
    const whole = readOpenaiChatBody(await bytesOf(await ask(gateway, { stream: false })))
    expect(whole['content/0']).toBe(streamed['content/0'])
    expect(whole['content/0']).not.toContain('maria')
  })

  it('I-1 I-6 cuts a stream, ends it as a refusal and hangs up on the upstream', async () => {
    const deltas = ['Here it is: ', ...privateKey, ' done. ']
    const stream = openaiChatStream({ deltas, finishReason: null, done: false })
    await using service = await scriptedUpstream({ steps: [stream, 'stall'] })
    await using gateway = await gatewayBefore(service)
    const body = await (await ask(gateway, { stream: true })).text()
    expect(readOpenaiChatStream(Buffer.from(body))['content/0']).toBe('Here it is: ')
    expect(body).toContain('"finish_reason":"content_filter"')
    expect(body.endsWith('data: [DONE]\n\n')).toBe(true)
    expect(await service.requests[0]!.over).toBe('aborted')
    expect(await metric(gateway, 'midstream_streams_total{protocol="openai-chat",ending="cut"}')).toBe(1)
  })

  it('ends a cut stream with an error when told to', async () => {
    const stream = openaiChatStream({ deltas: ['Here: ', privateKey, ' done. '] })
    await using service = await scriptedUpstream({ steps: [stream] })
    await using gateway = await gatewayBefore(service, { guard: { ending: 'hard' } })
    const body = await (await ask(gateway, { stream: true })).text()
    expect(body).toMatch(/data: \{"error":.*POLICY_BLOCK/)
  })

  it('refuses a request that policy blocks with 400, once, without asking the upstream', async () => {
    await using service = await scriptedUpstream({ steps: [] })
    await using gateway = await gatewayBefore(service, { guard: { actions: { 'pii/email': 'block' } } })
    const messages = [{ role: 'user', content: `my address is ${email} ` }]
    for (const path of [CHAT, MESSAGES]) {
      const response = await ask(gateway, { stream: true, messages }, { path })
      expect(response.status).toBe(400)
      expect(response.headers.get('x-should-retry')).toBe('false')
      const { error } = await errorOf(response)
      expect(error).toMatchObject({ type: 'invalid_request_error', code: 'POLICY_BLOCK' })
      expect(error.message).not.toContain('maria')
    }
    expect(service.requests).toHaveLength(0)
  })

  it('redacts a secret in a request before it leaves', async () => {
    await using service = await scriptedUpstream({ steps: [openaiChatStream({ deltas: ['ok '] })] })
    await using gateway = await gatewayBefore(service)
    const messages = [{ role: 'user', content: `what is this? ${privateKey} ` }]
    await (await ask(gateway, { stream: true, messages, temperature: 0 })).text()
    const sent = service.requests[0]!.body
    expect(sent).not.toContain('nIeQ7sZ')
    expect(JSON.parse(sent)).toMatchObject({ temperature: 0, stream: true })
  })

  it('forwards everything uninspected when the guard is switched off', async () => {
    const stream = openaiChatStream({ deltas: [`Write to ${email} `] })
    await using service = await scriptedUpstream({ steps: [stream] })
    await using gateway = await gatewayBefore(service, { guard: { enabled: false } })
    expect(await (await ask(gateway, { stream: true })).text()).toBe(stream)
  })

  it.each([false, true])(
    'I-8 with failOpen %s decides what an inspector that throws means, and counts it',
    async (failOpen) => {
      const broken: Inspector = {
        id: 'broken',
        maxHoldChars: 0,
        open: () => ({
          push() {
            throw new Error('out of order')
          },
          end() {},
        }),
      }
      const stream = openaiChatStream({ deltas: ['Hello there. '] })
      await using service = await scriptedUpstream({ steps: [stream] })
      await using gateway = await gatewayBefore(service, { guard: { failOpen } }, { inspectors: [broken] })
      const response = await ask(gateway, { stream: true })
      if (failOpen) expect(await response.text()).toBe(stream)
      else {
        expect(response.status).toBe(500)
        expect((await errorOf(response)).error.code).toBe('INSPECTOR_FAILED')
      }
      expect(await metric(gateway, 'midstream_inspector_failures_total{inspector="broken"}')).toBeGreaterThan(
        0,
      )
    },
  )

  it('SG-06 writes an error into the log each time that text passes an inspector that failed', async () => {
    const broken: Inspector = {
      id: 'broken',
      maxHoldChars: 0,
      open: () => ({
        push(text) {
          throw new Error(`out of order at ${text}`)
        },
        end() {},
      }),
    }
    const lines: string[] = []
    const logger = pino({ level: 'error' }, { write: (line: string) => lines.push(line) })
    await using service = await scriptedUpstream({ steps: [openaiChatStream({ deltas: ['Hello there. '] })] })
    const guard = { failOpen: true }
    await using gateway = await gatewayBefore(service, { guard }, { inspectors: [broken], logger })
    let before = 0
    for (let i = 0; i < 3; i++) {
      expect((await (await ask(gateway, { stream: true })).text()).includes('Hello there.')).toBe(true)
      expect(lines.length).toBeGreaterThan(before)
      before = lines.length
    }
    for (const line of lines) {
      expect(JSON.parse(line)).toMatchObject({
        inspector: 'broken',
        failOpen: true,
        msg: 'an inspector failed',
      })
      expect(line).not.toContain('Hello')
    }
  })

  it('I-6 ST-12 hangs up on the upstream when the client leaves, and counts no clean end', async () => {
    await using service = await scriptedUpstream({
      steps: [openaiChatStream({ deltas: ['Hello there. '], finishReason: null, done: false }), 'stall'],
    })
    await using gateway = await gatewayBefore(service)
    const leaving = new AbortController()
    const response = await ask(gateway, { stream: true }, { signal: leaving.signal })
    const reader = response.body!.getReader()
    await reader.read()
    leaving.abort()
    expect(await service.requests[0]!.over).toBe('aborted')
    const aborted = 'midstream_streams_total{protocol="openai-chat",ending="aborted"}'
    await until(async () => (await metric(gateway, aborted)) === 1, 'the abort to be counted')
    expect(await metric(gateway, 'midstream_requests_in_flight')).toBe(0)
  })

  it.each([true, false])(
    'I-6 hangs up when the client leaves before the answer began (stream %s)',
    async (stream) => {
      await using service = await scriptedUpstream({
        headers: { 'content-type': stream ? 'text/event-stream' : 'application/json' },
        steps: ['stall'],
      })
      await using gateway = await gatewayBefore(service)
      const leaving = new AbortController()
      const asked = ask(gateway, { stream }, { signal: leaving.signal })
      await until(() => service.requests.length === 1, 'the upstream to be asked')
      leaving.abort()
      await expect(asked).rejects.toThrow()
      expect(await service.requests[0]!.over).toBe('aborted')
      await until(
        async () => (await metric(gateway, 'midstream_requests_in_flight')) === 0,
        'the place to be free',
      )
    },
  )

  it('I-6 hangs up when the client leaves an upstream that says nothing at all', async () => {
    let asked = 0
    let left = 0
    const silent = createServer((_request, response) => {
      asked++
      response.once('close', () => left++)
    })
    silent.listen(0, '127.0.0.1')
    await once(silent, 'listening')
    try {
      const { port } = silent.address() as AddressInfo
      await using gateway = await gatewayBefore({ url: `http://127.0.0.1:${port}` })
      const leaving = new AbortController()
      const response = ask(gateway, { stream: true }, { signal: leaving.signal })
      await until(() => asked === 1, 'the upstream to be asked')
      leaving.abort()
      await expect(response).rejects.toThrow()
      await until(() => left === 1, 'the upstream to be left')
    } finally {
      silent.close()
    }
  })

  it('I-5 a client that does not read stops the upstream, and gets every byte once it reads', async () => {
    const event = openaiChatStream({ deltas: ['word '.repeat(3000)], finishReason: null, done: false })
    const steps = [...new Array<string>(2000).fill(event), openaiChatStream({ deltas: [] })]
    const total = steps.reduce((sum, step) => sum + step.length, 0)
    await using service = await scriptedUpstream({ steps })
    await using gateway = await gatewayBefore(service, {
      streaming: { maxStreamBytes: 1e9 },
      guard: { enabled: false },
    })
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const sent = httpRequest(
        gateway.url + CHAT,
        { method: 'POST', headers: { 'content-type': 'application/json' } },
        resolve,
      )
      sent.on('error', reject)
      sent.end(JSON.stringify({ model: 'm', stream: true, messages: [] }))
    })
    let last = -1
    await until(async () => {
      const before = last
      await new Promise((resolve) => setTimeout(resolve, 100))
      last = service.requests[0]!.sentBytes
      return last === before
    }, 'the upstream to stand still')
    // What the sockets' buffers on the way hold was sent, and no more.
    expect(last).toBeLessThan(total * 0.75)
    expect(await metric(gateway, 'midstream_backpressure_pauses_total')).toBeGreaterThan(0)
    let received = 0
    for await (const piece of response) received += (piece as Buffer).length
    expect(received).toBe(total)
  })
})

interface Told {
  readonly v: number
  readonly type: string
  readonly stream: string
  readonly [key: string]: unknown
}

describe('/v1/events', () => {
  async function watch(
    url: string,
    headers: Record<string, string> = {},
  ): Promise<{ text: () => string; leave: () => void }> {
    let text = ''
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      get(`${url}/v1/events`, { headers, agent: false }, resolve).on('error', reject)
    })
    response.setEncoding('utf8')
    response.on('data', (piece: string) => {
      text += piece
    })
    response.on('error', () => {})
    return { text: () => text, leave: () => response.destroy() }
  }

  it('tells what happened to each stream, without a character that was not delivered', async () => {
    await using gateway = await testGateway()
    const viewer = await watch(gateway.url)
    await until(() => viewer.text().includes('\n\n'), 'the viewer to be attached')
    await (await ask(gateway, { model: 'replay/pii', stream: true })).text()
    await until(() => viewer.text().includes('stream-end'), 'the end of the stream')
    viewer.leave()
    const told = readSse(Buffer.from(viewer.text())).map(({ event, data }) => ({
      event,
      data: JSON.parse(data) as Told,
    }))
    expect(told.every(({ event, data }) => data.v === 1 && data.type === event)).toBe(true)
    expect(told[0]!.data).toMatchObject({
      type: 'stream-start',
      protocol: 'openai-chat',
      model: 'replay/pii',
      scenario: 'pii',
    })
    const events = told.map(({ data }) => data)
    expect(events.filter(({ type }) => type === 'finding')[0]).toMatchObject({
      rule: 'pii/email',
      action: 'redact',
      channel: 'content/0',
    })
    const text = events
      .filter(({ type }) => type === 'text')
      .map((event) => event['text'])
      .join('')
    expect(text).toContain('Here is the hand-over')
    expect(viewer.text()).not.toContain('maria.keller')
    const end = events.at(-1)!
    expect(end).toMatchObject({
      type: 'stream-end',
      verdict: 'redact',
      ending: 'complete',
      chars: text.length,
    })
    expect(events.filter(({ type }) => type === 'finding')).toHaveLength(Number(end['findings']))
    expect(new Set(events.map(({ stream }) => stream)).size).toBe(1)
  })

  it('resumes after the last event that a viewer has seen', async () => {
    await using gateway = await testGateway()
    await (await ask(gateway, { model: 'replay/clean', stream: true })).text()
    const first = await watch(gateway.url, { 'last-event-id': '0' })
    await until(() => first.text().includes('stream-end'), 'the ring')
    first.leave()
    expect(readSse(Buffer.from(first.text())).map(({ event }) => event)).toEqual([
      'stream-start',
      'stream-end',
    ])
    const second = await watch(gateway.url, { 'last-event-id': '1' })
    await until(() => second.text().includes('stream-end'), 'the rest of the ring')
    second.leave()
    expect(readSse(Buffer.from(second.text())).map(({ event }) => event)).toEqual(['stream-end'])
  })

  it('refuses one viewer too many', async () => {
    await using gateway = await testGateway({ limits: { maxViewers: 1 } })
    const viewer = await watch(gateway.url)
    await until(() => viewer.text() !== '', 'the viewer to be attached')
    expect((await fetch(`${gateway.url}/v1/events`)).status).toBe(503)
    viewer.leave()
  })
})
