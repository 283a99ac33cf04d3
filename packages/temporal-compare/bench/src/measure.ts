/** One thing to measure. `run` does `units` units of work and gives a number that depends on all of it. */
export interface Task {
  readonly name: string
  readonly units: number
  run(): number
}

/** Nanoseconds of CPU time per unit. */
export interface Sample {
  readonly median: number
  readonly min: number
  readonly max: number
}

/**
 * CPU time of this thread in ns: other programs on the machine take turns but do not count. The kernel moves it on at
 * its ticks, every 4 ms at worst, so that a sample has to be much longer.
 */
function cpuNs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) * 1000
}

const LEAST_NS = 30e6

let sink = 0

/** What `run` gave, added up, so that no work is unused. */
export const consumed = (): number => sink

function timed(task: Task, times: number): number {
  globalThis.gc?.()
  const start = cpuNs()
  for (let i = 0; i < times; i++) sink += task.run()
  return (cpuNs() - start) / times
}

/** Runs the tasks in turn, `rounds` times, so that a slow moment of the machine hits all of them. */
export function measure(tasks: readonly Task[], rounds: number): Map<string, Sample> {
  const times = tasks.map((task) => {
    // Also what makes the compiler do its best.
    let count = 1
    for (let total = timed(task, count); total * count < LEAST_NS; total = timed(task, count)) count *= 2
    return count
  })
  const samples = tasks.map((): number[] => [])
  for (let round = 0; round < rounds; round++) {
    tasks.forEach((task, i) => {
      samples[i]!.push(timed(task, times[i]!) / task.units)
    })
  }
  return new Map(
    tasks.map(({ name }, i) => {
      const sorted = samples[i]!.sort((a, b) => a - b)
      return [name, { median: sorted[sorted.length >> 1]!, min: sorted[0]!, max: sorted.at(-1)! }]
    }),
  )
}

/** How many times as much the second costs as the first, by their medians. */
export function ratio(results: ReadonlyMap<string, Sample>, ours: string, other: string): number {
  return results.get(other)!.median / results.get(ours)!.median
}
