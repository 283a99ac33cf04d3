import {
  type ConfidenceSequenceState,
  createConfidenceSequence,
  type Interval,
} from './confidence-sequence.ts'
import { errorBudget } from './error-budget.ts'
import { checkLearningSetting, type LearningSetting } from './learning-setting.ts'
import { requireBetween, requireInteger } from './limits.ts'
import { nextUniform, seedState } from './random.ts'
import { checkSavedState, loadNumbers, type SavedState } from './saved-state.ts'
import { createWeightTuner, type WeightTuner, type WeightTunerState } from './weight-tuner.ts'

export interface TuningLevelsOptions {
  /** How many settings level 0 can have; number 0 is the default. 2 to 64. */
  readonly settings: number
  /** Settings of the tuners of every level from 1 on; the first is the default. */
  readonly tuning?: readonly LearningSetting[]
  /** Probability of ever keeping a level that earns nothing. Default 0.05. */
  readonly delta?: number
  /** Default 25, which is also the most. */
  readonly maxLevel?: number
  /** Blocks before a level can be created. Default 10. */
  readonly minBlocks?: number
  /** Seed of the choices, a safe integer. Default 1. */
  readonly seed?: number
}

export interface LevelReport {
  /** 1 and up. */
  readonly level: number
  /** A level on trial is measured like one that exists, but decides nothing. */
  readonly exists: boolean
  /** Loss that this level saves in a block, against leaving the level below at its default. */
  readonly gain: Interval
  readonly blocks: number
  /** Sum of the gains of the blocks in which the level existed. */
  readonly earned: number
  /** Block of its creation. */
  readonly since?: number
}

interface SavedLevel {
  readonly tuners: readonly WeightTunerState[]
  readonly gains: ConfidenceSequenceState
  readonly earned: number
  readonly since: number | null
}

export interface TuningLevelsState extends SavedState {
  readonly settings: number
  readonly tuning: number
  readonly blocks: number
  readonly chosen: number
  readonly levels: readonly SavedLevel[]
  /** For each level, how often it was put on trial. */
  readonly trials: readonly number[]
  readonly random: readonly number[]
}

export interface TuningLevels {
  /**
   * Learns from one block of history what each setting of level 0 lost (or would have lost) on it, each in [0, 1].
   * @throws RangeError for a loss out of its range
   */
  observe(losses: ArrayLike<number>): void
  /** The setting that level 0 shall use on the next block. */
  readonly chosen: number
  readonly blocks: number
  /** Levels that exist. */
  readonly depth: number
  /** The levels that exist and the one on trial. */
  report(): LevelReport[]
  reset(): void
  save(): TuningLevelsState
}

/** The first is the default; each of the others differs in one number. */
export const DEFAULT_TUNING: readonly LearningSetting[] = [
  { rate: 2, exploration: 0.02, window: null, driftRunLength: null },
  { rate: 8, exploration: 0.02, window: null, driftRunLength: null },
  { rate: 2, exploration: 0.2, window: null, driftRunLength: null },
  { rate: 2, exploration: 0.02, window: 10, driftRunLength: null },
  { rate: 2, exploration: 0.02, window: null, driftRunLength: 1000 },
]

const KIND = 'midstream.tuning-levels'
const VERSION = 2

interface Level {
  readonly tuners: readonly WeightTuner[]
  readonly losses: Float64Array
  gains: ReturnType<typeof createConfidenceSequence>
  earned: number
  since: number | undefined
}

/**
 * Learning about learning. Level 0 has a list of settings. A level k from 1 on has a list of tuners, each a Hedge
 * with a `LearningSetting` of its own: the tuners of level 1 weigh the settings of level 0, those of level k weigh
 * the tuners of level k - 1. The losses of level 0 come from replayed history; everything above follows from them
 * exactly, without another replay.
 *
 * A level without one above uses its default. So the gain of level k on a block is what the default of level k - 1
 * lost minus what the default of level k lost, both chosen before the block. A level is created when the confidence
 * sequence of its gain is above zero, and removed with all above it as soon as it is not. Level k + 1 is on trial
 * only while level k exists, and starts anew when level k comes back. The n-th trial of level k has the part
 * `errorBudget(delta, k, n)` of delta, so the chance that a level which earns nothing is ever created is at most
 * `delta` for all together; as with the confidence sequence itself, this holds as blocks grow in number.
 *
 * Time for a block: O(settings * tuners + levels * tuners^2). Memory: the same.
 */
export function createTuningLevels(options: TuningLevelsOptions, state?: TuningLevelsState): TuningLevels {
  const { settings, tuning = DEFAULT_TUNING, delta = 0.05, maxLevel = 25, minBlocks = 10, seed = 1 } = options
  requireInteger('settings', settings, 2, 64)
  requireInteger('tuning.length', tuning.length, 2, 64)
  requireBetween('delta', delta, 0, 1)
  requireInteger('maxLevel', maxLevel, 0, 25)
  requireInteger('minBlocks', minBlocks, 2, 1e6)
  for (const setting of tuning) checkLearningSetting(setting)
  const input = new Float64Array(settings)
  const random = seedState(seed)
  let levels: Level[] = []
  let trials: number[] = []
  let blocks = 0
  let chosen = 0

  function createLevel(level: number, saved?: SavedLevel): Level {
    const inputs = level === 1 ? settings : tuning.length
    const alpha = errorBudget(delta, level, trials[level - 1]!, 25)
    return {
      tuners: tuning.map((setting, i) => createWeightTuner(inputs, setting, saved?.tuners[i])),
      losses: new Float64Array(tuning.length),
      gains: createConfidenceSequence({ alpha }, saved?.gains),
      earned: saved?.earned ?? 0,
      since: saved?.since ?? undefined,
    }
  }

  const depthNow = () => levels.filter((level) => level.since !== undefined).length

  /** Level k + 1 is on trial while level k exists. */
  function openTrial(): void {
    const depth = depthNow()
    levels.length = Math.min(levels.length, depth + 1)
    if (levels.length < depth + 1 && depth < maxLevel) {
      trials[depth] = (trials[depth] ?? 0) + 1
      levels.push(createLevel(depth + 1))
    }
  }

  function judge(level: Level, below: number): void {
    const gain = below - level.losses[0]!
    level.gains.push(gain)
    if (level.since !== undefined) level.earned += gain
    const pays = level.gains.interval().low > 0
    if (pays && level.gains.count >= minBlocks) level.since ??= blocks
    if (!pays) level.since = undefined
  }

  /** Goes down from the default of the highest level: whom does each level choose? */
  function choose(): number {
    let choice = 0
    for (let k = depthNow() - 1; k >= 0; k--) choice = draw(levels[k]!.tuners[choice]!.weights)
    return choice
  }

  function draw(weights: Readonly<Float64Array>): number {
    let left = nextUniform(random)
    for (let i = 0; i < weights.length - 1; i++) {
      left -= weights[i]!
      if (left < 0) return i
    }
    return weights.length - 1
  }

  function observe(losses: ArrayLike<number>): void {
    if (losses.length !== settings) throw new RangeError(`${losses.length} losses for ${settings} settings`)
    for (let i = 0; i < settings; i++) {
      const loss = losses[i]!
      if (!(loss >= 0 && loss <= 1))
        throw new RangeError(`loss of setting ${i} must be in [0, 1], got ${loss}`)
      input[i] = loss
    }
    blocks++
    let below: Float64Array = input
    for (const level of levels) {
      for (let i = 0; i < level.tuners.length; i++) level.losses[i] = level.tuners[i]!.learn(below)
      judge(level, below[0]!)
      below = level.losses
    }
    removeUnsupported()
    openTrial()
    chosen = choose()
  }

  /** A level stands on all those below it. */
  function removeUnsupported(): void {
    const missing = levels.findIndex((level) => level.since === undefined)
    if (missing >= 0) for (const level of levels.slice(missing)) level.since = undefined
  }

  function reset(): void {
    levels = []
    trials = []
    blocks = 0
    chosen = 0
    random.set(seedState(seed))
    openTrial()
  }

  reset()
  if (state !== undefined) {
    checkSavedState(state, KIND, VERSION, () => ({
      settings: state.settings === settings,
      tuning: state.tuning === tuning.length,
      maxLevel: state.levels.length <= maxLevel,
      trials: state.trials.length >= state.levels.length,
    }))
    trials = [...state.trials]
    levels = state.levels.map((saved, i) => createLevel(i + 1, saved))
    blocks = state.blocks
    chosen = state.chosen
    loadNumbers(random, state.random, 'random')
  }
  return {
    observe,
    get chosen() {
      return chosen
    },
    get blocks() {
      return blocks
    },
    get depth() {
      return depthNow()
    },
    report: () =>
      levels.map(({ gains, earned, since }, i) => ({
        level: i + 1,
        exists: since !== undefined,
        gain: gains.interval(),
        blocks: gains.count,
        earned,
        ...(since === undefined ? {} : { since }),
      })),
    reset,
    save: () => ({
      kind: KIND,
      version: VERSION,
      settings,
      tuning: tuning.length,
      blocks,
      chosen,
      levels: levels.map(({ tuners, gains, earned, since }) => ({
        tuners: tuners.map((tuner) => tuner.save()),
        gains: gains.save(),
        earned,
        since: since ?? null,
      })),
      trials: [...trials],
      random: [...random],
    }),
  }
}
