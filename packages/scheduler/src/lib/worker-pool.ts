import { availableParallelism } from 'node:os'
import { type Clock, MidstreamError, systemClock } from '@midstream/core'
import { Piscina } from 'piscina'
import { createHistogram, type DurationSummary } from './histogram.ts'
import { createHost, type Host } from './host.ts'
import { checkAbove, checkInteger } from './options.ts'
import type { SchedulingPolicy } from './policy.ts'
import { createScheduler } from './scheduler.ts'
import type { DropReason, SchedulerOptions, ShedPolicy, TaskId } from './types.ts'

export interface WorkerPoolOptions {
  /** The module that the threads load; its default export is called with each input and returns the output. */
  readonly filename: string | URL
  /** Threads. A thread that had to be stopped is replaced. @default the processors less one, at least 1 */
  readonly threads?: number
  /** Tasks that may wait for a thread; at the limit see `overflow`. @default 1024 */
  readonly capacity?: number
  /** @default 'reject' */
  readonly overflow?: ShedPolicy
  /** Who gets the next free thread. @default 'edf' */
  readonly policy?: SchedulingPolicy
  /** Deadline of tasks that name none, in ms from `run`. @default 30000 */
  readonly deadlineMs?: number
  /** Memory of one thread; past it, the thread ends and its task fails with ERR_WORKER_OUT_OF_MEMORY. */
  readonly resourceLimits?: { readonly maxOldGenerationSizeMb?: number; readonly stackSizeMb?: number }
  /** Names the pool in errors and events. @default 'workers' */
  readonly stage?: string
  /** @default systemClock */
  readonly clock?: Clock
  /** For the timer of the deadlines. @default createHost() */
  readonly host?: Host
  onBackpressure?: SchedulerOptions['onBackpressure']
}

export interface WorkerTaskOptions {
  /** In ms from `run`, waiting included. The task is stopped then, wherever it is. */
  readonly deadlineMs?: number
  /** For the policy `fixed-priority`, see `TaskOptions`. */
  readonly priority?: number
  /** For the policy `least-laxity`, see `TaskOptions`. */
  readonly costMs?: number
  readonly signal?: AbortSignal
  /** What the input holds that is moved to the thread instead of copied. */
  readonly transfer?: readonly ArrayBuffer[]
}

/** Counts since creation, and durations in ms. */
export interface WorkerPoolStats {
  readonly done: number
  readonly failed: number
  readonly timedOut: number
  readonly cancelled: number
  readonly refused: number
  readonly dropped: Readonly<Record<DropReason, number>>
  /** From `run` to the start on a thread. */
  readonly queueWait: DurationSummary
  /** From there to the answer: the task, and two messages between threads. */
  readonly execution: DurationSummary
}

export interface WorkerPool<Input, Output> {
  /** Tasks that wait for a thread. */
  readonly size: number
  /** Tasks on a thread. */
  readonly running: number
  /**
   * Gives the output. Rejects with what the function threw, with Node's error when its thread ended, and with
   * TASK_TIMEOUT, TASK_CANCELLED, TASK_DROPPED, QUEUE_FULL or QUEUE_CLOSED.
   */
  run(input: Input, options?: WorkerTaskOptions): Promise<Output>
  /** Takes nothing more, finishes what it has, and ends the threads. */
  drain(): Promise<void>
  /** Drops everything and ends the threads. */
  close(): Promise<void>
  stats(): WorkerPoolStats
  [Symbol.asyncDispose](): Promise<void>
}

interface Job {
  readonly input: unknown
  readonly deadlineMs: number
  readonly transfer: readonly ArrayBuffer[]
  readonly resolve: (output: unknown) => void
  readonly reject: (error: unknown) => void
  readonly signal: AbortSignal | undefined
  onAbort: (() => void) | undefined
  id: TaskId
  /** Task of the deadline; 0 without one. */
  timeout: TaskId
  /** Stops the thread; there while the job runs. */
  stop: AbortController | undefined
  over: boolean
}

/**
 * Runs a function on threads of its own, with a bounded queue in front and a deadline for each task. A task that
 * is past its deadline loses its thread, also from an endless loop; the next task gets a new one.
 *
 * Piscina runs the threads. The queue is ours, because piscina 5.3.2 does not bound tasks that can be aborted
 * (decision 0012 of the project); it never has more tasks than threads. For Node only.
 *
 * @throws RangeError for an option out of its range.
 */
export function createWorkerPool<Input, Output>(options: WorkerPoolOptions): WorkerPool<Input, Output> {
  const { threads = Math.max(1, availableParallelism() - 1), capacity = 1024, stage = 'workers' } = options
  const { deadlineMs: defaultDeadlineMs = 30_000, clock = systemClock, policy = 'edf' } = options
  checkInteger('threads', threads, 1, 1024)
  checkAbove('deadlineMs', defaultDeadlineMs, 0, false)
  const jobs = new Map<TaskId, Job>()
  const execution = createHistogram()
  let running = 0
  let done = 0
  let failed = 0
  let timedOut = 0
  let cancelled = 0
  let closing = false
  let onEmpty: (() => void) | undefined
  let drained: Promise<void> | undefined

  const waiting = createScheduler({
    policy,
    capacity,
    maxDelayed: 0,
    overflow: options.overflow ?? 'reject',
    autoRun: false,
    stage,
    clock,
    ...(options.onBackpressure === undefined ? {} : { onBackpressure: options.onBackpressure }),
    onDrop({ id, reason }) {
      const message = `the task was dropped: ${reason}`
      fail(jobs.get(id)!, new MidstreamError('TASK_DROPPED', message, { details: { reason, stage } }))
    },
  })
  const deadlines = createScheduler({
    // All may be over at once.
    capacity: capacity + threads,
    maxDelayed: capacity + threads,
    clock,
    host: options.host ?? createHost(),
    stage: `${stage} deadlines`,
  })
  const pool = new Piscina({
    filename: options.filename instanceof URL ? options.filename.href : options.filename,
    minThreads: threads,
    maxThreads: threads,
    ...(options.resourceLimits === undefined ? {} : { resourceLimits: options.resourceLimits }),
  })

  function run(input: Input, task: WorkerTaskOptions = {}): Promise<Output> {
    const { deadlineMs = defaultDeadlineMs, signal, transfer = [], priority = 16, costMs = 0 } = task
    return new Promise((resolve, reject) => {
      checkAbove('deadlineMs', deadlineMs, 0, false)
      if (signal?.aborted === true) throw cancelledError(signal)
      const job: Job = {
        input,
        deadlineMs,
        transfer,
        resolve: resolve as (output: unknown) => void,
        reject,
        signal,
        onAbort: undefined,
        id: 0,
        timeout: 0,
        stop: undefined,
        over: false,
      }
      job.id = waiting.schedule(start, { deadlineMs, priority, costMs }, job)
      jobs.set(job.id, job)
      if (signal !== undefined) {
        job.onAbort = () => {
          cancelled++
          fail(job, cancelledError(signal))
        }
        signal.addEventListener('abort', job.onAbort, { once: true })
      }
      if (deadlineMs < Infinity) job.timeout = deadlines.schedule(expire, { delayMs: deadlineMs }, job)
      fill()
    })
  }

  function cancelledError(signal: AbortSignal): MidstreamError {
    return new MidstreamError('TASK_CANCELLED', 'the task was aborted', { cause: signal.reason })
  }

  function expire(job: Job): void {
    timedOut++
    const started = job.stop !== undefined
    const message = `the task did not end within ${job.deadlineMs} ms`
    fail(
      job,
      new MidstreamError('TASK_TIMEOUT', message, { details: { limit: job.deadlineMs, stage, started } }),
    )
  }

  /** Gives tasks to free threads. */
  function fill(): void {
    while (running < threads && waiting.runNext());
    if (running === 0 && waiting.size === 0) onEmpty?.()
  }

  function start(job: Job): void {
    running++
    job.stop = new AbortController()
    const startedAt = clock.now()
    const settings = { signal: job.stop.signal, transferList: job.transfer as ArrayBuffer[] }
    pool
      .run(job.input, settings)
      .then(
        (output) => {
          if (job.over) return
          done++
          finish(job)
          job.resolve(output)
        },
        (error: unknown) => {
          if (job.over) return
          failed++
          fail(job, error)
        },
      )
      .finally(() => {
        execution.record(clock.now() - startedAt)
        running--
        fill()
      })
  }

  /** A job is over: nothing of it is left but its thread. */
  function finish(job: Job): void {
    job.over = true
    jobs.delete(job.id)
    waiting.cancel(job.id)
    if (job.timeout > 0) deadlines.cancel(job.timeout)
    if (job.onAbort !== undefined) job.signal?.removeEventListener('abort', job.onAbort)
  }

  /** Ends a job that is not over yet, and stops its thread. */
  function fail(job: Job, error: unknown): void {
    if (job.over) return
    finish(job)
    job.reject(error)
    job.stop?.abort()
  }

  function empty(): Promise<void> {
    return new Promise((resolve) => {
      onEmpty = resolve
      fill()
    })
  }

  function drain(): Promise<void> {
    closing = true
    drained ??= empty().then(release)
    return drained
  }

  async function close(): Promise<void> {
    closing = true
    waiting.clear()
    for (const job of [...jobs.values()]) {
      fail(job, new MidstreamError('TASK_DROPPED', 'the task was dropped: closed', { details: { stage } }))
    }
    await release()
  }

  async function release(): Promise<void> {
    waiting.close()
    deadlines.close()
    await pool.destroy()
  }

  return {
    get size() {
      return waiting.size
    },
    get running() {
      return running
    },
    run(input, task) {
      if (closing) {
        return Promise.reject(
          new MidstreamError('QUEUE_CLOSED', `${stage} is closed`, { details: { stage } }),
        )
      }
      return run(input, task)
    },
    drain,
    close,
    stats() {
      const { refused, dropped, queueWait } = waiting.stats()
      const times = { queueWait, execution: execution.summary() }
      return { done, failed, timedOut, cancelled, refused, dropped, ...times }
    },
    [Symbol.asyncDispose]: drain,
  }
}
