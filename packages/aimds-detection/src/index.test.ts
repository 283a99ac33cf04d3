import { expect, it } from 'vitest'
import * as api from './index.ts'

it('exports exactly the names that are promised', () => {
  expect(Object.keys(api).sort()).toEqual([
    'createPatternInspector',
    'defaultPacks',
    'hasPII',
    'loadPack',
    'neutralizeMarkup',
    'sanitize',
    'scan',
    'stripControls',
  ])
})
