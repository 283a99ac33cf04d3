import { describe, expect, it } from 'vitest'
import { fakeScheduler } from './support/manual.ts'

const nothing = (): void => {}

describe('createScheduler: deadlines and measures', () => {
  it.each([
    { deadlineMs: 100, slack: 10 },
    { deadlineMs: 1, slack: 0.5 },
  ])(
    'SC-08 missed is after deadline + max(p999, deadline/10): deadline $deadlineMs',
    ({ deadlineMs, slack }) => {
      for (const [end, missed] of [
        [deadlineMs + slack, 0],
        [deadlineMs + slack + 0.001, 1],
      ] as const) {
        const events: unknown[] = []
        const { scheduler, clock } = fakeScheduler({
          slackMs: 0.5,
          autoRun: false,
          onMissed: (event) => events.push(event),
        })
        const id = scheduler.schedule(nothing, { deadlineMs })
        clock.advance(end)
        scheduler.runSlice()
        expect(scheduler.stats().missed).toBe(missed)
        expect(events).toEqual(missed === 0 ? [] : [{ id, lateMs: expect.closeTo(end - deadlineMs, 9) }])
      }
    },
  )

  it('SC-08 what counts is when a task ends: one that starts in time and runs too long is missed', () => {
    const { scheduler, clock } = fakeScheduler({ autoRun: false })
    scheduler.schedule(() => clock.advance(12), { deadlineMs: 10 })
    scheduler.runSlice()
    expect(scheduler.stats()).toMatchObject({ missed: 1, lateness: { max: 2 } })
  })

  it('I-11, SC-09 queue wait, execution and lateness are reported apart, and max >= mean', () => {
    const { scheduler, clock } = fakeScheduler({ autoRun: false })
    for (const cost of [3, 1, 8]) scheduler.schedule(() => clock.advance(cost), { deadlineMs: 20 })
    scheduler.schedule(nothing)
    clock.advance(10)
    scheduler.runSlice(Infinity)
    const { queueWait, execution, lateness } = scheduler.stats()
    // Waits: 10, 13, 14, 22. Runs: 3, 1, 8, 0. Ends at 13, 14, 22 with deadline 20; the last has none.
    expect(queueWait).toMatchObject({ count: 4, min: 10, max: 22, mean: 14.75 })
    expect(execution).toMatchObject({ count: 4, min: 0, max: 8, mean: 3 })
    expect(lateness).toMatchObject({ count: 3, min: 0, max: 2 })
    for (const { max, mean } of [queueWait, execution, lateness]) expect(max).toBeGreaterThanOrEqual(mean)
  })

  it('with one reading of the clock for four tasks their time is shared out, and no miss is overlooked', () => {
    const { scheduler, clock } = fakeScheduler({ autoRun: false, clockEvery: 4, slackMs: 0, slackShare: 0 })
    for (const cost of [1, 3, 0, 4]) scheduler.schedule(() => clock.advance(cost), { deadlineMs: 7 })
    scheduler.runSlice(Infinity)
    const { execution, missed } = scheduler.stats()
    expect(execution).toMatchObject({ count: 4, min: 2, max: 2, mean: 2 })
    expect(missed).toBe(4)
  })

  it('counts what ran when a slice ends between two readings of the clock', () => {
    const { scheduler, clock } = fakeScheduler({ autoRun: false, clockEvery: 4, slackMs: 0, slackShare: 0 })
    const run = (): void => {
      clock.advance(3)
      scheduler.pause()
    }
    scheduler.schedule(run, { deadlineMs: 1 })
    scheduler.schedule(nothing)
    expect(scheduler.runSlice()).toBe(1)
    expect(scheduler.stats()).toMatchObject({ missed: 1, execution: { count: 1, max: 3 } })
  })

  it('late tasks are dropped when that is asked for, and counted', () => {
    const drops: unknown[] = []
    const { scheduler, clock } = fakeScheduler({
      autoRun: false,
      late: 'drop',
      onDrop: (event) => drops.push(event),
    })
    const id = scheduler.schedule(() => expect.unreachable(), { deadlineMs: 10 })
    scheduler.schedule(nothing, { deadlineMs: 100 })
    clock.advance(12)
    expect(scheduler.runSlice()).toBe(1)
    expect(drops).toEqual([{ id, reason: 'late' }])
    expect(scheduler.stats()).toMatchObject({ missed: 1, dropped: { late: 1 }, ran: 1 })
  })

  it.each([0, 0.1, Infinity])('a task without a deadline is never late: slackShare %d', (slackShare) => {
    const { scheduler, clock } = fakeScheduler({ autoRun: false, late: 'drop', slackShare })
    scheduler.schedule(nothing)
    clock.advance(1000)
    expect(scheduler.runSlice()).toBe(1)
    expect(scheduler.stats()).toMatchObject({ ran: 1, missed: 0, dropped: { late: 0 } })
  })

  it('a caller that has just read the clock can pass its reading', () => {
    const { scheduler, clock } = fakeScheduler({ autoRun: false })
    clock.advance(50)
    scheduler.schedule(nothing, { at: 40, deadlineMs: 5 })
    scheduler.runSlice()
    expect(scheduler.stats()).toMatchObject({ queueWait: { max: 10 }, lateness: { max: 5 } })
  })

  it('the starvation guard brings the oldest task forward, every fourth at most', () => {
    const { scheduler, clock } = fakeScheduler({ autoRun: false, maxWaitMs: 10 })
    const order: string[] = []
    const add = (name: string, priority: number): void => {
      scheduler.schedule((arg: string) => order.push(arg), { priority }, name)
    }
    add('low', 31)
    add('low2', 31)
    clock.advance(11)
    for (let k = 0; k < 8; k++) add(`h${k}`, 0)
    scheduler.runSlice(Infinity)
    expect(order).toEqual(['h0', 'h1', 'h2', 'low', 'h3', 'h4', 'h5', 'low2', 'h6', 'h7'])
    expect(scheduler.stats().promoted).toBe(2)
  })
})

describe('createScheduler: delays and repeats', () => {
  it('SC-11 every 100 ms for a second runs 10 times, at exactly those times', () => {
    const { scheduler, host, clock } = fakeScheduler()
    const times: number[] = []
    scheduler.every(100, () => times.push(clock.now()))
    host.advance(1000)
    expect(times).toEqual([100, 200, 300, 400, 500, 600, 700, 800, 900, 1000])
  })

  it('SC-11 does not drift when turns come late or the task takes time', () => {
    const { scheduler, host, clock } = fakeScheduler()
    const times: number[] = []
    scheduler.every(100, () => {
      times.push(clock.now())
      clock.advance(7)
    })
    for (let k = 0; k < 30; k++) host.advance(33.5)
    expect(times.length).toBe(10)
    expect(times.map((time) => Math.floor(time / 100))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  })

  it.each([
    { missedPeriods: 'skip', runs: 1, skipped: 9 },
    { missedPeriods: 'run', runs: 10, skipped: 0 },
  ] as const)(
    'SC-11 after a leap of ten periods $missedPeriods gives $runs',
    ({ missedPeriods, runs, skipped }) => {
      const { scheduler, clock } = fakeScheduler({ autoRun: false })
      let ran = 0
      scheduler.every(100, () => ran++, { missedPeriods })
      clock.advance(1000)
      scheduler.runSlice(Infinity)
      expect(ran).toBe(runs)
      expect(scheduler.stats().skippedPeriods).toBe(skipped)
      clock.advance(99)
      scheduler.runSlice(Infinity)
      expect(ran).toBe(runs)
      clock.advance(1)
      scheduler.runSlice(Infinity)
      expect(ran).toBe(runs + 1)
    },
  )

  it('a repeating task keeps its id and can be cancelled by itself', () => {
    const { scheduler, host } = fakeScheduler()
    let ran = 0
    const id = scheduler.every(10, () => {
      ran++
      if (ran === 3) expect(scheduler.cancel(id)).toBe(true)
    })
    host.advance(100)
    expect(ran).toBe(3)
    expect(scheduler.has(id)).toBe(false)
    expect(host.outstanding).toBe(0)
  })

  it('a repeating task that is shed comes again in the next period', () => {
    const { scheduler, clock } = fakeScheduler({ capacity: 1, overflow: 'drop-oldest', autoRun: false })
    let ran = 0
    scheduler.every(10, () => ran++)
    scheduler.pause()
    clock.advance(10)
    scheduler.resume()
    scheduler.schedule(nothing)
    scheduler.runSlice(Infinity)
    expect([ran, scheduler.stats().dropped.oldest]).toEqual([1, 1])
    clock.advance(10)
    scheduler.runSlice(Infinity)
    expect(ran).toBe(2)
  })

  it('a delay is never cut short, and at most one tick longer', () => {
    for (const delayMs of [0.4, 1, 1.5, 63, 64, 65.2, 4095, 4096, 4097, 262_143, 262_145, 20_000_000]) {
      const { scheduler, host, clock } = fakeScheduler({}, 12.3)
      let at = -1
      scheduler.schedule(
        () => {
          at = clock.now()
        },
        { delayMs },
      )
      host.advance(delayMs + 3)
      expect(at - 12.3 - delayMs).toBeGreaterThanOrEqual(0)
      expect(at - 12.3 - delayMs).toBeLessThanOrEqual(1.7)
    }
  })

  it('waits with one timer, for the earliest, and with none when nothing waits', () => {
    const { scheduler, host } = fakeScheduler()
    const ids = [500, 100, 300].map((delayMs) => scheduler.schedule(nothing, { delayMs }))
    expect(host.outstanding).toBe(1)
    expect(scheduler.delayed).toBe(3)
    for (const id of ids) scheduler.cancel(id)
    expect(host.outstanding).toBe(0)
  })

  it('a delayed task whose time comes during a slice does not wait for the next slice', () => {
    const { scheduler, clock } = fakeScheduler({ autoRun: false, sliceMs: 100 })
    const order: string[] = []
    scheduler.schedule(() => order.push('urgent'), { delayMs: 2, priority: 0 })
    for (const name of ['a', 'b', 'c']) {
      scheduler.schedule(() => {
        order.push(name)
        clock.advance(1.5)
      })
    }
    scheduler.runSlice()
    expect(order).toEqual(['a', 'b', 'urgent', 'c'])
  })
})
