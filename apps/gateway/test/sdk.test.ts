import Anthropic from '@anthropic-ai/sdk'
import { scriptedUpstream } from '@midstream/test-kit'
import AnthropicOld from 'anthropic-0'
import OpenAI from 'openai'
import OpenAIOld from 'openai-6'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { gatewayBefore, metric, type TestGateway, testGateway, until } from './gateway-harness.ts'

const messages = [{ role: 'user' as const, content: 'Hello' }]
const email = 'maria.keller@example.com'

let gateway: TestGateway
beforeAll(async () => {
  gateway = await testGateway()
})
afterAll(() => gateway.close())

const openaiVersions = [
  ['openai', OpenAI],
  ['openai 6', OpenAIOld as unknown as typeof OpenAI],
] as const

describe.each(openaiVersions)('%s', (_name, Client) => {
  const client = (url = gateway.url): OpenAI =>
    new Client({ baseURL: `${url}/v1`, apiKey: 'unused', maxRetries: 0 })

  async function streamed(
    model: string,
  ): Promise<{ text: string; finish: string | null; args: string; tool: string }> {
    const seen = { text: '', finish: null as string | null, args: '', tool: '' }
    const stream = await client().chat.completions.create({ model, messages, stream: true })
    for await (const { choices } of stream) {
      const choice = choices[0]
      if (choice === undefined) continue
      seen.text += choice.delta.content ?? ''
      const call = choice.delta.tool_calls?.[0]
      seen.tool += call?.function?.name ?? ''
      seen.args += call?.function?.arguments ?? ''
      seen.finish = choice.finish_reason ?? seen.finish
    }
    return seen
  }

  const whole = (model: string) => client().chat.completions.create({ model, messages })

  it('I-7 reads a clean answer, streamed and not', async () => {
    const { text, finish } = await streamed('replay/clean')
    expect(finish).toBe('stop')
    expect(text).toContain('At noon sunlight')
    expect((await whole('replay/clean')).choices[0]!.message.content).toBe(text)
  })

  it('I-7 reads the same redacted text, streamed and not', async () => {
    const { text, finish } = await streamed('replay/pii')
    expect(finish).toBe('stop')
    expect(text).toContain('Here is the hand-over')
    expect(text).not.toContain(email)
    expect((await whole('replay/pii')).choices[0]!.message.content).toBe(text)
  })

  it('I-7 sees a cut answer as filtered, streamed and not', async () => {
    const { text, finish } = await streamed('replay/refused')
    expect(finish).toBe('content_filter')
    expect(text).toContain('The staging host')
    expect(text).not.toContain('PRIVATE KEY')
    const { choices } = await whole('replay/refused')
    expect(choices[0]).toMatchObject({ finish_reason: 'content_filter', message: { content: text } })
  })

  it('gets a tool call with whole arguments', async () => {
    const { args, tool, finish } = await streamed('replay/tool-call')
    const answer = await whole('replay/tool-call')
    const call = answer.choices[0]!.message.tool_calls![0]!
    if (call.type !== 'function') throw new Error(`got a ${call.type} call`)
    expect([finish, tool, JSON.parse(args)]).toEqual([
      'tool_calls',
      call.function.name,
      JSON.parse(call.function.arguments),
    ])
  })

  it('I-6 throws when the upstream dies midway, streamed and not', async () => {
    await expect(streamed('replay/upstream-dies')).rejects.toBeInstanceOf(Client.APIError)
    await expect(whole('replay/upstream-dies')).rejects.toMatchObject({ status: 502 })
  })

  it('throws NotFoundError for a model that nobody serves', async () => {
    await expect(whole('nothing')).rejects.toBeInstanceOf(Client.NotFoundError)
  })

  it('does not retry a request that policy refuses', async () => {
    await using strict = await testGateway({ guard: { actions: { 'pii/email': 'block' } } })
    const retrying = new Client({ baseURL: `${strict.url}/v1`, apiKey: 'unused', maxRetries: 2 })
    const asked = retrying.chat.completions.create({
      model: 'replay/clean',
      messages: [{ role: 'user', content: `I am ${email} ` }],
      stream: true,
    })
    await expect(asked).rejects.toMatchObject({ status: 400, code: 'POLICY_BLOCK' })
    const series = 'midstream_requests_total{protocol="openai-chat",status="400",outcome="blocked"}'
    expect(await metric(strict, series)).toBe(1)
  })

  it('I-6 ends the upstream when it leaves a stream early', async () => {
    await using service = await scriptedUpstream({
      steps: [
        `data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":""}}]}\n\n`,
        'stall',
      ],
    })
    await using before = await gatewayBefore(service)
    const stream = await client(before.url).chat.completions.create({ model: 'm', messages, stream: true })
    for await (const _chunk of stream) break
    expect(await service.requests[0]!.over).toBe('aborted')
    await until(
      async () => (await metric(before, 'midstream_requests_in_flight')) === 0,
      'the place to be free',
    )
  })
})

const anthropicVersions = [
  ['@anthropic-ai/sdk', Anthropic],
  ['@anthropic-ai/sdk 0', AnthropicOld as unknown as typeof Anthropic],
] as const

describe.each(anthropicVersions)('%s', (_name, Client) => {
  const client = (url = gateway.url): Anthropic =>
    new Client({ baseURL: url, apiKey: 'unused', maxRetries: 0 })
  const ask = (model: string) => ({ model, messages, max_tokens: 500 })

  async function streamed(
    model: string,
  ): Promise<{ text: string; stop: string | null; tool: string; args: string }> {
    const seen = { text: '', stop: null as string | null, tool: '', args: '' }
    const stream = await client().messages.create({ ...ask(model), stream: true })
    for await (const event of stream) {
      if (event.type === 'content_block_start' && event.content_block.type === 'tool_use')
        seen.tool = event.content_block.name
      if (event.type === 'content_block_delta' && event.delta.type === 'text_delta')
        seen.text += event.delta.text
      if (event.type === 'content_block_delta' && event.delta.type === 'input_json_delta')
        seen.args += event.delta.partial_json
      if (event.type === 'message_delta') seen.stop = event.delta.stop_reason
    }
    return seen
  }

  async function whole(
    model: string,
  ): Promise<{ text: string; stop: string | null; tools: { name: string; input: unknown }[] }> {
    const answer = await client().messages.create(ask(model))
    const text = answer.content.map((block) => (block.type === 'text' ? block.text : '')).join('')
    const tools = answer.content.flatMap((block) =>
      block.type === 'tool_use' ? [{ name: block.name, input: block.input }] : [],
    )
    return { text, tools, stop: answer.stop_reason }
  }

  it('I-7 reads a clean answer, streamed and not', async () => {
    const { text, stop } = await streamed('replay/clean')
    expect(text).toContain('At noon sunlight')
    expect(await whole('replay/clean')).toMatchObject({ text, stop })
    expect(stop).toBe('end_turn')
  })

  it('I-7 reads the same redacted text, streamed and not', async () => {
    const { text, stop } = await streamed('replay/pii')
    expect(text).toContain('Here is the hand-over')
    expect(text).not.toContain(email)
    expect(await whole('replay/pii')).toMatchObject({ text, stop })
  })

  it('I-7 sees a cut answer as a refusal, streamed and not', async () => {
    const { text, stop } = await streamed('replay/refused')
    expect(stop).toBe('refusal')
    expect(text).toContain('The staging host')
    expect(text).not.toContain('PRIVATE KEY')
    expect(await whole('replay/refused')).toMatchObject({ text, stop })
  })

  it('gets a tool call with its whole input', async () => {
    const { tool, args, stop } = await streamed('replay/tool-call')
    const { tools } = await whole('replay/tool-call')
    expect(stop).toBe('tool_use')
    expect(tools).toEqual([{ name: tool, input: JSON.parse(args) }])
  })

  it('puts a message together from a stream', async () => {
    const message = await client().messages.stream(ask('replay/pii')).finalMessage()
    expect(message.content).toMatchObject([{ type: 'text', text: (await whole('replay/pii')).text }])
  })

  it('I-6 throws when the upstream dies midway, streamed and not', async () => {
    await expect(streamed('replay/upstream-dies')).rejects.toBeInstanceOf(Client.APIError)
    await expect(whole('replay/upstream-dies')).rejects.toMatchObject({ status: 502 })
  })

  it('throws NotFoundError for a model that nobody serves', async () => {
    await expect(whole('nothing')).rejects.toBeInstanceOf(Client.NotFoundError)
  })

  it('does not retry a request that policy refuses', async () => {
    await using strict = await testGateway({ guard: { actions: { 'pii/email': 'block' } } })
    const retrying = new Client({ baseURL: strict.url, apiKey: 'unused', maxRetries: 2 })
    const asked = retrying.messages.create({
      ...ask('replay/clean'),
      messages: [{ role: 'user', content: `I am ${email} ` }],
    })
    await expect(asked).rejects.toMatchObject({ status: 400 })
    const series = 'midstream_requests_total{protocol="anthropic-messages",status="400",outcome="blocked"}'
    expect(await metric(strict, series)).toBe(1)
  })

  it('lists the models', async () => {
    const ids: string[] = []
    for await (const { id } of client().models.list()) ids.push(id)
    expect(ids).toContain('replay/clean')
  })

  it('I-6 ends the upstream when it leaves a stream early', async () => {
    const start = {
      type: 'message_start',
      message: {
        id: 'm',
        type: 'message',
        role: 'assistant',
        model: 'm',
        content: [],
        stop_reason: null,
        stop_sequence: null,
        usage: { input_tokens: 1, output_tokens: 1 },
      },
    }
    await using service = await scriptedUpstream({
      steps: [`event: message_start\ndata: ${JSON.stringify(start)}\n\n`, 'stall'],
    })
    await using before = await gatewayBefore(service)
    const stream = await client(before.url).messages.create({ ...ask('m'), stream: true })
    for await (const _event of stream) break
    expect(await service.requests[0]!.over).toBe('aborted')
  })
})
