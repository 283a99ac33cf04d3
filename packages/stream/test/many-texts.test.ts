import { wordInspector } from '@midstream/conformance'
import type { Inspector } from '@midstream/core'
import { openaiChatStream } from '@midstream/test-kit'
import { describe, expect, it } from 'vitest'
import {
  anthropicMessages,
  createGuard,
  type GuardReport,
  guardBody,
  guardRequest,
  guardStream,
  openaiChat,
  type Protocol,
} from '../src/index.ts'

const guard = createGuard({
  inspectors: [wordInspector(['secret'])],
  policy: { decide: () => 'redact' },
  limits: { maxChunkBytes: 2_000_000 },
})

function guarded(protocol: Protocol, text: string, by = guard): { text: string; report: GuardReport } {
  const written: Uint8Array[] = []
  let report: GuardReport | undefined
  const stream = guardStream(by, protocol, {
    write: (bytes) => written.push(bytes),
    end: (last) => {
      report = last
    },
  })
  stream.push(new TextEncoder().encode(text))
  stream.end()
  return { text: Buffer.concat(written).toString(), report: report! }
}

/** A whole stream with one more event in it. */
function chat(event: string): string {
  const whole = openaiChatStream({ deltas: ['fine'] })
  const at = whole.indexOf('\n\n') + 2
  return `${whole.slice(0, at)}data: ${event}\n\n${whole.slice(at)}`
}

const list = (length: number, item: (i: number) => string): string =>
  Array.from({ length }, (_, i) => item(i)).join(',')
const strings = (length: number): string => `[${list(length, () => '"a"')}]`
const encoded = (text: string): Uint8Array => new TextEncoder().encode(text)
const cpuMs = (run: () => void): number => {
  const before = process.cpuUsage()
  run()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

const MANY: readonly [place: string, code: string, event: string][] = [
  ['a field of the event', 'EVENT_TOO_LARGE', `{"choices":[],"x":${strings(250_000)}}`],
  ['a delta', 'EVENT_TOO_LARGE', `{"choices":[{"index":0,"delta":{"x":${strings(250_000)}}}]}`],
  [
    'fields of a delta',
    'EVENT_TOO_LARGE',
    `{"choices":[{"index":0,"delta":{${list(70_000, (i) => `"k${i}":"abc"`)}}}]}`,
  ],
  [
    'tool calls',
    'STREAM_TOO_LARGE',
    `{"choices":[{"index":0,"delta":{"tool_calls":[${list(16_000, (i) => `{"index":${i},"function":{"arguments":"{}"}}`)}]}}]}`,
  ],
  ['choices', 'STREAM_TOO_LARGE', `{"choices":[${list(60_000, (i) => `{"index":${i}}`)}]}`],
  ['a deep place', 'EVENT_TOO_LARGE', `{"x":${'['.repeat(3000)}${strings(5000)}${']'.repeat(3000)}}`],
]

describe('guardStream', () => {
  it.each(MANY)(
    'I-10 reads a mebibyte of short strings in %s in no time, and fails',
    (_place, code, event) => {
      let result: ReturnType<typeof guarded> | undefined
      const spent = cpuMs(() => {
        result = guarded(openaiChat, chat(event))
      })
      expect(result?.report).toMatchObject({ ending: 'failed', error: { code } })
      expect(result?.text).not.toContain('"abc"')
      expect(spent).toBeLessThan(1500)
    },
  )

  it('I-1 I-3 reads as many texts as an event may have, the last one too', () => {
    const text = chat(`{"choices":[],"x":${strings(16_384)}}`)
    expect(guarded(openaiChat, text)).toMatchObject({ text, report: { ending: 'complete' } })
    const last = guarded(openaiChat, chat(`{"choices":[],"x":[${'"a",'.repeat(16_383)}"a secret"]}`))
    expect(last.text).toContain('"a","a [word/secret]"]')
    expect(last.text).not.toContain('secret"')
    const more = guarded(openaiChat, chat(`{"choices":[],"x":${strings(16_385)}}`))
    expect(more.report.error?.details).toEqual({ limit: 16_384 })
  })

  it('I-3 passes a mebibyte of token probabilities', () => {
    const top = list(5, () => '{"token":"b","logprob":-2.25,"bytes":[98]}')
    const token = `{"token":"a","logprob":-0.125,"bytes":[97],"top_logprobs":[${top}]}`
    const event = `{"choices":[{"index":0,"delta":{"content":""},"logprobs":{"content":[${list(3700, () => token)}]}}]}`
    const text = chat(event)
    expect(event.length).toBeGreaterThan(1_000_000)
    expect(guarded(openaiChat, text)).toMatchObject({ text, report: { ending: 'complete' } })
  })

  it('I-5 bounds the channels of a stream', () => {
    const block = (i: number): string =>
      `event: content_block_start\ndata: {"type":"content_block_start","index":${i},"content_block":{"type":"x"}}\n\n`
    const { report } = guarded(anthropicMessages, Array.from({ length: 4097 }, (_, i) => block(i)).join(''))
    expect(report).toMatchObject({ ending: 'failed', error: { code: 'STREAM_TOO_LARGE' } })
  })

  it('I-10 fails for a message beside texts in more channels than a choice can be in', () => {
    const fields = list(200, (i) => `"k${i}":"abc"`)
    const event = `{"choices":[{"index":0,"delta":{${fields}},"message":{"content":"a"}}]}`
    expect(guarded(openaiChat, chat(event)).report).toMatchObject({
      ending: 'failed',
      error: { code: 'STREAM_TOO_LARGE' },
    })
  })

  it('opens each inspector once for each text', () => {
    const opened: string[] = []
    const counting = (inner: Inspector): Inspector => ({
      ...inner,
      open(channel, sink) {
        opened.push(`${inner.id} ${channel.key}`)
        return inner.open(channel, sink)
      },
    })
    const inspectors = [wordInspector(['secret']), wordInspector(['xyz'], { id: 'silent' })].map(counting)
    const by = createGuard({ inspectors, policy: guard.policy })
    guarded(openaiChat, chat('{"choices":[],"a":"a secret","b":"well"}'), by)
    expect(opened.filter((name) => /other/.test(name))).toEqual([
      'words other/a',
      'silent other/a',
      'words other/b',
      'silent other/b',
    ])
  })
})

describe('guardBody', () => {
  it.each([openaiChat, anthropicMessages])('fails for more texts than an answer has: $id', (protocol) => {
    const body = (count: number): Uint8Array => encoded(`{"x":${strings(count)}}`)
    expect(guardBody(guard, protocol, body(32_768)).report.verdict).toBe('allow')
    const failed = expect.objectContaining({ code: 'STREAM_TOO_LARGE', details: { limit: 32_768 } })
    expect(() => guardBody(guard, protocol, body(32_769))).toThrow(failed)
  })

  it('fails for more channels than an answer has', () => {
    const choice = '{"message":{"content":"a"}}'
    const body = encoded(`{"choices":[${list(4097, () => choice)}]}`)
    expect(() => guardBody(guard, openaiChat, body)).toThrow(
      expect.objectContaining({ code: 'STREAM_TOO_LARGE' }),
    )
  })
})

describe('guardRequest', () => {
  it.each([openaiChat, anthropicMessages])('refuses more texts than a request has: $id', (protocol) => {
    const ask = (length: number): Record<string, unknown> => ({
      messages: Array.from({ length }, () => ({ role: 'user', content: 'a' })),
    })
    expect(guardRequest(guard, protocol, ask(32_768)).report.verdict).toBe('allow')
    expect(() => guardRequest(guard, protocol, ask(32_769))).toThrow(
      expect.objectContaining({ code: 'REQUEST_TOO_LARGE' }),
    )
  })
})
