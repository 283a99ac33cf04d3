import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fakeScheduler } from './support/manual.ts'

const nothing = (): void => {}

describe('createScheduler: control', () => {
  it('SC-07 ids start at 1 and are unique, also when slots are used again', () => {
    const { scheduler } = fakeScheduler({ capacity: 10, maxDelayed: 10, autoRun: false })
    const seen = new Set<number>()
    for (let round = 0; round < 200; round++) {
      for (let k = 0; k < 10; k++) seen.add(scheduler.schedule(nothing))
      scheduler.runSlice(Infinity)
    }
    expect(Math.min(...seen)).toBe(1)
    expect(seen.size).toBe(2000)
  })

  it('SC-10 a cancelled task never runs, and a second cancel says false', () => {
    const { scheduler, host } = fakeScheduler()
    const now = scheduler.schedule(() => expect.unreachable())
    const later = scheduler.schedule(() => expect.unreachable(), { delayMs: 5 })
    for (const id of [now, later]) {
      expect(scheduler.cancel(id)).toBe(true)
      expect(scheduler.cancel(id)).toBe(false)
    }
    host.advance(10)
    expect(scheduler.stats()).toMatchObject({ ran: 0, failed: 0, cancelled: 2 })
    for (const odd of [0, -1, 1.5, 2 ** 40, Number.NaN]) expect(scheduler.cancel(odd)).toBe(false)
  })

  it('SC-10 the id of a task that ran does not cancel the next task in its place', () => {
    const { scheduler } = fakeScheduler({ autoRun: false })
    const first = scheduler.schedule(nothing)
    scheduler.runSlice()
    const second = scheduler.schedule(nothing)
    expect(scheduler.cancel(first)).toBe(false)
    expect(scheduler.has(second)).toBe(true)
  })

  it('an aborted signal cancels, and a finished task leaves no listener', () => {
    const { scheduler } = fakeScheduler({ autoRun: false })
    const controller = new AbortController()
    let listeners = 0
    const { signal } = controller
    const add = signal.addEventListener.bind(signal)
    const remove = signal.removeEventListener.bind(signal)
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners++
      add(...args)
    }
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listeners--
      remove(...args)
    }
    scheduler.schedule(nothing, { signal })
    scheduler.runSlice()
    expect(listeners).toBe(0)
    const id = scheduler.schedule(() => expect.unreachable(), { signal })
    controller.abort()
    expect(scheduler.has(id)).toBe(false)
    expect(scheduler.runSlice()).toBe(0)
    expect(listeners).toBe(0)
    expect(scheduler.stats()).toMatchObject({ aborted: 1, cancelled: 0, failed: 0 })
    expect(() => scheduler.schedule(nothing, { signal })).toThrow(
      expect.objectContaining({ code: 'TASK_CANCELLED' }),
    )
  })

  it('listens once to a signal of many tasks, and aborts all of them that are left, in order', async () => {
    const { scheduler } = fakeScheduler({ autoRun: false })
    const controller = new AbortController()
    const { signal } = controller
    let listeners = 0
    const add = signal.addEventListener.bind(signal)
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners++
      add(...args)
    }
    const ids = Array.from({ length: 5 }, () => scheduler.schedule(nothing, { signal }))
    const repeating = scheduler.every(10, nothing, { signal })
    const rejected: number[] = []
    const submitted = [0, 1].map((n) =>
      scheduler.submit(nothing, { signal }).catch(() => void rejected.push(n)),
    )
    scheduler.runNext()
    scheduler.cancel(ids[2]!)
    controller.abort()
    await Promise.all(submitted)
    expect([scheduler.size, scheduler.has(repeating), listeners]).toEqual([0, false, 1])
    expect(rejected).toEqual([0, 1])
    expect(scheduler.stats()).toMatchObject({ ran: 1, cancelled: 1, aborted: 6 })
  })

  it('SC-12 a task may schedule and cancel tasks', () => {
    const { scheduler, host } = fakeScheduler()
    const order: string[] = []
    scheduler.schedule(() => {
      order.push('first')
      const victim = scheduler.schedule(() => order.push('victim'))
      scheduler.schedule(() => order.push('second'))
      scheduler.cancel(victim)
      scheduler.schedule(() => order.push('urgent'), { priority: 0 })
    })
    host.turn()
    expect(order).toEqual(['first', 'urgent', 'second'])
  })

  it('SC-12 random tasks that schedule and cancel from inside: no error, and every task is accounted for', () => {
    const plan = fc.array(
      fc.record({ adds: fc.integer({ min: 0, max: 3 }), cancels: fc.nat(), delay: fc.nat({ max: 3 }) }),
      { minLength: 1, maxLength: 60 },
    )
    fc.assert(
      fc.property(plan, fc.integer({ min: 1, max: 4 }), (steps, clockEvery) => {
        const { scheduler, host } = fakeScheduler({ capacity: 16, overflow: 'drop-oldest', clockEvery })
        const ids: number[] = []
        let next = 0
        let admitted = 0
        function act(): void {
          const step = steps[next++]
          if (step === undefined) return
          for (let k = 0; k < step.adds; k++) {
            ids.push(scheduler.schedule(act, step.delay > 0 ? { delayMs: step.delay } : undefined))
            admitted++
          }
          if (ids.length > 0) scheduler.cancel(ids[step.cancels % ids.length]!)
        }
        ids.push(scheduler.schedule(act))
        admitted++
        host.advance(1000)
        const { ran, cancelled, dropped, failed } = scheduler.stats()
        expect(failed).toBe(0)
        const gone = Object.values(dropped).reduce((sum, count) => sum + count, 0)
        expect(ran + cancelled + gone).toBe(admitted)
        expect(host.outstanding).toBe(0)
      }),
      { numRuns: 256 },
    )
  })

  it('SC-12 a task cannot start a slice of its own', () => {
    const errors: unknown[] = []
    const { scheduler, host } = fakeScheduler({ onError: (error) => errors.push(error) })
    scheduler.schedule(() => scheduler.runSlice())
    scheduler.schedule(() => scheduler.runNext())
    host.turn()
    expect(errors).toEqual([expect.any(TypeError), expect.any(TypeError)])
  })

  it('SC-13 paused, nothing runs and there is no next; resumed, it goes on', () => {
    const { scheduler, host } = fakeScheduler()
    let ran = 0
    scheduler.pause()
    scheduler.schedule(() => ran++)
    scheduler.schedule(() => ran++, { delayMs: 10 })
    host.advance(20)
    expect([ran, scheduler.runNext(), scheduler.state]).toEqual([0, false, 'paused'])
    scheduler.resume()
    host.turn()
    expect([ran, scheduler.state]).toEqual([2, 'running'])
  })

  it('SC-13 a task that pauses is the last one', () => {
    const { scheduler, host } = fakeScheduler()
    let ran = 0
    scheduler.schedule(() => scheduler.pause())
    scheduler.schedule(() => ran++)
    host.advance(10)
    expect([ran, scheduler.size]).toEqual([0, 1])
  })

  it('SC-14 clear drops five tasks and leaves none', () => {
    const { scheduler, host } = fakeScheduler()
    for (let k = 0; k < 3; k++) scheduler.schedule(() => expect.unreachable())
    scheduler.schedule(() => expect.unreachable(), { delayMs: 5 })
    scheduler.every(5, () => expect.unreachable())
    expect(scheduler.size + scheduler.delayed).toBe(5)
    expect(scheduler.clear()).toBe(5)
    expect([scheduler.size, scheduler.delayed]).toEqual([0, 0])
    expect(scheduler.stats().dropped.cleared).toBe(5)
    host.advance(20)
    expect(scheduler.stats().ran).toBe(0)
  })

  it('an error of a task is reported and the next one runs', () => {
    const errors: unknown[] = []
    const { scheduler, host } = fakeScheduler({ onError: (error, id) => errors.push([String(error), id]) })
    let ran = 0
    const id = scheduler.schedule(() => {
      throw new Error('no')
    })
    scheduler.schedule(() => ran++)
    host.turn()
    expect(errors).toEqual([['Error: no', id]])
    expect([ran, scheduler.stats().failed]).toEqual([1, 1])
  })

  it('submit gives the result, the error, and says when the task will not run', async () => {
    const { scheduler, host } = fakeScheduler({ capacity: 8 })
    const controller = new AbortController()
    const value = scheduler.submit(() => 42)
    const later = scheduler.submit(async () => 'later')
    const error = scheduler.submit(() => {
      throw new Error('no')
    })
    const aborted = scheduler.submit(nothing, { signal: controller.signal })
    controller.abort(new Error('because'))
    host.turn()
    expect([await value, await later]).toEqual([42, 'later'])
    await expect(error).rejects.toThrow('no')
    await expect(aborted).rejects.toMatchObject({ code: 'TASK_CANCELLED', cause: new Error('because') })
    const cleared = scheduler.submit(nothing)
    scheduler.clear()
    await expect(cleared).rejects.toMatchObject({ code: 'TASK_DROPPED', details: { reason: 'cleared' } })
    scheduler.close()
    await expect(scheduler.submit(nothing)).rejects.toMatchObject({ code: 'QUEUE_CLOSED' })
  })

  it('slices end with their time, so that I/O has its turn', () => {
    const { scheduler, host, clock } = fakeScheduler({ sliceMs: 5 })
    let ran = 0
    const yields: boolean[] = []
    for (let k = 0; k < 10; k++) {
      scheduler.schedule(() => {
        ran++
        clock.advance(2)
        yields.push(scheduler.shouldYield())
      })
    }
    host.turn()
    expect(ran).toBe(3)
    expect(yields).toEqual([false, false, true])
    host.turn()
    expect(ran).toBe(6)
    host.advance(0)
    expect(ran).toBe(10)
  })

  it('whenIdle resolves when nothing is ready', async () => {
    const { scheduler, host } = fakeScheduler()
    await scheduler.whenIdle()
    let idle = false
    const id = scheduler.schedule(nothing)
    const other = scheduler.schedule(nothing)
    const waits = scheduler.whenIdle().then(() => {
      idle = true
    })
    scheduler.cancel(other)
    await undefined
    expect(idle).toBe(false)
    expect(scheduler.has(id)).toBe(true)
    host.turn()
    await waits
  })

  it('drain runs what is ready, drops what waits for its time, and closes', async () => {
    const { scheduler, host } = fakeScheduler()
    let ran = 0
    scheduler.schedule(() => ran++)
    scheduler.schedule(() => ran++, { delayMs: 5 })
    scheduler.every(1, () => ran++)
    scheduler.pause()
    const drained = scheduler.drain()
    expect(scheduler.state).toBe('draining')
    expect(() => scheduler.schedule(nothing)).toThrow(expect.objectContaining({ code: 'QUEUE_CLOSED' }))
    host.advance(10)
    await drained
    expect([ran, scheduler.state, host.closed, host.outstanding]).toEqual([1, 'closed', true, 0])
    expect(scheduler.stats().dropped.closed).toBe(2)
    await scheduler.drain()
  })

  it('drain ends although a repeating task is always due: it runs once more, and not again', async () => {
    const { scheduler, clock } = fakeScheduler({ autoRun: false, sliceMs: 1 })
    let ran = 0
    scheduler.every(1, () => ran++, { missedPeriods: 'run' })
    scheduler.schedule(() => clock.advance(10))
    scheduler.schedule(nothing)
    clock.advance(0.5)
    scheduler.runNext()
    scheduler.pause()
    scheduler.resume()
    // Releases the repeating task, and leaves it ready: the slice is over after one task.
    scheduler.schedule(() => clock.advance(5), { priority: 0 })
    scheduler.runSlice(1)
    expect([ran, scheduler.size]).toEqual([0, 2])
    const drained = scheduler.drain()
    scheduler.runSlice(Infinity)
    await drained
    expect([ran, scheduler.state, scheduler.stats().dropped.closed]).toEqual([1, 'closed', 0])
  })

  it('close drops everything, frees the timer and wakes who waits', async () => {
    const { scheduler, host } = fakeScheduler()
    const submitted = scheduler.submit(nothing)
    scheduler.schedule(nothing, { delayMs: 1000 })
    const idle = scheduler.whenIdle()
    scheduler.close()
    scheduler.close()
    await expect(submitted).rejects.toMatchObject({ code: 'TASK_DROPPED' })
    await idle
    host.turn()
    expect([scheduler.state, scheduler.size, scheduler.delayed, host.outstanding]).toEqual([
      'closed',
      0,
      0,
      0,
    ])
    expect(scheduler.runNext()).toBe(false)
  })

  it('I-9 the same calls at the same times give the same order and figures', () => {
    const run = (): unknown => {
      const { scheduler, host, clock } = fakeScheduler({ capacity: 30, overflow: 'drop-lowest' })
      const order: number[] = []
      for (let k = 0; k < 200; k++) {
        const options = { priority: (k * 7) % 32, deadlineMs: (k * 13) % 17, delayMs: (k * 5) % 11 }
        try {
          scheduler.schedule(
            (n: number) => {
              order.push(n)
              clock.advance(0.25)
            },
            options,
            k,
          )
        } catch {
          order.push(-k)
        }
        if (k % 20 === 0) host.advance(3)
      }
      host.advance(100)
      return [order, scheduler.stats()]
    }
    expect(run()).toEqual(run())
  })
})
