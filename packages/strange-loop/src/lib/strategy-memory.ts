import { MidstreamError } from '@midstream/core'
import { requireBetween, requireInteger } from './limits.ts'
import { checkSavedState, type SavedState } from './saved-state.ts'

export interface StrategyMemoryOptions {
  /**
   * Weight of a new outcome in the average of its key, in (0, 1). A range lets each key find its own rate: the
   * tracking signal of Trigg and Leach (1967), which rises while the errors keep one sign, clamped to the range.
   * Default 0.1.
   */
  readonly rate?: number | { readonly min: number; readonly max: number }
  /** Average of a key before its first outcome. Default 0. */
  readonly start?: number
  /** Deepest level, 0 to 25. Default 25. */
  readonly maxLevel?: number
  /** Patterns that a level needs before the next one opens. Default 10. */
  readonly minPatterns?: number
  /** The mean effectiveness of these patterns must be above this. Default 0.75. */
  readonly minEffectiveness?: number
  /** Most keys that one level remembers; the one met least recently makes room. Default 4096. */
  readonly maxKeys?: number
}

/** A key that is known at a level: it has an outcome, or it was met at least twice. */
export interface Pattern {
  readonly key: string
  readonly level: number
  /** How often the key was met: outcomes observed plus items learned. */
  readonly applications: number
  /** Exponentially weighted average of the outcomes; `start` when there are none. */
  readonly effectiveness: number
  /** The weight that the last outcome had. */
  readonly rate: number
}

export interface StrategyMemorySummary {
  readonly iterations: number
  readonly patterns: number
  readonly patternsByLevel: readonly number[]
  /** The deepest level that is open. */
  readonly level: number
  readonly forgotten: number
}

type SavedKey = readonly [
  key: string,
  met: number,
  outcomes: number,
  average: number,
  error: number,
  size: number,
]

export interface StrategyMemoryState extends SavedState {
  readonly iterations: number
  readonly level: number
  readonly forgotten: number
  /** For each level its keys, the one met least recently first. */
  readonly levels: readonly (readonly SavedKey[])[]
}

export interface StrategyMemory {
  /** Adds an outcome (1: success, 0: failure, or anything between) to a key at an open level. Default level 0. */
  observe(key: string, outcome: number, level?: number): Pattern
  /**
   * Meets items without outcomes and returns the patterns among them: items that this level has now met at least
   * twice, each once, with the count. Items of level k + 1 are the patterns of level k.
   */
  learn(level: number, items: readonly string[]): Pattern[]
  get(key: string, level?: number): Pattern | undefined
  /** The pattern of the highest average at a level, the one met first among equals. */
  best(level?: number): Pattern | undefined
  summary(): StrategyMemorySummary
  reset(): void
  save(): StrategyMemoryState
}

interface Entry {
  met: number
  outcomes: number
  average: number
  /** Smoothed error and smoothed absolute error of Trigg and Leach. */
  error: number
  errorSize: number
  rate: number
}

const KIND = 'midstream.strategy-memory'
const VERSION = 1
/** Smoothing of the tracking signal; Trigg and Leach recommend 0.1 to 0.2. */
const SIGNAL_RATE = 0.2
/** What a running sum of averages may be off by, for each of them. */
const ROUNDING = 1e-6

const isPattern = (entry: Entry) => entry.outcomes > 0 || entry.met > 1

/**
 * Exponentially weighted averages of outcomes per key, in levels. A key is what the caller says it is: the same
 * key met twice is one strategy with two applications. A level opens when the one below knows enough patterns
 * and they work well enough.
 *
 * Each call costs O(1), `best` and the opening of a level O(maxKeys). Memory: maxLevel + 1 times maxKeys entries.
 *
 * @throws RangeError for an option out of its range
 * @throws MidstreamError MAX_DEPTH_EXCEEDED for a level beyond maxLevel, STATE_INVALID for a foreign state
 */
export function createStrategyMemory(
  options: StrategyMemoryOptions = {},
  state?: StrategyMemoryState,
): StrategyMemory {
  const {
    rate = 0.1,
    start = 0,
    maxLevel = 25,
    minPatterns = 10,
    minEffectiveness = 0.75,
    maxKeys = 4096,
  } = options
  const [minRate, maxRate] = typeof rate === 'number' ? [rate, rate] : [rate.min, rate.max]
  requireBetween('rate', minRate, 0, 1)
  requireBetween('rate', maxRate, 0, 1)
  if (minRate > maxRate) throw new RangeError(`rate.min ${minRate} is above rate.max ${maxRate}`)
  requireInteger('maxLevel', maxLevel, 0, 25)
  requireInteger('minPatterns', minPatterns, 1, 1e6)
  requireInteger('maxKeys', maxKeys, 1, 1e6)
  if (!Number.isFinite(start)) throw new RangeError(`start must be finite, got ${start}`)

  /** One map for each open level, in the order in which keys were last met. */
  let levels: Map<string, Entry>[] = [new Map()]
  let iterations = 0
  let forgotten = 0
  /** Patterns of the deepest open level, and the sum of their averages but for rounding. */
  let patterns = 0
  let effectiveness = 0

  /** Counts a key of the deepest open level (1), or stops counting it while it changes (-1). */
  function count(keys: Map<string, Entry>, entry: Entry, times: 1 | -1): void {
    if (keys !== levels[levels.length - 1] || !isPattern(entry)) return
    patterns += times
    effectiveness += times * entry.average
  }

  function keysOf(level: number): Map<string, Entry> | undefined {
    if (!Number.isInteger(level) || level < 0)
      throw new RangeError(`level must be an integer >= 0, got ${level}`)
    if (level > maxLevel) {
      throw new MidstreamError(
        'MAX_DEPTH_EXCEEDED',
        `level ${level} is beyond the deepest level ${maxLevel}`,
        {
          details: { level, maxLevel },
        },
      )
    }
    return levels[level]
  }

  function openKeysOf(level: number): Map<string, Entry> {
    const keys = keysOf(level)
    if (keys === undefined)
      throw new RangeError(`level ${level} is not open; the deepest is ${levels.length - 1}`)
    return keys
  }

  function meet(keys: Map<string, Entry>, key: string): Entry {
    let entry = keys.get(key)
    if (entry === undefined) {
      if (keys.size === maxKeys) {
        const [oldest, gone] = keys.entries().next().value!
        count(keys, gone, -1)
        keys.delete(oldest)
        forgotten++
      }
      entry = { met: 0, outcomes: 0, average: start, error: 0, errorSize: 0, rate: minRate }
    } else {
      count(keys, entry, -1)
      keys.delete(key)
    }
    keys.set(key, entry)
    entry.met++
    return entry
  }

  function track(entry: Entry, error: number): void {
    entry.error += SIGNAL_RATE * (error - entry.error)
    entry.errorSize += SIGNAL_RATE * (Math.abs(error) - entry.errorSize)
  }

  function trackedRate(error: number, errorSize: number): number {
    const signal = errorSize === 0 ? 0 : Math.abs(error) / errorSize
    return Math.min(maxRate, Math.max(minRate, signal))
  }

  function patternOf(key: string, level: number, entry: Entry): Pattern {
    return { key, level, applications: entry.met, effectiveness: entry.average, rate: entry.rate }
  }

  /** The next level opens when the deepest one has enough patterns that work. */
  function openNextLevel(): void {
    const level = levels.length - 1
    if (level === maxLevel || patterns < minPatterns) return
    if (effectiveness / patterns < minEffectiveness - ROUNDING) return
    let sum = 0
    for (const entry of levels[level]!.values()) if (isPattern(entry)) sum += entry.average
    if (sum / patterns > minEffectiveness) {
      levels.push(new Map())
      patterns = 0
      effectiveness = 0
    }
  }

  function observe(key: string, outcome: number, level = 0): Pattern {
    if (!(outcome >= 0 && outcome <= 1)) throw new RangeError(`outcome must be in [0, 1], got ${outcome}`)
    const keys = openKeysOf(level)
    const entry = meet(keys, key)
    const error = outcome - entry.average
    if (minRate < maxRate) track(entry, error)
    entry.rate = trackedRate(entry.error, entry.errorSize)
    entry.average += entry.rate * error
    entry.outcomes++
    count(keys, entry, 1)
    iterations++
    if (level === levels.length - 1) openNextLevel()
    return patternOf(key, level, entry)
  }

  function learn(level: number, items: readonly string[]): Pattern[] {
    const keys = openKeysOf(level)
    const found = new Map<string, Entry>()
    for (const item of items) {
      const entry = meet(keys, item)
      count(keys, entry, 1)
      iterations++
      if (isPattern(entry)) found.set(item, entry)
    }
    return [...found].map(([key, entry]) => patternOf(key, level, entry))
  }

  function best(level = 0): Pattern | undefined {
    let winner: [string, Entry] | undefined
    for (const [key, entry] of keysOf(level) ?? []) {
      if (entry.outcomes > 0 && (winner === undefined || entry.average > winner[1].average))
        winner = [key, entry]
    }
    return winner === undefined ? undefined : patternOf(winner[0], level, winner[1])
  }

  function reset(): void {
    levels = [new Map()]
    iterations = 0
    forgotten = 0
    patterns = 0
    effectiveness = 0
  }

  if (state !== undefined) {
    checkSavedState(state, KIND, VERSION, () => ({
      maxLevel: state.levels.length - 1 <= maxLevel,
      maxKeys: state.levels.every((keys) => keys.length <= maxKeys),
    }))
    iterations = state.iterations
    forgotten = state.forgotten
    levels = state.levels.map(
      (keys) =>
        new Map(
          keys.map(([key, met, outcomes, average, error, errorSize]) => [
            key,
            { met, outcomes, average, error, errorSize, rate: trackedRate(error, errorSize) },
          ]),
        ),
    )
    const deepest = levels[levels.length - 1]!
    for (const entry of deepest.values()) count(deepest, entry, 1)
  }

  return {
    observe,
    learn,
    get(key, level = 0) {
      const entry = keysOf(level)?.get(key)
      return entry === undefined || !isPattern(entry) ? undefined : patternOf(key, level, entry)
    },
    best,
    summary() {
      const patternsByLevel = levels.map((keys) => [...keys.values()].filter(isPattern).length)
      return {
        iterations,
        patterns: patternsByLevel.reduce((sum, count) => sum + count, 0),
        patternsByLevel,
        level: levels.length - 1,
        forgotten,
      }
    },
    reset,
    save: () => ({
      kind: KIND,
      version: VERSION,
      iterations,
      level: levels.length - 1,
      forgotten,
      levels: levels.map((keys) =>
        [...keys].map(([key, e]): SavedKey => [key, e.met, e.outcomes, e.average, e.error, e.errorSize]),
      ),
    }),
  }
}
