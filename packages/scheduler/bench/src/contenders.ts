import { createScheduler, type Host, type Scheduler } from '@midstream/scheduler'
import type { Contender } from './peers.ts'
import type { Workload } from './workloads.ts'

/** No event loop: the benchmarks start every slice themselves. */
export const noHost: Host = { defer() {}, setTimer() {}, clearTimer() {}, close() {} }

export function manualScheduler(workload: Workload, clockEvery: number): Scheduler {
  const { policy, depth } = workload
  return createScheduler({ policy, clockEvery, capacity: depth * 2, autoRun: false, host: noHost })
}

/**
 * This package in the job of the peers. It does more than they do: it also measures waiting, execution and
 * lateness, counts misses and survives tasks that throw.
 */
export function ours(workload: Workload, clockEvery: number): Contender {
  const scheduler = manualScheduler(workload, clockEvery)
  const options = { priority: 0, deadlineMs: 0, at: 0 }
  let scheduled = 0
  return {
    name: `this package, clock read every ${clockEvery === 1 ? 'task' : `${clockEvery} tasks`}`,
    schedule(run, priority, deadline, arg) {
      // A producer that schedules a batch reads the clock once for it.
      if (scheduled++ % clockEvery === 0) options.at = performance.now()
      options.priority = priority
      options.deadlineMs = deadline
      return scheduler.schedule(run, options, arg)
    },
    cancel: scheduler.cancel,
    dispatch() {
      scheduler.runSlice(Infinity)
    },
  }
}
