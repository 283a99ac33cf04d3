import { wordInspector } from '@midstream/conformance'
import { sseEvent } from '@midstream/test-kit'
import { describe, expect, it } from 'vitest'
import { anthropicMessages, createGuard, guardStream, openaiChat, type Protocol } from '../src/index.ts'

const guard = createGuard({
  inspectors: [wordInspector(['secret'])],
  policy: { decide: () => 'redact' },
})

/** What has left after each event. */
function leaving(protocol: Protocol, events: readonly string[]): string[] {
  let text = ''
  const left: string[] = []
  const stream = guardStream(guard, protocol, {
    write: (bytes) => {
      text += Buffer.from(bytes).toString()
    },
    end: () => {},
  })
  for (const event of events) {
    stream.push(Buffer.from(event))
    left.push(text)
  }
  return left
}

const chat = (delta: object): string =>
  sseEvent({ id: 'c', choices: [{ index: 0, delta, finish_reason: null }] }, undefined)
const named = (type: string, fields: object): string => sseEvent({ type, ...fields }, type)

describe('guardStream', () => {
  /** As OpenRouter sends reasoning: twice in each event. */
  const reasoning = (text: string): string =>
    chat({ content: '', reasoning: text, reasoning_details: [{ type: 'reasoning.text', text }] })

  it('redacts a span across events that bring several channels each', () => {
    const left = leaving(openaiChat, [...'a secret.'].map(reasoning))
    const text = left.at(-1)!
    expect(text).not.toContain('POLICY_BLOCK')
    expect(text.split('"reasoning":"[word/secret]"')).toHaveLength(2)
    expect(text.split('"text":"[word/secret]"')).toHaveLength(2)
    expect(text).toContain('"reasoning":"."')
  })

  it('does not hold the content behind any channel that came with the reasoning', () => {
    const events = [
      ...['Well', ', s'].map(reasoning),
      ...['The', ' answer', ' are', ' 42'].map((content) => chat({ content })),
    ]
    expect(leaving(openaiChat, events)).toEqual(
      ['Well', 's', 'The', 'answer', 'are', '42'].map((_word, i) =>
        events.slice(0, i === 1 ? 1 : i + 1).join(''),
      ),
    )
  })

  it('does not hold the content behind token probabilities of another text', () => {
    const early = sseEvent(
      { id: 'c', choices: [{ index: 0, delta: { content: '' }, logprobs: { content: [{ token: 's' }] } }] },
      undefined,
    )
    const events = [chat({ content: 'Well' }), early, chat({ content: ' then' })]
    expect(leaving(openaiChat, events).at(-1)).toBe(events.join(''))
  })

  it('does not hold a block of text behind a block of another kind', () => {
    const events = [
      named('content_block_start', { index: 0, content_block: { type: 'compaction' } }),
      named('content_block_delta', { index: 0, delta: { type: 'compaction_delta', content: 'so far, s' } }),
      named('content_block_stop', { index: 0 }),
      named('content_block_start', { index: 1, content_block: { type: 'text', text: '' } }),
      named('content_block_delta', { index: 1, delta: { type: 'text_delta', text: 'The answer' } }),
    ]
    expect(leaving(anthropicMessages, events).at(-1)).toBe(events.join(''))
  })

  it('does not hold the end of a text in a pause between blocks', () => {
    const block = (index: number, text: string): string[] => [
      named('content_block_start', { index, content_block: { type: 'text', text: '' } }),
      named('content_block_delta', { index, delta: { type: 'text_delta', text } }),
      named('content_block_stop', { index }),
    ]
    const paused = [...block(0, 'Well, s'), named('ping', {})]
    expect(leaving(anthropicMessages, paused).at(-1)).toBe(paused.join(''))
    const across = [...block(0, 'a sec'), ...block(1, 'ret.')]
    expect(leaving(anthropicMessages, across).at(-1)).toContain('[word/secret]')
    // In the middle of a block it says nothing.
    const within = [...block(0, 'a sec').slice(0, 2), named('ping', {})]
    expect(leaving(anthropicMessages, within).at(-1)).toBe(within[0])
  })
})
