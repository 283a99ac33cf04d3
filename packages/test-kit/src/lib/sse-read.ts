/** Text per channel, as a client that follows the protocol puts it together. */
export type ChannelTexts = Record<string, string>

/** The events of a whole event stream, read as the HTML standard says (comments, three line ends, joined data). */
export function readSse(bytes: Uint8Array): { event: string | undefined; data: string }[] {
  const text = new TextDecoder().decode(bytes)
  const events: { event: string | undefined; data: string }[] = []
  let event: string | undefined
  let data: string[] = []
  // What follows the last line end is an unfinished line, and an unfinished event is dropped.
  for (const line of text.split(/\r\n|\r|\n/).slice(0, -1)) {
    if (line === '') {
      if (data.length > 0) events.push({ event, data: data.join('\n') })
      event = undefined
      data = []
      continue
    }
    const colon = line.indexOf(':')
    const field = colon === -1 ? line : line.slice(0, colon)
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '')
    if (field === 'event') event = value
    if (field === 'data') data.push(value)
  }
  return events
}

type Json = null | boolean | number | string | Json[] | { [key: string]: Json | undefined }

function at(value: Json | undefined, ...path: (string | number)[]): Json | undefined {
  let current: Json | undefined = value
  for (const key of path) {
    if (typeof current !== 'object' || current === null) return undefined
    current = (current as Record<string | number, Json | undefined>)[key]
  }
  return current
}

function list(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : []
}

function collector(): { texts: ChannelTexts; add(key: string, text: Json | undefined): void } {
  const texts: ChannelTexts = {}
  return {
    texts,
    add(key, text) {
      if (typeof text === 'string' && text !== '') texts[key] = (texts[key] ?? '') + text
    },
  }
}

/** Replaces the escapes of a JSON text, whole or cut off: `{"a":"\u0041\n"}` gives the characters they stand for. */
export function resolveJsonEscapes(json: string): string {
  return json.replace(
    /\\(?:u[0-9a-fA-F]{4}|["\\/bfnrt])/g,
    (sequence) => JSON.parse(`"${sequence}"`) as string,
  )
}

function resolveToolInputs(texts: ChannelTexts): ChannelTexts {
  const entries = Object.entries(texts)
  return Object.fromEntries(
    entries.map(([key, text]) => [key, key.startsWith('tool-input/') ? resolveJsonEscapes(text) : text]),
  )
}

/**
 * What a client reads from an OpenAI chat stream: `content/CHOICE`, `refusal/CHOICE`, `reasoning/CHOICE`, and
 * `tool-input/CHOICE/CALL` with the escapes of its JSON resolved.
 */
export function readOpenaiChatStream(bytes: Uint8Array): ChannelTexts {
  const { texts, add } = collector()
  for (const { data } of readSse(bytes)) {
    if (data === '[DONE]') break
    for (const choice of list(at(JSON.parse(data) as Json, 'choices'))) addChatParts(choice, 'delta', add)
  }
  return resolveToolInputs(texts)
}

/** The same for a chat completion that was not streamed. */
export function readOpenaiChatBody(bytes: Uint8Array): ChannelTexts {
  const { texts, add } = collector()
  const body = JSON.parse(new TextDecoder().decode(bytes)) as Json
  for (const choice of list(at(body, 'choices'))) addChatParts(choice, 'message', add)
  return resolveToolInputs(texts)
}

function addChatParts(
  choice: Json,
  field: 'delta' | 'message',
  add: (key: string, text: Json | undefined) => void,
): void {
  const index = String(at(choice, 'index'))
  const message = at(choice, field)
  add(`content/${index}`, at(message, 'content'))
  add(`refusal/${index}`, at(message, 'refusal'))
  add(`reasoning/${index}`, at(message, 'reasoning_content'))
  for (const [position, call] of list(at(message, 'tool_calls')).entries()) {
    add(`tool-input/${index}/${String(at(call, 'index') ?? position)}`, at(call, 'function', 'arguments'))
  }
}

/**
 * What a client reads from an Anthropic message stream: `content/BLOCK`, `reasoning/BLOCK`, and
 * `tool-input/BLOCK` with the escapes of its JSON resolved.
 */
export function readAnthropicMessageStream(bytes: Uint8Array): ChannelTexts {
  const { texts, add } = collector()
  for (const { event, data } of readSse(bytes)) {
    const body = JSON.parse(data) as Json
    const index = String(at(body, 'index'))
    if (event === 'content_block_start') addBlock(at(body, 'content_block'), index, add)
    if (event !== 'content_block_delta') continue
    add(`content/${index}`, at(body, 'delta', 'text'))
    add(`reasoning/${index}`, at(body, 'delta', 'thinking'))
    add(`tool-input/${index}`, at(body, 'delta', 'partial_json'))
  }
  return resolveToolInputs(texts)
}

/** The same for a message that was not streamed. Tool inputs are read as compact JSON. */
export function readAnthropicMessageBody(bytes: Uint8Array): ChannelTexts {
  const { texts, add } = collector()
  const body = JSON.parse(new TextDecoder().decode(bytes)) as Json
  for (const [index, block] of list(at(body, 'content')).entries()) {
    addBlock(block, String(index), add)
    if (at(block, 'type') === 'tool_use') add(`tool-input/${index}`, JSON.stringify(at(block, 'input')))
  }
  return resolveToolInputs(texts)
}

function addBlock(
  block: Json | undefined,
  index: string,
  add: (key: string, text: Json | undefined) => void,
): void {
  add(`content/${index}`, at(block, 'text'))
  add(`reasoning/${index}`, at(block, 'thinking'))
}
