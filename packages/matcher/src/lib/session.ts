import { MidstreamError } from '@midstream/core'
import { createDecisionQueue } from './decision-queue.ts'
import {
  createExpressionLane,
  type ExpressionShard,
  endExpressions,
  expressionFrontier,
  runExpressions,
} from './expression-lane.ts'
import { scanPair } from './lane-pair.ts'
import { createLiteralLane, type LiteralShard, literalFrontier, runLiterals } from './literal-lane.ts'
import type { MatcherSession, MatcherSink } from './pattern.ts'
import { createRing, reserve } from './ring.ts'

/** Code units handled at once; bounds what a long push adds to the ring. */
const SLICE = 4096
/** Code units for which two lanes run alone after one of them had something to decide. */
const DETOUR = 32

/** Opens one text over the automata of a matcher. */
export function openSession(
  literalShards: readonly LiteralShard[],
  expressionShards: readonly ExpressionShard[],
  sink: MatcherSink,
): MatcherSession {
  const ring = createRing()
  const queue = createDecisionQueue(sink)
  const { waiting } = queue
  const literals = literalShards.map(createLiteralLane)
  const expressions = expressionShards.map(createExpressionLane)
  let position = 0
  let cleared = 0
  let ended = false

  function readSlice(text: string, from: number, to: number): void {
    const next = position + to - from
    // One code unit before the cleared offset stays: look-behind conditions ask about it.
    if (next - cleared >= ring.mask) reserve(ring, Math.max(0, cleared - 1), position, next)
    const { units, mask } = ring
    for (let i = from, p = position; i < to; i++, p++) units[p & mask] = text.charCodeAt(i)
    let frontier = next
    for (let i = 0; i < literals.length; i++) {
      const lane = literals[i]!
      runLiterals(lane, ring, position, next, queue)
      frontier = Math.min(frontier, literalFrontier(lane, next))
    }
    const first = expressions.length === 2 ? readPair(next) : 0
    for (let i = first; i < expressions.length; i++)
      runExpressions(expressions[i]!, ring, position, next, queue)
    for (let i = 0; i < expressions.length; i++) {
      frontier = Math.min(frontier, expressionFrontier(expressions[i]!, next))
    }
    position = next
    cleared = frontier
  }

  /** Runs the two lanes side by side as far as that goes, and one after the other for the code units between. */
  function readPair(next: number): 2 {
    const a = expressions[0]!
    const b = expressions[1]!
    for (let at = position; at < next; ) {
      at = scanPair(a, b, ring, at, next)
      if (at === next) break
      const until = Math.min(next, at + DETOUR)
      runExpressions(a, ring, at, until, queue)
      runExpressions(b, ring, at, until, queue)
      at = until
    }
    return 2
  }

  return {
    push(text) {
      if (ended) throw new MidstreamError('SESSION_ENDED', 'push after end')
      // Set until the work is done: what a validator or the sink throws ends the session.
      ended = true
      const { length } = text
      for (let from = 0; from < length; from += SLICE) {
        readSlice(text, from, Math.min(from + SLICE, length))
        if (waiting.length > 0) queue.deliver(cleared)
      }
      ended = false
      return cleared
    },
    end() {
      if (ended) return
      ended = true
      for (const lane of expressions) endExpressions(lane, ring, position, queue)
      cleared = position
      queue.deliver(Infinity)
    },
  }
}
