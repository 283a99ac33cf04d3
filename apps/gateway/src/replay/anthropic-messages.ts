import { type Recording, recordedId } from './recording.ts'
import type { Frame, Renderer, RenderOptions } from './rendering.ts'

const STOP_REASONS = {
  stop: 'end_turn',
  length: 'max_tokens',
  'tool-call': 'tool_use',
  'connection-lost': null,
} as const

function event(data: { type: string; [field: string]: unknown }): string {
  return `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`
}

/** Writes recordings as Anthropic messages. */
export const anthropicMessagesRenderer: Renderer = {
  stream(recording: Recording, options: RenderOptions): Frame[] {
    const { scenario, seed, beats, promptTokens } = recording
    const frames: { afterMs: number; text: string }[] = []
    let block = 0
    for (const { afterMs, part, token } of beats) {
      let text = ''
      if (frames.length === 0) {
        const message = {
          id: recordedId('msg_', seed),
          type: 'message',
          role: 'assistant',
          model: options.model,
          content: [],
          stop_reason: null,
          stop_sequence: null,
          usage: { input_tokens: promptTokens, output_tokens: 1 },
        }
        text += event({ type: 'message_start', message })
        text += event({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } })
        text += event({ type: 'ping' })
      }
      if (part === 'text') {
        text += event({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: token } })
      } else {
        if (block === 0) {
          block = 1
          const use = {
            type: 'tool_use',
            id: recordedId('toolu_', seed),
            name: scenario.toolCall?.name,
            input: {},
          }
          text += event({ type: 'content_block_stop', index: 0 })
          text += event({ type: 'content_block_start', index: 1, content_block: use })
        }
        const delta = { type: 'input_json_delta', partial_json: token }
        text += event({ type: 'content_block_delta', index: 1, delta })
      }
      frames.push({ afterMs, text })
    }
    const last = frames.at(-1)
    if (last !== undefined && scenario.ending !== 'connection-lost') {
      const delta = { stop_reason: STOP_REASONS[scenario.ending], stop_sequence: null }
      last.text += event({ type: 'content_block_stop', index: block })
      last.text += event({ type: 'message_delta', delta, usage: { output_tokens: beats.length } })
      last.text += event({ type: 'message_stop' })
    }
    return frames.map(({ afterMs, text }) => ({ afterMs, bytes: Buffer.from(text) }))
  },

  body(recording: Recording, options: RenderOptions): object {
    const { scenario, seed, beats, promptTokens } = recording
    const call = scenario.toolCall
    const toolUse =
      call === undefined
        ? []
        : [{ type: 'tool_use', id: recordedId('toolu_', seed), name: call.name, input: call.arguments }]
    return {
      id: recordedId('msg_', seed),
      type: 'message',
      role: 'assistant',
      model: options.model,
      content: [{ type: 'text', text: scenario.text }, ...toolUse],
      stop_reason: STOP_REASONS[scenario.ending],
      stop_sequence: null,
      usage: { input_tokens: promptTokens, output_tokens: beats.length },
    }
  },

  unknownModel(model: string): object {
    return { type: 'error', error: { type: 'not_found_error', message: `model: ${model}` } }
  },
}
