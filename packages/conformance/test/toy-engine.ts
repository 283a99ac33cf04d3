import {
  type Action,
  compareActions,
  DEFAULT_STREAM_LIMITS,
  type Finding,
  type InspectorSession,
  MidstreamError,
  type MidstreamErrorCode,
} from '@midstream/core'
import { utf8 } from '@midstream/test-kit'
import { joinBytes } from '../src/lib/protocol-run.ts'
import type { GuardSettings, SubjectReport, SubjectSink, SubjectStream } from '../src/lib/protocol-subject.ts'
import { type ToyText, toyChannel } from './toy-protocol.ts'

/** One way of being wrong, built in at the place where real engines go wrong. */
export type Fault =
  | 'leaks at flush'
  | 're-encodes untouched events'
  | 'writes two ends'
  | 'reports two ends'
  | 'shows a failure as a clean end'
  | 'takes a missing end for a clean one'
  | 'inspects each event alone'
  | 'drops comments'
  | 'decodes each chunk alone'
  | 'shows the first character of a span'
  | 'flushes what it holds when it cuts'
  | 'writes after the end'
  | 'writes on abort'
  | 'releases at the hold limit'
  | 'has no hold limit'
  | 'ignores the time of a hold'
  | 'does not count releases'
  | 'buffers events without limit'
  | 'counts no bytes'
  | 'lets inspectors fail open'
  | 'fails open without a word'
  | 'numbers its writes at random'
  | 'hides a refusal as a clean end'
  | 'stays open after a cut'
  | 'redacts too much'

interface Lane {
  readonly channel: ReturnType<typeof toyChannel>
  sessions: { readonly id: string; readonly session: InspectorSession; cleared: number }[]
  spans: Finding[]
  length: number
  released: number
  heldSince: number | undefined
}

interface Queued {
  readonly raw: Uint8Array
  readonly lane?: Lane
  readonly text: string
  readonly from: number
}

/** A correct engine for the toy protocol, apart from its fault. An event is released whole or waits whole. */
export function guardToyStream(settings: GuardSettings, sink: SubjectSink, fault?: Fault): SubjectStream {
  const limits = { ...DEFAULT_STREAM_LIMITS, ...settings.limits }
  const { clock, policy, failOpen = false, atHoldLimit = 'cut', ending = 'soft' } = settings
  const lanes = new Map<string, Lane>()
  const findings: SubjectReport['findings'][number][] = []
  let queue: Queued[] = []
  let pending: Uint8Array = new Uint8Array(0)
  let received = 0
  let ended = false
  let verdict: Action = 'allow'
  // What the inspectors' callbacks ask for; acted on when the inspector has returned.
  let stop: MidstreamErrorCode | undefined

  function finish(last: string, how: SubjectReport['ending'], code?: MidstreamErrorCode): void {
    if (fault === 'flushes what it holds when it cuts') for (const { raw } of queue) sink.write(raw)
    queue = []
    if (last !== '') sink.write(utf8(last))
    if (last !== '' && fault === 'writes two ends') sink.write(utf8(last))
    ended = fault !== 'stays open after a cut' || how !== 'cut'
    const error = code === undefined ? {} : { error: new MidstreamError(code, code) }
    sink.end({ verdict, ending: how, findings, ...error })
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
    const lane: Lane = { channel, sessions: [], spans: [], length: 0, released: 0, heldSince: undefined }
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
            const action = policy.decide(finding, lane.channel)
            findings.push({ channel: lane.channel, finding, action })
            if (compareActions(action, verdict) > 0) verdict = action
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

  function holdLimit(lane: Lane): void {
    const release = atHoldLimit === 'release' || fault === 'releases at the hold limit'
    if (!release || fault !== 'does not count releases') {
      sink.event({ type: 'hold-limit', action: release ? 'release' : 'cut' })
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
        inspectorFailed(entry.id)
        return false
      }
    })
  }

  function frontier(lane: Lane): number {
    return Math.max(lane.released, Math.min(lane.length, ...lane.sessions.map(({ cleared }) => cleared)))
  }

  function feed(lane: Lane, text: string): void {
    if (fault === 'inspects each event alone' && lane.length > 0) openSessions(lane)
    lane.length += text.length
    eachSession(lane, (entry) => {
      entry.cleared = entry.session.push(text)
      if (fault === 'inspects each event alone') {
        entry.session.end()
        entry.cleared = lane.length
      }
    })
    const held = lane.length - frontier(lane)
    if (held > limits.maxHoldChars && stop === undefined && fault !== 'has no hold limit') holdLimit(lane)
    lane.heldSince = frontier(lane) < lane.length ? (lane.heldSince ?? clock.now()) : undefined
  }

  function render({ raw, lane, text, from }: Queued): Uint8Array {
    if (lane === undefined) return raw
    const spans = lane.spans.filter(({ start, end }) => start < from + text.length && end > from)
    if (spans.length === 0 && fault !== 're-encodes untouched events') return raw
    let out = ''
    let at = from
    for (const { rule, start, end } of spans) {
      out += text.slice(at - from, Math.max(at, start) - from)
      if (start >= from) out += `[${rule}]`
      if (start >= from && fault === 'shows the first character of a span') out += text.charAt(start - from)
      at = Math.max(at, end + (fault === 'redacts too much' ? 1 : 0))
    }
    out += text.slice(at - from)
    const random = fault === 'numbers its writes at random' ? { n: Math.random() } : {}
    return utf8(`data: ${JSON.stringify({ c: lane.channel.key, t: out, ...random })}\n\n`)
  }

  function drain(): void {
    let next = queue[0]
    while (
      next !== undefined &&
      (next.lane === undefined || frontier(next.lane) >= next.from + next.text.length)
    ) {
      sink.write(render(next))
      queue.shift()
      next = queue[0]
    }
    if (stop !== undefined) cut(stop)
  }

  function handle(raw: Uint8Array): void {
    const event = new TextDecoder().decode(raw)
    if (fault === 'drops comments' && event.startsWith(':')) return
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
      sink.write(raw)
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
    if (bytes.length > limits.maxChunkBytes) return 'CHUNK_TOO_LARGE'
    return received > limits.maxStreamBytes ? 'STREAM_TOO_LARGE' : undefined
  }

  return {
    push(bytes) {
      if (ended && fault === 'writes after the end') sink.write(bytes)
      if (ended) return
      received += bytes.length
      const tooLarge = overSize(bytes)
      if (tooLarge !== undefined) return failWith(tooLarge)
      const decoded = fault === 'decodes each chunk alone' ? utf8(new TextDecoder().decode(bytes)) : bytes
      pending = joinBytes([pending, decoded])
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
      if (ended || fault === 'ignores the time of a hold') return
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
