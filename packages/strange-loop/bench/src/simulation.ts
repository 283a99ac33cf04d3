import type { Chart } from './svg.ts'

/** One line of the result table. */
export interface Row {
  readonly what: string
  readonly bar: string
  readonly reached: string
  readonly beside: string
  readonly met: boolean | undefined
}

export interface Outcome {
  readonly rows: readonly Row[]
  readonly charts: Readonly<Record<string, Chart>>
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))]!
}

export function standardError(values: readonly number[]): number {
  const middle = mean(values)
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)) / values.length)
}

/** Standard normal numbers from uniform ones, by the polar method. */
export function normalsFrom(random: () => number): () => number {
  return () => {
    for (;;) {
      const u = 2 * random() - 1
      const v = 2 * random() - 1
      const s = u * u + v * v
      if (s > 0 && s < 1) return u * Math.sqrt((-2 * Math.log(s)) / s)
    }
  }
}

export function percent(share: number, digits = 2): string {
  return `${(100 * share).toFixed(digits)} %`
}
