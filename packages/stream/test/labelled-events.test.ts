import type { Channel, Inspector } from '@midstream/core'
import { sseEvent } from '@midstream/test-kit'
import { describe, expect, it } from 'vitest'
import { createGuard, guardStream, openaiChat, type StreamGuard } from '../src/index.ts'

/** Decides a word when the blank behind it has come, and notes which channels it read. */
function wordByWord(opened: Channel[]): Inspector {
  return {
    id: 'words',
    maxHoldChars: 1000,
    open(channel) {
      opened.push(channel)
      let length = 0
      let decided = 0
      return {
        push(piece) {
          const blank = piece.lastIndexOf(' ')
          if (blank >= 0) decided = length + blank + 1
          length += piece.length
          return decided
        },
        end() {},
      }
    },
  }
}

function guarded(opened: Channel[], onText: (text: string) => void): StreamGuard {
  const guard = createGuard({ inspectors: [wordByWord(opened)], policy: { decide: () => 'redact' } })
  return guardStream(guard, openaiChat, {
    write: (bytes) => onText(Buffer.from(bytes).toString()),
    end() {},
  })
}

const event = (delta: object, name?: string): string =>
  sseEvent({ id: 'c', choices: [{ index: 0, delta, finish_reason: null }] }, name)

describe('guardStream', () => {
  it('holds no text for the label that a server puts beside each delta', () => {
    let out = ''
    const stream = guarded([], (text) => {
      out += text
    })
    let sent = ''
    for (const label of ['analysis', 'analysis', 'analysis', 'commentary', 'final']) {
      const next = event({ reasoning: 'word ', channel: label })
      sent += next
      stream.push(new TextEncoder().encode(next))
      expect(out).toBe(sent)
    }
  })

  it('inspects a label that is none of those known', () => {
    const opened: Channel[] = []
    const stream = guarded(opened, () => {})
    stream.push(new TextEncoder().encode(event({ reasoning: 'word ', channel: 'jane@example.com' })))
    expect(opened.map(({ key }) => key)).toContain('other/0/channel')
  })

  it('tells the tokens of log probabilities from text', () => {
    const opened: Channel[] = []
    const stream = guarded(opened, () => {})
    const logprobs = { content: [{ token: '<|channel|>' }, { token: 'final' }] }
    const choice = { index: 0, delta: { content: 'word ' }, logprobs, finish_reason: null }
    stream.push(new TextEncoder().encode(sseEvent({ id: 'c', choices: [choice] }, undefined)))
    expect(opened.map(({ key, vocabulary }) => [key, vocabulary])).toEqual([
      ['content/0', undefined],
      ['other/0/logprobs', true],
    ])
  })

  it('inspects the name of events once, and each other name', () => {
    const opened: Channel[] = []
    const stream = guarded(opened, () => {})
    for (const name of ['chunk', 'chunk', 'chunk', 'chunk', 'chunk', 'jane']) {
      stream.push(new TextEncoder().encode(event({ content: 'word ' }, name)))
    }
    expect(opened.filter(({ key }) => key === 'other/comment')).toHaveLength(2)
  })
})
