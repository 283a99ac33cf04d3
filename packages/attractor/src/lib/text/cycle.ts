import { isMark } from './character-class.ts'
import type { Composition, TokenComposition } from './loop-threshold.ts'
import { MARK, NUMBER, TOKEN_RING, type TokenRing, WORD } from './token-ring.ts'

const MASK = TOKEN_RING - 1

/** What the cycle of `period` characters that ends with the one at `at` is made of. O(period). */
export function composeCharacters(ring: Uint16Array, at: number, period: number): Composition {
  const mask = ring.length - 1
  const seen = new Uint32Array(8)
  let letters = 0
  let digits = 0
  let blanks = 0
  let newlines = 0
  let marks = 0
  for (let i = at + 1 - period; i <= at; i++) {
    const c = ring[i & mask]!
    seen[(c >>> 5) & 7]! |= 1 << (c & 31)
    if (c >= 128 || ((c | 32) >= 97 && (c | 32) <= 122)) letters++
    else if (c >= 48 && c <= 57) digits++
    else if (c === 32 || c === 9) blanks++
    else if (c === 10) newlines++
    else if (isMark(c)) marks++
  }
  let distinct = 0
  for (const word of seen) for (let bits = word; bits !== 0; bits &= bits - 1) distinct++
  return { distinct, letters, digits, blanks, newlines, marks }
}

/** What the cycle of `period` tokens that ends with token `last` is made of, `chars` long. O(period). */
export function composeTokens(
  ring: TokenRing,
  last: number,
  period: number,
  chars: number,
): TokenComposition {
  const words = new Set<number>()
  let numbers = 0
  let marks = 0
  for (let i = last + 1 - period; i <= last; i++) {
    const kind = ring.kinds[i & MASK]
    if (kind === WORD) words.add(ring.exact[i & MASK]!)
    else if (kind === NUMBER) numbers++
    else if (kind === MARK) marks++
  }
  return { tokens: period, distinctWords: words.size, numbers, marks, chars }
}

/**
 * Whether the numbers in the last `length` tokens, up to token `last`, change from copy to copy by the same step
 * each time, and at least one of them changes. O(length).
 */
export function countsSteadily(ring: TokenRing, last: number, period: number, length: number): boolean {
  const { kinds, values } = ring
  let moves = false
  for (let i = last; i > last - length + period; i--) {
    if (kinds[i & MASK] !== NUMBER) continue
    const step = values[i & MASK]! - values[(i - period) & MASK]!
    if (step !== values[(i - period) & MASK]! - values[(i - 2 * period) & MASK]!) return false
    if (step !== 0) moves = true
  }
  return moves
}
