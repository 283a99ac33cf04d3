/** What waits in a queue: a report about a span, with a rank that breaks ties. */
export interface Queued {
  readonly start: number
  readonly end: number
  /** Decides between reports of the same span; equal reports may leave in any order. */
  readonly rank: number
}

/**
 * Puts the reports of several lanes in order. Each lane says from where on it may still report; a report
 * leaves when no lane can add one before it, so the order depends on the text alone.
 */
export interface FindingQueue<T extends Queued> {
  add(item: T): void
  /** Hands out, in order, what starts before `cleared`. */
  flush(cleared: number): void
}

function compare(a: Queued, b: Queued): number {
  return a.start - b.start || a.rank - b.rank || a.end - b.end
}

export function createFindingQueue<T extends Queued>(take: (item: T) => void): FindingQueue<T> {
  let waiting: T[] = []
  let sorted = true
  return {
    add(item) {
      const last = waiting.at(-1)
      if (last !== undefined && compare(last, item) > 0) sorted = false
      waiting.push(item)
    },
    flush(cleared) {
      if (waiting.length === 0) return
      if (!sorted) waiting.sort(compare)
      sorted = true
      let count = 0
      while (count < waiting.length && waiting[count]!.start < cleared) count += 1
      if (count === 0) return
      const ready = waiting.slice(0, count)
      waiting = waiting.slice(count)
      for (const item of ready) take(item)
    },
  }
}
