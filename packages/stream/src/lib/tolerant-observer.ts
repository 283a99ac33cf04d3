import type { GuardEvent } from './guard.ts'

export interface TolerantObserver {
  /** Undefined when nobody listens. Never throws. */
  readonly event: ((event: GuardEvent) => void) | undefined
  /** False when nobody wants to hear of texts. Never throws. */
  watchesText(): boolean
  /** How often the observer threw. */
  readonly failures: number
}

const NOBODY: TolerantObserver = { event: undefined, watchesText: () => false, failures: 0 }

/** Who only watches cannot stop what is watched: what an observer throws is counted and goes no further. */
export function tolerantObserver(
  observe: ((event: GuardEvent) => void) | undefined,
  watchesText: (() => boolean) | undefined,
): TolerantObserver {
  if (observe === undefined) return NOBODY
  const observer = {
    failures: 0,
    event(event: GuardEvent): void {
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

/** The part of a report about the observer. */
export function observerReport({ failures }: TolerantObserver): { readonly observerFailures?: number } {
  return failures === 0 ? {} : { observerFailures: failures }
}
