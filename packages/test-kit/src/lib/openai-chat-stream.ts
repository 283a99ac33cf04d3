import { type SseStyle, sseEvent } from './sse-compose.ts'

/** One chunk's delta. A bare string is content of choice 0. */
export type ChatDelta =
  | string
  | {
      /** @default 0 */
      readonly choice?: number
      readonly content?: string
      readonly refusal?: string
      /** Written as `reasoning_content`, the field that most vendors use. */
      readonly reasoning?: string
      readonly toolCall?: {
        readonly index: number
        /** Given in the first fragment of a call only. */
        readonly id?: string
        readonly name?: string
        readonly arguments?: string
      }
    }

export interface ChatStreamOptions extends SseStyle {
  readonly deltas: readonly ChatDelta[]
  /** Number of choices that are opened and finished. @default 1 */
  readonly choices?: number
  /** null leaves the finishing chunks out: the stream of an upstream that broke off. @default 'stop' */
  readonly finishReason?: string | null
  /** Adds the usage chunk with `choices: []`. */
  readonly usage?: { readonly promptTokens: number; readonly completionTokens: number }
  /** Whether `[DONE]` is sent. @default true */
  readonly done?: boolean
  readonly id?: string
  readonly model?: string
}

/**
 * An OpenAI chat completion stream: a role chunk per choice, one chunk per delta, a finishing chunk per choice,
 * usage, `[DONE]`. Field order as the API sends it. A surrogate pair may be cut between two deltas: JSON then
 * carries its halves as escapes.
 */
export function openaiChatStream(options: ChatStreamOptions): string {
  const { deltas, choices = 1, finishReason = 'stop', usage, done = true } = options
  const { id = 'chatcmpl-test', model = 'test-model' } = options
  const frame = { id, object: 'chat.completion.chunk', created: 1_767_225_600, model }
  const chunk = (index: number, delta: object, finish: string | null): string =>
    sseEvent({ ...frame, choices: [{ index, delta, finish_reason: finish }] }, undefined, options)

  const parts: string[] = []
  for (let index = 0; index < choices; index++)
    parts.push(chunk(index, { role: 'assistant', content: '' }, null))
  for (const delta of deltas) {
    if (typeof delta === 'string') parts.push(chunk(0, { content: delta }, null))
    else parts.push(chunk(delta.choice ?? 0, wireDelta(delta), null))
  }
  if (finishReason !== null) {
    for (let index = 0; index < choices; index++) parts.push(chunk(index, {}, finishReason))
  }
  if (usage !== undefined) {
    const { promptTokens, completionTokens } = usage
    const counts = {
      prompt_tokens: promptTokens,
      completion_tokens: completionTokens,
      total_tokens: promptTokens + completionTokens,
    }
    parts.push(sseEvent({ ...frame, choices: [], usage: counts }, undefined, options))
  }
  if (done) parts.push(sseEvent('[DONE]', undefined, options))
  return parts.join('')
}

function wireDelta(delta: Exclude<ChatDelta, string>): object {
  const { content, refusal, reasoning, toolCall } = delta
  const call = toolCall && {
    index: toolCall.index,
    ...(toolCall.id === undefined ? {} : { id: toolCall.id, type: 'function' }),
    function: {
      ...(toolCall.name === undefined ? {} : { name: toolCall.name }),
      arguments: toolCall.arguments ?? '',
    },
  }
  return {
    ...(content === undefined ? {} : { content }),
    ...(refusal === undefined ? {} : { refusal }),
    ...(reasoning === undefined ? {} : { reasoning_content: reasoning }),
    ...(call === undefined ? {} : { tool_calls: [call] }),
  }
}
