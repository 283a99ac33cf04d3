import { describe, expect, it } from 'vitest'
import { compileMonitor, type Verdict } from './monitor.ts'

type Step = string

/** A trace from texts: 'p q' is an event with the fields p and q, '' one with none. */
function events(...steps: Step[]): Record<string, unknown>[] {
  return steps.map((step) =>
    Object.fromEntries(
      step
        .split(' ')
        .filter(Boolean)
        .map((name) => [name, true]),
    ),
  )
}

function verdicts(formula: string, ...steps: Step[]): Verdict[] {
  const session = compileMonitor(formula).open()
  return events(...steps).map((event) => session.push(event))
}

describe('compileMonitor', () => {
  it('LT-15 stays inconclusive on a growing prefix until decided', () => {
    expect(verdicts('G p', 'p', 'p', '', 'p')).toEqual(['inconclusive', 'inconclusive', 'false', 'false'])
    expect(verdicts('F q', '', 'q', '')).toEqual(['inconclusive', 'true', 'true'])
    expect(verdicts('G (a -> F b)', 'a', 'b', 'a')).toEqual(['inconclusive', 'inconclusive', 'inconclusive'])
  })

  it('sees a contradiction ahead that progression alone does not', () => {
    expect(verdicts('b | (F a & G !a)', '')).toEqual(['false'])
    expect(compileMonitor('F a & G !a').open().verdict).toBe('false')
    expect(compileMonitor('F a | G !a').open().verdict).toBe('true')
    expect(compileMonitor('F a & G !a').open().decidedAt).toBe(-1)
  })

  it('LT-05 X at the last event is false, N is true, and the verdict waits for the end', () => {
    for (const [formula, end] of [
      ['X p', false],
      ['N p', true],
    ] as const) {
      const session = compileMonitor(formula).open()
      expect(session.push({ p: true })).toBe('inconclusive')
      expect(session.end()).toBe(end)
    }
    expect(compileMonitor('G F a & G F !a').open().verdict).toBe('false')
    expect(compileMonitor('G F a & G F !a', { trace: 'infinite' }).open().verdict).toBe('inconclusive')
    expect(compileMonitor('X true', { trace: 'infinite' }).open().verdict).toBe('true')
    expect(compileMonitor('(a U b) & G !b', { trace: 'infinite' }).open().verdict).toBe('false')
  })

  it('tells the deciding event and the events that explain it', () => {
    const session = compileMonitor('G (tool.name == "send" -> O ok)').open()
    session.push({ note: 1 })
    session.push({ tool: { name: 'read' } })
    session.push({ tool: { name: 'send' } })
    session.push({ ok: true })
    expect(session.verdict).toBe('false')
    expect(session.decidedAt).toBe(2)
    expect(session.witness()).toEqual([2])
    expect(session.length).toBe(4)
    session.reset()
    expect(session.verdict).toBe('inconclusive')
    expect(session.length).toBe(0)
  })

  it('compares numbers past 2 ** 53', () => {
    for (const [formula, value] of [
      ['F at > 1700000000000000000', 1.8e18],
      ['F at < -1700000000000000000', -1.8e18],
      ['F (size > 1e308 & size < 1.5e308)', 1.2e308],
    ] as const) {
      const session = compileMonitor(formula).open()
      expect(session.push({ at: 0, size: 0 })).toBe('inconclusive')
      expect(session.push({ at: value, size: value })).toBe('true')
    }
  })

  it('reads no methods that lists and objects inherit', () => {
    for (const field of ['call.values', 'call.length', 'call.at', 'call.constructor', 'valueOf']) {
      const session = compileMonitor(`F ${field}`).open()
      expect(session.push({ call: [] }), field).toBe('inconclusive')
      expect(session.push(field === 'valueOf' ? { valueOf: 1 } : { call: { [field.slice(5)]: 1 } })).toBe(
        'true',
      )
    }
  })

  it('forgets detours in the witness', () => {
    const session = compileMonitor('G (a -> (b U c))').open()
    for (const event of events('a b', 'c', '', 'a b', 'b', '')) session.push(event)
    expect(session.verdict).toBe('false')
    expect(session.witness()).toEqual([3, 5])
  })

  it('keeps one deadline for a window in time, and decides by the clock alone', () => {
    const monitor = compileMonitor('G (ask -> F[0,5s] answer)')
    expect(monitor.engine).toBe('deadlines')
    const session = monitor.open()
    session.push({ ask: true }, 1000)
    session.push({ ask: true }, 3000)
    expect(session.push({ answer: true }, 6000)).toBe('inconclusive')
    session.push({ ask: true }, 7000)
    expect(session.advance(12_000)).toBe('inconclusive')
    expect(session.advance(12_001)).toBe('false')
    const flood = monitor.open()
    for (let i = 0; i < 50_000; i++) flood.push({ ask: true }, i / 100)
    expect(JSON.stringify(flood.snapshot()).length).toBeLessThan(2000)
  })

  it('keeps a window that is still to begin apart from one that runs, also before and at time 0', () => {
    const both = compileMonitor('F[0,5s] a & X F[0,5s] a').open()
    both.push({}, 1000)
    both.push({ a: true }, 2000)
    expect(both.verdict).toBe('true')
    const late = compileMonitor('X F[0,5s] a -> F[0,5s] a').open()
    late.push({}, 1000)
    late.push({}, 100_000)
    expect(late.push({ a: true }, 100_001)).toBe('false')
    const monitor = compileMonitor('F[0,5s] a')
    let session = monitor.open()
    expect(session.push({}, -5001)).toBe('inconclusive')
    session = monitor.resume(JSON.parse(JSON.stringify(session.snapshot())))
    expect(session.push({ a: true }, 0)).toBe('false')
    const now = compileMonitor('F[0s,0s] (a U[0s,2s] b)').open()
    now.push({ a: true }, 0)
    expect(now.push({ b: true }, 1)).toBe('true')
  })

  it('I-5 stops with FORMULA_LIMIT when too many windows wait to begin', () => {
    const session = compileMonitor('G (ask -> F[10s,20s] answer)').open()
    const limited = expect.objectContaining({ code: 'FORMULA_LIMIT' })
    const flood = (): void => {
      for (let i = 0; i < 2000; i++) session.push({ ask: true }, i)
    }
    expect(flood).toThrow(limited)
    for (const use of [() => session.push({}, 9999), () => session.advance(9999), () => session.snapshot()])
      expect(use).toThrow(limited)
  })

  it('has room for hundreds of obligations beside a window in time', () => {
    const wide = ['a', 'b', 'c', 'd', 'e'].map((field) => `F[0,250] ${field}`).join(' & ')
    const session = compileMonitor(`${wide} & F[0,5s] f`).open()
    for (const field of ['a', 'b', 'c', 'd', 'e']) session.push({ [field]: true }, 0)
    expect(session.push({ f: true }, 5000)).toBe('true')
  })

  it('looks back over windows in time with one stamp', () => {
    const session = compileMonitor('G (send -> O[0,5s] approved)').open()
    session.push({ approved: true }, 0)
    expect(session.push({ send: true }, 5000)).toBe('inconclusive')
    expect(session.push({ send: true }, 5001)).toBe('false')
  })

  it('forgets what a window that begins later has kept when S is broken', () => {
    const session = compileMonitor('F (ask & (open S[2s,9s] login))').open()
    session.push({ login: true }, 0)
    session.push({}, 1000)
    expect(session.push({ open: true, ask: true }, 3000)).toBe('inconclusive')
    session.push({ open: true, login: true }, 4000)
    expect(session.push({ open: true, ask: true }, 6000)).toBe('true')
  })

  it('LT-11 stops a formula that needs too many states with FORMULA_LIMIT, and stays stopped', () => {
    const session = compileMonitor(`G (a -> ${'X '.repeat(12)}b)`, { maxStates: 500 }).open()
    const run = (): void => {
      let seed = 1
      for (let i = 0; i < 5000; i++) {
        seed = (seed * 1103515245 + 12345) % 2 ** 31
        session.push({ a: seed & 4096, b: true })
      }
    }
    expect(run).toThrow(expect.objectContaining({ code: 'FORMULA_LIMIT', details: { maxStates: 500 } }))
    expect(() => session.push({})).toThrow(expect.objectContaining({ code: 'FORMULA_LIMIT' }))
    expect(() => session.snapshot()).toThrow(expect.objectContaining({ code: 'FORMULA_LIMIT' }))
  })

  it('needs a time where a window is in time, and one that does not fall', () => {
    const session = compileMonitor('F[0,5s] a').open()
    expect(() => session.push({})).toThrow(expect.objectContaining({ code: 'TRACE_INVALID' }))
    session.push({}, 10)
    expect(() => session.push({}, 9)).toThrow(expect.objectContaining({ code: 'TRACE_INVALID' }))
  })

  it('delegates ~ to the matcher and refuses to run without one', () => {
    expect(() => compileMonitor('F text ~ /x/')).toThrow(TypeError)
    const match = (text: string, pattern: string): boolean => text.includes(pattern)
    const session = compileMonitor('F text ~ /x/', { match }).open()
    expect(session.push({ text: 3 })).toBe('inconclusive')
    expect(session.push({ text: 'axb' })).toBe('true')
  })

  it('LT-13 refuses to end an empty trace, and events after the end', () => {
    const session = compileMonitor('G a').open()
    expect(() => session.end()).toThrow(expect.objectContaining({ code: 'TRACE_INVALID' }))
    session.push({ a: 1 })
    expect(session.end()).toBe(true)
    expect(() => session.push({})).toThrow(expect.objectContaining({ code: 'SESSION_ENDED' }))
  })

  it('refuses the snapshot of another formula, and a damaged one', () => {
    const monitor = compileMonitor('G a')
    const other = compileMonitor('F a').open().snapshot()
    expect(() => monitor.resume(other)).toThrow(expect.objectContaining({ code: 'SNAPSHOT_INVALID' }))
    const snapshot = monitor.open().snapshot()
    for (const state of [null, {}, { path: [[0, 99]] }, { path: 3 }])
      expect(() => monitor.resume({ ...snapshot, state })).toThrow(
        expect.objectContaining({ code: 'SNAPSHOT_INVALID' }),
      )
  })

  it('LT-14 sessions of one monitor have their own results', () => {
    const monitor = compileMonitor('G p')
    const [x, y] = [monitor.open(), monitor.open()]
    expect(x.push({})).toBe('false')
    expect(y.push({ p: 1 })).toBe('inconclusive')
    expect(y.end()).toBe(true)
  })

  it('refuses options that are no numbers', () => {
    expect(() => compileMonitor('a', { maxStates: 0 })).toThrow(RangeError)
  })
})
