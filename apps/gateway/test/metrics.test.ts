import { get, type IncomingMessage } from 'node:http'
import type { Inspector } from '@midstream/core'
import { createFakeClock, openaiChatStream, scriptedUpstream } from '@midstream/test-kit'
import { describe, expect, it } from 'vitest'
import { ask, gate, gatewayBefore, metric, type TestGateway, testGateway, until } from './gateway-harness.ts'

/** Every number that /metrics shows, without buckets. */
async function numbers(gateway: TestGateway): Promise<Map<string, number>> {
  const text = await (await fetch(`${gateway.url}/metrics`)).text()
  const lines = text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#') && !line.includes('_bucket'))
  return new Map(
    lines.map((line) => [
      line.slice(0, line.lastIndexOf(' ')),
      Number(line.slice(line.lastIndexOf(' ') + 1)),
    ]),
  )
}

/** Names of the metrics that a gateway exports, without the suffixes of histograms. */
async function names(gateway: TestGateway): Promise<string[]> {
  const text = await (await fetch(`${gateway.url}/metrics`)).text()
  return [...text.matchAll(/^# TYPE (\S+)/gm)].map((match) => match[1]!)
}

function nonZero(found: Map<string, number>): string[] {
  return [...found]
    .filter(([, value]) => value > 0)
    .map(([series]) => series.replace(/\{.*|_(count|sum)$/g, ''))
}

/** Says nothing about any text, and clears nothing: what it reads waits. */
const undecided: Inspector = {
  id: 'undecided',
  maxHoldChars: Number.POSITIVE_INFINITY,
  open: () => ({ push: () => 0, end() {} }),
}
const broken: Inspector = {
  id: 'broken',
  maxHoldChars: 0,
  open() {
    throw new Error('out of order')
  },
}
const chat = openaiChatStream({ deltas: ['Write to maria.keller@example.com ', 'today. ', 'Bye.'] })

describe('/metrics', () => {
  it('GW-20 I-11 counts what happened, no more and no less', async () => {
    await using service = await scriptedUpstream({ steps: [chat] })
    await using gateway = await gatewayBefore(service, { upstream: { allowHosts: ['127.0.0.1'] } })
    expect([...(await numbers(gateway)).values()].every((value) => value === 0)).toBe(true)
    for (let n = 0; n < 3; n++) await (await ask(gateway, { stream: true })).text()
    const found = await numbers(gateway)
    const text = (await (await ask(gateway, { stream: true })).text()).matchAll(/"content":"([^"]*)"/g)
    const delivered = [...text].reduce((sum, match) => sum + match[1]!.length, 0)
    expect(Object.fromEntries([...found].filter(([series]) => !/_(sum|bucket)/.test(series)))).toMatchObject({
      'midstream_requests_total{protocol="openai-chat",status="200",outcome="complete"}': 3,
      'midstream_streams_total{protocol="openai-chat",ending="complete"}': 3,
      'midstream_findings_total{rule="pii/email",action="redact"}': 3,
      midstream_characters_delivered_total: 3 * delivered,
      midstream_characters_redacted_total: 3 * 'maria.keller@example.com'.length,
      midstream_request_duration_seconds_count: 3,
      midstream_time_to_first_character_seconds_count: 3,
      midstream_requests_in_flight: 0,
      midstream_backpressure_pauses_total: 0,
      midstream_viewer_events_dropped_total: 0,
    })
  })

  it('I-11 counts an answer that is not streamed like one that is', async () => {
    await using gateway = await testGateway()
    const series = ['midstream_characters_delivered_total', 'midstream_time_to_first_character_seconds_count']
    const counted = async (): Promise<number[]> => Promise.all(series.map((name) => metric(gateway, name)))
    await (await ask(gateway, { model: 'replay/pii', stream: true })).text()
    const [chars = 0] = await counted()
    await (await ask(gateway, { model: 'replay/pii' })).text()
    expect(chars).toBeGreaterThan(0)
    expect(await counted()).toEqual([2 * chars, 2])
  })

  it('I-11 takes the time to the first character when it is delivered, and only then', async () => {
    const clock = createFakeClock()
    const [toText, toEnd] = [gate(), gate()]
    const address = openaiChatStream({ deltas: ['maria.keller@'], finishReason: null, done: false })
    const rest = openaiChatStream({ deltas: ['example.com is it. ', 'Bye'], finishReason: null, done: false })
    const steps = [
      address,
      { until: toText.opened },
      rest,
      { until: toEnd.opened },
      openaiChatStream({ deltas: [] }),
    ]
    await using service = await scriptedUpstream({ steps })
    await using gateway = await gatewayBefore(service, {}, { clock })
    const reader = (await ask(gateway, { stream: true })).body!.getReader()
    let body = ''
    const readUntil = async (text: string): Promise<void> => {
      while (!body.includes(text)) {
        const { value, done } = await reader.read()
        if (done) throw new Error(`the stream ended without ${text}`)
        body += Buffer.from(value).toString()
      }
    }
    await readUntil('assistant')
    clock.advance(2000)
    toText.open()
    await readUntil('is it')
    clock.advance(5000)
    toEnd.open()
    await readUntil('[DONE]')
    await until(async () => (await metric(gateway, 'midstream_requests_in_flight')) === 0, 'the end')
    expect(await metric(gateway, 'midstream_time_to_first_character_seconds_sum')).toBe(2)
    expect(await metric(gateway, 'midstream_request_duration_seconds_sum')).toBe(7)
  })

  it('I-11 takes no time to the first character from an answer without one', async () => {
    await using service = await scriptedUpstream({ steps: [openaiChatStream({ deltas: [] })] })
    await using gateway = await gatewayBefore(service)
    await (await ask(gateway, { stream: true })).text()
    expect(await metric(gateway, 'midstream_time_to_first_character_seconds_count')).toBe(0)
  })

  it('GW-21 moves every metric that it exports', { timeout: 20_000 }, async () => {
    const moved = new Set<string>()
    const note = async (gateway: TestGateway): Promise<void> => {
      for (const name of nonZero(await numbers(gateway))) moved.add(name)
    }
    await using service = await scriptedUpstream({ steps: [chat] })
    const pieces = openaiChatStream({
      deltas: ['Write to ', 'maria.', 'keller', '@example.com ', 'today. '],
    }).split(/(?<=\n\n)/)
    await using slow = await scriptedUpstream({ steps: pieces.flatMap((piece) => [piece, { delayMs: 2 }]) })
    await using plain = await gatewayBefore(slow)
    await (await ask(plain, { stream: true })).text()
    await note(plain)
    await using holding = await gatewayBefore(
      service,
      { streaming: { maxHoldChars: 8 } },
      { inspectors: [undecided] },
    )
    await (await ask(holding, { stream: true })).text()
    await note(holding)
    await using failing = await gatewayBefore(service, {}, { inspectors: [broken] })
    await (await ask(failing, { stream: true })).text()
    await note(failing)
    await using empty = await scriptedUpstream({ steps: [] })
    await using dead = await gatewayBefore(empty)
    await (await ask(dead, { stream: true })).text()
    await note(dead)

    const event = openaiChatStream({ deltas: ['word '.repeat(3000)], finishReason: null, done: false })
    const steps = [...new Array<string>(2500).fill(event), openaiChatStream({ deltas: [] })]
    await using flood = await scriptedUpstream({ steps })
    await using flooded = await gatewayBefore(flood, {
      streaming: { maxStreamBytes: 1e9 },
      guard: { enabled: false },
    })
    const deaf = await new Promise<IncomingMessage>((resolve, reject) => {
      get(`${flooded.url}/v1/events`, { agent: false }, resolve).on('error', reject)
    })
    deaf.on('error', () => {})
    const answer = await ask(flooded, { stream: true })
    await until(async () => (await metric(flooded, 'midstream_backpressure_pauses_total')) > 0, 'a pause')
    await note(flooded)
    await answer.text()
    await note(flooded)
    deaf.destroy()

    await using all = await testGateway()
    expect([...moved].sort()).toEqual((await names(all)).sort())
  })
})
