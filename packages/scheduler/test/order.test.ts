import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PRIORITY, type SchedulingPolicy, type ShedPolicy, type TaskOptions } from '../src/index.ts'
import { fakeScheduler } from './support/manual.ts'

/** The names in the order in which their tasks run. */
function orderOf(policy: SchedulingPolicy, tasks: Readonly<Record<string, TaskOptions>>): string[] {
  const { scheduler } = fakeScheduler({ policy, autoRun: false })
  const order: string[] = []
  for (const [name, options] of Object.entries(tasks)) {
    scheduler.schedule((arg: string) => order.push(arg), options, name)
  }
  scheduler.runSlice()
  return order
}

describe('createScheduler: policies', () => {
  it('SC-01 fixed priority: by priority, then by deadline, in whatever order they come', () => {
    const tasks: [string, TaskOptions][] = [
      ['Background', { priority: PRIORITY.background }],
      ['Low', { priority: PRIORITY.low }],
      ['Medium', { priority: PRIORITY.medium }],
      ['High@100', { priority: PRIORITY.high, deadlineMs: 100 }],
      ['High@10', { priority: PRIORITY.high, deadlineMs: 10 }],
      ['Critical', { priority: PRIORITY.critical }],
    ]
    fc.assert(
      fc.property(fc.shuffledSubarray(tasks, { minLength: tasks.length }), (shuffled) => {
        expect(orderOf('fixed-priority', Object.fromEntries(shuffled))).toEqual([
          'Critical',
          'High@10',
          'High@100',
          'Medium',
          'Low',
          'Background',
        ])
      }),
      { numRuns: 256 },
    )
  })

  it('SC-02 earliest deadline first: priorities do not count', () => {
    const order = orderOf('edf', {
      thirty: { deadlineMs: 30, priority: PRIORITY.critical },
      ten: { deadlineMs: 10, priority: PRIORITY.background },
      twenty: { deadlineMs: 20, priority: PRIORITY.high },
    })
    expect(order).toEqual(['ten', 'twenty', 'thirty'])
  })

  it('SC-03 least laxity: A (deadline 10, cost 8) before B (5, 1); by deadline B is first', () => {
    const tasks = { A: { deadlineMs: 10, costMs: 8 }, B: { deadlineMs: 5, costMs: 1 } }
    expect(orderOf('least-laxity', tasks)).toEqual(['A', 'B'])
    expect(orderOf('edf', tasks)).toEqual(['B', 'A'])
  })

  it('SC-04 rate monotonic: periods 50, 10, 20 run as 10, 20, 50', () => {
    const order = orderOf('rate-monotonic', {
      fifty: { periodMs: 50, deadlineMs: 1 },
      ten: { periodMs: 10, deadlineMs: 9 },
      twenty: { periodMs: 20, deadlineMs: 2 },
      none: { deadlineMs: 0 },
    })
    expect(order).toEqual(['ten', 'twenty', 'fifty', 'none'])
  })

  it('SC-04 rate monotonic ranks repeating tasks by the period they were given', () => {
    const { scheduler, host, clock } = fakeScheduler({ policy: 'rate-monotonic' })
    const order: number[] = []
    for (const period of [50, 10, 20]) scheduler.every(period, () => order.push(period))
    clock.advance(50)
    host.advance(0)
    host.turn()
    expect(order.slice(0, 3)).toEqual([10, 20, 50])
  })

  it.each(['fixed-priority', 'edf', 'least-laxity', 'rate-monotonic'] as const)(
    'SC-05 %s: equal keys run in the order of insertion',
    (policy) => {
      for (const options of [{}, { deadlineMs: 5, costMs: 1, periodMs: 7, priority: 3 }]) {
        const names = Array.from({ length: 100 }, (_, k) => `t${k}`)
        expect(orderOf(policy, Object.fromEntries(names.map((name) => [name, options])))).toEqual(names)
      }
    },
  )

  it('every policy orders one set of tasks in its own way', () => {
    const tasks = {
      a: { priority: 0, deadlineMs: 40, costMs: 1, periodMs: 40 },
      b: { priority: 1, deadlineMs: 30, costMs: 1, periodMs: 20 },
      c: { priority: 2, deadlineMs: 35, costMs: 30, periodMs: 30 },
    }
    const policies = ['fixed-priority', 'edf', 'least-laxity', 'rate-monotonic'] as const
    expect(policies.map((policy) => orderOf(policy, tasks).join(''))).toEqual(['abc', 'bca', 'cba', 'bca'])
  })

  it('refuses a priority outside of 0 to 31 and durations that are no numbers', () => {
    const { scheduler } = fakeScheduler()
    for (const bad of [-1, 32, 1.5, Number.NaN]) {
      expect(() => scheduler.schedule(() => {}, { priority: bad })).toThrow(RangeError)
    }
    expect(() => scheduler.schedule(() => {}, { deadlineMs: Number.NaN })).toThrow(RangeError)
    expect(() => scheduler.schedule(() => {}, { delayMs: Number.NaN })).toThrow(RangeError)
    expect(scheduler.size).toBe(0)
  })

  it.each([0, 5])('refuses times that are no numbers with every policy, delay %d', (delayMs) => {
    for (const policy of ['fixed-priority', 'edf', 'least-laxity', 'rate-monotonic'] as const) {
      const { scheduler } = fakeScheduler({ policy })
      for (const bad of [{ at: Number.NaN }, { at: Infinity }, { deadlineMs: Number.NaN }]) {
        expect(() => scheduler.schedule(() => {}, { delayMs, ...bad })).toThrow(RangeError)
      }
      expect([scheduler.size, scheduler.delayed]).toEqual([0, 0])
    }
  })
})

interface Model {
  readonly id: number
  readonly rank: readonly number[]
  readonly age: number
}

const compare = (a: Model, b: Model): number => {
  for (let k = 0; k < a.rank.length; k++) {
    if (a.rank[k] !== b.rank[k]) return a.rank[k]! < b.rank[k]! ? -1 : 1
  }
  return a.age - b.age
}

function rankOf(policy: SchedulingPolicy, task: TaskOptions): number[] {
  const deadline = task.deadlineMs ?? Infinity
  if (policy === 'fixed-priority') return [task.priority ?? 16, deadline]
  if (policy === 'edf') return [deadline]
  return policy === 'least-laxity' ? [deadline - (task.costMs ?? 0)] : [task.periodMs ?? Infinity]
}

const task = fc.record(
  {
    priority: fc.integer({ min: 0, max: 3 }),
    deadlineMs: fc.integer({ min: 1, max: 8 }),
    costMs: fc.integer({ min: 0, max: 4 }),
    periodMs: fc.integer({ min: 1, max: 5 }),
  },
  { requiredKeys: [] },
)
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('schedule' as const), task }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('cancel' as const), pick: fc.nat() }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('run' as const) }) },
)

describe('createScheduler: random schedule, cancel and run', () => {
  it.each(['fixed-priority', 'edf', 'least-laxity', 'rate-monotonic'] as const)(
    'SC-16, SCHED-1 and SCHED-2: %s agrees with a sorted list; each task runs once, is cancelled or is dropped',
    (policy) => {
      const shed = fc.constantFrom<ShedPolicy>('reject', 'drop-oldest', 'drop-lowest')
      fc.assert(
        fc.property(
          shed,
          fc.integer({ min: 1, max: 40 }),
          fc.array(step, { maxLength: 200 }),
          (overflow, capacity, steps) => {
            const fate = new Map<number, string>()
            const settle = (id: number, what: string): void => {
              expect(fate.get(id), `task ${id} ends once`).toBe('waits')
              fate.set(id, what)
            }
            const { scheduler } = fakeScheduler({
              policy,
              overflow,
              capacity,
              autoRun: false,
              onDrop: ({ id, reason }) => settle(id, reason),
            })
            let list: Model[] = []
            let age = 0
            for (const next of steps) {
              if (next.kind === 'schedule') {
                let id = 0
                const fresh: Model = { id: 0, rank: rankOf(policy, next.task), age: age++ }
                let expected: number | 'refused' | undefined
                if (list.length === capacity) {
                  const byAge = list.toSorted((a, b) => a.age - b.age)
                  const worst = [...list, fresh].sort(compare).at(-1)
                  if (overflow === 'reject' || (overflow === 'drop-lowest' && worst === fresh))
                    expected = 'refused'
                  else expected = overflow === 'drop-oldest' ? byAge[0]!.id : worst!.id
                }
                if (expected === 'refused') {
                  expect(() => scheduler.schedule(() => {}, next.task)).toThrow('its limit')
                  continue
                }
                id = scheduler.schedule(() => settle(id, 'ran'), next.task)
                expect(fate.has(id), 'ids are unique').toBe(false)
                fate.set(id, 'waits')
                if (expected !== undefined) {
                  expect(fate.get(expected)).toBe(overflow === 'drop-oldest' ? 'oldest' : 'lowest')
                }
                list = list.filter((entry) => entry.id !== expected)
                list.push({ ...fresh, id })
              } else if (next.kind === 'cancel') {
                const ids = [...fate.keys()]
                if (ids.length === 0) continue
                const id = ids[next.pick % ids.length]!
                const waits = fate.get(id) === 'waits'
                expect(scheduler.cancel(id)).toBe(waits)
                if (waits) settle(id, 'cancelled')
                list = list.filter((entry) => entry.id !== id)
              } else {
                const first = list.sort(compare).shift()
                expect(scheduler.runNext()).toBe(first !== undefined)
                if (first !== undefined) expect(fate.get(first.id)).toBe('ran')
              }
              expect(scheduler.size).toBe(list.length)
            }
            scheduler.runSlice(Infinity)
            expect([...fate.values()]).not.toContain('waits')
          },
        ),
        { numRuns: 256 },
      )
    },
  )

  it('SC-16 earliest deadline first meets all deadlines whenever some order does', () => {
    // Jackson's rule, checked against all orders of up to six tasks that are there from the start.
    const jobs = fc.array(
      fc.record({ cost: fc.integer({ min: 1, max: 5 }), deadline: fc.integer({ min: 1, max: 20 }) }),
      { minLength: 1, maxLength: 6 },
    )
    fc.assert(
      fc.property(jobs, (set) => {
        const { scheduler, clock } = fakeScheduler({
          policy: 'edf',
          autoRun: false,
          slackMs: 0,
          slackShare: 0,
        })
        for (const { cost, deadline } of set) {
          scheduler.schedule(() => clock.advance(cost), { deadlineMs: deadline })
        }
        scheduler.runSlice(Infinity)
        expect(scheduler.stats().missed === 0).toBe(someOrderMeetsAll(set, 0))
      }),
      { numRuns: 256 },
    )
  })
})

function someOrderMeetsAll(
  jobs: readonly { readonly cost: number; readonly deadline: number }[],
  time: number,
): boolean {
  return (
    jobs.length === 0 ||
    jobs.some(
      ({ cost, deadline }, k) =>
        time + cost <= deadline && someOrderMeetsAll(jobs.toSpliced(k, 1), time + cost),
    )
  )
}
