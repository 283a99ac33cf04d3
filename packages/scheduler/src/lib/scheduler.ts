import { createEngine } from './engine.ts'
import { summarize } from './histogram.ts'
import { createObservers } from './observers.ts'
import { resolveOptions } from './options.ts'
import { runSubmission, type Submission } from './submission.ts'
import type { Scheduler, SchedulerOptions, TaskId, TaskOptions } from './types.ts'

/**
 * A scheduler for one event loop. Tasks are plain functions that run to their end, in slices between which I/O
 * is served. Memory: 100 bytes for each task ever outstanding at a time, 400 KB for histograms and priorities.
 *
 * @throws RangeError for an option out of its range.
 */
export function createScheduler(options: SchedulerOptions = {}): Scheduler {
  const settings = resolveOptions(options)
  const { capacity, stage, sliceMs } = settings
  const observers = createObservers(options)
  const engine = createEngine(settings, observers)
  const { schedule, counts, meter, producers } = engine

  function scheduleWhenRoom<A>(run: (arg: A) => unknown, how?: TaskOptions, arg?: A): Promise<TaskId> {
    return new Promise((resolve) => {
      const state = engine.state()
      const isOpen = state === 'running' || state === 'paused'
      // A task that runs has left room, which belongs to whoever waits already.
      const hasRoom = engine.ready() < capacity && producers.size === 0
      if (!isOpen || hasRoom || (how?.delayMs ?? 0) > 0) {
        resolve(schedule(run, how, arg as A))
        return
      }
      observers.onBackpressure?.({ stage, fill: (engine.ready() + producers.size) / capacity })
      // The time of this call is not the time of the release.
      const { at: _, ...later } = how ?? {}
      resolve(producers.wait(() => schedule(run, later, arg as A), how?.signal))
    })
  }

  return {
    get size() {
      return engine.ready()
    },
    get delayed() {
      return engine.delayed()
    },
    get state() {
      return engine.state()
    },
    schedule: schedule as Scheduler['schedule'],
    scheduleWhenRoom,
    submit: (run, how) =>
      new Promise((resolve, reject) => {
        const submission = { run, resolve: resolve as (value: unknown) => void, reject }
        schedule<Submission>(runSubmission, how, submission)
      }),
    every: (periodMs, run, how = {}) => engine.every(periodMs, run, how),
    cancel: engine.cancel,
    has: engine.has,
    runNext: () => engine.run(Infinity, 1) > 0,
    runSlice: (budgetMs = sliceMs) => engine.run(budgetMs, Infinity),
    shouldYield: engine.shouldYield,
    pause: engine.pause,
    resume: engine.resume,
    clear: engine.clear,
    whenIdle: engine.whenIdle,
    drain: engine.drain,
    close: engine.close,
    stats: () => ({
      ...counts,
      dropped: { ...counts.dropped },
      missed: meter.missed,
      queueWait: summarize(meter.queueWait),
      execution: summarize(meter.execution),
      lateness: summarize(meter.lateness),
    }),
    [Symbol.asyncDispose]: engine.drain,
  }
}
