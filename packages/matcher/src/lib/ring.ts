/** The last code units of a text, by absolute position. Grows to what is held, never shrinks. */
export interface Ring {
  units: Uint16Array
  /** Capacity minus one; the capacity is a power of two. */
  mask: number
}

const FIRST_UNITS = 256
const SHORT_UNITS = 64

export function createRing(): Ring {
  return { units: new Uint16Array(FIRST_UNITS), mask: FIRST_UNITS - 1 }
}

/** Makes room so that positions `from` (kept) to `to` (exclusive) fit at once. */
export function reserve(ring: Ring, from: number, kept: number, to: number): void {
  let capacity = ring.mask + 1
  if (to - from <= capacity) return
  while (capacity < to - from) capacity *= 2
  const units = new Uint16Array(capacity)
  for (let p = from; p < kept; p++) units[p & (capacity - 1)] = ring.units[p & ring.mask]!
  ring.units = units
  ring.mask = capacity - 1
}

/** The text between two positions that the ring still holds. */
export function ringText(ring: Ring, start: number, end: number): string {
  const { units, mask } = ring
  if (end - start <= SHORT_UNITS) {
    // Most matches: eight arguments at once cost half of what a view and `apply` do.
    let text = ''
    let p = start
    for (; p + 8 <= end; p += 8) {
      text += String.fromCharCode(
        units[p & mask]!,
        units[(p + 1) & mask]!,
        units[(p + 2) & mask]!,
        units[(p + 3) & mask]!,
        units[(p + 4) & mask]!,
        units[(p + 5) & mask]!,
        units[(p + 6) & mask]!,
        units[(p + 7) & mask]!,
      )
    }
    for (; p < end; p++) text += String.fromCharCode(units[p & mask]!)
    return text
  }
  let text = ''
  // Pieces short enough to be arguments; a piece may not wrap around.
  for (let p = start; p < end; ) {
    const at = p & mask
    const length = Math.min(end - p, mask + 1 - at, 4096)
    text += String.fromCharCode.apply(null, units.subarray(at, at + length) as unknown as number[])
    p += length
  }
  return text
}
