import { seededRandom } from '@midstream/test-kit'
import { describe, expect, it } from 'vitest'
import { createShiryaevRoberts } from './shiryaev-roberts.ts'

describe('createShiryaevRoberts', () => {
  it('is the sum over all starting points of the mixed likelihood ratio', () => {
    const random = seededRandom(2)
    const detector = createShiryaevRoberts({ maxRate: 0.01, runLength: 1e12 })
    const events: boolean[] = []
    for (let i = 0; i < 60; i++) {
      const bad = random() < 0.1
      events.push(bad)
      detector.observe(bad)
    }
    const likelihood = (rate: number, tail: boolean[]) =>
      tail.reduce((p, bad) => p * (bad ? rate : 1 - rate), 1)
    let sum = 0
    for (const rate of [0.02, 0.03, 0.05, 0.1, 0.2]) {
      for (let start = 0; start < events.length; start++) {
        const tail = events.slice(start)
        sum += likelihood(rate, tail) / likelihood(0.01, tail) / 5
      }
    }
    expect(detector.statistic / sum).toBeCloseTo(1, 9)
  })

  it('raises a false alarm no more often than promised while the promise holds', () => {
    const random = seededRandom(3)
    const detector = createShiryaevRoberts({ maxRate: 0.05, runLength: 500 })
    let alarms = 0
    for (let i = 0; i < 200_000; i++) if (detector.observe(random() < 0.05)) alarms++
    expect(alarms).toBeLessThanOrEqual(400)
    expect(alarms).toBeGreaterThan(50)
  })

  it('finds a break to five times the promise within 300 events, however long the promise held', () => {
    const random = seededRandom(4)
    for (const before of [0, 20_000]) {
      const delays: number[] = []
      for (let life = 0; life < 60; life++) {
        const detector = createShiryaevRoberts({ maxRate: 0.01 })
        for (let i = 0; i < before; i++) detector.observe(i % 101 === 0)
        let delay = 0
        do delay++
        while (!detector.observe(random() < 0.05))
        delays.push(delay)
      }
      expect(delays.sort((a, b) => a - b)[30]).toBeLessThan(300)
    }
  })

  it('I-9 goes on after a restore as if nothing had happened', () => {
    const one = createShiryaevRoberts({ maxRate: 0.1 })
    for (let i = 0; i < 50; i++) one.observe(i % 5 === 0)
    const two = createShiryaevRoberts({ maxRate: 0.1 }, JSON.parse(JSON.stringify(one.save())))
    for (const detector of [one, two]) detector.observe(true)
    expect(two.save()).toEqual(one.save())
    expect(two.events).toBe(51)
    one.reset()
    expect([one.statistic, one.events]).toEqual([0, 0])
  })
})
