import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  alignmentDistance,
  damerauDistance,
  editDistance,
  lcsLength,
  longestCommonSubsequence,
  type SymbolSequence,
} from '../src/index.ts'
import vectors from '../test-vectors/edit.json' with { type: 'json' }
import { bruteDamerau, bruteLcs, bruteLevenshtein } from './support/brute-force.ts'
import { createRandom, RUNS, symbols } from './support/random.ts'

/** The same symbols in every form that is accepted; sparse ones have to be interned. */
const FORMS: Readonly<Record<string, (ids: number[]) => SymbolSequence>> = {
  'an array of small integers': (ids) => ids,
  'a typed array': (ids) => Uint16Array.from(ids),
  'an array of large and broken numbers': (ids) => ids.map((id) => id * 1e9 - 0.5),
  'an array of strings': (ids) => ids.map((id) => `step ${id}`),
  'a text': (ids) => ids.map((id) => String.fromCharCode(97 + id)).join(''),
  'a text of emoji': (ids) => ids.map((id) => String.fromCodePoint(0x1f600 + id)).join(''),
  'a text above U+8000': (ids) => ids.map((id) => String.fromCharCode(0xac00 + id)).join(''),
}

describe('editDistance', () => {
  it.each(vectors.cases)('gives what rapidfuzz gives for $a and $b', ({ a, b, lev, osa, dl, lcs }) => {
    expect(editDistance(a, b)).toBe(lev)
    expect(alignmentDistance(a, b)).toBe(osa)
    expect(damerauDistance(a, b)).toBe(dl)
    expect(lcsLength(a, b)).toBe(lcs)
  })

  it.each([
    ['kitten', 'sitting', 3],
    ['flaw', 'lawn', 2],
    ['saturday', 'sunday', 3],
    ['', 'abc', 3],
    ['', '', 0],
    ['a\u{1f600}b', 'a\u{1f601}b', 1],
    ['\u{1f600}', '', 1],
    ['x\ud83d', 'x\u{1f600}', 1],
  ])('TC-10 TC-13 counts code points: %j and %j differ by %d', (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance)
    expect(editDistance(b, a)).toBe(distance)
  })

  it.each(Object.entries(FORMS))('agrees with the textbook recurrence on %s', (_, form) => {
    fc.assert(
      fc.property(symbols(150), symbols(150), fc.nat(60), (a, b, limit) => {
        const distance = bruteLevenshtein(a, b, false)
        expect(editDistance(form(a), form(b))).toBe(distance)
        const limited = distance > limit ? Number.POSITIVE_INFINITY : distance
        expect(editDistance(form(a), form(b), { limit })).toBe(limited)
      }),
      RUNS,
    )
  })

  it('agrees with it on mixed texts, also where the common ends cut a surrogate pair', () => {
    const unit = fc.constantFrom('a', 'b', '\u{1f600}', '\u{1f601}', '\ud83d', '\ude00', '\uac00')
    const text = fc.array(unit, { maxLength: 50 }).map((units) => units.join(''))
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(editDistance(a, b)).toBe(bruteLevenshtein([...a], [...b], false))
      }),
      RUNS,
    )
  })

  it('never takes half of a surrogate pair for a common end', () => {
    const texts = ['']
    for (let i = 0; texts[i]!.length < 4; i++) {
      for (const unit of ['a', '\ud83d', '\ude00']) texts.push(texts[i]! + unit)
    }
    for (const a of texts) {
      for (const b of texts) expect(editDistance(a, b)).toBe(bruteLevenshtein([...a], [...b], false))
    }
  })

  it('TC-27 is a metric that never exceeds the longer length', () => {
    fc.assert(
      fc.property(symbols(50), symbols(50), symbols(50), (a, b, c) => {
        const ab = editDistance(a, b)
        expect(editDistance(b, a)).toBe(ab)
        expect(editDistance(a, a)).toBe(0)
        expect(ab === 0).toBe(a.length === b.length && a.every((x, i) => x === b[i]))
        expect(ab).toBeGreaterThanOrEqual(Math.abs(a.length - b.length))
        expect(ab).toBeLessThanOrEqual(Math.max(a.length, b.length))
        expect(editDistance(a, c)).toBeLessThanOrEqual(ab + editDistance(b, c))
      }),
      RUNS,
    )
  })

  it('keeps every pair whose distance is within the limit, also long ones with few differences', () => {
    const random = createRandom(21)
    const digit = (): number => Math.floor(random() * 4)
    for (let round = 0; round < 256; round++) {
      const a = Array.from({ length: 30 + Math.floor(random() * 170) }, digit)
      const b = a.slice()
      for (let edits = Math.floor(random() * 12); edits > 0; edits--) {
        b.splice(Math.floor(random() * b.length), Math.floor(random() * 2), ...[digit()].slice(edits % 2))
      }
      const distance = bruteLevenshtein(a, b, false)
      expect(editDistance(a, b, { limit: distance })).toBe(distance)
      if (distance > 0) expect(editDistance(a, b, { limit: distance - 1 })).toBe(Number.POSITIVE_INFINITY)
      expect(alignmentDistance(a, b, { limit: distance })).toBe(bruteLevenshtein(a, b, true))
      expect(damerauDistance(a, b, { limit: distance })).toBe(bruteDamerau(a, b))
    }
  })

  it('gives up long before the end when the limit is passed', () => {
    const random = createRandom(3)
    const [a, b] = [0, 1].map(() => Int32Array.from({ length: 50_000 }, () => random() * 1e6))
    const started = performance.now()
    for (const measure of [editDistance, alignmentDistance, damerauDistance]) {
      expect(measure(a!, b!, { limit: 20 })).toBe(Number.POSITIVE_INFINITY)
    }
    expect(performance.now() - started).toBeLessThan(500)
  })

  it('takes 0 and -0 for the same symbol', () => {
    expect(editDistance([0, 1e9], [-0, 1e9])).toBe(0)
  })

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('TC-14 refuses %d as a symbol', (value) => {
    for (const measure of [editDistance, alignmentDistance, damerauDistance, lcsLength]) {
      expect(() => measure([1, value], [1, 2])).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }))
    }
  })

  it('TC-15 refuses a sequence one longer than the limit, and says the limit', () => {
    for (const measure of [
      editDistance,
      alignmentDistance,
      damerauDistance,
      lcsLength,
      longestCommonSubsequence,
    ]) {
      measure('abc', 'abc', { maxLength: 3 })
      expect(() => measure('abc', 'abcd', { maxLength: 3 })).toThrow(
        expect.objectContaining({ code: 'SEQUENCE_TOO_LONG', details: { length: 4, limit: 3 } }),
      )
    }
    expect(() => editDistance('a', 'b'.repeat(65_537))).toThrow(
      expect.objectContaining({ code: 'SEQUENCE_TOO_LONG' }),
    )
  })
})

describe.each([
  ['alignmentDistance', alignmentDistance, (a: number[], b: number[]) => bruteLevenshtein(a, b, true)],
  ['damerauDistance', damerauDistance, bruteDamerau],
])('%s', (_, measure, brute) => {
  it.each(Object.entries(FORMS))('agrees with the textbook recurrence on %s', (__, form) => {
    fc.assert(
      fc.property(symbols(90), symbols(90), fc.nat(40), (a, b, limit) => {
        const distance = brute(a, b)
        expect(measure(form(a), form(b))).toBe(distance)
        expect(measure(form(a), form(b), { limit })).toBe(
          distance > limit ? Number.POSITIVE_INFINITY : distance,
        )
      }),
      RUNS,
    )
  })

  it('counts an exchange at any place of a long sequence once', () => {
    const a = Array.from({ length: 70 }, (__, i) => i)
    for (let i = 0; i + 1 < a.length; i++) expect(measure(a, a.with(i, i + 1).with(i + 1, i))).toBe(1)
  })

  it('counts an exchange of neighbours once', () => {
    expect(measure('abcd', 'acbd')).toBe(1)
    expect(measure([], [])).toBe(0)
    expect(measure([], 'abc')).toBe(3)
  })
})

describe('damerauDistance', () => {
  it('TC-27 obeys the triangle inequality, which the aligned distance does not', () => {
    fc.assert(
      fc.property(symbols(20), symbols(20), symbols(20), (a, b, c) => {
        expect(damerauDistance(a, c)).toBeLessThanOrEqual(damerauDistance(a, b) + damerauDistance(b, c))
      }),
      RUNS,
    )
    expect(alignmentDistance('ca', 'abc')).toBeGreaterThan(
      alignmentDistance('ca', 'ac') + alignmentDistance('ac', 'abc'),
    )
  })
})

describe('lcsLength', () => {
  it.each([
    [[1, 2, 3, 4], [1, 3, 4], 3],
    [[1, 2, 3, 4], [2, 3, 4, 5], 3],
    ['ABCBDAB', 'BDCABA', 4],
    ['', 'abc', 0],
    [[], [], 0],
  ])('TC-09 TC-13 of %j and %j is %d', (a, b, length) => {
    expect(lcsLength(a, b)).toBe(length)
  })

  it.each(Object.entries(FORMS))('agrees with the textbook recurrence on %s', (_, form) => {
    fc.assert(
      fc.property(symbols(150), symbols(150), (a, b) => {
        const length = bruteLcs(a, b)
        expect(lcsLength(form(a), form(b))).toBe(length)
        expect(editDistance(form(a), form(b))).toBeLessThanOrEqual(a.length + b.length - 2 * length)
      }),
      RUNS,
    )
  })
})

describe('longestCommonSubsequence', () => {
  it('TC-09 gives places in both sequences that ascend and hold the same symbols, as many as the length', () => {
    const known = longestCommonSubsequence('ABCBDAB', 'BDCABA')
    expect(known.length).toBe(4)
    fc.assert(
      fc.property(symbols(60), symbols(60), (a, b) => {
        const common = longestCommonSubsequence(a, b)
        expect(common.length).toBe(bruteLcs(a, b))
        expect([common.a.length, common.b.length]).toEqual([common.length, common.length])
        for (let k = 0; k < common.length; k++) {
          expect(a[common.a[k]!]).toBe(b[common.b[k]!])
          if (k === 0) continue
          expect(common.a[k]).toBeGreaterThan(common.a[k - 1]!)
          expect(common.b[k]).toBeGreaterThan(common.b[k - 1]!)
        }
      }),
      RUNS,
    )
  })
})
