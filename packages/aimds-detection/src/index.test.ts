import { expect, it } from 'vitest'
import * as api from './index.ts'

it('exports exactly the names that are promised', () => {
  expect(Object.keys(api).sort()).toEqual([
    'consensus',
    'createDetectionMemory',
    'createDetector',
    'createInjectionClassifier',
    'createInjectionInspector',
    'createMitigationLog',
    'createPatternInspector',
    'createRepetitionCheck',
    'createTextEmbedder',
    'createTrajectoryLog',
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
