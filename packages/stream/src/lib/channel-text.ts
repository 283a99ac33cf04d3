import { type Channel, type Finding, type InspectorSession, MidstreamError } from '@midstream/core'
import type { DecidedFinding, Guard, GuardEvent } from './guard.ts'
import { addHiddenSpan, type HiddenSpan, hideSpans } from './hidden-spans.ts'
import { createJsonUnescaper, jsonEscape } from './json-text.ts'

/** What a channel tells the response that it belongs to. */
export interface ChannelObserver {
  decided(decided: DecidedFinding): void
  readonly event: ((event: GuardEvent) => void) | undefined
}

/** Why a channel must go no further. */
export interface Cut {
  /** Source position: text before it may be shown, text from it on may not. */
  readonly at: number
  readonly error: MidstreamError
}

export interface ChannelTextOptions {
  readonly channel: Channel
  /** An edit would break the signature of this text: a redaction becomes a block. */
  readonly signed: boolean
}

/**
 * The text of one channel under inspection: how far it is decided, what is hidden in it, where it must stop.
 * Positions are those of the source, which for tool arguments is the escaped JSON text.
 */
export interface ChannelText {
  readonly channel: Channel
  /** Source characters received. */
  readonly length: number
  /** Source characters that may be shown. It never goes backwards. */
  readonly releasable: number
  readonly cut: Cut | undefined
  /** True when nothing is released before the channel is closed. */
  readonly holdsUntilClosed: boolean
  readonly closed: boolean
  push(source: string): void
  /** Ends the channel: everything in it is decided. */
  close(): void
  /**
   * Decides what is pending as if the text ended here, because the stream went on in another channel and its
   * order must be kept. When text follows after all, a span across the seam is found and blocks the stream.
   * Ignored after a few times, unless it must happen `always`.
   */
  yieldTo(always?: boolean): void
  /** `text`, which stands at `start`, as it may be shown. Called in order; the text must be releasable. */
  render(text: string, start: number): string
  /** True when a text that ends at a position, up to which all is decided, would show a part of something hidden. */
  endsInside(position: number): boolean
}

// A channel may give way this often. Each time, a span that runs on after the seam is found but its beginning was
// shown; a stream that alternates more often than any provider does is held in order instead.
const MAX_YIELDS = 3

// Spans that are done with before they are taken out of the list.
const SPANS_KEPT = 1024

/**
 * Texts in pieces that one answer may have. Each keeps what its inspectors remember until its choice or block ends,
 * so that their number bounds the memory of a stream. Answers have a handful for each choice and tool call.
 */
const MAX_CHANNELS = 4096

/** Throws STREAM_TOO_LARGE when an answer that has so many channels must not have another. */
export function checkChannelCount(count: number, limit: number = MAX_CHANNELS): void {
  if (count < limit) return
  throw new MidstreamError('STREAM_TOO_LARGE', `the answer has more than ${limit} channels`, {
    details: { limit },
  })
}

interface OpenSession {
  readonly id: string
  readonly session: InspectorSession
  /** Position of the channel at which the session began. */
  readonly origin: number
  failed: boolean
}

/** The channel of a text in pieces, which is opened for the first of them. Throws STREAM_TOO_LARGE. */
export function channelOf(
  channels: Map<string, ChannelText>,
  guard: Guard,
  options: ChannelTextOptions,
  observer: ChannelObserver,
): ChannelText {
  const { key } = options.channel
  const known = channels.get(key)
  if (known !== undefined) return known
  checkChannelCount(channels.size)
  const created = createChannelText(guard, options, observer)
  channels.set(key, created)
  return created
}

export function createChannelText(
  guard: Guard,
  options: ChannelTextOptions,
  observer: ChannelObserver,
): ChannelText {
  const { channel, signed } = options
  const isToolInput = channel.kind === 'tool-input'
  const holdsUntilClosed = isToolInput && guard.holdToolInput && guard.inspectors.length > 0
  const unescaper = isToolInput ? createJsonUnescaper() : undefined
  const bound = guard.limits.maxHoldChars
  const spans: HiddenSpan[] = []
  // Spans that were shown as hidden. They are taken away many at once: each time moves all that are left.
  let behind = 0
  let sessions: OpenSession[] | undefined
  // Inspected text counts in resolved positions: escapes are one character there.
  let resolvedLength = 0
  let cleared = 0
  // Text before this may have been shown undecided: after a yield, or when a hold limit releases.
  let committed = 0
  // The inspected text from `undecidedStart` on; it is fed again when the channel goes on after a yield.
  const undecided: string[] = []
  let undecidedStart = 0
  let yields = 0
  let source = ''
  // What is asked of every chunk is a field, not a getter: objects with getters of their own share no shape, and
  // the engine looks each of them up anew.
  const text: { -readonly [Field in keyof ChannelText]: ChannelText[Field] } = {
    channel,
    holdsUntilClosed,
    length: 0,
    releasable: 0,
    cut: undefined,
    closed: false,
    push,
    close,
    yieldTo,
    render,
    endsInside,
  }

  function toSource(position: number): number {
    return unescaper === undefined ? position : unescaper.toSource(position)
  }

  function stop(position: number, error: MidstreamError): void {
    const at = toSource(Math.max(position, committed))
    if (text.cut === undefined || at < text.cut.at) text.cut = { at, error }
  }

  function decide(finding: Finding): void {
    let action = guard.policy.decide(finding, channel)
    // A span that was partly shown can no longer be hidden, and signed text cannot be edited.
    if (action === 'redact' && (signed || finding.start < committed)) action = 'block'
    // There is no reviewer in flight: what a policy wants held for one does not pass. Nor does what it has no
    // action for, or one that there is not.
    if (action !== 'allow' && action !== 'annotate' && action !== 'redact') action = 'block'
    observer.decided({ channel, finding, action })
    observer.event?.({ type: 'finding', channel, finding, action })
    if (action === 'block') {
      const details = { rule: finding.rule }
      stop(finding.start, new MidstreamError('POLICY_BLOCK', `blocked by rule ${finding.rule}`, { details }))
    } else if (action === 'redact') {
      const replacement = finding.replacement ?? `[${finding.rule}]`
      addHiddenSpan(spans, {
        start: toSource(finding.start),
        end: toSource(finding.end),
        replacement: isToolInput ? jsonEscape(replacement) : replacement,
        action,
        strength: finding.end - finding.start,
      })
    }
  }

  function overflow(rule: string, position: number): void {
    observer.event?.({ type: 'hold-limit', channel, rule, action: guard.atHoldLimit })
    if (guard.atHoldLimit === 'release') return
    const message = `rule ${rule} was not decided within ${bound} characters`
    stop(position, new MidstreamError('HOLD_LIMIT', message, { details: { rule, limit: bound } }))
  }

  function failed(id: string, error: unknown): void {
    observer.event?.({ type: 'inspector-failed', inspector: id, error, failOpen: guard.failOpen })
    if (guard.failOpen) return
    const details = { inspector: id }
    stop(cleared, new MidstreamError('INSPECTOR_FAILED', `inspector ${id} failed`, { cause: error, details }))
  }

  function openSessions(origin: number): OpenSession[] {
    const opened: OpenSession[] = []
    for (const inspector of guard.inspectors) {
      try {
        const session = inspector.open(channel, {
          finding(found) {
            const finding =
              origin === 0 ? found : { ...found, start: found.start + origin, end: found.end + origin }
            // What ends before a seam was decided before it.
            if (finding.end > committed) decide(finding)
          },
          overflow: (rule, start) => overflow(rule, origin + start),
        })
        if (session !== undefined) opened.push({ id: inspector.id, session, origin, failed: false })
      } catch (error) {
        failed(inspector.id, error)
      }
    }
    return opened
  }

  function inspect(open: readonly OpenSession[], piece: string): void {
    resolvedLength += piece.length
    let lowest = resolvedLength
    for (const entry of open) {
      if (entry.failed) continue
      try {
        const position = entry.origin + entry.session.push(piece)
        if (position < lowest) lowest = position
        else if (Number.isNaN(position)) throw new TypeError('push returned no offset')
      } catch (error) {
        entry.failed = true
        failed(entry.id, error)
      }
    }
    // After a failure that closes, nothing more is cleared.
    if (text.cut?.error.code !== 'INSPECTOR_FAILED') cleared = Math.max(cleared, lowest)
    if (cleared === resolvedLength) {
      undecided.length = 0
      undecidedStart = cleared
    } else {
      undecided.push(piece)
      while (undecidedStart + undecided[0]!.length <= cleared) undecidedStart += undecided.shift()!.length
    }
  }

  /** Feeds text so that the hold bound is met at the same character for every way of cutting the text. */
  function inspectWithinBound(piece: string): void {
    if (sessions === undefined) {
      const pending = undecided.join('')
      sessions = openSessions(undecidedStart)
      undecided.length = 0
      resolvedLength = undecidedStart
      if (pending !== '') inspect(sessions, pending)
    }
    let i = 0
    while (i < piece.length && text.cut === undefined) {
      const room = bound - (resolvedLength - cleared)
      const size = Math.min(Math.max(1, room), piece.length - i)
      inspect(sessions, size === piece.length ? piece : piece.slice(i, i + size))
      i += size
      if (resolvedLength - cleared > bound && text.cut === undefined) {
        overflow('hold-limit', cleared)
        if (text.cut === undefined) {
          cleared = resolvedLength
          committed = resolvedLength
        }
      }
    }
  }

  function finishSessions(): void {
    for (const entry of sessions ?? []) {
      if (entry.failed) continue
      try {
        entry.session.end()
      } catch (error) {
        entry.failed = true
        failed(entry.id, error)
      }
    }
    if (text.cut?.error.code !== 'INSPECTOR_FAILED') cleared = resolvedLength
  }

  /** An edit must leave arguments that still parse; one that would not is a block. */
  function checkEditedArguments(): void {
    if (spans.length === 0 || text.cut !== undefined || !isJson(source)) return
    if (isJson(hideSpans(source, 0, spans))) return
    stop(0, new MidstreamError('POLICY_BLOCK', 'a redaction would break the arguments of a tool call'))
  }

  function settle(): void {
    let limit = holdsUntilClosed && !text.closed ? 0 : toSource(cleared)
    // A finding may be known before its end is behind everything undecided; then its span waits as a whole.
    // From the end: those that wait to be shown are many when an event before them waits.
    for (let i = spans.length - 1; i >= 0 && spans[i]!.end > limit; i--) {
      limit = Math.min(limit, spans[i]!.start)
    }
    if (text.cut !== undefined) limit = Math.min(limit, holdsUntilClosed ? 0 : text.cut.at)
    if (limit > text.releasable) text.releasable = limit
  }

  function push(piece: string): void {
    if (text.closed || text.cut !== undefined || piece === '') return
    text.length += piece.length
    if (isToolInput) source += piece
    const resolved = unescaper === undefined ? piece : unescaper.push(piece)
    if (resolved !== '') inspectWithinBound(resolved)
    settle()
  }

  function close(): void {
    if (text.closed) return
    text.closed = true
    const rest = unescaper?.end() ?? ''
    if (rest !== '' && text.cut === undefined) inspectWithinBound(rest)
    if (text.cut === undefined) finishSessions()
    // Events that wait keep their channel, and many may wait.
    sessions = undefined
    if (holdsUntilClosed) checkEditedArguments()
    settle()
  }

  function yieldTo(always = false): void {
    if (text.closed || text.cut !== undefined || sessions === undefined || isToolInput) return
    if (cleared === resolvedLength) return
    if (++yields > MAX_YIELDS && !always) return
    finishSessions()
    sessions = undefined
    committed = resolvedLength
    settle()
  }

  function render(piece: string, start: number): string {
    const end = start + piece.length
    if (spans.length === 0 || spans[behind]!.start >= end) return piece
    const shown = hideSpans(piece, start, spans, behind)
    while (behind < spans.length && spans[behind]!.end <= end) behind++
    if (behind === spans.length || behind >= SPANS_KEPT) {
      spans.splice(0, behind)
      behind = 0
    }
    return shown
  }

  function endsInside(position: number): boolean {
    let i = behind
    while (i < spans.length && spans[i]!.end <= position) i++
    return i < spans.length && spans[i]!.start < position
  }

  return text
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
