import type { Clock } from '@midstream/core'
import type { Verdict } from './change-record.ts'
import { requireAtLeast, requireBetween, requireInteger } from './limits.ts'

export interface ChangePaceOptions {
  readonly clock: Clock
  readonly dwellMs: number
  readonly maxChangesPerCycle: number
  readonly cycleMs: number
}

/** Ages instead of times: a monotonic clock starts anywhere. Time while nothing runs does not count. */
export interface ChangePaceState {
  readonly sinceChangeMs: number | null
  readonly sinceCycleMs: number
  readonly changesInCycle: number
}

/** How fast changes may follow each other: a dwell time after each one, and a number of changes in a cycle. */
export interface ChangePace {
  /** Why no change may be made now, if so. */
  tooSoon(): Verdict | undefined
  /** The state in force changed: the dwell time starts. */
  startDwell(): void
  /** A change was accepted: it counts in this cycle. */
  countChange(): void
  save(): ChangePaceState
}

export function createChangePace(options: ChangePaceOptions, state?: ChangePaceState): ChangePace {
  const { clock, dwellMs, maxChangesPerCycle, cycleMs } = options
  requireAtLeast('dwellMs', dwellMs, 0)
  requireInteger('maxChangesPerCycle', maxChangesPerCycle, 1, 1e6)
  requireBetween('cycleMs', cycleMs, 0, 1e15)
  let cycleAt = clock.now() - (state?.sinceCycleMs ?? 0)
  let changedAt: number | undefined
  if (state !== undefined && state.sinceChangeMs !== null) changedAt = clock.now() - state.sinceChangeMs
  let changes = state?.changesInCycle ?? 0

  /** Starts a new cycle when the last one is over. */
  function turn(now: number): void {
    if (now - cycleAt < cycleMs) return
    cycleAt = now
    changes = 0
  }

  return {
    tooSoon() {
      const now = clock.now()
      turn(now)
      if (changes >= maxChangesPerCycle) {
        return { refusal: 'rate-limit', detail: `${changes} changes in this cycle` }
      }
      if (changedAt !== undefined && now - changedAt < dwellMs) {
        return { refusal: 'dwell', detail: `${now - changedAt} ms since the last change, needed: ${dwellMs}` }
      }
      return undefined
    },
    startDwell() {
      changedAt = clock.now()
    },
    countChange() {
      // A trial may have outlasted the cycle in which it was proposed.
      turn(clock.now())
      changes++
    },
    save: () => ({
      sinceChangeMs: changedAt === undefined ? null : clock.now() - changedAt,
      sinceCycleMs: clock.now() - cycleAt,
      changesInCycle: changes,
    }),
  }
}
