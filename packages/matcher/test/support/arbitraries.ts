import fc from 'fast-check'
import type { Pattern } from '../../src/index.ts'

const atom = fc.constantFrom(
  'a',
  'b',
  'c',
  'a',
  'b',
  '.',
  '[ab]',
  '[^a]',
  '\\w',
  '\\W',
  '[^b-c ]',
  '\u{1f600}',
  '[\u{1f600}-\u{1f64f}c]',
)
const quantifier = fc.constantFrom('', '', '', '?', '*', '+', '{2}', '{1,2}', '{2,}', '{0,3}')
const condition = fc.constantFrom('\\b', '\\B', '^', '$')

/** Repeats a repetition only a few times: the reference, RegExp, needs exponential time for more. */
function nested(node: string, quantified: string): string {
  return /[*+,]/.test(node) && quantified !== '?' ? '' : quantified
}

/** Regular expressions over a small alphabet, so that threads meet often. */
export function regexSource(options: { conditions: boolean; unbounded: boolean }): fc.Arbitrary<string> {
  const quantifiers = options.unbounded ? quantifier : quantifier.filter((q) => !/[*+,]\}?$/.test(q))
  const { node } = fc.letrec<{ node: string; item: string }>((tie) => ({
    item: fc.oneof(
      { weight: 5, arbitrary: fc.tuple(atom, quantifiers).map(([a, q]) => a + q) },
      { weight: options.conditions ? 1 : 0, arbitrary: condition },
      { weight: 2, arbitrary: fc.tuple(tie('node'), quantifiers).map(([n, q]) => `(?:${n})${nested(n, q)}`) },
    ),
    node: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.array(tie('item'), { minLength: 1, maxLength: 4 }).map((items) => items.join('')),
      fc.tuple(tie('node'), tie('node')).map(([l, r]) => `${l}|${r}`),
    ),
  }))
  return node
}

const validators: readonly (undefined | ((text: string) => boolean))[] = [
  undefined,
  undefined,
  (text) => text.length % 2 === 0,
  (text) => !text.endsWith('b'),
  (text) => text.length < 3,
]

export function pattern(options: {
  conditions: boolean
  unbounded: boolean
  validators: boolean
}): fc.Arbitrary<Pattern> {
  const boundary = options.conditions
    ? fc.constantFrom(undefined, undefined, '[ab]', '\\w', '[^ ]')
    : fc.constant(undefined)
  return fc
    .record({
      regex: regexSource(options),
      literal: fc.string({ unit: fc.constantFrom('a', 'b', 'c', ' '), minLength: 1, maxLength: 4 }),
      isLiteral: fc.nat({ max: 3 }).map((n) => n === 0),
      notAfter: boundary,
      notBefore: boundary,
      caseInsensitive: fc.boolean(),
      validate: options.validators ? fc.constantFrom(...validators) : fc.constant(undefined),
    })
    .map(({ regex, literal, isLiteral, notAfter, notBefore, caseInsensitive, validate }) => ({
      id: isLiteral ? `literal ${literal}` : regex,
      ...(isLiteral ? { literal } : { regex }),
      ...(notAfter === undefined ? {} : { notAfter }),
      ...(notBefore === undefined ? {} : { notBefore }),
      ...(validate === undefined ? {} : { validate }),
      caseInsensitive,
    }))
}

/** Texts in which the atoms above occur; well-formed. */
export function text(maxLength: number): fc.Arbitrary<string> {
  return fc.string({
    unit: fc.constantFrom('a', 'b', 'c', 'a', 'b', 'A', 'B', ' ', '\n', '\u{1f600}'),
    maxLength,
  })
}
