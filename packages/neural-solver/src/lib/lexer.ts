import { MidstreamError } from '@midstream/core'

export interface Token {
  readonly kind: 'name' | 'operator' | 'number' | 'hole' | 'text' | 'pattern' | 'symbol' | 'end'
  /** Source text; for texts and patterns the value without quotes and escapes. */
  readonly text: string
  /** Offset of the first UTF-16 code unit in the source. */
  readonly position: number
  readonly end: number
}

/** Letters that are operators and therefore not names of fields. */
export const OPERATOR_LETTERS = 'XNYZFGOHUWRS'

const SYMBOLS = ['<->', '<=>', '->', '=>', '==', '!=', '<=', '>=', '&&', '||']
const SINGLE = '!&|()[],<>~;='

export function syntaxError(source: string, position: number, message: string, hint: string): MidstreamError {
  const shown = position >= source.length ? 'the end' : `"${source.slice(position, position + 12)}"`
  return new MidstreamError('FORMULA_SYNTAX', `${message} at ${position} (${shown}). ${hint}`, {
    details: { position, hint },
  })
}

/** Splits a formula into tokens. @throws MidstreamError FORMULA_SYNTAX */
export function tokenize(source: string): Token[] {
  const tokens: Token[] = []
  const name = /[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_0-9]+)*/y
  const number = /-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y
  let i = 0
  const add = (kind: Token['kind'], text: string, end: number): void => {
    tokens.push({ kind, text, position: i, end })
    i = end
  }
  while (i < source.length) {
    const char = source[i]!
    if (/\s/.test(char)) {
      i++
    } else if (char === '#') {
      while (i < source.length && source[i] !== '\n') i++
    } else if (char === '$') {
      const hole = /\$[A-Za-z_][A-Za-z0-9_]*/y
      hole.lastIndex = i
      const word = hole.exec(source)?.[0]
      if (word === undefined)
        throw syntaxError(source, i, 'a hole without a name', 'Holes are written $name.')
      add('hole', word.slice(1), i + word.length)
    } else if (char === '"') {
      const [text, end] = readText(source, i)
      add('text', text, end)
    } else if (char === '/') {
      const [text, end] = readPattern(source, i)
      add('pattern', text, end)
    } else {
      name.lastIndex = i
      number.lastIndex = i
      const word = name.exec(source)?.[0]
      const digits = word === undefined ? number.exec(source)?.[0] : undefined
      const symbol =
        SYMBOLS.find((s) => source.startsWith(s, i)) ?? (SINGLE.includes(char) ? char : undefined)
      if (word !== undefined) {
        add(word.length === 1 && OPERATOR_LETTERS.includes(word) ? 'operator' : 'name', word, i + word.length)
      } else if (digits !== undefined) add('number', digits, i + digits.length)
      else if (symbol !== undefined) add('symbol', symbol, i + symbol.length)
      else throw syntaxError(source, i, `unexpected character "${char}"`, hintFor(char))
    }
  }
  tokens.push({ kind: 'end', text: '', position: source.length, end: source.length })
  return tokens
}

function readText(source: string, start: number): [string, number] {
  let i = start + 1
  while (i < source.length && source[i] !== '"') i += source[i] === '\\' ? 2 : 1
  const raw = source.slice(start, i + 1)
  try {
    return [JSON.parse(raw) as string, i + 1]
  } catch (cause) {
    void cause
    throw syntaxError(
      source,
      start,
      'text that does not end or has a wrong escape',
      'Texts are written as in JSON.',
    )
  }
}

function readPattern(source: string, start: number): [string, number] {
  let i = start + 1
  let text = ''
  while (i < source.length && source[i] !== '/') {
    if (source[i] === '\\' && source[i + 1] === '/') i++
    else if (source[i] === '\\') text += source[i++]
    text += source[i++] ?? ''
  }
  if (i >= source.length) throw syntaxError(source, start, 'pattern that does not end', 'Close it with /.')
  if (text === '') throw syntaxError(source, start, 'an empty pattern', 'Write what is to be found.')
  return [text, i + 1]
}

function hintFor(char: string): string {
  if (char === "'") return 'Write texts with double quotes.'
  if ('∧∨¬→□◇○'.includes(char)) return 'Write & | ! -> G F X.'
  return 'See the list of operators in the language guide.'
}
