import { type Action, compareActions, MidstreamError } from '@midstream/core'
import { type ChannelText, createChannelText } from './channel-text.ts'
import {
  type DecidedFinding,
  type Guard,
  type GuardEvent,
  type GuardReport,
  MAX_REPORTED_FINDINGS,
} from './guard.ts'
import { setValueAt } from './json-text.ts'
import { parseEvent } from './parse-event.ts'
import type { KeptText, Protocol, TextRef } from './protocol.ts'
import { observerReport, tolerantObserver } from './tolerant-observer.ts'

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
  const placed: { ref: TextRef; channel: ChannelText; start: number }[] = []
  let stopped: ChannelText | undefined
  let current: ChannelText | undefined
  const move = (next: ChannelText | undefined): void => {
    if (current === next) return
    current?.yieldTo()
    if (current?.cut !== undefined) stopped ??= current
    current = next
  }
  for (const ref of refs) {
    let channel = ref.whole ? undefined : channels.get(ref.channel.key)
    if (channel === undefined) {
      channel = createChannelText(guard, { channel: ref.channel, signed: ref.signed }, observer)
      if (!ref.whole) channels.set(ref.channel.key, channel)
    }
    // A stream decides a text before it goes on to the next one; so does this.
    if (!ref.whole) move(channel)
    if (stopped !== undefined) break
    const start = channel.length
    channel.push(ref.text)
    if (ref.whole || channel.holdsUntilClosed) channel.close()
    placed.push({ ref, channel, start })
    if (channel.cut !== undefined) stopped ??= channel
    if (stopped !== undefined) break
  }
  if (stopped === undefined) {
    for (const channel of channels.values()) {
      channel.close()
      if (channel.cut !== undefined) stopped ??= channel
    }
  }
  const kept = placed.map(({ ref, channel, start }): KeptText => {
    const decided =
      channel.holdsUntilClosed && channel.cut !== undefined ? 0 : Math.max(0, channel.releasable - start)
    const complete =
      decided >= ref.text.length && (channel.cut === undefined || decided > 0 || ref.text === '')
    return { ref, complete, shown: channel.render(ref.text.slice(0, decided), start) }
  })
  return { kept, stopped, findings, verdict: stopped === undefined ? verdict : 'block' }
}

/** Puts changed texts back into their JSON. Returns whether there was any. */
function applyTexts(json: Record<string, unknown>, kept: readonly KeptText[]): boolean {
  let changed = false
  for (const { ref, shown } of kept) {
    if (shown === ref.text) continue
    setValueAt(json, ref.path, ref.json ? JSON.parse(shown) : shown)
    changed = true
  }
  return changed
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
  const json = parseEvent(decodeBody(body))
  const watching = tolerantObserver(event, undefined)
  const { kept, stopped, findings, verdict } = inspectTexts(
    guard,
    protocol.responseTexts(json),
    watching.event,
  )
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
    applyTexts(json, kept)
    protocol.refuseResponse(json, kept, guard.notice, error)
    return { body: encode(json), report: { ...report, ending: 'cut', error } }
  }
  if (!applyTexts(json, kept)) return { body, report }
  protocol.beforeRewrite(json, false)
  return { body: encode(json), report }
}

/**
 * Guards a request before it is sent on. `body` is the same object when nothing was redacted. When the verdict
 * is `block`, the request must not be sent; `report.error` says why.
 */
export function guardRequest(
  guard: Guard,
  protocol: Protocol,
  body: Record<string, unknown>,
  event?: (event: GuardEvent) => void,
): { readonly body: Record<string, unknown>; readonly report: GuardReport } {
  const watching = tolerantObserver(event, undefined)
  const { kept, stopped, findings, verdict } = inspectTexts(
    guard,
    protocol.requestTexts(body),
    watching.event,
  )
  const watched = observerReport(watching)
  if (stopped !== undefined)
    return { body, report: { verdict, findings, ending: 'cut', error: stopped.cut!.error, ...watched } }
  const report: GuardReport = { verdict, findings, ending: 'complete', ...watched }
  if (kept.every(({ ref, shown }) => ref.text === shown)) return { body, report }
  const copy = structuredClone(body)
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
