import { createFakeClock } from '@midstream/test-kit'
import { afterEach, describe, expect, it } from 'vitest'
import { createWorkerPool, type WorkerPool, type WorkerPoolOptions } from '../src/workers.ts'
import { createFakeHost } from './support/fake-host.ts'

interface Input {
  readonly kind: 'echo' | 'bytes' | 'throw' | 'throw nothing' | 'exit' | 'spin'
  readonly value?: unknown
}

let open: WorkerPool<Input, unknown>[] = []

afterEach(async () => {
  await Promise.all(open.map((pool) => pool.close()))
  open = []
})

function fakePool(options: Partial<WorkerPoolOptions> = {}) {
  const clock = createFakeClock()
  const host = createFakeHost(clock)
  const filename = new URL('./support/worker.ts', import.meta.url)
  const pool = createWorkerPool<Input, unknown>({ filename, threads: 1, clock, host, ...options })
  open.push(pool)
  return { pool, clock, host }
}

describe('createWorkerPool', () => {
  it('gives the output of the function, and what it threw', async () => {
    const { pool } = fakePool({ threads: 2 })
    const outputs = await Promise.all([1, 2, 3].map((value) => pool.run({ kind: 'echo', value })))
    expect(outputs).toEqual([1, 2, 3])
    await expect(pool.run({ kind: 'throw' })).rejects.toThrow('the task threw')
    await expect(pool.run({ kind: 'throw nothing' })).rejects.toBeUndefined()
    expect(pool.stats()).toMatchObject({
      done: 3,
      failed: 2,
      queueWait: { count: 5 },
      execution: { count: 5 },
    })
  })

  it('moves what is to be moved', async () => {
    const { pool } = fakePool()
    const value = new ArrayBuffer(1000)
    expect(await pool.run({ kind: 'bytes', value }, { transfer: [value] })).toBe(1000)
    expect(value.byteLength).toBe(0)
  })

  it('stops a task that overruns its deadline, tells its caller, and runs the next one', async () => {
    const { pool, host } = fakePool()
    const spinning = pool.run({ kind: 'spin' }, { deadlineMs: 50 })
    const next = pool.run({ kind: 'echo', value: 'next' }, { deadlineMs: 1000 })
    expect([pool.running, pool.size]).toEqual([1, 1])
    host.advance(49)
    expect(pool.running).toBe(1)
    host.advance(1)
    await expect(spinning).rejects.toMatchObject({
      code: 'TASK_TIMEOUT',
      details: { limit: 50, stage: 'workers', started: true },
    })
    expect(await next).toBe('next')
    expect(pool.stats()).toMatchObject({ timedOut: 1, done: 1, failed: 0 })
  })

  it('a task whose deadline passes while it waits never starts', async () => {
    const { pool, host } = fakePool()
    const spinning = pool.run({ kind: 'spin' }, { deadlineMs: 100 }).catch((error: unknown) => error)
    const waits = pool.run({ kind: 'exit' }, { deadlineMs: 60 })
    host.advance(60)
    await expect(waits).rejects.toMatchObject({ code: 'TASK_TIMEOUT', details: { started: false } })
    expect(pool.size).toBe(0)
    host.advance(40)
    await spinning
    expect(await pool.run({ kind: 'echo', value: 1 })).toBe(1)
  })

  it('every task gets its timeout when more of them end at once than a scheduler holds by default', async () => {
    const { pool, host } = fakePool({ capacity: 20_000 })
    let timeouts = 0
    const tasks = Array.from({ length: 17_000 }, () =>
      pool.run({ kind: 'spin' }, { deadlineMs: 50 }).catch(() => void timeouts++),
    )
    host.advance(50)
    expect(pool.size).toBe(0)
    await Promise.all(tasks)
    expect([timeouts, pool.stats().timedOut]).toEqual([17_000, 17_000])
  })

  it('the waiting task with the earliest deadline gets the thread', async () => {
    const { pool } = fakePool()
    const order: unknown[] = []
    const run = async (value: string, deadlineMs: number): Promise<void> => {
      order.push(await pool.run({ kind: 'echo', value }, { deadlineMs }))
    }
    await Promise.all([run('first', 900), run('c', 800), run('a', 100), run('b', 500)])
    expect(order).toEqual(['first', 'a', 'b', 'c'])
  })

  it('the queue is bounded, although every task can be aborted', async () => {
    const fills: number[] = []
    const { pool } = fakePool({ capacity: 2, onBackpressure: ({ fill }) => fills.push(fill) })
    const settled = Promise.allSettled(
      Array.from({ length: 6 }, () => pool.run({ kind: 'echo' }, { signal: new AbortController().signal })),
    )
    expect(pool.size).toBe(2)
    const codes = (await settled).map((result) => (result.status === 'rejected' ? result.reason.code : 'ok'))
    expect(codes).toEqual(['ok', 'ok', 'ok', 'QUEUE_FULL', 'QUEUE_FULL', 'QUEUE_FULL'])
    expect(fills).toEqual([1, 1, 1])
    expect(pool.stats().refused).toBe(3)
  })

  it('sheds the oldest when asked to, and says so', async () => {
    const { pool } = fakePool({ capacity: 1, overflow: 'drop-oldest' })
    const first = pool.run({ kind: 'echo', value: 1 })
    const second = pool.run({ kind: 'echo', value: 2 })
    const third = pool.run({ kind: 'echo', value: 3 })
    await expect(second).rejects.toMatchObject({ code: 'TASK_DROPPED', details: { reason: 'oldest' } })
    expect(await Promise.all([first, third])).toEqual([1, 3])
  })

  it('an aborted signal stops a running task and takes out a waiting one', async () => {
    const { pool } = fakePool()
    const controllers = [new AbortController(), new AbortController()]
    const tasks = controllers.map(({ signal }) => pool.run({ kind: 'spin' }, { signal }))
    controllers[1]!.abort(new Error('no use'))
    await expect(tasks[1]).rejects.toMatchObject({ code: 'TASK_CANCELLED', cause: new Error('no use') })
    controllers[0]!.abort()
    await expect(tasks[0]).rejects.toMatchObject({ code: 'TASK_CANCELLED' })
    expect(await pool.run({ kind: 'echo', value: 1 })).toBe(1)
    const { signal } = controllers[0]!
    await expect(pool.run({ kind: 'echo' }, { signal })).rejects.toMatchObject({ code: 'TASK_CANCELLED' })
    expect(pool.stats().cancelled).toBe(2)
  })

  it('a thread that ends fails its task and is replaced', async () => {
    const { pool } = fakePool()
    await expect(pool.run({ kind: 'exit' })).rejects.toThrow('exit')
    expect(await pool.run({ kind: 'echo', value: 1 })).toBe(1)
  })

  it('drain finishes what is there, close drops it, and both take nothing more', async () => {
    const { pool } = fakePool()
    const tasks = [1, 2, 3].map((value) => pool.run({ kind: 'echo', value }))
    const drained = pool.drain()
    let drainedAgain = false
    const again = pool.drain().then(() => {
      drainedAgain = true
    })
    await expect(pool.run({ kind: 'echo' })).rejects.toMatchObject({ code: 'QUEUE_CLOSED' })
    await tasks[0]
    expect(drainedAgain).toBe(false)
    expect(await Promise.all(tasks)).toEqual([1, 2, 3])
    await Promise.all([drained, again])
    const other = fakePool()
    const dropped = [other.pool.run({ kind: 'spin' }), other.pool.run({ kind: 'spin' })]
    const closed = other.pool.close()
    for (const task of dropped) await expect(task).rejects.toMatchObject({ code: 'TASK_DROPPED' })
    await closed
    expect(other.host.outstanding).toBe(0)
  })

  it('leaves no handle when it is closed', async () => {
    const { pool, host } = fakePool()
    await pool.run({ kind: 'echo' })
    await pool.close()
    expect([host.outstanding, host.closed, pool.running, pool.size]).toEqual([0, true, 0, 0])
  })

  it('refuses options out of range', async () => {
    expect(() => fakePool({ threads: 0 })).toThrow(RangeError)
    expect(() => fakePool({ capacity: 0 })).toThrow(RangeError)
    const { pool } = fakePool()
    await expect(pool.run({ kind: 'echo' }, { deadlineMs: Number.NaN })).rejects.toThrow(RangeError)
  })
})
