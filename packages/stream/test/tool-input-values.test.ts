import type { Action, Inspector } from '@midstream/core'
import { sseEvent } from '@midstream/test-kit'
import { describe, expect, it } from 'vitest'
import {
  anthropicMessages,
  createGuard,
  type GuardReport,
  guardBody,
  guardStream,
  openaiChat,
  type Protocol,
} from '../src/index.ts'

// Finds the digits 4242; reads a channel to its end before it decides.
const digits: Inspector = {
  id: 'digits',
  maxHoldChars: 1000,
  open(_channel, sink) {
    let text = ''
    return {
      push(piece) {
        text += piece
        return 0
      },
      end() {
        const start = text.indexOf('4242')
        if (start < 0) return
        sink.finding({
          rule: 'digits',
          category: 'custom',
          severity: 'high',
          confidence: 1,
          start,
          end: start + 4,
          replacement: '[digits]',
        })
      },
    }
  },
}

const guardThat = (action: Action) => createGuard({ inspectors: [digits], policy: { decide: () => action } })

function guarded(protocol: Protocol, events: readonly string[]): { text: string; report: GuardReport } {
  let text = ''
  let report: GuardReport | undefined
  const stream = guardStream(guardThat('redact'), protocol, {
    write: (bytes) => {
      text += Buffer.from(bytes).toString()
    },
    end: (last) => {
      report = last
    },
  })
  for (const event of events) stream.push(new TextEncoder().encode(event))
  stream.end()
  return { text, report: report! }
}

function guardedBody(protocol: Protocol, action: Action, body: object): Record<string, unknown> {
  const bytes = new TextEncoder().encode(JSON.stringify(body))
  return JSON.parse(Buffer.from(guardBody(guardThat(action), protocol, bytes).body).toString()) as Record<
    string,
    unknown
  >
}

describe('guardStream', () => {
  // What some servers put where the call starts, although its arguments follow as text.
  const starts = [{}, null, '', { amount: 1 }]
  it.each(starts)('lets no redaction break arguments that follow the value %j (Anthropic)', (input) => {
    const event = (type: string, fields: object): string => sseEvent({ type, ...fields }, type)
    const { text, report } = guarded(anthropicMessages, [
      event('message_start', { message: { id: 'm', role: 'assistant', content: [], usage: {} } }),
      event('content_block_start', {
        index: 0,
        content_block: { type: 'tool_use', id: 't', name: 'f', input },
      }),
      event('content_block_delta', {
        index: 0,
        delta: { type: 'input_json_delta', partial_json: '{"amount": 4242}' },
      }),
      event('content_block_stop', { index: 0 }),
      event('message_delta', { delta: { stop_reason: 'tool_use' }, usage: {} }),
      event('message_stop', {}),
    ])
    expect(report.error?.code).toBe('POLICY_BLOCK')
    expect(text).not.toContain('tool_use')
  })

  it.each([{}, null, ''])('lets no redaction break arguments that follow the value %j (OpenAI)', (value) => {
    const chunk = (delta: object, finish: string | null = null): string =>
      sseEvent({ id: 'c', choices: [{ index: 0, delta, finish_reason: finish }] }, undefined)
    const { text, report } = guarded(openaiChat, [
      chunk({ tool_calls: [{ index: 0, id: 't', function: { name: 'f', arguments: value } }] }),
      chunk({ tool_calls: [{ index: 0, function: { arguments: '{"amount": 4242}' } }] }),
      chunk({}, 'tool_calls'),
      'data: [DONE]\n\n',
    ])
    expect(report.error?.code).toBe('POLICY_BLOCK')
    expect(text).not.toContain('tool_calls')
  })
})

describe('guardBody', () => {
  it('reads every call of a body whose calls all have the same index', () => {
    const calls = (...texts: string[]): object => ({
      choices: [
        {
          index: 0,
          message: {
            role: 'assistant',
            tool_calls: texts.map((text, i) => ({
              index: 0,
              id: `call_${i}`,
              function: { name: 'f', arguments: text },
            })),
          },
        },
      ],
    })
    expect(guardedBody(openaiChat, 'redact', calls('{"a":1}', '{"b":2}'))).toEqual(
      calls('{"a":1}', '{"b":2}'),
    )
    expect(guardedBody(openaiChat, 'redact', calls('{"a":1}', '{"b":"4242"}'))).toEqual(
      calls('{"a":1}', '{"b":"[digits]"}'),
    )
  })

  it('I-7 keeps the text before a tool call that is blocked, as a stream does', () => {
    const body = {
      id: 'm',
      role: 'assistant',
      content: [
        { type: 'text', text: 'I pay.' },
        { type: 'tool_use', id: 't', name: 'f', input: { amount: '4242' } },
      ],
    }
    expect(guardedBody(anthropicMessages, 'block', body)['content']).toEqual([
      { type: 'text', text: 'I pay.' },
    ])
  })
})
