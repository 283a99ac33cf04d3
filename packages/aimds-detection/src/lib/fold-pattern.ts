import { foldCodePoint } from './fold.ts'
import { squeezeLetter } from './squeeze.ts'

/** What a blank in a pattern over normalised text stands for. */
const BETWEEN_WORDS = '[\n "\'*,:;>_`~-]{1,3}'

/**
 * The source of an expression over the text that `createNormalizer` makes: letters are folded as the text is
 * (`é` → `e`, Cyrillic `о` → `o`), and a blank outside a class stands for one to three separators. Expressions
 * are written in lower case; escapes stay as they are.
 */
export function foldPattern(source: string): string {
  return rewrite(source, (char, next) => {
    if (char !== ' ') return foldLetter(char)
    return isQuantifier(next) ? `(?:${BETWEEN_WORDS})` : BETWEEN_WORDS
  })
}

/** The same over a squeezed text, which has no separators: blanks are left out, and `l` is `i`. */
export function squeezePattern(source: string): string {
  return rewrite(source, (char) =>
    char === ' ' ? '' : foldLetter(char).replaceAll('l', String.fromCharCode(squeezeLetter(0x6c))),
  )
}

function foldLetter(char: string): string {
  const codePoint = char.codePointAt(0)!
  if (codePoint < 0x80) return char
  const folded = foldCodePoint(codePoint)
  // A quantifier after a character that folds to several must count all of them.
  return folded.length > 1 && [...folded].length > 1 ? `(?:${folded})` : folded
}

/** What is not simply a character: escapes, classes, and the characters that are replaced. */
const PARTS = /\\.|\[(?:\\.|[^\\\]])*\]|[ l]|[^\0-\x7f]/gsu

/** `replace` gets a character and the one behind it. */
function rewrite(source: string, replace: (char: string, next: string | undefined) => string): string {
  return source.replace(PARTS, (part, offset: number) => {
    if (part.startsWith('\\')) return part
    if (part.startsWith('[')) return part.replace(/[^\0-\x7f]/gu, foldInClass)
    return replace(part, source[offset + part.length])
  })
}

function isQuantifier(char: string | undefined): boolean {
  return char !== undefined && '?*+{'.includes(char)
}

function foldInClass(char: string): string {
  const folded = foldCodePoint(char.codePointAt(0)!)
  if ([...folded].length > 1) throw new SyntaxError(`${char} in a class folds to ${folded}`)
  return folded
}
