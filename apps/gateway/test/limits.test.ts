import { MidstreamError } from '@midstream/core'
import { createFakeClock } from '@midstream/test-kit'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createAuthenticator } from '../src/auth.ts'
import { checkJsonDepth, createInFlightLimit, createRateLimit } from '../src/limits.ts'
import { checkUpstreamUrl } from '../src/upstream-url.ts'

function codeOf(run: () => unknown): string | undefined {
  try {
    run()
  } catch (error) {
    if (MidstreamError.is(error)) return error.code
    throw error
  }
  return undefined
}

describe('createRateLimit', () => {
  it('GW-12 allows N requests, refuses the next, and counts each client on its own', () => {
    const clock = createFakeClock()
    const limit = createRateLimit(30, clock)
    for (let n = 0; n < 30; n++) limit.take('a')
    expect(codeOf(() => limit.take('a'))).toBe('RATE_EXCEEDED')
    expect(codeOf(() => limit.take('b'))).toBeUndefined()
  })

  it('GW-12 allows the next request after the time it names', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5000 }),
        fc.integer({ min: 0, max: 60_000 }),
        (perMinute, waitMs) => {
          const clock = createFakeClock(1234.5)
          const limit = createRateLimit(perMinute, clock)
          for (let n = 0; n < perMinute; n++) limit.take('a')
          clock.advance(waitMs)
          while (codeOf(() => limit.take('a')) === undefined);
          let seconds = 0
          try {
            limit.take('a')
          } catch (error) {
            if (MidstreamError.is(error)) seconds = Number(error.details['retryAfterSeconds'])
          }
          expect(seconds).toBeGreaterThanOrEqual(1)
          clock.advance(seconds * 1000)
          expect(codeOf(() => limit.take('a'))).toBeUndefined()
        },
      ),
      { numRuns: 256 },
    )
  })

  it('never lets more than 2N through in a minute that starts anywhere', () => {
    const clock = createFakeClock()
    const limit = createRateLimit(10, clock)
    let passed = 0
    for (let n = 0; n < 600; n++) {
      if (codeOf(() => limit.take('a')) === undefined) passed++
      clock.advance(100)
    }
    expect(passed).toBeGreaterThanOrEqual(19)
    expect(passed).toBeLessThanOrEqual(20)
  })
})

describe('createInFlightLimit', () => {
  it('refuses one too many and gives a place back once', () => {
    const limit = createInFlightLimit(2)
    const leave = limit.enter()
    limit.enter()
    expect(codeOf(() => limit.enter())).toBe('OVERLOADED')
    leave()
    leave()
    expect(limit.size).toBe(1)
    expect(codeOf(() => limit.enter())).toBeUndefined()
  })
})

describe('checkJsonDepth', () => {
  function depthOf(value: unknown): number {
    if (typeof value !== 'object' || value === null) return 0
    return 1 + Math.max(0, ...Object.values(value).map(depthOf))
  }

  it('GW-10 accepts exactly the documents that are no deeper than the limit', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 8 }), fc.integer({ min: 0, max: 8 }), (value, limit) => {
        const json = Buffer.from(JSON.stringify(value))
        const refused = codeOf(() => checkJsonDepth(json, limit)) === 'REQUEST_INVALID'
        expect(refused).toBe(depthOf(JSON.parse(json.toString())) > limit)
      }),
      { numRuns: 512 },
    )
  })

  it('does not count brackets inside strings', () => {
    expect(codeOf(() => checkJsonDepth(Buffer.from('"[[[[\\"[[[["'), 1))).toBeUndefined()
  })
})

describe('createAuthenticator', () => {
  const key = 'gateway-key-0123456789'

  it('GW-13 takes a known key from any of the usual headers and no other key', () => {
    const { check } = createAuthenticator(['another-key-0123456', key], false)
    const client = check({ authorization: `Bearer ${key}` })
    expect(client).toMatch(/^[0-9a-f]{16}$/)
    expect(check({ 'x-api-key': key })).toBe(client)
    expect(check({ 'x-midstream-key': key })).toBe(client)
    expect(codeOf(() => check({}))).toBe('REQUEST_UNAUTHENTICATED')
    expect(codeOf(() => check({ authorization: key }))).toBe('REQUEST_UNAUTHENTICATED')
    expect(codeOf(() => check({ authorization: `Bearer ${key}x` }))).toBe('REQUEST_UNAUTHENTICATED')
    expect(codeOf(() => check({ 'x-api-key': key.slice(0, -1) }))).toBe('REQUEST_UNAUTHENTICATED')
  })

  it("leaves the usual headers to the upstream when they carry the client's own key", () => {
    const { check } = createAuthenticator([key], true)
    expect(codeOf(() => check({ authorization: `Bearer ${key}` }))).toBe('REQUEST_UNAUTHENTICATED')
    expect(check({ 'x-midstream-key': key })).toBeDefined()
  })

  it('asks for nothing when no key is configured', () => {
    expect(createAuthenticator([], false).check({})).toBeUndefined()
  })
})

describe('checkUpstreamUrl', () => {
  const rules = { allowInsecure: false, allowHosts: [] as string[] }
  const check = (url: string, more: Partial<typeof rules> = {}) =>
    codeOf(() => checkUpstreamUrl(url, 'upstream.openai.baseUrl', { ...rules, ...more }))

  it.each([
    ['https://api.openai.com/v1', undefined],
    ['http://127.0.0.1:11434/v1', undefined],
    ['http://localhost:11434/v1', undefined],
    ['http://[::1]:8080', undefined],
    ['http://api.openai.com/v1', 'UPSTREAM_FORBIDDEN'],
    ['http://127.0.0.1.example.com', 'UPSTREAM_FORBIDDEN'],
    ['ws://127.0.0.1/', 'UPSTREAM_FORBIDDEN'],
    ['file:///etc/passwd', 'UPSTREAM_FORBIDDEN'],
    ['https://user:secret@api.openai.com', 'UPSTREAM_FORBIDDEN'],
    ['https://api.openai.com/v1?key=1', 'UPSTREAM_FORBIDDEN'],
    ['not a url', 'UPSTREAM_FORBIDDEN'],
  ])('BD-05 %s: %s', (url, code) => {
    expect(check(url)).toBe(code)
  })

  it('BD-05 allows plain http to other hosts only when that is asked for', () => {
    expect(check('http://10.0.0.5/v1', { allowInsecure: true })).toBeUndefined()
    expect(check('ws://10.0.0.5/v1', { allowInsecure: true })).toBe('UPSTREAM_FORBIDDEN')
  })

  it('BD-06 refuses hosts that are not on the list', () => {
    expect(check('https://api.openai.com', { allowHosts: ['api.openai.com'] })).toBeUndefined()
    expect(check('https://api.example.com', { allowHosts: ['api.openai.com'] })).toBe('UPSTREAM_FORBIDDEN')
  })
})
