/** What a cycle of characters is made of. */
export interface Composition {
  /** Different characters, as far as they differ in their low eight bits. */
  readonly distinct: number
  readonly letters: number
  readonly digits: number
  readonly blanks: number
  readonly newlines: number
  /** Brackets, quotes, operators and other characters of code and markup. */
  readonly marks: number
}

/** From this many different characters on a cycle is taken for language, code or data rather than ornament. */
const RICH = 7
/** Words repeat within this many characters in speech and song; other short cycles are given longer. */
const SHORT_PHRASE = 20
/** Rows of code and markup shorter than this come in threes. */
const SHORT_ROW = 32
/** Two whole copies of this many characters are enough to wait for half of the third only. */
const LONG_PERIOD = 512

/**
 * Characters that must match those a period before until a run of this period is a loop. The run of a loop
 * begins with the second copy, so `2 * period` is reached with the end of the third.
 *
 * Ornament (rules, borders, blanks, zeros) repeats legitimately: the fewer different characters a cycle has, the
 * longer it may go on. The steps were set on benign documents and are printed by `eval/text-loops.ts`.
 */
export function exactRun(period: number, cycle: Composition): number {
  const { distinct, letters, digits, blanks, marks, newlines } = cycle
  if (distinct === 1) return letters + digits > 0 ? 400 : 600
  if (distinct < 4) return Math.max(2 * period, 256)
  if (distinct < RICH) return Math.max(2 * period, 128)
  if (period < SHORT_PHRASE) {
    const phrase = 3 * letters > 2 * period && marks < 2 && (blanks > 0 || period >= 16)
    return Math.max(2 * period, phrase ? 28 : 64)
  }
  if (period < SHORT_ROW && marks >= 2 && newlines > 0) return 3 * period
  if (period >= LONG_PERIOD) return period + (period >> 1)
  return 2 * period
}

/** What a cycle of tokens is made of. */
export interface TokenComposition {
  readonly tokens: number
  readonly distinctWords: number
  readonly numbers: number
  /** Brackets, quotes, operators and other characters of code and markup. */
  readonly marks: number
  readonly chars: number
}

/** The same for tokens, compared without blanks and case. Infinity: never a loop. */
export function tokenRun({ tokens, distinctWords, marks, chars }: TokenComposition): number {
  if (distinctWords === 0) return Infinity
  const least = distinctWords === 1 ? 256 : distinctWords < 4 ? 128 : 64
  return tokens * Math.max(marks >= 2 && chars < 2 * SHORT_ROW ? 3 : 2, Math.ceil(least / chars) - 1)
}

/**
 * The same for tokens whose numbers count up or down. Lists, tables and records count legitimately, so prose is
 * given four copies and everything with marks of code twelve, and a single word with its number never counts.
 */
export function countingRun({ tokens, distinctWords, marks, chars }: TokenComposition): number {
  if (distinctWords < 2) return Infinity
  if (marks === 0 && distinctWords >= 4) return tokens * Math.max(3, Math.ceil(120 / chars) - 1)
  return tokens * Math.max(11, Math.ceil(400 / chars) - 1)
}
