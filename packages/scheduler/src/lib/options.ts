import { systemClock } from '@midstream/core'
import { createHost } from './host.ts'
import type { SchedulerOptions } from './types.ts'

/** The options with their defaults; the observers stay optional. */
export type ResolvedOptions = Required<
  Omit<SchedulerOptions, 'onBackpressure' | 'onDrop' | 'onMissed' | 'onError'>
>

/** Checks and completes the options. Throws RangeError for a number that would corrupt the state. */
export function resolveOptions(options: SchedulerOptions): ResolvedOptions {
  const resolved: ResolvedOptions = {
    policy: options.policy ?? 'fixed-priority',
    capacity: options.capacity ?? 16_384,
    maxDelayed: options.maxDelayed ?? 131_072,
    overflow: options.overflow ?? 'reject',
    late: options.late ?? 'run',
    slackMs: options.slackMs ?? 0.01,
    slackShare: options.slackShare ?? 0.1,
    sliceMs: options.sliceMs ?? 5,
    clockEvery: options.clockEvery ?? 1,
    tickMs: options.tickMs ?? 1,
    maxWaitMs: options.maxWaitMs ?? Infinity,
    maxUtilization: options.maxUtilization ?? Infinity,
    autoRun: options.autoRun ?? true,
    stage: options.stage ?? 'scheduler',
    clock: options.clock ?? systemClock,
    host: options.host ?? createHost(),
  }
  const { policy, overflow, late } = resolved
  if (!['fixed-priority', 'edf', 'least-laxity', 'rate-monotonic'].includes(policy)) {
    throw new RangeError(`unknown policy ${policy}`)
  }
  if (!['reject', 'drop-oldest', 'drop-lowest'].includes(overflow)) {
    throw new RangeError(`unknown overflow policy ${overflow}`)
  }
  if (late !== 'run' && late !== 'drop') throw new RangeError(`late must be run or drop, got ${late}`)
  checkInteger('capacity', resolved.capacity, 1, 2 ** 24)
  checkInteger('maxDelayed', resolved.maxDelayed, 0, 2 ** 24)
  checkInteger('clockEvery', resolved.clockEvery, 1, 65_536)
  for (const name of ['slackMs', 'slackShare'] as const) checkAbove(name, resolved[name], 0, true)
  for (const name of ['sliceMs', 'tickMs', 'maxWaitMs', 'maxUtilization'] as const) {
    checkAbove(name, resolved[name], 0, false)
  }
  if (resolved.tickMs === Infinity) throw new RangeError('tickMs must be finite')
  return resolved
}

export function checkInteger(name: string, value: number, min: number, max: number): void {
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new RangeError(`${name} must be an integer from ${min} to ${max}, got ${value}`)
  }
}

export function checkAbove(name: string, value: number, bound: number, inclusive: boolean): void {
  if (inclusive ? !(value >= bound) : !(value > bound)) {
    throw new RangeError(`${name} must be ${inclusive ? 'at least' : 'more than'} ${bound}, got ${value}`)
  }
}
