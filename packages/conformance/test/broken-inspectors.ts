import type { Finding, Inspector, InspectorSession, InspectorSink } from '@midstream/core'
import type { Violation } from '../src/lib/violation.ts'
import { wordInspector } from '../src/lib/word-inspector.ts'

export interface BrokenInspector {
  readonly name: string
  /** The laws that must be reported, among others. */
  readonly breaks: readonly Violation['law'][]
  create(words: readonly string[]): Inspector
}

/** A word inspector whose sessions are changed by `wrap`. */
export function altered(
  words: readonly string[],
  wrap: (open: (sink: InspectorSink) => InspectorSession, sink: InspectorSink) => InspectorSession,
  maxHoldChars?: number,
): Inspector {
  const inner = wordInspector(words)
  return {
    id: 'broken',
    maxHoldChars: maxHoldChars ?? inner.maxHoldChars,
    open: (channel, sink) => wrap((innerSink) => inner.open(channel, innerSink)!, sink),
  }
}

export const brokenInspectors: readonly BrokenInspector[] = [
  {
    name: 'clears everything at once and reports later',
    breaks: ['I-1'],
    create: (words) =>
      altered(words, (open, sink) => {
        const session = open(sink)
        let pushed = 0
        return {
          push(text) {
            session.push(text)
            pushed += text.length
            return pushed
          },
          end: () => session.end(),
        }
      }),
  },
  {
    name: 'searches each chunk alone',
    breaks: ['I-2'],
    create: (words) => ({
      id: 'broken',
      maxHoldChars: 0,
      open(channel, sink) {
        let pushed = 0
        return {
          push(text) {
            const session = wordInspector(words).open(channel, {
              ...sink,
              finding: (finding) => sink.finding(moved(finding, pushed)),
            })!
            session.push(text)
            session.end()
            pushed += text.length
            return pushed
          },
          end() {},
        }
      },
    }),
  },
  {
    name: 'forgets what it held when the text goes on for long',
    breaks: ['I-2'],
    create: (words) =>
      altered(words, (open, sink) => {
        let offset = 0
        let pushes = 0
        const shifted = { ...sink, finding: (finding: Finding) => sink.finding(moved(finding, offset)) }
        let session = open(shifted)
        let pushed = 0
        return {
          push(text) {
            if (++pushes % 5 === 0) {
              offset = pushed
              session = open(shifted)
            }
            pushed += text.length
            return offset + session.push(text)
          },
          end: () => session.end(),
        }
      }),
  },
  {
    name: 'clears text that it was not given',
    breaks: ['I-4'],
    create: (words) =>
      altered(words, (open, sink) => {
        const session = open(sink)
        return { push: (text) => session.push(text) + 100, end: () => session.end() }
      }),
  },
  {
    name: 'throws dice',
    breaks: ['I-9'],
    create: (words) =>
      altered(words, (open, sink) =>
        open({ ...sink, finding: (finding) => Math.random() < 0.99 && sink.finding(finding) }),
      ),
  },
  {
    name: 'finds more on another day',
    breaks: ['I-9'],
    create: (words) => {
      const made = Date.now()
      return altered(words, (open, sink) =>
        open({ ...sink, finding: (finding) => Date.now() - made > 600_000 && sink.finding(finding) }),
      )
    },
  },
  {
    name: 'holds everything until the end, against its promise',
    breaks: ['I-4'],
    create: (words) => holdsEverything(words),
  },
  {
    name: 'holds everything until the end and promises nothing',
    breaks: ['I-4'],
    create: (words) => holdsEverything(words, Infinity),
  },
  {
    name: 'takes a cleared offset back',
    breaks: ['I-4', 'I-2'],
    create: (words) =>
      altered(words, (open, sink) => {
        const session = open(sink)
        let pushes = 0
        return {
          push: (text) => Math.max(0, session.push(text) - (pushes++ % 2) * 4),
          end: () => session.end(),
        }
      }),
  },
  {
    name: 'decides only at the end what it held, but loses it',
    breaks: ['findings'],
    create: (words) => altered(words, (open, sink) => ({ ...open(sink), end() {} })),
  },
  {
    name: 'reports spans past the text',
    breaks: ['I-1', 'findings'],
    create: (words) =>
      altered(words, (open, sink) =>
        open({ ...sink, finding: (finding) => sink.finding({ ...finding, end: finding.end + 1 }) }),
      ),
  },
  {
    name: 'reports out of order',
    breaks: ['I-1', 'findings'],
    create: (words) =>
      altered(words, (open, sink) => {
        const late: Finding[] = []
        const session = open({ ...sink, finding: (finding) => late.push(finding) })
        return {
          push(text) {
            session.push(text)
            return 0
          },
          end() {
            session.end()
            for (const finding of late.reverse()) sink.finding(finding)
          },
        }
      }),
  },
  {
    name: 'takes text after the end',
    breaks: ['ended'],
    create: (words) =>
      altered(words, (open, sink) => {
        const session = open(sink)
        let done = false
        return {
          push: (text) => (done ? 0 : session.push(text)),
          end() {
            done = true
            session.end()
          },
        }
      }),
  },
  {
    name: 'throws an uncoded error after the end',
    breaks: ['ended'],
    create: (words) =>
      altered(words, (open, sink) => {
        const session = open(sink)
        let done = false
        return {
          push(text) {
            if (done) throw new TypeError('ended')
            return session.push(text)
          },
          end() {
            done = true
            session.end()
          },
        }
      }),
  },
  {
    name: 'shares one session between channels',
    breaks: ['isolation', 'I-9'],
    create: (words) => {
      let shared = ''
      return altered(words, (open, sink) => {
        const session = open({
          ...sink,
          finding: (finding) => shared.length % 3 < 2 && sink.finding(finding),
        })
        return {
          push(text) {
            shared += text
            return session.push(text)
          },
          end: () => session.end(),
        }
      })
    },
  },
  {
    name: 'writes to the channel it was given',
    breaks: ['input'],
    create: (words) => {
      const inner = wordInspector(words)
      return {
        ...inner,
        open(channel, sink) {
          Object.assign(channel, { seen: true })
          return inner.open(channel, sink)
        },
      }
    },
  },
  {
    name: 'hands out one finding object again and again',
    breaks: ['input'],
    create: (words) => {
      const scratch = {}
      return altered(words, (open, sink) =>
        open({ ...sink, finding: (finding) => sink.finding(Object.assign(scratch, finding)) }),
      )
    },
  },
  {
    name: 'keeps all the text it saw',
    breaks: ['state'],
    create: (words) =>
      altered(words, (open, sink) => {
        const session = open(sink)
        const seen: string[] = []
        return {
          push(text) {
            seen.push(text)
            return session.push(text)
          },
          end: () => session.end(),
        }
      }),
  },
  {
    name: 'declines every channel',
    breaks: ['findings', 'I-1', 'I-2', 'I-4', 'I-9', 'ended', 'isolation', 'input'],
    create: () => ({ id: 'broken', maxHoldChars: 0, open: () => undefined }),
  },
]

function moved(finding: Finding, by: number): Finding {
  return { ...finding, start: finding.start + by, end: finding.end + by }
}

function holdsEverything(words: readonly string[], maxHoldChars?: number): Inspector {
  return altered(
    words,
    (open, sink) => {
      const session = open(sink)
      let all = ''
      return {
        push(text) {
          all += text
          return 0
        },
        end() {
          session.push(all)
          session.end()
        },
      }
    },
    maxHoldChars,
  )
}
