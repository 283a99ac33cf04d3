import Anthropic from '@anthropic-ai/sdk'
import {
  readAnthropicMessageBody,
  readAnthropicMessageStream,
  readOpenaiChatBody,
  readOpenaiChatStream,
  readSse,
} from '@midstream/test-kit'
import OpenAI from 'openai'
import { describe, expect, it } from 'vitest'
import { createReplayUpstream } from '../src/replay/replay-upstream.ts'
import { SCENARIOS, scenarioOfModel } from '../src/replay/scenarios.ts'
import { openReplay } from './replay-harness.ts'

const PROTOCOLS = ['openai-chat', 'anthropic-messages'] as const
const READERS = {
  'openai-chat': { stream: readOpenaiChatStream, body: readOpenaiChatBody },
  'anthropic-messages': { stream: readAnthropicMessageStream, body: readAnthropicMessageBody },
}
const complete = SCENARIOS.filter(({ ending }) => ending !== 'connection-lost')

function request(scenario: string, stream: boolean): Record<string, unknown> {
  return { model: `replay/${scenario}`, stream, messages: [{ role: 'user', content: 'go' }] }
}

/** A fetch that answers from the replay, so that an official client reads what it plays. */
function replayFetch(protocol: (typeof PROTOCOLS)[number]): typeof fetch {
  return async (_url, init) => {
    const { heard, timers } = openReplay(protocol, JSON.parse(String(init?.body)))
    timers.run()
    return new Response(heard.bytes, { status: heard.status ?? 500, headers: heard.headers })
  }
}

describe('createReplayUpstream', () => {
  describe.each(PROTOCOLS)('in %s', (protocol) => {
    it.each(complete.map(({ name }) => name))('I-7 plays %s with the same text streamed and not', (name) => {
      const scenario = scenarioOfModel(`replay/${name}`)
      const streamed = openReplay(protocol, request(name, true))
      const whole = openReplay(protocol, request(name, false))
      streamed.timers.run()
      whole.timers.run()
      const texts = READERS[protocol].stream(streamed.heard.bytes)
      expect(texts['content/0']).toBe(scenario?.text)
      expect(READERS[protocol].body(whole.heard.bytes)).toEqual(texts)
      expect([streamed.heard.ends, whole.heard.ends]).toEqual([1, 1])
      expect(streamed.heard.headers['content-type']).toMatch('text/event-stream')
      expect(whole.heard.headers['content-length']).toBe(String(whole.heard.bytes.length))
    })

    it.each([true, false])('breaks off upstream-dies with an error and no end (stream: %s)', (stream) => {
      const { heard, timers } = openReplay(protocol, request('upstream-dies', stream))
      timers.run()
      expect(heard.status).toBe(200)
      expect(heard.ends).toBe(0)
      expect(heard.errors.map(({ code }) => code)).toEqual(['UPSTREAM_ABORTED'])
      const text = heard.bytes.toString()
      expect(text).not.toMatch(/\[DONE\]|message_stop/)
      if (!stream) expect(() => JSON.parse(text)).toThrow(SyntaxError)
    })

    it('ST-18 plays the same bytes at the same times for the same seed, others for another', () => {
      const plays = [7, 7, 8].map((seed) => {
        const { heard, timers } = openReplay(protocol, request('pii', true), { seed })
        timers.run()
        return { text: heard.chunks.map(String), times: heard.times }
      })
      expect(plays[0]).toEqual(plays[1])
      expect(plays[0]?.times).not.toEqual(plays[2]?.times)
    })

    it('I-5 delivers nothing after onData returned false until resume', () => {
      let accepted = 0
      const { heard, timers, exchange } = openReplay(
        protocol,
        request('clean', true),
        {},
        () => ++accepted !== 3,
      )
      timers.run()
      expect(heard.chunks).toHaveLength(3)
      expect(timers.waiting).toBe(0)
      exchange.resume()
      exchange.resume()
      expect(timers.waiting).toBe(1)
      timers.run()
      expect(heard.ends).toBe(1)
      expect(READERS[protocol].stream(heard.bytes)['content/0']).toBe(scenarioOfModel('replay/clean')?.text)
    })

    it('stands still between pause and resume', () => {
      const { heard, timers, exchange } = openReplay(protocol, request('clean', true))
      timers.run(5)
      exchange.pause()
      exchange.pause()
      expect(timers.waiting).toBe(0)
      exchange.resume()
      timers.run()
      expect(heard.ends).toBe(1)
    })

    it('calls nothing after abort', () => {
      const { heard, timers, exchange } = openReplay(protocol, request('clean', true))
      timers.run(4)
      exchange.abort()
      exchange.abort()
      exchange.resume()
      expect(timers.waiting).toBe(0)
      expect(heard.chunks).toHaveLength(4)
      expect([heard.ends, heard.errors.length]).toEqual([0, 0])
    })

    it('may be aborted from inside onData', () => {
      let stop = (): void => {}
      const { heard, timers, exchange } = openReplay(protocol, request('clean', true), {}, () => {
        stop()
        return true
      })
      stop = exchange.abort
      timers.run()
      expect(heard.chunks).toHaveLength(1)
      expect(timers.waiting).toBe(0)
    })

    it('aborts what still runs when it is closed', async () => {
      const { heard, timers, close } = openReplay(protocol, request('clean', true))
      timers.run(2)
      await close()
      expect(timers.waiting).toBe(0)
      expect(heard.ends).toBe(0)
    })

    it.each(['replay/none', 'replay/', 'gpt-4', 'replay/pii ', 'replay/toString'])(
      'answers 404 to %j',
      (model) => {
        const { heard, timers } = openReplay(protocol, { model, stream: true, messages: [] })
        timers.run()
        expect(heard.status).toBe(404)
        expect(heard.headers['content-type']).toBe('application/json')
        expect(heard.ends).toBe(1)
        const body = JSON.parse(heard.bytes.toString())
        expect(body.error.type).toBe(protocol === 'openai-chat' ? 'invalid_request_error' : 'not_found_error')
      },
    )
  })

  it('waits for the first token, then 20 to 60 ms between tokens, and divides both by the speed', () => {
    const gaps = [1, 4].map((speed) => {
      const { heard, timers } = openReplay('openai-chat', request('clean', true), { speed })
      timers.run()
      return heard.times.map((time, i) => (time - (heard.times[i - 1] ?? 0)) * speed)
    })
    const [first, ...rest] = gaps[0] ?? []
    expect(first).toBe(380)
    expect(Math.min(...rest)).toBeGreaterThanOrEqual(20)
    expect(Math.max(...rest)).toBeLessThanOrEqual(60)
    expect(gaps[1]?.map((gap) => Math.round(gap))).toEqual(gaps[0])
  })

  it('answers without streaming only after the time the tokens take', () => {
    const streamed = openReplay('openai-chat', request('clean', true))
    const whole = openReplay('openai-chat', request('clean', false))
    streamed.timers.run()
    whole.timers.run()
    expect(whole.heard.times).toEqual([streamed.heard.times.at(-1)])
  })

  it('sends the usage chunk of OpenAI only when it is asked for', () => {
    const plain = openReplay('openai-chat', request('clean', true))
    const counted = openReplay('openai-chat', {
      ...request('clean', true),
      stream_options: { include_usage: true },
    })
    plain.timers.run()
    counted.timers.run()
    expect(plain.heard.bytes.toString()).not.toContain('usage')
    const events = readSse(counted.heard.bytes)
    const last = JSON.parse(events.at(-2)?.data ?? '')
    expect(last.choices).toEqual([])
    expect(last.usage.completion_tokens).toBe(counted.heard.chunks.length)
    expect(JSON.parse(events[0]?.data ?? '').usage).toBeNull()
  })

  it.each([0, -1, Number.NaN])('refuses the speed %d', (speed) => {
    expect(() => createReplayUpstream({ speed })).toThrow(RangeError)
  })

  it('lists one model for each scenario and knows no others', () => {
    const { models } = createReplayUpstream()
    expect(models.closed).toBe(true)
    expect(models.list.map(({ id }) => id)).toEqual(SCENARIOS.map(({ name }) => `replay/${name}`))
  })
})

describe('the official clients', () => {
  const openai = new OpenAI({ apiKey: 'unused', fetch: replayFetch('openai-chat'), maxRetries: 0 })
  const anthropic = new Anthropic({
    apiKey: 'unused',
    fetch: replayFetch('anthropic-messages'),
    maxRetries: 0,
  })
  const messages = [{ role: 'user' as const, content: 'go' }]

  it.each(complete)('openai reads $name', async ({ name, text, ending, toolCall }) => {
    const body = { model: `replay/${name}`, messages }
    const streamed = await openai.chat.completions.stream(body).finalChatCompletion()
    const whole = await openai.chat.completions.create(body)
    for (const { choices } of [streamed, whole]) {
      const [choice] = choices
      expect(choice?.message.content).toBe(text)
      const reasons = { stop: 'stop', length: 'length', 'tool-call': 'tool_calls', 'connection-lost': '' }
      expect(choice?.finish_reason).toBe(reasons[ending])
      const call = choice?.message.tool_calls?.[0]
      if (toolCall === undefined) expect(call).toBeUndefined()
      else if (call?.type === 'function') {
        expect(call.function.name).toBe(toolCall.name)
        expect(JSON.parse(call.function.arguments)).toEqual(toolCall.arguments)
      } else expect.unreachable('no function call')
    }
  })

  it.each(complete)('@anthropic-ai/sdk reads $name', async ({ name, text, ending, toolCall }) => {
    const body = { model: `replay/${name}`, max_tokens: 4096, messages }
    const streamed = await anthropic.messages.stream(body).finalMessage()
    const whole = await anthropic.messages.create(body)
    for (const message of [streamed, whole]) {
      const reasons = {
        stop: 'end_turn',
        length: 'max_tokens',
        'tool-call': 'tool_use',
        'connection-lost': '',
      }
      expect(message.stop_reason).toBe(reasons[ending])
      expect(message.content[0]).toMatchObject({ type: 'text', text })
      expect(message.usage.output_tokens).toBeGreaterThan(10)
      if (toolCall === undefined) expect(message.content).toHaveLength(1)
      else
        expect(message.content[1]).toMatchObject({
          type: 'tool_use',
          name: toolCall.name,
          input: toolCall.arguments,
        })
    }
  })

  it('both report an unknown scenario as not found', async () => {
    const body = { model: 'replay/none', messages }
    await expect(openai.chat.completions.create(body)).rejects.toBeInstanceOf(OpenAI.NotFoundError)
    await expect(anthropic.messages.create({ ...body, max_tokens: 1 })).rejects.toBeInstanceOf(
      Anthropic.NotFoundError,
    )
  })
})
