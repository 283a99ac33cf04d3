import { type Action, compareActions, createSlidingWindowLimit, MidstreamError } from '@midstream/core'
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
import { type DecodedEvent, NO_TEXT, type Protocol, type TextRef } from './protocol.ts'
import { createSseFramer, type SseEvent } from './sse-framer.ts'

/** Where a guarded stream goes. */
export interface StreamSink {
  /** Bytes for the client. Never called after `end`. */
  write(bytes: Uint8Array): void
  /** Called exactly once, after the last write. */
  end(report: GuardReport): void
  /** Observes the stream. Without it no event objects are made. */
  readonly event?: (event: GuardEvent) => void
  /** Asked before an event about delivered or held text is made. @default () => true */
  readonly watchesText?: () => boolean
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

/** One text of an event that waits, with its place in its channel. */
interface Part {
  readonly ref: TextRef
  readonly channel: ChannelText
  readonly start: number
  readonly end: number
}

interface WaitingEvent {
  readonly event: SseEvent
  readonly decoded: DecodedEvent
  readonly parts: readonly Part[]
  /** True when its comments held a finding. */
  readonly dropExtra: boolean
  /** When it began to wait; NaN while it has not. */
  since: number
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
  let received = 0
  let startedAt = Number.NaN
  let ended = false
  // The upstream's own end was seen: what comes later cannot turn it into a failure.
  let terminal: 'none' | 'complete' | 'failed' = 'none'
  let cutBy: ChannelText | undefined
  const delivery: { chars: number; firstTextAt?: number; longestHoldMs: number } = {
    chars: 0,
    longestHoldMs: 0,
  }
  // Bytes that may leave and have not been written: adjacent events leave in one write.
  let out: Uint8Array | undefined
  let outEnd = 0
  // The upstream ended inside an event: an ending must not continue its line.
  let lineOpen = false
  const tail: Uint8Array[] = []
  const rate = createSlidingWindowLimit(limits.maxChunksPerSecond, 1000, clock)
  const framer = createSseFramer(limits.maxEventBytes, onEvent)
  const observer = {
    decided(decided: DecidedFinding): void {
      if (compareActions(decided.action, verdict) > 0) verdict = decided.action
      if (findings.length < MAX_REPORTED_FINDINGS) findings.push(decided)
    },
    event: sink.event,
  }

  function channelFor(ref: TextRef): ChannelText {
    const known = ref.whole ? undefined : channels.get(ref.channel.key)
    if (known !== undefined) return known
    const created = createChannelText(guard, { channel: ref.channel, signed: ref.signed }, observer)
    if (!ref.whole) channels.set(ref.channel.key, created)
    return created
  }

  function onEvent(event: SseEvent): void {
    if (ended) return
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
    const parts = decoded.refs.length === 0 ? NO_PARTS : inspect(decoded.refs)
    if (cutBy === undefined) close(decoded)
    waiting.push({
      event,
      decoded,
      parts,
      dropExtra: event.extra !== '' && !isCleanExtra(event.extra),
      since: Number.NaN,
    })
    if (cutBy?.cut !== undefined) {
      cut(cutBy, cutBy.cut.error)
      return
    }
    terminal = decoded.terminal
    release()
  }

  function inspect(refs: readonly TextRef[]): Part[] {
    const parts: Part[] = []
    for (const ref of refs) {
      const channel = channelFor(ref)
      if (channel.closed && ref.text !== '') {
        throw new MidstreamError(
          'UPSTREAM_INVALID_SSE',
          'the upstream sent text for a part of the answer that it had ended',
        )
      }
      const start = channel.length
      channel.push(ref.text)
      if (ref.whole) channel.close()
      parts.push({ ref, channel, start, end: start + ref.text.length })
      if (channel.cut !== undefined) cutBy ??= channel
    }
    return parts
  }

  /** Comments and ids are no part of the answer, but they travel: with a finding in them they are left out. */
  function isCleanExtra(extra: string): boolean {
    if (guard.inspectors.length === 0) return true
    for (const line of extra.split('\n')) {
      if (line !== '' && !/^(:|id(:|$))/.test(line)) {
        throw new MidstreamError(
          'UPSTREAM_INVALID_SSE',
          'the upstream sent a line that is not part of an event stream',
        )
      }
    }
    const channel = { kind: 'other', provenance: 'model', index: 0, key: 'other/comment' } as const
    const text = createChannelText(guard, { channel, signed: false }, observer)
    text.push(extra)
    text.close()
    return text.cut === undefined && text.render(extra, 0) === extra
  }

  function close(decoded: DecodedEvent): void {
    if (decoded.closes.length === 0) return
    for (const [key, channel] of channels) {
      if (
        decoded.closes === 'all' ||
        decoded.closes.includes(key) ||
        decoded.closes.includes(channel.channel.index)
      ) {
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
    let released = 0
    for (const item of waiting) {
      if (!item.parts.every(isReleasable)) break
      deliver(item)
      released++
    }
    if (released === waiting.length) waiting.length = 0
    else {
      if (released > 0) waiting = waiting.slice(released)
      const last = waiting[waiting.length - 1]!
      if (Number.isNaN(last.since)) last.since = clock.now()
    }
  }

  function deliver(item: WaitingEvent): void {
    let texts: string[] | undefined
    for (let i = 0; i < item.parts.length; i++) {
      const part = item.parts[i]!
      const shown = part.channel.render(part.ref.text, part.start)
      if (shown !== part.ref.text) {
        texts ??= item.parts.map(({ ref }) => ref.text)
        texts[i] = shown
      }
      if (shown !== '') noteText(item, part, shown)
    }
    if (texts !== undefined) write(encode(item, texts, false))
    else if (!item.dropExtra) writeRaw(item.event.raw)
    else if (item.event.data !== undefined) write(encodeData(item.event, item.event.data))
    ending.delivered(item.decoded)
  }

  function noteText(item: WaitingEvent, part: Part, shown: string): void {
    const held = !Number.isNaN(item.since)
    let heldMs = 0
    if (held || delivery.firstTextAt === undefined) {
      const now = clock.now()
      delivery.firstTextAt ??= now
      if (held) heldMs = now - item.since
      if (heldMs > delivery.longestHoldMs) delivery.longestHoldMs = heldMs
    }
    delivery.chars += shown.length
    if (sink.event === undefined || sink.watchesText?.() === false) return
    const { channel } = part.channel
    if (held) sink.event({ type: 'text-held', channel, chars: part.ref.text.length, heldMs })
    sink.event({ type: 'text-delivered', channel, text: shown, redacted: shown !== part.ref.text })
  }

  function encode(item: WaitingEvent, texts: readonly string[], truncated: boolean): Uint8Array {
    const json = parseEvent(item.event.data ?? '')
    item.parts.forEach(({ ref }, i) => {
      if (ref.text !== texts[i]) setValueAt(json, ref.path, ref.json ? JSON.parse(texts[i]!) : texts[i])
    })
    protocol.beforeRewrite(json, truncated)
    return encodeData(item.event, JSON.stringify(json))
  }

  /** Shows what was decided before the cut, then ends the way the protocol refuses. */
  function cut(stopped: ChannelText, error: MidstreamError): void {
    const trigger = waiting[waiting.length - 1]
    for (const item of waiting) {
      if (item !== trigger && item.parts.every(isReleasable)) {
        deliver(item)
        continue
      }
      deliverPart(item)
      if (item.parts.some((part) => part.channel === stopped)) break
    }
    waiting.length = 0
    verdict = 'block'
    finish(
      'cut',
      guard.ending === 'soft' ? ending.refusal(guard.notice, error) : ending.failure(error),
      error,
    )
  }

  /** Delivers the decided beginning of the texts of an event, without whatever else it would have said. */
  function deliverPart(item: WaitingEvent): void {
    // What belongs to a held tool call goes with all of it or not at all.
    if (item.parts.some(({ channel }) => channel.holdsUntilClosed)) return
    const texts = item.parts.map(({ ref, channel, start }) => {
      const decided = Math.max(0, channel.releasable - start)
      return ref.json ? '' : channel.render(ref.text.slice(0, decided), start)
    })
    if (texts.every((text) => text === '')) return
    item.parts.forEach((part, i) => {
      if (texts[i] !== '') noteText(item, part, texts[i]!)
    })
    write(encode(item, texts, true))
  }

  function writeRaw(raw: Uint8Array): void {
    if (out !== undefined && out.buffer === raw.buffer && outEnd === raw.byteOffset) {
      outEnd += raw.byteLength
      return
    }
    flush()
    out = raw
    outEnd = raw.byteOffset + raw.byteLength
  }

  function write(bytes: Uint8Array): void {
    flush()
    sink.write(bytes)
  }

  function flush(): void {
    if (out === undefined) return
    const { buffer, byteOffset } = out
    out = undefined
    sink.write(new Uint8Array(buffer, byteOffset, outEnd - byteOffset))
  }

  function finish(how: GuardReport['ending'], last: string, error?: MidstreamError): void {
    if (ended) return
    ended = true
    if (how !== 'aborted') {
      if (how === 'complete') tail.forEach(writeRaw)
      flush()
      if (last !== '') sink.write(encoder.encode(lineOpen ? `\n\n${last}` : last))
    }
    sink.end({
      verdict,
      ending: how,
      findings,
      ...(error === undefined ? {} : { error }),
      usage: decoder.usage,
      delivery,
      ...(decoder.finishReason === undefined ? {} : { finishReason: decoder.finishReason }),
    })
  }

  /** Ends with the error form. What was still undecided is not shown. */
  function failWith(error: MidstreamError): void {
    waiting.length = 0
    finish('failed', ending.failure(error), error)
  }

  function attempt(run: () => void): void {
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

  function checkLimits(bytes: Uint8Array): void {
    const size = bytes.byteLength
    if (size > limits.maxChunkBytes) {
      throw new MidstreamError('CHUNK_TOO_LARGE', `a chunk has more than ${limits.maxChunkBytes} bytes`, {
        details: { limit: limits.maxChunkBytes, size },
      })
    }
    received += size
    if (received > limits.maxStreamBytes) {
      throw new MidstreamError(
        'STREAM_TOO_LARGE',
        `the stream has more than ${limits.maxStreamBytes} bytes`,
        { details: { limit: limits.maxStreamBytes } },
      )
    }
    rate.count()
    if (Number.isNaN(startedAt)) startedAt = clock.now()
  }

  return {
    get ended() {
      return ended
    },
    push(bytes) {
      if (ended || bytes.byteLength === 0) return
      attempt(() => {
        checkLimits(bytes)
        framer.push(bytes)
        if (!ended) flush()
      })
    },
    end() {
      if (ended) return
      attempt(() => {
        lineOpen = framer.pendingBytes > 0 || framer.awaitsLineFeed
        framer.end()
        if (ended) return
        if (terminal === 'none') {
          if (!decoder.finished || lineOpen)
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
      if (terminal === 'complete') finish('complete', '')
      else failWith(error)
    },
    abort() {
      waiting.length = 0
      out = undefined
      finish('aborted', '')
    },
    tick() {
      if (ended) return
      const now = clock.now()
      attempt(() => {
        if (now - startedAt > limits.maxDurationMs) {
          throw new MidstreamError(
            'STREAM_TIMEOUT',
            `the stream took longer than ${limits.maxDurationMs} ms`,
            { details: { limit: limits.maxDurationMs } },
          )
        }
        checkHoldTime(now)
      })
    },
  }

  /** I-4 in time. Arguments that wait for the end of their call are bounded by the stream's own duration. */
  function checkHoldTime(now: number): void {
    const oldest = waiting[0]
    const part = oldest?.parts.find((candidate) => !isReleasable(candidate))
    if (
      oldest === undefined ||
      part === undefined ||
      part.channel.holdsUntilClosed ||
      !(now - oldest.since > limits.maxHoldMs)
    )
      return
    sink.event?.({
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

function encodeData(event: SseEvent, data: string): Uint8Array {
  const name = event.name === undefined ? '' : `event: ${event.name}\n`
  return encoder.encode(`${name}data: ${data.replaceAll('\n', '\ndata: ')}\n\n`)
}
