import type { Clock } from '@midstream/core'
import type { Host } from './host.ts'

/** Makes turns come: at once while something is ready, by one timer while everything waits for its time. */
export interface Pump {
  /** Whether a turn is on its way already. */
  readonly deferred: boolean
  /** Asks for a turn of the event loop. */
  defer(): void
  /** Sees to it that a turn comes at `due`, in ms of the clock; with Infinity, that none does. */
  wakeAt(due: number): void
  close(): void
}

export function createPump(clock: Clock, host: Host, turn: () => void): Pump {
  let deferred = false
  let timer: unknown
  let timerDue = Infinity

  function onDeferred(): void {
    deferred = false
    turn()
  }

  function onTimer(): void {
    timerDue = Infinity
    if (!deferred) turn()
  }

  function wakeAt(due: number): void {
    // An earlier timer than needed costs one empty turn; a timer for nothing would keep a program alive.
    if (due >= timerDue && due < Infinity) return
    if (timerDue < Infinity) host.clearTimer(timer)
    timerDue = due
    if (due < Infinity) timer = host.setTimer(onTimer, Math.max(1, Math.ceil(due - clock.now())))
  }

  return {
    get deferred() {
      return deferred
    },
    defer() {
      if (deferred) return
      deferred = true
      host.defer(onDeferred)
    },
    wakeAt,
    close() {
      wakeAt(Infinity)
      host.close()
    },
  }
}
