import type { SchedulerOptions } from './types.ts'

/** The observers of a scheduler. They throw nothing, so that what called them can go on. */
export type Observers = Pick<SchedulerOptions, 'onBackpressure' | 'onDrop' | 'onMissed'> &
  Required<Pick<SchedulerOptions, 'onError'>>

/** What an observer throws is thrown in a microtask of its own, as after a throwing timer. */
export function createObservers(options: SchedulerOptions): Observers {
  const { onBackpressure, onDrop, onMissed, onError } = options
  return {
    onError: onError === undefined ? throwLater : guarded(onError, options),
    ...(onBackpressure === undefined ? {} : { onBackpressure: guarded(onBackpressure, options) }),
    ...(onDrop === undefined ? {} : { onDrop: guarded(onDrop, options) }),
    ...(onMissed === undefined ? {} : { onMissed: guarded(onMissed, options) }),
  }
}

function guarded<A extends unknown[]>(observer: (...args: A) => void, self: unknown): (...args: A) => void {
  return (...args) => {
    try {
      observer.apply(self, args)
    } catch (error) {
      throwLater(error)
    }
  }
}

function throwLater(error: unknown): void {
  queueMicrotask(() => {
    throw error
  })
}
