import * as systems from '@midstream/test-kit/dynamical-systems'
import { describe, expect, it } from 'vitest'
import { analyseSeries, largestLyapunov } from '../src/index.ts'
import { LYAPUNOV } from './support/vectors.ts'

interface Case {
  readonly name: string
  readonly truth: number
  readonly seeds: number
  readonly sampleInterval?: number
  readonly make: (seed: number) => number[]
}

/** Flows cost most of their time in the making: a few seeds here, all twenty in the benchmark. */
const CASES: readonly Case[] = [
  {
    name: 'logistic r = 4',
    truth: Math.LN2,
    seeds: 20,
    make: (s) => systems.logistic(4, 2000, 0.11 + 0.031 * s),
  },
  {
    name: 'logistic r = 3.9',
    truth: LYAPUNOV.logistic['3.9']!,
    seeds: 20,
    make: (s) => systems.logistic(3.9, 5000, 0.11 + 0.031 * s),
  },
  { name: 'Hénon', truth: LYAPUNOV.henon[0], seeds: 20, make: (s) => systems.henon(3000, 0.01 * s) },
  { name: 'tent', truth: Math.log(1.9), seeds: 20, make: (s) => systems.tent(1.9, 2000, 0.11 + 0.031 * s) },
  {
    name: 'Lorenz',
    truth: LYAPUNOV.lorenz_10_28_8_3[0],
    seeds: 4,
    sampleInterval: 0.05,
    make: (s) => systems.lorenz(10_000, 0.05, 1 + 0.1 * s),
  },
  {
    name: 'Rössler',
    truth: LYAPUNOV.rossler_p2_p2_5p7[0],
    seeds: 4,
    sampleInterval: 0.2,
    make: (s) => systems.rossler(10_000, 0.2, 1 + 0.1 * s),
  },
  {
    name: 'Mackey–Glass 17',
    truth: LYAPUNOV.mackeyGlass_b02_g01_n10['17']!,
    seeds: 4,
    sampleInterval: 2,
    make: (s) => systems.mackeyGlass(10_000, 17, 20, 0.8 + 0.01 * s),
  },
]

describe('largestLyapunov', () => {
  it.each(CASES)(
    '$name is within 5 % or within its own uncertainty',
    ({ truth, seeds, sampleInterval = 1, make }) => {
      for (let seed = 0; seed < seeds; seed++) {
        const { exponent, uncertainty } = largestLyapunov(make(seed), { sampleInterval })
        expect(Math.abs(exponent! - truth)).toBeLessThanOrEqual(Math.max(0.05 * truth, uncertainty))
        // An interval that holds everything says nothing.
        expect(uncertainty).toBeLessThan(0.75 * truth)
      }
    },
  )

  it('reports the region that was fitted, inside the curve', () => {
    const { rosenstein, kantz } = largestLyapunov(systems.logistic(4, 2000, 0.2))
    for (const estimate of [rosenstein!, kantz!]) {
      const { region, curve } = estimate
      expect(region.to).toBeGreaterThan(region.from)
      expect(region.to).toBeLessThan(curve.mean.length)
      expect(region.rSquared).toBeGreaterThan(0.9)
      const chord = (curve.mean[region.to]! - curve.mean[region.from]!) / (region.to - region.from)
      expect(region.slope).toBeCloseTo(chord, 1)
    }
  })

  it('gives a reason instead of a number for white noise', () => {
    const result = largestLyapunov(systems.autoregressive(2000, 0, 1))
    expect(result.exponent).toBeUndefined()
    expect(result.reason).toContain('straight line')
  })

  it('does not depend on scale, offset or repetition of values', () => {
    const values = systems.henon(1500)
    const reference = largestLyapunov(values).exponent!
    expect(largestLyapunov(values.map((x) => 100 * x - 7)).exponent).toBeCloseTo(reference, 6)
    const coarse = largestLyapunov(values.map((x) => Math.round(x * 1e4) / 1e4)).exponent!
    expect(Math.abs(coarse - reference)).toBeLessThan(0.1)
  })

  it.each([
    { dimension: 0 },
    { delay: 0.5 },
    { window: -1 },
    { window: Number.NaN },
    { horizon: 2 },
    { horizon: 2.5 },
    { horizon: Number.NaN },
    { references: 19 },
    { references: -1 },
    { sampleInterval: 0 },
    { sampleInterval: -1 },
    { sampleInterval: Number.NaN },
    { sampleInterval: Infinity },
  ])('refuses an option out of range: %o', (options) => {
    const values = systems.henon(200)
    expect(() => largestLyapunov(values, options)).toThrow(RangeError)
    expect(() => analyseSeries(values, options)).toThrow(RangeError)
    expect(() => analyseSeries(new Array(200).fill(1), options)).toThrow(RangeError)
  })

  it('takes the least options', () => {
    const options = { dimension: 1, delay: 1, window: 0, horizon: 3, references: 20, sampleInterval: 1e-9 }
    expect(() => largestLyapunov(systems.logistic(4, 2000, 0.2), options)).not.toThrow()
  })

  it('has nothing to say about a constant', () => {
    expect(largestLyapunov(new Array(200).fill(3)).exponent).toBeUndefined()
  })
})
