import type { Clock } from '@midstream/core'
import type { DurationSummary } from './histogram.ts'
import type { Host } from './host.ts'
import type { SchedulingPolicy } from './policy.ts'

/** Names one task. Starts at 1, never used twice. A repeating task keeps its id. */
export type TaskId = number

/**
 * What a full queue does with one more task:
 * - `reject`: `schedule` throws QUEUE_FULL;
 * - `drop-oldest`: the task released first makes room;
 * - `drop-lowest`: the task that would run last makes room; when that is the new one, it is rejected.
 */
export type ShedPolicy = 'reject' | 'drop-oldest' | 'drop-lowest'

/**
 * Why an admitted task will not run. `rejected`: its delay was over and the queue was full; `oldest`, `lowest`:
 * shed for another; `late`: past its deadline and the slack; `cleared`, `closed`: what the calls say.
 */
export type DropReason = 'rejected' | 'oldest' | 'lowest' | 'late' | 'cleared' | 'closed'

/** May be reused for many tasks: nothing of it is kept but the signal. */
export interface TaskOptions {
  /** 0, most urgent, to 31, for the policy `fixed-priority`. @default 16 (PRIORITY.medium) */
  readonly priority?: number
  /** When the task should have ended, in ms after its release. @default Infinity, or the period of `every` */
  readonly deadlineMs?: number
  /** Estimate of its run time in ms, for `least-laxity` and `maxUtilization`. @default 0 */
  readonly costMs?: number
  /** Time between two such tasks, for `rate-monotonic`; `every` sets it. @default Infinity */
  readonly periodMs?: number
  /** The task is released, and its deadline starts, after this time. @default 0 */
  readonly delayMs?: number
  /** The clock's time of this call, from a caller that has just read the clock: saves reading it again. */
  readonly at?: number
  /** Aborting it cancels the task. */
  readonly signal?: AbortSignal
}

export interface RepeatOptions extends Omit<TaskOptions, 'periodMs'> {
  /**
   * What becomes of periods that passed while the task could not run: `skip` counts them and keeps to the grid,
   * `run` runs each of them. @default 'skip'
   */
  readonly missedPeriods?: 'skip' | 'run'
}

export interface SchedulerOptions {
  /** @default 'fixed-priority' */
  readonly policy?: SchedulingPolicy
  /** Tasks that may be ready at a time; at the limit see `overflow`. @default 16384 */
  readonly capacity?: number
  /** Delayed and repeating tasks at a time. One more: QUEUE_FULL. @default 131072 */
  readonly maxDelayed?: number
  /** @default 'reject' */
  readonly overflow?: ShedPolicy
  /** What happens to a task whose deadline and slack are over before it starts. @default 'run' */
  readonly late?: 'run' | 'drop'
  /**
   * A task is missed when it ends later than its deadline and the larger of `slackMs` and `slackShare` of the
   * time from release to deadline. @default 0.01, the p999 bar of `schedule` for bursts
   */
  readonly slackMs?: number
  /** @default 0.1 */
  readonly slackShare?: number
  /** Longest time of one slice in ms: then I/O has its turn. A running task is not interrupted. @default 5 */
  readonly sliceMs?: number
  /**
   * Tasks between two readings of the clock. With 1 every figure is exact. With more, the times of tasks that ran
   * between two readings are shared out evenly, a slice may last that many tasks longer, and a task that a
   * task schedules counts as released at the last reading. @default 1
   */
  readonly clockEvery?: number
  /** Resolution of delays in ms. A task is never released early, at most one tick late. @default 1 */
  readonly tickMs?: number
  /**
   * Starvation guard: when the task released first has waited longer than this, it goes next, whatever its
   * priority; every fourth task at most. @default Infinity
   */
  readonly maxWaitMs?: number
  /** Largest sum of cost/period over repeating tasks. One more: UTILIZATION_EXCEEDED. @default Infinity */
  readonly maxUtilization?: number
  /** With `false` nothing runs by itself: call `runSlice` or `runNext`. @default true */
  readonly autoRun?: boolean
  /** Names the queue in errors and events. @default 'scheduler' */
  readonly stage?: string
  /** @default systemClock */
  readonly clock?: Clock
  /** @default createHost() */
  readonly host?: Host
  // What one of the following throws, is thrown in a microtask of its own, as after a throwing timer.
  /** A task found the queue full. `fill` is what is ready and waits for room, as a share of the capacity. */
  onBackpressure?(event: { readonly stage: string; readonly fill: number }): void
  onDrop?(event: { readonly id: TaskId; readonly reason: DropReason }): void
  /** A task ended `lateMs` after its deadline, which is more than the slack. */
  onMissed?(event: { readonly id: TaskId; readonly lateMs: number }): void
  /** A task threw. @default the error is thrown in a microtask of its own too */
  onError?(error: unknown, id: TaskId): void
}

/** Counts since creation, and durations in ms. */
export interface SchedulerStats {
  /** Tasks admitted to the ready queue, each release of a repeating one by itself. */
  readonly released: number
  readonly ran: number
  /** Of those that ran, how many threw. */
  readonly failed: number
  /** Ended late by more than the slack, or dropped for it. */
  readonly missed: number
  readonly cancelled: number
  readonly aborted: number
  /** `schedule` calls that threw QUEUE_FULL. */
  readonly refused: number
  readonly dropped: Readonly<Record<DropReason, number>>
  /** Periods of repeating tasks that passed without a release. */
  readonly skippedPeriods: number
  /** Tasks that the starvation guard brought forward. */
  readonly promoted: number
  /** From release to start. */
  readonly queueWait: DurationSummary
  /** From start to end, including what the scheduler does between two tasks. */
  readonly execution: DurationSummary
  /** From deadline to end, of tasks with a deadline; 0 for those that ended in time. */
  readonly lateness: DurationSummary
}

export interface Scheduler {
  /** Tasks that are ready to run. */
  readonly size: number
  /** Tasks that wait for their time. */
  readonly delayed: number
  readonly state: 'running' | 'paused' | 'draining' | 'closed'
  /**
   * Admits a task: `run(arg)` is called once, in a turn of its own or of other tasks, never inside this call.
   * O(log n); O(1) without a deadline and with a delay.
   *
   * @throws MidstreamError QUEUE_FULL, QUEUE_CLOSED after `drain` or `close`
   * @throws RangeError for a priority that is not an integer from 0 to 31, a time that is not finite, or a duration
   * that is NaN, where the policy uses them
   */
  schedule(run: () => unknown, options?: TaskOptions): TaskId
  schedule<A>(run: (arg: A) => unknown, options: TaskOptions | undefined, arg: A): TaskId
  /** Like `schedule`, but a full queue makes the caller wait, in order of arrival, and nothing is shed. */
  scheduleWhenRoom(run: () => unknown, options?: TaskOptions): Promise<TaskId>
  scheduleWhenRoom<A>(run: (arg: A) => unknown, options: TaskOptions | undefined, arg: A): Promise<TaskId>
  /**
   * Schedules and gives the result. Rejects with what `run` throws, with TASK_CANCELLED after an abort, and with
   * TASK_DROPPED.
   */
  submit<T>(run: () => T | PromiseLike<T>, options?: TaskOptions): Promise<T>
  /**
   * Releases a task every `periodMs`, first after one period; the times never drift from that grid.
   *
   * @throws MidstreamError as `schedule`, and UTILIZATION_EXCEEDED
   * @throws RangeError as `schedule`, and for a `costMs` that is not at least 0
   */
  every(periodMs: number, run: () => unknown, options?: RepeatOptions): TaskId
  /** Whether the task was there and now will not run (again). O(log n). */
  cancel(id: TaskId): boolean
  /** Whether the task is still to run. */
  has(id: TaskId): boolean
  /** Runs one task now. False when there is none, or when paused. */
  runNext(): boolean
  /** Runs tasks until none is ready or the time is over; says how many. 0 when paused. */
  runSlice(budgetMs?: number): number
  /** For a long task: whether its slice is over, so that it should schedule its rest and return. */
  shouldYield(): boolean
  /** Nothing is released or run until `resume`; tasks are still admitted. */
  pause(): void
  resume(): void
  /** Drops everything; says how much. */
  clear(): number
  /** Resolves when no task is ready or running. */
  whenIdle(): Promise<void>
  /** Admits nothing more, drops what waits for its time, runs what is ready (also when paused), then closes. */
  drain(): Promise<void>
  /** Drops everything and frees timers. */
  close(): void
  stats(): SchedulerStats
  [Symbol.asyncDispose](): Promise<void>
}
