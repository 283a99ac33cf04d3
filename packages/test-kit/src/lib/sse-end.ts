import { readSse } from './sse-read.ts'

/**
 * How a stream looks to a client that has read all of it:
 * - `complete`: the protocol's own end, once, with nothing after it;
 * - `refused`: the same, saying that the answer was filtered;
 * - `error`: the protocol's error event is the end;
 * - `finished`: all that a client waits for, but the closing marker is missing (`[DONE]`, message_stop);
 * - `none`: it just stops, which many clients take for an end;
 * - `malformed`: two ends, something after the end, an unfinished event, or an end with parts still open.
 */
export type ClientEnd = 'complete' | 'refused' | 'error' | 'finished' | 'none' | 'malformed'

interface ChatChunk {
  readonly error?: unknown
  readonly choices?: readonly { readonly index: number; readonly finish_reason?: string | null }[]
}

/** Reads the end of an OpenAI chat stream. */
export function readOpenaiChatEnd(bytes: Uint8Array): ClientEnd {
  if (!endsOnBoundary(bytes)) return 'malformed'
  const finished = new Map<number, string | undefined>()
  let done = false
  let failed = false
  for (const { data } of readSse(bytes)) {
    if (done) return 'malformed'
    if (data === '[DONE]') {
      done = true
      continue
    }
    if (failed) return 'malformed'
    const chunk = parse<ChatChunk>(data)
    if (chunk === undefined) return 'malformed'
    if (chunk.error !== undefined) failed = true
    for (const { index, finish_reason } of chunk.choices ?? []) {
      // Neither text nor a second reason may follow the end of a choice.
      if (finished.get(index) !== undefined) return 'malformed'
      finished.set(index, finish_reason ?? undefined)
    }
  }
  if (failed) return 'error'
  const reasons = [...finished.values()]
  const allFinished = reasons.length > 0 && !reasons.includes(undefined)
  if (!allFinished) return done ? 'malformed' : 'none'
  if (!done) return 'finished'
  return reasons.includes('content_filter') ? 'refused' : 'complete'
}

interface MessageEvent {
  readonly type?: string
  readonly index?: number
  readonly error?: { readonly type?: string }
  readonly delta?: { readonly stop_reason?: string }
}

/** Reads the end of an Anthropic message stream. */
export function readAnthropicMessageEnd(bytes: Uint8Array): ClientEnd {
  if (!endsOnBoundary(bytes)) return 'malformed'
  const open = new Set<number>()
  const begun = new Set<number>()
  let started = false
  let reason: string | undefined
  let end: 'stop' | 'error' | undefined
  for (const { event, data } of readSse(bytes)) {
    const body = parse<MessageEvent>(data)
    // Official clients drop an event without its name line, so the name must be there and agree.
    if (end !== undefined || body === undefined || body.type !== event) return 'malformed'
    const index = body.index ?? -1
    if (event === 'message_start') {
      if (started) return 'malformed'
      started = true
    }
    if (event === 'content_block_start') {
      if (reason !== undefined || begun.has(index)) return 'malformed'
      begun.add(index)
      open.add(index)
    }
    if (event === 'content_block_delta' && !open.has(index)) return 'malformed'
    if (event === 'content_block_stop' && !open.delete(index)) return 'malformed'
    if (event === 'message_delta') {
      if (reason !== undefined || open.size > 0) return 'malformed'
      reason = body.delta?.stop_reason
    }
    if (event === 'message_stop') {
      if (reason === undefined) return 'malformed'
      end = 'stop'
    }
    if (event === 'error') {
      if (body.error?.type === undefined) return 'malformed'
      end = 'error'
    }
  }
  if (end === 'error') return 'error'
  if (end === 'stop') return reason === 'refusal' ? 'refused' : 'complete'
  return reason === undefined ? 'none' : 'finished'
}

/** Whether the bytes stop after a blank line, so that no event is cut in the middle. */
function endsOnBoundary(bytes: Uint8Array): boolean {
  // Each of the two line ends may be any of the three; a CR before a LF is no line end of its own.
  return (
    bytes.length === 0 ||
    /(?:\r\n|\r(?!\n)|\n)(?:\r\n|\r|\n)$/.test(new TextDecoder().decode(bytes.slice(-4)))
  )
}

function parse<T extends object>(data: string): T | undefined {
  try {
    const value: unknown = JSON.parse(data)
    return typeof value === 'object' && value !== null ? (value as T) : undefined
  } catch {
    return undefined
  }
}
