import { describe, expect, it } from 'vitest'
import { checkProtocol, protocolChecks, protocolConformance } from '../src/lib/protocol-suite.ts'
import type { Violation } from '../src/lib/violation.ts'
import type { Fault } from './toy-faults.ts'
import { type BodyFault, toySubject } from './toy-subject.ts'

protocolConformance('the toy engine', toySubject())

const faults: readonly (readonly [fault: Fault, breaks: readonly Violation['law'][]])[] = [
  ['leaks at flush', ['I-1']],
  ['re-encodes untouched events', ['I-3']],
  ['writes two ends', ['I-3', 'I-6']],
  ['reports two ends', ['I-6']],
  ['shows a failure as a clean end', ['I-5', 'I-6']],
  ['takes a missing end for a clean one', ['I-6']],
  ['inspects each event alone', ['I-1']],
  ['drops comments', ['I-3']],
  ['decodes each chunk alone', ['I-2', 'I-3']],
  ['shows the first character of a span', ['I-1']],
  ['flushes what it holds when it cuts', ['I-1', 'I-4', 'I-8']],
  ['writes after the end', ['I-6']],
  ['writes on abort', ['I-6']],
  ['releases at the hold limit', ['I-4']],
  ['has no hold limit', ['I-4']],
  ['ignores the time of a hold', ['I-4']],
  ['does not count releases', ['I-4']],
  ['buffers events without limit', ['I-5']],
  ['counts no bytes', ['I-5']],
  ['lets inspectors fail open', ['I-8']],
  ['fails open without a word', ['I-8']],
  ['numbers its writes at random', ['I-9']],
  ['hides a refusal as a clean end', ['I-4', 'I-6', 'I-8']],
  ['stays open after a cut', ['I-6']],
  ['redacts too much', ['I-1']],
  ['takes the highest of the cleared offsets', ['I-1']],
  ['inspects the first choice only', ['I-1', 'findings']],
  ['lets other channels overtake what it holds', ['I-3']],
  ['shares its channels between streams', ['isolation']],
  ['flushes what it holds when the upstream fails', ['I-1']],
  ['goes on when an inspector fails late', ['I-8']],
  ['re-encodes everything once it has redacted', ['I-3']],
  ['drops comments once it has redacted', ['I-3']],
  ['is blind after 64 KiB', ['I-2']],
  ['ignores replacements', ['findings']],
  ['counts positions from each event', ['findings']],
  ['reports the first finding only', ['findings']],
  ['takes the last action for the verdict', ['findings']],
  ['does to all findings what it does to the first', ['findings']],
  ['begins the time of a hold anew with each event', ['I-4']],
  ['counts the hold for each event', ['I-4']],
  ['cuts before the hold limit', ['I-4']],
  ['tells of a hold limit twice', ['I-4']],
  ['refuses a chunk that just fits', ['I-5']],
  ['refuses a stream that just fits', ['I-5']],
  ['counts no chunks', ['I-5']],
  ['has no end of time', ['I-5']],
  ['writes on when the client leaves in a write', ['I-6']],
  ['takes no action for allow', ['I-8']],
  ['lets a policy fail open', ['I-8']],
  ['takes no offset for all of the text', ['I-8']],
  ['stamps its writes with the time', ['I-9']],
  ['tells of its end in an event', ['I-6']],
  ['loses the halves of a surrogate pair', ['I-1', 'findings']],
  ['writes into the bytes it was given', ['isolation']],
]

const bodyFaults: readonly BodyFault[] = ['does not inspect bodies', 'finds only the first in a body']

// A loaded machine needs more than the usual five seconds.
describe('checkProtocol', { timeout: 60_000 }, () => {
  it.each(faults)('sees an engine that %s', (fault, breaks) => {
    // Only the checks of the expected laws: all of them for every fault would take most of the time of this package.
    const checks = protocolChecks.filter(({ law }) => breaks.includes(law))
    const laws = new Set(checks.flatMap((check) => check.run(toySubject(fault))).map(({ law }) => law))
    expect([...laws].sort()).toEqual([...breaks])
  })

  it.each(bodyFaults)('sees an engine that %s', (fault) => {
    const laws = checkProtocol({ ...toySubject(undefined, fault), streams: [] }).map(({ law }) => law)
    expect(laws).toContain('I-7')
  })
})
