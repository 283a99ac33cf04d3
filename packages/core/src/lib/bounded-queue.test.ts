import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createBoundedQueue } from './bounded-queue.ts'
import { MidstreamError } from './errors.ts'

/** Lets every promise that can settle do so. */
async function settle(): Promise<void> {
  for (let i = 0; i < 10; i++) await Promise.resolve()
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise
    return 'resolved'
  } catch (error) {
    return MidstreamError.is(error) ? error.code : String(error)
  }
}

describe('createBoundedQueue', () => {
  it('refuses a capacity that is not a positive integer', () => {
    for (const capacity of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => createBoundedQueue({ capacity, overflow: 'wait', stage: 's' })).toThrow(RangeError)
    }
  })

  it('refuses an overflow policy that there is not, rather than wait', () => {
    const overflow = 'drop_oldest' as 'drop-oldest'
    expect(() => createBoundedQueue({ capacity: 1, overflow, stage: 's' })).toThrow(TypeError)
  })

  it('BD-08 with 64 places and a stalled consumer, push number 65 waits until one item is taken', async () => {
    const queue = createBoundedQueue<number>({ capacity: 64, overflow: 'wait', stage: 'delivery' })
    for (let i = 0; i < 64; i++) await queue.push(i)
    let done = false
    const waiting = queue.push(64).then(() => {
      done = true
    })
    await settle()
    expect(done).toBe(false)
    expect(queue.size).toBe(64)
    expect(queue.shift()).toBe(0)
    await waiting
    expect(done).toBe(true)
    expect(queue.size).toBe(64)
    expect(queue.toArray()).toEqual(Array.from({ length: 64 }, (_, i) => i + 1))
  })

  it('BD-08 keeps at most 64 items alive while a million chunks pass', async () => {
    const queue = createBoundedQueue<object>({ capacity: 64, overflow: 'wait', stage: 'delivery' })
    const chunks = 1_000_000
    let alive = 0
    let mostAlive = 0
    let received = 0
    const consumer = (async () => {
      for await (const _ of queue) {
        received++
        alive--
        // The reader is slower than the producer: it lets the producer run after every item.
        await undefined
      }
    })()
    for (let i = 0; i < chunks; i++) {
      mostAlive = Math.max(mostAlive, ++alive)
      await queue.push({ i })
    }
    queue.close()
    await consumer
    expect(received).toBe(chunks)
    // 64 in the queue, the one being pushed, and the one in the reader's hands.
    expect(mostAlive).toBeLessThanOrEqual(66)
  })

  it('BD-07 keeps the newest 10 000 of 10 001 measurements', async () => {
    const dropped: number[] = []
    const ring = createBoundedQueue<number>({
      capacity: 10_000,
      overflow: 'drop-oldest',
      stage: 'metrics',
      onDrop: (item) => dropped.push(item),
    })
    for (let i = 0; i < 10_001; i++) await ring.push(i)
    expect(ring.size).toBe(10_000)
    expect(dropped).toEqual([0])
    expect(ring.toArray()[0]).toBe(1)
    expect(ring.toArray().at(-1)).toBe(10_000)
  })

  it('BD-09 tells the stage and the fill ratio when an item finds the queue full', async () => {
    const events: { stage: string; fill: number }[] = []
    const queue = createBoundedQueue<number>({
      capacity: 2,
      overflow: 'wait',
      stage: 'inspect',
      onBackpressure: (event) => events.push(event),
    })
    await queue.push(1)
    await queue.push(2)
    expect(events).toEqual([])
    const third = queue.push(3)
    const fourth = queue.push(4)
    expect(events).toEqual([
      { stage: 'inspect', fill: 1 },
      { stage: 'inspect', fill: 1.5 },
    ])
    queue.shift()
    const fifth = queue.push(5)
    // The third is in, so that only the fourth waits before the fifth.
    expect(events.at(-1)).toEqual({ stage: 'inspect', fill: 1.5 })
    queue.shift()
    queue.shift()
    await Promise.all([third, fourth, fifth])
    expect(queue.toArray()).toEqual([4, 5])
  })

  it('BD-11 drop-oldest gives up the oldest item and counts it', async () => {
    const queue = createBoundedQueue<number>({ capacity: 2, overflow: 'drop-oldest', stage: 's' })
    for (const item of [1, 2, 3, 4]) await queue.push(item)
    expect(queue.toArray()).toEqual([3, 4])
    expect(queue.dropped).toBe(2)
    expect(queue.rejected).toBe(0)
  })

  it('BD-11 reject refuses the newest item with QUEUE_FULL and counts it', async () => {
    const queue = createBoundedQueue<number>({ capacity: 2, overflow: 'reject', stage: 's' })
    await queue.push(1)
    await queue.push(2)
    expect(await codeOf(queue.push(3))).toBe('QUEUE_FULL')
    expect(queue.toArray()).toEqual([1, 2])
    expect(queue.rejected).toBe(1)
    expect(queue.dropped).toBe(0)
  })

  it('stays within its capacity when the observer of a drop pushes', async () => {
    const queue = createBoundedQueue<number>({
      capacity: 2,
      overflow: 'drop-oldest',
      stage: 's',
      onDrop: (item) => {
        if (item === 1) void queue.push(100)
      },
    })
    for (const item of [1, 2, 3]) await queue.push(item)
    expect(queue.size).toBe(2)
    expect(queue.toArray()).toEqual([3, 100])
    expect(queue.dropped).toBe(2)
  })

  it('does not wait for room that the observer of backpressure has just made', async () => {
    const queue = createBoundedQueue<number>({
      capacity: 1,
      overflow: 'wait',
      stage: 's',
      onBackpressure: () => queue.shift(),
    })
    await queue.push(1)
    expect(await Promise.race([codeOf(queue.push(2)), settle().then(() => 'waiting')])).toBe('resolved')
    expect(queue.toArray()).toEqual([2])
  })

  it('refuses the item whose observer of backpressure closes the queue', async () => {
    for (const overflow of ['wait', 'reject', 'drop-oldest'] as const) {
      const queue = createBoundedQueue<number>({
        capacity: 1,
        overflow,
        stage: 's',
        onBackpressure: () => queue.close(),
      })
      await queue.push(1)
      expect(await codeOf(queue.push(2))).toBe('QUEUE_CLOSED')
      expect(queue.toArray()).toEqual([1])
    }
  })

  it('lets go of an item that it has given out', async () => {
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    const queue = createBoundedQueue<object>({ capacity: 4, overflow: 'wait', stage: 's' })
    const items = await Promise.all(
      [0, 1, 2].map(async (n) => {
        const item = { n }
        await queue.push(item)
        return new WeakRef(item)
      }),
    )
    for (let i = 0; i < 3; i++) queue.shift()
    // A reference lives on to the end of the turn in which it was made or read.
    await new Promise((resolve) => setImmediate(resolve))
    collect()
    expect(items.map((item) => item.deref())).toEqual([undefined, undefined, undefined])
  })

  it('hands an item straight to a waiting reader', async () => {
    const queue = createBoundedQueue<string>({ capacity: 1, overflow: 'reject', stage: 's' })
    const next = queue[Symbol.asyncIterator]().next()
    await queue.push('a')
    expect(await next).toEqual({ value: 'a', done: false })
    expect(queue.size).toBe(0)
  })

  it('rejects a second waiting reader with TypeError', async () => {
    const queue = createBoundedQueue<string>({ capacity: 1, overflow: 'reject', stage: 's' })
    const first = queue[Symbol.asyncIterator]().next()
    await expect(queue[Symbol.asyncIterator]().next()).rejects.toThrow(TypeError)
    queue.close()
    expect((await first).done).toBe(true)
  })

  it('lets readers finish what is left after close and refuses producers with QUEUE_CLOSED', async () => {
    const queue = createBoundedQueue<number>({ capacity: 2, overflow: 'wait', stage: 's' })
    await queue.push(1)
    await queue.push(2)
    const third = codeOf(queue.push(3))
    const fourth = codeOf(queue.push(4))
    queue.close()
    expect(await third).toBe('QUEUE_CLOSED')
    expect(await fourth).toBe('QUEUE_CLOSED')
    expect(await codeOf(queue.push(5))).toBe('QUEUE_CLOSED')
    const rest: number[] = []
    for await (const item of queue) rest.push(item)
    expect(rest).toEqual([1, 2])
  })

  it('keeps the order of any interleaving of pushes and shifts, like an unbounded list', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.boolean(), { maxLength: 60 }),
        async (capacity, pushes) => {
          const queue = createBoundedQueue<number>({ capacity, overflow: 'wait', stage: 's' })
          const pending: Promise<void>[] = []
          const model: number[] = []
          pushes.forEach((push, i) => {
            if (push) {
              pending.push(queue.push(i))
              model.push(i)
            } else {
              expect(queue.shift()).toBe(model.shift())
            }
            expect(queue.size).toBe(Math.min(model.length, capacity))
          })
          while (model.length > 0) expect(queue.shift()).toBe(model.shift())
          expect(queue.shift()).toBeUndefined()
          await Promise.all(pending)
        },
      ),
      { numRuns: 256 },
    )
  })
})
