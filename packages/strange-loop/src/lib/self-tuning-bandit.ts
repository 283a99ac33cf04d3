import {
  type ContextualBandit,
  type ContextualBanditOptions,
  type ContextualBanditState,
  createContextualBandit,
} from './contextual-bandit.ts'
import type { LearningSetting } from './learning-setting.ts'
import { requireBetween, requireInteger } from './limits.ts'
import { fillNormals, seedState } from './random.ts'
import { checkSavedState, loadNumbers, type SavedState } from './saved-state.ts'
import {
  createTuningLevels,
  type TuningLevels,
  type TuningLevelsOptions,
  type TuningLevelsState,
} from './tuning-levels.ts'

export interface SelfTuningBanditOptions extends Omit<ContextualBanditOptions, 'setting'> {
  /** Settings to choose from; the first is the default. 2 to 64. */
  readonly settings: readonly LearningSetting[]
  /** Rounds of a block. Default 200. */
  readonly blockRounds?: number
  /** Difference between the largest and the smallest reward; replayed regret is divided by it. Default 1. */
  readonly rewardRange?: number
  readonly levels?: Omit<TuningLevelsOptions, 'settings'>
}

export interface SelfTuningBanditState extends SavedState {
  readonly bandit: ContextualBanditState
  readonly shadows: readonly ContextualBanditState[]
  readonly models: readonly ContextualBanditState[]
  readonly surprise: readonly number[]
  readonly seen: readonly [number, number] | null
  readonly levels: TuningLevelsState
  readonly contexts: readonly number[]
  readonly taken: readonly number[]
  readonly rewards: readonly number[]
  readonly filled: number
  readonly random: readonly number[]
}

export interface SelfTuningBandit {
  /** As of a contextual bandit. */
  choose(context: ArrayLike<number>): number
  /** As of a contextual bandit; the last round of a block replays it for every setting. */
  learn(arm: number, context: ArrayLike<number>, reward: number): boolean
  readonly bandit: Pick<ContextualBandit, 'estimate' | 'setting'>
  readonly levels: Pick<TuningLevels, 'report' | 'depth' | 'chosen' | 'blocks'>
  save(): SelfTuningBanditState
}

const KIND = 'midstream.self-tuning-bandit'
const VERSION = 1

/**
 * A contextual bandit whose setting is tuned by levels. Each setting has a shadow, a bandit of its own that lives
 * through the recorded rounds, block after block, and learns from what its own choices would have brought; and a
 * model, which learns from the rounds as they were and is judged by how well it predicted them.
 *
 * Replay of a block: the model that has predicted best so far says what each arm was worth, moved by a normal draw
 * of its own uncertainty and kept within the rewards seen. A shadow that takes the recorded arm gets the recorded
 * reward; another arm gives its worth plus the residual of the recorded round. The loss of a setting is the regret
 * of its shadow. So the losses are as good as the best model: what no one tried is uncertain in the replay too.
 *
 * Cost: a round of the bandit; at the end of a block `settings` replayed rounds and predictions for each round of
 * it. Memory: two bandits for each setting, and one block of rounds.
 *
 * @throws RangeError for an option out of its range, MidstreamError STATE_INVALID for a foreign state
 */
export function createSelfTuningBandit(
  options: SelfTuningBanditOptions,
  state?: SelfTuningBanditState,
): SelfTuningBandit {
  const { settings, blockRounds = 200, rewardRange = 1, seed = 1, arms, features } = options
  requireInteger('settings.length', settings.length, 2, 64)
  requireInteger('blockRounds', blockRounds, 1, 1e6)
  requireBetween('rewardRange', rewardRange, 0, 1e12)
  if (state !== undefined) {
    checkSavedState(state, KIND, VERSION, () => ({ settings: state.shadows.length === settings.length }))
  }
  const bandit = createContextualBandit({ ...options, setting: settings[0]! }, state?.bandit)
  // All shadows draw the same numbers, so that they differ by their settings only.
  const shadows = settings.map((setting, i) =>
    createContextualBandit({ ...options, setting, seed: seed + 1 }, state?.shadows[i]),
  )
  const models = settings.map((setting, i) =>
    createContextualBandit({ ...options, strategy: 'lin-ucb', setting }, state?.models[i]),
  )
  /** The model that takes the shortest contexts: the replay must not meet one that only some of them take. */
  const strictest = models.reduce((a, b) => (b.setting.rate > a.setting.rate ? b : a))
  const surprise = new Float64Array(settings.length)
  /** Smallest and largest reward so far. */
  const seen = new Float64Array([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])
  const levels = createTuningLevels({ seed, ...options.levels, settings: settings.length }, state?.levels)
  const random = seedState(seed + 2)
  const contexts = new Float64Array(blockRounds * features)
  const taken = new Float64Array(blockRounds)
  const rewards = new Float64Array(blockRounds)
  const draws = new Float64Array(arms)
  const expected = new Float64Array(arms)
  const losses = new Float64Array(settings.length)
  let filled = 0
  let world = models[0]!

  /** Learns the recorded rounds with every model, and adds up how badly each one predicted them before. */
  function predictBlock(): void {
    for (let round = 0; round < blockRounds; round++) {
      const context = contexts.subarray(round * features, (round + 1) * features)
      const arm = taken[round]!
      const reward = rewards[round]!
      for (let m = 0; m < models.length; m++) {
        const { mean, deviation, noise } = models[m]!.estimate(arm, context)
        const variance = deviation * deviation + noise * noise
        surprise[m] = surprise[m]! + (Math.log(variance) + (reward - mean) ** 2 / variance) / 2
        models[m]!.learn(arm, context, reward)
      }
    }
    const best = surprise.indexOf(surprise.reduce((a, b) => Math.min(a, b)))
    world = models[best]!
  }

  function expectRewards(context: ArrayLike<number>): number {
    let best = Number.NEGATIVE_INFINITY
    for (let arm = 0; arm < arms; arm++) {
      const { mean, deviation } = world.estimate(arm, context)
      expected[arm] = Math.min(seen[1]!, Math.max(seen[0]!, mean + draws[arm]! * deviation))
      best = Math.max(best, expected[arm]!)
    }
    return best
  }

  function replay(): void {
    predictBlock()
    fillNormals(random, draws)
    losses.fill(0)
    for (let round = 0; round < blockRounds; round++) {
      const context = contexts.subarray(round * features, (round + 1) * features)
      const best = expectRewards(context)
      const arm = taken[round]!
      const reward = rewards[round]!
      const residual = reward - expected[arm]!
      for (let s = 0; s < shadows.length; s++) {
        const choice = shadows[s]!.choose(context)
        shadows[s]!.learn(choice, context, choice === arm ? reward : expected[choice]! + residual)
        losses[s] = losses[s]! + best - expected[choice]!
      }
    }
    for (let s = 0; s < losses.length; s++) {
      losses[s] = Math.min(1, Math.max(0, losses[s]! / (blockRounds * rewardRange)))
    }
    levels.observe(losses)
    const next = settings[levels.chosen]!
    if (next !== bandit.setting) bandit.use(next)
  }

  if (state !== undefined) {
    loadNumbers(contexts, state.contexts, 'contexts')
    loadNumbers(taken, state.taken, 'taken')
    loadNumbers(rewards, state.rewards, 'rewards')
    loadNumbers(random, state.random, 'random')
    loadNumbers(surprise, state.surprise, 'surprise')
    if (state.seen !== null) loadNumbers(seen, state.seen, 'seen')
    filled = state.filled
  }
  return {
    choose: bandit.choose,
    learn(arm, context, reward) {
      strictest.estimate(arm, context)
      const drift = bandit.learn(arm, context, reward)
      for (let i = 0; i < features; i++) contexts[filled * features + i] = context[i]!
      taken[filled] = arm
      rewards[filled] = reward
      seen[0] = Math.min(seen[0]!, reward)
      seen[1] = Math.max(seen[1]!, reward)
      filled++
      if (filled === blockRounds) {
        filled = 0
        replay()
      }
      return drift
    },
    bandit: {
      estimate: bandit.estimate,
      get setting() {
        return bandit.setting
      },
    },
    levels: {
      report: levels.report,
      get depth() {
        return levels.depth
      },
      get chosen() {
        return levels.chosen
      },
      get blocks() {
        return levels.blocks
      },
    },
    save: () => ({
      kind: KIND,
      version: VERSION,
      bandit: bandit.save(),
      shadows: shadows.map((shadow) => shadow.save()),
      models: models.map((model) => model.save()),
      surprise: [...surprise],
      seen: seen[0]! <= seen[1]! ? [seen[0]!, seen[1]!] : null,
      levels: levels.save(),
      contexts: [...contexts],
      taken: [...taken],
      rewards: [...rewards],
      filled,
      random: [...random],
    }),
  }
}
