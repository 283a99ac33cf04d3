import { describe, expect, it } from 'vitest'
import { analyzePolicies } from './analyze-policies.ts'
import { verifyCertificate } from './verify-certificate.ts'

const rules = (formulas: Record<string, string>): { id: string; formula: string }[] =>
  Object.entries(formulas).map(([id, formula]) => ({ id, formula }))

describe('analyzePolicies', () => {
  it('names the minimal conflicting rules, with a certificate', () => {
    const { findings, witness } = analyzePolicies(
      rules({
        quiet: 'G !alarm',
        greet: 'F hello',
        answer: 'G (hello -> F reply)',
        silent: 'G !reply',
        other: 'G (pay -> O approved)',
      }),
    )
    expect(witness).toBeUndefined()
    expect(findings).toHaveLength(1)
    expect(findings[0]).toMatchObject({ kind: 'contradictory', rules: ['greet', 'answer', 'silent'] })
    expect(verifyCertificate(findings[0]!.decision.certificate()!)).toEqual({ valid: true })
  })

  it('finds vacuous, subsumed, redundant and empty rules, and what is to blame', () => {
    const { findings, unknown } = analyzePolicies(
      rules({
        never: 'G !send',
        approved: 'G (send -> O approved)',
        strict: 'G (pay -> (approved & review))',
        loose: 'G (pay -> approved)',
        ab: 'G (a -> b)',
        bc: 'G (b -> c)',
        ac: 'G (a -> c)',
        nothing: 'G (x -> x)',
      }),
    )
    expect(unknown).toEqual([])
    const told = findings.map(({ kind, rules: [id], because }) => `${id} ${kind} ${because.join(',')}`)
    expect(told.sort()).toEqual([
      'ac redundant ab,bc',
      'approved subsumed never',
      'approved vacuous never',
      'loose subsumed strict',
      'nothing tautology ',
    ])
    for (const { decision } of findings)
      expect(verifyCertificate(decision.certificate()!)).toEqual({ valid: true })
  })

  it('knows that conditions on one field exclude each other', () => {
    const { findings } = analyzePolicies(
      rules({ first: 'F (tool == "a" & risk > 0.9)', cap: 'G risk < 0.5' }),
    )
    expect(findings[0]).toMatchObject({ kind: 'contradictory', rules: ['first', 'cap'] })
  })

  it('is content with rules that are, shows a trace, and leaves disabled ones out', () => {
    const analysis = analyzePolicies([
      { id: 'a', formula: 'G (send -> O approved)' },
      { id: 'b', formula: 'F done' },
      { id: 'c', formula: 'G !done', enabled: false },
    ])
    expect(analysis.findings).toEqual([])
    expect(analysis.witness!.events.some((event) => event['done'])).toBe(true)
  })

  it('says what windows in time leave open of two rules', () => {
    const { findings, unknown } = analyzePolicies(rules({ late: 'F[2ms,2ms] !b', next: '!X b' }))
    expect(findings).toEqual([])
    expect(unknown).toEqual(['whether the others demand next'])
  })

  it('says what windows in time leave open', () => {
    const { unknown } = analyzePolicies(
      rules({
        a: 'F[2s,2s] a & F[3s,3s] b & G (a -> X X X b) & G (!a | !b)',
        b: 'F[5s,7s] (a & F[1s,2s] b)',
      }),
    )
    expect(unknown).toContain('whether all rules can be kept together')
  })
})
