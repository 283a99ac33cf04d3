import { MidstreamError } from '@midstream/core'
import { seededRandom } from '@midstream/test-kit'
import { describe, expect, it } from 'vitest'
import { createStrategyMemory } from './strategy-memory.ts'

function code(action: () => unknown): string | undefined {
  try {
    action()
  } catch (error) {
    return MidstreamError.is(error) ? error.code : String(error)
  }
  return undefined
}

describe('createStrategyMemory', () => {
  it('ML-01 averages outcomes per key with the rate', () => {
    const memory = createStrategyMemory({ rate: 0.1 })
    memory.observe('a', 0.9)
    memory.observe('a', 0.9)
    memory.observe('b', 0.2)
    expect(memory.get('a')?.effectiveness).toBeCloseTo(0.171, 12)
    expect(memory.get('b')?.effectiveness).toBeCloseTo(0.02, 12)
    expect(memory.summary()).toMatchObject({ iterations: 3, patterns: 2 })
  })

  it('ML-02 knows the best key and nothing about an unknown one', () => {
    const memory = createStrategyMemory({ rate: 0.1 })
    expect(memory.best()).toBeUndefined()
    memory.observe('b', 0.2)
    memory.observe('a', 0.9)
    expect(memory.best()?.key).toBe('a')
    expect(memory.get('c')).toBeUndefined()
  })

  it('ML-03 finds a repeated item with its real count, and none among distinct items', () => {
    const memory = createStrategyMemory()
    expect(memory.learn(0, ['x', 'y'])).toEqual([])
    expect(memory.summary().patterns).toBe(0)
    const found = memory.learn(0, ['x', 'z', 'x', 'x'])
    expect(found.map(({ key, level, applications }) => [key, level, applications])).toEqual([['x', 0, 4]])
    expect(memory.summary()).toMatchObject({ patterns: 1, patternsByLevel: [1], iterations: 6 })
    expect(memory.get('y')).toBeUndefined()
  })

  it('ML-04 refuses a level beyond the deepest', () => {
    const memory = createStrategyMemory({ maxLevel: 3 })
    expect(code(() => memory.learn(4, ['x']))).toBe('MAX_DEPTH_EXCEEDED')
    expect(code(() => memory.observe('x', 1, 4))).toBe('MAX_DEPTH_EXCEEDED')
    expect(code(() => memory.best(26))).toBe('MAX_DEPTH_EXCEEDED')
    expect(() => memory.learn(1, ['x'])).toThrow('level 1 is not open')
  })

  it('ML-08 opens the next level with ten patterns that work, and not before', () => {
    const memory = createStrategyMemory({ rate: 0.5 })
    for (let key = 0; key < 9; key++) for (let i = 0; i < 6; i++) memory.observe(`k${key}`, 1)
    expect(memory.summary().level).toBe(0)
    memory.observe('k9', 1)
    memory.observe('k9', 1) // 0.75 for this one, above 0.75 on average
    expect(memory.summary().level).toBe(1)
  })

  it('ML-08 opens a level exactly when its patterns say so, also after forgetting, learning and a restore', () => {
    for (let seed = 1; seed <= 300; seed++) {
      const random = seededRandom(seed)
      const options = { maxKeys: 4, minPatterns: 1 + (seed % 4), minEffectiveness: 0.1 + 0.2 * (seed % 5) }
      let memory = createStrategyMemory(options)
      for (let step = 0; step < 60; step++) {
        const before = memory.summary()
        const key = `k${Math.floor(6 * random())}`
        if (random() < 0.2) memory = createStrategyMemory(options, memory.save())
        if (random() < 0.3) memory.learn(before.level, [key])
        else {
          memory.observe(key, random() < 0.5 ? 1 : random(), before.level)
          const patterns = ['k0', 'k1', 'k2', 'k3', 'k4', 'k5'].flatMap(
            (each) => memory.get(each, before.level) ?? [],
          )
          const sum = patterns.reduce((total, { effectiveness }) => total + effectiveness, 0)
          const opens =
            patterns.length >= options.minPatterns && sum / patterns.length > options.minEffectiveness
          expect(memory.summary().level).toBe(before.level + (opens && before.level < 25 ? 1 : 0))
        }
      }
    }
  })

  it('ML-08 does not open a level when the patterns are many but work badly', () => {
    const memory = createStrategyMemory({ rate: 0.5 })
    for (let i = 0; i < 50; i++) for (let key = 0; key < 12; key++) memory.observe(`k${key}`, 0.75)
    expect(memory.summary().level).toBe(0)
  })

  it('ML-08 never goes above level 25', () => {
    const memory = createStrategyMemory({ start: 1 })
    for (let round = 0; round < 40; round++) {
      const { level } = memory.summary()
      for (let key = 0; key < 10; key++) memory.observe(`k${key}`, 1, level)
    }
    expect(memory.summary().level).toBe(25)
  })

  it('ML-09 counts two outcomes of one strategy as two applications of one', () => {
    const memory = createStrategyMemory()
    memory.observe('same', 1)
    expect(memory.observe('same', 0).applications).toBe(2)
    expect(memory.summary().patterns).toBe(1)
  })

  it('ML-11 is after a reset like a new one, and after a second reset too', () => {
    const memory = createStrategyMemory()
    const fresh = memory.save()
    memory.observe('a', 1)
    memory.learn(0, ['x', 'x'])
    memory.reset()
    expect(memory.save()).toEqual(fresh)
    memory.reset()
    expect(memory.save()).toEqual(fresh)
  })

  it('ML-12 keeps its rate in the range through 100 successes and 100 mixed outcomes', () => {
    const memory = createStrategyMemory({ rate: { min: 0.05, max: 0.4 } })
    const rate = (outcome: number) => memory.observe('a', outcome).rate
    const successes = Array.from({ length: 100 }, () => rate(1))
    const mixed = Array.from({ length: 100 }, (_, i) => rate(i % 2))
    for (const each of [...successes, ...mixed]) {
      expect(each).toBeGreaterThanOrEqual(0.05)
      expect(each).toBeLessThanOrEqual(0.4)
    }
    // Errors of one sign speed up, errors of both signs slow down.
    expect(successes.at(-1)).toBe(0.4)
    expect(Math.min(...mixed)).toBeLessThan(0.2)
  })

  it('LB-05 moves a mitigation from 0.5 to 0.55 with one success at rate 0.1', () => {
    const memory = createStrategyMemory({ rate: 0.1, start: 0.5 })
    expect(memory.observe('redact', 1).effectiveness).toBeCloseTo(0.55, 12)
  })

  it('forgets the key met least recently when it is full, and counts it', () => {
    const memory = createStrategyMemory({ maxKeys: 2 })
    memory.observe('a', 1)
    memory.observe('b', 1)
    memory.observe('a', 1)
    memory.observe('c', 1)
    expect(['a', 'b', 'c'].map((key) => memory.get(key) !== undefined)).toEqual([true, false, true])
    expect(memory.summary()).toMatchObject({ patterns: 2, forgotten: 1 })
  })

  it('I-9 goes on after a restore as if nothing had happened', () => {
    const options = { rate: { min: 0.05, max: 0.4 }, minPatterns: 1, maxKeys: 3 }
    const one = createStrategyMemory(options)
    for (let i = 0; i < 20; i++) one.observe(`k${i % 4}`, (i % 3) / 2)
    const two = createStrategyMemory(options, JSON.parse(JSON.stringify(one.save())))
    for (const key of ['k0', 'k1', 'k2', 'k3']) expect(two.get(key)).toEqual(one.get(key))
    for (const memory of [one, two]) for (let i = 0; i < 20; i++) memory.observe(`k${i % 5}`, 1)
    expect(two.save()).toEqual(one.save())
    expect(two.get('k1')).toEqual(one.get('k1'))
  })

  it('refuses a foreign state and wrong options', () => {
    const saved = createStrategyMemory().save()
    expect(code(() => createStrategyMemory({}, { ...saved, version: 2 }))).toBe('STATE_INVALID')
    expect(code(() => createStrategyMemory({}, { ...saved, kind: 'other' }))).toBe('STATE_INVALID')
    expect(() => createStrategyMemory({ rate: 0 })).toThrow(RangeError)
    expect(() => createStrategyMemory({ rate: { min: 0.4, max: 0.1 } })).toThrow(RangeError)
    expect(() => createStrategyMemory({ maxLevel: 26 })).toThrow(RangeError)
    expect(() => createStrategyMemory().observe('a', Number.NaN)).toThrow(RangeError)
  })
})
