import type { Finding, InspectorSession, InspectorSink } from '@midstream/core'
import { wordInspector } from '../src/lib/word-inspector.ts'
import { altered, type BrokenInspector } from './broken-inspectors.ts'

/** Wrong in what lies around the text: how a session begins and ends, other sessions, time, memory. */
export const brokenSessions: readonly BrokenInspector[] = [
  {
    name: 'reports again what it held when it is ended twice',
    breaks: ['ended'],
    create: (words) =>
      altered(words, (open, sink) => {
        const held: Finding[] = []
        let ending = false
        const session = open({
          ...sink,
          finding(finding) {
            if (ending) held.push(finding)
            else sink.finding(finding)
          },
        })
        return {
          push: (text) => session.push(text),
          end() {
            ending = true
            session.end()
            for (const finding of held) sink.finding(finding)
          },
        }
      }),
  },
  {
    name: 'throws when it is ended twice',
    breaks: ['ended'],
    create: (words) =>
      altered(words, (open, sink) => {
        const session = open(sink)
        let ended = false
        return {
          push: (text) => session.push(text),
          end() {
            if (ended) throw new TypeError('ended')
            ended = true
            session.end()
          },
        }
      }),
  },
  {
    name: 'takes an empty push after the end',
    breaks: ['ended'],
    create: (words) =>
      altered(words, (open, sink) => {
        const session = open(sink)
        return { push: (text) => (text === '' ? 0 : session.push(text)), end: () => session.end() }
      }),
  },
  {
    name: 'fails when it is ended before any text',
    breaks: ['ended'],
    create: (words) =>
      altered(words, (open, sink) => {
        let session: InspectorSession | undefined
        return {
          push(text) {
            session ??= open(sink)
            return session.push(text)
          },
          end: () => session!.end(),
        }
      }),
  },
  {
    name: 'finds nothing in the second choice',
    breaks: ['isolation'],
    create: (words) => {
      const inner = wordInspector(words)
      return {
        ...inner,
        open: (channel, sink) => inner.open(channel, channel.index === 0 ? sink : { ...sink, finding() {} }),
      }
    },
  },
  {
    name: 'declines the second choice',
    breaks: ['isolation'],
    create: (words) => {
      const inner = wordInspector(words)
      return {
        ...inner,
        open: (channel, sink) => (channel.index === 0 ? inner.open(channel, sink) : undefined),
      }
    },
  },
  {
    name: 'finds in the text of a session what another one left unended',
    breaks: ['isolation'],
    create: (words) => {
      let left = ''
      return altered(words, (open, sink) => {
        const before = left
        const session = open({
          ...sink,
          finding: (finding) => sink.finding(moved(finding, -before.length)),
        })
        session.push(before)
        return {
          push(text) {
            left = (left + text).slice(-3)
            return Math.max(0, session.push(text) - before.length)
          },
          end() {
            left = ''
            session.end()
          },
        }
      })
    },
  },
  {
    name: 'keeps the state of a channel for the next one of that key',
    breaks: ['isolation', 'I-9'],
    create: (words) => {
      const seen = new Map<string, number>()
      const inner = wordInspector(words)
      return {
        ...inner,
        open(channel, sink) {
          const earlier = seen.get(channel.key) ?? 0
          seen.set(channel.key, earlier + 1)
          return inner.open(channel, earlier < 3 ? sink : { ...sink, finding() {} })
        },
      }
    },
  },
  {
    name: 'keeps every session that it opened',
    breaks: ['state'],
    create: (words) => {
      const sessions: InspectorSession[] = []
      return altered(words, (open, sink) => {
        const session = open(sink)
        sessions.push(session)
        return session
      })
    },
  },
  {
    name: 'forgets a session only when it is ended',
    breaks: ['state'],
    create: (words) => {
      const sessions = new Set<InspectorSession>()
      return altered(words, (open, sink) => {
        const session = open(sink)
        sessions.add(session)
        return {
          push: (text) => session.push(text),
          end() {
            sessions.delete(session)
            session.end()
          },
        }
      })
    },
  },
  {
    name: 'keeps every finding that it reported',
    breaks: ['state'],
    create: (words) =>
      altered(words, (open, sink) => {
        const reported: Finding[] = []
        return open({
          ...sink,
          finding(finding) {
            reported.push({ ...finding })
            sink.finding(finding)
          },
        })
      }),
  },
  {
    name: 'reports again when the call is over',
    breaks: ['sink'],
    create: (words) =>
      altered(words, (open, sink) =>
        open({
          ...sink,
          finding(finding) {
            sink.finding(finding)
            queueMicrotask(() => sink.finding({ ...finding }))
          },
        }),
      ),
  },
  {
    name: 'reports when it is opened',
    breaks: ['sink', 'findings'],
    create: (words) =>
      altered(words, (open, sink) => {
        sink.overflow('word/none', 0, 1)
        return open(sink)
      }),
  },
  {
    name: 'hooks into the sink it was given',
    breaks: ['input'],
    create: (words) =>
      altered(words, (open, sink) => {
        const { finding } = sink
        const hooked: InspectorSink = Object.assign(sink, { finding })
        return open(hooked)
      }),
  },
  {
    name: 'reads the day of a new Date',
    breaks: ['I-9'],
    create: (words) => {
      const made = new Date().getUTCDate()
      return altered(words, (open, sink) =>
        open({
          ...sink,
          finding: (finding) => new Date().getUTCDate() === made && sink.finding(finding),
        }),
      )
    },
  },
  {
    name: 'reads the time of the process',
    breaks: ['I-9'],
    create: (words) => {
      const made = process.hrtime.bigint()
      return altered(words, (open, sink) =>
        open({
          ...sink,
          finding: (finding) => process.hrtime.bigint() - made > 600_000_000_000n && sink.finding(finding),
        }),
      )
    },
  },
  {
    name: 'throws the dice of the platform',
    breaks: ['I-9'],
    create: (words) =>
      altered(words, (open, sink) =>
        open({
          ...sink,
          finding: (finding) =>
            crypto.getRandomValues(new Uint32Array(1))[0]! < 2 ** 32 * 0.99 && sink.finding(finding),
        }),
      ),
  },
]

function moved(finding: Finding, by: number): Finding {
  return { ...finding, start: finding.start + by, end: finding.end + by }
}
