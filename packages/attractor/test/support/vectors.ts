import { readFileSync } from 'node:fs'

function read(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../../test-vectors/${name}.json`, import.meta.url), 'utf8'))
}

export const LYAPUNOV: {
  readonly logistic: Readonly<Record<string, number>>
  readonly henon: readonly [number, number]
  readonly henonSum: number
  readonly lorenz_10_28_8_3: readonly [number, number, number]
  readonly lorenzSum: number
  readonly rossler_p2_p2_5p7: readonly [number, number, number]
  readonly mackeyGlass_b02_g01_n10: Readonly<Record<string, number>>
} = (read('lyapunov') as { values: typeof LYAPUNOV }).values

export const PERMUTATION_ENTROPY: {
  readonly x: readonly number[]
  readonly order2: number
  readonly order3: number
  readonly logistic4Order3Distinct: number
} = read('permutation-entropy') as typeof PERMUTATION_ENTROPY
