import type { Channel, ChannelKind, MidstreamError } from '@midstream/core'
import { checkChannelCount } from './channel-text.ts'
import { asRecord, type IsFact, isEmpty, mayHoldText, type Path, walkStrings } from './json-text.ts'
import { parseEvent } from './parse-event.ts'
import type { DecodedEvent, Protocol, StreamDecoder, StreamEnding, TextRef } from './protocol.ts'
import { type Author, authoredTexts, MODEL, OPERATOR, otherFieldTexts, TOOL, USER } from './request-fields.ts'
import { createTextList, keptByPlace, type TextList } from './text-list.ts'
import { createTemplateCache } from './text-template.ts'

// Strings that identify or describe: not text that a model wrote. Everything else is inspected.
const EVENT_FACTS = new Set([
  'id',
  'object',
  'created',
  'model',
  'system_fingerprint',
  'service_tier',
  'obfuscation',
  'provider',
])
const CHOICE_FACTS = new Set(['finish_reason', 'native_finish_reason', 'stop_reason', 'matched_stop'])
const PART_FACTS = new Set(['type', 'id', 'role', 'format'])
const isPartFact: IsFact = (key) => PART_FACTS.has(key)
// Servers of gpt-oss label each delta. Joined, the labels would be one word without an end, which holds everything.
const LABELS: ReadonlySet<unknown> = new Set(['analysis', 'commentary', 'final'])
// `logprobs` repeats the text token by token; it goes when the text is changed (see beforeRewrite).
const REPEATS = 'logprobs'

// A map: a field may have the name of something that every object inherits.
const TEXT_KINDS: ReadonlyMap<string, ChannelKind> = new Map([
  ['content', 'content'],
  ['refusal', 'refusal'],
  ['reasoning_content', 'reasoning'],
  ['reasoning', 'reasoning'],
])

interface Mark {
  readonly head?: Record<string, unknown>
  readonly seen: readonly number[]
  readonly finished: readonly number[]
}

function channelOf(kind: ChannelKind, index: number, key: string, toolName?: string): Channel {
  const base = { kind, provenance: 'model' as const, index, key }
  return toolName === undefined ? base : { ...base, toolName }
}

/** The texts of one choice, from its `delta` or `message`. */
function choiceTexts(
  choice: Record<string, unknown>,
  position: number,
  holder: 'delta' | 'message',
  toolNames: Map<string, string>,
  texts: TextList,
): void {
  const index = typeof choice['index'] === 'number' ? choice['index'] : position
  const base: Path = ['choices', position]
  const streamed = holder === 'delta'
  const delta = asRecord(choice[holder]) ?? {}
  const add = (
    kind: ChannelKind,
    key: string,
    text: string,
    path: Path,
    whole: boolean,
    toolName?: string,
  ): void => {
    texts.add({ channel: channelOf(kind, index, key, toolName), text, path, whole, signed: false })
  }
  for (const [field, value] of Object.entries(delta)) {
    const path = [...base, holder, field]
    if (value === null || (typeof value === 'string' && PART_FACTS.has(field))) continue
    if (field === 'channel' && LABELS.has(value)) continue
    const kind = TEXT_KINDS.get(field)
    if (kind !== undefined && typeof value === 'string') {
      add(kind, `${field}/${index}`, value, path, false)
    } else if (field === 'tool_calls' && Array.isArray(value)) {
      value.forEach((call: unknown, i) => {
        // Some servers give all calls of a body the same index; there they are told apart by their place.
        const place = streamed ? Number(asRecord(call)?.['index'] ?? i) : i
        toolCallTexts(call, [...path, i], `tool-input/${index}/${place}`)
      })
    } else if (field === 'function_call') {
      toolCallTexts({ function: value }, path.slice(0, -1), `tool-input/${index}/call`, 'function_call')
    } else {
      walkStrings(
        value,
        (text, leaf) =>
          add(
            'other',
            `other/${index}/${leaf
              .filter((k) => typeof k === 'string')
              .slice(2)
              .join('.')}`,
            text,
            leaf,
            !streamed,
          ),
        isPartFact,
        path,
      )
    }
  }
  for (const [field, value] of Object.entries(choice)) {
    if (value === delta || !mayHoldText(value)) continue
    if (typeof value === 'string' && CHOICE_FACTS.has(field)) continue
    const path = [...base, field]
    if (field === REPEATS) {
      const tokens = tokenText(value)
      if (tokens === '' || Object.values(delta).includes(tokens)) continue
      // They say something else than this event: tokens that come early, or those of a part that is not shown.
      const channel: Channel = { ...channelOf('other', index, `other/${index}/${REPEATS}`), vocabulary: true }
      texts.add({ channel, text: tokens, path, whole: !streamed, signed: false })
    } else {
      walkStrings(
        value,
        (text, leaf) => add('other', `other/${leaf.join('.')}`, text, leaf, true),
        undefined,
        path,
      )
    }
  }

  function toolCallTexts(value: unknown, path: Path, key: string, field = 'function'): void {
    const call = asRecord(value) ?? { value }
    const fn = asRecord(call['function'])
    if (fn !== undefined) functionTexts(fn, [...path, field], key)
    for (const [name, part] of Object.entries(call)) {
      if ((name === 'function' && fn !== undefined) || (typeof part === 'string' && PART_FACTS.has(name))) {
        continue
      }
      const at = call === value ? [...path, name === 'function' ? field : name] : path
      walkStrings(
        part,
        (text, leaf) => add('other', `other/${key}/${name}`, text, leaf, !streamed),
        undefined,
        at,
      )
    }
  }

  function functionTexts(fn: Record<string, unknown>, path: Path, key: string): void {
    if (typeof fn['name'] === 'string' && fn['name'] !== '') {
      toolNames.set(key, fn['name'])
      add('other', `other/${key}/name`, fn['name'], [...path, 'name'], true)
    }
    const given = fn['arguments'] ?? ''
    const at = [...path, 'arguments']
    if (typeof given === 'string') add('tool-input', key, given, at, false, toolNames.get(key))
    // The beginning of a call whose text follows: not a part of that text.
    else if (streamed && isEmpty(given)) add('tool-input', key, '', at, false, toolNames.get(key))
    else {
      // Some servers send them as a value and not as its JSON text.
      const channel = channelOf('tool-input', index, key, toolNames.get(key))
      texts.add({ channel, text: JSON.stringify(given), path: at, whole: false, signed: false, json: true })
    }
    for (const [name, part] of Object.entries(fn)) {
      if (name === 'arguments' || (name === 'name' && typeof part === 'string')) continue
      walkStrings(
        part,
        (text, leaf) => add('other', `other/${key}/function.${name}`, text, leaf, !streamed),
        undefined,
        [...path, name],
      )
    }
  }
}

/** What token probabilities say: the chosen tokens, joined. */
function tokenText(value: unknown): string {
  if (typeof value === 'string') return value
  if (Array.isArray(value)) return value.map(tokenText).join('')
  let text = ''
  for (const [field, child] of Object.entries(asRecord(value) ?? {})) {
    if (field !== 'top_logprobs' && field !== 'bytes') text += tokenText(child)
  }
  return text
}

/** Strings of an event or a body outside its choices, and those of choices that are none. */
function otherTexts(event: Record<string, unknown>, texts: TextList): void {
  const visit = (text: string, path: Path): void => {
    const channel = channelOf('other', 0, `other/${path.join('.')}`)
    texts.add({ channel, text, path, whole: true, signed: false })
  }
  for (const [field, value] of Object.entries(event)) {
    if (!mayHoldText(value) || (typeof value === 'string' && EVENT_FACTS.has(field))) continue
    if (field !== 'choices' || !Array.isArray(value)) walkStrings(value, visit, undefined, [field])
    else {
      value.forEach((choice: unknown, i) => {
        if (asRecord(choice) === undefined) walkStrings(choice, visit, undefined, [field, i])
      })
    }
  }
}

function choicesOf(event: Record<string, unknown>): Record<string, unknown>[] {
  return Array.isArray(event['choices']) ? event['choices'].map((choice) => asRecord(choice) ?? {}) : []
}

function createDecoder(): StreamDecoder {
  const templates = createTemplateCache('obfuscation')
  const toolNames = new Map<string, string>()
  // The text channels that each choice is in (more than one, when events bring several), and the choices that began
  // and ended.
  const current = new Map<number, ReadonlyMap<string, Channel>>()
  const finished = new Set<number>()
  const usage: { inputTokens?: number; outputTokens?: number } = {}
  let headKnown = false

  const decoder: { -readonly [Field in keyof StreamDecoder]: StreamDecoder[Field] } = {
    usage,
    templates,
    finishReason: undefined,
    isFinished: () => current.size > 0 && [...current.keys()].every((index) => finished.has(index)),
    decode(_name, data) {
      const quick = templates.match(data)
      if (quick !== undefined) return quick
      // SDKs take whatever begins like it for the end; only blanks may follow here.
      if (data.startsWith('[DONE]') && data.trimEnd() === '[DONE]')
        return { refs: [], yields: [], closes: 'all', terminal: 'complete' }
      const event = parseEvent(data)
      const texts = createTextList('EVENT_TOO_LARGE')
      const { refs } = texts
      otherTexts(event, texts)
      const yields: string[] = []
      const closes: number[] = []
      const seen: number[] = []
      const ended: number[] = []
      let moved = false
      choicesOf(event).forEach((choice, position) => {
        const index = typeof choice['index'] === 'number' ? choice['index'] : position
        seen.push(index)
        const before = current.get(index) ?? NO_CHANNELS
        const first = refs.length
        choiceTexts(choice, position, 'delta', toolNames, texts)
        const now = activeChannels(refs, first, before)
        checkChannelCount(current.size)
        current.set(index, now)
        for (const key of before.keys()) if (!now.has(key)) yields.push(key)
        moved ||= now.size !== before.size || [...now.keys()].some((key) => !before.has(key))
        if (choice['message'] !== undefined)
          messageBeside([...before.values(), ...now.values()], position, texts)
        if (typeof choice['finish_reason'] === 'string') {
          decoder.finishReason = choice['finish_reason']
          finished.add(index)
          ended.push(index)
          closes.push(index)
        }
      })
      const counted = asRecord(event['usage'])
      if (typeof counted?.['prompt_tokens'] === 'number') usage.inputTokens = counted['prompt_tokens']
      if (typeof counted?.['completion_tokens'] === 'number')
        usage.outputTokens = counted['completion_tokens']
      const mark: Mark = { seen, finished: ended, ...(headKnown ? {} : { head: event }) }
      if (seen.length > 0) headKnown = true
      // Some servers send a text; SDKs throw on anything that is not empty.
      const failed = Boolean(event['error'])
      const decoded: DecodedEvent = {
        refs,
        yields,
        closes: failed ? 'all' : closes,
        terminal: failed ? 'failed' : 'none',
        mark,
      }
      if (moved) templates.forget()
      // An event that only continues one text is the pattern of most that follow.
      if (yields.length === 0 && closes.length === 0 && !failed && headKnown && counted === undefined)
        templates.learn(data, decoded)
      return decoded
    },
  }
  return decoder
}

const NO_CHANNELS: ReadonlyMap<string, Channel> = new Map()

/**
 * The channels that a choice is in after an event whose texts from `first` on are its own. Token probabilities only
 * accompany others.
 */
function activeChannels(
  refs: readonly TextRef[],
  first: number,
  before: ReadonlyMap<string, Channel>,
): ReadonlyMap<string, Channel> {
  const channels = new Map<string, Channel>()
  let onlyRepeats = true
  for (let i = first; i < refs.length; i++) {
    const { channel, text, whole, path } = refs[i]!
    if (whole || text === '') continue
    channels.set(channel.key, channel)
    onlyRepeats &&= path[2] === REPEATS
  }
  if (!onlyRepeats) return channels
  return channels.size === 0 ? before : new Map([...before, ...channels])
}

// Each event with a message says so for each of them; a choice is in one channel, or a few.
const MAX_CHANNELS_BESIDE = 128

/** A message beside a delta repeats what these channels have brought so far. */
function messageBeside(channels: readonly Channel[], position: number, texts: TextList): void {
  checkChannelCount(channels.length, MAX_CHANNELS_BESIDE)
  const path = ['choices', position, 'message']
  for (const channel of channels)
    texts.add({ channel, text: '', path, whole: false, signed: false, repeats: true })
}

function sse(data: unknown): string {
  return `data: ${JSON.stringify(data)}\n\n`
}

function createEnding(): StreamEnding {
  const open = new Set<number>()
  const finished = new Set<number>()
  let head: Record<string, unknown> = {
    id: 'chatcmpl-midstream',
    object: 'chat.completion.chunk',
    created: 0,
    model: '',
  }

  function begun(event: DecodedEvent): void {
    const mark = event.mark as Mark | undefined
    if (mark === undefined) return
    if (mark.head !== undefined) {
      const { id, object, created, model } = mark.head
      head = { id, object, created, model }
    }
    for (const index of mark.seen) if (!finished.has(index)) open.add(index)
  }

  function failure(error: MidstreamError): string {
    return `${sse(errorBody(error))}data: [DONE]\n\n`
  }

  return {
    begun,
    delivered(event) {
      begun(event)
      for (const index of (event.mark as Mark | undefined)?.finished ?? []) {
        open.delete(index)
        finished.add(index)
      }
    },
    refusal(notice) {
      if (open.size === 0 && finished.size === 0) open.add(0)
      let out = ''
      for (const index of open) {
        if (notice !== '')
          out += sse({ ...head, choices: [{ index, delta: { content: notice }, finish_reason: null }] })
        out += sse({ ...head, choices: [{ index, delta: {}, finish_reason: 'content_filter' }] })
      }
      return `${out}data: [DONE]\n\n`
    },
    failure,
  }
}

function errorBody(error: MidstreamError): Record<string, unknown> {
  return { error: { message: error.message, type: errorType(error), code: error.code, param: null } }
}

function errorType(error: MidstreamError): string {
  if (error.code.startsWith('REQUEST_') || error.code === 'POLICY_BLOCK') return 'invalid_request_error'
  return error.code.startsWith('UPSTREAM_') ? 'upstream_error' : 'server_error'
}

const ROLES: ReadonlyMap<unknown, Author> = new Map([
  ['system', OPERATOR],
  ['developer', OPERATOR],
  ['user', USER],
  ['assistant', MODEL],
  ['tool', TOOL],
  ['function', TOOL],
])

/** OpenAI chat completions, and the many servers that speak it. */
export const openaiChat: Protocol = {
  id: 'openai-chat',
  eventNames: new Set(['message', 'error']),
  handles: (pathname) => pathname.endsWith('/chat/completions'),
  createDecoder,
  createEnding,
  beforeRewrite(event, truncated, isBody) {
    for (const choice of choicesOf(event)) {
      // Some servers repeat beside each delta all that came before: it may end in the beginning of what is hidden.
      if (!isBody && asRecord(choice['delta']) !== undefined) delete choice['message']
      if (choice[REPEATS] !== undefined) choice[REPEATS] = null
      if (truncated) choice['finish_reason'] = null
    }
    if (truncated) delete event['usage']
  },
  responseTexts(body) {
    const toolNames = new Map<string, string>()
    const texts = createTextList('STREAM_TOO_LARGE')
    const { refs } = texts
    otherTexts(body, texts)
    choicesOf(body).forEach((choice, position) => {
      const first = refs.length
      choiceTexts(choice, position, 'message', toolNames, texts)
      refs.push(...inStreamOrder(refs.splice(first)))
    })
    return refs
  },
  responseFinish(body) {
    const finishReason = choicesOf(body)[0]?.['finish_reason']
    const counted = asRecord(body['usage'])
    const usage: { inputTokens?: number; outputTokens?: number } = {}
    if (typeof counted?.['prompt_tokens'] === 'number') usage.inputTokens = counted['prompt_tokens']
    if (typeof counted?.['completion_tokens'] === 'number') usage.outputTokens = counted['completion_tokens']
    return typeof finishReason === 'string' ? { finishReason, usage } : { usage }
  },
  refuseResponse(body, kept, notice) {
    for (const choice of choicesOf(body)) {
      choice['finish_reason'] = 'content_filter'
      if (choice[REPEATS] !== undefined) choice[REPEATS] = null
    }
    const places = keptByPlace(kept, 'choices')
    body['choices'] = choicesOf(body).map((choice, position) => {
      const message: Record<string, unknown> = {
        role: asRecord(choice['message'])?.['role'] ?? 'assistant',
        content: '',
      }
      for (const { ref, shown, complete } of places.get(position) ?? []) {
        if (ref.path[2] !== 'message') continue
        if (ref.path.length === 4) message[ref.path[3]!] = shown
        else if (complete) keepStructure(message, choice, ref)
      }
      if (notice !== '') message['content'] = `${String(message['content'])}${notice}`
      return { index: choice['index'] ?? position, message, finish_reason: 'content_filter', logprobs: null }
    })
  },
  requestTexts(body) {
    const texts = createTextList('REQUEST_TOO_LARGE')
    const messages = Array.isArray(body['messages']) ? body['messages'] : []
    messages.forEach((value: unknown, index) => {
      const message = asRecord(value)
      if (message === undefined) {
        authoredTexts(value, ['messages', index], USER, texts)
        return
      }
      const [kind, provenance] = ROLES.get(message['role']) ?? USER
      for (const [field, part] of Object.entries(message)) {
        if (typeof part === 'string' && (PART_FACTS.has(field) || field === 'tool_call_id')) continue
        walkStrings(
          part,
          (text, path) => {
            const isArguments = field === 'tool_calls' && path[path.length - 1] === 'arguments'
            const channel: Channel = {
              kind: isArguments ? 'tool-input' : kind,
              provenance,
              index,
              key: `${kind}/${path.slice(1).join('.')}`,
            }
            texts.add({ channel, text, path, whole: true, signed: false })
          },
          isPartFact,
          ['messages', index, field],
        )
      }
    })
    otherFieldTexts(body, Array.isArray(body['messages']) ? ['messages'] : [], texts)
    return texts.refs
  },
  errorBody,
}

// A stream brings reasoning before content and tool calls last, whatever the order of keys in a body.
const STREAM_ORDER: readonly ChannelKind[] = ['reasoning', 'content', 'refusal', 'other', 'tool-input']

function inStreamOrder(refs: readonly TextRef[]): TextRef[] {
  return [...refs].sort((a, b) => STREAM_ORDER.indexOf(a.channel.kind) - STREAM_ORDER.indexOf(b.channel.kind))
}

/** Keeps a complete tool call of a refused response only when all of it was decided before the cut. */
function keepStructure(
  message: Record<string, unknown>,
  choice: Record<string, unknown>,
  ref: TextRef,
): void {
  if (ref.channel.kind !== 'tool-input' || ref.path[3] !== 'tool_calls') return
  const calls = asRecord(choice['message'])?.['tool_calls']
  const call: unknown = Array.isArray(calls) ? calls[Number(ref.path[4])] : undefined
  message['tool_calls'] = [...(Array.isArray(message['tool_calls']) ? message['tool_calls'] : []), call]
}
