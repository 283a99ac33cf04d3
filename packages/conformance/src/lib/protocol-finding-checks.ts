import { type Action, type Finding, type Inspector, MidstreamError, type Policy } from '@midstream/core'
import { everyNth, seededRandom, utf8 } from '@midstream/test-kit'
import { checkRaw, checkTexts, redactedText, textBeforeSecrets } from './expected-text.ts'
import { type ProtocolCheck, protocolCheck } from './protocol-check.ts'
import {
  byteSplits,
  eventBoundaries,
  guardFor,
  joinBytes,
  openStream,
  outcome,
  plainReport,
  runStream,
  type StreamRun,
  sameBytes,
  settingsFor,
} from './protocol-run.ts'
import type { StreamCase } from './protocol-subject.ts'
import { wordInspector } from './word-inspector.ts'

/** `rule [start, end)` of every occurrence, over all channels. */
function expectedFindings({ texts, secrets }: StreamCase): string[] {
  const found: string[] = []
  for (const text of Object.values(texts)) {
    for (const word of secrets) {
      for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
        found.push(`word/${word} [${at}, ${at + word.length})`)
      }
    }
  }
  return found.sort()
}

function reportedFindings({ reports }: StreamRun): string[] | undefined {
  return reports[0]?.findings.map(({ finding: { rule, start, end } }) => `${rule} [${start}, ${end})`).sort()
}

const findings = protocolCheck(
  'findings',
  'the report holds every finding at its place in its channel',
  (subject, log) => {
    for (const stream of subject.streams) {
      const { name, bytes, secrets } = stream
      const run = runStream(subject, settingsFor([wordInspector(secrets)], 'annotate'), everyNth(bytes, 40))
      log.same(reportedFindings(run), expectedFindings(stream), name)
      log.same(run.reports[0]?.verdict, 'annotate', `${name}: verdict`)
      if (!sameBytes(run.output, bytes)) log.add(`${name}: bytes were changed by an annotation`)
    }
  },
)

const decisions = protocolCheck(
  'findings',
  'each finding gets its own action, and the worst of them is the verdict',
  (subject, log) => {
    for (const stream of subject.streams) {
      const { name, bytes, secrets, texts, uneditable = [] } = stream
      const occurring = secrets.filter((word) => Object.values(texts).some((text) => text.includes(word)))
      const edited = (hidden: readonly string[]): boolean =>
        Object.entries(texts).some(
          ([channel, text]) => uneditable.includes(channel) && hidden.some((word) => text.includes(word)),
        )
      for (const hidden of occurring.map((word) => [word])) {
        const action = (rule: string): Action => (hidden.includes(rule.slice(5)) ? 'redact' : 'annotate')
        const policy: Policy = { decide: ({ rule }) => action(rule) }
        const settings = { ...settingsFor([wordInspector(secrets)], 'allow'), policy }
        const run = runStream(subject, settings, everyNth(bytes, 40))
        const context = `${name}, only ${hidden.join()} is redacted`
        checkTexts(run, stream, (text) => redactedText(text, hidden), context, log)
        if (edited(hidden)) continue
        log.same(run.reports[0]?.verdict, 'redact', `${context}: verdict`)
        const wrong = run.reports[0]?.findings.filter((entry) => entry.action !== action(entry.finding.rule))
        log.same(wrong, [], `${context}: actions`)
      }
      const policy: Policy = { decide: (_, { kind }) => (kind === 'content' ? 'redact' : 'allow') }
      const run = runStream(subject, { ...settingsFor([wordInspector(secrets)], 'allow'), policy }, [bytes])
      const allowed = (text: string, channel: string): string =>
        channel.startsWith('content/') ? redactedText(text, secrets) : text
      checkTexts(run, stream, allowed, `${name}, only content is redacted`, log)
    }
  },
)

/** Every character that JSON must escape, and one outside ASCII. */
const REPLACEMENT = '"<\\ü\n\t>'

const replacements = protocolCheck(
  'findings',
  'a replacement of the finding stands where its span stood',
  (subject, log) => {
    for (const stream of subject.streams) {
      const { name, bytes, secrets } = stream
      const inner = wordInspector(secrets)
      const inspector: Inspector = {
        ...inner,
        open: (channel, sink) =>
          inner.open(channel, {
            ...sink,
            finding: (finding: Finding) => sink.finding({ ...finding, replacement: REPLACEMENT }),
          }),
      }
      const replaced = (text: string): string =>
        secrets.reduce((left, secret) => left.replaceAll(secret, REPLACEMENT), text)
      const run = runStream(subject, settingsFor([inspector], 'redact'), everyNth(bytes, 40))
      checkTexts(run, stream, replaced, name, log)
    }
  },
)

const severalInspectors = protocolCheck(
  'I-1',
  'several inspectors hide together what one of them would',
  (subject, log) => {
    const random = seededRandom(31)
    const easy = wordInspector(['\u0001'], { id: 'easy' })
    for (const stream of subject.streams) {
      const { name, bytes, secrets } = stream
      const all = wordInspector(secrets)
      const sets = [
        ['the first finds nothing', [easy, all]],
        ['the last finds nothing', [all, easy]],
        ['one for each word', secrets.map((word) => wordInspector([word], { id: word }))],
      ] as const
      for (const action of ['redact', 'block'] as const) {
        const alone = outcome(runStream(subject, settingsFor([all], action), [bytes]))
        for (const [which, inspectors] of sets) {
          const settings = settingsFor(inspectors, action)
          for (const [split, pieces] of byteSplits(bytes, { random, randomCount: 5, cutEvery: 53 })) {
            if (log.full) return
            const run = runStream(subject, settings, pieces)
            const context = `${name}, ${which}, ${action}, ${split}`
            checkRaw(run.output, secrets, context, log)
            // One for each word holds less than one for all, so that a cut may come at another finding.
            if (which !== 'one for each word') log.same(outcome(run), alone, context)
          }
        }
      }
    }
  },
)

const brokenOff = protocolCheck('I-1', 'a stream that breaks off shows nothing undecided', (subject, log) => {
  for (const stream of subject.streams) {
    const { name, bytes, secrets, uneditable = [] } = stream
    const boundaries = eventBoundaries(bytes)
    for (const action of ['redact', 'block'] as const) {
      const allowed = (text: string, channel: string): string =>
        action === 'redact' && !uneditable.includes(channel)
          ? redactedText(text, secrets)
          : textBeforeSecrets(text, secrets)
      for (const at of [...boundaries.slice(0, -1), ...boundaries.map((boundary) => boundary - 3)]) {
        for (const how of ['stops', 'fails', 'sends too much'] as const) {
          if (log.full) return
          const limits = { maxChunkBytes: bytes.length }
          const opened = openStream(subject, settingsFor([wordInspector(secrets)], action, { limits }))
          opened.push(bytes.slice(0, at))
          if (how === 'stops') opened.stream.end()
          else if (how === 'fails') opened.stream.fail(new MidstreamError('UPSTREAM_ABORTED', 'reset'))
          else opened.push(new Uint8Array(bytes.length + 1).fill(32))
          const run = opened.result()
          const context = `${name}, ${action}, upstream ${how} after ${at} bytes`
          if (!opened.stream.ended) log.add(`${context}: the stream is still open`)
          checkRaw(run.output, secrets, context, log)
          checkTexts({ ...run, reports: [] }, stream, allowed, context, log)
        }
      }
    }
  }
})

const untouchedEvents = protocolCheck(
  'I-3',
  'a redaction changes no event but those that it touches',
  (subject, log) => {
    for (const stream of subject.streams) {
      const { name, bytes, secrets } = stream
      const run = runStream(subject, settingsFor([wordInspector(secrets)], 'redact'), everyNth(bytes, 40))
      if (run.reports[0]?.ending !== 'complete') continue
      const output = eventsOf(run.output)
      let at = 0
      for (const event of eventsOf(bytes).filter((raw) =>
        isUntouched(raw, bytes, stream, subject.readStream),
      )) {
        const found = output.indexOf(event, at)
        if (found < 0) log.add(`${name}: ${JSON.stringify(event)} is missing, changed or out of its order`)
        else at = found + 1
      }
    }
  },
)

/** Raw events as Latin-1 text. */
function eventsOf(bytes: Uint8Array): string[] {
  const decoder = new TextDecoder('latin1')
  return [0, ...eventBoundaries(bytes)]
    .map((from, i, all) => decoder.decode(bytes.slice(from, all[i + 1])))
    .filter((event) => event !== '')
}

/** True for a comment, and for an event whose whole text is outside every secret. */
function isUntouched(
  raw: string,
  bytes: Uint8Array,
  { texts, secrets }: StreamCase,
  read: (bytes: Uint8Array) => Readonly<Record<string, string>>,
): boolean {
  if (raw.startsWith(':')) return true
  const whole = new TextDecoder('latin1').decode(bytes)
  const at = whole.indexOf(raw)
  // An event that comes twice may be touched once.
  if (whole.indexOf(raw, at + 1) >= 0) return false
  const [before, after] = [at, at + raw.length].map((end) => read(bytes.slice(0, end)))
  const added = Object.entries(after!).filter(([channel, text]) => text !== (before![channel] ?? ''))
  return (
    added.length > 0 &&
    added.every(([channel, text]) => {
      const start = before![channel]?.length ?? 0
      const original = texts[channel] ?? ''
      // Escapes cut by an event are read late: only text that simply grows tells where it stands.
      if (!original.startsWith(text) || !text.startsWith(before![channel] ?? '')) return false
      return secrets.every((secret) => {
        for (let found = original.indexOf(secret); found >= 0; found = original.indexOf(secret, found + 1)) {
          if (found < text.length && found + secret.length > start) return false
        }
        return true
      })
    })
  )
}

const isolation = protocolCheck('isolation', 'keeps the streams of one guard apart', (subject, log) => {
  for (const stream of subject.streams) {
    const { name, bytes, secrets } = stream
    const copy = bytes.slice()
    for (const action of ['redact', 'block'] as const) {
      const settings = settingsFor([wordInspector(secrets)], action)
      const alone = outcome(runStream(subject, settings, everyNth(bytes, 5)))
      const made = guardFor(subject, settings)
      const left = openStream(subject, settings, made)
      left.push(bytes.slice(0, bytes.length / 2))
      left.stream.abort()
      const pair = [openStream(subject, settings, made), openStream(subject, settings, made)] as const
      const pieces = everyNth(bytes, 5)
      for (let i = 0; i < pieces.length + 3; i++) {
        for (const [lag, { push }] of [pair[0], pair[1]].entries()) {
          const piece = pieces[i - 3 * lag]
          if (piece !== undefined) push(piece)
        }
      }
      for (const [i, { stream: one, result }] of pair.entries()) {
        one.end()
        log.same(outcome(result()), alone, `${name}, ${action}, stream ${i + 1} of two`)
      }
    }
    if (!sameBytes(bytes, copy)) log.add(`${name}: the bytes that were pushed were changed`)
  }
})

const longStreams = protocolCheck(
  'I-2',
  'what comes after 64 KiB is treated as what comes before',
  (subject, log) => {
    for (const { name, bytes, secrets } of subject.streams) {
      const half = eventBoundaries(bytes)[0] ?? 0
      const comments = utf8(': filler\n\n'.repeat(7000))
      const long = joinBytes([bytes.slice(0, half), comments, bytes.slice(half)])
      for (const action of ['redact', 'block'] as const) {
        const settings = settingsFor([wordInspector(secrets)], action)
        const short = outcome(runStream(subject, settings, [bytes]))
        const run = runStream(subject, settings, everyNth(long, 8192))
        log.same(outcome(run), short, `${name}, ${action}, with ${comments.length} bytes of comments`)
      }
      const untouched = runStream(
        subject,
        settingsFor([wordInspector(['\u0001'])], 'block'),
        everyNth(long, 999),
      )
      if (!sameBytes(untouched.output, long)) {
        log.add(`${name}: ${untouched.output.length} bytes came out, not the ${long.length} sent`)
        log.add(`${name}: ${JSON.stringify(plainReport(untouched.reports[0]))}`)
      }
    }
  },
)

export const protocolFindingChecks: readonly ProtocolCheck[] = [
  findings,
  decisions,
  replacements,
  severalInspectors,
  brokenOff,
  untouchedEvents,
  isolation,
  longStreams,
]
