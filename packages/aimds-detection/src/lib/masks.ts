import {
  locateAfterColon,
  locateAssignedValue,
  locateEqualsValue,
  locateHeaderCredential,
  locateLastQuoted,
  locateLastWord,
  locateUrlPassword,
} from './assigned-value.ts'

/** Makes the text that stands for a match. `label` is the last part of the rule id, such as `github-token`. */
export type Mask = (text: string, label: string) => string

function marker(label: string): string {
  return `[redacted:${label}]`
}

function replaceSpan(text: string, span: { start: number; end: number }, label: string): string {
  return text.slice(0, span.start) + marker(label) + text.slice(span.end)
}

/**
 * The masks that a pack may name. None leaves a text in which its own rule, or another of the default packs,
 * finds something; `*` and `[redacted:` are what the rules stop at.
 *
 * - `label`: `[redacted:github-token]`
 * - `email`: first character and domain, `j***@example.com`
 * - `ssn`: `***-**-****`
 * - `last-four`: every digit but the last four becomes `*`, separators stay
 * - `value`: the value of `key = value`; key, operator and quotes stay
 * - `equals-value`: the same where the name may hold colons, `//registry.example/:_authToken=`
 * - `header`: the credential of `Authorization: Bearer …`
 * - `labelled-number`: the number in `phone: 4155550132`; the label stays
 * - `after-colon`: the password of `-u user:password`
 * - `last-word`, `last-quoted`: the last word or quoted text
 * - `url-password`: the password of `scheme://user:password@host`
 */
export const MASKS: Readonly<Record<string, Mask>> = {
  label: (_text, label) => marker(label),
  email: (text) => {
    const first = /[A-Za-z0-9]/.exec(text)
    return `${first === null ? '' : first[0]}***${text.slice(text.lastIndexOf('@'))}`
  },
  ssn: () => '***-**-****',
  'last-four': (text) => {
    let left = text.replaceAll(/[^0-9]/g, '').length
    return text.replaceAll(/[0-9]/g, (digit) => {
      left -= 1
      return left >= 4 ? '*' : digit
    })
  },
  value: (text, label) => replaceSpan(text, locateAssignedValue(text), label),
  'equals-value': (text, label) => replaceSpan(text, locateEqualsValue(text), label),
  header: (text, label) => replaceSpan(text, locateHeaderCredential(text), label),
  'labelled-number': (text, label) => text.slice(0, text.search(/[+(]?[0-9]/)) + marker(label),
  'after-colon': (text, label) => replaceSpan(text, locateAfterColon(text), label),
  'last-word': (text, label) => replaceSpan(text, locateLastWord(text), label),
  'last-quoted': (text, label) => replaceSpan(text, locateLastQuoted(text), label),
  'url-password': (text, label) => replaceSpan(text, locateUrlPassword(text), label),
}
