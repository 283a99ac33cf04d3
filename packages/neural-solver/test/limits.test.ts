import { seededRandom } from '@midstream/test-kit'
import { describe, expect, it } from 'vitest'
import { check, compileMonitor, equivalent, evaluate, satisfiable } from '../src/index.ts'
import { parseFormula } from '../src/lib/parse.ts'
import { printFormula } from '../src/lib/print.ts'
import { randomFormula } from './support/random-formula.ts'

const limited = expect.objectContaining({ code: 'FORMULA_LIMIT' })

describe('limits', () => {
  it.each([
    ['F G nesting', `${'F (p & G (q -> '.repeat(10)}p${'))'.repeat(10)}`],
    ['until to the right', `${'p U (q & X '.repeat(10)}p${')'.repeat(10)}`],
    ['until to the left', `${'('.repeat(20)}p${' U q)'.repeat(20)}`],
    ['next', `G (p -> ${'X '.repeat(20)}p)`],
    ['past', `G (p -> ${'O (q & Y '.repeat(10)}p${')'.repeat(10)})`],
    ['implications', `G (${'(p -> F q) & (q -> F p) & '.repeat(10)}true)`],
  ])(
    'LT-11 20 nested operators over 10,000 events: %s',
    (_, formula) => {
      const random = seededRandom(3)
      const trace = Array.from({ length: 10_000 }, () => ({ p: random() < 0.9, q: random() < 0.9 }))
      expect(evaluate(parseFormula(formula), trace)).toHaveLength(10_000)
      // Many states may be needed; then the typed error says so, in time.
      try {
        expect(typeof check(formula, trace).holds).toBe('boolean')
      } catch (error) {
        expect(error).toEqual(limited)
      }
    },
    20_000,
  )

  it.each([2, 4, 8])('LT-11 G (a -> X^%i b) has 2^n + 1 states without end', (n) => {
    const monitor = compileMonitor(`G (a -> ${'X '.repeat(n)}b)`, { trace: 'infinite' })
    expect(monitor.analyze().states).toBe(2 ** n + 1)
  })

  it('LT-11 blow-up families end with FORMULA_LIMIT, within the states and nodes allowed', () => {
    const chain = compileMonitor(`G (a -> ${'X '.repeat(14)}b)`, { trace: 'infinite' })
    expect(() => chain.analyze()).toThrow(limited)
    expect(chain.bytes()).toBeLessThan(64 << 20)
    const fair = Array.from({ length: 14 }, (_, i) => `G F p${i}`).join(' & ')
    const reach = Array.from({ length: 14 }, (_, i) => `F p${i}`).join(' & ')
    expect(() => compileMonitor(reach, { maxStates: 1000 }).analyze()).toThrow(limited)
    expect(satisfiable(`(${fair}) & (${reach})`, { maxNodes: 1 << 20 }).answer).toBe('yes')
    expect(() => compileMonitor(Array.from({ length: 31 }, (_, i) => `p${i}`).join(' & '))).toThrow(limited)
  })

  it('LT-10 double negation, idempotence and duality hold for 150 random formulas (seed 10)', () => {
    const random = seededRandom(10)
    const shape = { fields: ['a', 'b'], past: true, future: true, windows: 0.1, time: false }
    for (let i = 0; i < 150; i++) {
      const f = printFormula(randomFormula(random, 3, shape))
      expect(equivalent(`!!(${f})`, f).answer, f).toBe('yes')
      expect(equivalent(`G G (${f})`, `G (${f})`).answer, f).toBe('yes')
      expect(equivalent(`F F (${f})`, `F (${f})`).answer, f).toBe('yes')
      expect(equivalent(`!F (${f})`, `G !(${f})`).answer, f).toBe('yes')
      expect(equivalent(`!X (${f})`, `N !(${f})`).answer, f).toBe('yes')
      expect(equivalent(`O O (${f})`, `O (${f})`).answer, f).toBe('yes')
      expect(equivalent(`!O (${f})`, `H !(${f})`).answer, f).toBe('yes')
    }
  })

  it('LT-07 R and W are what their definitions say on 256 random pairs (seed 7)', () => {
    const random = seededRandom(7)
    const shape = { fields: ['a', 'b'], past: false, future: true, windows: 0, time: false }
    for (let i = 0; i < 256; i++) {
      const [f, g] = [0, 1].map(() => printFormula(randomFormula(random, 2, shape)))
      expect(equivalent(`(${f}) R (${g})`, `!(!(${f}) U !(${g}))`).answer).toBe('yes')
      expect(equivalent(`(${f}) W (${g})`, `((${f}) U (${g})) | G (${f})`).answer).toBe('yes')
    }
  })

  it('I-5 a session over a million events keeps no more than its states', () => {
    const session = compileMonitor('G (a -> F b)').open()
    for (let i = 0; i < 1_000_000; i++) session.push(i % 3 === 0 ? { a: 1 } : { b: 1 })
    expect(JSON.stringify(session.snapshot()).length).toBeLessThan(400)
  })
})
