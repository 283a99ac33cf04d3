import { MidstreamError } from './errors.ts'

/**
 * What a full queue does with one more item:
 * - `wait`: the producer's `push` resolves when there is room (backpressure, nothing is lost);
 * - `reject`: `push` throws QUEUE_FULL;
 * - `drop-oldest`: the oldest item makes room and is counted.
 */
export type OverflowPolicy = 'wait' | 'reject' | 'drop-oldest'

export interface BoundedQueueOptions<T> {
  /** Items held at most. */
  readonly capacity: number
  readonly overflow: OverflowPolicy
  /** Names the queue in errors and backpressure events. */
  readonly stage: string
  /** Called when an item finds the queue full, with the stage and the share of the capacity in use. */
  onBackpressure?(event: { readonly stage: string; readonly fill: number }): void
  /** Called with each item that `drop-oldest` gives up. */
  onDrop?(item: T): void
}

export interface BoundedQueue<T> extends AsyncIterable<T> {
  readonly size: number
  readonly capacity: number
  /** Items given up by `drop-oldest` so far. */
  readonly dropped: number
  /** Items refused by `reject` so far. */
  readonly rejected: number
  /** Adds an item. Resolves at once unless the policy is `wait` and the queue is full. */
  push(item: T): Promise<void>
  /** Takes the oldest item without waiting. */
  shift(): T | undefined
  /** The items, oldest first; a copy. */
  toArray(): T[]
  /** Ends the queue: readers get what is left, waiting producers get QUEUE_CLOSED. */
  close(): void
}

/** A first-in first-out queue with a fixed memory ceiling. All operations are O(1). One reader at a time. */
export function createBoundedQueue<T>(options: BoundedQueueOptions<T>): BoundedQueue<T> {
  const { capacity, overflow, stage } = options
  if (!Number.isInteger(capacity) || capacity < 1) {
    throw new RangeError(`capacity must be a positive integer, got ${capacity}`)
  }
  const ring: (T | undefined)[] = new Array(capacity)
  let head = 0
  let size = 0
  let dropped = 0
  let rejected = 0
  let closed = false
  // One waiting reader; producers wait in order of arrival.
  let reader: ((result: IteratorResult<T>) => void) | undefined
  const producers: { item: T; resolve: () => void; reject: (error: unknown) => void }[] = []

  function closedError(): MidstreamError {
    return new MidstreamError('QUEUE_CLOSED', `queue ${stage} is closed`, { details: { stage } })
  }

  function append(item: T): void {
    if (reader !== undefined) {
      const deliver = reader
      reader = undefined
      deliver({ value: item, done: false })
      return
    }
    ring[(head + size) % capacity] = item
    size++
  }

  function shift(): T | undefined {
    if (size === 0) return undefined
    const item = ring[head]
    ring[head] = undefined
    head = (head + 1) % capacity
    size--
    const producer = producers.shift()
    if (producer !== undefined) {
      append(producer.item)
      producer.resolve()
    }
    return item
  }

  return {
    get size() {
      return size
    },
    capacity,
    get dropped() {
      return dropped
    },
    get rejected() {
      return rejected
    },
    async push(item) {
      if (closed) throw closedError()
      if (size < capacity) return append(item)
      options.onBackpressure?.({ stage, fill: (size + producers.length) / capacity })
      if (overflow === 'reject') {
        rejected++
        throw new MidstreamError('QUEUE_FULL', `queue ${stage} holds ${capacity} items, its limit`, {
          details: { stage, limit: capacity },
        })
      }
      if (overflow === 'drop-oldest') {
        const oldest = shift() as T
        dropped++
        options.onDrop?.(oldest)
        return append(item)
      }
      return new Promise<void>((resolve, reject) => producers.push({ item, resolve, reject }))
    },
    shift,
    toArray() {
      return Array.from({ length: size }, (_, i) => ring[(head + i) % capacity] as T)
    },
    close() {
      closed = true
      for (const producer of producers.splice(0)) producer.reject(closedError())
      reader?.({ value: undefined, done: true })
      reader = undefined
    },
    [Symbol.asyncIterator]() {
      return {
        next(): Promise<IteratorResult<T>> {
          if (size > 0) return Promise.resolve({ value: shift() as T, done: false })
          if (closed) return Promise.resolve({ value: undefined, done: true })
          if (reader !== undefined) throw new TypeError(`queue ${stage} already has a waiting reader`)
          return new Promise((resolve) => {
            reader = resolve
          })
        },
      }
    },
  }
}
