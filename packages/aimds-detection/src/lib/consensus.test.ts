import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { consensus, type Vote } from './consensus.ts'

const vote = (verdict: Vote['verdict'], weight: number, severity?: Vote['severity']): Vote => ({
  verdict,
  weight,
  ...(severity !== undefined && { severity }),
})

describe('consensus', () => {
  it.each([
    ['LB-07 nobody votes', [], 'uncertain'],
    ['LB-07 no vote has weight', [vote('attack', 0, 'critical'), vote('harmless', 0)], 'uncertain'],
    ['one vote', [vote('harmless', 0.2)], 'harmless'],
    ['60 %', [vote('attack', 3), vote('harmless', 2)], 'attack'],
    ['less than 60 %', [vote('attack', 59), vote('harmless', 41)], 'uncertain'],
    ['abstentions count', [vote('harmless', 1), vote('uncertain', 1)], 'uncertain'],
    ['LB-07 30 % critical', [vote('attack', 3, 'critical'), vote('harmless', 7)], 'attack'],
    ['LB-07 critical of little weight', [vote('attack', 1, 'critical'), vote('harmless', 9)], 'harmless'],
    ['LB-07 critical of no weight', [vote('attack', 0, 'critical'), vote('harmless', 1)], 'harmless'],
    ['30 % that are not critical', [vote('attack', 3, 'high'), vote('harmless', 7)], 'harmless'],
    ['critical and harmless', [vote('harmless', 9, 'critical'), vote('attack', 1)], 'harmless'],
  ] as const)('%s', (_, votes, verdict) => {
    expect(consensus(votes).verdict).toBe(verdict)
  })

  it('gives the shares, also of huge and tiny weights', () => {
    expect(consensus([vote('attack', 1), vote('harmless', 3)])).toEqual({
      verdict: 'harmless',
      attack: 0.25,
      harmless: 0.75,
    })
    const big = Number.MAX_VALUE
    expect(consensus([vote('attack', big), vote('attack', big), vote('harmless', big)]).attack).toBeCloseTo(
      2 / 3,
    )
    expect(consensus([vote('attack', Number.MIN_VALUE)]).verdict).toBe('attack')
    expect(consensus([])).toEqual({ verdict: 'uncertain', attack: 0, harmless: 0 })
  })

  it('LB-07 depends on proportions only, and ignores votes without weight', () => {
    const votes = fc.array(
      fc.record({
        verdict: fc.constantFrom('attack' as const, 'harmless' as const, 'uncertain' as const),
        weight: fc.nat(1000),
        severity: fc.constantFrom('low' as const, 'critical' as const),
      }),
      { minLength: 1 },
    )
    fc.assert(
      fc.property(votes, (some) => {
        const result = consensus(some)
        expect(result.attack + result.harmless).toBeLessThanOrEqual(1 + 1e-9)
        expect(consensus(some.map((one) => ({ ...one, weight: one.weight * 4 })))).toEqual(result)
        expect(consensus([...some, vote('attack', 0, 'critical')])).toEqual(result)
      }),
      { numRuns: 256, seed: 7 },
    )
  })

  it('refuses weights that are none and verdicts that it does not know', () => {
    for (const weight of [-1, Number.NaN, Infinity]) {
      expect(() => consensus([vote('attack', weight)])).toThrow(RangeError)
    }
    expect(() => consensus([vote('toString' as never, 1)])).toThrow(RangeError)
  })

  it('decides at exactly 60 % of the weight, and at 30 % that call it critical', () => {
    for (let total = 10; total <= 100; total += 10) {
      for (const unit of [1, 0.1, 1 / 3]) {
        const votes = (attack: number, severity: 'critical' | 'low'): Vote[] => [
          { verdict: 'attack', weight: attack * unit, severity },
          { verdict: 'harmless', weight: (total - attack) * unit },
        ]
        expect(consensus(votes(total * 0.6, 'low')).verdict).toBe('attack')
        expect(consensus(votes(total * 0.6 - 1, 'low')).verdict).toBe('uncertain')
        expect(consensus(votes(total * 0.4, 'low')).verdict).toBe('harmless')
        expect(consensus(votes(total * 0.3, 'critical')).verdict).toBe('attack')
      }
    }
  })
})
