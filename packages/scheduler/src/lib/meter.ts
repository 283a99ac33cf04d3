import { countDuration, countSince, createCounts, type DurationCounts } from './histogram.ts'

/** Times of the tasks, and what is known of those that ran since the clock was read. */
export interface Meter {
  readonly queueWait: DurationCounts
  readonly execution: DurationCounts
  readonly lateness: DurationCounts
  readonly slackMs: number
  readonly slackShare: number
  missed: number
  /** The last reading of the clock. */
  now: number
  /** Tasks since then. They are counted together, in one loop. */
  started: number
  readonly ids: Float64Array
  readonly releases: Float64Array
  readonly deadlines: Float64Array
}

export function createMeter(clockEvery: number, slackMs: number, slackShare: number): Meter {
  return {
    queueWait: createCounts(),
    execution: createCounts(),
    lateness: createCounts(),
    slackMs,
    slackShare,
    missed: 0,
    now: 0,
    started: 0,
    ids: new Float64Array(clockEvery),
    releases: new Float64Array(clockEvery),
    deadlines: new Float64Array(clockEvery),
  }
}

/** A slice starts. */
export function beginSlice(meter: Meter, now: number): void {
  meter.now = now
  meter.started = 0
}

/** When a task with this deadline counts as missed. NaN when it has none and no share of the time is slack. */
export function missedAfter(meter: Meter, release: number, deadline: number): number {
  return deadline + Math.max(meter.slackMs, (deadline - release) * meter.slackShare)
}

/** A task starts, as far as the clock is known. */
export function startTask(meter: Meter, id: number, release: number, deadline: number): void {
  const index = meter.started++
  meter.ids[index] = id
  meter.releases[index] = release
  meter.deadlines[index] = deadline
}

/** The clock was read again: the tasks since the last reading share the time, and ended now. */
export function settleTasks(
  meter: Meter,
  now: number,
  onMissed: ((id: number, lateMs: number) => void) | undefined,
): void {
  const { started, ids, releases, deadlines } = meter
  const before = meter.now
  meter.now = now
  if (started === 0) return
  meter.started = 0
  countSince(meter.queueWait, before, releases, started)
  countDuration(meter.execution, (now - before) / started, started)
  countSince(meter.lateness, now, deadlines, started)
  for (let k = 0; k < started; k++) {
    const deadline = deadlines[k]!
    if (now <= deadline || now <= missedAfter(meter, releases[k]!, deadline)) continue
    meter.missed++
    onMissed?.(ids[k]!, now - deadline)
  }
}
