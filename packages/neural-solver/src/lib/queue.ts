/** First in, first out. The shift of a list moves all its elements once it is long; this one does not. */
export interface Queue<T> {
  readonly size: number
  /** Element from the front, 0 the oldest. */
  at(index: number): T | undefined
  /** Adds at the end and returns the size. */
  push(value: T): number
  /** Takes the newest. */
  pop(): void
  /** Takes the oldest. Amortised O(1). */
  shift(): T | undefined
}

export function createQueue<T>(): Queue<T> {
  let values: T[] = []
  let head = 0
  return {
    get size() {
      return values.length - head
    },
    at: (index) => values[head + index],
    push: (value) => values.push(value) - head,
    pop() {
      if (values.length > head) values.pop()
    },
    shift() {
      if (head === values.length) return undefined
      const value = values[head++]
      if (head > 32 && head * 2 > values.length) {
        values = values.slice(head)
        head = 0
      }
      return value
    },
  }
}
