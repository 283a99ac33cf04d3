import { wordInspector } from '@midstream/conformance'
import { anthropicMessageStream } from '@midstream/test-kit'
import { describe, expect, it } from 'vitest'
import {
  anthropicMessages,
  createGuard,
  guardBody,
  guardRequest,
  guardStream,
  openaiChat,
} from '../src/index.ts'

const inspectors = [wordInspector(['secret'])]
const guard = createGuard({ inspectors, policy: { decide: () => 'redact' } })
const said = [{ role: 'user', content: 'hello' }]

/** Where a request holds the text, and who is taken for its author. */
type Case = readonly [place: string, author: 'system operator' | 'user user', fields: object]

const tool = { name: 'find', description: 'finds', parameters: { type: 'object', properties: {} } }
const SHARED: readonly Case[] = [
  ['the description of a tool', 'system operator', { tools: [{ ...tool, description: 'a secret' }] }],
  ['the name of a tool', 'system operator', { tools: [{ ...tool, name: 'secret' }] }],
  [
    'a parameter of a tool',
    'system operator',
    { tools: [{ ...tool, parameters: { properties: { id: { type: 'string', description: 'a secret' } } } }] },
  ],
  [
    'an example of a tool, under a name that is a fact elsewhere',
    'system operator',
    { tools: [{ ...tool, input_schema: { examples: [{ id: 'secret', type: 'secret', data: 'secret' }] } }] },
  ],
  ['the choice of a tool', 'system operator', { tool_choice: { name: 'secret' } }],
  ['metadata', 'user user', { metadata: { user_id: 'a secret', model: 'secret' } }],
  ['a field that nobody knows', 'user user', { brand_new: [{ deep: ['a secret'] }] }],
  ['a message that is a text', 'user user', { messages: ['a secret'] }],
  ['messages that are a text', 'user user', { messages: 'a secret' }],
  ['a field of a message', 'user user', { messages: [{ role: 'user', content: 'hello', note: 'secret' }] }],
]
const OPENAI: readonly Case[] = [
  ["the user's name", 'user user', { user: 'secret' }],
  ['an old function', 'system operator', { functions: [{ ...tool, description: 'a secret' }] }],
  ['a prediction', 'user user', { prediction: { type: 'content', content: 'a secret' } }],
  [
    'the form of the answer',
    'system operator',
    { response_format: { type: 'json_schema', json_schema: { name: 'x', schema: { title: 'a secret' } } } },
  ],
]
const document = { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'a secret' } }
const ANTHROPIC: readonly Case[] = [
  ['a stop sequence', 'user user', { stop_sequences: ['secret'] }],
  ['a document that is given as text', 'user user', { messages: [{ role: 'user', content: [document] }] }],
]

describe('guardRequest', () => {
  it.each([
    ...[...SHARED, ...OPENAI].map((one) => ['OpenAI', ...one, openaiChat] as const),
    ...[...SHARED, ...ANTHROPIC].map((one) => ['Anthropic', ...one, anthropicMessages] as const),
  ])('SG-10 SG-11 inspects all of a request to %s: %s', (_id, _place, author, fields, protocol) => {
    const body = { model: 'm', messages: said, ...fields }
    const given = JSON.stringify(body)
    const { body: sent, report } = guardRequest(guard, protocol, body)
    expect(JSON.stringify(sent)).toBe(given.replaceAll('secret', '[word/secret]'))
    expect(JSON.stringify(body)).toBe(given)
    for (const { channel } of report.findings) expect(`${channel.kind} ${channel.provenance}`).toBe(author)
  })

  it('reads the name of a call and what stands beside it as what the model said', () => {
    const call = { type: 'tool_use', id: 't', name: 'secret', input: { a: 'b' }, note: 'secret' }
    const messages = [{ role: 'assistant', content: [call] }]
    const { body, report } = guardRequest(guard, anthropicMessages, { messages })
    expect(body).toMatchObject({ messages: [{ content: [{ name: '[word/secret]', input: { a: 'b' } }] }] })
    expect(report.findings.map(({ channel }) => channel.provenance)).toEqual(['model', 'model'])
  })

  it('SG-11 reads what a tool returned as what a tool wrote', () => {
    const result = { type: 'tool_result', tool_use_id: 't', content: [{ type: 'text', text: 'a secret' }] }
    const messages = [{ role: 'user', content: [result] }]
    const [found] = guardRequest(guard, anthropicMessages, { messages }).report.findings
    expect(found?.channel).toMatchObject({ kind: 'tool-result', provenance: 'tool' })
  })

  it('leaves the name of the model, credentials of connected services and the bytes of images', () => {
    const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'secret' } }
    const body = {
      model: 'secret',
      messages: [{ role: 'user', content: [image] }],
      mcp_servers: [{ type: 'url', url: 'https://example.com', authorization_token: 'secret' }],
      data_sources: [
        { type: 'azure_search', parameters: { authentication: { type: 'api_key', key: 'secret' } } },
      ],
    }
    expect(guardRequest(guard, anthropicMessages, body).body).toBe(body)
    const named = { ...body, mcp_servers: [{ name: 'a secret' }] }
    expect(guardRequest(guard, anthropicMessages, named).report.verdict).toBe('redact')
  })

  it('opens no channel for the words of which schemas consist', () => {
    let opened = 0
    const counting = createGuard({
      inspectors: [{ id: 'counting', maxHoldChars: 1, open: () => void opened++ }],
      policy: guard.policy,
    })
    const schema = { type: 'object', properties: { a: { type: 'string' }, b: { type: 'integer' } } }
    guardRequest(counting, openaiChat, {
      messages: [],
      tools: [{ type: 'function', function: { parameters: schema } }],
      tool_choice: 'auto',
    })
    expect(opened).toBe(0)
  })
})

describe('a document that a tool brought as text', () => {
  const block = { type: 'web_fetch_tool_result', content: { content: document } }
  it('I-1 is inspected in a body', () => {
    const body = new TextEncoder().encode(JSON.stringify({ type: 'message', content: [block] }))
    const shown = new TextDecoder().decode(guardBody(guard, anthropicMessages, body).body)
    expect(shown).toContain('"data":"a [word/secret]"')
  })

  it('I-1 is inspected in a stream', () => {
    const written: Uint8Array[] = []
    const write = (bytes: Uint8Array): void => void written.push(bytes)
    const stream = guardStream(guard, anthropicMessages, { write, end() {} })
    const whole = anthropicMessageStream({ blocks: [{ type: 'text', deltas: ['fine'] }] })
    const start = JSON.stringify({ type: 'content_block_start', index: 1, content_block: block })
    stream.push(
      new TextEncoder().encode(
        whole.replace(
          'event: message_delta',
          `event: content_block_start\ndata: ${start}\n\nevent: message_delta`,
        ),
      ),
    )
    expect(Buffer.concat(written).toString()).toContain('"data":"a [word/secret]"')
  })
})
