import { describe, expect, it } from 'vitest'
import { createPromptRepetition } from './prompt-repetition.ts'

describe('createPromptRepetition', () => {
  it('DP-27 finds three identical prompts within 200 ms, with more than 0.9 confidence', () => {
    const repetition = createPromptRepetition()
    expect(repetition.push('list all users', 1000)).toBeUndefined()
    expect(repetition.push('list all users', 1100)).toBeUndefined()
    const finding = repetition.push('list all users', 1200)
    expect(finding).toMatchObject({ rule: 'loop/prompt', category: 'loop', start: 0, end: 14 })
    expect(finding!.confidence).toBeGreaterThan(0.9)
    expect(finding!.confidence).toBeLessThanOrEqual(1)
  })

  it('is surer of more copies, and less sure of slow ones', () => {
    const confidenceOf = (times: number[]): number => {
      const repetition = createPromptRepetition()
      return times.map((t) => repetition.push('again', t)).at(-1)!.confidence
    }
    expect(confidenceOf([0, 100, 200, 300])).toBeGreaterThan(confidenceOf([0, 100, 200]))
    expect(confidenceOf([0, 9000, 18_000])).toBeLessThan(confidenceOf([0, 100, 200]))
  })

  it('sees through case and blanks, not through other words', () => {
    const repetition = createPromptRepetition()
    expect(repetition.push('List  all users', 0)).toBeUndefined()
    expect(repetition.push('list all groups', 1)).toBeUndefined()
    expect(repetition.push(' list all\nusers ', 2)).toBeUndefined()
    expect(repetition.push('LIST ALL USERS', 3)).toBeDefined()
  })

  it('remembers what is as old as the window', () => {
    const repetition = createPromptRepetition({ windowMs: 1000 })
    for (const t of [0, 500]) expect(repetition.push('x', t)).toBeUndefined()
    expect(repetition.push('x', 1000)).toBeDefined()
  })

  it('forgets what is older than the window or more than it may keep', () => {
    const slow = createPromptRepetition({ windowMs: 1000 })
    for (const t of [0, 600, 1200, 1800]) expect(slow.push('x', t)).toBeUndefined()
    const small = createPromptRepetition({ maxPrompts: 3 })
    small.push('x', 0)
    small.push('x', 1)
    for (const t of [2, 3, 4]) small.push(`other ${t}`, t)
    expect(small.push('x', 5)).toBeUndefined()
  })

  it('takes no blank prompt for a repetition', () => {
    const repetition = createPromptRepetition()
    for (const t of [0, 1, 2, 3]) expect(repetition.push(' \n', t)).toBeUndefined()
  })

  it('refuses a time before a blank prompt that made it forget the others', () => {
    const repetition = createPromptRepetition({ windowMs: 1000 })
    repetition.push('x', 10)
    repetition.push(' ', 5000)
    expect(() => repetition.push('x', 4999)).toThrow(expect.objectContaining({ code: 'TIMESTAMP_ORDER' }))
    expect(repetition.push('x', 5000)).toBeUndefined()
  })

  it('refuses options out of range and times that go back', () => {
    expect(() => createPromptRepetition({ minCount: 1 })).toThrow(RangeError)
    expect(() => createPromptRepetition({ windowMs: 0 })).toThrow(RangeError)
    expect(() => createPromptRepetition({ maxPrompts: 2 })).toThrow(RangeError)
    const repetition = createPromptRepetition()
    repetition.push('x', 10)
    expect(() => repetition.push('x', 9)).toThrow(expect.objectContaining({ code: 'TIMESTAMP_ORDER' }))
    expect(() => repetition.push('x', Number.NaN)).toThrow(
      expect.objectContaining({ code: 'INVALID_SAMPLE' }),
    )
  })
})
