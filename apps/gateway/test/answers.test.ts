import { connect } from 'node:net'
import { createFakeClock, openaiChatStream, scriptedUpstream, type UpstreamScript } from '@midstream/test-kit'
import { describe, expect, it } from 'vitest'
import { ask, CHAT, errorOf, gatewayBefore, MESSAGES, until } from './gateway-harness.ts'

const json = { 'content-type': 'application/json' }
const email = 'maria.keller@example.com'
const stalledError: UpstreamScript = { status: 500, headers: json, steps: ['{"error":', 'stall'] }

describe('a complete answer', () => {
  it('reaches a client although it begins with a byte order mark and somebody watches', async () => {
    const body = `\uFEFF${JSON.stringify({ choices: [{ index: 0, message: { content: 'Hello.' } }] })}`
    await using service = await scriptedUpstream({ headers: json, steps: [body] })
    await using gateway = await gatewayBefore(service)
    const leaving = new AbortController()
    await fetch(`${gateway.url}/v1/events`, { signal: leaving.signal })
    const signal = AbortSignal.timeout(3000)
    const response = await ask(gateway, { stream: false }, { signal })
    expect(Buffer.from(await response.arrayBuffer()).toString()).toBe(body)
    leaving.abort()
  })
})

describe("an upstream's own error", () => {
  it.each([CHAT, MESSAGES])('I-1 is guarded like an answer, on %s', async (path) => {
    const error = { message: 'no call was made', failed_generation: `{"to":"${email}"}` }
    await using service = await scriptedUpstream({
      status: 400,
      headers: json,
      steps: [JSON.stringify({ error })],
    })
    await using gateway = await gatewayBefore(service)
    const response = await ask(gateway, { stream: true }, { path })
    expect(response.status).toBe(400)
    const text = await response.text()
    expect(text).not.toContain(email)
    expect(JSON.parse(text)).toMatchObject({ error: { message: error.message } })
  })

  it('I-1 is replaced when it must not be shown, with its status', async () => {
    const error = { message: `ask ${email}` }
    await using service = await scriptedUpstream({
      status: 429,
      headers: json,
      steps: [JSON.stringify({ error })],
    })
    await using gateway = await gatewayBefore(service, { guard: { actions: { 'pii/email': 'block' } } })
    const response = await ask(gateway, {})
    expect(response.status).toBe(429)
    expect((await errorOf(response)).error).toMatchObject({ code: 'UPSTREAM_STATUS' })
  })

  it.each(['', 'null', '"no"', '{"error":'])('is replaced when it is no JSON document: %j', async (body) => {
    await using service = await scriptedUpstream({ status: 503, headers: json, steps: [body] })
    await using gateway = await gatewayBefore(service)
    const response = await ask(gateway, {})
    expect(response.status).toBe(503)
    expect((await errorOf(response)).error).toMatchObject({ code: 'UPSTREAM_STATUS' })
  })

  it('I-6 is left when the client leaves', async () => {
    await using service = await scriptedUpstream(stalledError)
    await using gateway = await gatewayBefore(service)
    const leaving = new AbortController()
    const asked = ask(gateway, { stream: true }, { signal: leaving.signal })
    await until(() => service.requests.length === 1, 'the upstream to be asked')
    leaving.abort()
    await expect(asked).rejects.toThrow()
    expect(await service.requests[0]!.over).toBe('aborted')
  })

  it('BD-04 takes no longer than a stream may', async () => {
    const clock = createFakeClock()
    await using service = await scriptedUpstream(stalledError)
    await using gateway = await gatewayBefore(service, {}, { clock })
    const asked = ask(gateway, { stream: true })
    await until(() => service.requests[0]?.sentBytes !== undefined, 'the upstream to answer')
    await until(() => {
      clock.advance(60_000)
      return Promise.race([
        asked.then(() => true),
        new Promise<false>((resolve) => setTimeout(resolve, 50, false)),
      ])
    }, 'the end of the wait')
    expect((await asked).status).toBe(500)
    expect(await service.requests[0]!.over).toBe('aborted')
  })
})

describe('answers that wait for each other on one connection', () => {
  it('I-6 are all left with it, without a word about leaks of listeners', async () => {
    const warnings: string[] = []
    const warn = (warning: Error): void => void warnings.push(warning.message)
    process.on('warning', warn)
    const steps = [
      openaiChatStream({ deltas: ['Well. '], finishReason: null, done: false }),
      'stall',
    ] as const
    await using service = await scriptedUpstream({ steps })
    await using gateway = await gatewayBefore(service)
    const body = JSON.stringify({ model: 'm', stream: true, messages: [] })
    const head = `POST ${CHAT} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n`
    const client = connect(gateway.port, '127.0.0.1')
    client.write(`${head}content-length: ${body.length}\r\n\r\n${body}`.repeat(12))
    await until(() => service.requests.filter(({ sentBytes }) => sentBytes > 0).length === 12, 'all to begin')
    client.destroy()
    const over = await Promise.all(service.requests.map((request) => request.over))
    expect(over).toEqual(new Array(12).fill('aborted'))
    process.off('warning', warn)
    expect(warnings).toEqual([])
  })
})
