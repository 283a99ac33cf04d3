import { wordInspector } from '@midstream/conformance'
import { type Inspector, MidstreamError, type Policy } from '@midstream/core'
import {
  anthropicMessageStream,
  createFakeClock,
  oneByOne,
  openaiChatStream,
  readAnthropicMessageStream,
  readOpenaiChatStream,
} from '@midstream/test-kit'
import { describe, expect, it } from 'vitest'
import {
  anthropicMessages,
  createGuard,
  type GuardEvent,
  type GuardOptions,
  type GuardReport,
  guardStream,
  openaiChat,
  type Protocol,
} from '../src/index.ts'

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)
const redactAll: Policy = { decide: () => 'redact' }
const blockAll: Policy = { decide: () => 'block' }

interface Run {
  readonly text: string
  readonly report: GuardReport | undefined
  readonly writes: number
  readonly events: readonly GuardEvent[]
}

function open(options: Partial<GuardOptions>, protocol: Protocol = openaiChat) {
  const clock = createFakeClock()
  const guard = createGuard({ inspectors: [wordInspector(['secret'])], policy: redactAll, clock, ...options })
  const written: Uint8Array[] = []
  const events: GuardEvent[] = []
  let report: GuardReport | undefined
  const stream = guardStream(guard, protocol, {
    write: (bytes) => written.push(bytes),
    end: (r) => {
      report = r
    },
    event: (event) => events.push(event),
  })
  const run = (): Run => ({ text: Buffer.concat(written).toString(), report, writes: written.length, events })
  return { stream, clock, run }
}

function chunk(content: string, more: Record<string, unknown> = {}): Uint8Array {
  return bytesOf(
    `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', choices: [{ index: 0, delta: { content }, finish_reason: null, ...more }] })}\n\n`,
  )
}
const FINISH = bytesOf(
  `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] })}\n\ndata: [DONE]\n\n`,
)

describe('guardStream', () => {
  it('ST-01 passes chunks that end inside a character as the same bytes, blanks kept', () => {
    const whole = Buffer.concat([chunk('Hel'), chunk('lo '), chunk('wörld'), FINISH])
    for (const inspectors of ['off', [wordInspector(['secret'])]] as const) {
      const { stream, run } = open({ inspectors })
      const inside = whole.indexOf('ö') + 1
      for (const part of [whole.subarray(0, inside), whole.subarray(inside)]) stream.push(part)
      stream.end()
      expect(run().text).toBe(whole.toString())
      expect(run().report).toMatchObject({
        ending: 'complete',
        verdict: 'allow',
        findings: [],
        finishReason: 'stop',
      })
    }
  })

  it('ST-02 skips an empty chunk and goes on', () => {
    const { stream, run } = open({})
    for (const bytes of [new Uint8Array(), chunk('a'), new Uint8Array(), chunk(''), FINISH])
      stream.push(bytes)
    stream.end()
    expect(readOpenaiChatStream(bytesOf(run().text))['content/0']).toBe('a')
    expect(run().report?.ending).toBe('complete')
  })

  it('I-1 I-6 shows nothing of a secret that the upstream never finished', () => {
    for (const cause of ['failed', 'ended'] as const) {
      const { stream, run } = open({})
      for (const text of ['tell ', 'sec', 're']) stream.push(chunk(text))
      if (cause === 'failed') stream.fail(new MidstreamError('UPSTREAM_ABORTED', 'the connection broke'))
      else stream.end()
      expect(run().text).not.toContain('"sec')
      expect(readOpenaiChatStream(bytesOf(run().text))['content/0']).toBe('tell ')
      expect(run().text).not.toContain('"finish_reason":"stop"')
      expect(run().report?.ending).toBe('failed')
    }
  })

  it('I-6 ends once when the sink throws, and delivers nothing twice', () => {
    const guard = createGuard({ inspectors: [wordInspector(['secret'])], policy: redactAll })
    const broken = bytesOf('data: {broken\n\n')
    // Framed events, and in the second chunk events known by their bytes, which wait behind a held one.
    const long = Array.from({ length: 6 }, () => chunk('.'))
    const held = [chunk('sec'), chunk('a'), chunk('b'), chunk('c')]
    const b = '"content":"b"'
    for (const [failing, ...parts] of [
      [b, [chunk('a'), chunk('b'), chunk('c'), broken]],
      [b, [chunk('a'), chunk('b'), chunk('c')]],
      [b, long, held],
      // Written by the end itself: what follows must not look like the end of a whole answer.
      ['data: [DONE]', [chunk('a')], [FINISH.subarray(0, -2)]],
    ] as [string, ...Uint8Array[][]][]) {
      const written: Uint8Array[] = []
      const ends: GuardReport[] = []
      let failures = 0
      const stream = guardStream(guard, openaiChat, {
        write(bytes) {
          if (failures === 0 && Buffer.from(bytes).includes(failing)) {
            failures++
            throw new Error('sink')
          }
          written.push(bytes)
        },
        end: (report) => ends.push(report),
      })
      for (const part of parts) stream.push(Buffer.concat(part))
      stream.end()
      const text = Buffer.concat(written).toString()
      expect(text.split('"content":"a"').length).toBeLessThanOrEqual(2)
      expect(ends.map(({ ending }) => ending)).toEqual(['failed'])
      expect(text.split('[DONE]')).toHaveLength(2)
    }
  })

  it('ST-03 goes on when an observer throws, and counts it', () => {
    const guard = createGuard({ inspectors: [wordInspector(['secret'])], policy: redactAll })
    const parts = [chunk('a '), chunk('secret '), chunk('b'), FINISH]
    const run = (event?: () => never, watchesText?: () => never) => {
      const written: Uint8Array[] = []
      const ends: GuardReport[] = []
      const write = (bytes: Uint8Array) => written.push(bytes)
      const stream = guardStream(guard, openaiChat, {
        write,
        end: (report) => ends.push(report),
        ...(event && { event }),
        ...(watchesText && { watchesText }),
      })
      for (const part of parts) stream.push(part)
      stream.end()
      return { text: Buffer.concat(written).toString(), ends }
    }
    const fail = () => {
      throw new Error('metrics are down')
    }
    const quiet = run()
    expect(quiet.ends).toMatchObject([{ ending: 'complete', verdict: 'redact' }])
    expect(quiet.ends[0]).not.toHaveProperty('observerFailures')
    const loud = run(fail)
    expect(loud.text).toBe(quiet.text)
    // The finding, and each of the three texts.
    expect(loud.ends).toMatchObject([{ ending: 'complete', verdict: 'redact', observerFailures: 4 }])
    expect(run(fail, fail).text).toBe(quiet.text)
  })

  it('ST-09 takes a message of a million characters when the limits are raised', () => {
    const word = 'lorem ipsum dolor '
    const message = word.repeat(Math.ceil(1_000_000 / word.length)).slice(0, 1_000_000)
    const { stream, run } = open({ limits: { maxChunkBytes: 2_000_000, maxEventBytes: 2_000_000 } })
    stream.push(Buffer.concat([chunk(message), FINISH]))
    stream.end()
    expect(readOpenaiChatStream(bytesOf(run().text))['content/0']).toBe(message)
    const bounded = open({})
    bounded.stream.push(chunk(message))
    expect(bounded.run().report?.error?.code).toBe('CHUNK_TOO_LARGE')
  })

  it('I-3 passes a last event that lacks its blank line', () => {
    const whole = Buffer.concat([chunk('a'), FINISH]).subarray(0, -2)
    const { stream, run } = open({ inspectors: 'off' })
    stream.push(whole)
    stream.end()
    expect(run().text).toBe(whole.toString())
    expect(run().report?.ending).toBe('complete')
  })

  it('I-2 delivers what was decided before an event that breaks the stream, however the bytes came', () => {
    const whole = Buffer.concat([chunk('one '), chunk('two '), bytesOf('data: {broken\n\n'), FINISH])
    const texts = [[whole], oneByOne(whole)].map((parts) => {
      const { stream, run } = open({})
      for (const part of parts) stream.push(part)
      stream.end()
      expect(run().report).toMatchObject({ ending: 'failed', error: { code: 'UPSTREAM_INVALID_JSON' } })
      return run().text
    })
    expect(texts[0]).toContain('"two "')
    expect(texts[1]).toBe(texts[0])
  })

  it('ST-12 I-6 writes nothing after the client left and reports it', () => {
    const { stream, run } = open({})
    stream.push(chunk('hello'))
    stream.abort()
    const before = run().writes
    stream.push(chunk('more'))
    stream.end()
    expect(run().writes).toBe(before)
    expect(run().report?.ending).toBe('aborted')
    expect(stream.ended).toBe(true)
  })

  it('I-6 is silent after a client that leaves while it is written to', () => {
    const upstream = Buffer.concat([
      ...['a', ' secret', ' b', ' sec', 'ret', ' c', ' d'].map((text) => chunk(text)),
      FINISH,
    ])
    for (const policy of [redactAll, blockAll]) {
      for (const chunkBytes of [upstream.length, 300, 40]) {
        for (const leavesIn of ['write', 'event'] as const) {
          for (let nth = 1, met = true; met; nth++) {
            met = false
            const calls: string[] = []
            const call = (what: 'write' | 'event'): void => {
              calls.push(what)
              if (what !== leavesIn || calls.filter((name) => name === what).length !== nth) return
              met = true
              stream.abort()
              calls.push('left')
            }
            const stream = guardStream(
              createGuard({ inspectors: [wordInspector(['secret'])], policy }),
              openaiChat,
              {
                write: () => call('write'),
                event: () => call('event'),
                end: ({ ending }) => calls.push(ending),
              },
            )
            for (let at = 0; at < upstream.length; at += chunkBytes) {
              stream.push(upstream.subarray(at, at + chunkBytes))
            }
            stream.end()
            if (!met) continue
            const after = calls.slice(calls.indexOf('left') + 1)
            expect(after.filter((what) => what !== 'aborted')).toEqual([])
            expect(calls.filter((what) => what === 'aborted')).toHaveLength(1)
          }
        }
      }
    }
  })

  it('ST-13 I-6 shows an upstream failure as an error, not as content and not as a clean end', () => {
    const { stream, run } = open({})
    stream.push(chunk('hello '))
    stream.fail(new MidstreamError('UPSTREAM_ABORTED', 'the connection to the upstream broke'))
    expect(run().text).toContain(
      '"error":{"message":"the connection to the upstream broke","type":"upstream_error","code":"UPSTREAM_ABORTED"',
    )
    expect(run().text).not.toContain('finish_reason":"stop"')
    expect(run().report).toMatchObject({ ending: 'failed', error: { code: 'UPSTREAM_ABORTED' } })
  })

  it('ST-14 keeps two interleaved tool calls apart and holds both until the calls are complete', () => {
    const call = (index: number, args: string, first = false) =>
      bytesOf(
        `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', choices: [{ index: 0, delta: { tool_calls: [{ index, ...(first ? { id: `call_${index}`, type: 'function' } : {}), function: { ...(first ? { name: `tool_${index}` } : {}), arguments: args } }] }, finish_reason: null }] })}\n\n`,
      )
    const { stream, run } = open({})
    const pieces = [
      call(0, '{"a":', true),
      call(1, '{"b":"s', true),
      call(0, '"x\\u0041'),
      call(1, 'ec'),
      call(0, 'y"}'),
      call(1, 'ret"}'),
    ]
    for (const piece of pieces) stream.push(piece)
    expect(run().text).toBe('')
    stream.push(FINISH)
    stream.end()
    const texts = readOpenaiChatStream(bytesOf(run().text))
    const args = Object.entries(texts).filter(([key]) => key.startsWith('tool-input'))
    expect(args.map(([, text]) => text)).toEqual(['{"a":"xAy"}', '{"b":"[word/secret]"}'])
  })

  it('ST-15 reports usage and the finish reason once', () => {
    const usage = bytesOf(
      'data: {"id":"c","object":"chat.completion.chunk","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":5}}\n\n',
    )
    const { stream, run } = open({})
    stream.push(chunk('hi', { finish_reason: 'stop' }))
    stream.push(usage)
    stream.push(bytesOf('data: [DONE]\n\n'))
    stream.end()
    expect(run().report).toMatchObject({ usage: { inputTokens: 3, outputTokens: 5 }, finishReason: 'stop' })
  })

  it('SG-02 I-1 redacts a span that came one character at a time', () => {
    const { stream, run } = open({})
    for (const character of 'my secret is') stream.push(chunk(character))
    stream.push(FINISH)
    stream.end()
    expect(readOpenaiChatStream(bytesOf(run().text))['content/0']).toBe('my [word/secret] is')
    expect(run().report?.verdict).toBe('redact')
  })

  it('SG-03 cuts before a blocked span, with the reason, for both protocols', () => {
    const chat = open({ policy: blockAll })
    for (const text of ['my ', 'sec', 'ret', ' more']) chat.stream.push(chunk(text))
    expect(chat.stream.ended).toBe(true)
    expect(readOpenaiChatStream(bytesOf(chat.run().text))['content/0']).toBe('my ')
    expect(chat.run().text).toMatch(/"finish_reason":"content_filter"\}\]\}\n\ndata: \[DONE\]\n\n$/)
    expect(chat.run().report).toMatchObject({
      ending: 'cut',
      verdict: 'block',
      error: { code: 'POLICY_BLOCK', details: { rule: 'word/secret' } },
    })

    const messages = open({ policy: blockAll }, anthropicMessages)
    const upstream = anthropicMessageStream({
      blocks: [{ type: 'text', deltas: ['my ', 'sec', 'ret', ' more'] }],
    })
    for (const byte of oneByOne(bytesOf(upstream))) messages.stream.push(byte)
    const text = messages.run().text
    expect(readAnthropicMessageStream(bytesOf(text))['content/0']).toBe('my ')
    expect(text).toContain('"stop_reason":"refusal"')
    expect(text.indexOf('content_block_stop')).toBeLessThan(text.indexOf('message_delta'))
    expect(text.endsWith('event: message_stop\ndata: {"type":"message_stop"}\n\n')).toBe(true)
  })

  it('SG-04 I-1 finds a phrase that was cut into 2 to 10 chunks', () => {
    for (let pieces = 2; pieces <= 10; pieces++) {
      const { stream, run } = open({ policy: blockAll, inspectors: [wordInspector(['open sesame now'])] })
      const phrase = 'say open sesame now please'
      for (let i = 0; i < pieces; i++) {
        stream.push(
          chunk(
            phrase.slice(
              Math.floor((i * phrase.length) / pieces),
              Math.floor(((i + 1) * phrase.length) / pieces),
            ),
          ),
        )
      }
      expect(run().report?.ending).toBe('cut')
      expect(readOpenaiChatStream(bytesOf(run().text))['content/0']).toBe('say ')
    }
  })

  it('SG-05 SG-06 I-8 an inspector that throws blocks; with failOpen the stream goes on and each failure is reported', () => {
    const broken: Inspector = {
      id: 'broken',
      maxHoldChars: 0,
      open: () => ({
        push() {
          throw new Error('boom')
        },
        end() {},
      }),
    }
    const closed = open({ inspectors: [broken] })
    closed.stream.push(chunk('hello'))
    expect(closed.run().report).toMatchObject({
      ending: 'cut',
      error: { code: 'INSPECTOR_FAILED', details: { inspector: 'broken' } },
    })
    expect(closed.run().text).not.toContain('hello')

    const opened = open({ inspectors: [broken, wordInspector(['secret'])], failOpen: true })
    for (const bytes of [chunk('a secret'), FINISH]) opened.stream.push(bytes)
    opened.stream.end()
    expect(readOpenaiChatStream(bytesOf(opened.run().text))['content/0']).toBe('a [word/secret]')
    expect(opened.run().events.filter(({ type }) => type === 'inspector-failed')).toHaveLength(1)
  })

  it('SG-05 cuts a stream whose text an inspector does not decide in time', () => {
    const silent: Inspector = { id: 'silent', maxHoldChars: 100, open: () => ({ push: () => 0, end() {} }) }
    const { stream, run, clock } = open({ inspectors: [silent] })
    stream.push(chunk('hello'))
    clock.advance(30_000)
    stream.tick()
    expect(run().report).toBeUndefined()
    clock.advance(1)
    stream.tick()
    expect(run().report).toMatchObject({ ending: 'cut', verdict: 'block', error: { code: 'HOLD_LIMIT' } })
    expect(run().text).not.toContain('hello')
  })

  it.each([Number.NaN, undefined as unknown as number])(
    'I-8 an inspector that clears up to %s blocks; with failOpen the stream goes on without it',
    (offset) => {
      const broken: Inspector = {
        id: 'broken',
        maxHoldChars: 0,
        open: () => ({ push: () => offset, end() {} }),
      }
      for (const inspectors of [[broken], [broken, wordInspector(['secret'])]]) {
        const closed = open({ inspectors })
        for (const bytes of [chunk('a sec'), chunk('ret'), FINISH]) closed.stream.push(bytes)
        expect(closed.run().report).toMatchObject({
          ending: 'cut',
          error: { code: 'INSPECTOR_FAILED', details: { inspector: 'broken' } },
        })
        expect(readOpenaiChatStream(bytesOf(closed.run().text))).toEqual({})
      }
      const opened = open({ inspectors: [broken, wordInspector(['secret'])], failOpen: true })
      for (const bytes of [chunk('a sec'), chunk('ret'), FINISH]) opened.stream.push(bytes)
      expect(readOpenaiChatStream(bytesOf(opened.run().text))['content/0']).toBe('a [word/secret]')
      expect(opened.run().events.filter(({ type }) => type === 'inspector-failed')).toHaveLength(1)
    },
  )

  it.each(['deny', undefined])('I-8 a policy that answers %s blocks', (answer) => {
    const { stream, run } = open({ policy: { decide: () => answer as 'block' } })
    stream.push(chunk('a secret'))
    expect(run().report).toMatchObject({ verdict: 'block', ending: 'cut', error: { code: 'POLICY_BLOCK' } })
    expect(run().text).not.toContain('secret')
  })

  it('I-1 leaves no copy of a redacted text in token probabilities', () => {
    const logprobs = {
      content: ['my', ' secret'].map((token) => ({
        token,
        logprob: -0.1,
        bytes: [...bytesOf(token)],
        top_logprobs: [],
      })),
    }
    const { stream, run } = open({})
    for (const bytes of [chunk('my secret', { logprobs }), FINISH]) stream.push(bytes)
    stream.end()
    expect(run().text).not.toContain('secret"')
    expect(run().text).toContain('"logprobs":null')
  })

  it('I-1 inspects fields and events that the protocol does not know', () => {
    const unknown = open({})
    unknown.stream.push(
      bytesOf('data: {"choices":[{"index":0,"delta":{"poem":"a sec"},"finish_reason":null}]}\n\n'),
    )
    unknown.stream.push(
      bytesOf(
        'data: {"choices":[{"index":0,"delta":{"poem":"ret"},"finish_reason":null}],"note":"the secret"}\n\n',
      ),
    )
    unknown.stream.push(FINISH)
    unknown.stream.end()
    expect(unknown.run().text).not.toMatch(/sec"|"ret|the secret/)

    const event = open({}, anthropicMessages)
    event.stream.push(
      bytesOf('event: from_the_future\ndata: {"type":"from_the_future","deep":[{"text":"a secret"}]}\n\n'),
    )
    expect(event.run().text).toContain('a [word/secret]')
  })

  it('I-1 leaves a comment out that holds a finding', () => {
    const { stream, run } = open({})
    for (const bytes of [bytesOf(': the secret\n\n: fine\n\n'), chunk('x'), FINISH]) stream.push(bytes)
    stream.end()
    expect(run().text).not.toContain('the secret')
    expect(run().text).toContain(': fine\n\n')
  })

  it('blocks a redaction of signed reasoning, which cannot be edited', () => {
    const { stream, run } = open({}, anthropicMessages)
    for (const event of [
      '{"type":"message_start","message":{"id":"m","type":"message","role":"assistant","content":[],"usage":{"input_tokens":1,"output_tokens":0}}}',
      '{"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}',
      '{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"the secret"}}',
    ]) {
      stream.push(bytesOf(`event: ${JSON.parse(event).type}\ndata: ${event}\n\n`))
    }
    expect(run().report).toMatchObject({ ending: 'cut', verdict: 'block' })
    expect(run().text).not.toContain('the secret')
  })

  it('does not begin a tool call that it refuses', () => {
    for (const protocol of [openaiChat, anthropicMessages]) {
      const { stream, run } = open({ policy: blockAll }, protocol)
      const upstream =
        protocol === openaiChat
          ? openaiChatStream({
              deltas: [
                { toolCall: { index: 0, id: 'call_1', name: 'send', arguments: '{"to":"sec' } },
                { toolCall: { index: 0, arguments: 'ret"}' } },
              ],
              finishReason: 'tool_calls',
            })
          : anthropicMessageStream({
              blocks: [{ type: 'tool_use', id: 't', name: 'send', deltas: ['{"to":"sec', 'ret"}'] }],
            })
      stream.push(bytesOf(upstream))
      stream.end()
      expect(run().report?.ending).toBe('cut')
      expect(run().text).not.toMatch(/tool_use|tool_calls/)
    }
  })

  it('does not hold the content behind an undecided word of the reasoning', () => {
    const { stream, run } = open({})
    for (const delta of [{ reasoning_content: 'my sec' }, { content: 'hello ' }]) {
      stream.push(
        bytesOf(`data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason: null }] })}\n\n`),
      )
    }
    expect(run().text).toContain('my sec')
    expect(run().text).toContain('hello ')
  })

  it('blocks a span that crosses the seam of a channel that was left and entered again', () => {
    const { stream, run } = open({})
    for (const delta of [
      { reasoning_content: 'my sec' },
      { content: 'hello ' },
      { reasoning_content: 'ret is out' },
    ]) {
      stream.push(
        bytesOf(`data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason: null }] })}\n\n`),
      )
    }
    expect(run().report).toMatchObject({ ending: 'cut', verdict: 'block', error: { code: 'POLICY_BLOCK' } })
    expect(run().text).not.toContain('ret')
  })

  it('BD-01 refuses a chunk of one byte more than the limit before it is read', () => {
    const { stream, run } = open({ limits: { maxChunkBytes: 65_536 } })
    stream.push(new Uint8Array(65_536).fill(58))
    expect(run().report).toBeUndefined()
    stream.push(new Uint8Array(65_537))
    expect(run().report?.error).toMatchObject({
      code: 'CHUNK_TOO_LARGE',
      details: { limit: 65_536, size: 65_537 },
    })
  })

  it('BD-02 ends a stream at its byte 16 777 217', () => {
    const { stream, run, clock } = open({})
    const comment = bytesOf(`: ${'x'.repeat(65_532)}\n\n`).subarray(0, 65_536)
    for (let i = 0; i < 256; i++) {
      stream.push(comment)
      clock.advance(10)
    }
    expect(run().report).toBeUndefined()
    stream.push(Uint8Array.of(10))
    expect(run().report?.error).toMatchObject({ code: 'STREAM_TOO_LARGE', details: { limit: 16_777_216 } })
  })

  it('BD-03 refuses chunk 1001 within a second', () => {
    const { stream, run, clock } = open({})
    for (let i = 0; i < 1000; i++) stream.push(bytesOf('\n'))
    clock.advance(1000)
    for (let i = 0; i < 1000; i++) stream.push(bytesOf('\n'))
    expect(run().report).toBeUndefined()
    stream.push(bytesOf('\n'))
    expect(run().report?.error?.code).toBe('RATE_EXCEEDED')
  })

  it('BD-04 ends a stream that takes longer than 300 s', () => {
    const { stream, run, clock } = open({})
    stream.push(chunk('x'))
    clock.advance(300_000)
    stream.tick()
    expect(run().report).toBeUndefined()
    clock.advance(1)
    stream.tick()
    expect(run().report).toMatchObject({ ending: 'failed', error: { code: 'STREAM_TIMEOUT' } })
  })

  it('BD-10 ST-19 keeps a hundred streams apart when one goes over a limit', () => {
    const guard = createGuard({
      inspectors: [wordInspector(['secret'])],
      policy: redactAll,
      limits: { maxEventBytes: 2000 },
    })
    const outputs: string[] = []
    const reports: (GuardReport | undefined)[] = []
    const streams = Array.from({ length: 100 }, (_, i) => {
      outputs.push('')
      return guardStream(guard, openaiChat, {
        write: (bytes) => {
          outputs[i] += Buffer.from(bytes).toString()
        },
        end: (report) => {
          reports[i] = report
        },
      })
    })
    for (const word of ['number ', 'secr', 'et ', 'end']) {
      for (const [i, stream] of streams.entries())
        stream.push(chunk(i === 50 && word === 'et ' ? 'x'.repeat(3000) : `${word}${i} `))
    }
    for (const stream of streams) {
      stream.push(FINISH)
      stream.end()
    }
    expect(reports[50]?.error?.code).toBe('EVENT_TOO_LARGE')
    expect(reports.filter((report) => report?.ending === 'complete')).toHaveLength(99)
    for (const [i, output] of outputs.entries()) {
      if (i !== 50)
        expect(readOpenaiChatStream(bytesOf(output))['content/0']).toBe(
          `number ${i} secr${i} et ${i} end${i} `,
        )
    }
  })

  it('tells an observer what was delivered, what was held and for how long, never what was hidden', () => {
    const { stream, run, clock } = open({})
    stream.push(chunk('my secre'))
    clock.advance(40)
    stream.push(chunk('t!'))
    stream.push(FINISH)
    stream.end()
    const { events } = run()
    expect(JSON.stringify(events.filter(({ type }) => type !== 'finding'))).not.toContain('secret"')
    expect(events.find(({ type }) => type === 'text-held')).toMatchObject({ chars: 8, heldMs: 40 })
    expect(run().report?.delivery).toMatchObject({ chars: 'my [word/secret]!'.length, longestHoldMs: 40 })
  })
})

describe('createGuard', () => {
  it('SG-07 refuses to run without an inspector unless that is said', () => {
    expect(() => createGuard({ inspectors: [], policy: redactAll })).toThrow(
      expect.objectContaining({ code: 'POLICY_UNENFORCEABLE' }),
    )
    expect(createGuard({ inspectors: 'off', policy: redactAll }).inspectors).toEqual([])
  })

  it('refuses an inspector that may hold more than the limit', () => {
    const inspectors = [wordInspector(['x'.repeat(100)])]
    expect(() => createGuard({ inspectors, policy: redactAll, limits: { maxHoldChars: 50 } })).toThrow(
      expect.objectContaining({
        code: 'POLICY_UNENFORCEABLE',
        details: expect.objectContaining({ limit: 50, needed: 99 }),
      }),
    )
  })

  it('refuses a limit that is not a positive number', () => {
    expect(() => createGuard({ inspectors: 'off', policy: redactAll, limits: { maxHoldMs: 0 } })).toThrow(
      RangeError,
    )
  })
})
