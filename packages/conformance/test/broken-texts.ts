import type { Finding, InspectorSession, InspectorSink } from '@midstream/core'
import { altered, type BrokenInspector } from './broken-inspectors.ts'

/** A session that reads what `read` makes of each push. */
function reading(
  words: readonly string[],
  read: (text: string, pushed: number) => string,
): ReturnType<BrokenInspector['create']> {
  return altered(words, (open, sink) => {
    const session = open(sink)
    let pushed = 0
    return {
      push(text) {
        const seen = read(text, pushed)
        pushed += text.length
        return session.push(seen)
      },
      end: () => session.end(),
    }
  })
}

/** Word inspectors whose findings are changed on their way. */
function reporting(
  words: readonly string[],
  report: (finding: Finding, sink: InspectorSink) => void,
): ReturnType<BrokenInspector['create']> {
  return altered(words, (open, sink) => open({ ...sink, finding: (finding) => report(finding, sink) }))
}

/** Wrong for some texts, some chunks, or some fields of what is reported. */
export const brokenTexts: readonly BrokenInspector[] = [
  {
    name: 'drops the halves of a surrogate pair cut by a chunk',
    breaks: ['I-2'],
    create: (words) => reading(words, (text) => new TextDecoder().decode(new TextEncoder().encode(text))),
  },
  {
    name: 'throws at a surrogate that has no other half',
    breaks: ['I-2'],
    create: (words) => {
      return altered(words, (open, sink) => {
        const session = open(sink)
        let last = ''
        return {
          push(text) {
            const all = last + text
            last = /[\ud800-\udbff]$/.test(all) ? all.slice(-1) : ''
            encodeURIComponent(last === '' ? all : all.slice(0, -1))
            return session.push(text)
          },
          end: () => session.end(),
        }
      })
    },
  },
  {
    name: 'takes an empty push for the end of a word',
    breaks: ['I-2'],
    create: (words) => reading(words, (text) => (text === '' ? '\0' : text)),
  },
  {
    name: 'reads no more than 64 KiB of a chunk',
    breaks: ['I-2'],
    create: (words) =>
      reading(words, (text) => text.slice(0, 65_536) + '\0'.repeat(Math.max(0, text.length - 65_536))),
  },
  {
    name: 'reads no more than 50 units of a chunk',
    breaks: ['I-2'],
    create: (words) =>
      reading(words, (text) => text.slice(0, 50) + '\0'.repeat(Math.max(0, text.length - 50))),
  },
  {
    name: 'is blind for single units',
    breaks: ['I-2'],
    create: (words) => reading(words, (text) => (text.length === 1 && text < 'b' ? '\0' : text)),
  },
  {
    name: 'is blind after 64 KiB',
    breaks: ['findings'],
    create: (words) => reading(words, (text, pushed) => (pushed > 65_536 ? '\0'.repeat(text.length) : text)),
  },
  {
    name: 'stops to report after a hundred findings',
    breaks: ['findings'],
    create: (words) =>
      altered(words, (open, sink) => {
        let reported = 0
        return open({ ...sink, finding: (finding) => ++reported <= 100 && sink.finding(finding) })
      }),
  },
  {
    name: 'clears one unit too many',
    breaks: ['I-1'],
    create: (words) =>
      altered(words, (open, sink) => {
        const session = open(sink)
        let pushed = 0
        return {
          push(text) {
            pushed += text.length
            return Math.min(pushed, session.push(text) + 1)
          },
          end: () => session.end(),
        }
      }),
  },
  {
    name: 'clears what it held when the text ends, one push early',
    breaks: ['I-2'],
    create: (words) =>
      altered(words, (open, sink) => {
        const session = open(sink)
        let pushed = 0
        return {
          push(text) {
            pushed += text.length
            const cleared = session.push(text)
            return text.length > 1 ? Math.min(pushed, cleared + 1) : cleared
          },
          end: () => session.end(),
        }
      }),
  },
  {
    name: 'swaps the findings of one push',
    breaks: ['I-1', 'I-2'],
    create: (words) =>
      altered(words, (open, sink) => {
        let batch: Finding[] = []
        const session = open({ ...sink, finding: (finding) => batch.push(finding) })
        const flush = (): void => {
          for (const finding of batch.reverse()) sink.finding(finding)
          batch = []
        }
        return {
          push(text) {
            const cleared = session.push(text)
            flush()
            return cleared
          },
          end() {
            session.end()
            flush()
          },
        }
      }),
  },
  {
    name: 'holds more than it declares while a match grows',
    breaks: ['I-4'],
    create: (words) =>
      altered(words, (open, sink) => {
        const session = open(sink)
        let pushed = 0
        let run = ''
        return {
          push(text) {
            pushed += text.length
            run = /(?:aX)*a?$/.exec(run + text)![0]
            return Math.min(session.push(text), pushed - run.length)
          },
          end: () => session.end(),
        }
      }),
  },
  {
    name: 'clears half a unit',
    breaks: ['I-4'],
    create: (words) =>
      altered(words, (open, sink) => {
        const session = open(sink)
        return { push: (text) => session.push(text) - 0.5, end: () => session.end() }
      }),
  },
  {
    name: 'says nothing of how much it cleared',
    breaks: ['I-4'],
    create: (words) =>
      altered(words, (open, sink) => {
        const session = open(sink)
        return {
          push(text) {
            session.push(text)
            return undefined as unknown as number
          },
          end: () => session.end(),
        } satisfies InspectorSession
      }),
  },
  {
    name: 'gives a severity that does not exist',
    breaks: ['findings'],
    create: (words) =>
      reporting(words, (finding, sink) => sink.finding({ ...finding, severity: 'grave' as 'high' })),
  },
  {
    name: 'gives a confidence that is not a number',
    breaks: ['findings'],
    create: (words) =>
      reporting(words, (finding, sink) => sink.finding({ ...finding, confidence: Number.NaN })),
  },
  {
    name: 'gives a confidence above one',
    breaks: ['findings'],
    create: (words) => reporting(words, (finding, sink) => sink.finding({ ...finding, confidence: 1.5 })),
  },
  {
    name: 'gives no category',
    breaks: ['findings'],
    create: (words) => reporting(words, (finding, sink) => sink.finding({ ...finding, category: '' })),
  },
  {
    name: 'reports an overflow at no place',
    breaks: ['I-1'],
    create: (words) =>
      altered(words, (open, sink) => {
        const session = open(sink)
        let first = true
        return {
          push(text) {
            if (first) sink.overflow('word/none', Number.NaN, Number.NaN)
            first = false
            return session.push(text)
          },
          end: () => session.end(),
        }
      }),
  },
]
