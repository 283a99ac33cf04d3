import { describe, expect, it } from 'vitest'
import { compileMatcher } from '../src/index.ts'
import vectors from '../test-vectors/leftmost-longest.json' with { type: 'json' }
import { cut, run } from './support/oracle.ts'

describe('compileMatcher', () => {
  it.each(vectors.cases)('finds the published leftmost-longest spans of $needles in $haystack', (vector) => {
    // One pattern that is the choice of all needles: matches of different patterns may overlap.
    const patterns = [{ id: 'needles', regex: vector.needles.join('|') }]
    const found = compileMatcher(patterns).scan(vector.haystack)
    expect(found.map((m) => [vector.needles.indexOf(m.text), m.start, m.end])).toEqual(vector.spans)
    for (let at = 0; at <= vector.haystack.length; at++) {
      expect(run(patterns, cut(vector.haystack, [at])).matches).toEqual(found)
    }
  })

  it('reports overlapping matches of different literals', () => {
    const patterns = ['abcd', 'bcd', 'cd', 'b'].map((literal) => ({ id: literal, literal }))
    expect(run(patterns, ['ab', 'cd']).spans).toEqual([
      [0, 0, 4],
      [3, 1, 2],
      [1, 1, 4],
      [2, 2, 4],
    ])
  })
})
