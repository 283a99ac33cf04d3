import { type Path, setValueAt, valueAt } from './json-text.ts'
import type { DecodedEvent, TextRef } from './protocol.ts'

/**
 * Consecutive events of one stream differ only in one string, and perhaps in another that nobody reads (padding
 * against traffic analysis). This is everything around them.
 */
export interface TextTemplate {
  /** Up to the opening quote of the text. */
  readonly prefix: string
  /** From the closing quote of the text on; up to the opening quote of the free string, when there is one. */
  readonly suffix: string
  /** From the closing quote of the free string on; undefined without one. */
  readonly rest: string | undefined
  readonly path: Path
}

/**
 * Learns the template of an event whose changing text is `text` at `path`. A document that has the template's
 * parts with JSON string bodies between them parses to the same value with another string at `path`: the quotes
 * around it are in the template, and no quote can be inside. A string at the top-level field `free`, behind the
 * text, may change too. Returns undefined when a string cannot be located beyond doubt.
 */
export function learnTemplate(
  document: string,
  path: Path,
  text: string,
  free?: string,
): TextTemplate | undefined {
  const body = bodyOf(document, path[path.length - 1], 0)
  if (body === undefined) return undefined
  const gap = free === undefined ? undefined : bodyOf(document, free, body.end)
  const template: TextTemplate = {
    prefix: document.slice(0, body.start),
    suffix: document.slice(body.end, gap?.start),
    rest: gap === undefined ? undefined : document.slice(gap.end),
    path,
  }
  try {
    const whole = JSON.parse(document) as Record<string, unknown>
    const probe = 'midstream-probe'
    const ending = gap === undefined ? '' : `${probe}${template.rest}`
    const probed = JSON.parse(template.prefix + probe + template.suffix + ending) as Record<string, unknown>
    if (valueAt(probed, path) !== probe) return undefined
    setValueAt(probed, path, text)
    if (gap !== undefined && free !== undefined) {
      if (probed[free] !== probe) return undefined
      probed[free] = whole[free]
    }
    return JSON.stringify(probed) === JSON.stringify(whole) ? template : undefined
  } catch {
    return undefined
  }
}

/** Where the first string of a key stands, behind `from`; `end` is its closing quote. */
function bodyOf(
  document: string,
  key: string | number | undefined,
  from: number,
): { start: number; end: number } | undefined {
  if (typeof key !== 'string' || !/^\w+$/.test(key)) return undefined
  const opening = new RegExp(`${JSON.stringify(key)}\\s*:\\s*"`, 'g')
  opening.lastIndex = from
  if (opening.exec(document) === null) return undefined
  const start = opening.lastIndex
  let end = start
  while (end < document.length && document[end] !== '"') end += document[end] === '\\' ? 2 : 1
  return { start, end }
}

/** What `scanTemplate` found: valid until it is called again. One object for all, so that an event makes none. */
export const scanned: { bodyStart: number; bodyEnd: number; end: number; escaped: boolean; wide: boolean } = {
  bodyStart: 0,
  bodyEnd: 0,
  end: 0,
  escaped: false,
  wide: false,
}

const QUOTE = 34
const BACKSLASH = 92

/**
 * Whether `text` has, from `from` on, the three parts with string bodies between them; fills `scanned`. Linear.
 * Slices are compared because that is eight times as fast as startsWith in V8 (Node 24).
 */
export function scanTemplate(
  prefix: string,
  suffix: string,
  rest: string | undefined,
  text: string,
  from: number,
): boolean {
  const bodyStart = from + prefix.length
  if (text.slice(from, bodyStart) !== prefix) return false
  let at = bodyStart
  let escaped = false
  let wide = false
  for (; ; at++) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) break
    // A control character is not JSON, and NaN is the end of the text.
    if (!(code >= 32)) return false
    if (code === BACKSLASH) {
      escaped = true
      at++
    } else if (code > 126) wide = true
  }
  const gap = at + suffix.length
  if (text.slice(at, gap) !== suffix) return false
  scanned.bodyStart = bodyStart
  scanned.bodyEnd = at
  scanned.escaped = escaped
  scanned.wide = wide
  scanned.end = gap
  return rest === undefined || skipFree(rest, text, gap)
}

/** Only plain ASCII may be skipped unread: anything else might not be JSON, or not UTF-8. */
function skipFree(rest: string, text: string, from: number): boolean {
  let at = from
  for (; ; at++) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) break
    if (!(code >= 32 && code < 127) || code === BACKSLASH) return false
  }
  scanned.end = at + rest.length
  return text.slice(at, scanned.end) === rest
}

/** The string of an event that fits the template, or undefined. */
export function matchTemplate(template: TextTemplate, document: string): string | undefined {
  const { prefix, suffix, rest } = template
  if (!scanTemplate(prefix, suffix, rest, document, 0) || scanned.end !== document.length) return undefined
  const body = document.slice(scanned.bodyStart, scanned.bodyEnd)
  return scanned.escaped ? parseBody(body) : body
}

/** The value of a JSON string by what stands between its quotes; undefined when it is not one. */
export function parseBody(body: string): string | undefined {
  try {
    return JSON.parse(`"${body}"`) as string
  } catch {
    return undefined
  }
}

/** A template that a stream's events fitted last. */
export interface LearnedTemplate {
  readonly template: TextTemplate
  /** The text that it was learned from: what stays the same of the texts to come. */
  readonly ref: TextRef
  /** Events that it was good for. */
  uses: number
}

/** Remembers the template of a stream's latest text event. */
export interface TemplateCache {
  readonly learned: LearnedTemplate | undefined
  match(document: string): DecodedEvent | undefined
  learn(document: string, decoded: DecodedEvent): void
  /** Forgets the template, because what its events mean has changed. */
  forget(): void
}

const NONE: readonly never[] = []

// Some servers vary every event (token probabilities): after so many templates in a row that no event fitted,
// learning costs more than it saves.
const MAX_USELESS_TEMPLATES = 8
// The first events bring the role or differ otherwise, and a short answer would never use what it learned.
const UNLEARNED_EVENTS = 3

/** @param free top-level field whose string changes from event to event and is never read. */
export function createTemplateCache(free?: string): TemplateCache {
  let useless = 0
  let seen = 0
  // A field, not a getter: see ChannelText.
  const cache: { -readonly [Field in keyof TemplateCache]: TemplateCache[Field] } = {
    learned: undefined,
    match(document) {
      const { learned } = cache
      if (learned === undefined) return undefined
      const text = matchTemplate(learned.template, document)
      if (text === undefined) return undefined
      learned.uses++
      return continuing(learned.ref, text)
    },
    learn(document, decoded) {
      if (cache.learned !== undefined && cache.learned.uses > 0) useless = 0
      if (useless > MAX_USELESS_TEMPLATES) return
      // Texts that are complete in themselves, such as a tool's name, must not be repeated unread.
      const [only, ...others] = decoded.refs
      if (only === undefined || others.length > 0 || only.whole || only.text === '') return
      if (seen++ < UNLEARNED_EVENTS) return
      useless++
      const template = learnTemplate(document, only.path, only.text, free)
      cache.learned = template === undefined ? undefined : { template, ref: only, uses: 0 }
    },
    forget() {
      cache.learned = undefined
    },
  }
  return cache
}

/** An event that only continues the text of `ref`. */
function continuing(ref: TextRef, text: string): DecodedEvent {
  const { channel, path, whole, signed } = ref
  return { refs: [{ channel, text, path, whole, signed }], yields: NONE, closes: NONE, terminal: 'none' }
}
