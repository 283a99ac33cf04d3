import { type Recording, recordedId } from './recording.ts'
import type { Frame, Renderer, RenderOptions } from './rendering.ts'

// A recording has one date, otherwise two replays of it would differ.
const CREATED = 1_767_225_600

const FINISH_REASONS = {
  stop: 'stop',
  length: 'length',
  'tool-call': 'tool_calls',
  'connection-lost': null,
} as const

function usage(recording: Recording): object {
  const { promptTokens, beats } = recording
  return {
    prompt_tokens: promptTokens,
    completion_tokens: beats.length,
    total_tokens: promptTokens + beats.length,
  }
}

/** Writes recordings as OpenAI chat completions. */
export const openaiChatRenderer: Renderer = {
  stream(recording: Recording, options: RenderOptions): Frame[] {
    const { scenario, seed, beats } = recording
    const head = {
      id: recordedId('chatcmpl-', seed),
      object: 'chat.completion.chunk',
      created: CREATED,
      model: options.model,
      system_fingerprint: 'fp_replay',
    }
    const extra = options.includeUsage ? { usage: null } : {}
    function chunk(delta: object, finishReason: string | null = null): string {
      const choices = [{ index: 0, delta, logprobs: null, finish_reason: finishReason }]
      return `data: ${JSON.stringify({ ...head, choices, ...extra })}\n\n`
    }

    const frames: { afterMs: number; text: string }[] = []
    let toolStarted = false
    for (const { afterMs, part, token } of beats) {
      let text = frames.length === 0 ? chunk({ role: 'assistant', content: '', refusal: null }) : ''
      if (part === 'text') text += chunk({ content: token })
      else {
        if (!toolStarted) {
          const call = { name: scenario.toolCall?.name, arguments: '' }
          text += chunk({
            tool_calls: [{ index: 0, id: recordedId('call_', seed), type: 'function', function: call }],
          })
          toolStarted = true
        }
        text += chunk({ tool_calls: [{ index: 0, function: { arguments: token } }] })
      }
      frames.push({ afterMs, text })
    }
    const last = frames.at(-1)
    if (last !== undefined && scenario.ending !== 'connection-lost') {
      last.text += chunk({}, FINISH_REASONS[scenario.ending])
      if (options.includeUsage) {
        last.text += `data: ${JSON.stringify({ ...head, choices: [], usage: usage(recording) })}\n\n`
      }
      last.text += 'data: [DONE]\n\n'
    }
    return frames.map(({ afterMs, text }) => ({ afterMs, bytes: Buffer.from(text) }))
  },

  body(recording: Recording, options: RenderOptions): object {
    const { scenario, seed } = recording
    const call = scenario.toolCall
    const toolCalls =
      call === undefined
        ? {}
        : {
            tool_calls: [
              {
                id: recordedId('call_', seed),
                type: 'function',
                function: { name: call.name, arguments: JSON.stringify(call.arguments) },
              },
            ],
          }
    return {
      id: recordedId('chatcmpl-', seed),
      object: 'chat.completion',
      created: CREATED,
      model: options.model,
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: scenario.text, refusal: null, ...toolCalls },
          logprobs: null,
          finish_reason: FINISH_REASONS[scenario.ending],
        },
      ],
      usage: usage(recording),
      system_fingerprint: 'fp_replay',
    }
  },

  unknownModel(model: string): object {
    return {
      error: {
        message: `The model '${model}' does not exist`,
        type: 'invalid_request_error',
        param: 'model',
        code: 'model_not_found',
      },
    }
  },
}
