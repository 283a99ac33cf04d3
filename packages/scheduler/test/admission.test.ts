import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { fakeScheduler } from './support/manual.ts'

const nothing = (): void => {}

describe('createScheduler: admission', () => {
  it('SC-06 capacity 3: the fourth task is refused with QUEUE_FULL and the size stays 3', () => {
    const { scheduler } = fakeScheduler({ capacity: 3, stage: 'analysis' })
    for (let k = 0; k < 3; k++) scheduler.schedule(nothing)
    expect(() => scheduler.schedule(nothing)).toThrow(
      expect.objectContaining({ code: 'QUEUE_FULL', details: { stage: 'analysis', limit: 3 } }),
    )
    expect(scheduler.size).toBe(3)
    expect(scheduler.stats().refused).toBe(1)
  })

  it('BD-08 with 64 places and a stalled consumer the producer waits, in order, and nothing is lost', async () => {
    const { scheduler, host } = fakeScheduler({ capacity: 64 })
    scheduler.pause()
    const ran: number[] = []
    let admitted = 0
    const producer = (async () => {
      for (let k = 0; k < 1000; k++) {
        await scheduler.scheduleWhenRoom((n: number) => ran.push(n), undefined, k)
        admitted++
      }
    })()
    await settleMicrotasks()
    expect(admitted).toBe(64)
    expect(scheduler.size).toBe(64)
    scheduler.resume()
    while (ran.length < 1000) {
      host.turn()
      expect(scheduler.size).toBeLessThanOrEqual(64)
      await settleMicrotasks()
    }
    await producer
    expect(ran).toEqual(Array.from({ length: 1000 }, (_, k) => k))
  })

  it('I-5 and BD-08: a million chunks through 64 places leave the memory flat', async () => {
    const { scheduler } = fakeScheduler({ capacity: 64, autoRun: false })
    let seen = 0
    const take = (chunk: number): void => {
      seen += chunk
    }
    async function chunks(count: number): Promise<void> {
      for (let k = 0; k < count; k++) {
        if (scheduler.size === 64) scheduler.runSlice(Infinity)
        await scheduler.scheduleWhenRoom(take, undefined, 1)
      }
      scheduler.runSlice(Infinity)
    }
    await chunks(50_000)
    const before = usedMemory()
    await chunks(1_000_000)
    const after = usedMemory()
    expect(seen).toBe(1_050_000)
    expect(after - before).toBeLessThan(2_000_000)
    expect(scheduler.size).toBe(0)
  })

  it('a producer that waits leaves the line when its signal aborts, and is rejected when the scheduler closes', async () => {
    const { scheduler } = fakeScheduler({ capacity: 1, autoRun: false })
    scheduler.schedule(nothing)
    const controller = new AbortController()
    const gone = scheduler.scheduleWhenRoom(nothing, { signal: controller.signal })
    const stays = scheduler.scheduleWhenRoom(nothing)
    controller.abort(new Error('enough'))
    await expect(gone).rejects.toThrow('enough')
    scheduler.runNext()
    expect(await stays).toBeGreaterThan(0)
    const last = scheduler.scheduleWhenRoom(nothing)
    scheduler.close()
    await expect(last).rejects.toMatchObject({ code: 'QUEUE_CLOSED' })
  })

  it('BD-08 a task that asks for room from inside stands behind those who wait', async () => {
    const { scheduler } = fakeScheduler({ capacity: 1, autoRun: false })
    const order: string[] = []
    scheduler.schedule(() => void scheduler.scheduleWhenRoom(() => order.push('inside')))
    void scheduler.scheduleWhenRoom(() => order.push('waited'))
    for (let k = 0; k < 3; k++) scheduler.runNext()
    expect(order).toEqual(['waited', 'inside'])
  })

  it('a cancelled task makes room for a waiting producer', async () => {
    const { scheduler } = fakeScheduler({ capacity: 1, autoRun: false })
    const first = scheduler.schedule(nothing)
    const second = scheduler.scheduleWhenRoom(nothing)
    scheduler.cancel(first)
    expect(scheduler.has(await second)).toBe(true)
  })

  it('BD-09 the backpressure event carries the stage and the fill', () => {
    const events: unknown[] = []
    const { scheduler } = fakeScheduler({
      capacity: 4,
      stage: 'session-analysis',
      autoRun: false,
      onBackpressure: (event) => events.push(event),
    })
    for (let k = 0; k < 4; k++) scheduler.schedule(nothing)
    expect(events).toEqual([])
    expect(() => scheduler.schedule(nothing)).toThrow()
    void scheduler.scheduleWhenRoom(nothing)
    void scheduler.scheduleWhenRoom(nothing)
    expect(events).toEqual([
      { stage: 'session-analysis', fill: 1 },
      { stage: 'session-analysis', fill: 1 },
      { stage: 'session-analysis', fill: 1.25 },
    ])
  })

  it('an observer of backpressure may make room itself', () => {
    let first = 0
    const { scheduler } = fakeScheduler({
      capacity: 1,
      autoRun: false,
      onBackpressure: () => scheduler.cancel(first),
    })
    first = scheduler.schedule(nothing)
    const second = scheduler.schedule(nothing)
    expect([scheduler.has(first), scheduler.has(second)]).toEqual([false, true])
  })

  it('an observer of backpressure may close the scheduler: the task is refused, not lost', () => {
    const drops: unknown[] = []
    const { scheduler } = fakeScheduler({
      capacity: 1,
      autoRun: false,
      onBackpressure: () => scheduler.close(),
      onDrop: (event) => drops.push(event),
    })
    const first = scheduler.schedule(nothing)
    expect(() => scheduler.schedule(nothing)).toThrow('is closed')
    expect(drops).toEqual([{ id: first, reason: 'closed' }])
    expect(scheduler.size).toBe(0)
  })

  it('an observer of backpressure may abort the task that it was called for', () => {
    const controller = new AbortController()
    let first = 0
    const { scheduler } = fakeScheduler({
      capacity: 1,
      autoRun: false,
      onBackpressure() {
        controller.abort()
        scheduler.cancel(first)
      },
    })
    first = scheduler.schedule(nothing)
    expect(() => scheduler.schedule(nothing, { signal: controller.signal })).toThrow('aborted')
    expect(scheduler.size).toBe(0)
  })

  it.each([
    { calls: 'cancel', drops: [], runs: ['first', 'next'] },
    { calls: 'clear', drops: ['cleared', 'cleared'], runs: ['next'] },
    { calls: 'close', drops: ['closed', 'closed'], runs: [] },
  ] as const)('an observer of backpressure may $calls the delayed task that is due', (expected) => {
    const drops: string[] = []
    const runs: string[] = []
    let delayed = 0
    const { scheduler, clock } = fakeScheduler({
      capacity: 1,
      autoRun: false,
      onBackpressure() {
        if (expected.calls !== 'cancel') scheduler[expected.calls]()
        else expect([scheduler.cancel(delayed), scheduler.cancel(delayed)]).toEqual([true, false])
      },
      onDrop: ({ reason }) => drops.push(reason),
    })
    scheduler.schedule(() => runs.push('first'))
    delayed = scheduler.schedule(() => expect.unreachable(), { delayMs: 5 })
    clock.advance(5)
    scheduler.runSlice()
    expect([scheduler.size, scheduler.delayed, scheduler.has(delayed)]).toEqual([0, 0, false])
    if (scheduler.state !== 'closed') scheduler.schedule(() => runs.push('next'))
    scheduler.runSlice()
    expect({ drops, runs }).toEqual({ drops: expected.drops, runs: expected.runs })
  })

  it.each([
    { overflow: 'reject', runs: ['a', 'b'], counts: { refused: 1, oldest: 0, lowest: 0 } },
    { overflow: 'drop-oldest', runs: ['b', 'c'], counts: { refused: 0, oldest: 1, lowest: 0 } },
    { overflow: 'drop-lowest', runs: ['a', 'c'], counts: { refused: 0, oldest: 0, lowest: 1 } },
  ] as const)('BD-11 $overflow is selectable and counted', ({ overflow, runs, counts }) => {
    const events: unknown[] = []
    const { scheduler } = fakeScheduler({
      capacity: 2,
      overflow,
      autoRun: false,
      onDrop: (event) => events.push(event),
    })
    const ran: string[] = []
    const add = (name: string, priority: number): number =>
      scheduler.schedule((arg: string) => ran.push(arg), { priority }, name)
    const ids = [add('a', 5), add('b', 9)]
    if (overflow === 'reject') expect(() => add('c', 7)).toThrow()
    else add('c', 7)
    scheduler.runSlice()
    expect(ran.sort()).toEqual(runs)
    const { refused, dropped } = scheduler.stats()
    expect({ refused, oldest: dropped.oldest, lowest: dropped.lowest }).toEqual(counts)
    const victim = overflow === 'drop-oldest' ? 0 : 1
    const reason = overflow === 'drop-oldest' ? 'oldest' : 'lowest'
    expect(events).toEqual(overflow === 'reject' ? [] : [{ id: ids[victim], reason }])
  })

  it('BD-11 drop-lowest refuses a newcomer that would run last', () => {
    const { scheduler } = fakeScheduler({ capacity: 1, overflow: 'drop-lowest', autoRun: false })
    const first = scheduler.schedule(nothing, { priority: 9 })
    expect(() => scheduler.schedule(nothing, { priority: 9 })).toThrow('its limit')
    expect(() => scheduler.schedule(nothing, { priority: 10 })).toThrow('its limit')
    expect(scheduler.has(first)).toBe(true)
    expect(scheduler.stats().refused).toBe(2)
  })

  it.each([50, undefined])('BD-11 of equal tasks drop-lowest drops the newest, deadline %s', (deadlineMs) => {
    const drops: number[] = []
    const { scheduler } = fakeScheduler({
      capacity: 4,
      overflow: 'drop-lowest',
      autoRun: false,
      onDrop: ({ id }) => drops.push(id),
    })
    const options = { priority: 9, ...(deadlineMs === undefined ? {} : { deadlineMs }) }
    const ids = Array.from({ length: 4 }, () => scheduler.schedule(nothing, options))
    for (let k = 0; k < 3; k++) scheduler.schedule(nothing, { priority: 1 })
    expect(drops).toEqual([ids[3], ids[2], ids[1]])
  })

  it('a delayed task that finds the queue full when its time comes is reported', () => {
    const drops: unknown[] = []
    const { scheduler, clock } = fakeScheduler({
      capacity: 1,
      autoRun: false,
      onDrop: (event) => drops.push(event),
    })
    const late = scheduler.schedule(nothing, { delayMs: 5 })
    scheduler.schedule(nothing)
    clock.advance(5)
    scheduler.runSlice()
    expect(drops).toEqual([{ id: late, reason: 'rejected' }])
    expect(scheduler.stats()).toMatchObject({ ran: 1, refused: 0, dropped: { rejected: 1 } })
  })

  it('delayed tasks are bounded too', () => {
    const { scheduler } = fakeScheduler({ maxDelayed: 2 })
    const first = scheduler.schedule(nothing, { delayMs: 5 })
    scheduler.every(5, nothing)
    expect(() => scheduler.schedule(nothing, { delayMs: 5 })).toThrow('its limit')
    scheduler.cancel(first)
    scheduler.schedule(nothing, { delayMs: 5 })
    expect(() => scheduler.every(5, nothing)).toThrow('its limit')
  })

  it('a delayed task gives its place back when its time has come', () => {
    const { scheduler, clock } = fakeScheduler({ maxDelayed: 1, autoRun: false })
    for (let k = 0; k < 3; k++) {
      scheduler.schedule(nothing, { delayMs: 5 })
      clock.advance(5)
      expect(scheduler.runSlice()).toBe(1)
    }
  })

  it('BD-08 producers that wait are let in while a slice runs', () => {
    const { scheduler } = fakeScheduler({ capacity: 1, autoRun: false })
    scheduler.schedule(nothing)
    for (let k = 0; k < 3; k++) void scheduler.scheduleWhenRoom(nothing)
    expect(scheduler.runSlice()).toBe(4)
  })

  it('a repeating task that is cancelled while it is ready gives its place back', () => {
    const { scheduler, clock } = fakeScheduler({ maxDelayed: 1, autoRun: false, sliceMs: 1 })
    const id = scheduler.every(5, nothing)
    scheduler.schedule(() => clock.advance(5), { priority: 0 })
    scheduler.schedule(() => clock.advance(5), { priority: 1 })
    scheduler.runSlice()
    scheduler.runSlice()
    expect([scheduler.size, scheduler.delayed]).toEqual([1, 0])
    scheduler.cancel(id)
    scheduler.schedule(nothing, { delayMs: 5 })
    expect(scheduler.delayed).toBe(1)
  })

  it('a repeating task is refused when the sum of cost/period would pass the limit', () => {
    const { scheduler } = fakeScheduler({ maxUtilization: 0.8 })
    const half = scheduler.every(10, nothing, { costMs: 5 })
    expect(() => scheduler.every(10, nothing, { costMs: 4 })).toThrow(
      expect.objectContaining({ code: 'UTILIZATION_EXCEEDED' }),
    )
    scheduler.cancel(half)
    scheduler.every(10, nothing, { costMs: 4 })
    for (const costMs of [Number.NaN, -1])
      expect(() => scheduler.every(10, nothing, { costMs })).toThrow(RangeError)
    expect(() => scheduler.every(10, nothing, { costMs: 5 })).toThrow('more than its limit')
  })

  it.each([
    { capacity: 0 },
    { capacity: 1.5 },
    { maxDelayed: -1 },
    { clockEvery: 0 },
    { sliceMs: 0 },
    { tickMs: Number.NaN },
    { slackMs: -1 },
    { policy: 'fifo' as never },
    { overflow: 'block' as never },
    { late: 'skip' as never },
  ])('refuses the options %o', (options) => {
    expect(() => fakeScheduler(options)).toThrow(RangeError)
  })
})

/** Bytes in use after a collection. */
function usedMemory(): number {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

async function settleMicrotasks(): Promise<void> {
  for (let k = 0; k < 400; k++) await undefined
}
