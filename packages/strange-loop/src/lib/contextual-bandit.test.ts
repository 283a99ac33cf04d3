import { MidstreamError } from '@midstream/core'
import { seededRandom } from '@midstream/test-kit'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createContextualBandit } from './contextual-bandit.ts'

const plain = { rate: 2, exploration: 1, window: null, driftRunLength: null }

/** Solves a linear system by elimination: the textbook way, independent of the rank-one updates. */
function solve(matrix: number[][], right: number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i]!])
  const n = rows.length
  for (let i = 0; i < n; i++) {
    const pivot = rows.reduce(
      (best, row, j) => (j >= i && Math.abs(row[i]!) > Math.abs(rows[best]![i]!) ? j : best),
      i,
    )
    ;[rows[i], rows[pivot]] = [rows[pivot]!, rows[i]!]
    for (let j = 0; j < n; j++) {
      if (j === i) continue
      const factor = rows[j]![i]! / rows[i]![i]!
      for (let k = i; k <= n; k++) rows[j]![k]! -= factor * rows[i]![k]!
    }
  }
  return rows.map((row, i) => row[n]! / row[i]!)
}

/** Ridge regression from scratch: mean x'w and variance x'(ridge I + sum g^age x x')^-1 x. */
function ridge(rounds: { x: number[]; reward: number; age: number }[], x: number[], rate: number, keep = 1) {
  const n = x.length
  const last = Math.min(...rounds.map(({ age }) => age), Number.POSITIVE_INFINITY)
  const a = x.map((_, i) => x.map((_, j) => (i === j ? 1 / rate : 0)))
  const b = x.map(() => 0)
  for (const { x: u, reward, age } of rounds) {
    const weight = keep ** (age - (Number.isFinite(last) ? 0 : 0))
    for (let i = 0; i < n; i++) {
      b[i]! += weight * u[i]! * reward
      for (let j = 0; j < n; j++) a[i]![j]! += weight * u[i]! * u[j]!
    }
  }
  const w = solve(a, b)
  const p = solve(a, x)
  return { mean: w.reduce((s, v, i) => s + v * x[i]!, 0), variance: p.reduce((s, v, i) => s + v * x[i]!, 0) }
}

describe('createContextualBandit', () => {
  it('estimates what ridge regression estimates, for each arm by itself', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 9 }),
        fc.nat(),
        (features, arms, seed) => {
          const random = seededRandom(seed)
          const bandit = createContextualBandit({ arms, features, strategy: 'lin-ucb', setting: plain })
          const vector = () => Array.from({ length: features }, () => random() * 2 - 1)
          const rounds: { x: number[]; reward: number; age: number; arm: number }[] = []
          for (let i = 0; i < 12; i++) {
            const round = { x: vector(), reward: random(), age: 0, arm: Math.floor(random() * arms) }
            rounds.push(round)
            bandit.learn(round.arm, round.x, round.reward)
          }
          const x = vector()
          for (let arm = 0; arm < arms; arm++) {
            const own = rounds.filter((round) => round.arm === arm)
            const { mean, variance } = ridge(own, x, plain.rate)
            const estimate = bandit.estimate(arm, x)
            expect(estimate.mean).toBeCloseTo(mean, 9)
            expect((estimate.deviation / estimate.noise) ** 2).toBeCloseTo(variance, 9)
            expect(estimate.outcomes).toBe(own.length)
          }
        },
      ),
      { numRuns: 256, seed: 7 },
    )
  })

  it('takes the arm of the highest upper confidence bound', () => {
    const random = seededRandom(11)
    const setting = { ...plain, exploration: 1.5 }
    const bandit = createContextualBandit({ arms: 7, features: 3, strategy: 'lin-ucb', setting })
    for (let i = 0; i < 300; i++) {
      const x = [random(), random() - 0.5, 1]
      const bounds = Array.from({ length: 7 }, (_, arm) => {
        const { mean, deviation } = bandit.estimate(arm, x)
        return mean + 1.5 * Math.sqrt(Math.log(Math.E + i)) * deviation
      })
      const arm = bandit.choose(x)
      expect(bounds[arm]).toBeCloseTo(Math.max(...bounds), 9)
      bandit.learn(arm, x, random())
    }
  })

  it('samples arms in proportion to the posterior probability that they are best', () => {
    const bandit = createContextualBandit({
      arms: 2,
      features: 1,
      strategy: 'thompson',
      setting: plain,
      seed: 3,
    })
    for (const [arm, reward] of [
      [0, 0.7],
      [0, 0.5],
      [1, 0.6],
      [1, 0.2],
      [1, 0.5],
    ] as const)
      bandit.learn(arm, [1], reward)
    const [a, b] = [bandit.estimate(0, [1]), bandit.estimate(1, [1])]
    let first = 0
    for (let i = 0; i < 20_000; i++) if (bandit.choose([1]) === 0) first++
    // P(a > b) for independent normals, by the error function of Abramowitz and Stegun 7.1.26.
    const z = (a.mean - b.mean) / Math.hypot(a.deviation, b.deviation)
    const t = 1 / (1 + 0.3275911 * (Math.abs(z) / Math.SQRT2))
    const tail =
      t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
    const probability = 1 - (tail * Math.exp((-z * z) / 2)) / 2
    expect(z).toBeGreaterThan(0)
    expect(Math.abs(first / 20_000 - probability)).toBeLessThan(0.015)
  })

  it('ML-10 earns more than uniform choice on a seeded bandit of three arms', () => {
    for (const strategy of ['lin-ucb', 'thompson'] as const) {
      const random = seededRandom(5)
      const bandit = createContextualBandit({ arms: 3, features: 1, strategy })
      let earned = 0
      for (let i = 0; i < 2000; i++) {
        const arm = bandit.choose([1])
        const reward = random() < [0.2, 0.5, 0.7][arm]! ? 1 : 0
        earned += reward
        bandit.learn(arm, [1], reward)
      }
      // Uniform choice earns 0.467, the best arm 0.7.
      expect(earned / 2000).toBeGreaterThan(0.65)
    }
  })

  it('chooses by context', () => {
    const random = seededRandom(8)
    const bandit = createContextualBandit({ arms: 2, features: 2, strategy: 'lin-ucb' })
    let right = 0
    for (let i = 0; i < 1000; i++) {
      const x = random() < 0.5 ? [1, 0] : [0, 1]
      const arm = bandit.choose(x)
      if (x[arm] === 1) right++
      bandit.learn(arm, x, x[arm]! * 0.8 + 0.1 * random())
    }
    expect(right).toBeGreaterThan(970)
  })

  it('discounts with the window, also for arms that are not taken', () => {
    const setting = { ...plain, rate: 1e6, window: 50 }
    const bandit = createContextualBandit({ arms: 2, features: 1, strategy: 'lin-ucb', setting })
    const rewards = Array.from({ length: 40 }, (_, i) => ((i * 7919) % 10) / 10)
    for (const reward of rewards) bandit.learn(0, [1], reward)
    const before = bandit.estimate(0, [1])
    const weights = rewards.map((_, i) => Math.exp(-(rewards.length - 1 - i) / 50))
    const mean = rewards.reduce((sum, r, i) => sum + r * weights[i]!, 0) / weights.reduce((a, b) => a + b)
    expect(before.mean).toBeCloseTo(mean, 4)
    for (let i = 0; i < 25; i++) bandit.learn(1, [1], 0)
    const after = bandit.estimate(0, [1])
    expect(after.mean).toBe(before.mean)
    const variance = (e: typeof after) => (e.deviation / e.noise) ** 2
    expect(variance(after) / variance(before)).toBeCloseTo(Math.exp(25 / 50), 9)
  })

  it('never grows the variance of an arm beyond that of the prior', () => {
    const setting = { rate: 4, exploration: 1, window: 2, driftRunLength: null }
    const bandit = createContextualBandit({ arms: 2, features: 3, strategy: 'lin-ucb', setting })
    for (let i = 0; i < 3000; i++) bandit.learn(i % 100 === 0 ? 0 : 1, [1, 0.5, 0], 0.3)
    for (const arm of [0, 1]) {
      const { deviation, noise } = bandit.estimate(arm, [0, 0, 1])
      expect((deviation / noise) ** 2).toBeLessThanOrEqual(3 * 4 + 1e-9)
    }
  })

  it('resets with drift only the estimate of the arm that drifted', () => {
    const random = seededRandom(2)
    const setting = { ...plain, driftRunLength: 1e5 }
    const bandit = createContextualBandit({ arms: 3, features: 1, strategy: 'lin-ucb', setting })
    const noisy = (mean: number) => mean + 0.1 * (random() - 0.5)
    for (let i = 0; i < 300; i++) for (const arm of [0, 1, 2]) bandit.learn(arm, [1], noisy(0.2 + 0.3 * arm))
    const others = [0, 1].map((arm) => bandit.estimate(arm, [1]))
    let delay = 0
    do delay++
    while (!bandit.learn(2, [1], noisy(0.1)))
    expect(delay).toBeLessThan(15)
    expect(bandit.estimate(2, [1]).drifts).toBe(1)
    expect(bandit.estimate(2, [1]).outcomes).toBe(1)
    for (const arm of [0, 1]) {
      const { mean, outcomes, drifts, deviation, noise } = bandit.estimate(arm, [1])
      expect([mean, outcomes, drifts]).toEqual([others[arm]!.mean, 300, 0])
      // Their certainty is gone: the variance is that of the prior.
      expect((deviation / noise) ** 2).toBeCloseTo(setting.rate, 9)
    }
  })

  it('finds no drift in 20,000 stationary outcomes', () => {
    const random = seededRandom(4)
    const bandit = createContextualBandit({ arms: 2, features: 1, strategy: 'lin-ucb' })
    for (let i = 0; i < 10_000; i++)
      for (const arm of [0, 1]) bandit.learn(arm, [1], random() < 0.3 + 0.4 * arm ? 1 : 0)
    expect([0, 1].map((arm) => bandit.estimate(arm, [1]).drifts)).toEqual([0, 0])
  })

  it('I-9 goes on after a restore as if nothing had happened, and replays from its seed', () => {
    for (const strategy of ['lin-ucb', 'thompson'] as const) {
      const options = {
        arms: 5,
        features: 2,
        strategy,
        seed: 9,
        setting: { ...plain, window: 30, driftRunLength: 100 },
      }
      const play = (bandit: ReturnType<typeof createContextualBandit>, from: number, to: number) => {
        const chosen: number[] = []
        for (let i = from; i < to; i++) {
          const x = [1, (i % 7) / 7]
          const arm = bandit.choose(x)
          chosen.push(arm)
          bandit.learn(arm, x, ((i * 31 + arm * 17) % 10) / 10)
        }
        return chosen
      }
      const one = createContextualBandit(options)
      const first = play(one, 0, 200)
      const two = createContextualBandit(options, JSON.parse(JSON.stringify(one.save())))
      expect(play(two, 200, 400)).toEqual(play(one, 200, 400))
      one.reset()
      expect(play(one, 0, 200)).toEqual(first)
      expect(play(createContextualBandit(options), 0, 200)).toEqual(first)
    }
  })

  it('keeps what it learned when the setting changes', () => {
    const bandit = createContextualBandit({ arms: 1, features: 1, strategy: 'lin-ucb', setting: plain })
    bandit.learn(0, [1], 0.5)
    const { mean } = bandit.estimate(0, [1])
    bandit.use({ ...plain, exploration: 3, window: 10 })
    expect(bandit.estimate(0, [1]).mean).toBe(mean)
    expect(bandit.setting.window).toBe(10)
  })

  it.each([1, 1e6, 1.8e6])('stays finite, and restorable, with features and rewards of %d', (size) => {
    for (const features of [1, 3]) {
      for (const window of [null, 2]) {
        const random = seededRandom(features)
        const setting = { rate: 3, exploration: 1, window, driftRunLength: 100 }
        const options = { arms: 3, features, strategy: 'lin-ucb', setting } as const
        const bandit = createContextualBandit(options)
        for (let round = 0; round < 2000; round++) {
          const context = Array.from({ length: features }, (_, i) => (i === 0 ? size : random()))
          const reward = random() < 0.01 ? size * (random() - 0.5) : random()
          bandit.learn(round % (round < 1000 ? 3 : 2), context, reward)
          const { noise, deviation } = bandit.estimate(2, context)
          expect(noise).toBeGreaterThan(0)
          expect(deviation).toBeGreaterThanOrEqual(0)
        }
        const restored = createContextualBandit(options, JSON.parse(JSON.stringify(bandit.save())))
        expect(restored.save()).toEqual(bandit.save())
      }
    }
  })

  it('refuses wrong arguments before they reach the state', () => {
    const bandit = createContextualBandit({ arms: 2, features: 2, strategy: 'lin-ucb' })
    const before = bandit.save()
    expect(() => bandit.choose([1])).toThrow('1 features, expected 2')
    expect(() => bandit.learn(0, [1, Number.NaN], 1)).toThrow(RangeError)
    for (const reward of [Number.POSITIVE_INFINITY, Number.NaN, 1e51]) {
      expect(() => bandit.learn(0, [1, 1], reward)).toThrow(RangeError)
    }
    // Doubles are not precise enough: the estimates would become NaN.
    expect(() => bandit.choose([1e8, 0])).toThrow('scale them')
    expect(() => bandit.learn(0, [1e8, 0], 1)).toThrow('scale them')
    for (const arm of [-1, 2, 0.5, Number.NaN]) expect(() => bandit.learn(arm, [1, 1], 1)).toThrow(RangeError)
    expect(bandit.save()).toEqual(before)
    expect(() => createContextualBandit({ arms: 0, features: 1, strategy: 'lin-ucb' })).toThrow(RangeError)
    const setting = { ...plain, window: 1 }
    expect(() => createContextualBandit({ arms: 1, features: 1, strategy: 'lin-ucb', setting })).toThrow(
      RangeError,
    )
    const foreign = () => createContextualBandit({ arms: 3, features: 2, strategy: 'lin-ucb' }, before)
    expect(foreign).toThrow(MidstreamError)
  })
})
