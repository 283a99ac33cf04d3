/** Tokens that are remembered; a power of two. */
export const TOKEN_RING = 2048

export const WORD = 1
export const NUMBER = 2
export const MARK = 4

const SPACE_CLASS = 0
const LETTER_CLASS = 1
const DIGIT_CLASS = 2
const MARK_CLASS = 3
const PUNCTUATION_CLASS = 4

const CLASSES = Uint8Array.from({ length: 128 }, (_, c) => classOf(String.fromCharCode(c)))

function classOf(character: string): number {
  if (/[\s\0]/.test(character)) return SPACE_CLASS
  if (/[a-zA-Z_]/.test(character)) return LETTER_CLASS
  if (/[0-9]/.test(character)) return DIGIT_CLASS
  return /[(){}[\]<>="'|\\/;+*&%$#@^~`]/.test(character) ? MARK_CLASS : PUNCTUATION_CLASS
}

/** Scripts that write words without blanks between them begin here (CJK radicals). */
const IDEOGRAPHS = 0x2e80

/** Whether a code unit is one of code and markup: a bracket, a quote, an operator. */
export function isMark(c: number): boolean {
  return c < 128 && CLASSES[c] === MARK_CLASS
}

function isSpace(c: number): boolean {
  return c === 0xa0 || c === 0x2028 || c === 0x2029 || c === 0x3000 || (c >= 0x2000 && c <= 0x200b)
}

/**
 * Splits text into words, numbers and single marks, as they end. Blanks separate and are no tokens; ASCII
 * letters are compared without case. Ideographs are words of one character.
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
  #class = SPACE_CLASS
  #start = 0
  #hash = 0
  #value = 0

  /** Takes the character at `at`. True when it ended a token. A mark ends when the next character comes. */
  step(c: number, at: number): boolean {
    let kind: number
    if (c < 128) kind = CLASSES[c]!
    else if (isSpace(c)) kind = SPACE_CLASS
    else kind = LETTER_CLASS
    const open = this.#class
    if (kind === open && (kind === DIGIT_CLASS || (kind === LETTER_CLASS && c < IDEOGRAPHS))) {
      this.#hash = Math.imul(this.#hash ^ (kind === LETTER_CLASS && c < 128 ? c | 32 : c), 0x01000193)
      if (kind === DIGIT_CLASS) this.#value = this.#value * 10 + c - 48
      return false
    }
    if (open === SPACE_CLASS && kind === SPACE_CLASS) return false
    const ended = open !== SPACE_CLASS
    if (ended) this.#close()
    this.#class = kind
    this.#start = at
    this.#hash = Math.imul(0x811c9dc5 ^ (kind === LETTER_CLASS && c < 128 ? c | 32 : c), 0x01000193)
    this.#value = kind === DIGIT_CLASS ? c - 48 : 0
    return ended
  }

  /** Ends the open token at the end of the text. True when there was one. */
  flush(): boolean {
    if (this.#class === SPACE_CLASS) return false
    this.#close()
    this.#class = SPACE_CLASS
    return true
  }

  /** Position of the first token that has not ended, given the position of the character just taken. */
  openStart(at: number): number {
    return this.#class === SPACE_CLASS ? at : this.#start
  }

  #close(): void {
    const slot = this.count & (TOKEN_RING - 1)
    const number = this.#class === DIGIT_CLASS
    // The last bits decide the bucket of the entropy; the multiplication alone mixes upwards only.
    const symbol = this.#hash ^ (this.#hash >>> 15)
    this.exact[slot] = symbol
    this.alike[slot] = number ? 1 : symbol
    this.starts[slot] = this.#start
    this.values[slot] = this.#value
    this.kinds[slot] =
      this.#class === LETTER_CLASS ? WORD : number ? NUMBER : this.#class === MARK_CLASS ? MARK : 0
    this.count++
  }
}
