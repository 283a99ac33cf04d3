export {
  anthropicMessageStream,
  type MessageBlock,
  type MessageStreamOptions,
} from './lib/anthropic-message-stream.ts'
export { createFakeClock, type FakeClock } from './lib/fake-clock.ts'
export { type ChatDelta, type ChatStreamOptions, openaiChatStream } from './lib/openai-chat-stream.ts'
export {
  type RecordedRequest,
  type ScriptedUpstream,
  scriptedUpstream,
  type UpstreamScript,
  type UpstreamStep,
} from './lib/scripted-upstream.ts'
export { randomInteger, seededRandom, splitMix64 } from './lib/seeded-random.ts'
export {
  everyNth,
  oneByOne,
  type RandomSplitOptions,
  randomSplit,
  type Sliceable,
  splitEverywhere,
  splitOnce,
  splitTwice,
} from './lib/splits.ts'
export { type SseStyle, sseEvent, utf8 } from './lib/sse-compose.ts'
export { type ClientEnd, readAnthropicMessageEnd, readOpenaiChatEnd } from './lib/sse-end.ts'
export {
  type ChannelTexts,
  readAnthropicMessageBody,
  readAnthropicMessageStream,
  readOpenaiChatBody,
  readOpenaiChatStream,
  readSse,
  resolveJsonEscapes,
} from './lib/sse-read.ts'
