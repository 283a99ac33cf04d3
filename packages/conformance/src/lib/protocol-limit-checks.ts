import { everyNth, seededRandom, utf8 } from '@midstream/test-kit'
import { givesUpAfter, neverClears, throwsIn } from './failing-inspectors.ts'
import { type ProtocolCheck, protocolCheck } from './protocol-check.ts'
import {
  byteSplits,
  openStream,
  plainReport,
  runStream,
  type StreamRun,
  settingsFor,
} from './protocol-run.ts'
import type { ProtocolSubject, StreamCase } from './protocol-subject.ts'
import type { ViolationLog } from './violation.ts'
import { wordInspector } from './word-inspector.ts'

const holdChars = 8

/** Text of content channels, which is all that the holding inspectors of this suite read. */
function contentTexts(texts: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(texts).filter(([channel]) => channel.startsWith('content/'))
}

function countEvents(run: StreamRun, type: string, action: string): number {
  return run.events.filter((event) => event.type === type && event.action === action).length
}

/** A run that had to be cut while content waited: none of it may be out, and the client must see an unclean end. */
function checkCutWhileHolding(run: StreamRun, context: string, log: ViolationLog): void {
  const { verdict, ending, error } = run.reports[0] ?? {}
  log.same(
    { verdict, ending, error: error?.code },
    { verdict: 'block', ending: 'cut', error: 'HOLD_LIMIT' },
    context,
  )
  if (run.end !== 'refused' && run.end !== 'error')
    log.add(`${context}: the client sees the end as ${run.end}`)
  for (const [channel, text] of contentTexts(run.texts)) {
    if (text !== '') log.add(`${context}: ${JSON.stringify(text)} of ${channel} got out undecided`)
  }
  if (countEvents(run, 'hold-limit', 'cut') === 0) log.add(`${context}: no hold-limit event counts the cut`)
}

function checkReleased(run: StreamRun, { texts }: StreamCase, context: string, log: ViolationLog): void {
  log.same(Object.entries(run.texts).sort(), Object.entries(texts).sort(), `${context}: text`)
  log.same(run.reports[0]?.ending, 'complete', `${context}: ending`)
  if (countEvents(run, 'hold-limit', 'release') === 0)
    log.add(`${context}: no hold-limit event counts the release`)
}

const holdLimit = protocolCheck(
  'I-4',
  'at the hold limit it cuts, or releases when asked, and says so',
  (subject, log) => {
    const random = seededRandom(21)
    const streams = subject.streams.filter(({ texts }) =>
      contentTexts(texts).some(([, text]) => text.length > holdChars),
    )
    if (streams.length === 0) log.add(`no stream has a content channel of more than ${holdChars} code units`)
    for (const stream of streams) {
      const { name, bytes } = stream
      for (const [why, inspector] of [
        ['never clears', neverClears],
        ['gives up', givesUpAfter(holdChars)],
      ] as const) {
        const limits = { maxHoldChars: holdChars }
        for (const [split, pieces] of byteSplits(bytes, { random, randomCount: 10, cutEvery: 29 })) {
          if (log.full) return
          const context = `${name}, ${why}, ${split}`
          const cut = settingsFor([inspector], 'redact', { limits })
          checkCutWhileHolding(runStream(subject, cut, pieces), `${context}, default`, log)
          const release = settingsFor([inspector], 'redact', { limits, atHoldLimit: 'release' })
          checkReleased(runStream(subject, release, pieces), stream, `${context}, release`, log)
        }
      }
    }
  },
)

const holdTime = protocolCheck(
  'I-4',
  'at the end of maxHoldMs it cuts, or releases when asked, and says so',
  (subject, log) => {
    for (const stream of subject.streams) {
      const first = firstContent(subject, stream)
      if (first === undefined) continue
      for (const atHoldLimit of ['cut', 'release'] as const) {
        const settings = settingsFor([neverClears], 'redact', { limits: { maxHoldMs: 5000 }, atHoldLimit })
        const context = `${stream.name}, ${atHoldLimit} by time`
        const opened = openStream(subject, settings)
        opened.push(stream.bytes.slice(0, first))
        opened.clock.advance(4000)
        opened.stream.tick()
        if (countEvents(opened.result(), 'hold-limit', atHoldLimit) > 0) log.add(`${context}: too early`)
        opened.clock.advance(2000)
        opened.stream.tick()
        if (countEvents(opened.result(), 'hold-limit', atHoldLimit) === 0) log.add(`${context}: not in time`)
        opened.push(stream.bytes.slice(first))
        opened.stream.end()
        if (atHoldLimit === 'cut') checkCutWhileHolding(opened.result(), context, log)
        else checkReleased(opened.result(), stream, context, log)
      }
    }
  },
)

/** Offset after the first event that brings content, if any does. */
function firstContent<Guard>(subject: ProtocolSubject<Guard>, { bytes }: StreamCase): number | undefined {
  return eventBoundaries(bytes).find((boundary) =>
    contentTexts(subject.readStream(bytes.slice(0, boundary))).some(([, text]) => text !== ''),
  )
}

const wordless = (limits: object): ReturnType<typeof settingsFor> =>
  settingsFor([wordInspector(['\u0001'])], 'block', { limits })

const sizeLimits = protocolCheck(
  'I-5',
  'every size has a limit that ends the stream with its code',
  (subject, log) => {
    for (const { name, bytes } of subject.streams) {
      const half = eventBoundaries(bytes)[1] ?? 0
      const start = bytes.slice(0, half)
      const endlessLine = utf8(`data: ${'x'.repeat(bytes.length + 5000)}`)
      const endlessEvent = utf8('data: x\n'.repeat(bytes.length + 1000))
      const maxEventBytes = bytes.length + 1000
      const cases = [
        ['a line without an end', 'EVENT_TOO_LARGE', { maxEventBytes }, everyNth(endlessLine, 512)],
        ['an event without an end', 'EVENT_TOO_LARGE', { maxEventBytes }, everyNth(endlessEvent, 512)],
        [
          'a line without an end, byte by byte',
          'EVENT_TOO_LARGE',
          { maxEventBytes },
          everyNth(endlessLine, 1),
        ],
        ['a large chunk', 'CHUNK_TOO_LARGE', { maxChunkBytes: bytes.length }, [endlessLine]],
        [
          'a long stream',
          'STREAM_TOO_LARGE',
          { maxStreamBytes: bytes.length + 2000 },
          everyNth(utf8(': x\n\n'.repeat(bytes.length + 1000)), 500),
        ],
      ] as const
      for (const [what, code, limits, pieces] of cases) {
        const { push, stream, result } = openStream(subject, wordless(limits))
        push(start)
        for (const piece of pieces) push(piece)
        if (!stream.ended) log.add(`${name}, ${what}: the stream is still open`)
        const run = result()
        log.same(run.reports[0]?.error?.code, code, `${name}, ${what}: error`)
        if (run.end !== 'error') log.add(`${name}, ${what}: the client sees the end as ${run.end}`)
      }
    }
  },
)

const heldMemory = protocolCheck(
  'I-5',
  'what waits behind held text stays under maxStreamBytes',
  (subject, log) => {
    for (const stream of subject.streams) {
      const { name, bytes } = stream
      const first = firstContent(subject, stream)
      if (first === undefined) continue
      const maxStreamBytes = bytes.length + 65_536
      const settings = settingsFor([neverClears], 'redact', {
        limits: { maxStreamBytes },
        atHoldLimit: 'release',
      })
      const opened = openStream(subject, settings)
      opened.push(bytes.slice(0, first))
      const comments = utf8(': filler\n\n'.repeat(1000))
      let pushed = first
      for (let i = 0; i < 50 && !opened.stream.ended; i++) {
        opened.push(comments)
        pushed += comments.length
        const waiting = pushed - opened.writtenBytes
        if (!opened.stream.ended && waiting > maxStreamBytes) {
          log.add(`${name}: ${waiting} bytes wait, the limit of the stream is ${maxStreamBytes}`)
          break
        }
      }
      if (!opened.stream.ended)
        log.add(`${name}: half a million bytes behind held text did not end the stream`)
    }
  },
)

const failClosed = protocolCheck(
  'I-8',
  'an inspector that throws blocks, or is reported when allowed to fail',
  (subject, log) => {
    for (const call of ['open', 'push', 'end'] as const) {
      const inspectors = [throwsIn(call)]
      for (const stream of subject.streams) {
        const context = `${stream.name}, throws in ${call}`
        const closed = runStream(subject, settingsFor(inspectors, 'redact'), everyNth(stream.bytes, 50))
        const { verdict, ending, error } = closed.reports[0] ?? {}
        const wanted = { verdict: 'block', ending: 'cut', error: 'INSPECTOR_FAILED' }
        log.same({ verdict, ending, error: error?.code }, wanted, context)
        if (Object.keys(closed.texts).length > 0)
          log.add(`${context}: ${JSON.stringify(closed.texts)} got out`)
        if (closed.end !== 'refused' && closed.end !== 'error')
          log.add(`${context}: the end looks ${closed.end}`)
        if (failures(closed.events, false) === 0) log.add(`${context}: no inspector-failed event`)

        const open = runStream(
          subject,
          settingsFor(inspectors, 'redact', { failOpen: true }),
          everyNth(stream.bytes, 50),
        )
        log.same(
          Object.entries(open.texts).sort(),
          Object.entries(stream.texts).sort(),
          `${context}, failOpen: text`,
        )
        log.same(open.reports[0]?.ending, 'complete', `${context}, failOpen: ending`)
        const channels = Object.keys(stream.texts).length
        if (failures(open.events, true) < channels) {
          log.add(`${context}, failOpen: ${failures(open.events, true)} reports for ${channels} channels`)
        }
      }
      for (const { name, body } of subject.bodies) {
        for (const failOpen of [false, true]) {
          const context = `${name}, body, throws in ${call}, failOpen ${failOpen}`
          const clock = { now: () => 0, wallTime: () => 0 }
          const guard = subject.makeGuard({ ...settingsFor(inspectors, 'redact', { failOpen }), clock })
          const events: { type: string; failOpen?: boolean }[] = []
          const { report, body: guarded } = subject.guardBody(guard, body, (event) => events.push(event))
          if (failures(events, failOpen) === 0) log.add(`${context}: no inspector-failed event`)
          if (failOpen) {
            const [seen, wanted] = [subject.readBody(guarded), subject.readBody(body)]
            log.same(Object.entries(seen).sort(), Object.entries(wanted).sort(), context)
          } else if (report.verdict !== 'block' || report.error?.code !== 'INSPECTOR_FAILED') {
            log.add(`${context}: ${JSON.stringify(plainReport(report))}`)
          }
        }
      }
    }
  },
)

function failures(events: readonly { type: string; failOpen?: boolean }[], failOpen: boolean): number {
  return events.filter((event) => event.type === 'inspector-failed' && event.failOpen === failOpen).length
}

/** Offsets after each blank line of an event stream: where one event ends and the next begins. */
export function eventBoundaries(bytes: Uint8Array): number[] {
  // Latin-1 keeps one character per byte.
  const text = new TextDecoder('latin1').decode(bytes)
  return Array.from(text.matchAll(/\r\n\r\n|\n\n|\r\r/g), ({ index, 0: end }) => index + end.length)
}

export const protocolLimitChecks: readonly ProtocolCheck[] = [
  holdLimit,
  holdTime,
  sizeLimits,
  heldMemory,
  failClosed,
]
