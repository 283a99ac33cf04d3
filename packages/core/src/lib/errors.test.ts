import { describe, expect, it, vi } from 'vitest'
import { MidstreamError } from './errors.ts'

describe('MidstreamError', () => {
  it('carries code, message, cause and details', () => {
    const cause = new Error('socket hang up')
    const error = new MidstreamError('UPSTREAM_CONNECT', 'cannot reach upstream', {
      cause,
      details: { port: 443 },
    })
    expect(error).toBeInstanceOf(Error)
    expect(error.name).toBe('MidstreamError')
    expect(error.code).toBe('UPSTREAM_CONNECT')
    expect(error.message).toBe('cannot reach upstream')
    expect(error.cause).toBe(cause)
    expect(error.details).toEqual({ port: 443 })
  })

  it('has no cause property unless one was given', () => {
    expect('cause' in new MidstreamError('INTERNAL', 'x')).toBe(false)
    expect(new MidstreamError('INTERNAL', 'x').details).toEqual({})
  })
})

describe('MidstreamError.is', () => {
  it('recognises an error of another copy of the package, which instanceof does not', async () => {
    vi.resetModules()
    const copy = await import('./errors.ts')
    const foreign = new copy.MidstreamError('HOLD_LIMIT', 'x')
    expect(foreign instanceof MidstreamError).toBe(false)
    expect(MidstreamError.is(foreign)).toBe(true)
    expect(MidstreamError.is(foreign, 'HOLD_LIMIT')).toBe(true)
    expect(MidstreamError.is(foreign, 'INTERNAL')).toBe(false)
  })

  it.each([
    ['a plain error', new Error('x')],
    ['an object with a code', { code: 'INTERNAL', name: 'MidstreamError' }],
    ['null', null],
    ['undefined', undefined],
    ['a string', 'INTERNAL'],
  ])('is false for %s', (_, value) => {
    expect(MidstreamError.is(value)).toBe(false)
  })
})
