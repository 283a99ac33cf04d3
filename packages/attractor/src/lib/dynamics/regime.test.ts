import { henon } from '@midstream/test-kit/dynamical-systems'
import { describe, expect, it } from 'vitest'
import { decideRegime, type Facts } from './regime.ts'

const facts: Facts = {
  series: Float64Array.from(henon(1000)),
  delay: 1,
  periodicity: { period: undefined, exact: false, remainder: 1, persistence: 0.05, cycles: 0 },
  predictability: { nonlinear: 0.01, linear: 0.9, significance: 60, horizon: 1 },
  exponent: 0.4,
  uncertainty: 0.05,
}
const linear = { nonlinear: 1.8, linear: 0.9, significance: -20, horizon: 1 }

describe('decideRegime', () => {
  it('calls chaotic what grows and is predicted by its neighbours', () => {
    expect(decideRegime(facts)).toMatchObject({ regime: 'chaotic' })
  })

  it('does not call growth alone chaotic', () => {
    expect(decideRegime({ ...facts, predictability: linear })).toMatchObject({ regime: 'stochastic' })
  })

  it('does not call predictability alone chaotic', () => {
    for (const exponent of [undefined, 0.04, -0.3]) {
      expect(decideRegime({ ...facts, exponent })).toMatchObject({ regime: 'undecided', confidence: 0 })
    }
  })

  it('does not call a noisy period chaotic when its neighbours know no more than the period', () => {
    const periodicity = { period: 20, exact: false, remainder: 0.02, persistence: 0.98, cycles: 50 }
    const predictability = { ...facts.predictability, nonlinear: 0.04 }
    expect(decideRegime({ ...facts, periodicity, predictability })).toMatchObject({ regime: 'periodic' })
  })

  it('is less sure of a wider interval', () => {
    const sure = decideRegime(facts).confidence
    expect(decideRegime({ ...facts, uncertainty: 0.3 }).confidence).toBeLessThan(sure)
  })
})
