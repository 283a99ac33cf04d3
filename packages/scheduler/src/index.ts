export { createNanoClock } from './lib/clock.ts'
export { createHistogram, type DurationSummary, type Histogram } from './lib/histogram.ts'
export { createHost, type Host, type YieldMethod } from './lib/host.ts'
export { PRIORITY, rateMonotonicBound, type SchedulingPolicy } from './lib/policy.ts'
export { createScheduler } from './lib/scheduler.ts'
export { createTimerWheel, type TimerWheel, type TimerWheelOptions } from './lib/timer-wheel.ts'
export type {
  DropReason,
  RepeatOptions,
  Scheduler,
  SchedulerOptions,
  SchedulerStats,
  ShedPolicy,
  TaskId,
  TaskOptions,
} from './lib/types.ts'
