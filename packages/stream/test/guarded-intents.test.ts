import { wordInspector } from '@midstream/conformance'
import type { ChannelKind, Inspector } from '@midstream/core'
import { anthropicMessageStream, createFakeClock, oneByOne, openaiChatStream } from '@midstream/test-kit'
import { describe, expect, it } from 'vitest'
import {
  createGuard,
  createIntentWatcher,
  type GuardEvent,
  type GuardReport,
  guardFetch,
  guardStream,
  type IntentEvent,
  openaiChat,
  type StreamSink,
} from '../src/index.ts'

/** Hides words behind a text that holds none of them, as `[word/secret]` would. */
function masking(words: readonly string[]): Inspector {
  const inspector = wordInspector(words)
  const open: Inspector['open'] = (channel, sink) =>
    inspector.open(channel, {
      ...sink,
      finding: (finding) => sink.finding({ ...finding, replacement: '***' }),
    })
  return { ...inspector, open }
}

const guard = createGuard({
  inspectors: [masking(['secret', 'attack'])],
  policy: { decide: ({ rule }) => (rule === 'word/attack' ? 'block' : 'redact') },
  limits: { maxChunksPerSecond: 100_000 },
  clock: createFakeClock(),
})
const bytesOf = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text)
const chat = (...deltas: string[]): Uint8Array<ArrayBuffer> => bytesOf(openaiChatStream({ deltas }))

/** `weather` with a task that never ends, and words that the guard hides. */
function watching(channels?: readonly ChannelKind[]) {
  const events: IntentEvent[] = []
  const signals: AbortSignal[] = []
  const intents = createIntentWatcher({
    inspector: wordInspector(['weather', 'secret', 'attack', 'notice']),
    clock: createFakeClock(),
    ...(channels && { channels }),
    intents: {
      weather: {
        rules: ['word/weather'],
        task: {
          run: (_match, signal) => {
            signals.push(signal)
            return new Promise(() => {})
          },
        },
      },
      hidden: { rules: ['word/secret', 'word/attack', 'word/notice'] },
    },
  })
  const onEvent = (event: IntentEvent): void => void events.push(event)
  const seen = (): string[] =>
    events.flatMap((event) => (event.type === 'intent-seen' ? [event.match.intent] : []))
  return { intents, events, signals, onEvent, seen }
}

function guarded(upstream: Uint8Array, wrap: (sink: StreamSink) => StreamSink, parts = oneByOne(upstream)) {
  const written: Uint8Array[] = []
  const reports: GuardReport[] = []
  const sink = { write: (bytes: Uint8Array) => written.push(bytes), end: (r: GuardReport) => reports.push(r) }
  const stream = guardStream(guard, openaiChat, wrap(sink))
  for (const part of parts) stream.push(part)
  return {
    stream,
    text: () => Buffer.concat(written).toString(),
    report: () => reports[0],
  }
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('IntentWatcher.watchSink', () => {
  it('I-3 I-1 leaves a guarded stream as it is, and sees nothing that the guard hides', async () => {
    for (const deltas of [
      ['the wea', 'ther is fine'],
      ['my sec', 'ret weather'],
      ['the weather: an att', 'ack'],
    ]) {
      const upstream = chat(...deltas)
      const plain = guarded(upstream, (sink) => sink)
      const { intents, seen, onEvent, signals } = watching()
      const watched = guarded(upstream, (sink) => intents.watchSink(sink, { onEvent }))
      for (const { stream } of [plain, watched]) stream.end()
      await settle()
      expect(watched.text()).toBe(plain.text())
      expect(watched.report()).toEqual(plain.report())
      expect(seen()).toEqual(['weather'])
      expect(signals).toHaveLength(1)
    }
  })

  it('ST-04 starts a task while the stream is still open, and lets it go on after a whole or a cut answer', async () => {
    for (const rest of ['fine', 'an attack']) {
      const { intents, signals } = watching()
      const whole = chat('the weather ', rest)
      const head = whole.subarray(0, Buffer.from(whole).indexOf(rest))
      const { stream, report } = guarded(head, (sink) => intents.watchSink(sink))
      await settle()
      expect(signals).toHaveLength(1)
      stream.push(whole.subarray(head.length))
      stream.end()
      expect(report()?.ending).toBe(rest === 'fine' ? 'complete' : 'cut')
      expect(signals[0]!.aborted).toBe(false)
    }
  })

  it('ST-12 aborts the signal of a task when the client leaves', async () => {
    const { intents, signals } = watching()
    const { stream, report } = guarded(chat('weather ').subarray(0, -40), (sink) => intents.watchSink(sink))
    await settle()
    stream.abort()
    expect(report()?.ending).toBe('aborted')
    expect(signals[0]!.reason).toMatchObject({ code: 'TASK_CANCELLED' })
  })

  it('watches the content, or the kinds of channels that are asked for', () => {
    const upstream = bytesOf(
      `data: ${JSON.stringify({ choices: [{ index: 0, delta: { reasoning_content: 'the weather.' }, finish_reason: null }] })}\n\n`,
    )
    for (const channels of [undefined, ['reasoning']] as const) {
      const { intents, seen, onEvent } = watching(channels)
      guarded(upstream, (sink) => intents.watchSink(sink, { onEvent }))
      expect(seen()).toEqual(channels === undefined ? [] : ['weather'])
    }
  })

  it('hands every event on to the observer of the sink, of texts only when it wants them', () => {
    const upstream = chat('my sec', 'ret weather ')
    for (const watchesText of [true, false]) {
      const observed = [false, true].map((withIntents) => {
        const events: GuardEvent[] = []
        const { intents, seen, onEvent } = watching()
        const { stream } = guarded(upstream, (sink) => {
          const own: StreamSink = { ...sink, event: (e) => events.push(e), watchesText: () => watchesText }
          return withIntents ? intents.watchSink(own, { onEvent }) : own
        })
        stream.end()
        expect(seen()).toEqual(withIntents ? ['weather'] : [])
        return events
      })
      expect(observed[1]).toEqual(observed[0])
      expect(observed[0]!.some(({ type }) => type === 'text-delivered')).toBe(watchesText)
    }
  })

  it('ST-03 counts what observers throw in the report, and still watches', () => {
    const fail = (): never => {
      throw new Error('observer')
    }
    const { intents, onEvent, seen } = watching()
    const upstream = chat('weather.')
    const watched = guarded(upstream, (sink) => intents.watchSink({ ...sink, event: fail }, { onEvent }))
    watched.stream.end()
    expect(seen()).toEqual(['weather'])
    expect(watched.report()).toMatchObject({ ending: 'complete', observerFailures: 1 })
    const both = guarded(upstream, (sink) =>
      watching().intents.watchSink({ ...sink, event: fail }, { onEvent: fail }),
    )
    both.stream.end()
    // The delivered text, the intent and its task.
    expect(both.report()).toMatchObject({ ending: 'complete', observerFailures: 3 })
  })

  it('hands the recorder of metrics on', () => {
    const recorded: [string, number][] = []
    const metrics = { record: (name: string, value: number) => void recorded.push([name, value]) }
    const upstream = chat('x')
    guarded(upstream, (sink) => watching().intents.watchSink({ ...sink, metrics }), [upstream])
    expect(recorded).toEqual([['chunk_length_bytes', upstream.length]])
  })
})

describe('guardFetch', () => {
  const CHAT = 'https://api.example.com/v1/chat/completions'
  const ask = { method: 'POST', body: '{"messages":[{"role":"user","content":"the weather?"}]}' }
  const streamed = (body: string | Uint8Array<ArrayBuffer> | ReadableStream): Response =>
    new Response(body, { headers: { 'content-type': 'text/event-stream' } })

  it('I-7 sees the same intents in a streamed and in a complete answer, and none in the request', async () => {
    for (const content of ['the weather', 'my secret weather', 'weather, then an attack', 'nothing']) {
      const body = {
        id: 'c',
        choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
      }
      const noticing = createGuard({ ...guard, notice: 'a notice' })
      const run = async (answer: Response) => {
        const { intents, events, onEvent } = watching()
        const fetching = guardFetch(async () => answer, noticing, { intents, onIntent: onEvent })
        await (await fetching(CHAT, ask)).text()
        await settle()
        return events
      }
      const whole = await run(Response.json(body))
      expect(whole).toEqual(await run(streamed(chat(...oneByOne(content)))))
      expect(whole).toHaveLength(content === 'nothing' ? 0 : 2)
    }
  })

  it('sees intents in the other protocol too', async () => {
    const { intents, seen, onEvent } = watching()
    const upstream = anthropicMessageStream({ blocks: [{ type: 'text', deltas: ['the wea', 'ther'] }] })
    const fetching = guardFetch(async () => streamed(upstream), guard, { intents, onIntent: onEvent })
    expect(await (await fetching('https://api.example.com/v1/messages', ask)).text()).toBe(upstream)
    expect(seen()).toEqual(['weather'])
  })

  it('ST-12 aborts the signal of a task when the reader leaves, and when the request is aborted', async () => {
    for (const how of ['cancel', 'abort'] as const) {
      const { intents, signals } = watching()
      const controller = new AbortController()
      const fetching = guardFetch(
        async (_input, init) => {
          const head = chat('weather ').subarray(0, -40)
          return streamed(
            new ReadableStream({
              start(upstream) {
                upstream.enqueue(head)
                init?.signal?.addEventListener('abort', () => upstream.error(new Error('aborted')))
              },
            }),
          )
        },
        guard,
        { intents },
      )
      const response = await fetching(CHAT, { ...ask, signal: controller.signal })
      const reader = response.body!.getReader()
      await reader.read()
      await settle()
      expect(signals[0]!.aborted).toBe(false)
      if (how === 'cancel') await reader.cancel()
      else controller.abort()
      expect(signals[0]!.reason).toMatchObject({ code: 'TASK_CANCELLED' })
      if (how === 'abort') while (!(await reader.read()).done);
    }
  })

  it('ST-03 counts what the observer of intents throws, streamed or not', async () => {
    const body = { id: 'c', choices: [{ index: 0, message: { role: 'assistant', content: 'weather' } }] }
    for (const answer of [Response.json(body), streamed(chat('weather'))]) {
      const reports: GuardReport[] = []
      const fetching = guardFetch(async () => answer, guard, {
        intents: watching().intents,
        onIntent() {
          throw new Error('observer')
        },
        onReport: (report, direction) => direction === 'response' && reports.push(report),
      })
      await (await fetching(CHAT, ask)).text()
      expect(reports).toMatchObject([{ ending: 'complete', observerFailures: 2 }])
    }
  })
})
