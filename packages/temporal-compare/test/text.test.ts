import { describe, expect, it } from 'vitest'
import {
  analyze,
  correlation,
  createComparer,
  createLowerBounds,
  createSpring,
  createSubsequenceSearch,
  dtw,
  envelope,
  estimateDerivative,
  euclideanDistance,
  findSimilar,
  fuzzyPatterns,
  matrixProfile,
  type NumericSequence,
  nearestSequence,
  similarity,
} from '../src/index.ts'

describe.each<[string, (text: NumericSequence) => unknown]>([
  ['analyze', (text) => analyze(text, text)],
  ['correlation', (text) => correlation(text, text)],
  ['createComparer', (text) => createComparer().compare(text, [1], 'lcs')],
  ['createLowerBounds', (text) => createLowerBounds(text)],
  ['createSpring', (text) => createSpring(text, { threshold: 1, onMatch: () => {} })],
  ['createSubsequenceSearch', (text) => createSubsequenceSearch(text)],
  ['dtw', (text) => dtw([1], text)],
  ['envelope', (text) => envelope(text, 1)],
  ['estimateDerivative', (text) => estimateDerivative(text)],
  ['euclideanDistance', (text) => euclideanDistance([1, 2, 3, 4], text)],
  ['findSimilar', (text) => findSimilar(text, [1], { threshold: 1 })],
  ['fuzzyPatterns', (text) => fuzzyPatterns(text, { length: 2, threshold: 1 })],
  ['matrixProfile', (text) => matrixProfile(text, { window: 3 })],
  ['nearestSequence', (text) => nearestSequence([1], [text])],
  ['similarity', (text) => similarity([1], text)],
])('%s', (_, measure) => {
  it.each([['1357'], [['1', '3', '5', '7']]])('TC-29 refuses text that spells numbers: %j', (text) => {
    expect(() => measure(text as unknown as NumericSequence)).toThrow(
      expect.objectContaining({ code: 'INVALID_INPUT' }),
    )
  })
})
