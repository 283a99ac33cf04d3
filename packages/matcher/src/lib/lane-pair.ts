import { type ExpressionLane, move } from './expression-lane.ts'
import { MOVES_MASK, OP_BITS, SLOT_MASK } from './lazy-dfa.ts'
import type { Ring } from './ring.ts'

/** Whether the next code units of a lane need no decisions, only table look-ups. */
function isQuiet(lane: ExpressionLane): boolean {
  return lane.candidates.length === 0 && lane.state.generation === lane.search.generation
}

/** Position at which the oldest attempt of a lane reaches the bound. */
function boundOf(lane: ExpressionLane, position: number): number {
  return (lane.state.rankCount > 0 ? lane.starts[1]! : position) + lane.maxHoldChars
}

/**
 * Runs two lanes side by side from `from` up to the first code unit where one of them leaves its table, at most
 * to `to`; returns how far it came. Their look-ups do not depend on each other, so the processor overlaps them:
 * two automata with small tables then cost about as much as one. The result is the same as that of running the
 * lanes one after the other.
 */
export function scanPair(a: ExpressionLane, b: ExpressionLane, ring: Ring, from: number, to: number): number {
  if (!isQuiet(a) || !isQuiet(b)) return from
  const stop = Math.min(to, boundOf(a, from), boundOf(b, from))
  // Copies: the engine reads an imported binding anew at each use.
  const opBits = OP_BITS
  const slotMask = SLOT_MASK
  const movesMask = MOVES_MASK
  const { units, mask } = ring
  const searchA = a.search
  const searchB = b.search
  const classA = a.classOf
  const classB = b.classOf
  const tableA = searchA.table
  const tableB = searchB.table
  const startsA = a.starts
  const startsB = b.starts
  let rowA = a.state.row
  let rowB = b.state.row
  let position = from
  while (position < stop) {
    const unit = units[position & mask]!
    const stepA = tableA[rowA + classA[unit]!]!
    const stepB = tableB[rowB + classB[unit]!]!
    if ((stepA | stepB) < 0) break
    rowA = stepA >>> opBits
    rowB = stepB >>> opBits
    if (((stepA | stepB) & movesMask) !== 0) {
      const movesA = stepA & movesMask
      const movesB = stepB & movesMask
      if (movesA !== 0) move(startsA, searchA.moveLists[movesA]!)
      if (movesB !== 0) move(startsB, searchB.moveLists[movesB]!)
    }
    startsA[stepA & slotMask] = position
    startsB[stepB & slotMask] = position
    position++
  }
  a.state = searchA.states[tableA[rowA + searchA.stride - 1]!]!
  b.state = searchB.states[tableB[rowB + searchB.stride - 1]!]!
  return position
}
