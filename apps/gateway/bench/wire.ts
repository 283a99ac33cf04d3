import type { TextVariant } from './text.ts'

/** What one request asks the bench upstream for; it travels as the model name, which every gateway forwards. */
export interface StreamSpec {
  readonly variant: TextVariant
  /** Whether each event carries an `obfuscation` field, as OpenAI sends it by default. */
  readonly padded: boolean
  /** Number of content chunks. */
  readonly chunks: number
  /** Chunks per second; null sends as fast as the connection drains. */
  readonly rate: number | null
  /** Names the stream, so that the client can ask for its send times afterwards. */
  readonly key: string
}

export function modelName(spec: StreamSpec): string {
  return `bench/${spec.variant}/${spec.padded ? 'padded' : 'plain'}/${spec.chunks}@${spec.rate ?? 'flood'}/${spec.key}`
}

/** The reverse of `modelName`; undefined for any other name. */
export function parseModelName(model: string): StreamSpec | undefined {
  const match = /^bench\/(lead|trail)\/(plain|padded)\/(\d{1,6})@(flood|\d{1,5})\/([\w-]{1,64})$/.exec(model)
  if (match === null) return undefined
  const [, variant, padding, chunks, rate, key] = match
  return {
    variant: variant as TextVariant,
    padded: padding === 'padded',
    chunks: Number(chunks),
    rate: rate === 'flood' ? null : Number(rate),
    key: key!,
  }
}

/** Microseconds of the machine's monotonic clock, which all processes of one machine share. */
export function nowMicros(): number {
  const [seconds, nanos] = process.hrtime()
  return seconds * 1e6 + Math.floor(nanos / 1e3)
}

/**
 * One OpenAI chat event. Everything but the delta and the padding stays the same in a stream, as real servers
 * have it; therefore the send times travel beside the stream and not in it.
 */
export function chatEvent(delta: object, finishReason: string | null, obfuscation?: string): string {
  const data = {
    id: 'chatcmpl-bench',
    object: 'chat.completion.chunk',
    created: 1_767_225_600,
    model: 'bench',
    system_fingerprint: 'fp_44709d6fcb',
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finishReason }],
    ...(obfuscation === undefined ? {} : { obfuscation }),
  }
  return `data: ${JSON.stringify(data)}\n\n`
}

/** One HTTP/1.1 chunk: model servers write each event as a chunk of its own. */
export function httpChunk(payload: string): string {
  return `${Buffer.byteLength(payload).toString(16)}\r\n${payload}\r\n`
}

export const RESPONSE_HEAD: string =
  'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\ncache-control: no-cache\r\ntransfer-encoding: chunked\r\n\r\n'
export const LAST_CHUNK: string = '0\r\n\r\n'
