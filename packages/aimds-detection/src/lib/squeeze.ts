import { BREAK } from './normalize.ts'
import { appendUnit, type UnitBuffer } from './unit-buffer.ts'

/**
 * Letters and digits of a normalised text without anything between them, with digits and signs inside words
 * read as the letters that they stand for: `1.g.n-0 r3` becomes `ignore`. Both `l` and `i` become `i`, because
 * `1` and `|` stand for either.
 */
export interface Squeezer {
  push(units: UnitBuffer, out: UnitBuffer): void
  end(out: UnitBuffer): void
  /** First source offset that later units can come from, or `otherwise` when nothing is pending. */
  pendingFrom(otherwise: number): number
}

/** Separators in a row after which a phrase does not go on. */
const MAX_SEPARATORS = 64
/** Digits in a row that are still a letter or two of a word; more are a number. */
const MAX_LEET = 3

const LEET: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '9': 'g',
  '@': 'a',
  $: 's',
  '!': 'i',
}
const leetOf = /* @__PURE__ */ leetTable()

function leetTable(): Uint8Array {
  const table = new Uint8Array(128)
  for (const [sign, letter] of Object.entries(LEET)) table[sign.charCodeAt(0)] = letter.charCodeAt(0)
  return table
}

const LETTER = 1
const DIGIT = 2
const SIGN = 3
const SEPARATOR = 4
const kinds = /* @__PURE__ */ new Uint8Array(0x10000)

function kindOf(unit: number): number {
  let kind = kinds[unit]!
  if (kind !== 0) return kind
  const char = String.fromCharCode(unit)
  if (/[0-9]/.test(char)) kind = DIGIT
  else if (/[@$!]/.test(char)) kind = SIGN
  else kind = /[\p{L}\p{M}\p{N}]/u.test(char) ? LETTER : SEPARATOR
  kinds[unit] = kind
  return kind
}

/** The letter that stands for several in a squeezed text. */
export function squeezeLetter(unit: number): number {
  return unit === 0x6c ? 0x69 : unit
}

export function createSqueezer(): Squeezer {
  let separators = 0
  // Whether the unit before, in the normalised text, belongs to a word.
  let inWord = false
  // Inside a run of digits that is too long to stand for letters.
  let inNumber = false
  // Digits or signs whose neighbour on the right is not known yet.
  let pending = ''
  let pendingStarts: number[] = []
  let pendingEnds: number[] = []

  function settle(nextToLetter: boolean, out: UnitBuffer): void {
    const digits = pending
    const starts = pendingStarts
    const ends = pendingEnds
    pending = ''
    pendingStarts = []
    pendingEnds = []
    const leet = digits.length <= MAX_LEET && (inWord || nextToLetter)
    for (let i = 0; i < digits.length; i += 1) {
      const unit = digits.charCodeAt(i)
      const letter = leetOf[unit]!
      // A sign is a letter only before one, or it would be the end of a sentence.
      if (kindOf(unit) === SIGN && !nextToLetter) continue
      appendUnit(out, leet && letter !== 0 ? letter : unit, starts[i]!, ends[i]!)
    }
    if (leet) inWord = true
  }

  return {
    push(from, out) {
      const { units, starts, ends, length } = from
      for (let i = 0; i < length; i += 1) {
        const unit = units[i]!
        const kind = kinds[unit]! || kindOf(unit)
        if (kind === LETTER) {
          if (pending !== '') settle(true, out)
          appendUnit(out, unit === 0x6c ? 0x69 : unit, starts[i]!, ends[i]!)
          inWord = true
          inNumber = false
          separators = 0
        } else if (kind === SEPARATOR) {
          if (pending !== '') settle(false, out)
          inWord = false
          inNumber = false
          separators += 1
          if (unit === BREAK || separators === MAX_SEPARATORS) appendUnit(out, BREAK, starts[i]!, ends[i]!)
        } else if (pending.length < MAX_LEET && !inNumber) {
          pending += String.fromCharCode(unit)
          pendingStarts.push(starts[i]!)
          pendingEnds.push(ends[i]!)
          separators = 0
        } else {
          // A number: it goes through as it is.
          for (let k = 0; k < pending.length; k += 1) {
            appendUnit(out, pending.charCodeAt(k), pendingStarts[k]!, pendingEnds[k]!)
          }
          pending = ''
          pendingStarts = []
          pendingEnds = []
          inWord = false
          inNumber = true
          appendUnit(out, unit, starts[i]!, ends[i]!)
        }
      }
    },
    end(out) {
      settle(false, out)
    },
    pendingFrom: (otherwise) => (pending === '' ? otherwise : Math.min(otherwise, pendingStarts[0]!)),
  }
}
