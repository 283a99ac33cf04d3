import { seededRandom } from '@midstream/test-kit'
import { describe, expect, it } from 'vitest'
import { createContextualBandit } from './contextual-bandit.ts'
import { createSelfTuningBandit } from './self-tuning-bandit.ts'

const ONE = [1]
/** The default explores far too much. */
const settings = [
  { rate: 8, exploration: 15, window: null, driftRunLength: null },
  { rate: 2, exploration: 1, window: null, driftRunLength: 1e8 },
  { rate: 2, exploration: 1, window: 200, driftRunLength: null },
]
const options = { arms: 5, features: 1, strategy: 'lin-ucb' as const, settings, blockRounds: 100 }

function regret(
  bandit: { choose(x: number[]): number; learn(arm: number, x: number[], reward: number): boolean },
  rounds: number,
): number {
  const random = seededRandom(12)
  let lost = 0
  for (let i = 0; i < rounds; i++) {
    const arm = bandit.choose(ONE)
    const mean = [0.2, 0.3, 0.4, 0.5, 0.8][arm]!
    lost += 0.8 - mean
    bandit.learn(arm, ONE, random() < mean ? 1 : 0)
  }
  return lost
}

describe('createSelfTuningBandit', () => {
  it('leaves a bad default when the levels have earned it', () => {
    const tuned = createSelfTuningBandit(options)
    const fixed = createContextualBandit({ ...options, setting: settings[0]! })
    const lost = regret(tuned, 5000)
    expect(tuned.levels.depth).toBeGreaterThanOrEqual(1)
    expect(tuned.levels.report()[0]!.earned).toBeGreaterThan(0)
    expect(lost).toBeLessThan(0.6 * regret(fixed, 5000))
  })

  it('keeps a good default', () => {
    const good = [settings[1]!, settings[0]!, settings[2]!]
    const tuned = createSelfTuningBandit({ ...options, settings: good })
    const fixed = createContextualBandit({ ...options, setting: good[0]! })
    expect(regret(tuned, 3000)).toBe(regret(fixed, 3000))
    expect(tuned.levels.depth).toBe(0)
  })

  it('refuses a context that one of its settings could not learn, before it reaches the state', () => {
    const steep = { ...settings[0]!, rate: 1e6 }
    const tuned = createSelfTuningBandit({ ...options, settings: [settings[0]!, steep], blockRounds: 2 })
    const before = tuned.save()
    const long = new Array(options.features).fill(1e4)
    expect(() => tuned.learn(0, long, 1)).toThrow('scale them')
    expect(tuned.save()).toEqual(before)
  })

  it('I-9 goes on after a restore as if nothing had happened', () => {
    for (const strategy of ['lin-ucb', 'thompson'] as const) {
      const one = createSelfTuningBandit({ ...options, strategy, blockRounds: 30 })
      regret(one, 500)
      const two = createSelfTuningBandit(
        { ...options, strategy, blockRounds: 30 },
        JSON.parse(JSON.stringify(one.save())),
      )
      expect(regret(two, 500)).toBe(regret(one, 500))
      expect(two.save()).toEqual(one.save())
    }
  })
})
