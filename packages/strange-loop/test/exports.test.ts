import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import * as strangeLoop from '../src/index.ts'

describe('@midstream/strange-loop', () => {
  it('PK-02 exports these names and no others', () => {
    expect(Object.keys(strangeLoop).sort()).toEqual([
      'DEFAULT_BANDIT_SETTING',
      'DEFAULT_TUNING',
      'checkLearningSetting',
      'createAdwin',
      'createBetTest',
      'createChangeGate',
      'createConfidenceSequence',
      'createContextualBandit',
      'createHedge',
      'createPageHinkley',
      'createSelfTuningBandit',
      'createShiryaevRoberts',
      'createStrategyMemory',
      'createThresholdCalibrator',
      'createTuningLevels',
      'errorBudget',
    ])
  })

  it('PK-03 depends on core alone', () => {
    const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
    expect(Object.keys(manifest.dependencies)).toEqual(['@midstream/core'])
  })
})
