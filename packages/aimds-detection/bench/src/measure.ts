import { performance } from 'node:perf_hooks'

/** Rounds before those that count: until then the engine still optimises the code. */
const WARM_UP = 10

export interface Task {
  readonly name: string
  /** Reads one text; what it returns is thrown away. */
  run(text: string): unknown
}

export interface Quantiles {
  readonly p50: number
  readonly p99: number
  readonly min: number
}

/** Values in ascending order. */
export function quantile(sorted: readonly number[], q: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))]!
}

/**
 * Times each task on each text, in turn, so that a slow moment of the machine hits all of them. Milliseconds of
 * the wall clock per call; warm-up calls do not count.
 */
export async function latencies(
  tasks: readonly Task[],
  texts: readonly string[],
  rounds: number,
): Promise<Quantiles[]> {
  const samples = tasks.map((): number[] => [])
  for (let round = -WARM_UP; round < rounds; round += 1) {
    for (const text of texts) {
      for (const [i, task] of tasks.entries()) {
        const start = performance.now()
        await task.run(text)
        if (round >= 0) samples[i]!.push(performance.now() - start)
      }
    }
  }
  return samples.map((values) => {
    values.sort((a, b) => a - b)
    return { p50: quantile(values, 0.5), p99: quantile(values, 0.99), min: values[0]! }
  })
}

/** Nanoseconds per code unit of each task over all texts: median and extremes of `rounds` rounds in turn. */
export function costPerChar(
  tasks: readonly Task[],
  texts: readonly string[],
  rounds: number,
): { readonly median: number; readonly min: number; readonly max: number }[] {
  const chars = texts.reduce((sum, text) => sum + text.length, 0)
  const samples = tasks.map((): number[] => [])
  for (let round = -WARM_UP; round < rounds; round += 1) {
    for (const [i, task] of tasks.entries()) {
      globalThis.gc?.()
      const start = performance.now()
      for (const text of texts) task.run(text)
      if (round >= 0) samples[i]!.push(((performance.now() - start) * 1e6) / chars)
    }
  }
  return samples.map((values) => {
    values.sort((a, b) => a - b)
    return { median: quantile(values, 0.5), min: values[0]!, max: values.at(-1)! }
  })
}

/** Milliseconds of the best of `runs` runs. */
export function bestMs(run: () => void, runs: number): number {
  let best = Infinity
  for (let i = 0; i < runs; i += 1) {
    const start = performance.now()
    run()
    best = Math.min(best, performance.now() - start)
  }
  return best
}
