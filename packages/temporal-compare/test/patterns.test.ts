import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fuzzyPatterns, recurringPatterns } from '../src/index.ts'
import { RUNS, symbols } from './support/random.ts'

/** Pattern text to places. */
function asTexts(text: string, minLength: number, maxLength: number): Record<string, number[]> {
  return Object.fromEntries(
    recurringPatterns(text, { minLength, maxLength }).map(({ length, positions }) => [
      text.slice(positions[0], positions[0]! + length),
      [...positions],
    ]),
  )
}

describe('recurringPatterns', () => {
  it('TC-22 finds every repeated piece with its count and places', () => {
    expect(asTexts('abcabcabc', 2, 4)).toEqual({
      abc: [0, 3, 6],
      ab: [0, 3, 6],
      bc: [1, 4, 7],
      abca: [0, 3],
      bcab: [1, 4],
      cabc: [2, 5],
      bca: [1, 4],
      cab: [2, 5],
      ca: [2, 5],
    })
    const found = recurringPatterns('abcabcabc', { minLength: 2, maxLength: 4 })
    expect(found.map(({ length, count }) => [length, count])).toEqual([
      [3, 3],
      [2, 3],
      [2, 3],
      [4, 2],
      [4, 2],
      [4, 2],
      [3, 2],
      [3, 2],
      [2, 2],
    ])
  })

  it('TC-22 counts occurrences that overlap', () => {
    expect(asTexts('aaaa', 2, 2)).toEqual({ aa: [0, 1, 2] })
  })

  it.each([
    [3, 2],
    [0, 2],
    [1.5, 2],
    [1, Number.POSITIVE_INFINITY],
  ])('TC-22 refuses lengths from %d to %d', (minLength, maxLength) => {
    expect(() => recurringPatterns('abc', { minLength, maxLength })).toThrow(
      expect.objectContaining({ code: 'INVALID_PATTERN_LENGTH', details: { minLength, maxLength } }),
    )
  })

  it('agrees with counting every piece', () => {
    fc.assert(
      fc.property(
        symbols(60),
        fc.integer({ min: 1, max: 4 }),
        fc.nat(4),
        fc.integer({ min: 2, max: 4 }),
        (x, min, more, minCount) => {
          const expected = new Map<string, number[]>()
          for (let length = min; length <= min + more; length++) {
            for (let i = 0; i + length <= x.length; i++) {
              const key = x.slice(i, i + length).join()
              expected.set(key, [...(expected.get(key) ?? []), i])
            }
          }
          for (const [key, places] of expected) if (places.length < minCount) expected.delete(key)
          const sparse = x.map((id) => id * 1e7 + 0.25)
          for (const sequence of [x, sparse, x.map(String)] as const) {
            const found = recurringPatterns(sequence, { minLength: min, maxLength: min + more, minCount })
            const places = found.map(({ positions, length }) => [
              x.slice(positions[0], positions[0]! + length).join(),
              [...positions],
            ])
            expect(new Map(places as [string, number[]][])).toEqual(expected)
            expect(found.every(({ count, positions }) => count === positions.length)).toBe(true)
          }
        },
      ),
      RUNS,
    )
  })

  it('counts code points of a text', () => {
    const [pair] = recurringPatterns('\u{1f600}a\u{1f600}a', { minLength: 2, maxLength: 2 })
    expect([pair!.length, [...pair!.positions]]).toEqual([2, [0, 2]])
  })

  it('is linear in the sequence for a fixed length, also for one symbol repeated', () => {
    const started = performance.now()
    expect(recurringPatterns(new Uint8Array(100_000), { minLength: 20, maxLength: 20 })[0]!.count).toBe(
      99_981,
    )
    expect(performance.now() - started).toBeLessThan(2000)
  })

  it('TC-13 TC-14 TC-15 gives nothing for nothing, and refuses NaN and too much', () => {
    const options = { minLength: 1, maxLength: 2 }
    expect(recurringPatterns('', options)).toEqual([])
    expect(() => recurringPatterns([1, Number.NaN], options)).toThrow(
      expect.objectContaining({ code: 'INVALID_INPUT' }),
    )
    expect(() => recurringPatterns('abc', { ...options, maxSymbols: 2 })).toThrow(
      expect.objectContaining({ code: 'SEQUENCE_TOO_LONG', details: { length: 3, limit: 2 } }),
    )
    expect(() => recurringPatterns('abc', { ...options, minCount: 1 })).toThrow(RangeError)
  })
})

describe('fuzzyPatterns', () => {
  it('TC-23 groups similar pieces that do not overlap', () => {
    const found = fuzzyPatterns([1, 2, 3, 1, 2, 4, 1, 2, 3], { length: 3, threshold: 0.7 })
    expect(found.map(({ positions, members }) => [[...positions], members.map((m) => [...m])])).toEqual([
      [
        [0, 3, 6],
        [
          [1, 2, 3],
          [1, 2, 4],
        ],
      ],
    ])
  })

  it('TC-20 takes a similarity that equals the threshold', () => {
    // Range 3, length 1: the pieces 0 and 3 have similarity 0, the pieces 0 and 0.3 have 0.9.
    const values = [0, 3, 0.3]
    expect(
      fuzzyPatterns(values, { length: 1, threshold: 0.9 }).map(({ positions }) => [...positions]),
    ).toEqual([[0, 2]])
    expect(fuzzyPatterns(values, { length: 1, threshold: 0.91 })).toEqual([])
  })

  it('does not depend on scale or offset, and never counts a point twice', () => {
    const values = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 40 })
    fc.assert(
      fc.property(
        values,
        fc.integer({ min: 1, max: 4 }),
        fc.constantFrom(0.5, 0.75, 1),
        (x, length, threshold) => {
          const places = (v: number[]): number[][] =>
            fuzzyPatterns(v, { length, threshold }).map(({ positions }) => [...positions])
          const found = places(x)
          expect(places(x.map((v) => v * 64 - 128))).toEqual(found)
          const covered = found.flat().flatMap((start) => Array.from({ length }, (_, k) => start + k))
          expect(new Set(covered).size).toBe(covered.length)
          for (const group of found) expect(group.length).toBeGreaterThanOrEqual(2)
        },
      ),
      RUNS,
    )
  })

  it('with threshold 1 groups equal pieces only', () => {
    const [group] = fuzzyPatterns([5, 6, 9, 5, 6, 8], { length: 2, threshold: 1 })
    expect([[...group!.positions], group!.members.map((m) => [...m])]).toEqual([[0, 3], [[5, 6]]])
  })

  it('TC-14 TC-15 TC-22 refuses NaN, too long input and lengths that are none', () => {
    const options = { length: 2, threshold: 0.5 }
    expect(fuzzyPatterns([], options)).toEqual([])
    expect(() => fuzzyPatterns([1, Number.NaN], options)).toThrow(
      expect.objectContaining({ code: 'INVALID_INPUT' }),
    )
    expect(() => fuzzyPatterns([1, 2, 3], { ...options, maxLength: 2 })).toThrow(
      expect.objectContaining({ code: 'SEQUENCE_TOO_LONG' }),
    )
    expect(() => fuzzyPatterns([1], { ...options, length: 0 })).toThrow(
      expect.objectContaining({ code: 'INVALID_PATTERN_LENGTH' }),
    )
    expect(() => fuzzyPatterns([1], { ...options, threshold: 1.1 })).toThrow(RangeError)
  })
})
