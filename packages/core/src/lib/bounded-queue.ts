import { MidstreamError } from './errors.ts'

/**
 * What a full queue does with one more item:
 * - `wait`: the producer's `push` resolves when there is room (backpressure, nothing is lost);
 * - `reject`: `push` throws QUEUE_FULL;
 * - `drop-oldest`: the oldest item makes room and is counted.
 */
export type OverflowPolicy = 'wait' | 'reject' | 'drop-oldest'

const OVERFLOW_POLICIES: readonly OverflowPolicy[] = ['wait', 'reject', 'drop-oldest']

export interface BoundedQueueOptions<T> {
  /** Items held at most. */
  readonly capacity: number
  readonly overflow: OverflowPolicy
  /** Names the queue in errors and backpressure events. */
  readonly stage: string
  /**
   * Called when an item finds the queue full. `fill` is the share of the capacity that the items held and the
   * producers already waiting would take: 1 for the first item that finds it full, more when others wait.
   */
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

interface WaitingProducer<T> {
  readonly item: T
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
  next: WaitingProducer<T> | undefined
}

/**
 * A first-in first-out queue that holds at most `capacity` items. One reader at a time. `push` and `shift` are
 * O(1), `toArray` and `close` linear. With `wait`, a producer that does not await its own `push` keeps one
 * more item alive for each call: the ceiling is `capacity` plus one item per awaiting producer.
 *
 * @throws RangeError when the capacity is not a positive integer.
 * @throws TypeError when the overflow policy is none of the three.
 */
export function createBoundedQueue<T>(options: BoundedQueueOptions<T>): BoundedQueue<T> {
  const { capacity, overflow, stage } = options
  if (!Number.isInteger(capacity) || capacity < 1) {
    throw new RangeError(`capacity must be a positive integer, got ${capacity}`)
  }
  if (!OVERFLOW_POLICIES.includes(overflow)) {
    throw new TypeError(`overflow must be one of ${OVERFLOW_POLICIES.join(', ')}, got ${overflow}`)
  }
  const ring: (T | undefined)[] = new Array(capacity)
  let head = 0
  let size = 0
  let dropped = 0
  let rejected = 0
  let closed = false
  let reader: ((result: IteratorResult<T>) => void) | undefined
  // Producers wait in order of arrival, linked: an array's shift() would be linear in the number of them.
  let firstWaiting: WaitingProducer<T> | undefined
  let lastWaiting: WaitingProducer<T> | undefined
  let waiting = 0

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
    const producer = firstWaiting
    if (producer !== undefined) {
      firstWaiting = producer.next
      if (firstWaiting === undefined) lastWaiting = undefined
      waiting--
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
      if (options.onBackpressure !== undefined) {
        options.onBackpressure({ stage, fill: (size + waiting) / capacity })
        // The observer may itself have taken items or closed the queue.
        if (closed) throw closedError()
        if (size < capacity) return append(item)
      }
      if (overflow === 'reject') {
        rejected++
        throw new MidstreamError('QUEUE_FULL', `queue ${stage} holds ${capacity} items, its limit`, {
          details: { stage, limit: capacity },
        })
      }
      if (overflow === 'drop-oldest') {
        const oldest = shift() as T
        dropped++
        // Before the observer runs: it may push, and must find the queue full again.
        append(item)
        options.onDrop?.(oldest)
        return
      }
      return new Promise<void>((resolve, reject) => {
        const producer: WaitingProducer<T> = { item, resolve, reject, next: undefined }
        if (lastWaiting === undefined) firstWaiting = producer
        else lastWaiting.next = producer
        lastWaiting = producer
        waiting++
      })
    },
    shift,
    toArray() {
      return Array.from({ length: size }, (_, i) => ring[(head + i) % capacity] as T)
    },
    close() {
      closed = true
      for (let producer = firstWaiting; producer !== undefined; producer = producer.next) {
        producer.reject(closedError())
      }
      firstWaiting = undefined
      lastWaiting = undefined
      waiting = 0
      reader?.({ value: undefined, done: true })
      reader = undefined
    },
    [Symbol.asyncIterator]() {
      return {
        next(): Promise<IteratorResult<T>> {
          if (size > 0) return Promise.resolve({ value: shift() as T, done: false })
          if (closed) return Promise.resolve({ value: undefined, done: true })
          if (reader !== undefined) {
            return Promise.reject(new TypeError(`queue ${stage} already has a waiting reader`))
          }
          return new Promise((resolve) => {
            reader = resolve
          })
        },
      }
    },
  }
}
