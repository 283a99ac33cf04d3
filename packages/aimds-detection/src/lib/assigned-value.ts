import { entropy } from './token-checks.ts'

/** Where the value of `key = value` lies in the text of a match. */
export interface AssignedValue {
  readonly start: number
  readonly end: number
  readonly quoted: boolean
  readonly spaced: boolean
}

const QUOTES = `"'\``

/**
 * Splits a match of a `key = value` pattern: the key, an optional closing quote, `=`, `:`, `:=` or `=>`,
 * blanks, an optional quote, the value and its closing quote. Linear.
 */
export function locateAssignedValue(text: string): AssignedValue {
  const operator = text.search(/[=:]/)
  let start = operator
  while (start < text.length && '=:>'.includes(text[start]!)) start += 1
  const afterOperator = start
  while (start < text.length && ' \t'.includes(text[start]!)) start += 1
  const spaced = start > afterOperator || text[operator - 1] === ' '
  if (text[start] === '\\') start += 1
  const quoted = start < text.length && QUOTES.includes(text[start]!)
  let end = text.length
  if (quoted) {
    start += 1
    if (end > start && QUOTES.includes(text[end - 1]!)) end -= 1
    if (end > start && text[end - 1] === '\\') end -= 1
  }
  return { start, end, quoted, spaced }
}

const PLACEHOLDER_WORDS: ReadonlySet<string> = new Set(
  (
    'password passwd pwd pass passphrase secret token key apikey api_key example sample placeholder changeme ' +
    'change_me none null nil undefined true false string str text required optional hidden redacted masked ' +
    'todo tbd test value default empty unset env xxx your mypassword my_password optional[str] self this ' +
    'bearer basic number object boolean any unknown username user'
  ).split(' '),
)

/** A reference to a value kept elsewhere, or one of our own masks: ${VAR}, $VAR, {{ var }}, %VAR%, <key>. */
function isVariable(value: string): boolean {
  return (
    /^\[redacted(?::[a-z0-9-]+)?\]$/.test(value) ||
    /^\$[({A-Z_a-z]|^\{|^%|^<|^@\{|^#\{|^\\\$/.test(value) ||
    /^(?:process\.env|os\.environ|env\(|secrets?\.|vault:)/.test(value)
  )
}

/** Texts that stand for a secret instead of being one. */
function isPlaceholder(value: string): boolean {
  const lower = value.toLowerCase()
  return (
    PLACEHOLDER_WORDS.has(lower) ||
    // anybody's stars, dots and crosses
    /^(.)\1+$/.test(value) ||
    /^[*.•_-][*x.•_-]*$|^x[*x.•_-]+$/i.test(value) ||
    value.includes('***') ||
    /\.\.\.|…/.test(value) ||
    isVariable(value) ||
    /(?:your|my|insert|enter|replace|put|some|the)[ _-](?:[a-z]+[ _-])*(?:key|token|secret|password|here)/i.test(
      value,
    ) ||
    /example|placeholder|changeme|redacted|dummy|goes[ _-]?here/.test(lower)
  )
}

/** Source code rather than text: a call, an index, a dotted name, an identifier that ends in the key's word. */
function isExpression(value: string): boolean {
  return (
    /[()[\]]/.test(value) ||
    /^[A-Za-z_][A-Za-z_]*(?:(?:\.|->|::)[A-Za-z_]\w*)+$/.test(value) ||
    /^[A-Za-z]*_?(?:password|passwd|pwd|secret|token|key)s?$/i.test(value)
  )
}

/**
 * A password given as `password=value`: in quotes any text that is not a placeholder; without quotes not a
 * piece of source code, and not a plain word after a blank (`password: required`).
 */
export function isAssignedPassword(text: string): boolean {
  const { start, end, quoted, spaced } = locateAssignedValue(text)
  const value = text.slice(start, end)
  if (value === '' || isPlaceholder(value)) return false
  if (/^\/|^https?:/.test(value)) return false
  if (quoted) return !/^[ \t]|[ \t]$/.test(value)
  if (value.length < 4 || isExpression(value)) return false
  return spaced ? /[0-9!#$%^&*+?~]/.test(value) && value.length >= 6 : true
}

/**
 * A key or token given as `api_key=value`: eight characters or more with letters and digits, or twenty or
 * more, whose characters are spread like random text.
 */
export function isAssignedKey(text: string): boolean {
  const { start, end, quoted } = locateAssignedValue(text)
  const value = text.slice(start, end)
  if (value.length < 8 || isPlaceholder(value)) return false
  if (!quoted && isExpression(value)) return false
  if (/\s|^https?:|^\/|^[a-z]+(?:[-_.][a-z]+)*$|^[a-z]+[0-9]{1,3}[a-z]*$/i.test(value)) return false
  return /[0-9]/.test(value) && /[A-Za-z]/.test(value)
    ? entropy(value) >= 2.5
    : value.length >= 20 && entropy(value) >= 3.5
}

/** The password of a URL, unless it is a variable or already masked. A plain word counts there too. */
export function isUrlPassword(text: string): boolean {
  const { start, end } = locateUrlPassword(text)
  const value = text.slice(start, end)
  return value !== '' && !isVariable(value) && !value.includes('***') && !/^x+$/i.test(value)
}

/** Where the password lies in `scheme://user:password@h`. */
export function locateUrlPassword(text: string): { start: number; end: number } {
  const userStart = text.indexOf('://') + 3
  return { start: text.indexOf(':', userStart) + 1, end: text.lastIndexOf('@') }
}

/** Where the value lies in `name=value` when the name itself may hold colons. */
export function locateEqualsValue(text: string): { start: number; end: number } {
  let start = text.indexOf('=') + 1
  while (text[start] === ' ' || text[start] === '\t') start += 1
  return { start, end: text.length }
}

/** Where the credential lies in `Authorization: Bearer credential`: after the name and the scheme. */
export function locateHeaderCredential(text: string): { start: number; end: number } {
  const blank = Math.max(text.lastIndexOf(' '), text.lastIndexOf('\t'))
  if (blank > 0) return { start: blank + 1, end: text.length }
  const value = locateAssignedValue(text)
  return { start: value.start, end: text.length }
}

/** A credential in a header that is not a placeholder: it has a digit, or twenty characters and more. */
export function isHeaderCredential(text: string): boolean {
  const { start, end } = locateHeaderCredential(text)
  const value = text.slice(start, end)
  if (value.length < 12 || isPlaceholder(value)) return false
  return /[0-9]/.test(value) || value.length >= 20
}

/** Where the last word lies, or what follows the first `=` of a single word, without the quotes around it. */
export function locateLastWord(text: string): { start: number; end: number } {
  const blank = text.search(/[ \t\r\n][^ \t\r\n]*$/)
  let start = (blank === -1 ? text.indexOf('=') : blank) + 1
  let end = text.length
  if (QUOTES.includes(text[start]!)) start += 1
  if (end > start && QUOTES.includes(text[end - 1]!)) end -= 1
  return { start, end }
}

/** A last word that is given itself, not by reference. */
export function isLiteralLastWord(text: string): boolean {
  const { start, end } = locateLastWord(text)
  return !isVariable(text.slice(start, end))
}

/** A value after `=` that is given itself, not by reference. */
export function isLiteralEqualsValue(text: string): boolean {
  const { start, end } = locateEqualsValue(text)
  return !isVariable(text.slice(start, end))
}

/** A password that a sentence or a flag tells: it has a digit or a sign, and is no placeholder. */
export function isToldPassword(text: string): boolean {
  const { start, end } = locateLastWord(text)
  const value = text.slice(start, end)
  return value.length >= 4 && !isPlaceholder(value) && /[0-9!#$%^&*+?~@]/.test(value)
}

/** Where the password lies in `-u user:password`. */
export function locateAfterColon(text: string): { start: number; end: number } {
  let start = text.indexOf(':') + 1
  if (QUOTES.includes(text[start]!)) start += 1
  return { start, end: QUOTES.includes(text.at(-1)!) ? text.length - 1 : text.length }
}

/** A user and password pair: not a pair of numeric ids, not a placeholder. */
export function isUserPassword(text: string): boolean {
  const { start, end } = locateAfterColon(text)
  const value = text.slice(start, end)
  return value !== '' && !isPlaceholder(value) && !/^[0-9]+$/.test(value)
}

/** Where the text between the last two double quotes lies. */
export function locateLastQuoted(text: string): { start: number; end: number } {
  const end = text.lastIndexOf('"')
  return { start: text.lastIndexOf('"', end - 1) + 1, end }
}

/** The value of a setting, unless it is a placeholder. */
export function isQuotedPassword(text: string): boolean {
  const { start, end } = locateLastQuoted(text)
  return end > start && !isPlaceholder(text.slice(start, end))
}
