import { MidstreamError } from '@midstream/core'
import { type ClientEnd, everyNth } from '@midstream/test-kit'
import { type ProtocolCheck, protocolCheck } from './protocol-check.ts'
import { eventBoundaries, type OpenStream, openStream, type StreamRun, settingsFor } from './protocol-run.ts'
import type { SubjectReport } from './protocol-subject.ts'
import type { ViolationLog } from './violation.ts'
import { wordInspector } from './word-inspector.ts'

const nothingFound = settingsFor([wordInspector(['\u0001'])], 'block')

/** Everything that may be called on a stream, after its end: none of it may reach the sink. */
function checkNothingAfterEnd(
  { stream, push, result }: OpenStream,
  bytes: Uint8Array,
  context: string,
  log: ViolationLog,
): void {
  if (!stream.ended) log.add(`${context}: ended is false after the end`)
  const { output } = result()
  push(bytes)
  stream.tick()
  stream.end()
  stream.fail(new MidstreamError('UPSTREAM_ABORTED', 'too late'))
  stream.abort()
  push(bytes)
  const after = result()
  if (after.output.length > output.length) {
    log.add(`${context}: ${after.output.length - output.length} bytes were written after the end`)
  }
  for (const misuse of after.misuse) log.add(`${context}: ${misuse}`)
}

function checkEnd(
  run: StreamRun,
  wanted: { ends: readonly ClientEnd[]; ending: SubjectReport['ending']; code?: RegExp },
  context: string,
  log: ViolationLog,
): void {
  const [report] = run.reports
  if (run.reports.length !== 1) log.add(`${context}: sink.end was called ${run.reports.length} times`)
  if (!wanted.ends.includes(run.end))
    log.add(`${context}: the client sees the end as ${run.end}, must be ${wanted.ends.join(' or ')}`)
  log.same(report?.ending, wanted.ending, `${context}: ending in the report`)
  const code = report?.error?.code ?? 'none'
  if (wanted.code?.test(code) === false) log.add(`${context}: the error in the report is ${code}`)
}

const cleanEnd = protocolCheck('I-6', 'a whole stream has one end and nothing after it', (subject, log) => {
  for (const { name, bytes, secrets } of subject.streams) {
    const cases = [
      ['no finding', nothingFound, 'complete', 'complete'],
      ['soft block', settingsFor([wordInspector(secrets)], 'block'), 'refused', 'cut'],
      ['hard block', settingsFor([wordInspector(secrets)], 'block', { ending: 'hard' }), 'error', 'cut'],
    ] as const
    for (const [what, settings, end, ending] of cases) {
      const context = `${name}, ${what}`
      const opened = openStream(subject, settings)
      opened.push(bytes)
      opened.stream.end()
      // A soft ending that would pass off a truncated tool call as a whole one is an error instead.
      const ends: readonly ClientEnd[] = what === 'soft block' ? ['refused', 'error'] : [end]
      checkEnd(opened.result(), { ends, ending }, context, log)
      checkNothingAfterEnd(opened, bytes, context, log)
    }
  }
})

const failedUpstream = protocolCheck(
  'I-6',
  'an upstream that fails or stops early is never shown as a clean end',
  (subject, log) => {
    for (const { name, bytes } of subject.streams) {
      const boundaries = new Set(eventBoundaries(bytes))
      for (let length = 0; length < bytes.length; length++) {
        if (log.full) return
        const start = bytes.slice(0, length)
        // Past the last thing that a client waits for, the end may already have been passed on.
        const seen = subject.readEnd(
          bytes.slice(0, Math.max(0, ...[...boundaries].filter((at) => at <= length))),
        )
        if (seen !== 'none') continue
        for (const how of ['stops', 'fails'] as const) {
          const opened = openStream(subject, nothingFound)
          opened.push(start)
          if (how === 'stops') opened.stream.end()
          else opened.stream.fail(new MidstreamError('UPSTREAM_ABORTED', 'connection reset'))
          // Inside an event its broken rest may be what is reported.
          const unfinished =
            boundaries.has(length) || length === 0 ? /^UPSTREAM_UNEXPECTED_END$/ : /^UPSTREAM_/
          const code = how === 'stops' ? unfinished : /^UPSTREAM_ABORTED$/
          const context = `${name}, upstream ${how} after ${length} bytes`
          checkEnd(opened.result(), { ends: ['error'], ending: 'failed', code }, context, log)
          if (boundaries.has(length)) checkNothingAfterEnd(opened, bytes, context, log)
        }
      }
    }
  },
)

const clientAbort = protocolCheck(
  'I-6',
  'after an abort nothing is written and the end is reported once',
  (subject, log) => {
    for (const { name, bytes, secrets } of subject.streams) {
      for (const at of [0, ...eventBoundaries(bytes).slice(0, -1), Math.floor(bytes.length / 2)]) {
        if (log.full) return
        const context = `${name}, abort after ${at} bytes`
        const opened = openStream(subject, settingsFor([wordInspector(secrets)], 'redact'))
        opened.push(bytes.slice(0, at))
        if (opened.stream.ended) continue
        const { writtenBytes } = opened
        opened.stream.abort()
        const run = opened.result()
        if (opened.writtenBytes > writtenBytes) log.add(`${context}: bytes were written on abort`)
        log.same(
          run.reports.map(({ ending }) => ending),
          ['aborted'],
          `${context}: ends reported`,
        )
        checkNothingAfterEnd(opened, bytes.slice(at), context, log)
      }
    }
  },
)

const abortInWrite = protocolCheck(
  'I-6',
  'a client that leaves while it is written to gets no more, and one end',
  (subject, log) => {
    for (const { name, bytes, secrets } of subject.streams) {
      for (const action of ['redact', 'block'] as const) {
        for (let nth = 1, met = true; met && !log.full; nth++) {
          met = false
          const opened = openStream(subject, settingsFor([wordInspector(secrets)], action))
          const { stream } = opened
          let writes = 0
          opened.onWrite(() => {
            writes++
            if (writes !== nth) return
            met = true
            stream.abort()
          })
          for (const piece of everyNth(bytes, 40)) opened.push(piece)
          stream.end()
          if (!met) continue
          const context = `${name}, ${action}, abort in write ${nth}`
          if (writes > nth) log.add(`${context}: ${writes - nth} more writes`)
          const { reports, misuse } = opened.result()
          if (reports.length !== 1) log.add(`${context}: ${reports.length} ends`)
          for (const wrong of misuse) log.add(`${context}: ${wrong}`)
          if (!stream.ended) log.add(`${context}: ended is false`)
        }
      }
    }
  },
)

export const protocolEndChecks: readonly ProtocolCheck[] = [
  cleanEnd,
  failedUpstream,
  clientAbort,
  abortInWrite,
]
