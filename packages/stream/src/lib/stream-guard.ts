import { type Action, compareActions, MidstreamError } from '@midstream/core'
import { type ChannelText, channelOf } from './channel-text.ts'
import { isCleanExtra } from './event-extra.ts'
import { createEventOutput } from './event-output.ts'
import { type EventTemplate, eventTemplate, matchEvent } from './event-template.ts'
import {
  type DecidedFinding,
  type Guard,
  type GuardEvent,
  type GuardReport,
  MAX_REPORTED_FINDINGS,
} from './guard.ts'
import { createIntakeLimits } from './intake-limits.ts'
import { exactEvent } from './parse-event.ts'
import { withExactValues } from './parse-json.ts'
import { type DecodedEvent, NO_TEXT, type Protocol, type TextRef } from './protocol.ts'
import { createSseFramer, endOfEvent, type SseEvent } from './sse-framer.ts'
import { measuredIntake, type StreamMetrics } from './stream-metrics.ts'
import { scanned } from './text-template.ts'
import { observerReport, tolerantObserver } from './tolerant-observer.ts'
import {
  encodedEvent,
  fittingEvent,
  framedEvent,
  type Part,
  rewrittenEvent,
  type WaitingEvent,
} from './waiting-event.ts'
import { inspectWholeText } from './whole-text.ts'

/** Where a guarded stream goes. */
export interface StreamSink {
  /** Bytes for the client. Never called after `end`. */
  write(bytes: Uint8Array): void
  /** Called exactly once, after the last write. */
  end(report: GuardReport): void
  /** Observes the stream. Without it no event objects are made. What it throws only counts, in the report. */
  readonly event?: (event: GuardEvent) => void
  /** Asked before an event about delivered or held text is made. @default () => true */
  readonly watchesText?: () => boolean
  /** Records the lengths of chunks. What it throws counts like what `event` throws. */
  readonly metrics?: StreamMetrics
}

export interface StreamGuard {
  /** Feeds bytes of the upstream; they are referenced, not copied. Ignored once the stream has ended. */
  push(bytes: Uint8Array): void
  /** The upstream ended. Without the protocol's own end before it, this is shown as a failure. */
  end(): void
  /** The upstream failed: the client gets the protocol's error form, never a clean end. */
  fail(error: MidstreamError): void
  /** The client went away: nothing more is written. */
  abort(): void
  /** Enforces the bounds on time. Call it now and then, such as four times a second. */
  tick(): void
  /** True after the end reached the client; the caller then closes an upstream that is still open. */
  readonly ended: boolean
}

const encoder = new TextEncoder()
const NO_PARTS: readonly Part[] = []

/**
 * Guards one streamed response. Events leave in the order and as the bytes in which they came; an event waits
 * only while some of its text is undecided, and is encoded anew only when its text is changed.
 * Memory: one incomplete event (`maxEventBytes`), the events that wait, and the state of the inspectors.
 */
export function guardStream(guard: Guard, protocol: Protocol, sink: StreamSink): StreamGuard {
  const { limits, clock } = guard
  const decoder = protocol.createDecoder()
  const ending = protocol.createEnding()
  const channels = new Map<string, ChannelText>()
  const findings: DecidedFinding[] = []
  let verdict: Action = 'allow'
  let waiting: WaitingEvent[] = []
  let ended = false
  // The upstream's own end was seen: what comes later cannot turn it into a failure.
  let terminal: 'none' | 'complete' | 'failed' = 'none'
  let cutBy: ChannelText | undefined
  // What was delivered.
  let chars = 0
  let firstTextAt: number | undefined
  let longestHoldMs = 0
  // The client may leave inside any call of the sink, in the middle of what is going on here.
  let left = false
  const output = createEventOutput((bytes) => {
    if (!left) sink.write(bytes)
  })
  // The events that only continue a text, as the latest of them looked.
  let template: EventTemplate | undefined
  // The channel of those events, once one of them was read.
  let fitting: ChannelText | undefined
  // A name that the protocol does not have, when the last such was clean: servers that name events name them all.
  let cleanName: string | undefined
  // The upstream ended inside an event: an ending must not continue its line.
  let lineOpen = false
  const tail: Uint8Array[] = []
  // Clock time of what is being handled: the clock is read once for each call from outside.
  let now = 0
  const bounds = createIntakeLimits(limits, clock)
  const measured = sink.metrics === undefined ? undefined : measuredIntake(bounds, sink.metrics)
  const intake = measured ?? bounds
  const framer = createSseFramer(limits.maxEventBytes, onEvent)
  const observe =
    sink.event &&
    ((event: GuardEvent): void => {
      if (!left) sink.event?.(event)
    })
  const watching = tolerantObserver(observe, sink.watchesText)
  const observer = {
    decided(decided: DecidedFinding): void {
      if (left) return
      if (compareActions(decided.action, verdict) > 0) verdict = decided.action
      if (findings.length < MAX_REPORTED_FINDINGS) findings.push(decided)
    },
    event: watching.event,
  }

  function channelFor(ref: TextRef): ChannelText {
    return channelOf(channels, guard, ref, observer)
  }

  function onEvent(read: SseEvent): void {
    if (ended) return
    let event = read
    const isNamed =
      event.name !== undefined && event.name !== cleanName && !protocol.eventNames.has(event.name)
    if (isNamed) event = { ...event, extra: `${event.extra}event: ${event.name}\n` }
    if (event.data === undefined && (lineOpen || terminal !== 'none')) {
      // The rest of a line end, or the beginning of an event that never came: part of the end, if it is clean.
      if (event.extra === '') tail.push(event.raw)
      return
    }
    if (terminal !== 'none') return
    const decoded = event.data === undefined ? NO_TEXT : decoder.decode(event.name, event.data)
    for (const key of decoded.yields) {
      const channel = channels.get(key)
      channel?.yieldTo()
      if (channel?.cut !== undefined) cutBy ??= channel
    }
    const { learned } = decoder.templates
    if (learned !== template?.learned) {
      template = learned === undefined ? undefined : eventTemplate(event, learned)
      fitting = undefined
    }
    const parts = decoded.refs.length === 0 ? NO_PARTS : inspect(decoded.refs, event.data)
    if (cutBy === undefined) close(decoded)
    const dropExtra = event.extra !== '' && !isCleanExtra(guard, event.extra, observer)
    if (isNamed && dropExtra) event = { ...event, name: undefined }
    else if (isNamed) cleanName = event.name
    waiting.push(framedEvent(event, decoded, parts, dropExtra))
    if (cutBy?.cut !== undefined) {
      cut(cutBy, cutBy.cut.error)
      return
    }
    terminal = decoded.terminal
  }

  function inspect(refs: readonly TextRef[], data = ''): Part[] {
    const parts: Part[] = []
    for (const ref of withExactValues(refs, () => data, exactEvent)) {
      const channel = ref.whole ? inspectWholeText(guard, ref, observer) : channelFor(ref)
      if (ref.whole) parts.push({ ref, text: ref.text, channel, start: 0, end: ref.text.length })
      else parts.push(inspectText(channel, ref, ref.text))
      if (channel.cut !== undefined) cutBy ??= channel
    }
    return parts
  }

  function inspectText(channel: ChannelText, ref: TextRef, text: string): Part {
    if (channel.closed && text !== '') {
      throw new MidstreamError(
        'UPSTREAM_INVALID_SSE',
        'the upstream sent text for a part of the answer that it had ended',
      )
    }
    const start = channel.length
    channel.push(text)
    return { ref, text, channel, start, end: start + text.length }
  }

  /**
   * Reads the events that fit the template, from `at` on, and returns where the first one begins that does not:
   * it is of another kind, or not complete. The same outcome as by the framer and the decoder, at a fraction of
   * the cost.
   */
  function readFitting(fits: EventTemplate, chunk: Buffer, at: number): number {
    const text = chunk.toString('latin1', at)
    const { ref } = fits.learned
    fitting ??= channelFor(ref)
    const channel = fitting
    let position = 0
    while (!ended) {
      const body = matchEvent(fits, text, position, chunk, at)
      const { end } = scanned
      if (body === undefined || end - position > limits.maxEventBytes) break
      fits.learned.uses++
      const part = inspectText(channel, ref, body)
      const from = at + position
      position = end
      if (waiting.length === 0 && isReleasable(part)) {
        const shown = channel.render(body, part.start)
        if (shown !== '') noteText(part, shown, Number.NaN)
        if (shown === body) {
          output.pass(chunk, from, at + end)
        } else
          output.write(
            rewrittenEvent(protocol, fittingEvent(fits, chunk, from, at + end, part), [shown], false),
          )
        continue
      }
      waiting.push(fittingEvent(fits, chunk, from, at + end, part))
      if (channel.cut !== undefined) {
        cutBy ??= channel
        cut(channel, channel.cut.error)
      }
    }
    return at + position
  }

  function feed(chunk: Buffer): void {
    for (let at = 0; at < chunk.length && !ended; ) {
      const { pendingBytes } = framer
      const isBetween = pendingBytes === 0 && !framer.awaitsLineFeed && terminal === 'none'
      if (isBetween && template !== undefined) at = readFitting(template, chunk, at)
      if (at === chunk.length || ended) return
      // The rest of an event that began in an earlier chunk; what follows may fit the template again.
      const to = isBetween || template === undefined ? chunk.length : endOfEvent(chunk, at)
      framer.push(at === 0 && to === chunk.length ? chunk : chunk.subarray(at, to))
      at = to
    }
  }

  function close(decoded: DecodedEvent): void {
    if (decoded.closes.length === 0) return
    const closes = decoded.closes === 'all' ? undefined : new Set(decoded.closes)
    for (const [key, channel] of channels) {
      if (closes === undefined || closes.has(key) || closes.has(channel.channel.index)) {
        channel.close()
        if (channel.cut !== undefined) cutBy ??= channel
      }
    }
  }

  function isReleasable({ channel, end }: Part): boolean {
    if (end > channel.releasable) return false
    // A held tool call goes as a whole, its empty first event included, or not at all.
    return !channel.holdsUntilClosed || (channel.closed && channel.cut === undefined)
  }

  /** Lets every event go whose text, and that of all before it, is decided. */
  function release(): void {
    if (waiting.length === 0) return
    let count = 0
    while (count < waiting.length && waiting[count]!.parts.every(isReleasable)) count++
    // Taken out first: what throws on the way must not make an event leave twice.
    const ready = count === waiting.length ? waiting : waiting.slice(0, count)
    // Not copied when nothing leaves: behind a long tool call that would cost the square of its length.
    if (count > 0) waiting = count === waiting.length ? [] : waiting.slice(count)
    for (let i = waiting.length - 1; i >= 0 && Number.isNaN(waiting[i]!.since); i--) waiting[i]!.since = now
    for (const item of ready) deliver(item)
  }

  function deliver(item: WaitingEvent): void {
    let texts: string[] | undefined
    for (let i = 0; i < item.parts.length; i++) {
      const part = item.parts[i]!
      const shown = part.channel.render(part.text, part.start)
      if (shown !== part.text || (part.ref.repeats && part.channel.endsInside(part.start))) {
        texts ??= item.parts.map(({ text }) => text)
        texts[i] = shown
      }
      if (shown !== '') noteText(part, shown, item.since)
    }
    if (texts !== undefined) output.write(rewrittenEvent(protocol, item, texts, false))
    else if (!item.dropExtra) output.pass(item.source, item.from, item.to)
    else if (item.event?.data !== undefined) {
      output.write(encodedEvent(item.event.name, item.event.data))
    }
    ending.delivered(item.decoded)
  }

  /** Counts text that leaves; `since` is NaN for text that did not wait. */
  function noteText(part: Part, shown: string, since: number): void {
    if (left) return
    const held = !Number.isNaN(since)
    const heldMs = held ? now - since : 0
    firstTextAt ??= now
    if (heldMs > longestHoldMs) longestHoldMs = heldMs
    chars += shown.length
    if (watching.event === undefined || !watching.watchesText()) return
    const { channel } = part.channel
    if (held) watching.event({ type: 'text-held', channel, chars: part.text.length, heldMs })
    watching.event({ type: 'text-delivered', channel, text: shown, redacted: shown !== part.text })
  }

  /** Shows what was decided before the cut, then ends the way the protocol refuses. */
  function cut(stopped: ChannelText, error: MidstreamError): void {
    const items = waiting
    waiting = []
    const trigger = items[items.length - 1]
    for (const item of items) {
      if (item !== trigger && item.parts.every(isReleasable)) {
        deliver(item)
        continue
      }
      deliverPart(item)
      if (item.parts.some((part) => part.channel === stopped)) break
    }
    verdict = 'block'
    finish(
      'cut',
      guard.ending === 'soft' ? ending.refusal(guard.notice, error) : ending.failure(error),
      error,
    )
  }

  /** Delivers the decided beginning of the texts of an event, without whatever else it would have said. */
  function deliverPart(item: WaitingEvent): void {
    // What belongs to a held tool call goes with all of it or not at all, and so does a value. An event that
    // closes the answer would be a second end.
    if (item.decoded.closes === 'all') return
    if (item.parts.some(({ channel, ref }) => channel.holdsUntilClosed || ref.json)) return
    const texts = item.parts.map(({ text, channel, start }) => {
      const decided = Math.max(0, channel.releasable - start)
      return channel.render(text.slice(0, decided), start)
    })
    if (texts.every((text) => text === '')) return
    item.parts.forEach((part, i) => {
      if (texts[i] !== '') noteText(part, texts[i]!, item.since)
    })
    output.write(rewrittenEvent(protocol, item, texts, true))
    ending.begun(item.decoded)
  }

  function finish(how: GuardReport['ending'], last: string, error?: MidstreamError): void {
    if (ended) return
    ended = true
    stream.ended = true
    let outcome = how
    let reason = error
    let closing = last
    const failed = (cause: unknown): void => {
      outcome = 'failed'
      reason ??= new MidstreamError('INTERNAL', 'the guard failed', { cause })
    }
    if (how !== 'aborted') {
      try {
        if (how === 'complete') for (const raw of tail) output.pass(raw, 0, raw.length)
        output.flush()
      } catch (cause) {
        // Text is missing: this must not look like the end of a whole answer.
        failed(cause)
        if (how !== 'failed') closing = ending.failure(reason!)
      }
      try {
        if (closing !== '' && !left) sink.write(encoder.encode(lineOpen ? `\n\n${closing}` : closing))
      } catch (cause) {
        failed(cause)
      }
    }
    measured?.end()
    if (left) outcome = 'aborted'
    sink.end({
      verdict,
      ending: outcome,
      findings,
      ...(reason === undefined ? {} : { error: reason }),
      ...observerReport(watching, ...(measured === undefined ? [] : [measured])),
      usage: decoder.usage,
      delivery: { chars, longestHoldMs, ...(firstTextAt === undefined ? {} : { firstTextAt }) },
      ...(decoder.finishReason === undefined ? {} : { finishReason: decoder.finishReason }),
    })
  }

  /** Ends with the error form. What was still undecided is not shown. */
  function failWith(error: MidstreamError): void {
    try {
      release()
    } catch {
      // The sink throws again: the first error is the one to tell.
    }
    waiting.length = 0
    finish('failed', ending.failure(error), error)
  }

  function attempt(run: () => void): void {
    now = clock.now()
    try {
      run()
    } catch (error) {
      failWith(
        MidstreamError.is(error)
          ? error
          : new MidstreamError('INTERNAL', 'the guard failed', { cause: error }),
      )
    }
  }

  // A field, not a getter: see ChannelText.
  const stream: { -readonly [Field in keyof StreamGuard]: StreamGuard[Field] } = {
    ended: false,
    push(bytes) {
      if (ended || bytes.byteLength === 0) return
      attempt(() => {
        intake.count(bytes.byteLength, now)
        feed(Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
        if (ended) return
        release()
        output.flush()
      })
    },
    end() {
      if (ended) return
      attempt(() => {
        lineOpen = framer.pendingBytes > 0 || framer.awaitsLineFeed
        framer.end()
        if (ended) return
        release()
        if (terminal === 'none') {
          if (!decoder.isFinished() || lineOpen)
            throw new MidstreamError(
              'UPSTREAM_UNEXPECTED_END',
              'the upstream ended before the answer was complete',
            )
          close({ ...NO_TEXT, closes: 'all' })
          if (cutBy?.cut !== undefined) return cut(cutBy, cutBy.cut.error)
          release()
        }
        finish(terminal === 'failed' ? 'failed' : 'complete', '')
      })
    },
    fail(error) {
      if (ended) return
      // The answer was complete; that the connection broke afterwards is nothing to the client.
      now = clock.now()
      if (terminal === 'complete') finish('complete', '')
      else failWith(error)
    },
    abort() {
      left = true
      waiting.length = 0
      output.drop()
      finish('aborted', '')
    },
    tick() {
      if (ended) return
      attempt(() => {
        intake.checkDuration(now)
        checkHoldTime()
      })
    },
  }
  return stream

  /** I-4 in time. Arguments that wait for the end of their call are bounded by the stream's own duration. */
  function checkHoldTime(): void {
    const oldest = waiting[0]
    const part = oldest?.parts.find((candidate) => !isReleasable(candidate))
    if (
      oldest === undefined ||
      part === undefined ||
      part.channel.holdsUntilClosed ||
      !(now - oldest.since > limits.maxHoldMs)
    )
      return
    watching.event?.({
      type: 'hold-limit',
      channel: part.channel.channel,
      rule: 'hold-time',
      action: guard.atHoldLimit,
    })
    if (guard.atHoldLimit === 'release') {
      part.channel.yieldTo(true)
      release()
      return
    }
    const details = { limit: limits.maxHoldMs }
    cut(
      part.channel,
      new MidstreamError('HOLD_LIMIT', `text was not decided within ${limits.maxHoldMs} ms`, { details }),
    )
  }
}
