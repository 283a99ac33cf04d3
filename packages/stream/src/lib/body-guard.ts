import { type Action, compareActions, MidstreamError } from '@midstream/core'
import { type ChannelText, channelOf } from './channel-text.ts'
import {
  type DecidedFinding,
  type Guard,
  type GuardEvent,
  type GuardReport,
  MAX_REPORTED_FINDINGS,
} from './guard.ts'
import { asRecord, setValueAt } from './json-text.ts'
import { exactEvent, parseEvent } from './parse-event.ts'
import { parseJson, withExactValues } from './parse-json.ts'
import type { KeptText, Protocol, TextRef } from './protocol.ts'
import { observerReport, tolerantObserver } from './tolerant-observer.ts'
import { inspectWholeText } from './whole-text.ts'

interface InspectedTexts {
  readonly kept: readonly KeptText[]
  readonly stopped: ChannelText | undefined
  readonly findings: readonly DecidedFinding[]
  readonly verdict: Action
}

/** Runs complete texts through the channels that a stream of them would use, up to the first cut. */
function inspectTexts(
  guard: Guard,
  refs: readonly TextRef[],
  event: ((event: GuardEvent) => void) | undefined,
): InspectedTexts {
  const findings: DecidedFinding[] = []
  let verdict: Action = 'allow'
  const observer = {
    decided(decided: DecidedFinding): void {
      if (compareActions(decided.action, verdict) > 0) verdict = decided.action
      if (findings.length < MAX_REPORTED_FINDINGS) findings.push(decided)
    },
    event,
  }
  const channels = new Map<string, ChannelText>()
  // Texts that others may follow are known at the end; a whole one at once, so that its channel can be forgotten.
  const placed: (KeptText | (() => KeptText))[] = []
  let stopped: ChannelText | undefined
  let current: ChannelText | undefined
  const move = (next: ChannelText | undefined): void => {
    if (current === next) return
    current?.yieldTo()
    if (current?.cut !== undefined) stopped ??= current
    current = next
  }
  for (const ref of refs) {
    const channel = ref.whole
      ? inspectWholeText(guard, ref, observer)
      : channelOf(channels, guard, ref, observer)
    // A stream decides a text before it goes on to the next one; so does this.
    if (!ref.whole) move(channel)
    if (stopped !== undefined) break
    const start = ref.whole ? 0 : channel.length
    if (!ref.whole) channel.push(ref.text)
    if (channel.holdsUntilClosed) channel.close()
    placed.push(channel.closed ? keptText(ref, channel, start) : () => keptText(ref, channel, start))
    if (channel.cut !== undefined) stopped ??= channel
    if (stopped !== undefined) break
  }
  if (stopped === undefined) {
    for (const channel of channels.values()) {
      channel.close()
      if (channel.cut !== undefined) stopped ??= channel
    }
  }
  const kept = placed.map((text) => (typeof text === 'function' ? text() : text))
  return { kept, stopped, findings, verdict: stopped === undefined ? verdict : 'block' }
}

function keptText(ref: TextRef, channel: ChannelText, start: number): KeptText {
  const decided =
    channel.holdsUntilClosed && channel.cut !== undefined ? 0 : Math.max(0, channel.releasable - start)
  const complete = decided >= ref.text.length && (channel.cut === undefined || decided > 0 || ref.text === '')
  return { ref, complete, shown: channel.render(ref.text.slice(0, decided), start) }
}

function isUnchanged({ ref, shown }: KeptText): boolean {
  return ref.text === shown
}

/** Puts changed texts back into their JSON. Throws POLICY_BLOCK. */
function applyTexts(json: Record<string, unknown>, kept: readonly KeptText[]): void {
  for (const text of kept) {
    const { ref, shown, complete } = text
    // Part of a value is no value; what it belongs to is refused as a whole.
    if (isUnchanged(text) || (ref.json && !complete)) continue
    setValueAt(json, ref.path, ref.json ? editedValue(shown) : shown)
  }
}

function editedValue(shown: string): unknown {
  try {
    return parseJson(shown)
  } catch {
    // Without the cause: it quotes the text.
    throw new MidstreamError('POLICY_BLOCK', 'a redaction would break the arguments of a tool call')
  }
}

/**
 * Guards a complete, non-streamed response body. Without a finding the same bytes come back; otherwise the
 * same redactions, or the same refusal, that a stream of this answer would have got (I-7).
 * Throws UPSTREAM_INVALID_JSON for a body that is not a JSON object.
 */
export function guardBody(
  guard: Guard,
  protocol: Protocol,
  body: Uint8Array,
  event?: (event: GuardEvent) => void,
): { readonly body: Uint8Array; readonly report: GuardReport } {
  const { body: guarded, report } = guardBodyTexts(guard, protocol, body, event)
  return { body: guarded, report }
}

/** `guardBody` that tells the texts too, as they are shown. */
export function guardBodyTexts(
  guard: Guard,
  protocol: Protocol,
  body: Uint8Array,
  event?: (event: GuardEvent) => void,
): { readonly body: Uint8Array; readonly report: GuardReport; readonly kept: readonly KeptText[] } {
  const text = decodeBody(body)
  const json = parseEvent(text)
  const watching = tolerantObserver(event, undefined)
  const refs = withExactValues(protocol.responseTexts(json), () => text, exactEvent)
  const { kept, stopped, findings, verdict } = inspectTexts(guard, refs, watching.event)
  const finish = protocol.responseFinish(json)
  const chars = kept.reduce((sum, { shown }) => sum + shown.length, 0)
  const delivery = { chars, longestHoldMs: 0 }
  const report: GuardReport = {
    verdict,
    findings,
    ending: 'complete',
    ...finish,
    delivery,
    ...observerReport(watching),
  }
  if (stopped !== undefined) {
    const { error } = stopped.cut!
    const refused = exactEvent(text)
    applyTexts(refused, kept)
    // Nobody has read what stands behind the cut.
    for (const { path } of refs.slice(kept.length)) setValueAt(refused, path, '')
    protocol.refuseResponse(refused, kept, guard.notice, error)
    return { body: encode(refused), report: { ...report, ending: 'cut', error }, kept }
  }
  if (kept.every(isUnchanged)) return { body, report, kept }
  const edited = exactEvent(text)
  applyTexts(edited, kept)
  protocol.beforeRewrite(edited, false, true)
  return { body: encode(edited), report, kept }
}

/**
 * Guards the body of a provider's own error answer: some repeat in it what the model wrote or what was asked.
 * Without a finding the same bytes come back, otherwise all texts in it with the same redactions as an answer's;
 * no body when it must not be shown (`report.error` says why). What is not JSON is read as one text.
 * Throws UPSTREAM_INVALID_UTF8.
 */
export function guardErrorBody(
  guard: Guard,
  protocol: Protocol,
  body: Uint8Array,
  event?: (event: GuardEvent) => void,
): { readonly body: Uint8Array | undefined; readonly report: GuardReport } {
  const text = decodeBody(body)
  const holder = errorHolder(text, JSON.parse)
  const exact = (): Record<string, unknown> => errorHolder(text, parseJson).json
  const watching = tolerantObserver(event, undefined)
  const { kept, stopped, findings, verdict } = inspectTexts(
    guard,
    withExactValues(protocol.responseTexts(holder.json), () => text, exact),
    watching.event,
  )
  const report = { verdict, findings, ...observerReport(watching) }
  if (stopped !== undefined) {
    return { body: undefined, report: { ...report, ending: 'cut', error: stopped.cut!.error } }
  }
  const complete: GuardReport = { ...report, ending: 'complete' }
  if (kept.every(isUnchanged)) return { body, report: complete }
  const edited = exact()
  applyTexts(edited, kept)
  const { form } = holder
  if (form === 'object') return { body: encode(edited), report: complete }
  const shown = form === 'text' ? String(edited['body']) : JSON.stringify(edited['body'])
  return { body: new TextEncoder().encode(shown), report: complete }
}

/** An error body as an object: itself, or what holds it as its `body`. */
function errorHolder(
  text: string,
  parse: (text: string) => unknown,
): { readonly form: 'object' | 'value' | 'text'; readonly json: Record<string, unknown> } {
  let value: unknown
  try {
    value = parse(text)
  } catch {
    return { form: 'text', json: { body: text } }
  }
  const json = asRecord(value)
  return json === undefined ? { form: 'value', json: { body: value } } : { form: 'object', json }
}

/**
 * Guards a request before it is sent on. `body` is the same object when nothing was redacted. When the verdict
 * is `block`, the request must not be sent; `report.error` says why. Throws REQUEST_TOO_LARGE and POLICY_BLOCK.
 *
 * @param source the JSON text that `body` was parsed from. With it, a number that a double cannot hold is in the
 * returned body what `JSON.rawJSON` makes, so that `JSON.stringify` writes it as it came. @default none
 */
export function guardRequest(
  guard: Guard,
  protocol: Protocol,
  body: Record<string, unknown>,
  event?: (event: GuardEvent) => void,
  source?: () => string,
): { readonly body: Record<string, unknown>; readonly report: GuardReport } {
  const texts = protocol.requestTexts(body)
  const watching = tolerantObserver(event, undefined)
  const { kept, stopped, findings, verdict } = inspectTexts(
    guard,
    source === undefined ? texts : withExactValues(texts, source, exactEvent),
    watching.event,
  )
  const watched = observerReport(watching)
  if (stopped !== undefined)
    return { body, report: { verdict, findings, ending: 'cut', error: stopped.cut!.error, ...watched } }
  const report: GuardReport = { verdict, findings, ending: 'complete', ...watched }
  if (kept.every(isUnchanged)) return { body, report }
  const copy = source === undefined ? structuredClone(body) : exactEvent(source())
  applyTexts(copy, kept)
  return { body: copy, report }
}

function decodeBody(body: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body)
  } catch (cause) {
    throw new MidstreamError('UPSTREAM_INVALID_UTF8', 'the upstream sent a body that is not UTF-8', { cause })
  }
}

function encode(json: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(json))
}
