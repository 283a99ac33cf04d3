import { MidstreamError } from '@midstream/core'
import { oneByOne } from '@midstream/test-kit'
import { channelOf, type InspectorCheck, inspectorCheck, sampleTexts, textsOf } from './inspector-check.ts'
import { openRun, runPieces } from './inspector-run.ts'
import { longText } from './inspector-texts.ts'
import { retainedHeap } from './retained-heap.ts'
import { show } from './violation.ts'

const ended = inspectorCheck(
  'ended',
  'ends once, also before any text, and then refuses a push with SESSION_ENDED',
  (subject, log) => {
    const inspector = subject.create()
    for (const text of [undefined, '', ...sampleTexts(subject), subject.benign[0] ?? '']) {
      const session = openRun(inspector, channelOf(subject))
      if (text !== undefined) session.push(text)
      session.end()
      const before = session.run.reported.length
      for (const late of ['x', '']) {
        try {
          session.push(late)
          log.add(`push(${show(late)}) after the end of ${show(text)} returned`)
        } catch (error) {
          if (!MidstreamError.is(error, 'SESSION_ENDED'))
            log.add(`a push after the end threw ${String(error)}`)
        }
      }
      session.end()
      if (session.run.reported.length !== before)
        log.add(`${show(text)}: something was reported after the end`)
    }
  },
)

const isolation = inspectorCheck('isolation', 'keeps sessions and choices apart', (subject, log) => {
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
  const second = { ...channel, index: channel.index + 1, key: `${channel.key}/second` }
  for (const { text } of subject.samples) {
    const alone = runPieces(undisturbed, channel, oneByOne(text))
    // A stream whose client left is never ended.
    openRun(inspector, channel).push(text.slice(0, Math.ceil(text.length / 2)))
    const after = runPieces(inspector, channel, oneByOne(text))
    log.same(after.results, alone.results, `${show(text)} after a session that was left`)
    const beside = runPieces(inspector, second, oneByOne(text))
    log.same(beside.results, alone.results, `${show(text)} in the second choice`)
  }
})

const input = inspectorCheck(
  'input',
  'changes neither the channel, nor the sink, nor a finding it has handed out',
  (subject, log) => {
    const channel = Object.freeze({ ...channelOf(subject) })
    const inspector = subject.create()
    // A frozen object throws when it is written to in a module, and the check reports that.
    const runs = sampleTexts(subject).map((text) => ({
      text,
      run: runPieces(inspector, channel, oneByOne(text)),
    }))
    // Only now: a finding may be written to by a later session.
    for (const { text, run } of runs) {
      for (const { finding, copy } of run.handedOut) log.same(finding, JSON.parse(copy), show(text))
    }
  },
)

const quietSink = inspectorCheck('sink', 'reports during push and end only', async (subject, log) => {
  const inspector = subject.create()
  const runs = sampleTexts(subject).map((text) => ({
    text,
    run: runPieces(inspector, channelOf(subject), [text]),
  }))
  // What waits for a promise or for the next turn of the loop comes before this.
  await new Promise((resolve) => setTimeout(resolve, 1))
  for (const { text, run } of runs) {
    for (const report of run.strayed) log.add(`${show(text)}: ${report} came outside a call`)
  }
})

const boundedState = inspectorCheck('state', 'keeps a bounded state over a long text', (subject, log) => {
  const { longChars = 1_048_576 } = subject
  // Nothing is recorded here: only what the session itself keeps may count.
  const session = subject.create().open(channelOf(subject), { finding() {}, overflow() {} })
  // One sample among three fillers, so that an unended match is no excuse for keeping all.
  const pieces = longText(sampleTexts(subject), subject.benign, longChars, 4)
  let fed = 0
  function feed(until: number): void {
    while (fed < until) {
      const { value: piece = '', done } = pieces.next()
      if (done === true) return
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

const forgottenSessions = inspectorCheck(
  'state',
  'keeps nothing of a session that is over or was left',
  (subject, log) => {
    const inspector = subject.create()
    const texts = [...sampleTexts(subject), ...subject.benign]
    let opened = 0
    function use(count: number): void {
      for (let i = 0; i < count; i++) {
        const session = inspector.open(channelOf(subject), { finding() {}, overflow() {} })
        session?.push(`${opened++} ${texts[i % texts.length] ?? ''}`)
        if (i % 2 === 0) session?.end()
      }
    }
    use(500)
    const early = retainedHeap()
    const more = 2000
    use(more)
    const grown = retainedHeap() - early
    // The closures of the smallest session take more than this.
    if (grown > more * 128) log.add(`${more} sessions grew the heap by ${grown} bytes`)
  },
)

/** Checks of what lies around the texts: the end of a session, other sessions, memory. */
export const inspectorSessionChecks: readonly InspectorCheck[] = [
  ended,
  isolation,
  input,
  quietSink,
  boundedState,
  forgottenSessions,
]
