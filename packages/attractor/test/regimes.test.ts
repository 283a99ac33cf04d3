import * as systems from '@midstream/test-kit/dynamical-systems'
import { describe, expect, it } from 'vitest'
import { type Analysis, analyseSeries } from '../src/index.ts'
import { LYAPUNOV } from './support/vectors.ts'

const normal = (seed: number): (() => number) => systems.gaussian(systems.seeded(seed))
const series = (n: number, f: (i: number) => number): number[] => Array.from({ length: n }, (_, i) => f(i))
const sine = (n: number, period: number, phase = 0): number[] =>
  series(n, (i) => Math.sin((2 * Math.PI * i) / period + phase))

/** Every case of the acceptance rows and its class. */
const CASES: Readonly<
  Record<string, { readonly regime: string; readonly make: (seed: number) => number[] }>
> = {
  'logistic r = 4': { regime: 'chaotic', make: (s) => systems.logistic(4, 5000, 0.11 + 0.031 * s, 100) },
  'logistic r = 3.9': { regime: 'chaotic', make: (s) => systems.logistic(3.9, 5000, 0.11 + 0.031 * s, 100) },
  'logistic r = 3.6': { regime: 'chaotic', make: (s) => systems.logistic(3.6, 5000, 0.11 + 0.031 * s, 100) },
  'logistic r = 3.2': { regime: 'periodic', make: (s) => systems.logistic(3.2, 5000, 0.11 + 0.031 * s) },
  'logistic r = 3.5': { regime: 'periodic', make: (s) => systems.logistic(3.5, 5000, 0.11 + 0.031 * s) },
  'logistic r = 2.5': { regime: 'fixed-point', make: (s) => systems.logistic(2.5, 5000, 0.11 + 0.031 * s) },
  Hénon: { regime: 'chaotic', make: (s) => systems.henon(5000, 0.01 * s) },
  tent: { regime: 'chaotic', make: (s) => systems.tent(1.9, 5000, 0.11 + 0.031 * s) },
  Lorenz: { regime: 'chaotic', make: (s) => systems.lorenz(3000, 0.05, 1 + 0.1 * s) },
  Rössler: { regime: 'chaotic', make: (s) => systems.rossler(3000, 0.2, 1 + 0.1 * s) },
  'Mackey–Glass 17': { regime: 'chaotic', make: (s) => systems.mackeyGlass(3000, 17, 20, 0.8 + 0.01 * s) },
  sine: { regime: 'periodic', make: (s) => sine(2000, 20, s) },
  'sine of no whole period': { regime: 'periodic', make: (s) => sine(2000, 20.37, s) },
  'sine with a tenth of noise': {
    regime: 'periodic',
    make: (s) => {
      const noise = normal(s)
      return sine(2000, 20, s).map((x) => x + 0.1 * noise())
    },
  },
  'two sines': {
    regime: 'quasi-periodic',
    make: (s) => sine(2000, 20, s).map((x, i) => x + 0.7 * Math.sin((2 * Math.PI * i * Math.SQRT2) / 20)),
  },
  'white noise': { regime: 'stochastic', make: (s) => systems.autoregressive(2000, 0, s) },
  'coloured noise': { regime: 'stochastic', make: (s) => systems.autoregressive(2000, 0.9, s) },
  constant: { regime: 'fixed-point', make: () => series(500, () => 7) },
  decay: { regime: 'fixed-point', make: () => series(500, (i) => 1000 * Math.exp(-0.1 * i)) },
  line: { regime: 'undecided', make: () => series(500, (i) => 3 * i + 1) },
}
const make = (name: string, seed: number): number[] => CASES[name]!.make(seed)

function near(analysis: Analysis, expected: number, tolerance: number): void {
  expect(Math.abs(analysis.exponent! - expected)).toBeLessThanOrEqual(tolerance)
}

describe('analyseSeries', () => {
  it('AT-01 calls the logistic map at r = 4 chaotic, with ln 2', () => {
    const analysis = analyseSeries(make('logistic r = 4', 1))
    expect(analysis.regime).toBe('chaotic')
    near(analysis, Math.LN2, 0.05)
    expect(analysis.zeroOne).toBeGreaterThan(0.9)
  })

  it('AT-02 measures the exponent of the logistic map at r = 3.9', () => {
    near(analyseSeries(make('logistic r = 3.9', 2)), LYAPUNOV.logistic['3.9']!, 0.05)
  })

  it('AT-03 finds period 2 at r = 3.2 and its negative exponent', () => {
    for (let seed = 0; seed < 10; seed++) {
      const analysis = analyseSeries(make('logistic r = 3.2', seed))
      expect(analysis).toMatchObject({ regime: 'periodic', period: 2 })
      near(analysis, LYAPUNOV.logistic['3.2']!, 0.05)
    }
  })

  it('AT-04 finds period 4 at r = 3.5 and its negative exponent', () => {
    for (let seed = 0; seed < 10; seed++) {
      const analysis = analyseSeries(make('logistic r = 3.5', seed))
      expect(analysis).toMatchObject({ regime: 'periodic', period: 4 })
      near(analysis, LYAPUNOV.logistic['3.5']!, 0.05)
    }
  })

  it('AT-05 finds the fixed point at r = 2.5 and its negative exponent', () => {
    const analysis = analyseSeries(make('logistic r = 2.5', 0))
    expect(analysis.regime).toBe('fixed-point')
    near(analysis, LYAPUNOV.logistic['2.5']!, 0.05)
  })

  it('AT-06 measures the exponent of the Hénon map', () => {
    near(analyseSeries(make('Hénon', 1)), LYAPUNOV.henon[0], 0.03)
  })

  it('AT-07 measures the exponent of the Lorenz system', () => {
    const analysis = analyseSeries(systems.lorenz(10_000, 0.05), { sampleInterval: 0.05 })
    expect(analysis.regime).toBe('chaotic')
    near(analysis, LYAPUNOV.lorenz_10_28_8_3[0], 0.1)
  })

  it('AT-08 calls a sine a limit cycle of its period without growth', () => {
    for (const phase of [0, 0.5, 1, 2]) {
      const analysis = analyseSeries(sine(2000, 20, phase))
      expect(analysis).toMatchObject({ regime: 'periodic', period: 20 })
      near(analysis, 0, 0.05)
    }
    expect(analyseSeries(sine(2000, 20.37)).period).toBeCloseTo(20.37, 2)
  })

  it.each(Object.entries(CASES))(
    'AT-09 classifies %s the same when it is 100 times as large or a 1000th',
    (_, c) => {
      const values = c.make(1)
      for (const scale of [1, 100, 1e-3]) {
        expect(analyseSeries(values.map((x) => x * scale)).regime).toBe(c.regime)
      }
    },
  )

  it('says the same of a series whose squares overflow or vanish', () => {
    for (const name of [
      'logistic r = 3.9',
      'logistic r = 3.5',
      'sine',
      'two sines',
      'white noise',
      'decay',
    ]) {
      const values = make(name, 1).slice(0, 1000)
      const expected = analyseSeries(values)
      for (const power of [1020, 700, -600, -1000]) {
        const found = analyseSeries(values.map((x) => (x / 1024) * 2 ** power))
        expect([name, power, found.regime]).toEqual([name, power, expected.regime])
        expect(found.exponent ?? 0).toBeCloseTo(expected.exponent ?? 0, 9)
        expect(found.confidence).toBeCloseTo(expected.confidence, 9)
      }
    }
    const widest = make('logistic r = 3.9', 1).map((x) => (x - 0.5) * 2 * Number.MAX_VALUE)
    expect(analyseSeries(widest).regime).toBe('chaotic')
    expect(analyseSeries(sine(300, 20).map((x) => Math.round(x * 50) * Number.MIN_VALUE)).regime).toBe(
      'periodic',
    )
  })

  it('AT-10 takes a constant for a fixed point, and a line for nothing', () => {
    expect(analyseSeries(make('constant', 0)).regime).toBe('fixed-point')
    expect(analyseSeries(make('line', 0)).regime).not.toBe('chaotic')
    expect(analyseSeries(make('line', 0)).confidence).toBe(0)
  })

  it('AT-11 takes a decay for a stable fixed point, whether or not it has arrived', () => {
    const arrived = analyseSeries(make('decay', 0))
    expect(arrived.regime).toBe('fixed-point')
    near(arrived, -0.1, 1e-3)
    const onItsWay = analyseSeries(series(200, (i) => 1000 * Math.exp(-0.01 * i)))
    expect(onItsWay.regime).toBe('fixed-point')
    expect(onItsWay.confidence).toBeLessThan(arrived.confidence)
  })

  it('finds no period in the rounding of a long part that stands still', () => {
    for (const height of [1, 0.1, 7.3]) {
      const step = series(40_000, (i) => (i < 22_000 ? 0 : height))
      expect(analyseSeries(step).period).toBeUndefined()
    }
  })

  it('AT-12 needs 100 samples', () => {
    expect(() => analyseSeries(sine(99, 20))).toThrow(
      expect.objectContaining({ code: 'INSUFFICIENT_DATA', details: { needed: 100, got: 99 } }),
    )
    expect(analyseSeries(sine(100, 20)).regime).toBe('periodic')
  })

  it('AT-14 refuses values that are not finite', () => {
    for (const bad of [Number.NaN, Infinity, -Infinity]) {
      const values = sine(200, 20)
      values[77] = bad
      expect(() => analyseSeries(values)).toThrow(
        expect.objectContaining({ code: 'INVALID_SAMPLE', details: { index: 77 } }),
      )
    }
  })

  it('AT-19 is surer of more and of cleaner data, never outside 0 to 1', () => {
    const confidence = (values: number[]): number => analyseSeries(values).confidence
    expect(confidence(systems.logistic(4, 150, 0.2))).toBeLessThan(confidence(systems.logistic(4, 3000, 0.2)))
    const noise = normal(7)
    const noisy = (share: number): number[] => sine(800, 20).map((x) => x + share * noise())
    expect(confidence(noisy(0.8))).toBeLessThan(confidence(noisy(0.3)))
    expect(confidence(noisy(0.3))).toBeLessThan(confidence(noisy(0.01)))
    // The same length, and nothing to be sure of.
    expect(confidence(make('line', 0))).toBe(0)
    for (const { make: values } of Object.values(CASES)) {
      const sure = confidence(values(3))
      expect(sure).toBeGreaterThanOrEqual(0)
      expect(sure).toBeLessThanOrEqual(1)
    }
  })

  it('never calls noise chaotic, white or coloured, over 20 seeds', () => {
    for (let seed = 0; seed < 20; seed++) {
      for (const phi of [0, 0.5, 0.95]) {
        expect(analyseSeries(systems.autoregressive(500, phi, seed)).regime).not.toBe('chaotic')
      }
    }
  })

  it('gives times in the unit of the sample interval', () => {
    const analysis = analyseSeries(sine(2000, 20), { sampleInterval: 0.1 })
    expect(analysis.period).toBeCloseTo(2, 6)
  })

  it('is not sure of chaos under as much noise as hides its growth', () => {
    const noise = normal(3)
    const values = systems.logistic(4, 3000, 0.2).map((x) => x + 0.05 * noise())
    expect(analyseSeries(values).regime).toBe('undecided')
  })
})
