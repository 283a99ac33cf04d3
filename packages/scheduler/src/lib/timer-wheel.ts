import { type Clock, MidstreamError, systemClock } from '@midstream/core'
import { checkAbove, checkInteger } from './options.ts'
import { createSlotTable, freeSlot, ID, RELEASE, STATUS, slotOf, takeSlot, WAITING } from './slot-table.ts'
import { createWheel, wheelAdd, wheelAdvance, wheelNext, wheelRemove } from './wheel.ts'

export interface TimerWheelOptions {
  /** Resolution in ms: a timer never fires early, and at the first `advance` that reaches its tick. @default 1 */
  readonly tickMs?: number
  /** Timers outstanding at most. One more: QUEUE_FULL. @default 1048576 */
  readonly capacity?: number
  /** @default systemClock */
  readonly clock?: Clock
}

/** Timeouts by the hundred thousand, of which most are cancelled. It sets no real timer: call `advance`. */
export interface TimerWheel {
  readonly size: number
  /** Calls `fire(arg)` once, not before `delayMs`. The id starts at 1 and is never used twice. O(1). */
  add(delayMs: number, fire: () => void): number
  add<A>(delayMs: number, fire: (arg: A) => void, arg: A): number
  /** The same, at `dueMs` of the clock: for a caller that has just read it, and saves half of the cost of `add`. */
  addAt(dueMs: number, fire: () => void): number
  addAt<A>(dueMs: number, fire: (arg: A) => void, arg: A): number
  /** Whether the timer was still to fire; it will not now. O(1). */
  cancel(id: number): boolean
  /**
   * Fires what is due by the clock, by tick, then in the order of `add`; says how many. An error of a timer leaves
   * `advance`; the rest fires at the next one. Does nothing when called by a timer.
   */
  advance(): number
  /** When to call `advance` next, in ms of the clock; perhaps earlier than needed. Infinity when empty. */
  nextDue(): number
}

/** @throws RangeError when an option is out of its range. Memory: 80 bytes for each timer ever outstanding. */
export function createTimerWheel(options: TimerWheelOptions = {}): TimerWheel {
  const { tickMs = 1, capacity = 2 ** 20, clock = systemClock } = options
  checkAbove('tickMs', tickMs, 0, false)
  checkInteger('capacity', capacity, 1, 2 ** 24)
  const table = createSlotTable(capacity)
  const wheel = createWheel(table, Math.floor(clock.now() / tickMs))
  let fired = 0

  function dueTick(slot: number): number {
    return Math.ceil(table.f[slot * 8 + RELEASE]! / tickMs)
  }

  function expire(slot: number): void {
    const fire = table.refs[slot * 2] as (arg: unknown) => void
    const arg = table.refs[slot * 2 + 1]
    freeSlot(table, slot)
    fired++
    fire(arg)
  }

  function addAt(due: number, fire: (arg: unknown) => void, arg?: unknown): number {
    if (table.used >= capacity) {
      throw new MidstreamError('QUEUE_FULL', `the wheel holds ${capacity} timers, its limit`, {
        details: { limit: capacity },
      })
    }
    if (!(due < Infinity)) throw new RangeError(`a timer needs a finite time, got ${due}`)
    const slot = takeSlot(table)
    table.f[slot * 8 + RELEASE] = due
    table.i[slot * 16 + STATUS] = WAITING
    table.refs[slot * 2] = fire
    table.refs[slot * 2 + 1] = arg
    wheelAdd(wheel, slot, Math.ceil(due / tickMs))
    return table.f[slot * 8 + ID]!
  }

  return {
    get size() {
      return wheel.size
    },
    add: (delayMs: number, fire: (arg: never) => void, arg?: unknown) =>
      addAt(clock.now() + delayMs, fire as (arg: unknown) => void, arg),
    addAt: addAt as TimerWheel['addAt'],
    cancel(id) {
      const slot = slotOf(table, id)
      if (slot < 0) return false
      wheelRemove(wheel, slot)
      freeSlot(table, slot)
      return true
    },
    advance() {
      if (wheel.advancing) return 0
      fired = 0
      wheelAdvance(wheel, Math.floor(clock.now() / tickMs), dueTick, expire)
      return fired
    },
    nextDue: () => wheelNext(wheel) * tickMs,
  }
}
