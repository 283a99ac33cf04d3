import { valueAt } from './json-text.ts'
import type { TextRef } from './protocol.ts'

// ES2026, in every Node that this package supports, but not yet in TypeScript's library.
const { rawJSON, parse } = JSON as unknown as {
  rawJSON(text: string): object
  parse(
    text: string,
    reviver?: (key: string, value: unknown, context: { source: string }) => unknown,
  ): unknown
}

// Every number that a double cannot hold looks like this; so do some that it can, and some text.
const MAY_LOSE_DIGITS = /(?:^|[[:,\s])-?(?:[\d.]{16}|\d[\d.]*[eE])/

/**
 * `JSON.parse` for what is written anew: a number that a double cannot hold, such as an id of 64 bits, is made by
 * `JSON.rawJSON`, so that `JSON.stringify` writes it as it came. Throws SyntaxError, and RangeError for a document with
 * such numbers that is nested thousands deep.
 */
export function parseJson(text: string): unknown {
  return MAY_LOSE_DIGITS.test(text) ? parse(text, keepDigits) : parse(text)
}

function keepDigits(_key: string, value: unknown, { source }: { source: string }): unknown {
  return typeof value === 'number' && String(value) !== source ? rawJSON(source) : value
}

/** Texts of `source`; the JSON form of a value among them is as it is written there, to the last digit. */
export function withExactValues(
  refs: readonly TextRef[],
  source: () => string,
  parse: (text: string) => Record<string, unknown>,
): readonly TextRef[] {
  if (!refs.some(({ json }) => json)) return refs
  const text = source()
  if (!MAY_LOSE_DIGITS.test(text)) return refs
  const exact = parse(text)
  return refs.map((ref) => {
    const value = ref.json && valueAt(exact, ref.path)
    return value === undefined ? ref : { ...ref, text: JSON.stringify(value) }
  })
}
