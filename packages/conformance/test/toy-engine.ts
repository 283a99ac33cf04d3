import {
  ACTIONS,
  type Action,
  compareActions,
  createSlidingWindowLimit,
  DEFAULT_STREAM_LIMITS,
  type Finding,
  type InspectorSession,
  MidstreamError,
  type MidstreamErrorCode,
} from '@midstream/core'
import { utf8 } from '@midstream/test-kit'
import { joinBytes } from '../src/lib/protocol-run.ts'
import type { GuardSettings, SubjectReport, SubjectSink, SubjectStream } from '../src/lib/protocol-subject.ts'
import type { Fault } from './toy-faults.ts'
import { type ToyText, toyChannel } from './toy-protocol.ts'

interface Lane {
  readonly channel: ReturnType<typeof toyChannel>
  sessions: { readonly id: string; readonly session: InspectorSession; cleared: number }[]
  spans: Finding[]
  length: number
  /** Where the text began that was fed last. */
  fedFrom: number
  released: number
  heldSince: number | undefined
}

interface Queued {
  readonly raw: Uint8Array
  readonly lane?: Lane
  readonly text: string
  readonly from: number
}

const sharedLanes = new WeakMap<GuardSettings, Map<string, Lane>>()

function lanesFor(settings: GuardSettings, fault: Fault | undefined): Map<string, Lane> {
  const fresh = new Map<string, Lane>()
  if (fault !== 'shares its channels between streams') return fresh
  const lanes = sharedLanes.get(settings) ?? fresh
  sharedLanes.set(settings, lanes)
  return lanes
}

/** A correct engine for the toy protocol, apart from its fault. An event is released whole or waits whole. */
export function guardToyStream(settings: GuardSettings, sink: SubjectSink, fault?: Fault): SubjectStream {
  const limits = { ...DEFAULT_STREAM_LIMITS, ...settings.limits }
  const { clock, policy, failOpen = false, atHoldLimit = 'cut', ending = 'soft' } = settings
  const lanes = lanesFor(settings, fault)
  const findings: SubjectReport['findings'][number][] = []
  let queue: Queued[] = []
  let pending: Uint8Array = new Uint8Array(0)
  let received = 0
  let startedAt: number | undefined
  let ended = false
  let redacted = false
  const rate = createSlidingWindowLimit(limits.maxChunksPerSecond, 1000, clock)
  let verdict: Action = 'allow'
  // What the inspectors' callbacks ask for; acted on when the inspector has returned.
  let stop: MidstreamErrorCode | undefined

  function finish(last: string, how: SubjectReport['ending'], code?: MidstreamErrorCode): void {
    const flushes =
      fault === 'flushes what it holds when it cuts' ||
      (fault === 'flushes what it holds when the upstream fails' && how === 'failed')
    if (flushes) for (const { raw } of queue) sink.write(raw)
    queue = []
    ended = fault !== 'stays open after a cut' || how !== 'cut'
    if (last !== '') sink.write(utf8(last))
    if (last !== '' && fault === 'writes two ends') sink.write(utf8(last))
    const error = code === undefined ? {} : { error: new MidstreamError(code, code) }
    const listed = fault === 'reports the first finding only' ? findings.slice(0, 1) : findings
    sink.end({ verdict, ending: how, findings: listed, ...error })
    if (fault === 'tells of its end in an event') sink.event({ type: 'end' })
    if (fault === 'reports two ends') sink.end({ verdict, ending: how, findings, ...error })
  }

  function cut(code: MidstreamErrorCode): void {
    verdict = 'block'
    if (fault === 'hides a refusal as a clean end') finish('data: end\n\n', 'cut', code)
    else finish(ending === 'soft' ? 'data: refused\n\n' : `data: error ${code}\n\n`, 'cut', code)
  }

  function failWith(code: MidstreamErrorCode): void {
    const clean = fault === 'shows a failure as a clean end'
    finish(clean ? 'data: end\n\n' : `data: error ${code}\n\n`, 'failed', code)
  }

  function inspectorFailed(inspector: string): void {
    const open = failOpen || fault === 'lets inspectors fail open'
    if (fault !== 'fails open without a word') {
      sink.event({ type: 'inspector-failed', failOpen: open, ...{ inspector } })
    }
    if (!open) stop ??= 'INSPECTOR_FAILED'
  }

  function openLane(key: string): Lane {
    const channel = toyChannel(key)
    const lane: Lane = {
      channel,
      sessions: [],
      spans: [],
      length: 0,
      fedFrom: 0,
      released: 0,
      heldSince: undefined,
    }
    openSessions(lane)
    return lane
  }

  function openSessions(lane: Lane): void {
    const offset = lane.length
    lane.sessions = settings.inspectors.flatMap((inspector) => {
      try {
        const session = inspector.open(lane.channel, {
          finding(found) {
            const finding = { ...found, start: found.start + offset, end: found.end + offset }
            const action = decide(finding, lane)
            const shift = fault === 'counts positions from each event' ? lane.fedFrom : 0
            const listed = { ...finding, start: finding.start - shift, end: finding.end - shift }
            findings.push({ channel: lane.channel, finding: listed, action })
            const worse = compareActions(action, verdict) > 0
            if (worse || fault === 'takes the last action for the verdict') verdict = action
            if (action === 'redact') lane.spans.push(finding)
            if (compareActions(action, 'redact') > 0) stop ??= 'POLICY_BLOCK'
          },
          overflow: () => holdLimit(lane),
        })
        return session === undefined ? [] : [{ id: inspector.id, session, cleared: 0 }]
      } catch {
        inspectorFailed(inspector.id)
        return []
      }
    })
  }

  function decide(finding: Finding, lane: Lane): Action {
    const [first] = findings
    if (first !== undefined && fault === 'does to all findings what it does to the first') return first.action
    let action: Action
    try {
      action = policy.decide(finding, lane.channel)
    } catch (error) {
      if (fault === 'lets a policy fail open') return 'allow'
      throw error
    }
    if (ACTIONS.includes(action)) return action
    return fault === 'takes no action for allow' ? 'allow' : 'block'
  }

  function holdLimit(lane: Lane): void {
    const release = atHoldLimit === 'release' || fault === 'releases at the hold limit'
    if (!release || fault !== 'does not count releases') {
      sink.event({ type: 'hold-limit', action: release ? 'release' : 'cut' })
      if (fault === 'tells of a hold limit twice') sink.event({ type: 'hold-limit', action: 'cut' })
    }
    if (release) lane.released = lane.length
    else stop ??= 'HOLD_LIMIT'
  }

  function eachSession(lane: Lane, call: (entry: Lane['sessions'][number]) => void): void {
    lane.sessions = lane.sessions.filter((entry) => {
      try {
        call(entry)
        return true
      } catch {
        if (fault !== 'goes on when an inspector fails late' || lane.fedFrom === 0) inspectorFailed(entry.id)
        return false
      }
    })
  }

  function frontier(lane: Lane): number {
    const offsets = lane.sessions.map(({ cleared }) => cleared)
    if (fault === 'takes the highest of the cleared offsets' && offsets.length > 0) {
      return Math.max(lane.released, ...offsets)
    }
    return Math.max(lane.released, Math.min(lane.length, ...offsets))
  }

  function feed(lane: Lane, text: string): void {
    if (fault === 'inspects each event alone' && lane.length > 0) openSessions(lane)
    const blind =
      (fault === 'is blind after 64 KiB' && received > 65_536) ||
      (fault === 'inspects the first choice only' && lane.channel.index > 0)
    const read =
      fault === 'loses the halves of a surrogate pair' ? new TextDecoder().decode(utf8(text)) : text
    lane.fedFrom = lane.length
    lane.length += text.length
    eachSession(lane, (entry) => {
      entry.cleared = entry.session.push(blind ? '\0'.repeat(text.length) : read)
      if (Number.isNaN(entry.cleared) || entry.cleared === undefined) {
        if (fault !== 'takes no offset for all of the text') throw new TypeError('no offset')
        entry.cleared = lane.length
      }
      if (fault === 'inspects each event alone') {
        entry.session.end()
        entry.cleared = lane.length
      }
    })
    const held = fault === 'counts the hold for each event' ? text.length : lane.length - frontier(lane)
    const bound = limits.maxHoldChars - (fault === 'cuts before the hold limit' ? 1 : 0)
    if (held > bound && stop === undefined && fault !== 'has no hold limit') holdLimit(lane)
    const anew = fault === 'begins the time of a hold anew with each event'
    lane.heldSince =
      frontier(lane) < lane.length ? ((anew ? undefined : lane.heldSince) ?? clock.now()) : undefined
  }

  function render({ raw, lane, text, from }: Queued): Uint8Array {
    if (lane === undefined) return raw
    const spans = lane.spans.filter(({ start, end }) => start < from + text.length && end > from)
    const reencodes =
      fault === 're-encodes untouched events' ||
      (redacted && fault === 're-encodes everything once it has redacted')
    if (spans.length === 0 && !reencodes) return raw
    redacted = true
    let out = ''
    let at = from
    for (const { rule, start, end, replacement } of spans) {
      const shown = fault === 'ignores replacements' ? undefined : replacement
      out += text.slice(at - from, Math.max(at, start) - from)
      if (start >= from) out += shown ?? `[${rule}]`
      if (start >= from && fault === 'shows the first character of a span') out += text.charAt(start - from)
      at = Math.max(at, end + (fault === 'redacts too much' ? 1 : 0))
    }
    out += text.slice(at - from)
    const more = {
      ...(fault === 'numbers its writes at random' && { n: Math.random() }),
      ...(fault === 'stamps its writes with the time' && { at: new Date().toISOString() }),
    }
    return utf8(`data: ${JSON.stringify({ c: lane.channel.key, t: out, ...more })}\n\n`)
  }

  function drain(): void {
    let next = queue[0]
    while (
      next !== undefined &&
      (next.lane === undefined || frontier(next.lane) >= next.from + next.text.length)
    ) {
      queue.shift()
      sink.write(render(next))
      next = queue[0]
    }
    if (fault === 'lets other channels overtake what it holds') {
      for (const item of queue.filter(({ lane }) => lane !== undefined && lane !== next?.lane)) {
        if (frontier(item.lane!) < item.from + item.text.length) continue
        queue.splice(queue.indexOf(item), 1)
        sink.write(render(item))
      }
    }
    if (stop !== undefined) cut(stop)
  }

  function handle(raw: Uint8Array): void {
    const event = new TextDecoder().decode(raw)
    const dropsComments =
      fault === 'drops comments' || (redacted && fault === 'drops comments once it has redacted')
    if (dropsComments && event.startsWith(':')) return
    if (event === 'data: end\n\n') {
      if (fault === 'leaks at flush') for (const { raw: held } of queue.splice(0)) sink.write(held)
      for (const lane of lanes.values()) {
        eachSession(lane, ({ session }) => session.end())
        lane.released = lane.length
      }
      // A block found now must come before anything that waited.
      if (stop !== undefined) {
        cut(stop)
        return
      }
      drain()
      if (ended && fault !== 'writes on when the client leaves in a write') return
      sink.write(raw)
      if (ended) return
      finish(fault === 'writes two ends' ? event : '', 'complete')
      return
    }
    const body = /^data: (\{.*\})\n\n$/s.exec(event)?.[1]
    if (body === undefined) {
      queue.push({ raw, text: '', from: 0 })
      drain()
      return
    }
    const { c, t } = JSON.parse(body) as ToyText
    const lane = lanes.get(c) ?? openLane(c)
    lanes.set(c, lane)
    queue.push({ raw, lane, text: t, from: lane.length })
    feed(lane, t)
    if (stop === undefined) drain()
    else cut(stop)
  }

  function overSize(bytes: Uint8Array): MidstreamErrorCode | undefined {
    if (fault === 'counts no bytes') return undefined
    const fits = (size: number, limit: number, tight: Fault): boolean =>
      size < limit + (fault === tight ? 0 : 1)
    if (!fits(bytes.length, limits.maxChunkBytes, 'refuses a chunk that just fits')) return 'CHUNK_TOO_LARGE'
    if (!fits(received, limits.maxStreamBytes, 'refuses a stream that just fits')) return 'STREAM_TOO_LARGE'
    return undefined
  }

  return {
    push(bytes) {
      if (ended && fault === 'writes after the end') sink.write(bytes)
      if (ended) return
      received += bytes.length
      const tooLarge = overSize(bytes)
      if (tooLarge !== undefined) return failWith(tooLarge)
      try {
        if (fault !== 'counts no chunks') rate.count()
      } catch {
        return failWith('RATE_EXCEEDED')
      }
      startedAt ??= clock.now()
      const decoded = fault === 'decodes each chunk alone' ? utf8(new TextDecoder().decode(bytes)) : bytes
      pending = joinBytes([pending, decoded])
      if (fault === 'writes into the bytes it was given') bytes.fill(0)
      for (let at = boundary(pending); at !== -1 && !ended; at = boundary(pending)) {
        const raw = pending.slice(0, at)
        pending = pending.slice(at)
        handle(raw)
      }
      if (!ended && pending.length > limits.maxEventBytes && fault !== 'buffers events without limit') {
        failWith('EVENT_TOO_LARGE')
      }
    },
    end() {
      if (ended) return
      if (fault === 'takes a missing end for a clean one') finish('data: end\n\n', 'complete')
      else failWith('UPSTREAM_UNEXPECTED_END')
    },
    fail(error) {
      if (!ended) failWith(error.code)
    },
    abort() {
      if (!ended) finish(fault === 'writes on abort' ? 'data: refused\n\n' : '', 'aborted')
    },
    tick() {
      if (ended) return
      const late = clock.now() - (startedAt ?? clock.now()) > limits.maxDurationMs
      if (late && fault !== 'has no end of time') return failWith('STREAM_TIMEOUT')
      if (fault === 'ignores the time of a hold') return
      for (const lane of lanes.values()) {
        if (lane.heldSince === undefined || clock.now() - lane.heldSince < limits.maxHoldMs) continue
        lane.heldSince = undefined
        holdLimit(lane)
      }
      drain()
    },
    get ended() {
      return ended
    },
  }
}

/** Index after the first blank line, or -1. */
function boundary(bytes: Uint8Array): number {
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1))
    if (bytes[at + 1] === 10) return at + 2
  return -1
}
