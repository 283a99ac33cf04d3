import { describe, expect, it } from 'vitest'
import { check } from './check.ts'

function events(...steps: string[]): Record<string, unknown>[] {
  return steps.map((step) =>
    Object.fromEntries(
      step
        .split(' ')
        .filter(Boolean)
        .map((name) => [name, true]),
    ),
  )
}

describe('check', () => {
  it('LT-03 G p on p, p, not p: false at state 2, prefix length 3', () => {
    const result = check('G p', events('p', 'p', ''))
    expect(result).toMatchObject({ holds: false, decidedAt: 2, prefixLength: 3 })
    expect(result.witness).toEqual([2])
  })

  it.each([
    ['LT-04', 'F q', ['', 'q'], true],
    ['LT-05', 'X p', ['', 'p'], true],
    ['LT-05', 'X p', ['p'], false],
    ['LT-05', 'N p', ['p'], true],
    ['LT-06', 'p U q', ['p', 'p', 'q'], true],
    ['LT-06', 'p U q', ['p', '', 'q'], false],
    ['LT-06', 'p U q', ['p', 'p', 'p'], false],
    ['LT-08', 'F[0,2] q', ['', '', 'q'], true],
    ['LT-08', 'F[0,1] q', ['', '', 'q'], false],
    ['LT-09', 'G (req -> F resp)', ['req', '', 'resp'], true],
    ['LT-09', 'G (req -> F resp)', ['req', ''], false],
  ])('%s %s on %j is %s', (_, formula, steps, holds) => {
    expect(check(formula, events(...steps)).holds).toBe(holds)
  })

  it('LT-12 throws SOLVER_TIMEOUT when the time is over, and does not say "satisfied"', () => {
    let reads = 0
    const slow = { now: () => reads++, wallTime: () => 0 }
    const trace = Array.from({ length: 10_000 }, () => ({ p: true }))
    expect(() => check('G p', trace, { timeoutMs: 2, clock: slow })).toThrow(
      expect.objectContaining({ code: 'SOLVER_TIMEOUT' }),
    )
    expect(check('G p', trace, { timeoutMs: 1000, clock: slow }).holds).toBe(true)
    expect(() => check('G p', trace, { timeoutMs: 0 })).toThrow(RangeError)
  })

  it('LT-13 refuses an empty trace', () => {
    expect(() => check('G p', [])).toThrow(expect.objectContaining({ code: 'TRACE_INVALID' }))
  })

  it('LT-14 the same formula on another trace has its own result', () => {
    expect(check('G p', events('p', 'p')).holds).toBe(true)
    expect(check('G p', events('p', '')).holds).toBe(false)
    expect(check('G p', events('p', 'p')).holds).toBe(true)
  })

  it('leaves open where only the end settled it', () => {
    expect(check('G (req -> F resp)', events('req', ''))).toMatchObject({
      decidedAt: undefined,
      prefixLength: 2,
    })
  })
})
