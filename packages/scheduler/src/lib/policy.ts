/**
 * Who goes first among the tasks that may run.
 * - `fixed-priority`: the lower priority number; within one priority the earlier deadline.
 * - `edf`: the earlier deadline; priorities are ignored.
 * - `least-laxity`: the smaller laxity, deadline − now − cost. All laxities of waiting tasks shrink at the same
 *   pace and a task runs to its end, so the order is that of deadline − cost and needs no update.
 * - `rate-monotonic`: the shorter period.
 *
 * Equal ones, and those that have no such key, run in the order of their release.
 */
export type SchedulingPolicy = 'fixed-priority' | 'edf' | 'least-laxity' | 'rate-monotonic'

/** Names for some of the 32 priorities; a lower number is more urgent. */
export const PRIORITY: {
  readonly critical: 0
  readonly high: 8
  readonly medium: 16
  readonly low: 24
  readonly background: 31
} = { critical: 0, high: 8, medium: 16, low: 24, background: 31 }

/** Within a level the smaller key goes first. */
export function keyOf(policy: SchedulingPolicy, deadline: number, costMs: number, periodMs: number): number {
  if (policy === 'least-laxity') return deadline - costMs
  return policy === 'rate-monotonic' ? periodMs : deadline
}

/**
 * Share of one processor that periodic tasks may use under rate-monotonic scheduling and still all meet their
 * deadlines: n(2^(1/n) − 1), after Liu and Layland, JACM 20(1), 1973, theorem 5. Sufficient, not necessary, and
 * for tasks that can be interrupted; tasks here run to their end, so leave room for the longest of them.
 *
 * @throws RangeError unless `tasks` is a positive integer.
 */
export function rateMonotonicBound(tasks: number): number {
  if (!Number.isInteger(tasks) || tasks < 1) {
    throw new RangeError(`the number of tasks must be a positive integer, got ${tasks}`)
  }
  return tasks * (2 ** (1 / tasks) - 1)
}
