/** Median, least and greatest of the samples of one row. */
export interface Sample {
  readonly median: number
  readonly min: number
  readonly max: number
}

export interface Task {
  readonly name: string
  /** What one run is divided by. */
  readonly units: number
  run(): void
}

/** CPU time of this thread in ns: other programs on the machine take turns but do not count. */
function cpuNs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) * 1000
}

/**
 * Runs tasks in turn, `rounds` times, so that a slow moment of the machine hits all of them. ns per unit. Each
 * sample runs as often as it takes to fill `leastMs`, since the clock of CPU time is coarse.
 */
export function measure(tasks: readonly Task[], rounds: number, leastMs = 60): Map<string, Sample> {
  const repeats = tasks.map((task) => {
    task.run()
    const start = cpuNs()
    task.run()
    return Math.max(1, Math.ceil((leastMs * 1e6) / Math.max(1e5, cpuNs() - start)))
  })
  const samples = tasks.map((): number[] => [])
  for (let round = 0; round < rounds; round++) {
    tasks.forEach((task, i) => {
      globalThis.gc?.()
      const start = cpuNs()
      for (let k = 0; k < repeats[i]!; k++) task.run()
      samples[i]!.push((cpuNs() - start) / repeats[i]! / task.units)
    })
  }
  return new Map(
    tasks.map((task, i) => {
      const sorted = samples[i]!.sort((a, b) => a - b)
      return [task.name, { median: sorted[sorted.length >> 1]!, min: sorted[0]!, max: sorted.at(-1)! }]
    }),
  )
}
