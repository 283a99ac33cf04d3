import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileRuleGlob } from './rule-glob.ts'

describe('compileRuleGlob', () => {
  it.each([
    ['secret/*', 'secret/jwt', true],
    ['secret/*', 'pii/email', false],
    ['secret/jwt', 'secret/jwt', true],
    ['secret/jwt', 'secret/jwt2', false],
    ['*', '', true],
    ['*-token', 'secret/github-token', true],
    ['secret/*-*', 'secret/github-token', true],
    ['secret/*-*', 'secret/jwt', false],
    ['a*a', 'a', false],
    ['a*bc*c', 'abc', false],
    ['a*bc*c', 'axbcxc', true],
    ['pii.email', 'pii/email', false],
  ])('%s against %s is %s', (glob, rule, expected) => {
    expect(compileRuleGlob(glob)(rule)).toBe(expected)
  })

  it('agrees with the regular expression of the same meaning', () => {
    const text = (units: string): fc.Arbitrary<string> =>
      fc.string({ unit: fc.constantFrom(...units), maxLength: 8 })
    fc.assert(
      fc.property(text('ab*.\n'), text('ab.\n'), (glob, rule) => {
        const pieces = glob.split('*').map((piece) => piece.replaceAll('.', '\\.'))
        expect(compileRuleGlob(glob)(rule)).toBe(new RegExp(`^(?:${pieces.join('.*')})$`, 's').test(rule))
      }),
      { numRuns: 5000 },
    )
  })
})
