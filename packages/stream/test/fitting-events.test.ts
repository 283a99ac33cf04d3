import { wordInspector } from '@midstream/conformance'
import { oneByOne } from '@midstream/test-kit'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  anthropicMessages,
  createGuard,
  type GuardReport,
  guardStream,
  openaiChat,
  type Protocol,
} from '../src/index.ts'

// A chunk that brings whole events goes through templates of bytes; byte by byte, everything goes through the
// framer and the JSON parser. Both must give the same.

function guarded(
  protocol: Protocol,
  action: 'redact' | 'block',
  parts: readonly Uint8Array[],
): { lines: string[]; report: object } {
  const guard = createGuard({
    inspectors: [wordInspector(['secret', 'sec'])],
    policy: { decide: () => action },
    limits: { maxChunksPerSecond: 100_000 },
  })
  const written: Uint8Array[] = []
  let report: GuardReport | undefined
  const stream = guardStream(guard, protocol, {
    write: (bytes) => written.push(bytes),
    end: (last) => {
      report = last
    },
  })
  for (const part of parts) stream.push(part)
  stream.end()
  const { delivery, error, ...rest } = report ?? {}
  return {
    // The LF of a CR LF goes with the event behind it when that comes later, and then fails with it.
    lines: Buffer.concat(written)
      .toString('latin1')
      .split(/[\r\n]+/)
      .filter((line) => line !== ''),
    report: { ...rest, chars: delivery?.chars, ...(error && { error: new Error(error.code) as never }) },
  }
}

/** Where the stream is cut, in thousandths: templates are used from the second chunk on. */
const cuts = fc.array(fc.noBias(fc.integer({ min: 0, max: 999 })), { minLength: 1, maxLength: 3 })

function cutAt(bytes: Buffer, shares: readonly number[]): Uint8Array[] {
  const places = shares.map((share) => Math.floor((share / 1000) * bytes.length)).sort((a, b) => a - b)
  return [0, ...places].map((from, i) => bytes.subarray(from, places[i] ?? bytes.length))
}

const contents = fc.oneof(
  fc.constantFrom(
    ' word',
    'sec',
    'ret',
    ' secret ',
    '',
    'é',
    '\u{1f600}',
    '\ud83d',
    '\ufffd',
    '"',
    '\\',
    '\n',
    '\t\u0001',
  ),
  fc.string({ unit: 'binary', maxLength: 12 }),
)
const paddings = fc.constantFrom('', 'abc', 'wxyz0', 'klm', 'a"b', 'é', 'a\\b', 'a\nb')

function openaiEvent(content: string, obfuscation: string | undefined, index: number): string {
  return JSON.stringify({
    id: 'c',
    choices: [{ index, delta: { content }, finish_reason: null }],
    ...(obfuscation !== undefined && { obfuscation }),
  })
}

const oddities = fc.constantFrom(
  ': comment\n\n',
  ': secret\n\n',
  'id: 7\n',
  'event: other\n',
  'retry: 5\n\n',
  '\n',
  'data: \n\n',
)

// Bytes between the quotes as no serializer writes them, in events that are otherwise like the others.
const oddBodies = fc.constantFrom(
  '\xff\xfe',
  '\xc3(',
  'a"b',
  'a\\q',
  's\\u0065cret',
  '\\ud83d',
  'a\tb',
  'tail\\',
)

function oddEvent(body: string, pad: string | undefined, end: string): Buffer {
  return Buffer.from(`data: ${openaiEvent('@', pad, 0).replace('@', () => body)}${end}`, 'latin1')
}

const openaiStreams = fc.tuple(fc.constantFrom('\n\n', '\r\n\r\n'), fc.boolean()).chain(([end, padded]) => {
  const pads = padded ? paddings : fc.constant(undefined)
  const index = fc.constantFrom(0, 0, 0, 0, 0, 0, 0, 1)
  const events = fc
    .tuple(contents, pads, index)
    .map(([text, pad, at]) => Buffer.from(`data: ${openaiEvent(text, pad, at)}${end}`))
  const odd = fc.tuple(oddBodies, pads).map(([body, pad]) => oddEvent(body, pad, end))
  const other = oddities.map((text) => Buffer.from(text))
  return fc
    .array(
      fc.oneof(
        { weight: 30, arbitrary: events },
        { weight: 2, arbitrary: odd },
        { weight: 1, arbitrary: other },
      ),
      { minLength: 3, maxLength: 20 },
    )
    .map((all) => Buffer.concat([...all, Buffer.from('data: [DONE]\n\n')]))
})

function anthropicStream(texts: readonly string[]): Buffer {
  const event = (type: string, more: object): string =>
    `event: ${type}\ndata: ${JSON.stringify({ type, ...more })}\n\n`
  const toolJson = JSON.stringify({ note: texts.join('') })
  return Buffer.from(
    [
      event('message_start', { message: { id: 'm', role: 'assistant', content: [] } }),
      event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }),
      ...texts.map((text) => event('content_block_delta', { index: 0, delta: { type: 'text_delta', text } })),
      event('content_block_stop', { index: 0 }),
      event('content_block_start', {
        index: 1,
        content_block: { type: 'tool_use', id: 't', name: 'note', input: {} },
      }),
      ...(toolJson.match(/[\s\S]{1,5}/gu) ?? []).map((partial_json) =>
        event('content_block_delta', { index: 1, delta: { type: 'input_json_delta', partial_json } }),
      ),
      event('content_block_stop', { index: 1 }),
      event('message_delta', { delta: { stop_reason: 'tool_use' } }),
      event('message_stop', {}),
    ].join(''),
  )
}

describe('guardStream', () => {
  it('I-2 reads events that fit a template as the parser does: OpenAI', () => {
    fc.assert(
      fc.property(
        openaiStreams,
        cuts,
        fc.constantFrom('redact' as const, 'block' as const),
        (bytes, shares, action) => {
          expect(guarded(openaiChat, action, cutAt(bytes, shares))).toEqual(
            guarded(openaiChat, action, oneByOne(bytes)),
          )
        },
      ),
      { numRuns: 600 },
    )
  })

  it('I-2 reads events that fit a template as the parser does: Anthropic', () => {
    fc.assert(
      fc.property(
        fc.array(contents, { maxLength: 8 }),
        cuts,
        fc.constantFrom('redact' as const, 'block' as const),
        (texts, shares, action) => {
          const bytes = anthropicStream(texts)
          expect(guarded(anthropicMessages, action, cutAt(bytes, shares))).toEqual(
            guarded(anthropicMessages, action, oneByOne(bytes)),
          )
        },
      ),
      { numRuns: 300 },
    )
  })
})
