import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { satisfiable, valid } from './decide.ts'
import { type Certificate, type Refutation, verifyCertificate } from './verify-certificate.ts'

const source = readFileSync(new URL('./verify-certificate.ts', import.meta.url), 'utf8')

function refutationOf(formula: string): Certificate & { refutation: Refutation } {
  return satisfiable(formula).certificate() as Certificate & { refutation: Refutation }
}

const UNSATISFIABLE = 'G (a -> F b) & F a & G !b & tool == "x" & F (a & tool != "y")'

describe('verifyCertificate', () => {
  it('is at most 300 lines and imports nothing but the types of formulas', () => {
    expect(source.trimEnd().split('\n').length).toBeLessThanOrEqual(300)
    expect([...source.matchAll(/^import .*$/gm)].map(([line]) => line)).toEqual([
      "import type { Atom, Formula, TraceEvent, Window } from './formula.ts'",
    ])
    expect(source).not.toMatch(/require\(|import\(/)
  })

  it('survives JSON', () => {
    for (const decision of [satisfiable(UNSATISFIABLE), valid('p -> q'), valid('p | !p')]) {
      const copy = JSON.parse(JSON.stringify(decision.certificate()))
      expect(verifyCertificate(copy)).toEqual({ valid: true })
    }
  })

  it('refuses a witness that does not show the claim', () => {
    const formula = { op: 'field', field: 'a' } as const
    const certificate = (events: Record<string, unknown>[]): Certificate => ({
      version: 1,
      claim: { kind: 'satisfiable', formula },
      witness: { events },
    })
    expect(verifyCertificate(certificate([{ a: 1 }])).valid).toBe(true)
    expect(verifyCertificate(certificate([{ b: 1 }, { a: 1 }])).valid).toBe(false)
    expect(verifyCertificate(certificate([])).valid).toBe(false)
  })

  it('NS-4 refuses times that are no numbers', () => {
    const { claim } = satisfiable('a').certificate()!
    const { formula } = valid('a -> F[0,1s] a').certificate()!.claim
    expect(verifyCertificate({ version: 1, claim, witness: { events: [{ a: 1 }] } }).valid).toBe(true)
    for (const time of ['x' as unknown as number, Number.NaN, Infinity]) {
      const witness = { events: [{ a: 1 }], times: [time] }
      expect(verifyCertificate({ version: 1, claim: { kind: 'invalid', formula }, witness }).valid).toBe(
        false,
      )
    }
  })

  it('refuses a lemma over many fields at once, whose values are too many to try', () => {
    const { claim } = satisfiable(Array.from({ length: 12 }, (_, i) => `f${i}`).join(' & ')).certificate()!
    // Nodes 2, 3 and then every second one are the fields.
    const lemma = [-4, ...Array.from({ length: 11 }, (_, i) => -6 - 4 * i)]
    const refutation = { lemmas: [lemma], invariant: [], init: [], step: [], final: [] }
    expect(verifyCertificate({ version: 1, claim: { ...claim, kind: 'unsatisfiable' }, refutation })).toEqual(
      {
        valid: false,
        reason: 'malformed: RangeError: too wide',
      },
    )
  })

  it('refuses times that fall', () => {
    const decision = satisfiable('F[1s,2s] a')
    const certificate = decision.certificate() as Certificate & {
      witness: { events: unknown[]; times: number[] }
    }
    expect(verifyCertificate(certificate).valid).toBe(true)
    const times = certificate.witness.times.map((t) => -t)
    expect(verifyCertificate({ ...certificate, witness: { ...decision.witness!, times } }).valid).toBe(false)
  })

  it('refuses a refutation of a formula that has a trace, whatever the proof says', () => {
    const { refutation } = refutationOf(UNSATISFIABLE)
    for (const formula of ['G (a -> F b) & F a', 'true', 'a'])
      expect(
        verifyCertificate({
          version: 1,
          claim: { kind: 'unsatisfiable', formula: satisfiable(formula).certificate()!.claim.formula },
          refutation,
        }).valid,
      ).toBe(false)
  })

  it('NS-4 refuses every proof from which a part was taken or in which a literal was turned', () => {
    const certificate = refutationOf(UNSATISFIABLE)
    const { refutation } = certificate
    const variants: Partial<Refutation>[] = [
      { invariant: [], init: [], step: [] },
      { invariant: refutation.invariant.slice(1) },
      { lemmas: [...refutation.lemmas, [4]] },
      { lemmas: [...refutation.lemmas, [-2]] },
      {
        invariant: [...refutation.invariant, []],
        init: [...refutation.init, []],
        step: [...refutation.step, []],
      },
      // Always true, but of the next event: an invariant that mixes two events could be shifted past its proof.
      {
        invariant: [...refutation.invariant, [3, -3]],
        init: [...refutation.init, []],
        step: [...refutation.step, []],
      },
      { invariant: refutation.invariant.map((clause) => clause.map((l) => -l)) },
      { invariant: refutation.invariant.map((clause) => clause.map((l) => l + 1)) },
      { invariant: refutation.invariant.map((clause) => [0, ...clause]) },
      { final: [[0], []] },
      { final: [[]] },
      { init: [] },
      { step: [] },
    ]
    for (const change of variants) {
      const changed = { ...refutation, ...change }
      expect(verifyCertificate({ ...certificate, refutation: changed }).valid, JSON.stringify(change)).toBe(
        false,
      )
    }
  })

  it('NS-4 never accepts a false claim built from parts of true ones (every clause of a proof put into another)', () => {
    const donors = ['F a & G !a', UNSATISFIABLE, 'X true & N false', 'Y true', 'p & !p'].map(refutationOf)
    const targets = ['F a & G !b', 'G (a -> F b) & F a', 'X true', 'Z false', 'p & !q']
    for (const { refutation } of donors)
      for (const target of targets) {
        const { formula } = satisfiable(target).certificate()!.claim
        expect(
          verifyCertificate({ version: 1, claim: { kind: 'unsatisfiable', formula }, refutation }).valid,
        ).toBe(false)
      }
  })

  it('NS-4 takes no lemma that only numbers past 2 ** 53, or fields named like inherited ones, break', () => {
    for (const formula of [
      'at > 1700000000000000000',
      'at < -1700000000000000000',
      'constructor.a',
      '__proto__',
    ]) {
      const { claim } = satisfiable(formula).certificate()!
      const refutation = { lemmas: [[-4]], invariant: [[4]], init: [[]], step: [[]], final: [] }
      expect(
        verifyCertificate({ version: 1, claim: { ...claim, kind: 'unsatisfiable' }, refutation }).valid,
      ).toBe(false)
    }
  })

  it('takes only facts about one event as lemmas', () => {
    const certificate = refutationOf('risk > 0.8 & risk < 0.5')
    expect(certificate.refutation.lemmas.length).toBeGreaterThan(0)
    expect(verifyCertificate(certificate).valid).toBe(true)
    const flipped = certificate.refutation.lemmas.map((clause) => clause.map((l) => -l))
    expect(
      verifyCertificate({ ...certificate, refutation: { ...certificate.refutation, lemmas: flipped } }),
    ).toEqual({
      valid: false,
      reason: 'a lemma is not a fact about one event',
    })
  })

  it.each([
    null,
    {},
    { version: 2 },
    { version: 1, claim: { kind: 'unsatisfiable', formula: { op: 'nonsense' } }, refutation: {} },
    { version: 1, claim: { kind: 'perhaps', formula: { op: 'true' } }, witness: { events: [{}] } },
    { version: 1, claim: { kind: 'satisfiable', formula: { op: 'true' } } },
    { version: 1, claim: { kind: 'valid', formula: { op: 'true' } }, witness: { events: [{}] } },
    { version: 1, claim: { kind: 'valid', formula: { op: 'true' } }, refutation: { lemmas: 'x' } },
  ])('answers malformed data %j without throwing', (data) => {
    expect(verifyCertificate(data as unknown as Certificate).valid).toBe(false)
  })
})
