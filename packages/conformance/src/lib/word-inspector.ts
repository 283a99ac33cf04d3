import { type Finding, type Inspector, MidstreamError, type Severity } from '@midstream/core'

export interface WordInspectorOptions {
  /** @default 'words' */
  readonly id?: string
  /** @default 'high' */
  readonly severity?: Severity
}

/**
 * The smallest correct inspector: reports every occurrence of the given words, overlapping ones too, as rule
 * `word/WORD`, and holds the longest suffix that can still become one. Slow on purpose: each position is
 * compared with each word.
 */
export function wordInspector(words: readonly string[], options: WordInspectorOptions = {}): Inspector {
  const { id = 'words', severity = 'high' } = options
  if (words.includes('')) throw new RangeError('a word must not be empty')
  const longest = Math.max(1, ...words.map(({ length }) => length))

  return {
    id,
    maxHoldChars: longest - 1,
    open(_, sink) {
      // `tail` is the text from the cleared offset on.
      let tail = ''
      let cleared = 0
      let ended = false

      function decide(final: boolean): void {
        while (tail.length > 0) {
          if (!final && words.some((word) => word.length > tail.length && word.startsWith(tail))) return
          for (const word of words) if (tail.startsWith(word)) sink.finding(found(word, cleared))
          tail = tail.slice(1)
          cleared++
        }
      }

      function found(word: string, start: number): Finding {
        const rule = `word/${word}`
        return { rule, category: 'word', severity, confidence: 1, start, end: start + word.length }
      }

      return {
        push(text) {
          if (ended) throw new MidstreamError('SESSION_ENDED', `session of ${id} has ended`)
          tail += text
          decide(false)
          return cleared
        },
        end() {
          ended = true
          decide(true)
        },
      }
    },
  }
}
