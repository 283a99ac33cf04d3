import { wordInspector } from '@midstream/conformance'
import {
  anthropicMessageStream,
  oneByOne,
  openaiChatStream,
  readAnthropicMessageStream,
  readOpenaiChatStream,
} from '@midstream/test-kit'
import { describe, expect, it, vi } from 'vitest'
import { createGuard, type GuardReport, guardFetch } from '../src/index.ts'

const guard = createGuard({
  inspectors: [wordInspector(['secret', 'attack'])],
  policy: {
    decide: (finding, channel) =>
      finding.rule === 'word/attack' && channel.kind === 'user' ? 'block' : 'redact',
  },
  limits: { maxChunksPerSecond: 100_000 },
})

interface Sent {
  url: string
  body: string
}

/** A fetch that answers with the given response and records what it was asked. */
function answering(response: () => Response): { fetch: typeof globalThis.fetch; sent: Sent[] } {
  const sent: Sent[] = []
  return {
    sent,
    fetch: async (input, init) => {
      const request = new Request(input, init)
      sent.push({ url: request.url, body: await request.text() })
      return response()
    },
  }
}

function eventStream(text: string): Response {
  const bytes = oneByOne(new TextEncoder().encode(text))[Symbol.iterator]()
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const { done, value } = bytes.next()
      if (done) controller.close()
      else controller.enqueue(value)
    },
  })
  return new Response(body, { headers: { 'content-type': 'text/event-stream; charset=utf-8' } })
}

const CHAT = 'https://api.example.com/v1/chat/completions'
const ask = (content: string) => ({
  method: 'POST',
  body: JSON.stringify({ model: 'm', messages: [{ role: 'user', content }] }),
})

describe('guardFetch', () => {
  it('I-1 redacts a stream of either protocol that comes byte by byte', async () => {
    const chat = answering(() => eventStream(openaiChatStream({ deltas: ['my sec', 'ret is out'] })))
    const answer = await guardFetch(chat.fetch, guard)(CHAT, ask('hello'))
    expect(readOpenaiChatStream(new Uint8Array(await answer.arrayBuffer()))['content/0']).toBe(
      'my [word/secret] is out',
    )

    const messages = answering(() =>
      eventStream(anthropicMessageStream({ blocks: [{ type: 'text', deltas: ['my sec', 'ret'] }] })),
    )
    const other = await guardFetch(messages.fetch, guard)('https://api.example.com/v1/messages', ask('hello'))
    expect(readAnthropicMessageStream(new Uint8Array(await other.arrayBuffer()))['content/0']).toBe(
      'my [word/secret]',
    )
  })

  it('I-7 redacts a complete body as it would have redacted the stream', async () => {
    const body = {
      id: 'c',
      choices: [
        { index: 0, message: { role: 'assistant', content: 'my secret is out' }, finish_reason: 'stop' },
      ],
    }
    const { fetch } = answering(() => Response.json(body))
    const answer = await guardFetch(fetch, guard)(CHAT, ask('hello'))
    expect(await answer.json()).toMatchObject({
      choices: [{ message: { content: 'my [word/secret] is out' } }],
    })
  })

  it('SG-10 SG-11 inspects the prompt: redacts it, or refuses it without sending', async () => {
    const { fetch, sent } = answering(() => Response.json({ choices: [] }))
    const reports: [string, GuardReport][] = []
    const guarded = guardFetch(fetch, guard, {
      onReport: (report, direction) => reports.push([direction, report]),
    })
    await guarded(CHAT, ask('keep my secret'))
    expect(JSON.parse(sent[0]!.body)).toMatchObject({ messages: [{ content: 'keep my [word/secret]' }] })

    const refused = await guarded(CHAT, ask('an attack'))
    expect(refused.status).toBe(400)
    expect(refused.headers.get('x-should-retry')).toBe('false')
    expect(await refused.json()).toMatchObject({ error: { code: 'POLICY_BLOCK' } })
    expect(sent).toHaveLength(1)
    expect(reports.map(([direction, { verdict }]) => `${direction} ${verdict}`)).toEqual([
      'request redact',
      'response allow',
      'request block',
    ])

    // The same words from a tool are redacted, not blocked: provenance decides.
    const body = JSON.stringify({
      model: 'm',
      messages: [{ role: 'tool', tool_call_id: 't', content: 'an attack' }],
    })
    expect((await guarded(CHAT, { method: 'POST', body })).status).toBe(200)
    expect(JSON.parse(sent[1]!.body)).toMatchObject({ messages: [{ content: 'an [word/attack]' }] })
  })

  it('SG-10 lets prompt, tool result, answer and tool arguments through one gate', async () => {
    const call = (text: string) => ({
      id: 'call_1',
      type: 'function',
      function: { name: 'send', arguments: JSON.stringify({ text }) },
    })
    const message = { role: 'assistant', content: 'a secret', tool_calls: [call('my secret')] }
    const { fetch, sent } = answering(() =>
      Response.json({ id: 'c', choices: [{ index: 0, message, finish_reason: 'tool_calls' }] }),
    )
    const asked = {
      model: 'm',
      messages: [
        { role: 'system', content: 'the secret' },
        { role: 'user', content: 'keep my secret' },
        { role: 'assistant', content: null, tool_calls: [call('its secret')] },
        { role: 'tool', tool_call_id: 'call_1', content: 'one more secret' },
      ],
    }
    const answer = await guardFetch(fetch, guard)(CHAT, { method: 'POST', body: JSON.stringify(asked) })
    const hidden = (value: unknown): unknown =>
      JSON.parse(JSON.stringify(value).replaceAll('secret', '[word/secret]'))
    expect(JSON.parse(sent[0]!.body)).toEqual(hidden(asked))
    expect(await answer.json()).toMatchObject({ choices: [{ message: hidden(message) as object }] })
  })

  it('leaves other paths, errors of the provider and untouched bodies as they are', async () => {
    const other = answering(() => new Response('a secret'))
    expect(await (await guardFetch(other.fetch, guard)('https://api.example.com/v1/models')).text()).toBe(
      'a secret',
    )
    const failing = answering(() =>
      Response.json({ error: { message: 'no' } }, { status: 429, headers: { 'retry-after': '3' } }),
    )
    const answer = await guardFetch(failing.fetch, guard)(CHAT, ask('hello'))
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '3'])
    expect(failing.sent[0]!.body).toBe(ask('hello').body)
  })

  it('passes other methods on the same paths, and the paths of other services that end alike', async () => {
    const asked: [string, string | undefined][] = []
    const stub = (async (input: string, init?: RequestInit) => {
      asked.push([String(input), init?.method])
      return new Response('a secret')
    }) as typeof globalThis.fetch
    const thread = 'https://api.example.com/v1/threads/t/messages'
    for (const [url, method] of [
      [CHAT, undefined],
      [thread, 'POST'],
    ] as const) {
      const init = method === undefined ? undefined : { method, body: '{}' }
      expect(await (await guardFetch(stub, guard)(url, init)).text()).toBe('a secret')
    }
    expect(asked).toEqual([
      [CHAT, undefined],
      [thread, 'POST'],
    ])
  })

  it('hands options on that only the fetch behind it knows', async () => {
    let given: unknown
    const stub = (async (_input: string, init?: RequestInit) => {
      given = init
      return Response.json({ choices: [] })
    }) as typeof globalThis.fetch
    const dispatcher = { proxy: true }
    await guardFetch(stub, guard)(CHAT, { ...ask('hello'), dispatcher } as object)
    expect(given).toMatchObject({ dispatcher, method: 'POST', body: ask('hello').body })
  })

  it("I-1 redacts what a provider's error repeats", async () => {
    const { fetch } = answering(() =>
      Response.json({ error: { message: 'no', failed_generation: 'a secret' } }, { status: 400 }),
    )
    const answer = await guardFetch(fetch, guard)(CHAT, ask('hello'))
    expect(answer.status).toBe(400)
    expect(await answer.json()).toEqual({ error: { message: 'no', failed_generation: 'a [word/secret]' } })
  })

  it("lets a provider's error that is not shown be tried again as the provider says", async () => {
    const blocking = createGuard({
      inspectors: [wordInspector(['attack'])],
      policy: { decide: (_finding, { kind }) => (kind === 'user' ? 'allow' : 'block') },
    })
    for (const body of ['{"error":{"message":"an attack"}}', Uint8Array.of(0xe9, 0x21)]) {
      const init = { status: 503, headers: { 'retry-after': '3', 'content-type': 'text/html' } }
      const { fetch } = answering(() => new Response(body, init))
      const answer = await guardFetch(fetch, blocking)(CHAT, ask('hello'))
      expect(answer.status).toBe(503)
      expect(answer.headers.get('retry-after')).toBe('3')
      expect(answer.headers.get('x-should-retry')).toBeNull()
      expect(answer.headers.get('content-type')).toBe('application/json')
      expect(await answer.json()).toHaveProperty('error.code')
    }
  })

  it.each([200, 500])('I-5 reads no more of a body with status %i than a stream may have', async (status) => {
    const small = createGuard({ ...guard, limits: { ...guard.limits, maxStreamBytes: 100_000 } })
    let sent = 0
    let cancelled = false
    const endless = (): ReadableStream<Uint8Array> =>
      new ReadableStream({
        // Without the bound it would be read for as long as there is memory.
        pull(controller) {
          sent += 10_000
          if (sent > 1_000_000) controller.close()
          else controller.enqueue(new Uint8Array(10_000).fill(32))
        },
        cancel() {
          cancelled = true
        },
      })
    const { fetch } = answering(
      () => new Response(endless(), { status, headers: { 'content-type': 'application/json' } }),
    )
    const answer = await guardFetch(fetch, small)(CHAT, ask('hello'))
    expect(answer.status).toBe(status === 200 ? 502 : status)
    expect(await answer.json()).toMatchObject({ error: { code: 'STREAM_TOO_LARGE' } })
    expect(sent).toBeLessThan(200_000)
    expect(cancelled).toBe(true)
  })

  it('reads a body of as many bytes as a stream may have', async () => {
    const body = JSON.stringify({ choices: [] })
    const limits = { ...guard.limits, maxStreamBytes: body.length }
    const { fetch } = answering(() => new Response(body))
    const answer = await guardFetch(fetch, createGuard({ ...guard, limits }))(CHAT, ask('hello'))
    expect(await answer.text()).toBe(body)
  })

  it('answers a request with too many texts with status 413', async () => {
    const { fetch, sent } = answering(() => Response.json({ choices: [] }))
    const body = JSON.stringify({ messages: Array.from({ length: 32_769 }, () => 'a') })
    const answer = await guardFetch(fetch, guard)(CHAT, { method: 'POST', body })
    expect([answer.status, sent.length]).toEqual([413, 0])
  })

  it.each([200, 500])('waits no longer for a body with status %i than for a stream', async (status) => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    try {
      let now = 0
      const clock = { now: () => now, wallTime: () => now }
      const late = createGuard({ ...guard, clock, limits: { ...guard.limits, maxDurationMs: 1000 } })
      let read: (() => void) | undefined
      const reading = new Promise<void>((resolve) => {
        read = resolve
      })
      const { fetch } = answering(
        () => new Response(new ReadableStream({ pull: () => read?.() }, { highWaterMark: 0 }), { status }),
      )
      const asked = guardFetch(fetch, late)(CHAT, ask('hello'))
      await reading
      now = 1001
      vi.advanceTimersByTime(250)
      expect(await (await asked).json()).toMatchObject({ error: { code: 'STREAM_TIMEOUT' } })
      expect(vi.getTimerCount()).toBe(0)
    } finally {
      vi.useRealTimers()
    }
  })

  it.each([200, 500])('tells a body with status %i that broke off from one that was left', async (status) => {
    const left = new AbortController()
    const stub = (async (_input: string, init?: RequestInit) => {
      const body = new ReadableStream(
        {
          pull(controller) {
            if (String(init?.body).includes('leave')) left.abort()
            controller.error(init?.signal?.aborted ? init.signal.reason : new Error('reset'))
          },
        },
        { highWaterMark: 0 },
      )
      return new Response(body, { status })
    }) as typeof globalThis.fetch
    const guarded = guardFetch(stub, guard)
    expect(await (await guarded(CHAT, ask('stay'))).json()).toMatchObject({
      error: { code: 'UPSTREAM_ABORTED' },
    })
    const answer = guarded(CHAT, { ...ask('leave'), signal: left.signal })
    await expect(answer).rejects.toMatchObject({ name: 'AbortError' })
  })

  it('I-6 ends a stream although the observer of its report throws', async () => {
    const { fetch } = answering(() => eventStream(openaiChatStream({ deltas: ['fine'] })))
    const onReport = (_report: GuardReport, direction: string): void => {
      if (direction === 'response') throw new Error('the observer failed')
    }
    const answer = await guardFetch(fetch, guard, { onReport })(CHAT, ask('hello'))
    expect(await answer.text()).toBe(openaiChatStream({ deltas: ['fine'] }))
  })

  it('I-6 cancels the upstream when the reader leaves', async () => {
    let cancelled = false
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new TextEncoder().encode(': wait\n\n')),
      cancel() {
        cancelled = true
      },
    })
    const { fetch } = answering(
      () => new Response(endless, { headers: { 'content-type': 'text/event-stream' } }),
    )
    const answer = await guardFetch(fetch, guard)(CHAT, ask('hello'))
    const reader = answer.body!.getReader()
    await reader.read()
    await reader.cancel()
    expect(cancelled).toBe(true)
  })

  it('answers a body that is not JSON with a typed error', async () => {
    const { fetch } = answering(() => new Response('<html>a secret</html>'))
    const answer = await guardFetch(fetch, guard)(CHAT, ask('hello'))
    expect(answer.status).toBe(502)
    expect(await answer.text()).toMatch(/UPSTREAM_INVALID_JSON/)
  })
})
