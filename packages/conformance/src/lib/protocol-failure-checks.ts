import type { Action, Policy } from '@midstream/core'
import { everyNth } from '@midstream/test-kit'
import { checkRaw } from './expected-text.ts'
import { clearsNothingItCanName, throwsIn, throwsPast } from './failing-inspectors.ts'
import { type ProtocolCheck, protocolCheck } from './protocol-check.ts'
import { guardFor, plainReport, runStream, type StreamRun, settingsFor } from './protocol-run.ts'
import type { ViolationLog } from './violation.ts'
import { wordInspector } from './word-inspector.ts'

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
          const { guard } = guardFor(subject, settingsFor(inspectors, 'redact', { failOpen }))
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

/** What a stream must look like whose inspection failed. */
function checkFailedClosed(run: StreamRun, context: string, log: ViolationLog): void {
  const { verdict, ending, error } = run.reports[0] ?? {}
  const wanted = { verdict: 'block', ending: 'cut', error: 'INSPECTOR_FAILED' }
  log.same({ verdict, ending, error: error?.code }, wanted, context)
  if (run.end !== 'refused' && run.end !== 'error') log.add(`${context}: the end looks ${run.end}`)
  if (failures(run.events, false) === 0) log.add(`${context}: no inspector-failed event`)
}

const laterFailures = protocolCheck(
  'I-8',
  'an inspector that fails in the middle blocks what it had not cleared',
  (subject, log) => {
    const chars = 5
    for (const { name, bytes, texts } of subject.streams) {
      if (Object.values(texts).every((text) => text.length <= chars)) continue
      const context = `${name}, throws past ${chars} code units`
      const closed = runStream(subject, settingsFor([throwsPast(chars)], 'redact'), everyNth(bytes, 10))
      checkFailedClosed(closed, context, log)
      for (const [channel, text] of Object.entries(closed.texts)) {
        if (text.length > chars) log.add(`${context}: ${JSON.stringify(text)} of ${channel} got out`)
      }
      const settings = settingsFor([throwsPast(chars)], 'redact', { failOpen: true })
      const open = runStream(subject, settings, everyNth(bytes, 10))
      log.same(Object.entries(open.texts).sort(), Object.entries(texts).sort(), `${context}, failOpen: text`)

      for (const offset of [Number.NaN, undefined as unknown as number]) {
        const inspectors = [clearsNothingItCanName(offset)]
        const unnamed = runStream(subject, settingsFor(inspectors, 'redact'), everyNth(bytes, 10))
        checkFailedClosed(unnamed, `${name}, clears up to ${offset}`, log)
        log.same(unnamed.texts, {}, `${name}, clears up to ${offset}: text`)
      }
    }
  },
)

const brokenPolicies = protocolCheck(
  'I-8',
  'a policy that throws, or names an action that there is not, blocks',
  (subject, log) => {
    const policies: readonly (readonly [what: string, policy: Policy])[] = [
      ['throws', { decide: () => fail() }],
      ['says deny', { decide: () => 'deny' as Action }],
      ['says nothing', { decide: () => undefined as unknown as Action }],
    ]
    for (const [what, policy] of policies) {
      for (const { name, bytes, secrets } of subject.streams) {
        const context = `${name}, the policy ${what}`
        const settings = { ...settingsFor([wordInspector(secrets)], 'allow'), policy }
        const run = runStream(subject, settings, everyNth(bytes, 10))
        checkRaw(run.output, secrets, context, log)
        const { verdict, ending } = run.reports[0] ?? {}
        log.same({ verdict, ending }, { verdict: 'block', ending: 'cut' }, context)
      }
      for (const { name, body, secrets } of subject.bodies) {
        const context = `${name}, body, the policy ${what}`
        const { guard } = guardFor(subject, { ...settingsFor([wordInspector(secrets)], 'allow'), policy })
        const guarded = subject.guardBody(guard, body, () => undefined)
        checkRaw(guarded.body, secrets, context, log)
        log.same(guarded.report.verdict, 'block', context)
      }
    }
  },
)

function fail(): never {
  throw new TypeError('broken policy')
}

export const protocolFailureChecks: readonly ProtocolCheck[] = [failClosed, laterFailures, brokenPolicies]
