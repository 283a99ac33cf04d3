import { randomInteger, seededRandom } from '@midstream/test-kit'
import { describe, expect, it } from 'vitest'
import { holdsAt } from '../../test/support/naive.ts'
import { randomFormula } from '../../test/support/random-formula.ts'
import { tablesOf } from '../../test/support/truth-tables.ts'
import { entails, equivalent, satisfiable, valid } from './decide.ts'
import { and } from './formula.ts'
import { printFormula } from './print.ts'
import { verifyCertificate } from './verify-certificate.ts'

describe('satisfiable', () => {
  it.each([
    ['F a & G !a', 'no'],
    ['G (a -> F b) & F a & G !b', 'no'],
    ['X true & N false', 'no'],
    ['G X true', 'no'],
    ['Y true', 'no'],
    ['O a & !a', 'no'],
    ['F (a & Y Y true)', 'yes'],
    ['risk > 0.8 & risk < 0.5', 'no'],
    ['risk > 0.5 & risk < 0.8', 'yes'],
    ['at > 1700000000000000000', 'yes'],
    ['at < -1700000000000000000', 'yes'],
    ['size > 1e308 & size < 1.5e308', 'yes'],
    ['size > 1e308 & size < 1e16', 'no'],
    ['x >= 1 & x <= 1 & (x == 1 | true)', 'yes'],
    ['tool & !(tool.name == "a" & false)', 'yes'],
    ['name == "a" & name == "b"', 'no'],
    ['name != "a" & name != "b"', 'yes'],
    ['tool.name == "a" & !tool', 'no'],
    ['tool.name == "a" & tool == "b"', 'no'],
    ['text ~ /x/ & text == 3', 'no'],
    ['text ~ /x/ & text == "y"', 'yes'],
    ['F[0,5s] a & G !a', 'no'],
    ['F[2s,5s] a & N false', 'no'],
    ['F[2s,5s] a & F[0,1s] b', 'yes'],
  ])('%s: %s', (formula, answer) => {
    const decision = satisfiable(formula)
    expect(decision.answer).toBe(answer)
    expect(verifyCertificate(decision.certificate()!)).toEqual({ valid: true })
  })

  it('gives a shortest witness with events that show it', () => {
    const { witness } = satisfiable('F (risk > 0.8 & X (tool.name == "send"))')
    expect(witness!.events).toHaveLength(2)
    expect(witness!.events[0]!['risk']).toBeGreaterThan(0.8)
    expect(witness!.events[1]).toEqual({ tool: { name: 'send' } })
  })

  it.each(['__proto__', '__proto__.polluted', 'constructor.name', 'a.__proto__.b', 'toString'])(
    'shows %s with a field of the event, and leaves the prototypes alone',
    (field) => {
      const decision = satisfiable(`${field} == "x" & X ${field} == "y"`)
      expect(decision.answer).toBe('yes')
      expect(verifyCertificate(JSON.parse(JSON.stringify(decision.certificate())))).toEqual({ valid: true })
      expect(Object.keys(Object.prototype)).toEqual([])
    },
  )

  it.each([
    ['<->', `${'a <-> ('.repeat(40)}b${')'.repeat(40)}`, 'yes'],
    ['W', `${'('.repeat(40)}a${' W b)'.repeat(40)}`, 'yes'],
    ['windows in time', `${'F[0,1s] '.repeat(40)}a & G !a`, 'no'],
    ['W in time', `${'('.repeat(12)}a${' W[0,1s] b)'.repeat(12)}`, 'yes'],
  ])('LT-11 nested %s do not double the work at each level', (_, formula, answer) => {
    const decision = satisfiable(formula, { timeoutMs: 2000 })
    expect(decision.answer).toBe(answer)
    expect(verifyCertificate(decision.certificate()!)).toEqual({ valid: true })
  })

  it.each([
    Array.from({ length: 30 }, (_, i) => `tool.name == "t${i}"`),
    Array.from({ length: 20 }, (_, i) => `tool > ${i}`),
  ])('NS-3 has a certificate with many constants on one field', (...conditions) => {
    const decision = satisfiable(`(${conditions.join(' | ')}) & !tool`)
    expect(decision.answer).toBe('no')
    expect(verifyCertificate(decision.certificate()!)).toEqual({ valid: true })
  })

  it('says unknown, not no, where windows in time leave it open', () => {
    const decision = satisfiable(
      'F[2s,2s] a & F[3s,3s] b & G (a -> X X X b) & G (!a | !b) & F[5s,7s] (a & F[1s,2s] b)',
    )
    expect(decision.answer).toBe('unknown')
    expect(decision.certificate()).toBeUndefined()
  })

  it('stops at its bounds', () => {
    expect(() => satisfiable('a', { maxNodes: Number.NaN })).toThrow(RangeError)
    expect(() => satisfiable('F a & F b & F c & G (a -> !b)', { maxNodes: 20 })).toThrow(
      expect.objectContaining({ code: 'FORMULA_LIMIT' }),
    )
    let now = 0
    const clock = { now: () => now++, wallTime: () => 0 }
    expect(() => satisfiable(`${'X '.repeat(30)}a`, { timeoutMs: 3, clock })).toThrow(
      expect.objectContaining({ code: 'SOLVER_TIMEOUT' }),
    )
  })

  it('NS-3 agrees with all traces up to length 5 on 600 random conjunctions, and every answer has a certificate (seed 5)', () => {
    const random = seededRandom(5)
    const fields = ['a', 'b', 'c']
    const shape = { fields, past: false, future: true, windows: 0, time: false }
    const answers = { yes: 0, no: 0, unknown: 0 }
    for (let i = 0; i < 600; i++) {
      const part = (): ReturnType<typeof randomFormula> =>
        randomFormula(random, randomInteger(random, 1, 5), shape)
      const formula = and(and(part(), part()), part())
      const decision = satisfiable(formula)
      answers[decision.answer]++
      const some = tablesOf(formula, fields, 5).some((table, k) => k > 0 && table.some((byte) => byte !== 0))
      if (some) expect(decision.answer, printFormula(formula)).toBe('yes')
      if (decision.answer === 'yes') expect(holdsAt(formula, decision.witness!.events, 0)).toBe(true)
      expect(verifyCertificate(decision.certificate()!), printFormula(formula)).toEqual({ valid: true })
    }
    expect(answers.no).toBeGreaterThan(50)
    expect(answers.unknown).toBe(0)
  })

  it('NS-3 certifies random formulas with past and windows, too (seed 6)', () => {
    const random = seededRandom(6)
    const answers = { yes: 0, no: 0, unknown: 0 }
    for (let i = 0; i < 400; i++) {
      const shape = { fields: ['a', 'b'], past: true, future: i % 2 === 0, windows: 0.3, time: i % 4 === 0 }
      const part = (): ReturnType<typeof randomFormula> =>
        randomFormula(random, randomInteger(random, 1, 4), shape)
      const formula = and(and(part(), part()), and(part(), part()))
      const decision = satisfiable(formula)
      answers[decision.answer]++
      const certificate = decision.certificate()
      if (certificate !== undefined)
        expect(verifyCertificate(certificate), printFormula(formula)).toEqual({ valid: true })
    }
    expect(answers.no).toBeGreaterThan(50)
  })
})

describe('valid, entails and equivalent', () => {
  it('LT-10 knows the laws', () => {
    expect(equivalent('!!p', 'p').answer).toBe('yes')
    expect(equivalent('G G p', 'G p').answer).toBe('yes')
    expect(equivalent('!F p', 'G !p').answer).toBe('yes')
    expect(equivalent('!X p', 'N !p').answer).toBe('yes')
    expect(equivalent('X p', 'N p').answer).toBe('no')
    expect(equivalent('!(p U q)', '!p R !q').answer).toBe('yes')
    expect(equivalent('p W q', '(p U q) | G p').answer).toBe('yes')
    expect(equivalent('p U q', 'q | (p & X (p U q))').answer).toBe('yes')
    expect(equivalent('p S q', 'q | (p & Y (p S q))').answer).toBe('yes')
    expect(equivalent('F[0,2] p', 'p | X (p | X p)').answer).toBe('yes')
    expect(valid('G F p <-> F (p & N false)').answer).toBe('yes')
  })

  it('gives counterexamples', () => {
    const decision = entails('F p', 'G p')
    expect(decision.answer).toBe('no')
    expect(decision.witness!.events.length).toBe(2)
    expect(entails('G (a & b)', 'F a').answer).toBe('yes')
    expect(entails('risk > 0.8', 'risk > 0.5').answer).toBe('yes')
    expect(entails('risk > 0.5', 'risk > 0.8').witness!.events[0]!['risk']).toBeLessThanOrEqual(0.8)
  })
})
