import { readEscape } from './escape-syntax.ts'
import { foldCodePoint } from './fold.ts'
import { appendUnit, createUnitBuffer, textOf, type UnitBuffer } from './unit-buffer.ts'

/** A unit that no pattern matches: nothing may be matched across it. */
export const BREAK = 1

export interface NormalizerOptions {
  /** Resolves `&#105;`, `%69`, `\u0069` and the like in place, also nested. @default false */
  readonly escapes?: boolean
  /**
   * Code units of blanks or invisible characters in one place after which a `BREAK` is put, so that a match
   * has a longest span in the source. @default no bound
   */
  readonly maxGap?: number
}

/** Turns a text that arrives in pieces into the form in which patterns are matched. */
export interface Normalizer {
  /** Reads `text` from `from` to `to`; `position` is the offset of `from` in the source. */
  push(text: string, from: number, to: number, position: number, out: UnitBuffer): void
  /** Nothing follows. Blanks at the end are dropped. */
  end(out: UnitBuffer): void
  /** First source offset that later units can come from, when `position` units were pushed. */
  pendingFrom(position: number): number
}

/** Escapes within escapes that are resolved; without a bound a row of backslashes would wait as one. */
const MAX_ESCAPE_LAYERS = 4
const BLANK = 0x20
const LINE = 0x0a

/** Folded form of ASCII; 0 for what needs a closer look. */
function asciiTable(escapes: boolean): Uint8Array {
  const table = new Uint8Array(128)
  for (let unit = 0x21; unit < 0x7f; unit += 1) {
    if (escapes && (unit === 0x26 || unit === 0x25 || unit === 0x5c)) continue
    table[unit] = unit >= 0x41 && unit <= 0x5a ? unit + 0x20 : unit
  }
  return table
}

const PLAIN_ASCII = /* @__PURE__ */ asciiTable(false)
const ESCAPED_ASCII = /* @__PURE__ */ asciiTable(true)

/**
 * Makes a normaliser: compatibility forms, case, accents, look-alike letters and invisible characters are
 * folded away; a run of blanks becomes one blank, or one line feed when it holds a line end; blanks at both
 * ends go. The result serves matching only. O(n), state of a few characters.
 */
export function createNormalizer({ escapes = false, maxGap = Infinity }: NormalizerOptions = {}): Normalizer {
  const ascii = escapes ? ESCAPED_ASCII : PLAIN_ASCII
  let started = false
  // The run of blanks before the next unit: 0 for none, else what it becomes.
  let blank = 0
  let blankEnd = 0
  let gapFrom = 0
  let broken = false
  // The first half of a surrogate pair.
  let high = 0
  let highAt = 0
  // The beginning of an escape, with the spans of its units.
  let pending = ''
  let pendingStarts: number[] = []
  let pendingEnds: number[] = []
  // How many escapes the first pending unit came out of.
  let layers = 0

  function put(unit: number, start: number, end: number, out: UnitBuffer): void {
    if (blank !== 0 && started) appendUnit(out, blank, blankEnd - 1, blankEnd)
    blank = 0
    started = true
    broken = false
    appendUnit(out, unit, start, end)
    gapFrom = end
  }

  function takeEscape(unit: number, start: number, end: number, out: UnitBuffer, layer: number): void {
    if (pending === '') {
      if ((unit !== 0x26 && unit !== 0x25 && unit !== 0x5c) || layer > MAX_ESCAPE_LAYERS) {
        put(unit, start, end, out)
        return
      }
      layers = layer
    }
    pending += String.fromCharCode(unit)
    pendingStarts.push(start)
    pendingEnds.push(end)
    settle(out, false)
  }

  /** Decides what is pending as far as that can be told; all of it when nothing follows. */
  function settle(out: UnitBuffer, last: boolean): void {
    while (pending !== '') {
      // A blank ends a numeric reference whose semicolon is missing.
      const state = readEscape(last ? `${pending} ` : pending)
      if (state.kind === 'more' && !last) return
      const text = pending
      const starts = pendingStarts
      const ends = pendingEnds
      const layer = layers
      pending = ''
      pendingStarts = []
      pendingEnds = []
      let used = 1
      if (state.kind === 'done') {
        used = Math.min(state.used, text.length)
        const span = [starts[0]!, ends[used - 1]!] as const
        // What an escape stands for may begin the next one: `%2569`.
        for (const char of foldCodePoint(state.codePoint)) {
          for (let i = 0; i < char.length; i += 1) take(char.charCodeAt(i), ...span, out, layer + 1)
        }
      } else put(text.charCodeAt(0), starts[0]!, ends[0]!, out)
      for (let i = used; i < text.length; i += 1) take(text.charCodeAt(i), starts[i]!, ends[i]!, out)
    }
  }

  /** Takes one folded unit. */
  function take(unit: number, start: number, end: number, out: UnitBuffer, layer = 0): void {
    if (unit === BLANK || unit === LINE) {
      if (pending !== '') settle(out, true)
      // Behind a break a blank says nothing, and waiting for its end would hold text.
      if (broken) return
      if (blank !== LINE) blank = unit
      blankEnd = end
    } else if (escapes) takeEscape(unit, start, end, out, layer)
    else put(unit, start, end, out)
  }

  function readSlowly(unit: number, at: number, out: UnitBuffer): void {
    if (high !== 0) {
      const first = high
      high = 0
      if (unit >= 0xdc00 && unit < 0xe000) {
        const folded = foldCodePoint(0x10000 + ((first - 0xd800) << 10) + (unit - 0xdc00))
        // Each half stands for the whole pair: a span never holds half of it.
        if (folded.length === 2 && folded.charCodeAt(0) === first && folded.charCodeAt(1) === unit) {
          take(first, at - 1, at + 1, out)
          take(unit, at - 1, at + 1, out)
        } else for (let i = 0; i < folded.length; i += 1) take(folded.charCodeAt(i), at - 1, at + 1, out)
        return
      }
      take(0xfffd, at - 1, at, out)
    }
    if (unit >= 0xd800 && unit < 0xdc00) {
      high = unit
      highAt = at
      return
    }
    const folded = foldCodePoint(unit)
    for (let i = 0; i < folded.length; i += 1) take(folded.charCodeAt(i), at, at + 1, out)
  }

  function checkGap(at: number, out: UnitBuffer): void {
    if (broken || at + 1 - gapFrom < maxGap) return
    broken = true
    blank = 0
    appendUnit(out, BREAK, at, at + 1)
  }

  return {
    push(text, from, to, position, out) {
      const shift = position - from
      for (let i = from; i < to; i += 1) {
        const unit = text.charCodeAt(i)
        const at = i + shift
        const plain = unit < 128 ? ascii[unit]! : 0
        if (plain !== 0 && pending === '' && high === 0) {
          if (blank !== 0 && started) appendUnit(out, blank, blankEnd - 1, blankEnd)
          blank = 0
          started = true
          broken = false
          gapFrom = at + 1
          appendUnit(out, plain, at, at + 1)
          continue
        }
        if (unit === BLANK && pending === '' && high === 0) {
          if (blank === 0 && !broken) blank = BLANK
          blankEnd = at + 1
        } else readSlowly(unit, at, out)
        if (at + 1 - gapFrom >= maxGap && pending === '') checkGap(at, out)
      }
    },
    end(out) {
      if (high !== 0) {
        high = 0
        take(0xfffd, highAt, highAt + 1, out)
      }
      settle(out, true)
      blank = 0
    },
    pendingFrom(position) {
      if (blank !== 0 && started) return blankEnd - 1
      if (pending !== '') return pendingStarts[0]!
      return high !== 0 ? highAt : position
    },
  }
}

export interface NormalizedText {
  readonly text: string
  /** How many characters were dropped, by kind. */
  readonly removed: { readonly invisible: number; readonly bidi: number; readonly tags: number }
  /** The span of the original that a span of `text` came from. RangeError when it is empty or outside. */
  original(start: number, end: number): { readonly start: number; readonly end: number }
}

function countMatches(text: string, expression: RegExp): number {
  let count = 0
  for (const _ of text.matchAll(expression)) count += 1
  return count
}

/**
 * The form of a text in which patterns are matched, with a map back to the original: NFKC, case, accents,
 * look-alike letters, zero-width, bidi and tag characters, blanks. Idempotent. It is for matching only; show
 * or send the original. O(n).
 *
 * ```ts
 * normalize('Ｉgn\u200bоre').text // 'ignore'
 * ```
 */
export function normalize(text: string): NormalizedText {
  const normalizer = createNormalizer()
  const out = createUnitBuffer(Math.max(16, text.length + 16))
  normalizer.push(text, 0, text.length, 0, out)
  normalizer.end(out)
  return {
    text: textOf(out),
    removed: {
      invisible: countMatches(
        text,
        /[\u034f\u00ad\u115f\u1160\u180e\u200b-\u200d\u2060-\u2064\u3164\ufeff\uffa0]/g,
      ),
      bidi: countMatches(text, /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g),
      tags: countMatches(text, /[\u{e0000}-\u{e007f}]/gu),
    },
    original(start, end) {
      if (!(start >= 0 && start < end && end <= out.length)) {
        throw new RangeError(`span ${start}..${end} is not inside the ${out.length} code units of the text`)
      }
      return { start: out.starts[start]!, end: out.ends[end - 1]! }
    },
  }
}
