export interface TolerantObserver<Event> {
  /** Undefined when nobody listens. Never throws. */
  readonly event: ((event: Event) => void) | undefined
  /** False when nobody wants to hear of texts. Never throws. */
  watchesText(): boolean
  /** How often the observer threw. */
  readonly failures: number
}

const NOBODY = { event: undefined, watchesText: () => false, failures: 0 }

/** Who only watches cannot stop what is watched: what an observer throws is counted and goes no further. */
export function tolerantObserver<Event>(
  observe: ((event: Event) => void) | undefined,
  watchesText: (() => boolean) | undefined,
): TolerantObserver<Event> {
  if (observe === undefined) return NOBODY
  const observer = {
    failures: 0,
    event(event: Event): void {
      try {
        observe(event)
      } catch {
        observer.failures++
      }
    },
    watchesText(): boolean {
      try {
        return watchesText === undefined || watchesText()
      } catch {
        observer.failures++
        return false
      }
    },
  }
  return observer
}

/** The part of a report about its observers. */
export function observerReport(...observers: readonly { readonly failures: number }[]): {
  readonly observerFailures?: number
} {
  const failures = observers.reduce((sum, observer) => sum + observer.failures, 0)
  return failures === 0 ? {} : { observerFailures: failures }
}
