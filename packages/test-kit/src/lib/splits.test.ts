import { describe, expect, it } from 'vitest'
import { seededRandom } from './seeded-random.ts'
import { everyNth, oneByOne, randomSplit, splitEverywhere, splitOnce, splitTwice } from './splits.ts'

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values)

describe('splitEverywhere', () => {
  it('lists all compositions of a short text', () => {
    expect([...splitEverywhere('abc')]).toEqual([['abc'], ['a', 'bc'], ['ab', 'c'], ['a', 'b', 'c']])
  })

  it('gives 2^(n-1) different splits that all join to the text', () => {
    const splits = [...splitEverywhere('abcdefghij')]
    expect(new Set(splits.map((pieces) => pieces.join('|'))).size).toBe(512)
    expect(splits.every((pieces) => pieces.join('') === 'abcdefghij')).toBe(true)
  })

  it('cuts bytes as well', () => {
    expect([...splitEverywhere(bytes(1, 2))]).toEqual([[bytes(1, 2)], [bytes(1), bytes(2)]])
  })

  it('has one way of cutting nothing', () => {
    expect([...splitEverywhere('')]).toEqual([[]])
  })

  it('refuses more than 20 units', () => {
    expect(() => [...splitEverywhere('x'.repeat(21))]).toThrow(RangeError)
  })
})

describe('splitOnce', () => {
  it('cuts at each inner position', () => {
    expect([...splitOnce('abc')]).toEqual([
      ['a', 'bc'],
      ['ab', 'c'],
    ])
  })
})

describe('splitTwice', () => {
  it('cuts at each pair of inner positions', () => {
    expect([...splitTwice('abcd')]).toEqual([
      ['a', 'b', 'cd'],
      ['a', 'bc', 'd'],
      ['ab', 'c', 'd'],
    ])
  })
})

describe('oneByOne', () => {
  it('cuts a surrogate pair in two', () => {
    expect(oneByOne('a😀')).toEqual(['a', '\ud83d', '\ude00'])
  })
})

describe('everyNth', () => {
  it('leaves the rest in the last piece', () => {
    expect(everyNth(bytes(1, 2, 3), 2)).toEqual([bytes(1, 2), bytes(3)])
  })

  it('refuses a size below one', () => {
    expect(() => everyNth('abc', 0)).toThrow(RangeError)
  })
})

describe('randomSplit', () => {
  const text = 'the quick brown fox jumps over the lazy dog'

  it('joins to the whole and keeps to the sizes', () => {
    for (let seed = 0; seed < 50; seed++) {
      const pieces = randomSplit(text, seededRandom(seed), { min: 2, max: 5 })
      expect(pieces.join('')).toBe(text)
      expect(pieces.slice(0, -1).every(({ length }) => length >= 2 && length <= 5)).toBe(true)
      expect(pieces.at(-1)!.length).toBeLessThanOrEqual(5)
    }
  })

  it('repeats for the same seed and differs for another', () => {
    expect(randomSplit(text, seededRandom(7))).toEqual(randomSplit(text, seededRandom(7)))
    expect(randomSplit(text, seededRandom(7))).not.toEqual(randomSplit(text, seededRandom(8)))
  })

  it('adds empty pieces when asked', () => {
    expect(randomSplit(text, seededRandom(3), { min: 0, max: 2 })).toContain('')
  })

  it('refuses sizes that would not end', () => {
    expect(() => randomSplit(text, seededRandom(1), { min: 0, max: 0 })).toThrow(RangeError)
    expect(() => randomSplit(text, seededRandom(1), { min: -1, max: 2 })).toThrow(RangeError)
  })
})
