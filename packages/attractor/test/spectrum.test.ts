import { describe, expect, it } from 'vitest'
import { flowSpectrum, type MapSystem, mapSpectrum } from '../src/index.ts'
import { LYAPUNOV } from './support/vectors.ts'

const logistic = (r: number): MapSystem => ({
  dimension: 1,
  next: (s, into) => {
    into[0] = r * s[0]! * (1 - s[0]!)
  },
  jacobian: (s, into) => {
    into[0] = r * (1 - 2 * s[0]!)
  },
})

const henon: MapSystem = {
  dimension: 2,
  next: (s, into) => {
    into[0] = 1 - 1.4 * s[0]! * s[0]! + s[1]!
    into[1] = 0.3 * s[0]!
  },
  jacobian: (s, into) => into.set([-2.8 * s[0]!, 1, 0.3, 0]),
}

const lorenz = {
  dimension: 3,
  field: (s: Float64Array, into: Float64Array) =>
    into.set([10 * (s[1]! - s[0]!), s[0]! * (28 - s[2]!) - s[1]!, s[0]! * s[1]! - (8 / 3) * s[2]!]),
  jacobian: (s: Float64Array, into: Float64Array) =>
    into.set([-10, 10, 0, 28 - s[2]!, -1, -s[0]!, s[1]!, s[0]!, -8 / 3]),
}

describe('mapSpectrum', () => {
  it.each(Object.entries(LYAPUNOV.logistic))(
    'gives the exponent of the logistic map at r = %s',
    (r, truth) => {
      const [exponent] = mapSpectrum(logistic(Number(r)), [0.4], { steps: 100_000 })
      expect(Math.abs(exponent! - truth)).toBeLessThan(0.01)
    },
  )

  it('gives both exponents of the Hénon map, whose sum is ln 0.3', () => {
    const [first, second] = mapSpectrum(henon, [0.1, 0.1], { steps: 200_000 })
    expect(first).toBeCloseTo(LYAPUNOV.henon[0], 2)
    expect(second).toBeCloseTo(LYAPUNOV.henon[1], 2)
    expect(first! + second!).toBeCloseTo(LYAPUNOV.henonSum, 10)
  })

  it('reports an orbit that leaves the finite numbers', () => {
    expect(() => mapSpectrum(logistic(5), [0.4], { steps: 1000 })).toThrow(RangeError)
  })

  it('refuses steps and transients that are no counts', () => {
    for (const options of [{ steps: 0 }, { steps: 9, transient: -5 }, { steps: 9, transient: Number.NaN }]) {
      expect(() => mapSpectrum(logistic(4), [0.4], options)).toThrow(RangeError)
      expect(() => flowSpectrum(lorenz, [1, 1, 1], { step: 0.01, ...options })).toThrow(RangeError)
    }
    expect(mapSpectrum(logistic(4), [0.75], { steps: 1, transient: 0 })[0]).toBeCloseTo(Math.LN2, 12)
  })

  it('gives -Infinity for a superstable orbit', () => {
    // At r = 2 the fixed point 0.5 is the critical point.
    expect(mapSpectrum(logistic(2), [0.5], { steps: 10 })).toEqual([-Infinity])
  })
})

describe('flowSpectrum', () => {
  it('gives the three exponents of the Lorenz system, whose sum is its divergence', () => {
    const exponents = flowSpectrum(lorenz, [1, 1, 20], { step: 0.01, steps: 60_000 })
    exponents.forEach((exponent, i) => {
      expect(Math.abs(exponent - LYAPUNOV.lorenz_10_28_8_3[i]!)).toBeLessThan(0.05)
    })
    expect(exponents.reduce((a, b) => a + b)).toBeCloseTo(LYAPUNOV.lorenzSum, 3)
  })

  it('refuses a state of another dimension and a step that is not positive', () => {
    expect(() => flowSpectrum(lorenz, [1, 1], { step: 0.01, steps: 10 })).toThrow(RangeError)
    expect(() => flowSpectrum(lorenz, [1, 1, 1], { step: 0, steps: 10 })).toThrow(RangeError)
  })
})
