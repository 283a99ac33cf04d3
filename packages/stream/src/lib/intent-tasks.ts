import { type Clock, MidstreamError } from '@midstream/core'
import type { IntentEvent, IntentMatch, IntentTask } from './intent.ts'

/** The tasks of one stream. */
export interface IntentTasks<Name extends string> {
  /** True when the task of this intent was started, and never again false. */
  wasStarted(intent: Name): boolean
  /** Starts a task once the caller is done, so that it cannot call back into the middle of a text. */
  start(match: IntentMatch<Name>, task: IntentTask<Name>, timeoutMs: number): void
  /** Gives up what has run for too long. */
  checkTime(): void
  /** Gives up everything that runs. */
  cancel(cause: unknown): void
  readonly running: number
}

interface Running<Name extends string> {
  readonly intent: Name
  readonly startedAt: number
  readonly timeoutMs: number
  readonly controller: AbortController
}

/** How often running tasks are looked at while no text comes. */
const TICK_MS = 250

/** `idle` is called when the last of the running tasks is over. */
export function createIntentTasks<Name extends string>(
  clock: Clock,
  tell: (event: IntentEvent<Name>) => void,
  idle: () => void,
): IntentTasks<Name> {
  const started = new Set<Name>()
  const running = new Set<Running<Name>>()
  let timer: ReturnType<typeof setInterval> | undefined

  /** False when the task was over before: what it does now is nobody's business any more. */
  function settle(run: Running<Name>): boolean {
    if (!running.delete(run)) return false
    if (running.size === 0) {
      clearInterval(timer)
      timer = undefined
      idle()
    }
    return true
  }

  function fail(run: Running<Name>, error: MidstreamError): void {
    if (!settle(run)) return
    tell({ type: 'task-failed', intent: run.intent, error, tookMs: clock.now() - run.startedAt })
    run.controller.abort(error)
  }

  async function perform(
    run: Running<Name>,
    match: IntentMatch<Name>,
    task: IntentTask<Name>,
  ): Promise<void> {
    const { intent, controller, startedAt } = run
    await undefined
    if (!running.has(run)) return
    try {
      const result = await task.run(match, controller.signal)
      // However seldom the time is looked at: what comes too late has timed out.
      checkTime()
      if (settle(run)) tell({ type: 'task-ended', intent, result, tookMs: clock.now() - startedAt })
    } catch (cause) {
      checkTime()
      const details = { intent }
      fail(run, new MidstreamError('TASK_FAILED', `the task of ${intent} failed`, { cause, details }))
    }
  }

  function checkTime(): void {
    const now = clock.now()
    for (const run of running) {
      const { intent, timeoutMs: limit } = run
      if (now - run.startedAt < limit) continue
      const message = `the task of ${intent} took longer than ${limit} ms`
      fail(run, new MidstreamError('TASK_TIMEOUT', message, { details: { intent, limit } }))
    }
  }

  return {
    wasStarted: (intent) => started.has(intent),
    start(match, task, timeoutMs) {
      const { intent } = match
      const run = { intent, startedAt: clock.now(), timeoutMs, controller: new AbortController() }
      started.add(intent)
      running.add(run)
      if (timer === undefined) {
        timer = setInterval(checkTime, TICK_MS)
        // A process that has nothing else to do need not stay for this.
        timer.unref?.()
      }
      tell({ type: 'task-started', intent })
      void perform(run, match, task)
    },
    checkTime,
    cancel(cause) {
      for (const run of running) {
        const { intent } = run
        const message = `the task of ${intent} was given up: the stream was aborted`
        fail(run, new MidstreamError('TASK_CANCELLED', message, { cause, details: { intent } }))
      }
    },
    get running() {
      return running.size
    },
  }
}
