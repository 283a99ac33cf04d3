import type { ChannelText } from './channel-text.ts'
import { type EventTemplate, eventFrom } from './event-template.ts'
import { setValueAt } from './json-text.ts'
import { exactEvent } from './parse-event.ts'
import { parseJson } from './parse-json.ts'
import { type DecodedEvent, NO_TEXT, type Protocol, type TextRef } from './protocol.ts'
import type { SseEvent } from './sse-framer.ts'

/** One text of an event, with its place in its channel. */
export interface Part {
  /** Where it stands in the event; the text in it may be that of an earlier event. */
  readonly ref: TextRef
  readonly text: string
  readonly channel: ChannelText
  readonly start: number
  readonly end: number
}

/** An event that waits for the decision on its texts, or for an event before it. */
export interface WaitingEvent {
  /** Its bytes are those of `source` from `from` to `to`. */
  readonly source: Uint8Array
  readonly from: number
  readonly to: number
  /** Undefined for an event that fitted `template`. */
  readonly event: SseEvent | undefined
  readonly template: EventTemplate | undefined
  readonly decoded: DecodedEvent
  readonly parts: readonly Part[]
  /** True when its comments held a finding. */
  readonly dropExtra: boolean
  /** Clock time at which it began to wait; NaN while it has not. */
  since: number
}

/** An event that the framer made. */
export function framedEvent(
  event: SseEvent,
  decoded: DecodedEvent,
  parts: readonly Part[],
  dropExtra: boolean,
): WaitingEvent {
  const { raw } = event
  const since = Number.NaN
  return {
    source: raw,
    from: 0,
    to: raw.length,
    event,
    template: undefined,
    decoded,
    parts,
    dropExtra,
    since,
  }
}

/** An event that was recognised by its bytes. */
export function fittingEvent(
  template: EventTemplate,
  source: Uint8Array,
  from: number,
  to: number,
  part: Part,
): WaitingEvent {
  const since = Number.NaN
  const event = undefined
  return { source, from, to, event, template, decoded: NO_TEXT, parts: [part], dropExtra: false, since }
}

/** The bytes of an event with other texts; `truncated` when the stream is cut inside it. */
export function rewrittenEvent(
  protocol: Protocol,
  item: WaitingEvent,
  texts: readonly string[],
  truncated: boolean,
): Uint8Array {
  const event = item.event ?? eventFrom(item.template!, item.source.subarray(item.from, item.to))
  const json = exactEvent(event.data ?? '')
  item.parts.forEach(({ ref, text, channel, start }, i) => {
    if (ref.repeats && channel.endsInside(start)) setValueAt(json, ref.path, undefined)
    else if (text !== texts[i]) setValueAt(json, ref.path, ref.json ? parseJson(texts[i]!) : texts[i])
  })
  protocol.beforeRewrite(json, truncated)
  return encodedEvent(event.name, JSON.stringify(json))
}

const encoder = new TextEncoder()

export function encodedEvent(name: string | undefined, data: string): Uint8Array {
  const head = name === undefined ? '' : `event: ${name}\n`
  return encoder.encode(`${head}data: ${data.replaceAll('\n', '\ndata: ')}\n\n`)
}
