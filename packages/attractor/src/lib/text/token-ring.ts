import { DIGIT, LETTER, MARK_CLASS, PUNCTUATION, SPACE } from './character-class.ts'

/** Tokens that are remembered; a power of two. */
export const TOKEN_RING = 2048

export const WORD = 1
export const NUMBER = 2
export const MARK = 4

// V8 reads what is imported or exported from the module each time; these it compiles into the code.
const SIZE = TOKEN_RING
const NUMERIC = DIGIT
/** By class of characters. */
const KINDS = Uint8Array.from([SPACE, LETTER, DIGIT, MARK_CLASS, PUNCTUATION], (found) => {
  if (found === LETTER) return WORD
  if (found === DIGIT) return NUMBER
  return found === MARK_CLASS ? MARK : 0
})

/**
 * The last words, numbers and single marks of a text. Numbers have two symbols: one of their own, and one that is
 * the same for all.
 */
export class TokenRing {
  /** Symbols of the tokens with numbers told apart, and with all numbers alike. */
  readonly exact: Int32Array = new Int32Array(TOKEN_RING)
  readonly alike: Int32Array = new Int32Array(TOKEN_RING)
  readonly starts: Float64Array = new Float64Array(TOKEN_RING)
  /** Of numbers; digits past 2^53 no longer count exactly. */
  readonly values: Float64Array = new Float64Array(TOKEN_RING)
  readonly kinds: Uint8Array = new Uint8Array(TOKEN_RING)
  /** Tokens that have ended. */
  count = 0
  /** Of the token that has not ended: class of its characters, SPACE for none. */
  open: number = SPACE
  /** Of the same: position, and value if it is a number. */
  start = 0
  /** In an array: a field that was small and becomes large changes the hidden class. */
  readonly value: Float64Array = new Float64Array(1)

  /** Ends the open token, which hashes to `hash`. */
  close(hash: number): void {
    const slot = this.count & (SIZE - 1)
    const open = this.open
    // The last bits decide the bucket of the entropy; the multiplication alone mixes upwards only.
    const symbol = hash ^ (hash >>> 15)
    this.exact[slot] = symbol
    this.alike[slot] = open === NUMERIC ? 1 : symbol
    this.starts[slot] = this.start
    this.values[slot] = this.value[0]!
    this.kinds[slot] = KINDS[open]!
    this.count++
  }

  /** Position of the first token that has not ended, given the position of the character just taken. */
  openStart(at: number): number {
    return this.open === SPACE ? at : this.start
  }
}
