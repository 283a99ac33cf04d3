import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createMitigationLog } from './mitigation-log.ts'

describe('createMitigationLog', () => {
  it('LB-05 starts at 0.5 and moves by a tenth: a success gives 0.55, a failure 0.45', () => {
    const log = createMitigationLog()
    expect(log.record('injection', 'redact', true)).toBeCloseTo(0.55, 12)
    expect(log.record('injection', 'refuse', false)).toBeCloseTo(0.45, 12)
    // 0.55 + 0.1 · (1 − 0.55), then 0.595 − 0.1 · 0.595.
    expect(log.record('injection', 'redact', true)).toBeCloseTo(0.595, 12)
    expect(log.record('injection', 'redact', false)).toBeCloseTo(0.5355, 12)
    expect(log.score('injection', 'redact')).toMatchObject({ mitigation: 'redact', trials: 3 })
    expect(log.score('injection', 'cut')).toBeUndefined()
  })

  it('LB-05 equals the closed form of the moving average, in (0, 1)', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 60 }), (outcomes) => {
        const log = createMitigationLog()
        let last = 0
        for (const outcome of outcomes) last = log.record('jailbreak', 'cut', outcome)
        const n = outcomes.length
        const weights = outcomes.map((outcome, i) => (outcome ? 0.1 * 0.9 ** (n - 1 - i) : 0))
        const expected = 0.5 * 0.9 ** n + weights.reduce((sum, weight) => sum + weight, 0)
        expect(last).toBeCloseTo(expected, 10)
        expect(last > 0 && last < 1).toBe(true)
      }),
      { numRuns: 256, seed: 5 },
    )
  })

  it('LB-05 never answers with the experience of another category', () => {
    const log = createMitigationLog({ minTrials: 1 })
    log.record('injection', 'redact', true)
    expect(log.best('exfiltration')).toBeUndefined()
    log.record('exfiltration', 'redact', false)
    expect(log.best('exfiltration')).toMatchObject({ mitigation: 'redact', effectiveness: 0.45 })
    expect(log.best('injection')!.effectiveness).toBeCloseTo(0.55, 12)
  })

  it('asks for enough trials before it calls one the best, and then takes the most effective', () => {
    const log = createMitigationLog()
    for (let i = 0; i < 4; i += 1) log.record('injection', 'lucky', true)
    expect(log.best('injection')).toBeUndefined()
    for (let i = 0; i < 5; i += 1) log.record('injection', 'tried', i > 1)
    expect(log.best('injection')!.mitigation).toBe('tried')
    log.record('injection', 'lucky', true)
    expect(log.best('injection')).toMatchObject({ mitigation: 'lucky', trials: 5 })
  })

  it('prefers the earlier one of two that are equal', () => {
    const log = createMitigationLog({ minTrials: 1 })
    log.record('injection', 'one', true)
    log.record('injection', 'two', true)
    expect(log.best('injection')!.mitigation).toBe('one')
  })

  it('keeps a bounded number of mitigations and drops the one that was not recorded for longest', () => {
    const log = createMitigationLog({ capacity: 2 })
    log.record('injection', 'a', true)
    log.record('injection', 'b', true)
    log.record('injection', 'a', true)
    log.record('injection', 'a', true)
    expect(log.score('injection', 'b')?.trials).toBe(1)
    log.record('injection', 'c', true)
    log.record('jailbreak', 'b', true)
    expect(['a', 'b', 'c'].map((name) => log.score('injection', name)?.trials)).toEqual([3, undefined, 1])
    expect(log.score('jailbreak', 'b')?.trials).toBe(1)
  })

  it('takes names as they come and refuses what means nothing', () => {
    const log = createMitigationLog({ minTrials: 1 })
    log.record('injection', '__proto__', true)
    expect(log.best('injection')!.mitigation).toBe('__proto__')
    expect(log.score('injection', 'constructor')).toBeUndefined()
    expect(() => log.record('pii', 'redact', true)).toThrow(RangeError)
    expect(() => log.record('toString' as never, 'redact', true)).toThrow(RangeError)
    expect(() => log.record('injection', '', true)).toThrow(RangeError)
    expect(() => log.record('injection', 'x'.repeat(201), true)).toThrow(RangeError)
    expect(() => log.record('injection', 'redact', 'failure' as never)).toThrow(TypeError)
    expect(() => createMitigationLog({ minTrials: 0 })).toThrow(RangeError)
    expect(() => createMitigationLog({ capacity: Number.NaN })).toThrow(RangeError)
  })

  it('takes a name of 200 characters, and none of 201', () => {
    const log = createMitigationLog()
    expect(log.record('injection', 'x'.repeat(200), true)).toBeCloseTo(0.55)
    expect(() => log.record('injection', 'x'.repeat(201), true)).toThrow(RangeError)
  })
})
