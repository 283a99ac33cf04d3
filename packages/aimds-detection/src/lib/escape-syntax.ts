/** What a beginning of an escape is: it may go on, it is none, or it is complete. */
export type EscapeState =
  | { readonly kind: 'more' }
  | { readonly kind: 'none' }
  /** `used`: how many of the characters belong to it; the others are read again. */
  | { readonly kind: 'done'; readonly codePoint: number; readonly used: number }

const MORE: EscapeState = { kind: 'more' }
const NONE: EscapeState = { kind: 'none' }

const ENTITIES: Readonly<Record<string, number>> = {
  amp: 0x26,
  lt: 0x3c,
  gt: 0x3e,
  quot: 0x22,
  apos: 0x27,
  nbsp: 0x20,
  sol: 0x2f,
  lsqb: 0x5b,
  rsqb: 0x5d,
  colon: 0x3a,
  excl: 0x21,
  tab: 0x20,
  newline: 0x0a,
  zwsp: 0x200b,
  shy: 0xad,
}
const ENTITY_NAMES = Object.keys(ENTITIES)

const LINE_ESCAPES: Readonly<Record<string, number>> = { n: 0x0a, r: 0x0a, t: 0x20 }

function done(codePoint: number, used: number): EscapeState {
  return { kind: 'done', codePoint: codePoint <= 0x10ffff ? codePoint : 0xfffd, used }
}

/** `&#105;`, `&#x69;` (the semicolon may be missing), `&lt;` and a few more names. */
function readEntity(text: string): EscapeState {
  const numeric = /^&#(?:x([0-9a-f]{0,6})|([0-9]{0,7}))(.?)/.exec(text)
  if (numeric !== null) {
    const [all, hex, decimal, next] = numeric
    const digits = hex ?? decimal!
    if (next === '') return MORE
    if (digits === '') return hex === undefined && next === 'x' ? MORE : NONE
    const used = next === ';' ? all.length : all.length - 1
    return done(Number.parseInt(digits, hex === undefined ? 10 : 16), used)
  }
  if (text === '&') return MORE
  const name = text.slice(1)
  if (name.endsWith(';')) {
    const codePoint = ENTITIES[name.slice(0, -1)]
    return codePoint === undefined ? NONE : done(codePoint, text.length)
  }
  return ENTITY_NAMES.some((known) => known.startsWith(name)) ? MORE : NONE
}

/** `\n`, `\"`, `\\`, `\x69`, `\u0069`, `\u{69}`. */
function readBackslash(text: string): EscapeState {
  if (text.length === 1) return MORE
  const letter = text[1]!
  const line = LINE_ESCAPES[letter]
  if (line !== undefined) return done(line, 2)
  if ('"\'/\\`'.includes(letter)) return done(letter.charCodeAt(0), 2)
  if (letter === 'x') {
    if (!/^\\x[0-9a-f]{0,2}$/.test(text)) return NONE
    return text.length === 4 ? done(Number.parseInt(text.slice(2), 16), 4) : MORE
  }
  if (letter !== 'u') return NONE
  if (/^\\u\{[0-9a-f]{1,6}\}$/.test(text)) return done(Number.parseInt(text.slice(3), 16), text.length)
  if (/^\\u(?:\{[0-9a-f]{0,6})?$/.test(text)) return MORE
  if (!/^\\u[0-9a-f]{0,4}$/.test(text)) return NONE
  return text.length === 6 ? done(Number.parseInt(text.slice(2), 16), 6) : MORE
}

/** `%69`, and the two to four bytes of a character beyond ASCII: `%d0%b8`. */
function readPercent(text: string): EscapeState {
  if (!/^(?:%[0-9a-f]{2})*(?:%[0-9a-f]?)?$/.test(text)) return NONE
  if (text.length < 3) return MORE
  const lead = Number.parseInt(text.slice(1, 3), 16)
  if (lead < 0x80) return done(lead, 3)
  const size = lead >= 0xf0 && lead < 0xf5 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc2 ? 2 : 0
  if (size === 0 || lead >= 0xf5) return NONE
  let codePoint = lead & (0x7f >> size)
  for (let i = 1; i < size; i += 1) {
    const byte = text.slice(i * 3, i * 3 + 3)
    if (byte.length < 3) return MORE
    const value = Number.parseInt(byte.slice(1), 16)
    if (value >> 6 !== 2) return NONE
    codePoint = (codePoint << 6) | (value & 0x3f)
  }
  return done(codePoint, size * 3)
}

/** Longest escape, in code units: `%f0%9f%98%80`. */
export const MAX_ESCAPE_UNITS = 12

/** Reads the beginning of a folded text (lower case) that starts with `&`, `%` or `\`. O(1). */
export function readEscape(text: string): EscapeState {
  const first = text.charCodeAt(0)
  const state = first === 0x26 ? readEntity(text) : first === 0x25 ? readPercent(text) : readBackslash(text)
  return state.kind === 'more' && text.length >= MAX_ESCAPE_UNITS ? NONE : state
}
