import { BUCKET, NEXT, PREVIOUS, type SlotTable } from './slot-table.ts'

/**
 * Slots by the tick at which they are due: a hierarchical timing wheel (Varghese and Lauck, SOSP 1987, scheme 7)
 * of five levels with 64 buckets. A slot lies at the level of the highest bit in which its tick differs from
 * the current one, so a bucket never holds two turns of the wheel, and all slots of one tick are always in the
 * same bucket, in the order in which they came. Ticks beyond 2^30 wait in a list of their own.
 */
export interface Wheel {
  readonly table: SlotTable
  /** First and last slot of each bucket, side by side; -1 when it is empty. The last bucket is the far list. */
  readonly ends: Int32Array
  /** Two words of 32 bits for each level: which buckets hold something. */
  readonly bits: Int32Array
  /** Tick at which the wheel's turn began: a multiple of 2^30. */
  base: number
  /** Ticks since `base` that are done with. */
  elapsed: number
  size: number
  advancing: boolean
}

const LEVELS = 5
const FAR = LEVELS * 64
const SPAN = 2 ** (6 * LEVELS)

export function createWheel(table: SlotTable, tick: number): Wheel {
  const base = Math.floor(tick / SPAN) * SPAN
  return {
    table,
    ends: new Int32Array((FAR + 1) * 2).fill(-1),
    bits: new Int32Array(LEVELS * 2),
    base,
    elapsed: tick - base,
    size: 0,
    advancing: false,
  }
}

/**
 * Adds a slot that is due at `tick`. A tick that is over counts as the current one; while the wheel advances, as
 * the one after it, so that a timer that starts itself again cannot hold the wheel. O(1).
 */
export function wheelAdd(wheel: Wheel, slot: number, tick: number): void {
  wheel.size++
  place(wheel, slot, tick, wheel.advancing ? wheel.elapsed + 1 : wheel.elapsed)
}

function place(wheel: Wheel, slot: number, tick: number, earliest: number): void {
  const { ends, bits, elapsed } = wheel
  const { i } = wheel.table
  const relative = tick - wheel.base
  const due = Math.max(relative, earliest)
  let bucket = FAR
  if (due < SPAN) {
    const level = ((31 - Math.clz32((due ^ elapsed) | 63)) / 6) | 0
    const index = (due >>> (level * 6)) & 63
    bucket = level * 64 + index
    bits[level * 2 + (index >> 5)]! |= 1 << (index & 31)
  }
  const tail = ends[bucket * 2 + 1]!
  i[slot * 16 + BUCKET] = bucket
  i[slot * 16 + NEXT] = -1
  i[slot * 16 + PREVIOUS] = tail
  if (tail >= 0) i[tail * 16 + NEXT] = slot
  else ends[bucket * 2] = slot
  ends[bucket * 2 + 1] = slot
}

/** Removes a slot that is in the wheel. O(1). */
export function wheelRemove(wheel: Wheel, slot: number): void {
  const { ends } = wheel
  const { i } = wheel.table
  const bucket = i[slot * 16 + BUCKET]!
  const next = i[slot * 16 + NEXT]!
  const previous = i[slot * 16 + PREVIOUS]!
  if (previous >= 0) i[previous * 16 + NEXT] = next
  else ends[bucket * 2] = next
  if (next >= 0) i[next * 16 + PREVIOUS] = previous
  else ends[bucket * 2 + 1] = previous
  if (ends[bucket * 2]! < 0 && bucket < FAR) clearBit(wheel, bucket)
  wheel.size--
}

function clearBit({ bits }: Wheel, bucket: number): void {
  bits[(bucket >> 6) * 2 + ((bucket >> 5) & 1)]! &= ~(1 << (bucket & 31))
}

/** The first bucket that holds something, or FAR. Lower levels are always earlier. O(levels). */
function firstBucket({ bits }: Wheel): number {
  for (let word = 0; word < LEVELS * 2; word++) {
    const set = bits[word]!
    if (set !== 0) return word * 32 + 31 - Math.clz32(set & -set)
  }
  return FAR
}

/** Ticks from `base` to the start of a bucket: the higher digits are those of the current tick. */
function startOf(wheel: Wheel, bucket: number): number {
  const shift = (bucket >> 6) * 6
  return (wheel.elapsed & -(64 << shift)) + ((bucket & 63) << shift)
}

/**
 * The earliest tick at which something may be due; exact within 64 ticks, else a lower bound at which
 * `wheelAdvance` should be called. Infinity when the wheel is empty.
 */
export function wheelNext(wheel: Wheel): number {
  if (wheel.size === 0) return Infinity
  const bucket = firstBucket(wheel)
  return wheel.base + (bucket === FAR ? SPAN : startOf(wheel, bucket))
}

/**
 * Moves time to `tick` and hands every slot that is due to `expire`, by tick, then in the order in which they
 * were added. The slot is no longer in the wheel then, and `expire` may add and remove others. `dueTick` tells
 * the tick of a slot. Amortised O(levels) for each slot, O(1) for time in which nothing is due.
 */
export function wheelAdvance(
  wheel: Wheel,
  tick: number,
  dueTick: (slot: number) => number,
  expire: (slot: number) => void,
): void {
  wheel.advancing = true
  try {
    for (let next = wheelNext(wheel); next <= tick; next = wheelNext(wheel)) {
      const bucket = firstBucket(wheel)
      if (bucket === FAR) {
        wheel.base += SPAN
        wheel.elapsed = 0
      } else wheel.elapsed = next - wheel.base
      if (bucket < 64) expireBucket(wheel, bucket, expire)
      else moveBucket(wheel, bucket, dueTick)
    }
  } finally {
    wheel.advancing = false
  }
  // What is left is due later; when that is in another turn, the far list would have been moved above.
  if (tick - wheel.base >= SPAN) wheel.base = Math.floor(tick / SPAN) * SPAN
  else if (tick - wheel.base <= wheel.elapsed) return
  wheel.elapsed = tick - wheel.base
}

function expireBucket(wheel: Wheel, bucket: number, expire: (slot: number) => void): void {
  // One at a time: `expire` may remove the next one, and may add to this very bucket.
  for (let slot = wheel.ends[bucket * 2]!; slot >= 0; slot = wheel.ends[bucket * 2]!) {
    wheelRemove(wheel, slot)
    expire(slot)
  }
}

function moveBucket(wheel: Wheel, bucket: number, dueTick: (slot: number) => number): void {
  const { ends } = wheel
  const { i } = wheel.table
  let slot = ends[bucket * 2]!
  ends[bucket * 2] = -1
  ends[bucket * 2 + 1] = -1
  if (bucket < FAR) clearBit(wheel, bucket)
  while (slot >= 0) {
    const next = i[slot * 16 + NEXT]!
    place(wheel, slot, dueTick(slot), wheel.elapsed)
    slot = next
  }
}
