import { readSse, utf8 } from '@midstream/test-kit'
import type {
  BodyCase,
  GuardSettings,
  ProtocolSubject,
  StreamCase,
  SubjectEvent,
  SubjectReport,
} from '../src/lib/protocol-subject.ts'
import { guardToyStream } from './toy-engine.ts'
import type { Fault } from './toy-faults.ts'
import { readToyBody, readToyEnd, readToyStream, toyBody, toyStream } from './toy-protocol.ts'

// `key` ends a channel and `keyring` does not occur: decided only by the end.
const secrets = ['secret', 'key', 'keyring', 'né😀']
const parts: readonly (readonly [channel: string, text: string])[] = [
  ['content/0', 'a plain text with a sec'],
  ['reasoning/0', 'thinking of né'],
  ['content/0', 'ret in it'],
  ['content/0', ''],
  ['reasoning/0', '😀 and secretsecret'],
  ['content/0', ' and the key'],
]
const texts = {
  'content/0': 'a plain text with a secret in it and the key',
  'reasoning/0': 'thinking of né😀 and secretsecret',
}

const streams: readonly StreamCase[] = [
  { name: 'two channels', bytes: toyStream(parts), texts, secrets },
  {
    name: 'short',
    bytes: toyStream([['content/0', 'my secret']]),
    texts: { 'content/0': 'my secret' },
    secrets: ['secret'],
  },
  {
    name: 'one choice',
    bytes: toyStream([
      ['content/0', 'a long'],
      ['content/0', ' text'],
      ['content/0', ' with a sec'],
      ['content/0', 'ret'],
    ]),
    texts: { 'content/0': 'a long text with a secret' },
    secrets: ['secret'],
  },
  {
    name: 'two choices and a comment',
    bytes: toyStream([
      ['content/0', 'a sec'],
      ['content/1', 'the other se'],
      ['content/0', 'ret: \ud83d'],
      ['content/0', '\ude00'],
      ['content/1', 'cret'],
      ['content/1', ' is out'],
      ':',
      ['content/0', ' and no more'],
    ]),
    texts: { 'content/0': 'a secret: 😀 and no more', 'content/1': 'the other secret is out' },
    secrets: ['secret', ' 😀'],
  },
]
const bodies: readonly BodyCase[] = [
  { name: 'two channels', body: toyBody(texts), bytes: toyStream(parts), secrets },
]

export type BodyFault = 'does not inspect bodies' | 'finds only the first in a body'

/** The toy engine as a subject. Bodies are guarded as the stream of the same texts. */
export function toySubject(fault?: Fault, bodyFault?: BodyFault): ProtocolSubject<GuardSettings> {
  return {
    makeGuard: (settings) => settings,
    guardStream: (settings, sink) => guardToyStream(settings, sink, fault),
    guardBody(settings, body, event) {
      const inspectors = bodyFault === 'does not inspect bodies' ? [] : settings.inspectors
      return guardToyBody({ ...settings, inspectors }, body, event, fault, bodyFault)
    },
    readStream: readToyStream,
    readBody: readToyBody,
    readEnd: readToyEnd,
    streams,
    bodies,
    randomSplits: 20,
  }
}

function guardToyBody(
  settings: GuardSettings,
  body: Uint8Array,
  event: (event: SubjectEvent) => void,
  fault: Fault | undefined,
  bodyFault: BodyFault | undefined,
): { body: Uint8Array; report: SubjectReport } {
  const written: string[] = []
  let report: SubjectReport | undefined
  const sink = {
    write: (bytes: Uint8Array) => written.push(new TextDecoder().decode(bytes)),
    end(last: SubjectReport) {
      report = last
    },
    event,
  }
  const stream = guardToyStream(settings, sink, fault)
  stream.push(toyStream(Object.entries(readToyBody(body))))
  if (report === undefined) throw new Error('the toy stream did not end')
  const output = utf8(written.join(''))
  const blocked = report.verdict === 'block' || report.verdict === 'hold'
  const redacted = readSse(output).length > 0 && !blocked ? toyBody(readToyStream(output)) : utf8('{}')
  if (bodyFault !== 'finds only the first in a body') return { body: redacted, report }
  return { body: redacted, report: { ...report, findings: report.findings.slice(0, 1) } }
}
