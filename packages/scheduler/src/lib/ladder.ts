import { createSlotHeap, heapPop, heapPush, heapRemove, type SlotHeap } from './slot-heap.ts'
import { BUCKET, KEY, NEXT, PREVIOUS, type SlotTable } from './slot-table.ts'

/**
 * Slots by (key, order of arrival), after the ladder queue of Tang, Goh and Thng (ACM TOMACS 15(3), 2005): what
 * is far stays unsorted and is sorted by distribution when its turn comes; only what is near lies in a heap.
 *
 * New slots go to the far list. When the near heap is empty, the far list is spread over the 64 buckets of a
 * rung, by key; the first bucket that holds something is opened: a small one moves into the heap, a large one
 * is spread over a further rung. The bucket of a key is a monotone function of it, rounding or not, so a
 * smaller key is never in a later place, and equal keys are always in the same place, in the order in which
 * they came.
 *
 * Amortised O(1) for keys that spread; O(log n) when they do not, since a bucket that cannot be spread any
 * further becomes a heap.
 */
export interface Ladder {
  readonly near: SlotHeap
  size: number
  /** Rungs in use; the last one is the finest. */
  rungs: number
  /** Bucket of a key on a rung: (key − base) × scale. */
  readonly bases: Float64Array
  readonly scales: Float64Array
  /** The bucket of each rung that is open: what belongs before it is near, what belongs into it is further down. */
  readonly opened: Int32Array
  /** Two words for each rung: which buckets hold something. */
  readonly bits: Int32Array
  /** First and last slot of each bucket, side by side; the last bucket is the far list. */
  readonly ends: Int32Array
  readonly counts: Int32Array
  /** Number of the next slot that enters the heap. */
  order: number
  /** Without a rung, keys up to this one are near. Nothing in the far list is below it, now or later. */
  limit: number
  /** Bounds of the keys in the far list. */
  farLeast: number
  farGreatest: number
}

const RUNGS = 4
const FAR = RUNGS * 64
/** BUCKET of a slot in the heap. */
const IN_HEAP = -1
/** A bucket of up to this many slots moves into the heap: the best of 2, 4, 8, 16, 32 and 64 in the benchmark. */
const SMALL = 8
/** The greatest key belongs into the last bucket, not after it. */
const BELOW_64 = 64 * (1 - 2 ** -40)

export function createLadder(place: number): Ladder {
  return {
    near: createSlotHeap(place),
    size: 0,
    rungs: 0,
    bases: new Float64Array(RUNGS),
    scales: new Float64Array(RUNGS),
    opened: new Int32Array(RUNGS),
    bits: new Int32Array(RUNGS * 2),
    ends: new Int32Array((FAR + 1) * 2).fill(-1),
    counts: new Int32Array(FAR + 1),
    order: 0,
    limit: -Infinity,
    farLeast: Infinity,
    farGreatest: -Infinity,
  }
}

/** Adds a slot whose KEY is set, and finite. */
export function ladderPush(ladder: Ladder, table: SlotTable, slot: number, key: number): void {
  ladder.size++
  const { rungs, bases, scales, opened } = ladder
  if (rungs === 0) {
    if (key > ladder.limit) appendFar(ladder, table.i, slot, key)
    else pushNear(ladder, table, slot, key)
    return
  }
  for (let rung = 0; rung < rungs; rung++) {
    const at = (key - bases[rung]!) * scales[rung]!
    if (at >= 64 && rung === 0) {
      appendFar(ladder, table.i, slot, key)
      return
    }
    const index = at < 0 ? -1 : at >= 63 ? 63 : at | 0
    if (index > opened[rung]!) {
      appendToBucket(ladder, table.i, slot, rung * 64 + index)
      return
    }
    if (index < opened[rung]!) break
  }
  pushNear(ladder, table, slot, key)
}

/** Takes the first slot. The ladder is not empty. */
export function ladderPop(ladder: Ladder, table: SlotTable): number {
  const { near } = ladder
  let slot = -1
  while (near.size === 0 && slot < 0) slot = open(ladder, table)
  if (slot < 0) slot = heapPop(near, table)
  if (--ladder.size === 0) restart(ladder)
  return slot
}

/** Removes a slot that is in the ladder. */
export function ladderRemove(ladder: Ladder, table: SlotTable, slot: number): void {
  const bucket = table.i[slot * 16 + BUCKET]!
  if (bucket === IN_HEAP) heapRemove(ladder.near, table, slot)
  else unlink(ladder, table.i, slot, bucket)
  if (--ladder.size === 0) restart(ladder)
}

function restart(ladder: Ladder): void {
  ladder.rungs = 0
  ladder.limit = -Infinity
  ladder.farLeast = Infinity
  ladder.farGreatest = -Infinity
}

function pushNear(ladder: Ladder, table: SlotTable, slot: number, key: number): void {
  table.i[slot * 16 + BUCKET] = IN_HEAP
  heapPush(ladder.near, table, slot, key, ladder.order++)
}

function appendFar(ladder: Ladder, i: Int32Array, slot: number, key: number): void {
  if (key < ladder.farLeast) ladder.farLeast = key
  if (key > ladder.farGreatest) ladder.farGreatest = key
  append(ladder, i, slot, FAR)
}

function appendToBucket(ladder: Ladder, i: Int32Array, slot: number, bucket: number): void {
  ladder.bits[bucket >> 5]! |= 1 << (bucket & 31)
  append(ladder, i, slot, bucket)
}

function append({ ends, counts }: Ladder, i: Int32Array, slot: number, bucket: number): void {
  const tail = ends[bucket * 2 + 1]!
  i[slot * 16 + BUCKET] = bucket
  i[slot * 16 + NEXT] = -1
  i[slot * 16 + PREVIOUS] = tail
  if (tail >= 0) i[tail * 16 + NEXT] = slot
  else ends[bucket * 2] = slot
  ends[bucket * 2 + 1] = slot
  counts[bucket]!++
}

function unlink(ladder: Ladder, i: Int32Array, slot: number, bucket: number): void {
  const { ends, counts, bits } = ladder
  const next = i[slot * 16 + NEXT]!
  const previous = i[slot * 16 + PREVIOUS]!
  if (previous >= 0) i[previous * 16 + NEXT] = next
  else ends[bucket * 2] = next
  if (next >= 0) i[next * 16 + PREVIOUS] = previous
  else ends[bucket * 2 + 1] = previous
  if (--counts[bucket]! === 0 && bucket < FAR) bits[bucket >> 5]! &= ~(1 << (bucket & 31))
}

/**
 * Opens the next bucket, or leaves a rung that is done with. When the bucket holds a single slot, takes it out and
 * gives it: it goes first, and need not pass through the heap. Otherwise -1.
 */
function open(ladder: Ladder, table: SlotTable): number {
  const { rungs, bits } = ladder
  if (rungs === 0) {
    const { farLeast, farGreatest } = ladder
    ladder.farLeast = Infinity
    ladder.farGreatest = -Infinity
    spread(ladder, table, FAR, farLeast, farGreatest)
    return -1
  }
  const word = (rungs - 1) * 2
  const set = bits[word] !== 0 ? bits[word]! : bits[word + 1]!
  if (set === 0) {
    ladder.rungs--
    return -1
  }
  const index = (bits[word] !== 0 ? 31 : 63) - Math.clz32(set & -set)
  ladder.opened[rungs - 1] = index
  const bucket = (rungs - 1) * 64 + index
  if (ladder.counts[bucket] === 1) return detach(ladder, bucket)
  openBucket(ladder, table, bucket)
  return -1
}

function openBucket(ladder: Ladder, table: SlotTable, bucket: number): void {
  if (ladder.counts[bucket]! <= SMALL || ladder.rungs === RUNGS) {
    moveNear(ladder, table, bucket)
    return
  }
  const { i, f } = table
  let least = Infinity
  let greatest = -Infinity
  for (let slot = ladder.ends[bucket * 2]!; slot >= 0; slot = i[slot * 16 + NEXT]!) {
    const key = f[slot * 8 + KEY]!
    if (key < least) least = key
    if (key > greatest) greatest = key
  }
  spread(ladder, table, bucket, least, greatest)
}

/** Empties a bucket and gives its first slot. */
function detach({ ends, counts, bits }: Ladder, bucket: number): number {
  const first = ends[bucket * 2]!
  ends[bucket * 2] = -1
  ends[bucket * 2 + 1] = -1
  counts[bucket] = 0
  if (bucket < FAR) bits[bucket >> 5]! &= ~(1 << (bucket & 31))
  return first
}

function moveNear(ladder: Ladder, table: SlotTable, bucket: number): void {
  const { i, f } = table
  for (let slot = detach(ladder, bucket); slot >= 0; slot = i[slot * 16 + NEXT]!) {
    pushNear(ladder, table, slot, f[slot * 8 + KEY]!)
  }
}

/** Spreads a bucket over a new rung, or moves it into the heap when its keys do not differ enough. */
function spread(ladder: Ladder, table: SlotTable, bucket: number, least: number, greatest: number): void {
  const scale = BELOW_64 / (greatest - least)
  if (!(scale > 0 && scale < Infinity)) {
    // Without a rung there is no bucket to tell near from far: then the greatest key does.
    if (ladder.rungs === 0) ladder.limit = greatest
    moveNear(ladder, table, bucket)
    return
  }
  const rung = ladder.rungs++
  const { i, f } = table
  ladder.bases[rung] = least
  ladder.scales[rung] = scale
  ladder.opened[rung] = -1
  let slot = detach(ladder, bucket)
  while (slot >= 0) {
    const next = i[slot * 16 + NEXT]!
    const at = (f[slot * 8 + KEY]! - least) * scale
    appendToBucket(ladder, i, slot, rung * 64 + (at < 0 ? 0 : at >= 63 ? 63 : at | 0))
    slot = next
  }
}
