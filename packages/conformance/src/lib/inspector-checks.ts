import { type Inspector, SEVERITIES } from '@midstream/core'
import { everyNth, oneByOne, seededRandom } from '@midstream/test-kit'
import {
  channelOf,
  type InspectorCheck,
  inspectorCheck,
  sampleTexts,
  splitsOf,
  textsOf,
} from './inspector-check.ts'
import { type InspectorRun, runPieces } from './inspector-run.ts'
import { inspectorSessionChecks } from './inspector-session-checks.ts'
import type { InspectorSubject } from './inspector-subject.ts'
import { longText, manySplits, stretchings } from './inspector-texts.ts'
import { perturbed } from './perturbed.ts'
import { show, type Violation, type ViolationLog } from './violation.ts'

/** What a policy or an engine reads of a finding must be what the contract says. */
function checkFields({ handedOut }: InspectorRun, context: string, log: ViolationLog): void {
  for (const { finding, copy } of handedOut) {
    const { rule, category, severity, confidence, replacement = '' } = finding
    const named = typeof rule === 'string' && rule !== '' && typeof category === 'string' && category !== ''
    const rated = SEVERITIES.includes(severity) && confidence > 0 && confidence <= 1
    if (!named || !rated || typeof replacement !== 'string') log.add(`${context}: malformed finding ${copy}`)
  }
}

/** Nothing that is reported may start in text that was cleared before, or end in text that was not yet pushed. */
function checkReports({ reported }: InspectorRun, context: string, log: ViolationLog): void {
  let last = 0
  for (const { type, rule, start, end, pushed, cleared } of reported) {
    const what = `${type} ${rule} [${start}, ${end})`
    if (start < cleared) log.add(`${context}: ${what} starts before the cleared offset ${cleared}`)
    if (!Number.isInteger(start) || !Number.isInteger(end)) log.add(`${context}: ${what} is at no position`)
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

const findings = inspectorCheck(
  'findings',
  'finds what the samples hold and nothing in benign text',
  (subject, log) => {
    const channel = channelOf(subject)
    const inspector = subject.create()
    const expectations = [...subject.samples, ...subject.benign.map((text) => ({ text, findings: [] }))]
    for (const { text, findings } of expectations) {
      const run = runPieces(inspector, channel, [text])
      checkFields(run, show(text), log)
      const seen = run.reported.map(({ type, rule, start, end }) => ({ type, rule, start, end }))
      const wanted = findings.map(({ rule, start, end }) => ({ type: 'finding', rule, start, end }))
      log.same(seen, wanted, show(text))
    }
  },
)

/** Enough for what counts or keeps up to a limit to meet it: past 64 KiB, with more than a hundred samples. */
const LONG_CHARS = 70_000

const lateFindings = inspectorCheck(
  'findings',
  'finds after a long text what it finds after a short one',
  (subject, log) => {
    const channel = channelOf(subject)
    const inspector = subject.create()
    const context = [...longText([], subject.benign, 4096, 1)].join('')
    const before = [...longText(sampleTexts(subject), subject.benign, LONG_CHARS, 4)].join('')
    for (const { text, findings } of subject.samples) {
      const rules = findings.map(({ rule }) => rule)
      const [late, early] = [before + context, context].map((prefix) => {
        const run = runPieces(inspector, channel, everyNth(`${prefix}${text} ${context}`, 4096))
        const inSample = run.reported.filter(
          ({ rule, start, end }) =>
            rules.includes(rule) && start >= prefix.length && end <= prefix.length + text.length,
        )
        return inSample.map(({ rule, start, end }) => [rule, start - prefix.length, end - prefix.length])
      })
      log.same(late, early, `${show(text)} after ${before.length + context.length} code units`)
    }
  },
)

const noLeak = inspectorCheck(
  'I-1',
  'never reports a finding in text that it has cleared',
  (subject, log) => {
    const channel = channelOf(subject)
    const random = seededRandom(1)
    const inspector = subject.create()
    for (const text of textsOf(subject)) {
      for (const pieces of manySplits(text, random, splitsOf(subject))) {
        if (log.full) return
        checkReports(runPieces(inspector, channel, pieces), show(pieces), log)
      }
    }
  },
)

const chunkInvariance = inspectorCheck(
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
    // Whatever is counted or kept for one chunk has no room for this one.
    const long = [...longText(sampleTexts(subject), subject.benign, 2 * LONG_CHARS, 4)]
    const [whole, cut] = [[long.join('')], long].map((pieces) => {
      const { results, clearedAt } = runPieces(inspector, channel, pieces)
      return { clearedAt: clearedAt.at(-1), results }
    })
    log.same(whole, cut, `${long.join('').length} code units in one chunk`)
  },
)

const boundedHold = inspectorCheck(
  'I-4',
  'clears forward only, holds no more than it declares',
  (subject, log) => {
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
  },
)

/** A day, an hour, a minute, a second and a millisecond: every field of a date is another. */
const LATER_MS = 90_061_001

const determinism = inspectorCheck(
  'I-9',
  'gives the same output for the same input, at any time',
  (subject, log) => {
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
      const later = perturbed(0.5, LATER_MS, () => run(first))
      log.same(later, wanted, `again a day later for ${show(pieces)}`)
      for (const { how, value, shiftMs, inspector } of others) {
        const seen = perturbed(value, shiftMs, () => run(inspector))
        log.same(seen, wanted, `another inspector, ${how}, for ${show(pieces)}`)
      }
    }
  },
)

/** All checks of an inspector, one per law or contract rule. */
export const inspectorChecks: readonly InspectorCheck[] = [
  findings,
  lateFindings,
  noLeak,
  chunkInvariance,
  boundedHold,
  determinism,
  ...inspectorSessionChecks,
]

/** Everything an inspector does wrong. Empty for a correct one. */
export async function checkInspector(subject: InspectorSubject): Promise<Violation[]> {
  const violations: Violation[] = []
  for (const check of inspectorChecks) violations.push(...(await check.run(subject)))
  return violations
}
