import { describe, expect, it } from 'vitest'
import { scriptedUpstream } from './scripted-upstream.ts'

describe('scriptedUpstream', () => {
  it('plays its steps and records the request', async () => {
    await using upstream = await scriptedUpstream({
      status: 201,
      headers: { 'x-test': 'yes' },
      steps: ['one ', { delayMs: 1 }, new TextEncoder().encode('two')],
    })
    const response = await fetch(`${upstream.url}/v1/chat?x=1`, { method: 'POST', body: 'hello' })
    expect(response.status).toBe(201)
    expect(response.headers.get('x-test')).toBe('yes')
    expect(await response.text()).toBe('one two')
    const [request] = upstream.requests
    expect(request).toMatchObject({ method: 'POST', url: '/v1/chat?x=1', body: 'hello', sentBytes: 7 })
    expect(await request!.over).toBe('finished')
  })

  it('chooses a script per request', async () => {
    await using upstream = await scriptedUpstream((request, number) => ({
      steps: [`${number}:${request.url}`],
    }))
    expect(await (await fetch(`${upstream.url}/a`)).text()).toBe('0:/a')
    expect(await (await fetch(`${upstream.url}/b`)).text()).toBe('1:/b')
  })

  it('waits until the test says so', async () => {
    let open = (): void => undefined
    const gate = new Promise<void>((resolve) => {
      open = resolve
    })
    await using upstream = await scriptedUpstream({ steps: ['a', { until: gate }, 'b'] })
    const reader = (await fetch(upstream.url)).body!.getReader()
    expect((await reader.read()).value).toEqual(Uint8Array.of(97))
    expect(upstream.requests[0]!.sentBytes).toBe(1)
    open()
    expect((await reader.read()).value).toEqual(Uint8Array.of(98))
    expect((await reader.read()).done).toBe(true)
  })

  it('sees that a client left during a stall', async () => {
    await using upstream = await scriptedUpstream({ steps: ['a', 'stall'] })
    const client = new AbortController()
    const reader = (await fetch(upstream.url, { signal: client.signal })).body!.getReader()
    await reader.read()
    client.abort()
    expect(await upstream.requests[0]!.over).toBe('aborted')
  })

  it('resets the connection so that the body fails', async () => {
    await using upstream = await scriptedUpstream({ steps: ['a', 'reset'] })
    const error = await fetch(upstream.url)
      .then((response) => response.text())
      .catch((reason: unknown) => reason)
    // Node 22 closes where later versions reset: the body fails either way, with another cause.
    const major = Number(process.versions.node.split('.')[0])
    expect(error).toMatchObject({ cause: { code: major < 24 ? 'UND_ERR_SOCKET' : 'ECONNRESET' } })
    expect(await upstream.requests[0]!.over).toBe('reset')
  })

  it('stops sending when nobody reads', async () => {
    const steps = Array.from({ length: 256 }, () => 'x'.repeat(65_536))
    await using upstream = await scriptedUpstream({ steps })
    const response = await fetch(upstream.url)
    const reader = response.body!.getReader()
    await reader.read()
    let sent = -1
    // Buffers fill within a few turns of the loop; then the count stands still.
    while (sent !== upstream.requests[0]!.sentBytes) {
      sent = upstream.requests[0]!.sentBytes
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    expect(sent).toBeLessThan(256 * 65_536)
    await reader.cancel()
    expect(await upstream.requests[0]!.over).toBe('aborted')
  })

  it('closes connections that are still open, twice without harm', async () => {
    const upstream = await scriptedUpstream({ steps: ['a', 'stall'] })
    const response = await fetch(upstream.url)
    await upstream.close()
    await upstream.close()
    await expect(response.text()).rejects.toThrow(TypeError)
    await expect(fetch(upstream.url)).rejects.toThrow(TypeError)
  })
})
