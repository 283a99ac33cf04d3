import type { SseEvent } from './sse-framer.ts'
import { type LearnedTemplate, parseBody, scanned, scanTemplate } from './text-template.ts'

/** A template of JSON documents as the bytes of whole events, each byte a code unit (latin1). */
export interface EventTemplate {
  readonly learned: LearnedTemplate
  readonly name: string | undefined
  /** Bytes of an event before its document, and behind it. */
  readonly before: number
  readonly behind: number
  readonly prefix: string
  readonly suffix: string
  readonly rest: string | undefined
}

/**
 * Makes the template of the events that look like `event`, which fits `learned`. The document must be one `data:`
 * line, and the last one: then everything else of an event stays as it is, and so does what a reader makes of it.
 */
export function eventTemplate(event: SseEvent, learned: LearnedTemplate): EventTemplate | undefined {
  const { raw, name, data, extra } = event
  if (data === undefined || extra !== '' || data.includes('\n')) return undefined
  const bytes = latin1(raw)
  const document = latin1(Buffer.from(data))
  const ends = ['\n\n', '\r\n\r\n'].find((candidate) => bytes.endsWith(document + candidate))
  if (ends === undefined) return undefined
  const before = bytes.length - document.length - ends.length
  const { prefix, suffix, rest } = learned.template
  const encode = (part: string): string => latin1(Buffer.from(part))
  return {
    learned,
    name,
    before,
    behind: ends.length,
    prefix: bytes.slice(0, before) + encode(prefix),
    suffix: encode(suffix) + (rest === undefined ? ends : ''),
    rest: rest === undefined ? undefined : encode(rest) + ends,
  }
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
}

/**
 * The text of the event that begins at `from`, when it fits; `scanned.end` is then where it ends.
 *
 * @param text `bytes` from `base` on, as latin1.
 */
export function matchEvent(
  template: EventTemplate,
  text: string,
  from: number,
  bytes: Buffer,
  base: number,
): string | undefined {
  if (!scanTemplate(template.prefix, template.suffix, template.rest, text, from)) return undefined
  const { bodyStart, bodyEnd, escaped, wide } = scanned
  let body: string
  if (wide) {
    body = bytes.toString('utf8', base + bodyStart, base + bodyEnd)
    // In the text itself, or for bytes that are not UTF-8: the framer knows which.
    if (body.includes('\uFFFD')) return undefined
  } else body = text.slice(bodyStart, bodyEnd)
  return escaped ? parseBody(body) : body
}

/** The event of some bytes that fit, as the framer and the decoder would have made it. */
export function eventFrom(template: EventTemplate, raw: Uint8Array): SseEvent {
  const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength)
  const data = bytes.toString('utf8', template.before, bytes.length - template.behind)
  return { raw, name: template.name, data, extra: '' }
}
