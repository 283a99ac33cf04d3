import { scriptedUpstream } from '@midstream/test-kit'
import { describe, expect, it } from 'vitest'
import { CHAT, errorOf, gatewayBefore } from './gateway-harness.ts'

const json = { 'content-type': 'application/json' }
const token = `ghp_${'aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bD1fG3hJ5'}`

describe('a request', () => {
  it('SG-10 is sent on without the secrets in tool definitions and metadata, with all digits of its numbers', async () => {
    await using service = await scriptedUpstream({ headers: json, steps: ['{"choices":[]}'] })
    await using gateway = await gatewayBefore(service)
    const tool = `{"type":"function","function":{"name":"find","description":"use ${token}"}}`
    const body = `{"model":"m","seed":12345678901234567891,"messages":[],"tools":[${tool}],"metadata":{"k":"${token}"}}`
    const response = await fetch(gateway.url + CHAT, { method: 'POST', headers: json, body: `\uFEFF${body}` })
    expect(response.status).toBe(200)
    const sent = service.requests[0]!.body
    expect(sent).not.toContain(token)
    expect(sent).toContain('"seed":12345678901234567891,')
    expect(JSON.parse(sent)).toMatchObject({ tools: [{ function: { name: 'find' } }] })
  })

  it('is refused with more texts than are inspected, and not sent', async () => {
    await using service = await scriptedUpstream({ headers: json, steps: ['{}'] })
    await using gateway = await gatewayBefore(service)
    const texts = Array.from({ length: 32_769 }, () => 'a')
    const body = JSON.stringify({ model: 'm', messages: [], texts })
    const response = await fetch(gateway.url + CHAT, { method: 'POST', headers: json, body })
    expect(response.status).toBe(413)
    expect((await errorOf(response)).error.code).toBe('REQUEST_TOO_LARGE')
    expect(service.requests).toHaveLength(0)
  })
})
