import { createHistogram, type Scheduler } from '@midstream/scheduler'
import { manualScheduler } from './contenders.ts'
import { PREPARED, type Workload } from './workloads.ts'

/** ns. */
export interface Percentiles {
  readonly p50: number
  readonly p99: number
  readonly p999: number
  readonly max: number
}

export interface Latency {
  /** The time between two readings with nothing in between, as the clock itself shows it. */
  readonly clockNs: number
  /** What the two readings around a call show. */
  readonly gross: Percentiles
  /** The same less the time that the readings themselves take. */
  readonly net: Percentiles
}

let ran = 0
function work(arg: number): void {
  ran += arg
}

/** Median of what two readings in a row show. */
export function clockReadNs(): number {
  const histogram = createHistogram()
  for (let k = 0; k < 200_000; k++) {
    const start = performance.now()
    histogram.record(performance.now() - start)
  }
  return histogram.percentile(0.5) * 1e6
}

/**
 * Each call of `schedule` between two readings of the clock; the first reading is also its `at`, as for any caller
 * that has just read the clock. The dispatch in between is not in these figures.
 */
function measureRound(scheduler: Scheduler, workload: Workload, calls: number): Latency {
  const { depth, priorities, deadlines } = workload
  const options = { priority: 0, deadlineMs: 0, at: 0 }
  const histogram = createHistogram()
  const before = ran
  for (let done = 0; done < calls; done += depth) {
    for (let k = 0; k < depth; k++) {
      const index = (done + k) % PREPARED
      options.priority = priorities[index]!
      options.deadlineMs = deadlines[index]!
      const start = performance.now()
      options.at = start
      scheduler.schedule(work, options, 1)
      histogram.record(performance.now() - start)
    }
    scheduler.runSlice(Infinity)
  }
  if (ran - before !== histogram.count) throw new Error('a task did not run')
  const clockNs = clockReadNs()
  const { p50, p99, p999, max } = histogram.summary()
  const gross = { p50: p50 * 1e6, p99: p99 * 1e6, p999: p999 * 1e6, max: max * 1e6 }
  const less = (ns: number): number => Math.max(0, ns - clockNs)
  const net = { p50: less(gross.p50), p99: less(gross.p99), p999: less(gross.p999), max: less(gross.max) }
  return { clockNs, gross, net }
}

export function measureLatency(workload: Workload, rounds: number, calls: number): Latency[] {
  const scheduler = manualScheduler(workload, 32)
  measureRound(scheduler, workload, calls)
  return Array.from({ length: rounds }, () => {
    globalThis.gc?.()
    return measureRound(scheduler, workload, calls)
  })
}
