import { createLadder, type Ladder, ladderPop, ladderPush, ladderRemove } from './ladder.ts'
import { createSlotHeap, heapPush, heapRemove, type SlotHeap } from './slot-heap.ts'
import {
  BUCKET,
  KEY,
  LEVEL_MASK,
  LEVEL_SHIFT,
  NEWER,
  NEXT,
  OLDER,
  PLACE,
  PREVIOUS,
  type SlotTable,
  STATUS,
  WORST_PLACE,
} from './slot-table.ts'

/**
 * The tasks that may run, in 32 levels. The lowest level that is not empty goes first; in a level the smallest
 * key, then the first released. Tasks without a key (Infinity) stand in a list behind those with one.
 */
export interface ReadyQueue {
  readonly table: SlotTable
  readonly levels: readonly Level[]
  /** Bit n is set when level n holds something. */
  bits: number
  size: number
  /** Number of the next entry into a heap of the worst. */
  order: number
  /** Whether the task that would run last can be found, and the one released first. */
  readonly findsWorst: boolean
  readonly findsOldest: boolean
  oldest: number
  newest: number
}

interface Level {
  readonly keyed: Ladder
  /** The same slots, the last to run first. Filled only when the queue finds the worst. */
  readonly worst: SlotHeap
  head: number
  tail: number
}

/** BUCKET of a slot that stands in the list of its level; the ladder has others. */
const IN_LIST = -2

export function createReadyQueue(table: SlotTable, findsWorst: boolean, findsOldest: boolean): ReadyQueue {
  const levels = Array.from({ length: 32 }, () => ({
    keyed: createLadder(PLACE),
    worst: createSlotHeap(WORST_PLACE),
    head: -1,
    tail: -1,
  }))
  return { table, levels, bits: 0, size: 0, order: 0, findsWorst, findsOldest, oldest: -1, newest: -1 }
}

/** Adds a slot whose STATUS has the level. O(log n), O(1) without a key. */
export function readyPush(queue: ReadyQueue, slot: number, levelIndex: number, key: number): void {
  const { table } = queue
  const level = queue.levels[levelIndex]!
  if (key === Infinity) append(table.i, level, slot)
  else {
    table.f[slot * 8 + KEY] = key
    ladderPush(level.keyed, table, slot, key)
    if (queue.findsWorst) heapPush(level.worst, table, slot, -key, -queue.order++)
  }
  if (queue.findsOldest) appendByAge(queue, slot)
  queue.bits |= 1 << levelIndex
  queue.size++
}

/** Takes the slot that goes first. The queue is not empty. O(log n), O(1) without a key. */
export function readyPop(queue: ReadyQueue): number {
  const levelIndex = 31 - Math.clz32(queue.bits & -queue.bits)
  const level = queue.levels[levelIndex]!
  let slot: number
  if (level.keyed.size > 0) {
    slot = ladderPop(level.keyed, queue.table)
    if (queue.findsWorst) heapRemove(level.worst, queue.table, slot)
  } else {
    slot = level.head
    unlink(queue.table.i, level, slot)
  }
  left(queue, level, levelIndex, slot)
  return slot
}

/** Removes a slot from anywhere. O(log n). */
export function readyRemove(queue: ReadyQueue, slot: number): void {
  const { table } = queue
  const levelIndex = (table.i[slot * 16 + STATUS]! >> LEVEL_SHIFT) & LEVEL_MASK
  const level = queue.levels[levelIndex]!
  if (table.i[slot * 16 + BUCKET] === IN_LIST) unlink(table.i, level, slot)
  else {
    ladderRemove(level.keyed, table, slot)
    if (queue.findsWorst) heapRemove(level.worst, table, slot)
  }
  left(queue, level, levelIndex, slot)
}

/** The slot that would run last. The queue is not empty and finds the worst. O(1). */
export function readyWorst(queue: ReadyQueue): number {
  const level = queue.levels[31 - Math.clz32(queue.bits)]!
  return level.tail >= 0 ? level.tail : level.worst.slots[0]!
}

/** Whether a new task of this level and key would run after the worst one. */
export function runsAfterWorst(queue: ReadyQueue, levelIndex: number, key: number): boolean {
  const worstLevel = 31 - Math.clz32(queue.bits)
  if (levelIndex !== worstLevel) return levelIndex > worstLevel
  const level = queue.levels[worstLevel]!
  return key >= (level.tail >= 0 ? Infinity : -level.worst.keys[0]!)
}

function left(queue: ReadyQueue, level: Level, levelIndex: number, slot: number): void {
  if (queue.findsOldest) unlinkByAge(queue, slot)
  if (level.keyed.size === 0 && level.head < 0) queue.bits &= ~(1 << levelIndex)
  queue.size--
}

function append(i: Int32Array, level: Level, slot: number): void {
  i[slot * 16 + BUCKET] = IN_LIST
  i[slot * 16 + NEXT] = -1
  i[slot * 16 + PREVIOUS] = level.tail
  if (level.tail >= 0) i[level.tail * 16 + NEXT] = slot
  else level.head = slot
  level.tail = slot
}

function unlink(i: Int32Array, level: Level, slot: number): void {
  const next = i[slot * 16 + NEXT]!
  const previous = i[slot * 16 + PREVIOUS]!
  if (previous >= 0) i[previous * 16 + NEXT] = next
  else level.head = next
  if (next >= 0) i[next * 16 + PREVIOUS] = previous
  else level.tail = previous
}

function appendByAge(queue: ReadyQueue, slot: number): void {
  const { i } = queue.table
  i[slot * 16 + NEWER] = -1
  i[slot * 16 + OLDER] = queue.newest
  if (queue.newest >= 0) i[queue.newest * 16 + NEWER] = slot
  else queue.oldest = slot
  queue.newest = slot
}

function unlinkByAge(queue: ReadyQueue, slot: number): void {
  const { i } = queue.table
  const newer = i[slot * 16 + NEWER]!
  const older = i[slot * 16 + OLDER]!
  if (older >= 0) i[older * 16 + NEWER] = newer
  else queue.oldest = newer
  if (newer >= 0) i[newer * 16 + OLDER] = older
  else queue.newest = older
}
