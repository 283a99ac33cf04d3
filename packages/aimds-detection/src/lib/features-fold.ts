// Letters that differ only in case, accent or width count as the same for the classifier. The text itself is
// never changed. One code unit in, one out, so positions stay as they are. What disguises letters on purpose
// (look-alikes of other scripts, leet) is the normaliser's work and not repeated here.

export const KIND_SPACE = 0
export const KIND_LETTER = 1
/** A character that is a word by itself: Han, kana. */
export const KIND_IDEOGRAPH = 2
export const KIND_MARK = 3
/** A mark after which a new sentence or field begins. */
export const KIND_STOP = 4
export const KIND_DROPPED = 5

const FOLDED_UNITS = 0x600
/** Folded forms of U+0000–U+05FF. Above it only full-width forms and Latin with accents below are folded. */
const table = new Uint16Array(FOLDED_UNITS)
for (let unit = 0; unit < FOLDED_UNITS; unit++) {
  const lower = String.fromCharCode(unit).toLowerCase()
  const base = lower.normalize('NFD').charCodeAt(0)
  table[unit] = lower.length === 1 && base < FOLDED_UNITS ? base : lower.charCodeAt(0)
}
// What has no decomposition, and the Cyrillic short i, which is no accented letter.
for (const [units, base] of [
  ['0123456789', '0'],
  ['ı', 'i'],
  ['ß', 's'],
  ['øØ', 'o'],
  ['łŁ', 'l'],
  ['đĐ', 'd'],
  ['йЙ', 'й'],
] as const) {
  for (const unit of units) table[unit.charCodeAt(0)] = base.charCodeAt(0)
}

const kinds = new Uint8Array(FOLDED_UNITS).fill(KIND_LETTER)
for (let unit = 0; unit < 0x80; unit++) {
  const letter = (unit >= 0x61 && unit <= 0x7a) || unit === 0x30
  kinds[unit] = letter ? KIND_LETTER : unit > 0x20 ? KIND_MARK : KIND_SPACE
}
for (let unit = 0x7f; unit <= 0xbf; unit++) kinds[unit] = unit <= 0xa0 ? KIND_SPACE : KIND_MARK
for (let unit = 0x300; unit < 0x370; unit++) kinds[unit] = KIND_DROPPED
for (const [units, kind] of [
  ['ªºµ', KIND_LETTER],
  ['×÷', KIND_MARK],
  ['.!?:;\n"<>[]{}|¿¡\u037e\u0589', KIND_STOP],
  ["'\u00ad", KIND_DROPPED], // don't is one word, and so is a word with a soft hyphen
] as const) {
  for (const unit of units) kinds[unit.charCodeAt(0)] = kind
}

const accented = new Uint16Array(0x100)

function foldAccented(unit: number): number {
  const known = accented[unit - 0x1e00]!
  if (known !== 0) return known
  const base = String.fromCharCode(unit).normalize('NFD').charCodeAt(0)
  const folded = base < FOLDED_UNITS ? table[base]! : unit
  accented[unit - 0x1e00] = folded
  return folded
}

/** The folded form of a code unit. */
export function fold(unit: number): number {
  if (unit < FOLDED_UNITS) return table[unit]!
  if (unit >= 0xff01 && unit <= 0xff5e) return table[unit - 0xfee0]!
  if (unit >= 0x1e00 && unit <= 0x1eff) return foldAccented(unit)
  if (unit === 0x2019 || unit === 0x2018) return 0x27
  if (unit >= 0x201c && unit <= 0x201f) return 0x22
  if (unit === 0x3000) return 0x20
  if (unit === 0x3002) return 0x2e
  return unit
}

/** What a folded code unit is: one of the `KIND_` values. */
export function kindOf(code: number): number {
  if (code < FOLDED_UNITS) return kinds[code]!
  if (code < 0x2000) return code === 0x964 || code === 0x61f || code === 0x6d4 ? KIND_STOP : KIND_LETTER
  if (code < 0x2c00) return kindOfPunctuation(code)
  if (code < 0x3040) return code < 0x2e00 ? KIND_LETTER : code < 0x2e80 ? KIND_MARK : KIND_STOP
  if (code < 0xa000) return KIND_IDEOGRAPH
  if (code < 0xd800) return KIND_LETTER
  if (code < 0xe000) return KIND_MARK
  if (code >= 0xf900 && code < 0xfb00) return KIND_IDEOGRAPH
  if (code === 0xfeff || (code >= 0xfe00 && code <= 0xfe0f)) return KIND_DROPPED
  return code >= 0xfb00 && code < 0xff00 ? KIND_LETTER : KIND_MARK
}

function kindOfPunctuation(code: number): number {
  if (code >= 0x200b && code <= 0x200f) return KIND_DROPPED
  if (code >= 0x202a && code <= 0x202e) return KIND_DROPPED
  if (code >= 0x2060 && code <= 0x206f) return KIND_DROPPED
  if (code <= 0x200a || code === 0x202f || code === 0x205f) return KIND_SPACE
  return code === 0x2028 || code === 0x2029 || code === 0x2026 ? KIND_STOP : KIND_MARK
}
