import { describe, expect, it } from 'vitest'
import { createPolicyMonitor, type PolicyDecision, resumePolicyMonitor } from './policy-monitor.ts'

describe('createPolicyMonitor', () => {
  it('LT-16 adding, disabling, enabling and removing a rule changes the verdict', () => {
    const monitor = createPolicyMonitor([{ id: 'no-alarm', formula: 'G !alarm' }])
    expect(monitor.push({})).toBe('inconclusive')
    expect(monitor.push({ alarm: true })).toBe('false')
    monitor.disable('no-alarm')
    expect(monitor.verdict).toBe('inconclusive')
    monitor.enable('no-alarm')
    expect(monitor.verdict).toBe('inconclusive')
    expect(monitor.push({ alarm: true })).toBe('false')
    monitor.add({ id: 'greet', formula: 'F hello' })
    expect(monitor.push({ hello: true })).toBe('false')
    expect(monitor.rule('greet')).toMatchObject({ verdict: 'true', decision: { decidedAt: 3, witness: [3] } })
    monitor.remove('no-alarm')
    expect(monitor.verdict).toBe('true')
    expect(monitor.end()).toEqual(new Map([['greet', true]]))
  })

  it('LT-16 an added rule speaks only of the events that it saw', () => {
    const monitor = createPolicyMonitor([])
    monitor.push({ alarm: true })
    monitor.add({ id: 'no-alarm', formula: 'G !alarm' })
    expect(monitor.verdict).toBe('inconclusive')
    expect(monitor.end()).toEqual(new Map())
    expect(() => monitor.add({ id: 'no-alarm', formula: 'true' })).toThrow(RangeError)
    expect(() => monitor.remove('other')).toThrow(/no rule has the id/)
  })

  it('evaluates a condition once per event however many rules use it', () => {
    let calls = 0
    let reads = 0
    const match = (text: string, pattern: string): boolean => {
      calls++
      return text.includes(pattern)
    }
    const rules = Array.from({ length: 50 }, (_, i) => ({
      id: `r${i}`,
      formula: `G (text ~ /x/ -> ${'N '.repeat(i)}ok)`,
    }))
    const monitor = createPolicyMonitor(rules, { match })
    const event = {
      get text() {
        reads++
        return 'a'
      },
    }
    monitor.push(event)
    monitor.push(event)
    calls = 0
    reads = 0
    for (let i = 0; i < 100; i++) monitor.push(event)
    expect(calls).toBe(100)
    expect(reads).toBe(100)
  })

  it('refuses a rule without a matcher when it is added, and goes on without it', () => {
    const monitor = createPolicyMonitor([{ id: 'a', formula: 'F a' }])
    expect(() => monitor.add({ id: 'text', formula: 'F text ~ /x/' })).toThrow(TypeError)
    expect(monitor.push({ a: true })).toBe('true')
  })

  it('gives no snapshot once an event was not wholly taken', () => {
    const rules = [{ id: 'wide', formula: `G (a -> ${'X '.repeat(12)}b)` }]
    const monitor = createPolicyMonitor(rules, { maxStates: 50 })
    const limited = expect.objectContaining({ code: 'FORMULA_LIMIT' })
    const run = (): void => {
      for (let i = 1; i < 5000; i++) monitor.push({ a: Math.sin(i * i) > 0, b: true })
    }
    expect(run).toThrow(limited)
    expect(() => monitor.snapshot()).toThrow(limited)
  })

  it('I-5 forgets what removed rules asked', () => {
    const asked: string[] = []
    const match = (_: string, pattern: string): boolean => asked.push(pattern) < 0
    const monitor = createPolicyMonitor([{ id: 'stays', formula: 'G (a -> F b)' }], { match })
    monitor.push({ text: 'x' })
    const bytes = monitor.bytes()
    for (let i = 0; i < 200; i++) {
      monitor.add({ id: 'other', formula: `G !(text ~ /${i}/ & ${'X '.repeat(i % 7)}a)` })
      monitor.push({ text: 'x' })
      monitor.remove('other')
    }
    asked.length = 0
    monitor.push({ text: 'y' })
    expect(asked).toEqual([])
    expect(monitor.bytes()).toBe(bytes)
  })

  it('takes any number of patterns on one field', () => {
    const match = (text: string, pattern: string): boolean => text === pattern
    const rules = Array.from({ length: 20 }, (_, i) => ({ id: `r${i}`, formula: `G !(text ~ /${i}/)` }))
    const monitor = createPolicyMonitor([...rules, { id: 'plain', formula: 'F text == "17"' }], { match })
    for (const text of ['x', '3', '17']) monitor.push({ text })
    const decided = [...rules, { id: 'plain' }].filter(({ id }) => monitor.rule(id).decision !== undefined)
    expect(decided.map(({ id }) => id)).toEqual(['r3', 'r17', 'plain'])
  })

  it('reports decisions with their event and witness, windows in time among them', () => {
    const decisions: PolicyDecision[] = []
    const monitor = createPolicyMonitor(
      [
        { id: 'late', formula: 'G (ask -> F[0,5s] answer)' },
        { id: 'order', formula: '!send W approved' },
      ],
      { onDecision: (decision) => decisions.push(decision) },
    )
    monitor.push({ ask: true }, 0)
    monitor.push({ approved: true }, 1000)
    monitor.advance(6000)
    expect(decisions).toEqual([
      { id: 'order', verdict: 'true', decidedAt: 1, witness: [1] },
      { id: 'late', verdict: 'false', decidedAt: 2, witness: [0] },
    ])
  })

  it.each([2, 40])('lets onDecision change the %i rules: the others still see the event', (count) => {
    const order: string[] = []
    const rules = Array.from({ length: count }, (_, i) => ({
      id: `r${i}`,
      formula: `G !(alarm & kind != ${i})`,
    }))
    const monitor = createPolicyMonitor(rules, {
      onDecision({ id, decidedAt }) {
        order.push(`${id} ${decidedAt}`)
        monitor.disable(id)
        if (id === 'r1') {
          monitor.add({ id: 'new', formula: 'G !alarm' })
          expect(monitor.push({ alarm: true, kind: 0 })).toBe('false')
        }
      },
    })
    expect(monitor.push({ alarm: true, kind: 0 })).toBe('false')
    const others = rules.slice(1).map(({ id }) => `${id} 0`)
    expect(order).toEqual([...others, 'new 1'])
    expect(monitor.length).toBe(2)
    expect(monitor.rule('r0').verdict).toBe('inconclusive')
    expect([...monitor.end()]).toEqual([['r0', true]])
  })

  it('refuses an event without a time or with one that falls, and goes on with the next', () => {
    const rules = [
      { id: 'late', formula: 'G (ask -> F[0,5s] answer)' },
      { id: 'count', formula: 'X X X done' },
      { id: 'recent', formula: 'G (send -> O[0,5s] approved)' },
    ]
    let monitor = createPolicyMonitor(rules)
    const refused = expect.objectContaining({ code: 'TRACE_INVALID' })
    monitor.push({ ask: true, approved: true }, 1000)
    expect(() => monitor.push({ done: true })).toThrow(refused)
    expect(() => monitor.push({ done: true }, 999)).toThrow(refused)
    expect(() => monitor.advance(Number.NaN)).toThrow(refused)
    expect(monitor.length).toBe(1)
    monitor = resumePolicyMonitor(JSON.parse(JSON.stringify(monitor.snapshot())))
    expect(() => monitor.push({ done: true }, 999)).toThrow(refused)
    monitor.push({ answer: true }, 6000)
    monitor.push({}, 6000)
    expect(monitor.push({ done: true, send: true }, 6001)).toBe('false')
    expect([...monitor.end()]).toEqual([
      ['late', true],
      ['count', true],
      ['recent', false],
    ])
  })

  it('splits groups whose common states grow too many, and goes on', () => {
    const rules = Array.from({ length: 12 }, (_, i) => ({ id: `r${i}`, formula: `G (a${i} -> F b${i})` }))
    const monitor = createPolicyMonitor(rules)
    let seed = 7
    for (let t = 0; t < 30_000; t++) {
      const event: Record<string, boolean> = {}
      for (let i = 0; i < 12; i++) {
        seed = (seed * 1103515245 + 12345) % 2 ** 31
        event[`a${i}`] = (seed & 0x30000) === 0
        event[`b${i}`] = (seed & 0xc0000) === 0
      }
      monitor.push(event)
    }
    for (let i = 0; i < 12; i++) monitor.push({ [`b${i}`]: true })
    monitor.push({ a3: true })
    const expected = rules.map(({ id }) => [id, id !== 'r3'])
    expect([...monitor.end()]).toEqual(expected)
  })

  it('of many rules also steps those that wait for an event in which nothing holds', () => {
    const rules = Array.from({ length: 40 }, (_, i) => ({ id: `r${i}`, formula: `G (a${i} -> N b${i})` }))
    const monitor = createPolicyMonitor(rules)
    monitor.push({ a7: true, a8: true, a9: true })
    monitor.push({ b8: true, a9: true })
    expect(rules.filter(({ id }) => monitor.rule(id).verdict === 'false').map(({ id }) => id)).toEqual([
      'r7',
      'r9',
    ])
    monitor.push({})
    monitor.push({ b8: true })
    expect([...monitor.end()].filter(([, holds]) => !holds).map(([id]) => id)).toEqual(['r7', 'r9'])
  })

  it('of many rules also steps those that an event has left in a state that does not rest', () => {
    const rules = Array.from({ length: 40 }, (_, i) => ({ id: `r${i}`, formula: `G (a${i} -> N a${i})` }))
    const monitor = createPolicyMonitor(rules)
    monitor.push({ a7: true })
    expect(monitor.push({ a7: true })).toBe('inconclusive')
    expect(monitor.push({})).toBe('false')
    expect(monitor.rule('r7').verdict).toBe('false')
  })

  it('shares an automaton only between rules whose constants play the same part', () => {
    const monitor = createPolicyMonitor([
      { id: 'above', formula: 'F (x > 1 & !x)' },
      { id: 'below', formula: 'F (x > -1 & !x)' },
      { id: 'other', formula: 'F (y > 2 & !y)' },
      { id: 'texts', formula: 'F (t == "a" & t == "b")' },
    ])
    const zero = createPolicyMonitor([
      { id: 'from', formula: 'F (p > 0 & !p) | F (p > 1 & !p)' },
      { id: 'to', formula: 'F (q > -2 & !q) | F (q > -1 & !q)' },
    ])
    expect(zero.rule('from').verdict).toBe('false')
    expect(zero.rule('to').verdict).toBe('inconclusive')
    expect(monitor.rule('above').verdict).toBe('false')
    expect(monitor.rule('below').verdict).toBe('inconclusive')
    expect(monitor.rule('other').verdict).toBe('false')
    expect(monitor.rule('texts').verdict).toBe('false')
    monitor.push({ x: 0 })
    expect(monitor.rule('below').verdict).toBe('true')
  })

  it('refuses a damaged snapshot', () => {
    const snapshot = createPolicyMonitor([{ id: 'a', formula: 'G a' }]).snapshot()
    const damaged = {
      ...snapshot,
      rules: [{ ...snapshot.rules[0]!, state: [[0, 77]] as [number, number][] }],
    }
    expect(() => resumePolicyMonitor(damaged)).toThrow(expect.objectContaining({ code: 'SNAPSHOT_INVALID' }))
    expect(() => resumePolicyMonitor({ ...snapshot, version: 2 as 1 })).toThrow(/another version/)
  })

  it('sees values of every type as single conditions do', () => {
    const values = [
      undefined,
      null,
      true,
      false,
      0,
      -0,
      1,
      0.5,
      2,
      -1,
      Number.NaN,
      Infinity,
      '',
      'x',
      'y',
      'z',
      {},
      [],
      3n,
      0n,
    ]
    const conditions = [
      'v',
      'v == "x"',
      'v != "y"',
      'v == true',
      'v == false',
      'v == 0',
      'v > 0.5',
      'v >= 1',
      'v < 1',
      'v <= -1',
      'v == ""',
    ]
    for (const value of values) {
      for (const condition of conditions) {
        const together = createPolicyMonitor(conditions.map((formula, i) => ({ id: `${i}`, formula })))
        const alone = createPolicyMonitor([{ id: 'one', formula: condition }])
        together.push({ v: value })
        alone.push({ v: value })
        const expected = new Function(
          'v',
          `return Boolean(v) === v || true ? ${condition.replace(/==/g, '===').replace('!=', '!==').replace('!====', '!==')} : 0`,
        )(value)
        const ordered = /[<>]/.test(condition) && typeof value !== 'number'
        const truth = ordered ? false : Boolean(expected)
        expect(alone.verdict, `${condition} of ${String(value)}`).toBe(String(truth))
        expect(together.rule(`${conditions.indexOf(condition)}`).verdict).toBe(String(truth))
      }
    }
  })
})
