import { describe, expect, it } from 'vitest'
import { anthropicMessageStream } from './anthropic-message-stream.ts'
import { openaiChatStream } from './openai-chat-stream.ts'
import { utf8 } from './sse-compose.ts'
import {
  readAnthropicMessageBody,
  readAnthropicMessageStream,
  readOpenaiChatBody,
  readOpenaiChatStream,
  readSse,
  resolveJsonEscapes,
} from './sse-read.ts'

describe('readSse', () => {
  // The first two are the examples of https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
  it.each([
    ['joins data lines', 'data: YHOO\ndata: +2\ndata: 10\n\n', [[undefined, 'YHOO\n+2\n10']]],
    ['skips comments', ': test stream\n\ndata: first event\nid: 1\n\n', [[undefined, 'first event']]],
    ['takes one space off a value', 'data:  a \n\n', [[undefined, ' a ']]],
    [
      'takes a line without a colon for a field',
      'data\n\ndata: a\n\n',
      [
        [undefined, ''],
        [undefined, 'a'],
      ],
    ],
    ['drops an unfinished event', 'data: a\n\ndata: b\n', [[undefined, 'a']]],
    [
      'names events once',
      'event: x\ndata:1\n\ndata: 2\n\n',
      [
        ['x', '1'],
        [undefined, '2'],
      ],
    ],
    [
      'takes CRLF and CR',
      'data: a\r\n\r\ndata: b\r\r',
      [
        [undefined, 'a'],
        [undefined, 'b'],
      ],
    ],
  ])('%s', (_, text, expected) => {
    expect(readSse(utf8(text)).map(({ event, data }) => [event, data])).toEqual(expected)
  })
})

describe('resolveJsonEscapes', () => {
  it('resolves every escape of RFC 8259 and leaves a cut one', () => {
    expect(resolveJsonEscapes(String.raw`"\u0041\"\\\/\b\f\n\r\t\ud83d\ude00" \u00`)).toBe(
      '"A"\\/\b\f\n\r\t😀" \\u00',
    )
  })
})

describe('openaiChatStream', () => {
  it('is read back channel by channel', () => {
    const stream = openaiChatStream({
      deltas: [
        'Hel',
        { content: 'lo' },
        { choice: 1, content: 'other' },
        { reasoning: 'think' },
        { refusal: 'no' },
        { toolCall: { index: 0, id: 'call_1', name: 'send', arguments: '{"to":"' } },
        { toolCall: { index: 0, arguments: '\\u0041"}' } },
      ],
      choices: 2,
      usage: { promptTokens: 3, completionTokens: 4 },
    })
    expect(readOpenaiChatStream(utf8(stream))).toEqual({
      'content/0': 'Hello',
      'content/1': 'other',
      'reasoning/0': 'think',
      'refusal/0': 'no',
      'tool-input/0/0': '{"to":"A"}',
    })
  })

  it('ends with a finishing chunk per choice, usage and [DONE]', () => {
    const stream = openaiChatStream({
      deltas: [],
      choices: 2,
      usage: { promptTokens: 3, completionTokens: 4 },
    })
    const events = readSse(utf8(stream)).map(({ data }) => data)
    expect(events).toHaveLength(6)
    expect(events[2]).toContain('"index":0,"delta":{},"finish_reason":"stop"')
    expect(events[3]).toContain('"index":1,"delta":{},"finish_reason":"stop"')
    expect(events[4]).toContain(
      '"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7}',
    )
    expect(events[5]).toBe('[DONE]')
  })

  it('can break off', () => {
    const stream = openaiChatStream({ deltas: ['a'], finishReason: null, done: false })
    expect(stream).not.toMatch(/"finish_reason":"|DONE/)
    // The chunk that opens the choice and the one delta.
    expect(readSse(utf8(stream))).toHaveLength(2)
  })

  it('is read to its end only', () => {
    const stream = openaiChatStream({ deltas: ['a'] }) + openaiChatStream({ deltas: ['b'] })
    expect(readOpenaiChatStream(utf8(stream))).toEqual({ 'content/0': 'a' })
  })

  it('writes escapes for everything outside ASCII when asked, and reads the same', () => {
    const stream = openaiChatStream({ deltas: ['é😀'], asciiOnly: true, lineEnd: '\r\n' })
    expect(stream).toContain('"\\u00e9\\ud83d\\ude00"')
    expect(stream.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/)
    expect(readOpenaiChatStream(utf8(stream))).toEqual({ 'content/0': 'é😀' })
  })

  it('carries a surrogate pair cut between deltas', () => {
    expect(readOpenaiChatStream(utf8(openaiChatStream({ deltas: ['\ud83d', '\ude00'] })))).toEqual({
      'content/0': '😀',
    })
  })
})

describe('readOpenaiChatBody', () => {
  it('reads what the stream of the same answer gives', () => {
    const message = {
      content: 'Hello',
      tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{"a":"\\n"}' } }],
    }
    expect(readOpenaiChatBody(utf8(JSON.stringify({ choices: [{ index: 0, message }] })))).toEqual({
      'content/0': 'Hello',
      'tool-input/0/0': '{"a":"\n"}',
    })
  })
})

describe('anthropicMessageStream', () => {
  it('is read back block by block', () => {
    const stream = anthropicMessageStream({
      blocks: [
        { type: 'thinking', deltas: ['hm', 'm'], signature: 'c2ln' },
        { type: 'text', deltas: ['Hel', 'lo'] },
        { type: 'tool_use', name: 'send', deltas: ['{"to":', '"\\u0041"}'] },
      ],
    })
    expect(readAnthropicMessageStream(utf8(stream))).toEqual({
      'reasoning/0': 'hmm',
      'content/1': 'Hello',
      'tool-input/2': '{"to":"A"}',
    })
  })

  it('names every event as its type, in the order of the API', () => {
    const events = readSse(
      utf8(anthropicMessageStream({ blocks: [{ type: 'text', deltas: ['a'] }], stopReason: 'max_tokens' })),
    )
    expect(events.map(({ event }) => event)).toEqual([
      'message_start',
      'ping',
      'content_block_start',
      'content_block_delta',
      'content_block_stop',
      'message_delta',
      'message_stop',
    ])
    expect(events.every(({ event, data }) => JSON.parse(data).type === event)).toBe(true)
    expect(events[5]!.data).toContain('"stop_reason":"max_tokens"')
  })
})

describe('anthropicMessageStream with ping: false', () => {
  it('sends none', () => {
    expect(anthropicMessageStream({ blocks: [], ping: false })).not.toContain('ping')
  })
})

describe('readAnthropicMessageBody', () => {
  it('reads text, thinking and tool input', () => {
    const content = [
      { type: 'thinking', thinking: 'hmm' },
      { type: 'text', text: 'Hello' },
      { type: 'tool_use', name: 'f', input: { a: 'x\ny' } },
    ]
    expect(readAnthropicMessageBody(utf8(JSON.stringify({ content })))).toEqual({
      'reasoning/0': 'hmm',
      'content/1': 'Hello',
      'tool-input/2': '{"a":"x\ny"}',
    })
  })
})
