import { everyNth, seededRandom, utf8 } from '@midstream/test-kit'
import { givesUpAfter, neverClears } from './failing-inspectors.ts'
import { type ProtocolCheck, protocolCheck } from './protocol-check.ts'
import {
  byteSplits,
  eventBoundaries,
  openStream,
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
  const counted = countEvents(run, 'hold-limit', 'cut')
  if (counted !== 1) log.add(`${context}: ${counted} hold-limit events count the cut`)
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

/** Offset after the last of the events that bring text to the first content channel and to no other. */
function firstRunOfContent<Guard>(
  subject: ProtocolSubject<Guard>,
  stream: StreamCase,
): { readonly first: number; readonly last: number; readonly chars: number } | undefined {
  const first = firstContent(subject, stream)
  if (first === undefined) return undefined
  const before = subject.readStream(stream.bytes.slice(0, first))
  const growing = Object.keys(before).filter((channel) => channel.startsWith('content/'))
  let [last, texts] = [first, before]
  for (const boundary of eventBoundaries(stream.bytes).filter((at) => at > first)) {
    const next = subject.readStream(stream.bytes.slice(0, boundary))
    const others = Object.entries(next).filter(([channel]) => channel !== growing[0])
    if (others.some(([channel, text]) => text !== before[channel])) break
    if (next[growing[0]!] === texts[growing[0]!]) continue
    texts = next
    last = boundary
  }
  return { first, last, chars: texts[growing[0]!]!.length }
}

const exactHold = protocolCheck(
  'I-4',
  'the hold bounds are counted over a whole channel, and met exactly',
  (subject, log) => {
    const runs = subject.streams.map((stream) => ({ stream, run: firstRunOfContent(subject, stream) }))
    if (!runs.some(({ run }) => run !== undefined && run.last > run.first)) {
      log.add('no stream has two events with text of one content channel that follow each other')
    }
    for (const { stream, run } of runs) {
      if (run === undefined) continue
      const { name, bytes } = stream
      for (const [room, limited] of [
        [run.chars, 0],
        [run.chars - 1, 1],
      ] as const) {
        const settings = settingsFor([neverClears], 'redact', { limits: { maxHoldChars: room } })
        const opened = openStream(subject, settings)
        for (const piece of everyNth(bytes.slice(0, run.last), 20)) opened.push(piece)
        const counted = countEvents(opened.result(), 'hold-limit', 'cut')
        if (counted !== limited)
          log.add(`${name}, ${run.chars} held of ${room}: ${counted} hold-limit events`)
      }
      if (run.last === run.first) continue
      // More text of the channel must not begin the time anew.
      const opened = openStream(
        subject,
        settingsFor([neverClears], 'redact', { limits: { maxHoldMs: 5000 } }),
      )
      opened.push(bytes.slice(0, run.first))
      opened.clock.advance(4000)
      opened.push(bytes.slice(run.first, run.last))
      opened.clock.advance(2000)
      opened.stream.tick()
      if (countEvents(opened.result(), 'hold-limit', 'cut') !== 1) {
        log.add(`${name}: text held for 6000 ms of 5000 is not cut when more came after 4000`)
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

const exactLimits = protocolCheck(
  'I-5',
  'what just fits a limit passes, and one more does not',
  (subject, log) => {
    for (const { name, bytes } of subject.streams) {
      const { length } = bytes
      const sizes = [
        ['maxChunkBytes', 'CHUNK_TOO_LARGE'],
        ['maxStreamBytes', 'STREAM_TOO_LARGE'],
      ] as const
      for (const [limit, code] of sizes) {
        const fits = runStream(subject, wordless({ [limit]: length }), [bytes])
        log.same(fits.reports[0]?.ending, 'complete', `${name}, ${limit} just met`)
        const over = runStream(subject, wordless({ [limit]: length - 1 }), [bytes])
        log.same(over.reports[0]?.error?.code, code, `${name}, ${limit} passed by one`)
      }

      const pieces = everyNth(bytes, Math.ceil(length / 4))
      for (const [maxChunksPerSecond, error] of [
        [pieces.length, undefined],
        [pieces.length - 1, 'RATE_EXCEEDED'],
      ] as const) {
        const { stream, result } = openStream(subject, wordless({ maxChunksPerSecond }))
        for (const piece of pieces) stream.push(piece)
        stream.end()
        const context = `${name}, ${pieces.length} chunks at once of ${maxChunksPerSecond}`
        log.same(result().reports[0]?.error?.code, error, context)
      }

      for (const [lateMs, error] of [
        [0, undefined],
        [1, 'STREAM_TIMEOUT'],
      ] as const) {
        const opened = openStream(subject, wordless({ maxDurationMs: 9000 }))
        opened.push(bytes.slice(0, 1))
        opened.clock.advance(9000 + lateMs)
        opened.stream.tick()
        const { reports, end } = opened.result()
        const context = `${name}, ${9000 + lateMs} ms of 9000`
        log.same(reports[0]?.error?.code, error, context)
        if (error !== undefined && end !== 'error') log.add(`${context}: the client sees the end as ${end}`)
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

export const protocolLimitChecks: readonly ProtocolCheck[] = [
  holdLimit,
  holdTime,
  exactHold,
  sizeLimits,
  heldMemory,
  exactLimits,
]
