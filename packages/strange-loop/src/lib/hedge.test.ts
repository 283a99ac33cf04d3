import { seededRandom } from '@midstream/test-kit'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createHedge } from './hedge.ts'

describe('createHedge', () => {
  it('weighs experts by the exponential of their losses', () => {
    const hedge = createHedge({ experts: 3, horizon: 100 })
    hedge.learn([0.5, 0, 1])
    hedge.learn([1, 0.5, 0])
    const rate = Math.sqrt((8 * Math.log(3)) / 100)
    const raw = [1.5, 0.5, 1].map((loss) => Math.exp(-rate * loss))
    const sum = raw.reduce((a, b) => a + b)
    hedge.weights.forEach((weight, i) => {
      expect(weight).toBeCloseTo(raw[i]! / sum, 12)
    })
  })

  it('lets the rate fall with the round that comes when no horizon is known', () => {
    const hedge = createHedge({ experts: 2 })
    for (const [round, loss] of [
      [2, 1],
      [3, 2],
    ] as const) {
      hedge.learn([1, 0])
      const weight = Math.exp(-Math.sqrt((8 * Math.log(2)) / round) * loss)
      expect(hedge.weights[0]).toBeCloseTo(weight / (1 + weight), 12)
    }
  })

  it('keeps its regret within the bound for any losses', () => {
    const losses = fc.array(fc.array(fc.constantFrom(0, 0.3, 1), { minLength: 4, maxLength: 4 }), {
      maxLength: 200,
    })
    fc.assert(
      fc.property(losses, fc.boolean(), (rounds, known) => {
        const hedge = createHedge({ experts: 4, ...(known ? { horizon: Math.max(1, rounds.length) } : {}) })
        for (const round of rounds) hedge.learn(round)
        const best = Math.min(...[0, 1, 2, 3].map((i) => rounds.reduce((sum, round) => sum + round[i]!, 0)))
        expect(hedge.regret).toBeGreaterThanOrEqual(-best - 1e-9)
        expect(hedge.regret).toBeLessThanOrEqual(hedge.regretBound + 1e-9)
        if (known && rounds.length > 0) {
          expect(hedge.regretBound).toBeCloseTo(Math.sqrt((rounds.length * Math.log(4)) / 2), 9)
        }
      }),
      { numRuns: 256, seed: 3 },
    )
  })

  it('keeps its regret within the bound against an adversary that hurts the heaviest expert', () => {
    for (const horizon of [undefined, 10_000]) {
      const hedge = createHedge({ experts: 10, ...(horizon === undefined ? {} : { horizon }) })
      for (let t = 0; t < 10_000; t++) {
        const heaviest = hedge.weights.indexOf(Math.max(...hedge.weights))
        hedge.learn(Array.from({ length: 10 }, (_, i) => (i === heaviest ? 1 : 0)))
      }
      expect(hedge.regret).toBeGreaterThan(0)
      expect(hedge.regret).toBeLessThanOrEqual(hedge.regretBound)
    }
  })

  it('follows a switch of the best expert when weight is shared', () => {
    const lossOf = (share: number) => {
      const hedge = createHedge({ experts: 2, horizon: 100, share })
      let late = 0
      for (let t = 0; t < 1000; t++) {
        const loss = hedge.learn(t < 500 ? [0, 1] : [1, 0])
        if (t >= 500) late += loss
      }
      return late
    }
    expect(lossOf(0.01)).toBeLessThan(40)
    expect(lossOf(0)).toBeGreaterThan(400)
  })

  it('draws experts with their probabilities', () => {
    const hedge = createHedge({ experts: 3, horizon: 10, seed: 4 })
    for (let i = 0; i < 3; i++) hedge.learn([0, 0.5, 1])
    const counts = [0, 0, 0]
    for (let i = 0; i < 20_000; i++) counts[hedge.draw()]!++
    counts.forEach((count, i) => {
      expect(Math.abs(count / 20_000 - hedge.weights[i]!)).toBeLessThan(0.015)
    })
  })

  it('I-9 goes on after a restore as if nothing had happened', () => {
    const random = seededRandom(6)
    const rounds = Array.from({ length: 100 }, () => [random(), random(), random()])
    const one = createHedge({ experts: 3, share: 0.1 })
    for (const round of rounds.slice(0, 50)) one.learn(round)
    one.draw()
    const two = createHedge({ experts: 3, share: 0.1 }, JSON.parse(JSON.stringify(one.save())))
    const rest = (hedge: typeof one) => rounds.slice(50).map((round) => [hedge.learn(round), hedge.draw()])
    expect(rest(two)).toEqual(rest(one))
    expect(two.save()).toEqual(one.save())
    one.reset()
    expect(one.save()).toEqual(createHedge({ experts: 3, share: 0.1 }).save())
  })

  it('refuses losses out of range and learns nothing from them', () => {
    const hedge = createHedge({ experts: 2 })
    for (const losses of [[0.5], [0.5, 1.1], [Number.NaN, 0]])
      expect(() => hedge.learn(losses)).toThrow(RangeError)
    expect(hedge.round).toBe(0)
    expect([...hedge.weights]).toEqual([0.5, 0.5])
    expect(createHedge({ experts: 2, share: 0.1 }).regretBound).toBeNaN()
  })
})
