import { MidstreamError, type MidstreamErrorCode } from '@midstream/core'
import { describe, expect, it } from 'vitest'
import { compileMatcher, type MatcherOptions, type Pattern } from '../src/index.ts'

function failure(pattern: Partial<Pattern>, options?: MatcherOptions): MidstreamError {
  try {
    compileMatcher([{ id: 'p', ...pattern }], options)
  } catch (error) {
    if (MidstreamError.is(error)) return error
    throw error
  }
  throw new Error('compiled')
}

describe('compileMatcher', () => {
  it.each<[string, MidstreamErrorCode, number]>([
    ['ab(?=c)', 'PATTERN_UNSUPPORTED', 2],
    ['ab(?!c)', 'PATTERN_UNSUPPORTED', 2],
    ['(?<=a)b', 'PATTERN_UNSUPPORTED', 0],
    ['(?<!a)b', 'PATTERN_UNSUPPORTED', 0],
    ['x(?<name>b)', 'PATTERN_UNSUPPORTED', 1],
    ['(?i:b)', 'PATTERN_UNSUPPORTED', 0],
    ['(a)\\1', 'PATTERN_UNSUPPORTED', 3],
    ['\\k<a>', 'PATTERN_UNSUPPORTED', 0],
    ['a\\p{L}', 'PATTERN_UNSUPPORTED', 1],
    ['ab+?', 'PATTERN_UNSUPPORTED', 3],
    ['a\\ud83d', 'PATTERN_UNSUPPORTED', 1],
    ['a?b*', 'PATTERN_UNSUPPORTED', 0],
    ['\\b', 'PATTERN_UNSUPPORTED', 0],
    ['(ab', 'PATTERN_SYNTAX', 0],
    ['ab)', 'PATTERN_SYNTAX', 2],
    ['a[bc', 'PATTERN_SYNTAX', 1],
    ['a[]', 'PATTERN_SYNTAX', 1],
    ['[z-a]', 'PATTERN_SYNTAX', 1],
    ['[\\w-z]', 'PATTERN_SYNTAX', 1],
    ['a**', 'PATTERN_SYNTAX', 2],
    ['*a', 'PATTERN_SYNTAX', 0],
    ['a|+', 'PATTERN_SYNTAX', 2],
    ['\\b+a', 'PATTERN_SYNTAX', 2],
    ['a{2,1}', 'PATTERN_SYNTAX', 1],
    ['a{x}', 'PATTERN_SYNTAX', 1],
    ['a}', 'PATTERN_SYNTAX', 1],
    ['ab\\', 'PATTERN_SYNTAX', 2],
    ['\\q', 'PATTERN_SYNTAX', 0],
    ['\\x4', 'PATTERN_SYNTAX', 0],
    ['\\u{110000}', 'PATTERN_SYNTAX', 0],
    ['(?@)', 'PATTERN_SYNTAX', 0],
  ])('refuses %s with %s at offset %i', (regex, code, position) => {
    const error = failure({ regex })
    expect([error.code, error.details['position'], error.details['pattern']]).toEqual([code, position, 'p'])
  })

  it('refuses patterns that need too many instructions, without expanding them', () => {
    expect(failure({ regex: '(?:(?:a{1000}){1000}){1000}' }).code).toBe('PATTERN_TOO_LARGE')
    expect(failure({ regex: '(?:(?:a{0}){1000000}){1000000}b' }).code).toBe('PATTERN_TOO_LARGE')
    expect(failure({ regex: `${'('.repeat(300)}a${')'.repeat(300)}` }).code).toBe('PATTERN_TOO_LARGE')
  })

  it('I-4 refuses bounded patterns that are longer than maxHoldChars', () => {
    expect(failure({ regex: 'a{1,11}' }, { maxHoldChars: 10 }).code).toBe('PATTERN_TOO_LARGE')
    expect(failure({ literal: 'a'.repeat(11) }, { maxHoldChars: 10 }).code).toBe('PATTERN_TOO_LARGE')
    expect(compileMatcher([{ id: 'p', regex: 'a{1,10}' }], { maxHoldChars: 10 }).maxMatchChars).toBe(10)
  })

  it('refuses a pattern with neither or both of regex and literal, and options that are not positive', () => {
    expect(() => compileMatcher([{ id: 'p' }])).toThrow(TypeError)
    expect(() => compileMatcher([{ id: 'p', regex: 'a', literal: 'a' }])).toThrow(TypeError)
    expect(() => compileMatcher([], { maxHoldChars: 0 })).toThrow(RangeError)
    expect(failure({ regex: 'a', notAfter: 'ab' }).code).toBe('PATTERN_SYNTAX')
    expect(failure({ literal: '' }).code).toBe('PATTERN_UNSUPPORTED')
    expect(failure({ literal: '\ud83d' }).code).toBe('PATTERN_UNSUPPORTED')
  })

  // Every escape and class against the RegExp of the runtime, over all code units and some code points.
  it.each([
    '\\d',
    '\\D',
    '\\w',
    '\\W',
    '\\s',
    '\\S',
    '.',
    '[^]',
    '[^a]',
    '[^\\d]',
    '[\\s-]',
    '[a\\-z]',
    '[\\b]',
    '\\x41',
    '\\u00e9',
    '\\u{1f600}',
    '\\ud83d\\ude00',
    '[\u{1f600}-\u{1f64f}]',
    '[^\u{1f600}]',
    '[\\u{ffff}-\\u{10ffff}]',
    '[\\u{10000}-\\u{10ffff}]',
    '\\n',
    '\\r',
    '\\t',
    '\\v',
    '\\f',
    '\\0',
    '\\.',
    '\\/',
    '[\\]]',
    '[\\^a]',
    '[a-]',
  ])('matches the same characters as RegExp for %s', (regex) => {
    for (const caseInsensitive of [false, true]) {
      const expression = new RegExp(`^(?:${regex})$`, caseInsensitive ? 'iu' : 'u')
      const matcher = compileMatcher([{ id: 'p', regex, caseInsensitive }])
      const text = codePoints().join('')
      const expected = codePoints().filter((char) => expression.test(char))
      expect(matcher.scan(text).map((m) => m.text)).toEqual(expected)
    }
  })

  it.each([
    'k',
    's',
    'i',
    '\u0130',
    '\u0131',
    '\u00df',
    '\u03c3',
    '\u00b5',
    '\u01c5',
    '\u{10400}',
    '[a-z]',
    '[^k]',
    '[^\u03c3]',
    '\u1e9e',
    '\ufb05',
    '\u13a0',
  ])('folds case like RegExp with the flags iu for %s', (regex) => {
    const expression = new RegExp(`^(?:${regex})$`, 'iu')
    const matcher = compileMatcher([{ id: 'p', regex, caseInsensitive: true }])
    const all = allCodePoints().filter((char) => char.toLowerCase() !== char || char.toUpperCase() !== char)
    expect(matcher.scan(all.join('')).map((m) => m.text)).toEqual(all.filter((char) => expression.test(char)))
    if (regex.startsWith('[')) return
    const literal = compileMatcher([{ id: 'p', literal: regex, caseInsensitive: true }])
    expect(literal.scan(all.join('')).map((m) => m.text)).toEqual(all.filter((char) => expression.test(char)))
  })
})

function codePoints(): string[] {
  return Array.from({ length: 0x3100 }, (_, i) => String.fromCodePoint(i)).concat(
    '\ufeff',
    '\ufffd',
    '\uffff',
    '\ue000',
    '\ud7ff',
    '\u{10000}',
    '\u{1f600}',
    '\u{1f601}',
    '\u{1f64f}',
    '\u{1f650}',
    '\u{10ffff}',
  )
}

function allCodePoints(): string[] {
  const out: string[] = []
  for (let cp = 0x20; cp < 0x1f000; cp++) if (cp < 0xd800 || cp > 0xdfff) out.push(String.fromCodePoint(cp))
  return out
}
