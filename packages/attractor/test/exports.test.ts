import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import * as attractor from '../src/index.ts'

describe('@midstream/attractor', () => {
  it('exports these names and no others', () => {
    expect(Object.keys(attractor).sort()).toEqual([
      'analyseSeries',
      'correlationDimension',
      'createLoopDetector',
      'createLoopInspector',
      'createPromptRepetition',
      'createRegimeMonitor',
      'createTrajectory',
      'embed',
      'estimateDelay',
      'estimateDimension',
      'flowSpectrum',
      'largestLyapunov',
      'mapSpectrum',
      'mutualInformation',
      'ordinalPatterns',
      'pointsOf',
      'quantifyRecurrence',
      'zeroOneTest',
    ])
  })

  it('depends on core alone', () => {
    const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
    expect(Object.keys(manifest.dependencies)).toEqual(['@midstream/core'])
  })
})
