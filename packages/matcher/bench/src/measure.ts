/** Median and spread of the samples of one row. */
export interface Row {
  readonly name: string
  readonly median: number
  readonly min: number
  readonly max: number
  readonly unit: string
}

export interface Task {
  readonly name: string
  /** Code units that one run reads; the result is divided by it. */
  readonly chars: number
  run(): void
}

/** CPU time of this thread in ns: other programs on the machine take turns but do not count. */
function cpuNs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) * 1000
}

/** Runs tasks in turn, `rounds` times, so that a slow moment of the machine hits all of them. ns per char. */
export function measure(tasks: readonly Task[], rounds: number): Row[] {
  const samples = tasks.map((): number[] => [])
  for (const task of tasks) task.run()
  for (let round = 0; round < rounds; round++) {
    tasks.forEach((task, i) => {
      globalThis.gc?.()
      const start = cpuNs()
      task.run()
      samples[i]!.push((cpuNs() - start) / task.chars)
    })
  }
  return tasks.map((task, i) => {
    const sorted = samples[i]!.sort((a, b) => a - b)
    return {
      name: task.name,
      median: sorted[sorted.length >> 1]!,
      min: sorted[0]!,
      max: sorted[sorted.length - 1]!,
      unit: 'ns/char',
    }
  })
}

export function quantile(sorted: readonly number[], q: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))]!
}
