import { seededRandom } from '@midstream/test-kit'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fakeScheduler } from './support/manual.ts'

/** Keys that spread, keys in clusters, equal keys, and keys so near that no scale tells them apart. */
const key = fc.oneof(
  fc.double({ min: 0, max: 1e6, noNaN: true }),
  fc.integer({ min: 0, max: 50 }),
  fc.integer({ min: 0, max: 40 }).map((n) => 1000 + n * 2 ** -43),
  fc.integer({ min: 0, max: 300 }).map((n) => 2 ** n),
  fc.constantFrom(0, 1, Number.MAX_VALUE, Number.MIN_VALUE),
)

describe('createScheduler: many tasks of one level', () => {
  it('SCHED-2 runs any keys in order, also when tasks are added and cancelled while it runs', () => {
    const plan = fc.record({
      keys: fc.array(key, { minLength: 1, maxLength: 250 }),
      cut: fc.nat({ max: 250 }),
      runs: fc.array(fc.nat({ max: 30 }), { maxLength: 10 }),
    })
    fc.assert(
      fc.property(plan, ({ keys, cut, runs }) => {
        const { scheduler } = fakeScheduler({ policy: 'edf', autoRun: false, capacity: 1000 })
        const order: number[] = []
        let model: { key: number; index: number; id: number }[] = []
        const add = (deadlineMs: number, index: number): void => {
          const id = scheduler.schedule((arg: number) => order.push(arg), { deadlineMs, at: 0 }, index)
          model.push({ key: deadlineMs, index, id })
        }
        const runOne = (): void => {
          model.sort((a, b) => a.key - b.key || a.index - b.index)
          const first = model.shift()
          expect(scheduler.runNext()).toBe(first !== undefined)
          if (first !== undefined) expect(order.at(-1)).toBe(first.index)
        }
        keys.slice(0, cut).forEach(add)
        let next = Math.min(cut, keys.length)
        for (const count of runs) {
          for (let k = 0; k < count; k++) runOne()
          for (let k = 0; k < 20 && next < keys.length; k++, next++) add(keys[next]!, next)
          const victim = model[count % Math.max(1, model.length)]
          if (victim !== undefined) {
            expect(scheduler.cancel(victim.id)).toBe(true)
            model = model.filter((entry) => entry !== victim)
          }
        }
        while (model.length > 0) runOne()
        expect(scheduler.size).toBe(0)
      }),
      { numRuns: 256 },
    )
  })

  it.each([
    ['random', (k: number) => (k * 7919) % 10_007],
    ['ascending', (k: number) => k],
    ['descending', (k: number) => 20_000 - k],
    ['equal', () => 5],
    ['a few values', (k: number) => (k * 31) % 7],
    ['doubling', (k: number) => 2 ** ((k * 13) % 900)],
    ['nearly equal', (k: number) => 1 + ((k * 7) % 10_000) * 2 ** -52],
  ] as const)('SCHED-2 runs 10,000 %s keys in order', (_, keyAt) => {
    const { scheduler } = fakeScheduler({ policy: 'edf', autoRun: false })
    const keys = Array.from({ length: 10_000 }, (_, k) => keyAt(k))
    const order: number[] = []
    const run = (arg: number): void => {
      order.push(arg)
    }
    keys.forEach((deadlineMs, k) => {
      scheduler.schedule(run, { deadlineMs, at: 0 }, k)
    })
    scheduler.runSlice(Infinity)
    expect(order).toEqual(keys.map((_, k) => k).sort((a, b) => keys[a]! - keys[b]! || a - b))
  })

  it('SCHED-2 puts a smaller key before equal ones that are about to run', () => {
    const { scheduler } = fakeScheduler({ policy: 'edf', autoRun: false })
    const order: string[] = []
    const add = (name: string, deadlineMs: number): void => {
      scheduler.schedule((arg: string) => order.push(arg), { deadlineMs, at: 0 }, name)
    }
    for (const name of ['a', 'b', 'c']) add(name, 100)
    scheduler.runNext()
    add('later', 101)
    add('sooner', 98)
    add('equal', 100)
    scheduler.runSlice()
    expect(order).toEqual(['a', 'sooner', 'b', 'c', 'equal', 'later'])
  })

  it.each([
    ['near the front', 20],
    ['within the rung', 300],
    ['beyond it', 3000],
  ] as const)('SCHED-2 runs in order while each task that runs is followed by one %s', (_, ahead) => {
    const random = seededRandom(ahead)
    const { scheduler } = fakeScheduler({ policy: 'edf', autoRun: false })
    let model: { key: number; index: number }[] = []
    const order: number[] = []
    const run = (arg: number): void => {
      order.push(arg)
    }
    for (let index = 0; index < 4000; index++) {
      let from = 0
      if (index >= 2000) {
        const first = model.reduce((a, b) =>
          b.key < a.key || (b.key === a.key && b.index < a.index) ? b : a,
        )
        model = model.filter((entry) => entry !== first)
        expect(scheduler.runNext()).toBe(true)
        expect(order.at(-1)).toBe(first.index)
        from = first.key
      }
      const key = from + Math.floor(random() * (index < 2000 ? 1000 : ahead))
      model.push({ key, index })
      scheduler.schedule(run, { deadlineMs: key, at: 0 }, index)
    }
  })
})
