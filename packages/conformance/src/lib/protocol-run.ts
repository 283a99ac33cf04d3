import type { Action, Inspector } from '@midstream/core'
import {
  type ChannelTexts,
  type ClientEnd,
  createFakeClock,
  everyNth,
  type FakeClock,
  oneByOne,
  randomInteger,
  randomSplit,
  splitTwice,
} from '@midstream/test-kit'
import type {
  GuardSettings,
  ProtocolSubject,
  SubjectEvent,
  SubjectReport,
  SubjectStream,
} from './protocol-subject.ts'

export interface StreamRun {
  /** Everything written, in one piece. */
  readonly output: Uint8Array
  readonly texts: ChannelTexts
  readonly end: ClientEnd
  readonly reports: readonly SubjectReport[]
  readonly events: readonly SubjectEvent[]
  /** What the sink was asked to do in a wrong order. */
  readonly misuse: readonly string[]
}

export interface OpenStream {
  readonly stream: SubjectStream
  readonly clock: FakeClock
  /** Pushes after moving the clock, so that no limit on the rate of chunks is met. */
  push(bytes: Uint8Array): void
  /** Is called by the sink after each write from now on. */
  onWrite(call: () => void): void
  readonly writtenBytes: number
  result(): StreamRun
}

type Settings = Omit<GuardSettings, 'clock'>

/** Every finding gets the same action. */
export function settingsFor(
  inspectors: readonly Inspector[],
  action: Action,
  more: Partial<Settings> = {},
): Settings {
  return { inspectors, policy: { decide: () => action }, ...more }
}

export interface GuardOnClock<Guard> {
  readonly guard: Guard
  readonly clock: FakeClock
}

export function guardFor<Guard>(subject: ProtocolSubject<Guard>, settings: Settings): GuardOnClock<Guard> {
  const clock = createFakeClock(1000)
  return { guard: subject.makeGuard({ ...settings, clock }), clock }
}

/** Opens a stream under a guard of its own, or under one that is shared. */
export function openStream<Guard>(
  subject: ProtocolSubject<Guard>,
  settings: Settings,
  { guard, clock }: GuardOnClock<Guard> = guardFor(subject, settings),
): OpenStream {
  const written: Uint8Array[] = []
  const reports: SubjectReport[] = []
  const events: SubjectEvent[] = []
  const misuse: string[] = []
  let writtenBytes = 0
  let afterWrite: (() => void) | undefined
  const stream = subject.guardStream(guard, {
    write(bytes) {
      if (reports.length > 0) misuse.push('write after end')
      // A copy: the caller may write its buffer again after the call.
      written.push(bytes.slice())
      writtenBytes += bytes.length
      afterWrite?.()
    },
    end(report) {
      if (reports.length > 0) misuse.push('a second end')
      reports.push(report)
    },
    event(event) {
      if (reports.length > 0) misuse.push(`event ${event.type} after end`)
      events.push(event)
    },
  })
  return {
    stream,
    clock,
    push(bytes) {
      clock.advance(2)
      stream.push(bytes)
    },
    onWrite(call) {
      afterWrite = call
    },
    get writtenBytes() {
      return writtenBytes
    },
    result() {
      const output = joinBytes(written)
      return {
        output,
        texts: readOr(() => subject.readStream(output)),
        end: subject.readEnd(output),
        reports,
        events,
        misuse,
      }
    },
  }
}

/** One stream from start to clean end. */
export function runStream<Guard>(
  subject: ProtocolSubject<Guard>,
  settings: Settings,
  pieces: readonly Uint8Array[],
): StreamRun {
  const { push, stream, result } = openStream(subject, settings)
  for (const piece of pieces) push(piece)
  stream.end()
  return result()
}

/** Output that cannot be read is shown as a text of its own, so that comparisons fail with the reason. */
function readOr(read: () => ChannelTexts): ChannelTexts {
  try {
    return read()
  } catch (error) {
    return { unreadable: String(error) }
  }
}

export function joinBytes(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i])
}

/** What must not depend on how the upstream split its bytes. */
export function outcome({ texts, end, reports }: StreamRun): unknown {
  return { texts: Object.entries(texts).sort(), end, report: plainReport(reports[0]) }
}

/** Offsets after each blank line of an event stream: where one event ends and the next begins. */
export function eventBoundaries(bytes: Uint8Array): number[] {
  // Latin-1 keeps one character per byte.
  const text = new TextDecoder('latin1').decode(bytes)
  return Array.from(text.matchAll(/\r\n\r\n|\n\n|\r\r/g), ({ index, 0: end }) => index + end.length)
}

/** A report as plain data, with the channel by its key and the error by its code. */
export function plainReport(report: SubjectReport | undefined): unknown {
  if (report === undefined) return 'no report'
  const { verdict, ending, error } = report
  return { verdict, ending, error: error?.code ?? null, findings: plainFindings(report) }
}

export function plainFindings({ findings }: SubjectReport): string[] {
  return findings.map(
    ({ channel, finding, action }) =>
      `${channel.key} ${finding.rule} [${finding.start}, ${finding.end}) ${action}`,
  )
}

export interface ByteSplitOptions {
  readonly random: () => number
  /** Number of random splits. @default 40 */
  readonly randomCount?: number | undefined
  /** Distance between the single cuts that are tried: 1 for every byte. A larger one starts at a random byte. @default 1 */
  readonly cutEvery?: number
}

/**
 * Ways of cutting bytes: whole, one by one, in threes, single cuts, random ones, and every pair of cuts of
 * up to 120 bytes. Each comes with a name that reproduces it.
 */
export function* byteSplits(
  bytes: Uint8Array,
  options: ByteSplitOptions,
): Generator<readonly [name: string, pieces: Uint8Array[]]> {
  const { random, randomCount = 40, cutEvery = 1 } = options
  yield ['whole', [bytes]]
  yield ['one by one', oneByOne(bytes)]
  yield ['by threes', everyNth(bytes, 3)]
  for (let cut = randomInteger(random, 1, cutEvery); cut < bytes.length; cut += cutEvery) {
    yield [`cut at ${cut}`, [bytes.slice(0, cut), bytes.slice(cut)]]
  }
  // The last bytes are those of the end: a cut between them is always worth it.
  for (let cut = Math.max(1, bytes.length - 3); cut < bytes.length; cut++) {
    yield [`cut at ${cut}`, [bytes.slice(0, cut), bytes.slice(cut)]]
  }
  if (bytes.length <= 120 && cutEvery === 1) {
    for (const pieces of splitTwice(bytes)) yield [`cut after ${lengths(pieces)}`, pieces]
  }
  for (let i = 0; i < randomCount; i++) {
    const max = randomInteger(random, 1, Math.min(bytes.length, 64))
    const pieces = randomSplit(bytes, random, { min: i % 4 === 0 ? 0 : 1, max })
    yield [`pieces of ${lengths(pieces)}`, pieces]
  }
}

function lengths(pieces: readonly Uint8Array[]): string {
  const shown = pieces.slice(0, 40).map(({ length }) => length)
  return shown.join(',') + (pieces.length > 40 ? ',...' : '')
}
