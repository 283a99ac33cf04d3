import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import * as temporalCompare from '../src/index.ts'

describe('@midstream/temporal-compare', () => {
  it('exports these names and no others', () => {
    expect(Object.keys(temporalCompare).sort()).toEqual([
      'alignDtw',
      'alignmentDistance',
      'analyze',
      'correlation',
      'createComparer',
      'createDtw',
      'createLowerBounds',
      'createMatrixProfile',
      'createSpring',
      'createSubsequenceSearch',
      'damerauDistance',
      'dtw',
      'editDistance',
      'envelope',
      'estimateDerivative',
      'euclideanDistance',
      'findSimilar',
      'fuzzyPatterns',
      'jaccardIndex',
      'lcsLength',
      'longestCommonSubsequence',
      'matrixProfile',
      'nearestSequence',
      'recurringPatterns',
      'similarity',
    ])
  })

  it('depends at run time on core only and has no install script', () => {
    const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
    expect(Object.keys(manifest.dependencies)).toEqual(['@midstream/core'])
    expect(Object.keys(manifest.scripts).filter((name) => /install|prepare/.test(name))).toEqual([])
  })
})
