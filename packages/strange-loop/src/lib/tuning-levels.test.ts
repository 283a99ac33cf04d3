import { seededRandom } from '@midstream/test-kit'
import { describe, expect, it } from 'vitest'
import { createConfidenceSequence } from './confidence-sequence.ts'
import { errorBudget } from './error-budget.ts'
import { createTuningLevels } from './tuning-levels.ts'

/** Losses of three settings around the given means. */
function losses(random: () => number, means: number[]): number[] {
  return means.map((mean) => mean + 0.2 * (random() - 0.5))
}

describe('createTuningLevels', () => {
  it('creates no level when every setting is as good as the default', () => {
    let created = 0
    for (let life = 0; life < 40; life++) {
      const random = seededRandom(life)
      const levels = createTuningLevels({ settings: 3, seed: life })
      for (let block = 0; block < 300; block++) {
        levels.observe(losses(random, [0.3, 0.3, 0.3]))
        if (levels.depth > 0) created++
        if (levels.depth === 0) expect(levels.chosen).toBe(0)
      }
    }
    expect(created).toBe(0)
  })

  it('creates no level when all settings lose exactly the same', () => {
    for (let settings = 2; settings <= 20; settings++) {
      for (const first of [0.1, 0.3, 0.7]) {
        const levels = createTuningLevels({ settings })
        for (let block = 0; block < 40; block++) {
          levels.observe(new Array(settings).fill(block % 3 === 0 ? first : 0.1))
        }
        expect([settings, first, levels.depth]).toEqual([settings, first, 0])
        expect(levels.report()[0]).toMatchObject({ gain: { mean: 0 } })
      }
    }
  })

  it('creates level 1 when another setting is better, uses it, and reports what it earned', () => {
    const random = seededRandom(1)
    const levels = createTuningLevels({ settings: 3 })
    const chosen: number[] = []
    for (let block = 0; block < 200; block++) {
      levels.observe(losses(random, [0.4, 0.2, 0.5]))
      chosen.push(levels.chosen)
    }
    const [first] = levels.report()
    expect(first).toMatchObject({ level: 1, exists: true, blocks: 200 })
    expect(first!.gain.low).toBeGreaterThan(0)
    expect(first!.since).toBeLessThan(40)
    // The default loses 0.2 more than the best in each block.
    expect(first!.earned / (200 - first!.since!)).toBeGreaterThan(0.15)
    expect(chosen.slice(-100).filter((setting) => setting === 1).length).toBeGreaterThan(85)
  })

  it('creates level 2 when the default of level 1 learns badly', () => {
    const tuning = [
      { rate: 0.01, exploration: 0.3, window: null, driftRunLength: null },
      { rate: 20, exploration: 0, window: null, driftRunLength: null },
    ]
    const random = seededRandom(2)
    const levels = createTuningLevels({ settings: 3, tuning })
    for (let block = 0; block < 300; block++) levels.observe(losses(random, [0.5, 0.1, 0.5]))
    expect(levels.depth).toBeGreaterThanOrEqual(2)
    expect(levels.report()[1]!.gain.low).toBeGreaterThan(0)
  })

  it('removes a level, and those above it, when it no longer pays', () => {
    const random = seededRandom(3)
    const levels = createTuningLevels({ settings: 2 })
    for (let block = 0; block < 60; block++) levels.observe(losses(random, [0.5, 0.2]))
    expect(levels.depth).toBeGreaterThanOrEqual(1)
    for (let block = 0; block < 400; block++) levels.observe(losses(random, [0.1, 0.6]))
    expect(levels.depth).toBe(0)
    expect(levels.chosen).toBe(0)
    expect(levels.report()).toHaveLength(1)
  })

  it('lets no level stand on one that does not exist', () => {
    // The default of level 1 learns nothing, so that level 2 still pays when level 1 does so no more.
    const tuning = [
      { rate: 0.01, exploration: 0.3, window: null, driftRunLength: null },
      { rate: 20, exploration: 0, window: null, driftRunLength: null },
    ]
    const random = seededRandom(2)
    const levels = createTuningLevels({ settings: 3, tuning })
    const depths = new Set<number>()
    for (let block = 0; block < 900; block++) {
      levels.observe(losses(random, block < 300 ? [0.5, 0.1, 0.5] : [0.1, 0.5, 0.5]))
      const exists = levels.report().map((level) => level.exists)
      expect(exists.lastIndexOf(true) + 1).toBe(levels.depth)
      depths.add(levels.depth)
    }
    expect(Math.max(...depths)).toBeGreaterThan(1)
    expect(levels.depth).toBe(0)
  })

  it('gives each new trial of a level a smaller part of the error budget', () => {
    const random = seededRandom(3)
    const levels = createTuningLevels({ settings: 2 })
    /** Until level 1 exists or does not; then some blocks more, in which level 2 is on trial. */
    function live(means: number[], exists: boolean): void {
      for (let block = 0; block < 1000 && levels.depth > 0 !== exists; block++) {
        levels.observe(losses(random, means))
      }
      expect(levels.depth > 0).toBe(exists)
    }
    /** Whose part of the budget gives the interval that is reported for level 2? */
    function attempt(): number | undefined {
      for (let block = 0; block < 5; block++) levels.observe(losses(random, [0.9, 0.1]))
      const { gains } = levels.save().levels[1]!
      const { high } = levels.report()[1]!.gain
      return [1, 2, 3].find((n) => {
        const alpha = errorBudget(0.05, 2, n, 25)
        return createConfidenceSequence({ alpha }, gains).interval().high === high
      })
    }
    live([0.5, 0.2], true)
    expect(attempt()).toBe(1)
    live([0.1, 0.9], false)
    live([0.9, 0.1], true)
    expect(attempt()).toBe(2)
  })

  it('ML-08 never goes beyond the deepest level', () => {
    const random = seededRandom(4)
    for (const maxLevel of [0, 1]) {
      const levels = createTuningLevels({ settings: 3, maxLevel })
      for (let block = 0; block < 100; block++) levels.observe(losses(random, [0.9, 0.1, 0.5]))
      expect(levels.depth).toBe(maxLevel)
      expect(levels.report()).toHaveLength(maxLevel)
    }
    expect(() => createTuningLevels({ settings: 3, maxLevel: 26 })).toThrow(RangeError)
  })

  it('I-9 goes on after a restore as if nothing had happened', () => {
    const random = seededRandom(5)
    const one = createTuningLevels({ settings: 3, seed: 7 })
    const fresh = one.save()
    for (let block = 0; block < 80; block++) one.observe(losses(random, [0.4, 0.2, 0.3]))
    const two = createTuningLevels({ settings: 3, seed: 7 }, JSON.parse(JSON.stringify(one.save())))
    for (let block = 0; block < 80; block++) {
      const next = losses(random, [0.2, 0.4, 0.3])
      one.observe(next)
      two.observe(next)
      expect(two.chosen).toBe(one.chosen)
    }
    expect(two.save()).toEqual(one.save())
    expect(two.report()).toEqual(one.report())
    one.reset()
    expect(one.save()).toEqual(fresh)
  })

  it('refuses losses out of range', () => {
    const levels = createTuningLevels({ settings: 2 })
    expect(() => levels.observe([0.1])).toThrow(RangeError)
    expect(() => levels.observe([0.1, Number.NaN])).toThrow(RangeError)
    expect(levels.blocks).toBe(0)
  })
})
