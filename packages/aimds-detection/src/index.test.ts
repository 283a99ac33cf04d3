import { expect, it } from 'vitest'
import * as api from './index.ts'

it('exports exactly the names that are promised', () => {
  expect(Object.keys(api).sort()).toEqual([
    'createDetector',
    'createInjectionClassifier',
    'createInjectionInspector',
    'createPatternInspector',
    'createRepetitionCheck',
    'createTextEmbedder',
    'createVectorMemory',
    'decodeModel',
    'defaultPacks',
    'hasPII',
    'injectionPacks',
    'loadPack',
    'neutralizeMarkup',
    'normalize',
    'sanitize',
    'scan',
    'stripControls',
  ])
})
