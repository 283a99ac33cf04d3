import { wordInspector } from '@midstream/conformance'
import { anthropicMessageStream, openaiChatStream } from '@midstream/test-kit'
import { describe, expect, it } from 'vitest'
import {
  anthropicMessages,
  createGuard,
  guardBody,
  guardErrorBody,
  guardFetch,
  guardRequest,
  guardStream,
  openaiChat,
  type Protocol,
} from '../src/index.ts'

const inspectors = [wordInspector(['secret', 'attack', '6304000000000000017'])]
const guard = createGuard({
  inspectors,
  policy: { decide: ({ rule }) => (rule === 'word/attack' ? 'block' : 'redact') },
})
// Numbers that a double does not hold: too many digits, too large, too small.
const NUMBERS = '12345678901234567891,-0.12345678901234567891,1e400,1.5e-400'

function streamed(protocol: Protocol, text: string): string {
  const written: Uint8Array[] = []
  const stream = guardStream(guard, protocol, { write: (bytes) => void written.push(bytes), end() {} })
  stream.push(new TextEncoder().encode(text))
  stream.end()
  return Buffer.concat(written).toString()
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const text = (body: Uint8Array | undefined): string => new TextDecoder().decode(body)

describe('numbers that JavaScript cannot hold', () => {
  it('keep their digits in an event that is written anew', () => {
    const chat = openaiChatStream({ deltas: ['a secret'] })
    const given = chat.replace(/"created":\d+/g, `"created":[${NUMBERS}]`)
    expect(streamed(openaiChat, given)).toBe(given.replace('secret', '[word/secret]'))
  })

  it('keep their digits in an event that was recognised by its form', () => {
    const chat = openaiChatStream({ deltas: ['a', 'b', 'c', 'd', 'e', 'f', 'my sec', 'ret', 'g'] })
    const given = chat.replace(/"created":\d+/g, `"created":[${NUMBERS}]`)
    expect(streamed(openaiChat, given)).toBe(
      given.replace('my sec', 'my [word/secret]').replace('"ret"', '""'),
    )
  })

  it('keep their digits in a body that is written anew, or refused', () => {
    const body = (content: string): string =>
      `{"id":${NUMBERS.split(',')[0]},"n":[${NUMBERS}],"choices":[{"message":{"content":"${content}"}}]}`
    expect(text(guardBody(guard, openaiChat, bytes(body('a secret'))).body)).toBe(body('a [word/secret]'))
    const refused = text(guardBody(guard, openaiChat, bytes(body('an attack'))).body)
    expect(refused).toContain(`"n":[${NUMBERS}]`)
    expect(refused).toContain('"content":"an "')
  })

  it.each([
    ['an object', (word: string) => `{"n":[${NUMBERS}],"error":"${word}"}`],
    ['a list', (word: string) => `[${NUMBERS},"${word}"]`],
  ])("keep their digits in a provider's error: %s", (_form, body) => {
    expect(text(guardErrorBody(guard, openaiChat, bytes(body('secret'))).body)).toBe(body('[word/secret]'))
  })

  it('keep their digits in a request', async () => {
    const given = `{"seed":12345678901234567891,"messages":[{"role":"user","content":"a secret"}]}`
    const wanted = given.replace('secret', '[word/secret]')
    const { body } = guardRequest(guard, openaiChat, JSON.parse(given), undefined, () => given)
    expect(JSON.stringify(body)).toBe(wanted)
    let sent: unknown
    const fetch = (async (_input: string, init?: RequestInit) => {
      sent = init?.body
      return Response.json({ choices: [] })
    }) as typeof globalThis.fetch
    await guardFetch(fetch, guard)('https://api.example.com/v1/chat/completions', {
      method: 'POST',
      body: given,
    })
    expect(sent).toBe(wanted)
  })

  it('are inspected in the input of a call with the digits that leave', () => {
    // The nearest double is 6304000000000000000.
    const call = '{"type":"tool_use","id":"t","name":"f","input":{"n":6304000000000000017,"a":1}}'
    const body = `{"type":"message","content":[${call}]}`
    expect(guardBody(guard, anthropicMessages, bytes(body)).report.verdict).toBe('block')
    const request = `{"messages":[{"role":"assistant","content":[${call}]}]}`
    const ask = guardRequest(guard, anthropicMessages, JSON.parse(request), undefined, () => request)
    expect(ask.report.verdict).toBe('block')
    const whole = anthropicMessageStream({ blocks: [{ type: 'text', deltas: ['fine'] }] })
    const start = `event: content_block_start\ndata: {"type":"content_block_start","index":1,"content_block":${call}}\n\n`
    const stop = 'event: content_block_stop\ndata: {"type":"content_block_stop","index":1}\n\n'
    const shown = streamed(
      anthropicMessages,
      whole.replace('event: message_delta', `${start}${stop}event: message_delta`),
    )
    expect(shown).not.toContain('6304000000000000017')
  })
})
