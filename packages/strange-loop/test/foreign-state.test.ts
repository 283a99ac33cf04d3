import { MidstreamError } from '@midstream/core'
import { createFakeClock } from '@midstream/test-kit'
import { describe, expect, it } from 'vitest'
import * as parts from '../src/index.ts'

interface Part {
  save(): parts.SavedState
}

const setting = parts.DEFAULT_BANDIT_SETTING
const bandit = { arms: 2, features: 2, strategy: 'lin-ucb' } as const
const gate = {
  base: 0,
  invariants: [],
  distance: (a: number, b: number) => Math.abs(a - b),
  clock: createFakeClock(),
  trustRadius: 1,
}

/** Every part that can be restored. A state of another part is a mistake that types do not see after JSON. */
const create: Record<string, (state?: never) => Part> = {
  createAdwin: (state) => parts.createAdwin({}, state),
  createBetTest: (state) => parts.createBetTest({ level: 0.05 }, state),
  createChangeGate: (state) => parts.createChangeGate(gate, state),
  createConfidenceSequence: (state) => parts.createConfidenceSequence({ alpha: 0.05 }, state),
  createContextualBandit: (state) => parts.createContextualBandit(bandit, state),
  createHedge: (state) => parts.createHedge({ experts: 2 }, state),
  createPageHinkley: (state) => parts.createPageHinkley({}, state),
  createSelfTuningBandit: (state) =>
    parts.createSelfTuningBandit({ ...bandit, settings: [setting, setting] }, state),
  createShiryaevRoberts: (state) => parts.createShiryaevRoberts({ maxRate: 0.1 }, state),
  createStrategyMemory: (state) => parts.createStrategyMemory({}, state),
  createThresholdCalibrator: (state) => parts.createThresholdCalibrator({ alpha: 0.01 }, state),
  createTuningLevels: (state) => parts.createTuningLevels({ settings: 2 }, state),
}

describe('saved states', () => {
  it.each(Object.keys(create))('%s restores its own and refuses those of all others', (name) => {
    const accepted: string[] = []
    for (const [other, make] of Object.entries(create)) {
      const saved = JSON.parse(JSON.stringify(make().save()))
      try {
        create[name]!(saved as never)
        accepted.push(other)
      } catch (error) {
        expect([other, MidstreamError.is(error) && error.code]).toEqual([other, 'STATE_INVALID'])
      }
    }
    expect(accepted).toEqual([name])
  })
})
