export {
  type BoundedQueue,
  type BoundedQueueOptions,
  createBoundedQueue,
  type OverflowPolicy,
} from './lib/bounded-queue.ts'
export type { Channel, ChannelKind, Provenance } from './lib/channel.ts'
export { type Clock, systemClock } from './lib/clock.ts'
export { MidstreamError, type MidstreamErrorCode, type MidstreamErrorOptions } from './lib/errors.ts'
export {
  ACTIONS,
  type Action,
  compareActions,
  compareSeverities,
  type Finding,
  isBlocked,
  isForwardable,
  type Policy,
  SEVERITIES,
  type Severity,
} from './lib/finding.ts'
export type { Inspector, InspectorSession, InspectorSink } from './lib/inspector.ts'
export { createSlidingWindowLimit, DEFAULT_STREAM_LIMITS, type StreamLimits } from './lib/limits.ts'
export {
  createMetricLog,
  type MetricLog,
  type MetricLogOptions,
  type MetricWindow,
} from './lib/metric-log.ts'
