/** Blanks separate tokens and are none. */
export const SPACE = 0
export const LETTER = 1
export const DIGIT = 2
/** Brackets, quotes, operators: what code and markup is made of. */
export const MARK_CLASS = 3
export const PUNCTUATION = 4

/** Scripts that write words without blanks between them begin here (CJK radicals). */
export const IDEOGRAPHS = 0x2e80

/** For each ASCII character its class, times 256, and its code, of letters without case. */
export const ASCII: Uint16Array = Uint16Array.from({ length: 128 }, (_, c) => {
  const found = classOfAscii(String.fromCharCode(c))
  return (found << 8) | (found === LETTER ? c | 32 : c)
})

function classOfAscii(character: string): number {
  if (/[\s\0]/.test(character)) return SPACE
  if (/[a-zA-Z_]/.test(character)) return LETTER
  if (/[0-9]/.test(character)) return DIGIT
  return /[(){}[\]<>="'|\\/;+*&%$#@^~`]/.test(character) ? MARK_CLASS : PUNCTUATION
}

/** Class of a code unit from 128 on. */
export function classBeyondAscii(c: number): number {
  const blank = c === 0xa0 || c === 0x2028 || c === 0x2029 || c === 0x3000 || (c >= 0x2000 && c <= 0x200b)
  return blank ? SPACE : LETTER
}

/** Whether a code unit is one of code and markup: a bracket, a quote, an operator. */
export function isMark(c: number): boolean {
  return c < 128 && ASCII[c]! >> 8 === MARK_CLASS
}
