import { readFileSync } from 'node:fs'
import { analyseSeries, largestLyapunov } from '@midstream/attractor'
import * as systems from '@midstream/test-kit/dynamical-systems'

interface Vectors {
  readonly logistic: Readonly<Record<string, number>>
  readonly henon: readonly [number, number]
  readonly lorenz_10_28_8_3: readonly [number, number, number]
  readonly rossler_p2_p2_5p7: readonly [number, number, number]
  readonly mackeyGlass_b02_g01_n10: Readonly<Record<string, number>>
}
const vectors = readFileSync(new URL('../../test-vectors/lyapunov.json', import.meta.url), 'utf8')
const LYAPUNOV = (JSON.parse(vectors) as { values: Vectors }).values

export interface System {
  readonly name: string
  readonly truth: number
  readonly regime: string
  readonly length: number
  readonly sampleInterval: number
  readonly make: (seed: number) => number[]
}

const sine = (n: number, phase: number): number[] =>
  Array.from({ length: n }, (_, i) => Math.sin((2 * Math.PI * i) / 20 + phase))

const start = (seed: number): number => 0.11 + 0.031 * seed

export const SYSTEMS: readonly System[] = [
  ...['3.6', '3.7', '3.8', '3.9', '4.0']
    .filter((r) => LYAPUNOV.logistic[r] !== undefined)
    .map((r) => ({
      name: `logistic r = ${r}`,
      truth: LYAPUNOV.logistic[r]!,
      regime: 'chaotic',
      length: 5000,
      sampleInterval: 1,
      make: (s: number) => systems.logistic(Number(r), 5000, start(s), 100),
    })),
  {
    name: 'tent 1.9',
    truth: Math.log(1.9),
    regime: 'chaotic',
    length: 5000,
    sampleInterval: 1,
    make: (s) => systems.tent(1.9, 5000, start(s)),
  },
  {
    name: 'Hénon',
    truth: LYAPUNOV.henon[0],
    regime: 'chaotic',
    length: 5000,
    sampleInterval: 1,
    make: (s) => systems.henon(5000, 0.01 * s),
  },
  {
    name: 'Lorenz',
    truth: LYAPUNOV.lorenz_10_28_8_3[0],
    regime: 'chaotic',
    length: 10_000,
    sampleInterval: 0.05,
    make: (s) => systems.lorenz(10_000, 0.05, 1 + 0.1 * s),
  },
  {
    name: 'Rössler',
    truth: LYAPUNOV.rossler_p2_p2_5p7[0],
    regime: 'chaotic',
    length: 10_000,
    sampleInterval: 0.2,
    make: (s) => systems.rossler(10_000, 0.2, 1 + 0.1 * s),
  },
  {
    name: 'Mackey–Glass 17',
    truth: LYAPUNOV.mackeyGlass_b02_g01_n10['17']!,
    regime: 'chaotic',
    length: 10_000,
    sampleInterval: 2,
    make: (s) => systems.mackeyGlass(10_000, 17, 20, 0.8 + 0.01 * s),
  },
]

/** Systems whose class is known and whose exponent is not looked for. */
export const CLASSES: readonly {
  readonly name: string
  readonly regime: string
  make(seed: number): number[]
}[] = [
  ...SYSTEMS,
  { name: 'logistic r = 2.5', regime: 'fixed-point', make: (s) => systems.logistic(2.5, 5000, start(s)) },
  { name: 'logistic r = 3.2', regime: 'periodic', make: (s) => systems.logistic(3.2, 5000, start(s)) },
  { name: 'logistic r = 3.5', regime: 'periodic', make: (s) => systems.logistic(3.5, 5000, start(s)) },
  { name: 'sine', regime: 'periodic', make: (s) => sine(2000, s) },
  {
    name: 'sine, noise 0.1',
    regime: 'periodic',
    make: (s) => {
      const noise = systems.gaussian(systems.seeded(s))
      return sine(2000, s).map((x) => x + 0.1 * noise())
    },
  },
  {
    name: 'two sines',
    regime: 'quasi-periodic',
    make: (s) => sine(2000, s).map((x, i) => x + 0.7 * Math.sin((2 * Math.PI * i * Math.SQRT2) / 20)),
  },
  { name: 'white noise', regime: 'stochastic', make: (s) => systems.autoregressive(2000, 0, s) },
  { name: 'noise, AR 0.5', regime: 'stochastic', make: (s) => systems.autoregressive(2000, 0.5, s) },
  { name: 'noise, AR 0.95', regime: 'stochastic', make: (s) => systems.autoregressive(2000, 0.95, s) },
]

export interface Accuracy {
  readonly name: string
  readonly truth: number
  readonly mean: number
  readonly uncertainty: number
  readonly rosenstein: number
  readonly kantz: number
  readonly within5: number
  readonly withinOwn: number
}

const average = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length

export function accuracyOf({ name, truth, sampleInterval, make }: System, seeds: number): Accuracy {
  const results = Array.from({ length: seeds }, (_, seed) => largestLyapunov(make(seed), { sampleInterval }))
  const off = results.map(({ exponent }) => Math.abs((exponent ?? Infinity) - truth))
  const defined = results.filter(({ exponent }) => exponent !== undefined)
  return {
    name,
    truth,
    mean: average(defined.map(({ exponent }) => exponent!)),
    uncertainty: average(defined.map(({ uncertainty }) => uncertainty)),
    rosenstein: average(results.flatMap(({ rosenstein }) => rosenstein?.exponent ?? [])),
    kantz: average(results.flatMap(({ kantz }) => kantz?.exponent ?? [])),
    within5: off.filter((d) => d <= 0.05 * truth).length,
    withinOwn: off.filter((d, i) => d <= Math.max(0.05 * truth, results[i]!.uncertainty)).length,
  }
}

/** How many of `seeds` series are given their class, each as it is, 100 times as large and a 1000th. */
export function rightClasses(of: { regime: string; make(seed: number): number[] }, seeds: number): number {
  let right = 0
  for (let seed = 0; seed < seeds; seed++) {
    const series = of.make(seed)
    const regimes = [1, 100, 1e-3].map((scale) => analyseSeries(series.map((x) => scale * x)).regime)
    if (regimes.every((regime) => regime === of.regime)) right++
  }
  return right
}
