import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { atomKey, atomsOf, type Formula } from './formula.ts'
import { parseFormula } from './parse.ts'
import { PATTERN_NAMES, PATTERN_SCOPES, patternTemplate } from './patterns.ts'
import { printFormula } from './print.ts'

const { dwyer } = JSON.parse(
  readFileSync(new URL('../../test-vectors/ltl3-monitors.json', import.meta.url), 'utf8'),
) as { dwyer: { f: string }[] }

/** Fields renamed in order of appearance. */
function numbered(formula: Formula): string {
  const names = atomsOf(formula).map(atomKey)
  return JSON.stringify(formula, (key, value) => (key === 'field' ? `p${names.indexOf(value)}` : value))
}

describe('patternTemplate', () => {
  it('gives the 55 published formulas', () => {
    const scopes = [undefined, ...PATTERN_SCOPES]
    const ours = PATTERN_NAMES.flatMap((name) => scopes.map((scope) => patternTemplate(name, scope)!.body))
    const published = dwyer.map(({ f }) => f.replace(/[FGX]+(?=[!p(])/g, (run) => `${[...run].join(' ')} `))
    expect(ours.map((body) => numbered(parseFormula(body)))).toEqual(
      published.map((body) => numbered(parseFormula(body))),
    )
  })

  it.each([
    ['absence(p)', 'G !p'],
    ['response(p, s)', 'G (p -> F s)'],
    ['precedence(s, p, after(q))', 'G !q | F (q & (!p W s))'],
    [
      'response(a & b, s, between(q, x | y))',
      'G ((q & !(x | y) & F (x | y)) -> (((a & b) -> (!(x | y) U (!(x | y) & s))) U (x | y)))',
    ],
    ['response(s, p)', 'G (s -> F p)'],
    ['universality(p, before(r))', 'F r -> (p U r)'],
  ])('writes %s as %s', (call, formula) => {
    expect(printFormula(parseFormula(call))).toBe(printFormula(parseFormula(formula)))
  })

  it('knows no other names', () => {
    expect(patternTemplate('constructor')).toBeUndefined()
    expect(patternTemplate('response', 'constructor')).toBeUndefined()
  })
})
