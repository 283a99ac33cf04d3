import type { Meter } from './meter.ts'
import type { DropReason, RepeatOptions, Scheduler, TaskId, TaskOptions } from './types.ts'
import type { WaitingProducers } from './waiting-producers.ts'

/** What happened since the creation. */
export interface Counts {
  released: number
  ran: number
  failed: number
  cancelled: number
  aborted: number
  refused: number
  skippedPeriods: number
  promoted: number
  readonly dropped: Record<DropReason, number>
}

export function createCounts(): Counts {
  const dropped = { rejected: 0, oldest: 0, lowest: 0, late: 0, cleared: 0, closed: 0 }
  const none = { released: 0, ran: 0, failed: 0, cancelled: 0, aborted: 0 }
  return { ...none, refused: 0, skippedPeriods: 0, promoted: 0, dropped }
}

/** The parts of a scheduler that change its state. */
export interface Engine {
  readonly counts: Counts
  readonly meter: Meter
  readonly producers: WaitingProducers
  ready(): number
  delayed(): number
  state(): Scheduler['state']
  has(id: TaskId): boolean
  schedule<A>(run: (arg: A) => unknown, task: TaskOptions | undefined, arg: A): TaskId
  every(periodMs: number, run: () => unknown, how: RepeatOptions): TaskId
  cancel(id: TaskId): boolean
  run(budgetMs: number, most: number): number
  shouldYield(): boolean
  pause(): void
  resume(): void
  clear(): number
  whenIdle(): Promise<void>
  drain(): Promise<void>
  close(): void
}
