import type { RepeatOptions } from './types.ts'

/** The grid of a repeating task: release number `turn` is at start + turn × period, so nothing adds up. */
export interface Repeat {
  readonly start: number
  readonly periodMs: number
  readonly deadlineMs: number
  readonly costMs: number
  readonly skip: boolean
  turn: number
}

export function createRepeat(start: number, periodMs: number, options: RepeatOptions): Repeat {
  const { deadlineMs = periodMs, costMs = 0, missedPeriods = 'skip' } = options
  return { start, periodMs, deadlineMs, costMs, skip: missedPeriods === 'skip', turn: 1 }
}

/** Moves on to the next release, or past those that are over; says how many it skipped. */
export function nextTurn(repeat: Repeat, now: number): number {
  const next = repeat.turn + 1
  const future = Math.floor((now - repeat.start) / repeat.periodMs) + 1
  repeat.turn = repeat.skip && future > next ? future : next
  return repeat.turn - next
}

export function releaseOf({ start, turn, periodMs }: Repeat): number {
  return start + turn * periodMs
}
