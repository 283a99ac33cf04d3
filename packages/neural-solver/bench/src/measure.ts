/** Median and spread of the samples of one row. */
export interface Row {
  readonly name: string
  readonly median: number
  readonly min: number
  readonly max: number
}

export interface Task {
  readonly name: string
  /** Work items of one run: the time is divided by them. */
  readonly items: number
  run(): void
}

export function quantile(sorted: readonly number[], q: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))]!
}

/** CPU time of this thread in ns: other programs and V8's helper threads take turns but do not count. */
export function cpuNs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) * 1000
}

/** The clock of CPU time may tick in milliseconds: a sample is as many runs as take this long. */
const SAMPLE_NS = 80e6

function sample(run: () => void): number {
  const start = cpuNs()
  for (let runs = 1; ; runs++) {
    run()
    const spent = cpuNs() - start
    if (spent >= SAMPLE_NS) return spent / runs
  }
}

/** Median, least and greatest CPU time of one run in milliseconds. */
export function once(name: string, run: () => void, rounds = 3): Row {
  run()
  const times = Array.from({ length: rounds }, () => sample(run) / 1e6).sort((a, b) => a - b)
  return { name, median: quantile(times, 0.5), min: times[0]!, max: times.at(-1)! }
}

/** Nanoseconds per item. Tasks alternate, so that a slow spell of the machine meets all of them. */
export function measure(tasks: readonly Task[], rounds: number): Row[] {
  const samples = tasks.map((): number[] => [])
  for (const task of tasks) for (let warm = 0; warm < 3; warm++) task.run()
  for (let round = 0; round < rounds; round++) {
    tasks.forEach((task, i) => {
      globalThis.gc?.()
      samples[i]!.push(sample(task.run) / task.items)
    })
  }
  return tasks.map(({ name }, i) => {
    const sorted = samples[i]!.sort((a, b) => a - b)
    return { name, median: quantile(sorted, 0.5), min: sorted[0]!, max: sorted.at(-1)! }
  })
}
