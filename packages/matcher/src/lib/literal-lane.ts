import type { LiteralAutomaton } from './aho-corasick.ts'
import type { DecisionQueue } from './decision-queue.ts'
import { type Ring, ringText } from './ring.ts'

/** A literal without boundary conditions. */
export interface LaneLiteral {
  /** Index in the matcher. */
  readonly index: number
  readonly id: string
  readonly length: number
  readonly validate: ((match: string) => boolean) | undefined
}

/** Literals that share one automaton; shared by all sessions. */
export interface LiteralShard {
  readonly automaton: LiteralAutomaton
  readonly literals: readonly LaneLiteral[]
}

/** One session's state in one shard. */
export interface LiteralLane {
  readonly shard: LiteralShard
  row: number
  /** Where a literal may match next: the end of its last match. */
  readonly resumeAt: Map<number, number>
  /** End of the last match of any literal. */
  lastEnd: number
}

export function createLiteralLane(shard: LiteralShard): LiteralLane {
  return { shard, row: 0, resumeAt: new Map(), lastEnd: 0 }
}

/** Makes a lane as good as new, for another text. */
export function resetLiteralLane(lane: LiteralLane): void {
  lane.row = 0
  lane.resumeAt.clear()
  lane.lastEnd = 0
}

/** Earliest position at which an undecided match of this lane can start. */
export function literalFrontier(lane: LiteralLane, position: number): number {
  const { table, stride, openPrefix } = lane.shard.automaton
  const hold = table[lane.row + stride - 1]!
  if (hold === 0 || position - hold >= lane.lastEnd) return position - hold
  // A prefix began inside a match: it counts only for literals that this match does not rule out.
  return (
    position -
    openPrefix(lane.row, (literal, length) => position - length < (lane.resumeAt.get(literal) ?? 0))
  )
}

/** Reads the code units from `from` to `to` of the ring. All occurrences are decided when they end. */
export function runLiterals(
  lane: LiteralLane,
  ring: Ring,
  from: number,
  to: number,
  queue: DecisionQueue,
): void {
  const { table, classOf, firstAccept } = lane.shard.automaton
  const { units, mask } = ring
  let row = lane.row
  for (let position = from; position < to; position++) {
    row = table[row + classOf[units[position & mask]!]!]!
    if (row >= firstAccept) accept(lane, row, ring, position + 1, queue)
  }
  lane.row = row
}

function accept(lane: LiteralLane, row: number, ring: Ring, end: number, queue: DecisionQueue): void {
  const { automaton, literals } = lane.shard
  for (const literal of automaton.outputs[(row - automaton.firstAccept) / automaton.stride]!) {
    const { index, id, length, validate } = literals[literal]!
    const start = end - length
    if (start < (lane.resumeAt.get(literal) ?? 0)) continue
    const text = ringText(ring, start, end)
    if (validate !== undefined && !validate(text)) continue
    lane.resumeAt.set(literal, end)
    lane.lastEnd = end
    queue.add({ pattern: index, id, start, end, text })
  }
}
