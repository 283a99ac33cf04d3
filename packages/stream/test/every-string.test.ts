import { wordInspector } from '@midstream/conformance'
import {
  anthropicMessageStream,
  openaiChatStream,
  readAnthropicMessageEnd,
  readAnthropicMessageStream,
  readOpenaiChatEnd,
  readOpenaiChatStream,
  sseEvent,
} from '@midstream/test-kit'
import { describe, expect, it } from 'vitest'
import {
  anthropicMessages,
  createGuard,
  type GuardReport,
  guardBody,
  guardErrorBody,
  guardRequest,
  guardStream,
  openaiChat,
  type Protocol,
} from '../src/index.ts'

const inspectors = [wordInspector(['secret', 'attack'])]
// As the default policy does: what it does not expect in a channel that it does not know is only noted.
const KINDS = ['content', 'reasoning', 'refusal', 'tool-input', 'other', 'user']
const guard = createGuard({
  inspectors,
  policy: {
    decide: ({ rule }, { kind }) =>
      !KINDS.includes(kind) ? 'annotate' : rule === 'word/attack' ? 'block' : 'redact',
  },
  limits: { maxChunkBytes: 1_000_000 },
})

function guarded(protocol: Protocol, text: string): { bytes: Uint8Array; text: string; report: GuardReport } {
  const written: Uint8Array[] = []
  let report: GuardReport | undefined
  const stream = guardStream(guard, protocol, {
    write: (bytes) => written.push(bytes),
    end: (last) => {
      report = last
    },
  })
  stream.push(new TextEncoder().encode(text))
  stream.end()
  const bytes = Buffer.concat(written)
  return { bytes, text: bytes.toString().replaceAll('[word/secret]', '*'), report: report! }
}

const chunk = (fields: object): string =>
  sseEvent({ id: 'c', object: 'chat.completion.chunk', ...fields }, undefined)
const choice = (delta: unknown, more: object = {}): string =>
  chunk({ choices: [{ index: 0, delta, ...more }] })
const call = (fields: unknown): string => choice({ tool_calls: [fields] })
const chat = (middle: string): string => {
  const whole = openaiChatStream({ deltas: ['fine'] })
  const at = whole.indexOf('\n\n') + 2
  return whole.slice(0, at) + middle + whole.slice(at)
}

const message = (middle: string, deltas: readonly string[] = ['fine']): string => {
  const whole = anthropicMessageStream({ blocks: [{ type: 'text', deltas }] })
  const at = whole.indexOf('event: content_block_stop')
  return whole.slice(0, at) + middle + whole.slice(at)
}
const named = (type: string, fields: object): string => sseEvent({ type, ...fields }, type)
const block = (content_block: unknown): string =>
  named('content_block_start', { index: 1, content_block }) + named('content_block_stop', { index: 1 })

describe('guardStream', () => {
  it.each([
    ['arguments that are a value', call({ index: 0, function: { name: 'f', arguments: { to: 'secret' } } })],
    ['a field beside the arguments', call({ index: 0, function: { arguments: '{}', note: 'secret' } })],
    ['a function that is a text', call({ index: 0, function: 'secret' })],
    ['a tool call that is a text', call('secret')],
    ['a delta that is a text', choice('secret')],
    ['a choice that is a text', chunk({ choices: ['secret'] })],
    ['choices that are no list', chunk({ choices: { a: 'secret' } })],
    ['a field called like what objects inherit', choice({ constructor: 'secret' })],
    ['a field called __proto__', choice(JSON.parse('{"__proto__":"secret"}'))],
    ['a text among the usage', chunk({ choices: [], usage: { prompt_tokens: 1, note: 'secret' } })],
    ['a value where a fact is expected', chunk({ choices: [], provider: { note: 'secret' } })],
    ['an event name', `event: secret\n${choice({ content: '' })}`],
    ['an event name that another one follows', `event: secret\nevent: message\n${choice({ content: '' })}`],
    ['the name of an event without data', 'event: secret\n\n'],
    ['a retry field', `retry: secret\n${choice({ content: '' })}`],
    [
      'token probabilities of another text',
      choice({ content: '' }, { logprobs: { content: [{ token: 'sec' }, { token: 'ret' }] } }),
    ],
  ])('I-1 redacts %s: OpenAI', (_place, middle) => {
    const { bytes, text, report } = guarded(openaiChat, chat(middle))
    expect(text).not.toMatch(/secret|"sec"/)
    expect(report).toMatchObject({ ending: 'complete', verdict: 'redact' })
    expect(readOpenaiChatStream(bytes)['content/0']).toBe('fine')
  })

  it.each([
    [
      'the input with which a tool call begins',
      block({ type: 'tool_use', name: 'f', input: { to: 'secret' } }),
    ],
    ['a block that is a text', block('secret')],
    ['a field beside a block', named('content_block_start', { index: 1, content_block: {}, note: 'secret' })],
    ['a field beside a delta', named('content_block_delta', { index: 0, delta: {}, note: 'secret' })],
    ['a delta that is a text', named('content_block_delta', { index: 0, delta: 'secret' })],
    ['a ping', named('ping', { note: 'secret' })],
    [
      'a value where a fact is expected',
      block({ type: 'result', content: { container: { note: 'secret' } } }),
    ],
    ['an event name', sseEvent({ type: 'ping' }, 'secret')],
  ])('I-1 redacts %s: Anthropic', (_place, middle) => {
    const { text, report } = guarded(anthropicMessages, message(middle))
    expect(text).not.toContain('secret')
    expect(report).toMatchObject({ ending: 'complete', verdict: 'redact' })
  })

  it('I-1 redacts fields beside the beginning and the end of a message', () => {
    for (const type of ['message_start', 'content_block_stop', 'message_delta', 'message_stop']) {
      const { text } = guarded(
        anthropicMessages,
        message('').replace(`{"type":"${type}"`, `{"type":"${type}","note":"a secret"`),
      )
      expect(text, type).toContain('"note":"a *"')
    }
  })

  it('I-3 passes names, retry times and token probabilities that repeat the text as they came', () => {
    const logprobs = {
      content: [{ token: 'we', bytes: [119, 101], top_logprobs: [{ token: 'sec' }] }, { token: 'll' }],
    }
    const text = chat(`event: brand.new\nretry: 10\n${choice({ content: 'well' }, { logprobs })}`)
    expect(guarded(openaiChat, text).text).toBe(text)
  })

  it('I-3 passes an event that is nested three thousand deep', () => {
    const text = chat(`data: {"choices":[],"x":${'['.repeat(3000)}"a"${']'.repeat(3000)}}\n\n`)
    expect(guarded(openaiChat, text).text).toBe(text)
  })

  it('I-7 redacts a span that runs across two blocks of text, streamed or not', () => {
    const blocks = ['Here is a sec', 'ret for you'].map((text) => ({ type: 'text', text }) as const)
    const { bytes, report } = guarded(
      anthropicMessages,
      anthropicMessageStream({ blocks: blocks.map(({ type, text }) => ({ type, deltas: [text] })) }),
    )
    const body = guardBody(guard, anthropicMessages, jsonBytes({ type: 'message', content: blocks }))
    const texts = ['Here is a [word/secret]', ' for you']
    expect(Object.values(readAnthropicMessageStream(bytes))).toEqual(texts)
    expect(parse(body.body)).toMatchObject({ content: texts.map((text) => ({ text })) })
    expect([report.verdict, body.report.verdict]).toEqual(['redact', 'redact'])
  })

  it('I-7 blocks a span across a block that is no text, streamed or not', () => {
    const content = [
      { type: 'text', text: 'a sec' },
      { type: 'redacted_thinking', data: 'x' },
      { type: 'text', text: 'ret' },
    ]
    const events = content.map(({ text, ...opened }, index) => {
      const start = text === undefined ? opened : { ...opened, text: '' }
      return (
        named('content_block_start', { index, content_block: start }) +
        (text === undefined
          ? ''
          : named('content_block_delta', { index, delta: { type: 'text_delta', text } })) +
        named('content_block_stop', { index })
      )
    })
    const streamed = guarded(
      anthropicMessages,
      anthropicMessageStream({ blocks: [], ping: false }).replace(
        'event: message_delta',
        `${events.join('')}event: message_delta`,
      ),
    )
    const body = guardBody(guard, anthropicMessages, jsonBytes({ type: 'message', content }))
    expect([streamed.report.verdict, body.report.verdict]).toEqual(['block', 'block'])
    expect(parse(body.body)).toMatchObject({ content: content.slice(0, 2), stop_reason: 'refusal' })
    expect(streamed.text).toContain('redacted_thinking')
  })

  it('I-6 takes an error that is a text for a failure, as SDKs do', () => {
    const { report, bytes } = guarded(openaiChat, chat(chunk({ choices: [], error: 'overloaded' })))
    expect(report.ending).toBe('failed')
    expect(Buffer.from(bytes).toString()).not.toContain('[DONE]')
  })

  it('I-3 passes an end mark that blanks follow', () => {
    const text = chat('').replace('[DONE]', '[DONE] ')
    expect(guarded(openaiChat, text)).toMatchObject({ text, report: { ending: 'complete' } })
    expect(guarded(openaiChat, text.replace('[DONE]', '[DONE] secret')).text).not.toContain('secret')
  })

  it('I-6 ends a choice that was cut in its first event', () => {
    const second = chunk({ choices: [{ index: 1, delta: { content: 'an attack' } }] })
    const { bytes } = guarded(openaiChat, chat(second))
    expect(readOpenaiChatStream(bytes)).toEqual({ 'content/1': 'an ' })
    expect(readOpenaiChatEnd(bytes)).toBe('refused')
    expect(Buffer.from(bytes).toString()).toContain('"index":1,"delta":{},"finish_reason":"content_filter"')
  })

  it('I-6 closes a block that was cut in its first event, and ends a message once', () => {
    const first = named('content_block_start', {
      index: 0,
      content_block: { type: 'text', text: 'an attack' },
    })
    const cut = guarded(anthropicMessages, message('').replace(/event: content_block_start\n.*\n\n/, first))
    expect(readAnthropicMessageStream(cut.bytes)).toEqual({ 'content/0': 'an ' })
    expect(readAnthropicMessageEnd(cut.bytes)).toBe('refused')
    for (const type of ['message_delta', 'message_stop']) {
      const text = message('').replace(`{"type":"${type}"`, `{"type":"${type}","note":"an attack"`)
      expect(readAnthropicMessageEnd(guarded(anthropicMessages, text).bytes), type).toMatch(
        /refused|complete/,
      )
    }
  })
})

describe('guardBody', () => {
  it('I-7 refuses a message whose tool call is blocked, and keeps what came before it', () => {
    const content = [
      { type: 'text', text: 'Well.' },
      { type: 'tool_use', id: 't', name: 'f', input: { to: 'an attack' } },
    ]
    const { body, report } = guardBody(guard, anthropicMessages, jsonBytes({ type: 'message', content }))
    expect(report).toMatchObject({ ending: 'cut', verdict: 'block' })
    expect(parse(body)).toMatchObject({ content: content.slice(0, 1), stop_reason: 'refusal' })
  })
})

describe('the input of a call in a body', () => {
  it('I-1 is read with its escapes resolved', () => {
    const by = createGuard({ inspectors: [wordInspector(['sec"ret'])], policy: { decide: () => 'redact' } })
    const content = [{ type: 'tool_use', id: 't', name: 'f', input: { to: 'a sec"ret' } }]
    const { body } = guardBody(by, anthropicMessages, jsonBytes({ type: 'message', content }))
    expect(parse(body)).toMatchObject({ content: [{ input: { to: 'a [word/sec"ret]' } }] })
  })
})

describe('a refused body', () => {
  const bodies: readonly [place: string, protocol: Protocol, body: object][] = [
    [
      'behind the field that is blocked: OpenAI',
      openaiChat,
      { choices: [{ message: { content: 'fine' } }], a: 'an attack', b: 'a secret', c: { d: ['a secret'] } },
    ],
    [
      'behind the content that is blocked: Anthropic',
      anthropicMessages,
      { type: 'message', content: [{ type: 'text', text: 'an attack' }], usage: { note: 'a secret' } },
    ],
  ]
  it.each(bodies)('I-1 holds no text %s', (_place, protocol, body) => {
    const shown = guardBody(guard, protocol, jsonBytes(body))
    expect(shown.report.ending).toBe('cut')
    expect(new TextDecoder().decode(shown.body)).not.toMatch(/secret|an attack/)
  })

  it.each([
    ['choices', openaiChat, { x: words(10_000), z: 'an attack', choices: Array(100_000).fill({}) }],
    [
      'blocks',
      anthropicMessages,
      {
        content: [
          ...Array(16_000).fill({ type: 'text', text: 'a', b: 'c' }),
          { type: 'text', text: 'attack' },
        ],
      },
    ],
  ])('I-10 is made in time that is linear in its %s', (_what, protocol, body) => {
    const bytes = jsonBytes(body)
    const before = process.cpuUsage()
    expect(guardBody(guard, protocol, bytes).report.ending).toBe('cut')
    const { user, system } = process.cpuUsage(before)
    expect(user + system).toBeLessThan(3_000_000)
  })
})

describe('guardErrorBody', () => {
  it.each([
    [
      'an object',
      '{"error":{"message":"no","failed_generation":"a secret"}}',
      '{"error":{"message":"no","failed_generation":"a *"}}',
    ],
    ['a list', '[{"error":"a secret"}]', '[{"error":"a *"}]'],
    ['a text', 'a secret', 'a *'],
    ['nothing to hide', '{ "error": "no" }', '{ "error": "no" }'],
  ])('I-1 redacts what a provider repeats in an error: %s', (_form, sent, shown) => {
    for (const protocol of [openaiChat, anthropicMessages]) {
      const { body } = guardErrorBody(guard, protocol, new TextEncoder().encode(sent))
      expect(new TextDecoder().decode(body).replaceAll('[word/secret]', '*')).toBe(shown)
    }
  })

  it('shows nothing of an error that is blocked', () => {
    const { body, report } = guardErrorBody(guard, openaiChat, jsonBytes({ error: 'an attack' }))
    expect(body).toBeUndefined()
    expect(report).toMatchObject({ ending: 'cut', error: { code: 'POLICY_BLOCK' } })
  })
})

describe('a message beside the delta', () => {
  const message = (text: string): object => ({ message: { role: 'assistant', content: text } })
  const said = ['my sec', 'ret', ' is out']
  it('I-1 does not show the beginning of what is hidden', () => {
    const events = said.map((content, i) =>
      choice({ content }, { message: { role: 'assistant', content: said.slice(0, i + 1).join('') } }),
    )
    const { text, report } = guarded(openaiChat, chat(events.join('')))
    expect(report.ending).toBe('complete')
    expect(text).not.toMatch(/my sec|ret/)
    expect(text).toContain('my *')
  })

  it.each([
    ['an empty text', { delta: { content: '' } }],
    ['no text', { delta: {} }],
    ['another choice', { index: 1, delta: { content: 'x' } }],
    ['nothing', { delta: null }],
  ])('I-1 does not show it beside %s either', (_what, between) => {
    const events = [
      choice({ content: 'my sec' }, message('my sec')),
      chunk({ choices: [{ index: 0, ...between, ...message('my sec') }] }),
      choice({ content: 'ret is out' }, message('my secret is out')),
    ]
    // What stands beside the text of another choice is a message of that choice.
    if ('index' in between)
      events[1] = chunk({ choices: [between, { index: 0, delta: {}, ...message('my sec') }] })
    const { text, report } = guarded(openaiChat, chat(events.join('')))
    expect(report).toMatchObject({ ending: 'complete', verdict: 'redact' })
    expect(text).not.toMatch(/sec|ret /)
    expect(text).toContain('my *')
  })

  it.each([{}, null])('I-1 is not shown where it ends behind the cut of an answer, beside %j', (delta) => {
    const events = [
      choice({ content: 'an att' }, message('an att')),
      chunk({ choices: [{ index: 0, delta, ...message('an att') }] }),
      choice({ content: 'ack' }, message('an attack')),
    ]
    const { text, report } = guarded(openaiChat, chat(events.join('')))
    expect(report.ending).toBe('cut')
    expect(text).not.toMatch(/att|ack/)
    expect(text).toContain('"an "')
  })

  it('stays where it ends in front of what is hidden, and redacted behind it', () => {
    const first = choice({ content: 'my ' }, message('my '))
    const after = chunk({ choices: [{ index: 0, delta: null, ...message('my secret') }] })
    const { text } = guarded(openaiChat, chat(`${first}${choice({ content: 'secret' })}${after}`))
    expect(text).toContain(first)
    expect(text).toContain(after.replace('secret', '*'))
  })

  it('I-1 does not show it when the stream is in another channel that it waits for', () => {
    const turns = ['s', 's', 's'].flatMap((content) => [choice({ content }), choice({ reasoning: 'well' })])
    const events = [
      ...turns,
      choice({ content: 'my sec' }),
      choice({ reasoning: 'hm' }, message('sssmy sec')),
      choice({ content: 'ret' }),
    ]
    const { text, report } = guarded(openaiChat, chat(events.join('')))
    expect(report).toMatchObject({ ending: 'complete', verdict: 'redact' })
    expect(text).not.toMatch(/my sec/)
  })

  it('stays in a body', () => {
    const body = (content: string): object => ({
      choices: [{ index: 0, message: { role: 'assistant', content }, delta: { content: '' } }],
    })
    const shown = guardBody(guard, openaiChat, jsonBytes(body('my secret')))
    expect(parse(shown.body)).toEqual(body('my [word/secret]'))
  })
})

describe('guardRequest', () => {
  it('refuses arguments that an edit would break', () => {
    const digits = [wordInspector(['4111'])]
    const open = createGuard({ inspectors: digits, policy: { decide: () => 'redact' }, holdToolInput: false })
    const messages = [
      { role: 'assistant', content: [{ type: 'tool_use', name: 'f', input: { card: 4111 } }] },
    ]
    expect(() => guardRequest(open, anthropicMessages, { messages })).toThrow(
      expect.objectContaining({ code: 'POLICY_BLOCK' }),
    )
  })

  it('I-1 reads a message whose role is called like what objects inherit', () => {
    for (const role of ['constructor', '__proto__', 'toString']) {
      const { body } = guardRequest(guard, openaiChat, { messages: [{ role, content: 'a secret' }] })
      expect(body).toMatchObject({ messages: [{ content: 'a [word/secret]' }] })
    }
  })
})

function words(count: number): string[] {
  return Array.from({ length: count }, () => 'a')
}

function jsonBytes(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value))
}

function parse(bytes: Uint8Array): unknown {
  return JSON.parse(new TextDecoder().decode(bytes))
}
