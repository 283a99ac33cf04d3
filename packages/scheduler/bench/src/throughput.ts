// Run by itself with a workload and a contender: prints ns of CPU time for each task.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { ours } from './contenders.ts'
import { type Contender, flatWithoutIds, peers } from './peers.ts'
import { burst, medium, PREPARED, small, type Workload } from './workloads.ts'

export interface Throughput {
  readonly name: string
  /** ns of CPU time for one task: scheduled, and run or cancelled. Sorted. */
  readonly nsPerTask: readonly number[]
}

/** CPU time of this thread in ns: other programs on the machine take turns but do not count. */
export function cpuNs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) * 1000
}

export function median(sorted: readonly number[]): number {
  return sorted[sorted.length >> 1]!
}

let ran = 0
function work(arg: number): void {
  ran += arg
}

/** Schedules and runs `tasks` tasks, `depth` at a time; every sixteenth is cancelled right away. */
function doJob(contender: Contender, { depth, priorities, deadlines }: Workload, tasks: number): void {
  ran = 0
  let cancelled = 0
  for (let done = 0; done < tasks; done += depth) {
    for (let k = 0; k < depth; k++) {
      const index = (done + k) % PREPARED
      const id = contender.schedule(work, priorities[index]!, deadlines[index]!, 1)
      if (k % 16 === 7 && contender.cancel(id)) cancelled++
    }
    contender.dispatch()
  }
  if (ran + cancelled !== tasks || cancelled !== tasks / 16) {
    throw new Error(`${contender.name}: ${ran} ran and ${cancelled} cancelled of ${tasks}`)
  }
}

function contendersFor(workload: Workload): (() => Contender)[] {
  const capacity = workload.depth * 2
  const rivals = peers(capacity).map((_, k) => (): Contender => peers(capacity)[k]!)
  return [() => ours(workload, 64), () => ours(workload, 1), ...rivals, flatWithoutIds]
}

/** A process of its own for each contender and round: none runs on code that was optimised for another. */
export function measureThroughput(workload: Workload, rounds: number): Throughput[] {
  const contenders = contendersFor(workload)
  const samples = contenders.map((): number[] => [])
  for (let round = 0; round < rounds; round++) {
    for (const [k, list] of samples.entries()) {
      const args = ['--expose-gc', '--no-warnings', fileURLToPath(import.meta.url), workload.name, String(k)]
      const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
      if (status !== 0) throw new Error(stderr)
      list.push(Number(stdout))
    }
  }
  return contenders.map((create, k) => ({
    name: create().name,
    nsPerTask: samples[k]!.sort((a, b) => a - b),
  }))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const workload = [small, medium, burst].find(({ name }) => name === process.argv[2])!
  const contender = contendersFor(workload)[Number(process.argv[3])]!()
  const tasks = workload.depth * Math.ceil(500_000 / workload.depth)
  const times: number[] = []
  doJob(contender, workload, tasks)
  for (let k = 0; k < 3; k++) {
    globalThis.gc?.()
    const start = cpuNs()
    doJob(contender, workload, tasks)
    times.push((cpuNs() - start) / tasks)
  }
  console.log(median(times.sort((a, b) => a - b)))
}
