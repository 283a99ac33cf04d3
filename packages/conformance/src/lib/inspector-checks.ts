import { type Channel, type Inspector, MidstreamError } from '@midstream/core'
import { everyNth, oneByOne, seededRandom } from '@midstream/test-kit'
import { type InspectorRun, openRun, runPieces } from './inspector-run.ts'
import { compositions, manySplits, stretchings } from './inspector-texts.ts'
import { perturbed } from './perturbed.ts'
import { retainedHeap } from './retained-heap.ts'
import { createViolationLog, show, type Violation, type ViolationLog } from './violation.ts'

export interface InspectorSample {
  readonly text: string
  /** All findings in `text`, in the order of their report. */
  readonly findings: readonly { readonly rule: string; readonly start: number; readonly end: number }[]
}

export interface InspectorSubject {
  /** A new inspector each time. */
  create(): Inspector
  readonly samples: readonly InspectorSample[]
  /** Texts without a finding. At least one must have a part that can be cleared before its end. */
  readonly benign: readonly string[]
  /** @default a `content` channel of a model */
  readonly channel?: Channel
  /** Random splits per text. @default 40 */
  readonly randomSplits?: number
  /** Code units of the long texts: for the state check this many are fed. @default 1048576 */
  readonly longChars?: number
}

export interface InspectorCheck {
  readonly law: Violation['law']
  readonly title: string
  run(subject: InspectorSubject): readonly Violation[]
}

const contentChannel: Channel = Object.freeze({
  kind: 'content',
  provenance: 'model',
  index: 0,
  key: 'content/0',
})

const channelOf = (subject: InspectorSubject): Channel => subject.channel ?? contentChannel
const sampleTexts = (subject: InspectorSubject): string[] => subject.samples.map(({ text }) => text)
const splitsOf = (subject: InspectorSubject): number => subject.randomSplits ?? 40

function textsOf(subject: InspectorSubject): string[] {
  return compositions(sampleTexts(subject), subject.benign)
}

/** Runs a check's body; what it throws is a violation of the same law. */
function check(
  law: Violation['law'],
  title: string,
  body: (subject: InspectorSubject, log: ViolationLog) => void,
): InspectorCheck {
  return {
    law,
    title,
    run(subject) {
      const log = createViolationLog(law)
      try {
        body(subject, log)
      } catch (error) {
        log.add(`threw ${String(error)}`)
      }
      return log.violations
    },
  }
}

/** Nothing that is reported may start in text that was cleared before, or end in text that was not yet pushed. */
function checkReports({ reported }: InspectorRun, context: string, log: ViolationLog): void {
  let last = 0
  for (const { type, rule, start, end, pushed, cleared } of reported) {
    const what = `${type} ${rule} [${start}, ${end})`
    if (start < cleared) log.add(`${context}: ${what} starts before the cleared offset ${cleared}`)
    if (start < 0 || end <= start || end > pushed) log.add(`${context}: ${what} after ${pushed} code units`)
    if (type === 'finding' && start < last) log.add(`${context}: ${what} comes after one at ${last}`)
    if (type === 'finding') last = start
  }
}

function checkCleared(
  { clearedAt }: InspectorRun,
  maxHold: number,
  context: string,
  log: ViolationLog,
): void {
  let last = 0
  for (const [pushed, cleared] of clearedAt) {
    if (!Number.isInteger(cleared) || cleared > pushed) {
      log.add(`${context}: cleared ${cleared} of ${pushed} code units pushed`)
    }
    if (cleared < last) log.add(`${context}: the cleared offset went from ${last} back to ${cleared}`)
    if (pushed - cleared > maxHold) {
      log.add(`${context}: holds ${pushed - cleared} code units, its maxHoldChars is ${maxHold}`)
    }
    last = cleared
  }
}

const findings = check(
  'findings',
  'finds what the samples hold and nothing in benign text',
  (subject, log) => {
    const channel = channelOf(subject)
    const inspector = subject.create()
    const expectations = [...subject.samples, ...subject.benign.map((text) => ({ text, findings: [] }))]
    for (const { text, findings } of expectations) {
      const { reported } = runPieces(inspector, channel, [text])
      const seen = reported.map(({ type, rule, start, end }) => ({ type, rule, start, end }))
      const wanted = findings.map(({ rule, start, end }) => ({ type: 'finding', rule, start, end }))
      log.same(seen, wanted, show(text))
    }
  },
)

const noLeak = check('I-1', 'never reports a finding in text that it has cleared', (subject, log) => {
  const channel = channelOf(subject)
  const random = seededRandom(1)
  const inspector = subject.create()
  for (const text of textsOf(subject)) {
    for (const pieces of manySplits(text, random, splitsOf(subject))) {
      if (log.full) return
      checkReports(runPieces(inspector, channel, pieces), show(pieces), log)
    }
  }
})

const chunkInvariance = check(
  'I-2',
  'gives the same findings and offsets for every split',
  (subject, log) => {
    const channel = channelOf(subject)
    const random = seededRandom(2)
    const inspector = subject.create()
    for (const text of textsOf(subject)) {
      const reference = runPieces(inspector, channel, oneByOne(text))
      const clearedAt = new Map([[0, 0], ...reference.clearedAt])
      for (const pieces of manySplits(text, random, splitsOf(subject))) {
        if (log.full) return
        const run = runPieces(inspector, channel, pieces)
        log.same(run.results, reference.results, `reports for ${show(pieces)}`)
        const wanted = run.clearedAt.map(([pushed]) => [pushed, clearedAt.get(pushed)])
        log.same(run.clearedAt, wanted, `cleared offsets for ${show(pieces)}`)
      }
    }
  },
)

const boundedHold = check('I-4', 'clears forward only, holds no more than it declares', (subject, log) => {
  const channel = channelOf(subject)
  const inspector = subject.create()
  const { maxHoldChars } = inspector
  const bounded = maxHoldChars < Infinity
  if (!(maxHoldChars >= 0)) log.add(`maxHoldChars is ${maxHoldChars}`)
  // Past this length the cost of feeding unit by unit outweighs what more of the same text can show.
  const chars = Math.min(bounded ? 2 * maxHoldChars + 64 : 1024, 32_768)
  for (const text of [...textsOf(subject), ...stretchings(sampleTexts(subject), chars)]) {
    if (log.full) return
    checkCleared(runPieces(inspector, channel, oneByOne(text)), maxHoldChars, show(text), log)
  }
  const releases = subject.benign.some((text) =>
    runPieces(inspector, channel, oneByOne(text)).clearedAt.some(([, cleared]) => cleared > 0),
  )
  if (!releases) log.add('no benign text has any part cleared before its end')
})

const determinism = check('I-9', 'gives the same output for the same input, at any time', (subject, log) => {
  const channel = channelOf(subject)
  const first = subject.create()
  // Made and used while chance and time say something else.
  const perturbations = [
    ['with Math.random() at 0', 0, 0],
    ['a day later with other random numbers', 0.999_999, 86_400_000],
  ] as const
  const others = perturbations.map(([how, value, shiftMs]) => ({
    how,
    value,
    shiftMs,
    inspector: perturbed(value, shiftMs, () => subject.create()),
  }))
  for (const text of textsOf(subject)) {
    if (log.full) return
    const pieces = everyNth(text, 3)
    const run = (inspector: Inspector): unknown => {
      const { results, clearedAt } = runPieces(inspector, channel, pieces)
      return { results, clearedAt }
    }
    const wanted = run(first)
    log.same(run(first), wanted, `again for ${show(pieces)}`)
    const later = perturbed(0.5, 3_600_000, () => run(first))
    log.same(later, wanted, `again an hour later for ${show(pieces)}`)
    for (const { how, value, shiftMs, inspector } of others) {
      const seen = perturbed(value, shiftMs, () => run(inspector))
      log.same(seen, wanted, `another inspector, ${how}, for ${show(pieces)}`)
    }
  }
})

const ended = check('ended', 'refuses a push after the end with SESSION_ENDED', (subject, log) => {
  const inspector = subject.create()
  const texts = ['', subject.samples[0]?.text ?? '', subject.benign[0] ?? '']
  for (const text of texts) {
    const session = openRun(inspector, channelOf(subject))
    session.push(text)
    session.end()
    const before = session.run.reported.length
    try {
      session.push('x')
      log.add(`a push after the end of ${show(text)} returned`)
    } catch (error) {
      if (!MidstreamError.is(error, 'SESSION_ENDED')) log.add(`a push after the end threw ${String(error)}`)
    }
    if (session.run.reported.length !== before) log.add('a push after the end reported something')
  }
})

const isolation = check('isolation', 'keeps sessions apart', (subject, log) => {
  const channel = channelOf(subject)
  const inspector = subject.create()
  const undisturbed = subject.create()
  const texts = textsOf(subject)
  for (const [i, text] of texts.entries()) {
    const other = texts[(i * 7 + 1) % texts.length]!
    const pair = [text, other].map((whole) => ({ whole, session: openRun(inspector, channel) }))
    for (let at = 0; at < Math.max(text.length, other.length); at++) {
      for (const { whole, session } of pair) if (at < whole.length) session.push(whole.charAt(at))
    }
    for (const { whole, session } of pair) {
      session.end()
      const alone = runPieces(undisturbed, channel, oneByOne(whole))
      log.same(session.run.results, alone.results, `${show(whole)} beside another session`)
    }
  }
})

const input = check(
  'input',
  'changes neither the channel nor a finding it has handed out',
  (subject, log) => {
    const channel = Object.freeze({ ...channelOf(subject) })
    const inspector = subject.create()
    for (const { text } of subject.samples) {
      // A frozen object throws when it is written to in a module, and `check` reports that.
      const session = openRun(inspector, channel)
      for (const unit of oneByOne(text)) session.push(unit)
      session.end()
      for (const { finding, copy } of session.handedOut) log.same(finding, JSON.parse(copy), show(text))
    }
  },
)

const boundedState = check('state', 'keeps a bounded state over a long text', (subject, log) => {
  const { longChars = 1_048_576 } = subject
  // Nothing is recorded here: only what the session itself keeps may count.
  const session = subject.create().open(channelOf(subject), { finding() {}, overflow() {} })
  const samples = sampleTexts(subject)
  let fed = 0
  function feed(until: number): void {
    for (let i = 0; fed < until; i++) {
      // Each piece is a string of its own, so that keeping it costs memory. One sample among much filler.
      const filler = subject.benign[i % subject.benign.length] ?? ''
      const piece = `${fed} ${filler} ${i % 64 === 0 ? (samples[(i / 64) % samples.length] ?? '') : ''} `
      session?.push(piece)
      fed += piece.length
    }
  }
  feed(longChars / 8)
  const early = retainedHeap()
  feed(longChars)
  const grown = retainedHeap() - early
  // A session that keeps its text keeps at least a byte for each of the 7/8 fed since; the rest is room for noise.
  if (grown > longChars / 4) log.add(`${fed} code units grew the heap by ${grown} bytes`)
  session?.end()
})

/** All checks of an inspector, one per law or contract rule. */
export const inspectorChecks: readonly InspectorCheck[] = [
  findings,
  noLeak,
  chunkInvariance,
  boundedHold,
  determinism,
  ended,
  isolation,
  input,
  boundedState,
]

/** Everything an inspector does wrong. Empty for a correct one. */
export function checkInspector(subject: InspectorSubject): Violation[] {
  return inspectorChecks.flatMap((check) => check.run(subject))
}
