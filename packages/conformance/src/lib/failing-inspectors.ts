import type { Inspector } from '@midstream/core'

/** Never clears anything before the end, and promises nothing. Reads only channels of kind `content`. */
export const neverClears: Inspector = {
  id: 'never-clears',
  maxHoldChars: Infinity,
  open: (channel) => (channel.kind === 'content' ? { push: () => 0, end: () => undefined } : undefined),
}

/** Gives up on the first `chars` code units of each `content` channel, then clears everything. */
export function givesUpAfter(chars: number): Inspector {
  return {
    id: 'gives-up',
    maxHoldChars: chars,
    open(channel, sink) {
      if (channel.kind !== 'content') return undefined
      let pushed = 0
      return {
        push(text) {
          const before = pushed
          pushed += text.length
          if (before < chars && pushed >= chars) sink.overflow('gives-up/rule', 0, chars)
          return pushed < chars ? 0 : pushed
        },
        end() {},
      }
    },
  }
}

/** Throws in the named call, on every channel, and clears nothing before. */
export function throwsIn(call: 'open' | 'push' | 'end'): Inspector {
  const fail = (): never => {
    throw new TypeError(`broken in ${call}`)
  }
  return {
    id: `throws-in-${call}`,
    maxHoldChars: Infinity,
    open() {
      if (call === 'open') fail()
      return { push: () => (call === 'push' ? fail() : 0), end: () => (call === 'end' ? fail() : undefined) }
    },
  }
}

/** Clears all it reads, on every channel, until one has brought more than `chars` code units; then it throws. */
export function throwsPast(chars: number): Inspector {
  return {
    id: 'throws-past',
    maxHoldChars: 0,
    open() {
      let pushed = 0
      return {
        push(text) {
          pushed += text.length
          if (pushed > chars) throw new TypeError(`broken after ${chars} code units`)
          return pushed
        },
        end() {},
      }
    },
  }
}

/** Says `offset`, which is no number, of how far it cleared. */
export function clearsNothingItCanName(offset: number): Inspector {
  return { id: 'clears-nothing', maxHoldChars: 0, open: () => ({ push: () => offset, end() {} }) }
}
