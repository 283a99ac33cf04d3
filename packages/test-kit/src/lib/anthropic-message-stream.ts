import { type SseStyle, sseEvent } from './sse-compose.ts'

export type MessageBlock =
  | { readonly type: 'text'; readonly deltas: readonly string[] }
  | { readonly type: 'thinking'; readonly deltas: readonly string[]; readonly signature?: string }
  | {
      readonly type: 'tool_use'
      readonly name: string
      readonly id?: string
      /** Fragments of the JSON text of the input. */
      readonly deltas: readonly string[]
    }

export interface MessageStreamOptions extends SseStyle {
  readonly blocks: readonly MessageBlock[]
  /** null leaves message_delta and message_stop out: the stream of an upstream that broke off. @default 'end_turn' */
  readonly stopReason?: string | null
  /** @default { inputTokens: 10, outputTokens: 5 } */
  readonly usage?: { readonly inputTokens: number; readonly outputTokens: number }
  /** Sends a ping after message_start, as the API does. @default true */
  readonly ping?: boolean
  readonly id?: string
  readonly model?: string
}

/** An Anthropic message stream: message_start, the blocks one after the other, message_delta, message_stop. */
export function anthropicMessageStream(options: MessageStreamOptions): string {
  const { blocks, stopReason = 'end_turn', ping = true } = options
  const { usage = { inputTokens: 10, outputTokens: 5 }, id = 'msg_test', model = 'test-model' } = options
  const send = (data: { type: string }): string => sseEvent(data, data.type, options)
  const named = (type: string, rest: object): string => send({ type, ...rest })

  const message = {
    id,
    type: 'message',
    role: 'assistant',
    model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: { input_tokens: usage.inputTokens, output_tokens: 1 },
  }
  const parts = [named('message_start', { message })]
  if (ping) parts.push(named('ping', {}))
  for (const [index, block] of blocks.entries()) {
    parts.push(named('content_block_start', { index, content_block: emptyBlock(block) }))
    for (const text of block.deltas) {
      parts.push(named('content_block_delta', { index, delta: wireDelta(block, text) }))
    }
    if (block.type === 'thinking' && block.signature !== undefined) {
      const delta = { type: 'signature_delta', signature: block.signature }
      parts.push(named('content_block_delta', { index, delta }))
    }
    parts.push(named('content_block_stop', { index }))
  }
  if (stopReason !== null) {
    const delta = { stop_reason: stopReason, stop_sequence: null }
    parts.push(named('message_delta', { delta, usage: { output_tokens: usage.outputTokens } }))
    parts.push(named('message_stop', {}))
  }
  return parts.join('')
}

function emptyBlock(block: MessageBlock): object {
  switch (block.type) {
    case 'text':
      return { type: 'text', text: '' }
    case 'thinking':
      return { type: 'thinking', thinking: '', signature: '' }
    case 'tool_use':
      return { type: 'tool_use', id: block.id ?? 'toolu_test', name: block.name, input: {} }
  }
}

function wireDelta(block: MessageBlock, text: string): object {
  switch (block.type) {
    case 'text':
      return { type: 'text_delta', text }
    case 'thinking':
      return { type: 'thinking_delta', thinking: text }
    case 'tool_use':
      return { type: 'input_json_delta', partial_json: text }
  }
}
