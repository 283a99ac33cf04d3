export { anthropicMessages } from './lib/anthropic-messages.ts'
export { guardBody, guardErrorBody, guardRequest } from './lib/body-guard.ts'
export {
  createGuard,
  type DecidedFinding,
  type Guard,
  type GuardEvent,
  type GuardOptions,
  type GuardReport,
} from './lib/guard.ts'
export { type GuardFetchOptions, guardFetch } from './lib/guard-fetch.ts'
export type { Intent, IntentEvent, IntentMatch, IntentTask } from './lib/intent.ts'
export {
  createIntentWatcher,
  type IntentWatch,
  type IntentWatcher,
  type IntentWatcherOptions,
  type WatchOptions,
} from './lib/intent-watcher.ts'
export { openaiChat } from './lib/openai-chat.ts'
export type { Protocol } from './lib/protocol.ts'
export { guardStream, type StreamGuard, type StreamSink } from './lib/stream-guard.ts'
export { STREAM_METRICS, type StreamMetric, type StreamMetrics } from './lib/stream-metrics.ts'
