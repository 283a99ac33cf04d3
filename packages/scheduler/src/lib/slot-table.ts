/**
 * The tasks of one scheduler, as records of 64 bytes in one buffer: a task costs one cache line and no object.
 * The same buffer is read as doubles (`f`, 8 a record) and as 32-bit integers (`i`, 16 a record).
 *
 * | doubles | meaning                                                | integers | meaning                        |
 * | ------- | ------------------------------------------------------ | -------- | ------------------------------ |
 * | 0       | id of the task; of the next task while the slot is free | 8        | place in its heap               |
 * | 1       | key, by which the policy orders it                     | 9        | place in the heap of the worst |
 * | 2       | release, ms                                            | 10, 11   | next and previous in a list    |
 * | 3       | deadline, ms; Infinity without one                     | 12, 13   | next and previous by age       |
 * |         |                                                        | 14       | state, level and flags         |
 * |         |                                                        | 15       | list (bucket) it is in         |
 */
export interface SlotTable {
  /** Distance between two ids of one slot: a power of two, at least the number of slots. */
  readonly stride: number
  /** Slots at most. */
  readonly limit: number
  f: Float64Array
  i: Int32Array
  /** `run` and `arg` of each slot, side by side. */
  refs: unknown[]
  /** First slot of the list of those given back, linked by NEXT; -1 when there is none. */
  free: number
  /** From here on, slots are free and in no list. Starts over when the table is empty: neighbours are fast. */
  fresh: number
  used: number
}

export const ID = 0
export const KEY = 1
export const RELEASE = 2
export const DEADLINE = 3
export const PLACE = 8
export const WORST_PLACE = 9
export const NEXT = 10
export const PREVIOUS = 11
export const NEWER = 12
export const OLDER = 13
export const STATUS = 14
export const BUCKET = 15

/** Low bits of STATUS. */
export const STATE_MASK = 3
export const FREE = 0
export const WAITING = 1
export const READY = 2
/** Between the wheel and the ready queue, in neither: observers are being asked to make room. */
export const MOVING = 3
/** STATUS has the level of a task in five bits from here. */
export const LEVEL_SHIFT = 2
export const LEVEL_MASK = 31
/** The task has an entry in the scheduler's map of rare properties. */
export const EXTRA = 128

const FIRST_SLOTS = 64

/** A table that grows up to `limit` slots. Memory: 64 bytes and two references for each slot ever in use. */
export function createSlotTable(limit: number): SlotTable {
  const stride = 2 ** Math.ceil(Math.log2(limit))
  const table: SlotTable = {
    stride,
    limit,
    f: new Float64Array(0),
    i: new Int32Array(0),
    refs: [],
    free: -1,
    fresh: 0,
    used: 0,
  }
  grow(table, Math.min(limit, FIRST_SLOTS))
  return table
}

function grow(table: SlotTable, slots: number): void {
  const first = table.f.length >> 3
  const buffer = new ArrayBuffer(slots * 64)
  const f = new Float64Array(buffer)
  f.set(table.f)
  for (let slot = first; slot < slots; slot++) f[slot * 8 + ID] = slot + 1
  table.f = f
  table.i = new Int32Array(buffer)
  // Packed, not holey: every element is written in order.
  for (let k = first * 2; k < slots * 2; k++) table.refs.push(undefined)
}

/** Takes a free slot. The caller has checked that fewer than `limit` are used. O(1), amortised over growth. */
export function takeSlot(table: SlotTable): number {
  table.used++
  const slot = table.free
  if (slot >= 0) {
    table.free = table.i[slot * 16 + NEXT]!
    return slot
  }
  const slots = table.f.length >> 3
  if (table.fresh === slots) grow(table, Math.min(table.limit, slots * 2))
  return table.fresh++
}

/** Gives a slot back. Its id becomes invalid here: the next task in it has another one. */
export function freeSlot(table: SlotTable, slot: number): void {
  const { i, f, refs } = table
  f[slot * 8 + ID]! += table.stride
  i[slot * 16 + STATUS] = FREE
  refs[slot * 2] = undefined
  refs[slot * 2 + 1] = undefined
  if (--table.used === 0) {
    table.free = -1
    table.fresh = 0
  } else {
    i[slot * 16 + NEXT] = table.free
    table.free = slot
  }
}

/** The slot of a task that is still there, or -1. Ids are unique up to 2^53, then no longer. */
export function slotOf(table: SlotTable, id: number): number {
  // A stride is a power of two, and `&` keeps the low 32 bits of any integer below 2^53.
  const slot = (id - 1) & (table.stride - 1)
  if (slot * 8 >= table.f.length || table.f[slot * 8 + ID] !== id) return -1
  return (table.i[slot * 16 + STATUS]! & STATE_MASK) === FREE ? -1 : slot
}
