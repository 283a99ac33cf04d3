import type { Channel, ChannelKind, MidstreamError } from '@midstream/core'
import { inputText, isFact, TOOL_BLOCKS } from './anthropic-blocks.ts'
import { anthropicRequestTexts } from './anthropic-request.ts'
import { asRecord, isEmpty, mayHoldText, type Path, walkStrings } from './json-text.ts'
import { parseEvent } from './parse-event.ts'
import type { DecodedEvent, Protocol, StreamDecoder, StreamEnding } from './protocol.ts'
import { createTextList, keptByPlace, type TextList } from './text-list.ts'
import { createTemplateCache } from './text-template.ts'

// Signed by the provider, so an edit would break the next turn.
const SIGNED = new Set(['thinking'])
// All text blocks are one text: readers join them, and a span may run across two.
const CONTENT = 'content/0'

interface Mark {
  readonly start?: boolean
  readonly opens?: { index: number; isTool: boolean }
  readonly closes?: number
  readonly stop?: boolean
}

function channelOf(kind: ChannelKind, key: string, toolName?: string): Channel {
  const base = { kind, provenance: 'model', index: 0, key } as const
  return toolName === undefined ? base : { ...base, toolName }
}

function leaves(value: unknown, path: Path, key: string, texts: TextList, whole: boolean): void {
  walkStrings(
    value,
    (text, leaf) =>
      texts.add({
        channel: channelOf('other', `other/${key}/${leaf.filter((k) => typeof k === 'string').join('.')}`),
        text,
        path: leaf,
        whole,
        signed: false,
      }),
    isFact,
    path,
  )
}

/** Texts of the fields of an event or a body, except `known` when it has the form that is read elsewhere. */
function fieldTexts(
  holder: Record<string, unknown>,
  key: string,
  texts: TextList,
  known?: string,
  isKnown: (value: unknown) => boolean = (value) => asRecord(value) !== undefined,
): void {
  for (const [field, value] of Object.entries(holder)) {
    if (!mayHoldText(value)) continue
    if (typeof value === 'string' ? isFact(field, holder) : field === known && isKnown(value)) continue
    leaves(value, [field], key, texts, true)
  }
}

/** Texts of a whole content block: of a response, or of the start of a streamed one. */
function blockTexts(
  block: Record<string, unknown>,
  path: Path,
  index: number,
  texts: TextList,
  streamed: boolean,
): void {
  const type = String(block['type'])
  if (type !== 'text') {
    // The text of a streamed call follows in deltas and is held as one. Any other block, and any in a body, only says
    // here that the text before it is left.
    const channel =
      streamed && TOOL_BLOCKS.has(type)
        ? toolChannel(index, block)
        : channelOf('other', `other/${index}/block`)
    texts.add({ channel, text: '', path: [...path, 'input'], whole: false, signed: false })
  }
  for (const [field, value] of Object.entries(block)) {
    const at = [...path, field]
    if (typeof value === 'string' && isFact(field, block)) continue
    if (field === 'text' && type === 'text' && typeof value === 'string') {
      texts.add({
        channel: channelOf('content', CONTENT),
        text: value,
        path: at,
        whole: false,
        signed: false,
      })
    } else if (field === 'thinking' && typeof value === 'string') {
      texts.add({
        channel: channelOf('reasoning', `reasoning/${index}`),
        text: value,
        path: at,
        whole: false,
        signed: SIGNED.has(type),
      })
    } else if (field === 'input' && TOOL_BLOCKS.has(type)) {
      // Deltas replace what a streamed call starts with (mostly nothing): it is a text of its own.
      if (!streamed || !isEmpty(value)) texts.add(inputText(value, at, toolChannel(index, block)))
    } else leaves(value, at, String(index), texts, true)
  }
}

function toolChannel(index: number, block: Record<string, unknown> | undefined): Channel {
  const name = block?.['name']
  return channelOf('tool-input', `tool-input/${index}`, typeof name === 'string' ? name : undefined)
}

function createDecoder(): StreamDecoder {
  const templates = createTemplateCache()
  const blocks = new Map<number, Record<string, unknown>>()
  // Channels of deltas that the protocol does not know, by block.
  const unknown = new Map<number, Set<string>>()
  const usage: { inputTokens?: number; outputTokens?: number } = {}
  // A block has ended and none has begun since.
  let between = false

  function count(value: unknown): void {
    const counted = asRecord(value)
    if (typeof counted?.['input_tokens'] === 'number') usage.inputTokens = counted['input_tokens']
    if (typeof counted?.['output_tokens'] === 'number') usage.outputTokens = counted['output_tokens']
  }

  function deltaTexts(event: Record<string, unknown>, index: number, texts: TextList): void {
    const delta = asRecord(event['delta']) ?? {}
    for (const [field, value] of Object.entries(delta)) {
      const path = ['delta', field]
      if (typeof value === 'string' && isFact(field, delta)) continue
      if (delta['type'] === 'text_delta' && field === 'text' && typeof value === 'string') {
        texts.add({ channel: channelOf('content', CONTENT), text: value, path, whole: false, signed: false })
      } else if (delta['type'] === 'thinking_delta' && field === 'thinking' && typeof value === 'string') {
        texts.add({
          channel: channelOf('reasoning', `reasoning/${index}`),
          text: value,
          path,
          whole: false,
          signed: true,
        })
      } else if (
        delta['type'] === 'input_json_delta' &&
        field === 'partial_json' &&
        typeof value === 'string'
      ) {
        texts.add({
          channel: toolChannel(index, blocks.get(index)),
          text: value,
          path,
          whole: false,
          signed: false,
        })
      } else if (delta['type'] === 'citations_delta') leaves(value, path, String(index), texts, true)
      else {
        const first = texts.refs.length
        leaves(value, path, String(index), texts, false)
        const keys = unknown.get(index) ?? new Set()
        for (const { channel } of texts.refs.slice(first)) keys.add(channel.key)
        unknown.set(index, keys)
      }
    }
  }

  const decoder: { -readonly [Field in keyof StreamDecoder]: StreamDecoder[Field] } = {
    usage,
    templates,
    finishReason: undefined,
    isFinished: () => false,
    decode(name, data) {
      const quick = templates.match(data)
      if (quick !== undefined) return quick
      const event = parseEvent(data)
      const type = typeof event['type'] === 'string' ? event['type'] : name
      const index = typeof event['index'] === 'number' ? event['index'] : 0
      const texts = createTextList('EVENT_TOO_LARGE')
      const none: DecodedEvent = { refs: texts.refs, yields: [], closes: [], terminal: 'none' }
      const key = `event/${String(type)}`
      switch (type) {
        case 'message_start': {
          const message = asRecord(event['message']) ?? {}
          count(message['usage'])
          leaves(message, ['message'], 'message', texts, true)
          fieldTexts(event, key, texts, 'message')
          return { ...none, mark: { start: true } satisfies Mark }
        }
        case 'content_block_start': {
          const block = asRecord(event['content_block']) ?? {}
          blocks.set(index, block)
          between = false
          templates.forget()
          blockTexts(block, ['content_block'], index, texts, true)
          fieldTexts(event, key, texts, 'content_block')
          return {
            ...none,
            yields: block['type'] === 'text' ? [] : [CONTENT],
            mark: { opens: { index, isTool: TOOL_BLOCKS.has(String(block['type'])) } } satisfies Mark,
          }
        }
        case 'content_block_delta': {
          deltaTexts(event, index, texts)
          fieldTexts(event, key, texts, 'delta')
          templates.learn(data, none)
          return none
        }
        case 'content_block_stop': {
          fieldTexts(event, key, texts)
          between = true
          const mark: Mark = { closes: index }
          const yields = [...(unknown.get(index) ?? [])]
          unknown.delete(index)
          return { ...none, yields, closes: [`tool-input/${index}`, `reasoning/${index}`], mark }
        }
        case 'message_delta': {
          count(event['usage'])
          const delta = asRecord(event['delta'])
          if (typeof delta?.['stop_reason'] === 'string') decoder.finishReason = delta['stop_reason']
          leaves(delta, ['delta'], 'message', texts, true)
          fieldTexts(event, key, texts, 'delta')
          return { ...none, closes: 'all', mark: { stop: true } satisfies Mark }
        }
        case 'message_stop':
          fieldTexts(event, key, texts)
          return { ...none, closes: 'all', terminal: 'complete' }
        case 'error':
          fieldTexts(event, key, texts)
          return { ...none, closes: 'all', terminal: 'failed' }
        case 'ping':
          fieldTexts(event, key, texts)
          // A pause between two blocks: the end of a text does not wait for what comes after it.
          return { ...none, yields: between ? [CONTENT] : [] }
        default:
          // An event type of the future is read like text: every string in it.
          fieldTexts(event, key, texts)
          return none
      }
    },
  }
  return decoder
}

function sse(type: string, fields: Record<string, unknown>): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`
}

function createEnding(): StreamEnding {
  let started = false
  let stopped = false
  let open: number | undefined
  let next = 0
  let toolBegun = false

  function failure(error: MidstreamError): string {
    return sse('error', errorBody(error))
  }

  function begun(event: DecodedEvent): void {
    const mark = event.mark as Mark | undefined
    if (mark?.start) started = true
    if (mark?.opens !== undefined) {
      open = mark.opens.index
      next = open + 1
      toolBegun = mark.opens.isTool
    }
  }

  return {
    begun,
    delivered(event) {
      const mark = event.mark as Mark | undefined
      if (mark === undefined) return
      begun(event)
      if (mark.stop) stopped = true
      if (mark.closes !== undefined && mark.closes === open) {
        open = undefined
        toolBegun = false
      }
    },
    refusal(notice, error) {
      // A refusal after part of a tool call would make SDKs return its truncated arguments as if they were whole.
      if (toolBegun) return failure(error)
      let out = ''
      if (!started) {
        const message = {
          id: 'msg_midstream',
          type: 'message',
          role: 'assistant',
          model: '',
          content: [],
          stop_reason: null,
          stop_sequence: null,
          usage: { input_tokens: 0, output_tokens: 0 },
        }
        out += sse('message_start', { message })
      }
      if (open !== undefined) out += sse('content_block_stop', { index: open })
      if (notice !== '' && !stopped) {
        out += sse('content_block_start', { index: next, content_block: { type: 'text', text: '' } })
        out += sse('content_block_delta', { index: next, delta: { type: 'text_delta', text: notice } })
        out += sse('content_block_stop', { index: next })
      }
      if (!stopped) {
        out += sse('message_delta', {
          delta: { stop_reason: 'refusal', stop_sequence: null, stop_details: refusalDetails(error) },
          usage: { output_tokens: 0 },
        })
      }
      return out + sse('message_stop', {})
    },
    failure,
  }
}

function refusalDetails(error: MidstreamError): Record<string, unknown> {
  return { type: 'refusal', category: null, explanation: error.message }
}

function errorBody(error: MidstreamError): Record<string, unknown> {
  return { type: 'error', error: { type: errorType(error), message: error.message, code: error.code } }
}

function errorType(error: MidstreamError): string {
  switch (error.code) {
    case 'REQUEST_UNAUTHENTICATED':
      return 'authentication_error'
    case 'REQUEST_NOT_FOUND':
      return 'not_found_error'
    case 'REQUEST_TOO_LARGE':
      return 'request_too_large'
    case 'RATE_EXCEEDED':
      return 'rate_limit_error'
    case 'OVERLOADED':
      return 'overloaded_error'
    case 'REQUEST_INVALID':
    case 'REQUEST_METHOD':
    case 'POLICY_BLOCK':
      return 'invalid_request_error'
    default:
      return 'api_error'
  }
}

/** Anthropic Messages. */
export const anthropicMessages: Protocol = {
  id: 'anthropic-messages',
  eventNames: new Set([
    'message_start',
    'content_block_start',
    'content_block_delta',
    'content_block_stop',
    'message_delta',
    'message_stop',
    'ping',
    'error',
  ]),
  handles: (pathname) => pathname.endsWith('/v1/messages'),
  createDecoder,
  createEnding,
  beforeRewrite() {},
  responseTexts(body) {
    const texts = createTextList('STREAM_TOO_LARGE')
    const content = Array.isArray(body['content']) ? body['content'] : []
    content.forEach((value: unknown, index) => {
      const block = asRecord(value)
      if (block !== undefined) blockTexts(block, ['content', index], index, texts, false)
      else leaves(value, ['content', index], String(index), texts, true)
    })
    fieldTexts(body, 'message', texts, 'content', Array.isArray)
    return texts.refs
  },
  responseFinish(body) {
    const counted = asRecord(body['usage'])
    const usage: { inputTokens?: number; outputTokens?: number } = {}
    if (typeof counted?.['input_tokens'] === 'number') usage.inputTokens = counted['input_tokens']
    if (typeof counted?.['output_tokens'] === 'number') usage.outputTokens = counted['output_tokens']
    const reason = body['stop_reason']
    return typeof reason === 'string' ? { finishReason: reason, usage } : { usage }
  },
  refuseResponse(body, kept, notice, error) {
    const blocks = Array.isArray(body['content']) ? body['content'] : []
    const shown: unknown[] = []
    const places = keptByPlace(kept, 'content')
    blocks.forEach((value: unknown, index) => {
      const block = asRecord(value) ?? {}
      const own = places.get(index) ?? []
      const complete = own.every((text) => text.complete)
      if (complete && own.length > 0) shown.push(block)
      else if (block['type'] === 'text') {
        const text = own.find(({ ref }) => ref.path[2] === 'text')?.shown ?? ''
        if (text !== '') shown.push({ type: 'text', text })
      }
    })
    if (notice !== '') shown.push({ type: 'text', text: notice })
    body['content'] = shown
    body['stop_reason'] = 'refusal'
    body['stop_sequence'] = null
    body['stop_details'] = refusalDetails(error)
  },
  requestTexts: anthropicRequestTexts,
  errorBody,
}
