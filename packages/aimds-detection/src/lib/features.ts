// What the classifier and the vector memory see of a text: hashed n-grams of words and characters, and pairs of
// intent classes (intent-lexicon.ts) that stand near each other. One pass, a constant number of features per
// code unit, no allocation. The same text gives the same features however it is cut.
import {
  fold,
  KIND_DROPPED,
  KIND_IDEOGRAPH,
  KIND_LETTER,
  KIND_SPACE,
  KIND_STOP,
  kindOf,
} from './features-fold.ts'
import { classOfHash, type IntentClass, MAX_TERM_CHARS, NEGATION, termHash } from './intent-lexicon.ts'

/** Reads text and leaves 32-bit feature hashes. */
export interface FeatureStream {
  /** Hashes that the last call of `step` or `finish` left; only the first `count` are valid. */
  readonly hashes: Int32Array
  /** Feeds one UTF-16 code unit. Returns how many hashes it left. */
  step(code: number): number
  /** Ends the text: the last word is complete. Returns how many hashes it left. */
  finish(): number
}

/** No step leaves more: a word ends, with its n-grams, character grams and class pairs. */
const MAX_HASHES = 128
/** Words that stand further apart form no class pair. */
const PAIR_REACH_WORDS = 10
const RECENT_CLASSES = 8
/** Past this a run of letters is data, not a word, and its character grams would only be noise. */
const MAX_WORD_CHARS = 32

// Seeds keep the families of features apart. The values are arbitrary but fixed: they are part of the model.
const WORD = 0x1234567
const BIGRAM = 0x2345671
const TRIGRAM = 0x3456712
const SKIP_ONE = 0x4567123
const SKIP_TWO = 0x5671234
const MARKED = 0x6712345
const OPENING = 0x7123456
const CHARS_3 = 0x0a1b2c3
const CHARS_4 = 0x0b2c3d4
const CHARS_5 = 0x0c3d4e5
const LONG_WORD = 0x0d4e5f6
const CLASS = 0x0e5f6a7
const CLASS_PAIR = 0x0f6a7b8
const CLASS_TRIPLE = 0x1a7b8c9
const CLASS_PLACE = 0x2b8c9d1
const OPENING_PLACE = 0x3c9d1e2

/** The first words of a text: what a user asks for stands there, what is planted mostly does not. */
const START_WORDS = 12
/** After a brace, a bracket, a quoted key or a tag the text counts as structured for this many words. */
const STRUCTURE_WORDS = 24

/** Folds a value into a hash; a multiply-xor step in the manner of FNV-1a. */
function mix(hash: number, value: number): number {
  return Math.imul(hash ^ value, 0x01000193)
}

/** Spreads the bits, so that the low ones can index a table (the finaliser of MurmurHash3). */
function finish32(hash: number): number {
  let h = hash ^ (hash >>> 16)
  h = Math.imul(h, 0x85ebca6b)
  h ^= h >>> 13
  h = Math.imul(h, 0xc2b2ae35)
  return h ^ (h >>> 16)
}

/** Starts reading a text. */
export function createFeatureStream(): FeatureStream {
  const hashes = new Int32Array(MAX_HASHES)
  let count = 0
  // The word under way: its hash, length and last four folded characters.
  let word = WORD
  let length = 0
  let a = 0
  let b = 0
  let c = 0
  let d = 0
  let classes = 0
  let lastDigit = false
  // The three words before it, and the marks between the last of them and this one.
  let before1 = 0
  let before2 = 0
  let before3 = 0
  let marks = 0
  let opened = true
  let previousOpened = false
  // Class events, newest first in a ring.
  const recentClass = new Int32Array(RECENT_CLASSES)
  const recentWord = new Int32Array(RECENT_CLASSES).fill(-1000)
  let recent = 0
  let wordIndex = 0
  let negatedUntil = -1
  let structuredUntil = -1
  // The last ideographs, for terms of languages that write without spaces.
  let run1 = 0
  let run2 = 0
  let run3 = 0

  function leave(hash: number): void {
    if (count < MAX_HASHES) hashes[count++] = finish32(hash)
  }

  /** Where the word stands: at the start of the text or later, in structured text or in prose. */
  function placeOf(): number {
    return (wordIndex < START_WORDS ? 1 : 0) + (wordIndex <= structuredUntil ? 2 : 0)
  }

  function addClass(id: number): void {
    const negated = wordIndex <= negatedUntil ? 1 : 0
    leave(mix(mix(CLASS, id), negated))
    if (opened) leave(mix(mix(CLASS, id), 2))
    const place = placeOf()
    leave(mix(mix(CLASS_PLACE, id), place))
    let latest = 0
    for (let k = 0; k < RECENT_CLASSES; k++) {
      const slot = (recent - 1 - k + 2 * RECENT_CLASSES) % RECENT_CLASSES
      const distance = wordIndex - recentWord[slot]!
      if (distance > PAIR_REACH_WORDS) break
      const other = recentClass[slot]!
      const near = distance <= 2 ? 0 : distance <= 5 ? 1 : 2
      const pair = mix(mix(CLASS_PAIR, other), id)
      leave(mix(pair, near + 4))
      if (k < 4) leave(mix(pair, negated))
      if (k < 2) leave(mix(pair, place + 8))
      if (k === 0) latest = other
      else if (k < 4) leave(mix(mix(mix(CLASS_TRIPLE, other), latest), id))
    }
    recentClass[recent] = id
    recentWord[recent] = wordIndex
    recent = (recent + 1) % RECENT_CLASSES
    if (id === NEGATION) negatedUntil = wordIndex + 4
  }

  function endWord(): void {
    const w = word
    if (length > 1) {
      const edge = 1
      leave(mix(mix(mix(CHARS_3, b), a), edge))
      leave(mix(mix(mix(mix(CHARS_4, c), b), a), edge))
      leave(mix(mix(mix(mix(mix(CHARS_5, d), c), b), a), edge))
    }
    endToken(w)
    length = 0
    word = WORD
    a = b = c = d = 0
    lastDigit = false
  }

  function endToken(w: number): void {
    leave(w)
    leave(mix(mix(BIGRAM, before1), w))
    leave(mix(mix(mix(TRIGRAM, before2), before1), w))
    leave(mix(mix(SKIP_ONE, before2), w))
    leave(mix(mix(SKIP_TWO, before3), w))
    if (marks !== 0) leave(mix(mix(MARKED, marks), w))
    if (opened) {
      leave(mix(OPENING, w))
      leave(mix(mix(OPENING_PLACE, w), placeOf()))
    }
    if (previousOpened) leave(mix(mix(OPENING, before1), w))
    let rest = classes
    while (rest !== 0) {
      const bit = 31 - Math.clz32(rest)
      addClass(bit)
      rest &= ~(1 << bit)
    }
    classes = 0
    before3 = before2
    before2 = before1
    before1 = w
    previousOpened = opened
    opened = false
    marks = 0
    wordIndex++
  }

  function letter(code: number): void {
    const digit = code === 0x30
    // 2024 and 7 are the same word: which number it is says nothing.
    if (digit && lastDigit) return
    lastDigit = digit
    word = mix(word, code)
    length++
    if (length <= MAX_TERM_CHARS) classes |= classOfHash(word, false)
    if (length > MAX_WORD_CHARS) {
      if (length === MAX_WORD_CHARS + 1) leave(LONG_WORD)
      return
    }
    // The edge of the word counts as a character: a gram at its start is another than one inside.
    if (length === 1) a = 2
    d = c
    c = b
    b = a
    a = code
    if (length >= 2) leave(mix(mix(mix(CHARS_3, c), b), a))
    if (length >= 3) leave(mix(mix(mix(mix(CHARS_4, d), c), b), a))
  }

  function mark(code: number): void {
    if (code === 0x7b || code === 0x5b || code === 0x3c || code === 0x7c)
      structuredUntil = wordIndex + STRUCTURE_WORDS
    marks = mix(marks === 0 ? MARKED : marks, code)
  }

  return {
    hashes,
    step(unit) {
      count = 0
      const code = fold(unit)
      const kind = kindOf(code)
      if (kind === KIND_LETTER) {
        letter(code)
        return count
      }
      if (kind === KIND_DROPPED) return 0
      if (length > 0) {
        classes |= classOfHash(word, true)
        endWord()
      }
      if (kind === KIND_SPACE) return count
      if (kind === KIND_IDEOGRAPH) {
        classes = classOfHash(termHash(run1, code, 0, 0), false)
        if (run2 !== 0) classes |= classOfHash(termHash(run2, run1, code, 0), false)
        if (run3 !== 0) classes |= classOfHash(termHash(run3, run2, run1, code), false)
        run3 = run2
        run2 = run1
        run1 = code
        endToken(mix(WORD, code))
        return count
      }
      run1 = run2 = run3 = 0
      mark(code)
      if (kind === KIND_STOP) opened = true
      return count
    },
    finish() {
      count = 0
      if (length > 0) {
        classes |= classOfHash(word, true)
        endWord()
      }
      return count
    },
  }
}
export type { IntentClass }
