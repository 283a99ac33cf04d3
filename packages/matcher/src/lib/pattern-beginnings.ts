import type { ExpressionShard } from './expression-lane.ts'
import type { Ring } from './ring.ts'

/** What is known about the code unit before a position. */
export function contextBefore(shard: ExpressionShard, ring: Ring, position: number): number {
  const { stepper, program } = shard
  if (position === 0) return stepper.startContext
  return stepper.contextOf[program.alphabet.classOf[ring.units[(position - 1) & ring.mask]!]!]!
}

const BEGINS = 1
const BEGINS_NOT = 2

/**
 * The first position from `from` on, or `to`, where a match of a pattern can begin by the code units on both sides.
 * Where a validator refused a candidate, every position in it is tried: most are ruled out here.
 */
export function nextBeginning(
  shard: ExpressionShard,
  pattern: number,
  ring: Ring,
  from: number,
  to: number,
): number {
  const { beginnings, program, stepper } = shard
  const { classOf, size } = program.alphabet
  const { contextOf } = stepper
  const { units, mask } = ring
  beginnings[pattern] ??= new Uint8Array(stepper.contextCount * (size + 1))
  const known = beginnings[pattern]
  let context = contextBefore(shard, ring, from)
  for (let at = from; at < to; at++) {
    const cls = classOf[units[at & mask]!]!
    const key = context * (size + 1) + cls
    if (known[key] === 0) known[key] = canBegin(shard, pattern, context, cls) ? BEGINS : BEGINS_NOT
    if (known[key] === BEGINS) return at
    context = contextOf[cls]!
  }
  return to
}

function canBegin({ anchored }: ExpressionShard, pattern: number, context: number, cls: number): boolean {
  const { next, accepts } = anchored.step(anchored.enter(pattern, context), cls)
  return next.rankCount > 0 || accepts !== undefined
}
