/** Producers that wait for room, in order of arrival, linked: leaving from the middle is O(1). */
export interface WaitingProducers {
  size: number
  /** Resolves with what `enter` returns once it is this producer's turn; rejects when the signal aborts first. */
  wait<T>(enter: () => T, signal: AbortSignal | undefined): Promise<T>
  /** Lets the first one enter, now. */
  admit(): void
  rejectAll(error: unknown): void
}

interface Producer {
  previous: Producer | undefined
  next: Producer | undefined
  enter(): void
  reject(error: unknown): void
}

export function createWaitingProducers(): WaitingProducers {
  let first: Producer | undefined
  let last: Producer | undefined

  function unlink(producer: Producer): void {
    if (producer.previous === undefined) first = producer.next
    else producer.previous.next = producer.next
    if (producer.next === undefined) last = producer.previous
    else producer.next.previous = producer.previous
    producers.size--
  }

  function append(producer: Producer): void {
    producer.previous = last
    if (last === undefined) first = producer
    else last.next = producer
    last = producer
    producers.size++
  }

  const producers: WaitingProducers = {
    size: 0,
    wait(enter, signal) {
      return new Promise((resolve, reject) => {
        signal?.throwIfAborted()
        function leave(): void {
          unlink(producer)
          signal?.removeEventListener('abort', onAbort)
        }
        function onAbort(): void {
          producer.reject(signal?.reason)
        }
        const producer: Producer = {
          previous: undefined,
          next: undefined,
          enter() {
            leave()
            try {
              resolve(enter())
            } catch (error) {
              reject(error)
            }
          },
          reject(error) {
            leave()
            reject(error)
          },
        }
        signal?.addEventListener('abort', onAbort, { once: true })
        append(producer)
      })
    },
    admit() {
      first?.enter()
    },
    rejectAll(error) {
      while (first !== undefined) first.reject(error)
    },
  }
  return producers
}
