import type { Match, MatcherSink } from './pattern.ts'

/** A match, or an attempt that was given up. */
interface Decision {
  readonly pattern: number
  readonly id: string
  readonly start: number
  readonly end: number
  /** Undefined for an overflow. */
  readonly text: string | undefined
}

/** Decisions that wait until nothing before them can come. */
export interface DecisionQueue {
  add(decision: Decision): void
  /** Hands over, in order, what starts before `cleared`. */
  deliver(cleared: number): void
  readonly waiting: readonly Decision[]
}

export function createDecisionQueue(sink: MatcherSink): DecisionQueue {
  const waiting: Decision[] = []

  return {
    waiting,
    add(decision) {
      // Decisions arrive nearly in order: insert from the back. At equal spans an overflow comes last.
      let at = waiting.length
      while (at > 0 && compare(waiting[at - 1]!, decision) > 0) at--
      waiting.splice(at, 0, decision)
    },
    deliver(cleared) {
      let count = 0
      while (count < waiting.length && waiting[count]!.start < cleared) count++
      // Taken out first: a sink that throws must not see a decision twice.
      for (const { pattern, id, start, end, text } of waiting.splice(0, count)) {
        if (text === undefined) sink.overflow(id, start, end)
        else sink.match({ pattern, id, start, end, text } satisfies Match)
      }
    },
  }
}

function compare(a: Decision, b: Decision): number {
  if (a.start !== b.start) return a.start - b.start
  if (a.end !== b.end) return a.end - b.end
  if (a.pattern !== b.pattern) return a.pattern - b.pattern
  return (a.text === undefined ? 1 : 0) - (b.text === undefined ? 1 : 0)
}
