import { seededRandom } from '@midstream/test-kit'
import { checkRaw, checkTexts, redactedText, textBeforeSecrets } from './expected-text.ts'
import { throwsIn } from './failing-inspectors.ts'
import { perturbed } from './perturbed.ts'
import { type ProtocolCheck, protocolCheck } from './protocol-check.ts'
import {
  byteSplits,
  guardFor,
  outcome,
  plainFindings,
  plainReport,
  runStream,
  sameBytes,
  settingsFor,
} from './protocol-run.ts'
import { wordInspector } from './word-inspector.ts'

const noLeak = protocolCheck(
  'I-1',
  'no character of a redacted, held or blocked span gets out',
  (subject, log) => {
    const random = seededRandom(11)
    const { randomSplits: randomCount } = subject
    for (const stream of subject.streams) {
      const { bytes, secrets, uneditable = [] } = stream
      for (const action of ['redact', 'hold', 'block'] as const) {
        const settings = settingsFor([wordInspector(secrets)], action)
        const allowed = (text: string, channel: string): string =>
          action === 'redact' && !uneditable.includes(channel)
            ? redactedText(text, secrets)
            : textBeforeSecrets(text, secrets)
        for (const [split, pieces] of byteSplits(bytes, { random, randomCount, cutEvery: 7 })) {
          if (log.full) return
          const context = `${stream.name}, ${action}, ${split}`
          const run = runStream(subject, settings, pieces)
          checkTexts(run, stream, allowed, context, log)
          checkRaw(run.output, secrets, context, log)
        }
        if (action !== 'redact') continue
        // Otherwise an engine that refuses everything would never leak and never fail.
        const { reports } = runStream(subject, settings, [bytes])
        const spoilt = Object.entries(stream.texts).some(
          ([channel, text]) => uneditable.includes(channel) && textBeforeSecrets(text, secrets) !== text,
        )
        if (!spoilt && reports[0]?.ending !== 'complete') {
          log.add(
            `${stream.name}, redact: the stream did not run to its end: ${JSON.stringify(plainReport(reports[0]))}`,
          )
        }
        if (reports[0]?.findings.length === 0) log.add(`${stream.name}, redact: nothing was found`)
      }
    }
  },
)

const chunkInvariance = protocolCheck(
  'I-2',
  'text, findings and verdict are the same for every split',
  (subject, log) => {
    const random = seededRandom(12)
    const { randomSplits: randomCount } = subject
    for (const { name, bytes, secrets } of subject.streams) {
      // Every byte where all paths are taken, some bytes where only the end differs: the time goes here.
      const settings = [
        ['redact', 1, settingsFor([wordInspector(secrets)], 'redact')],
        ['block', 7, settingsFor([wordInspector(secrets)], 'block')],
        ['hard block', 7, settingsFor([wordInspector(secrets)], 'block', { ending: 'hard' })],
        ['failing', 7, settingsFor([throwsIn('push')], 'block')],
      ] as const
      for (const [what, cutEvery, chosen] of settings) {
        const reference = outcome(runStream(subject, chosen, [bytes]))
        for (const [split, pieces] of byteSplits(bytes, { random, randomCount, cutEvery })) {
          if (log.full) return
          log.same(outcome(runStream(subject, chosen, pieces)), reference, `${name}, ${what}, ${split}`)
        }
      }
    }
  },
)

const fidelity = protocolCheck(
  'I-3',
  'without a finding the bytes are those of the upstream',
  (subject, log) => {
    const random = seededRandom(13)
    const { randomSplits: randomCount } = subject
    for (const { name, bytes, texts, secrets } of subject.streams) {
      // The second inspector holds at every secret and then finds none: what was held must come out unchanged.
      const nearlyFound = wordInspector(secrets.map((word) => `${word}\u0001`))
      for (const [inspector, cutEvery] of [
        [wordInspector(['\u0001']), 7],
        [nearlyFound, 1],
      ] as const) {
        const settings = settingsFor([inspector], 'block')
        for (const [split, pieces] of byteSplits(bytes, { random, randomCount, cutEvery })) {
          if (log.full) return
          const { output, reports } = runStream(subject, settings, pieces)
          const context = `${name}, ${split}`
          if (!sameBytes(output, bytes))
            log.add(`${context}: ${output.length} bytes came out, not the ${bytes.length} sent`)
          const { verdict, ending, findings = [] } = reports[0] ?? {}
          const wanted = { verdict: 'allow', ending: 'complete', findings: 0 }
          log.same({ verdict, ending, findings: findings.length }, wanted, context)
        }
      }
      const allowed = runStream(subject, settingsFor([wordInspector(secrets)], 'allow'), [bytes])
      log.same(
        Object.entries(allowed.texts).sort(),
        Object.entries(texts).sort(),
        `${name}, findings allowed`,
      )
    }
  },
)

const CLEAN = { verdict: 'allow', ending: 'complete', error: null, findings: [] }

const parity = protocolCheck(
  'I-7',
  'the streamed and the whole answer get the same verdict and text',
  (subject, log) => {
    for (const { name, body, bytes, secrets } of subject.bodies) {
      for (const action of ['allow', 'annotate', 'redact', 'hold', 'block'] as const) {
        const context = `${name}, ${action}`
        const settings = settingsFor([wordInspector(secrets)], action)
        const streamed = runStream(subject, settings, [bytes])
        const { guard } = guardFor(subject, settings)
        const whole = subject.guardBody(guard, body, () => undefined)
        const report = streamed.reports[0]
        log.same(whole.report.verdict, report?.verdict, `${context}: verdict of the body against the stream`)
        const open = action === 'allow' || action === 'annotate'
        if (!open) checkRaw(whole.body, secrets, `${context}, body`, log)
        // A blocked stream stops at its first finding, and what a blocked body says is the protocol's choice.
        if (action === 'hold' || action === 'block') continue
        if (report === undefined) log.add(`${context}: no report`)
        else
          log.same(plainFindings(whole.report).sort(), plainFindings(report).sort(), `${context}: findings`)
        const [text, streamedText] = [subject.readBody(whole.body), streamed.texts]
        log.same(
          Object.entries(text).sort(),
          Object.entries(streamedText).sort(),
          `${context}: text of the body`,
        )
        if (open && !sameBytes(whole.body, body)) log.add(`${context}: the body was changed`)
      }
      const { guard } = guardFor(subject, settingsFor([wordInspector(['\u0001'])], 'block'))
      const clean = subject.guardBody(guard, body, () => undefined)
      if (!sameBytes(clean.body, body)) log.add(`${name}: the body was changed without a finding`)
      log.same(plainReport(clean.report), CLEAN, `${name}: report without a finding`)
    }
  },
)

const determinism = protocolCheck(
  'I-9',
  'the same stream gives the same bytes and report again',
  (subject, log) => {
    for (const { name, bytes, secrets } of subject.streams) {
      for (const action of ['redact', 'block'] as const) {
        const settings = settingsFor([wordInspector(secrets)], action)
        const run = (): unknown => {
          const { output, reports, events } = runStream(subject, settings, [bytes])
          return { output: new TextDecoder().decode(output), report: plainReport(reports[0]), events }
        }
        const first = run()
        log.same(perturbed(0, 0, run), first, `${name}, ${action}, with Math.random() at 0`)
        log.same(perturbed(0.999_999, 86_400_000, run), first, `${name}, ${action}, a day later`)
      }
    }
  },
)

export const protocolTextChecks: readonly ProtocolCheck[] = [
  noLeak,
  chunkInvariance,
  fidelity,
  parity,
  determinism,
]
