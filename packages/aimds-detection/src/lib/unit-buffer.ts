/** Code units of a derived text, each with the span of the source that it came from. */
export interface UnitBuffer {
  length: number
  units: Uint16Array
  /** First code unit of the source. */
  starts: Int32Array
  /** One past the last. */
  ends: Int32Array
}

export function createUnitBuffer(capacity: number): UnitBuffer {
  return {
    length: 0,
    units: new Uint16Array(capacity),
    starts: new Int32Array(capacity),
    ends: new Int32Array(capacity),
  }
}

function grow(buffer: UnitBuffer): void {
  const { units, starts, ends } = buffer
  const capacity = units.length * 2
  buffer.units = new Uint16Array(capacity)
  buffer.units.set(units)
  buffer.starts = new Int32Array(capacity)
  buffer.starts.set(starts)
  buffer.ends = new Int32Array(capacity)
  buffer.ends.set(ends)
}

export function appendUnit(buffer: UnitBuffer, unit: number, start: number, end: number): void {
  const at = buffer.length
  if (at === buffer.units.length) grow(buffer)
  buffer.units[at] = unit
  buffer.starts[at] = start
  buffer.ends[at] = end
  buffer.length = at + 1
}

/** Arguments that one call of `String.fromCharCode` gets; engines limit them. */
const BLOCK = 4096

/** Up to here single calls beat one with a list of arguments (measured with Node 24). */
const SHORT = 16

/** The units from `from` to `to` as a text. */
export function textOf({ units, length }: UnitBuffer, from = 0, to: number = length): string {
  let text = ''
  let at = from
  if (to - from <= SHORT) {
    for (; at + 4 <= to; at += 4) {
      text += String.fromCharCode(units[at]!, units[at + 1]!, units[at + 2]!, units[at + 3]!)
    }
    for (; at < to; at += 1) text += String.fromCharCode(units[at]!)
    return text
  }
  for (; at < to; at += BLOCK) {
    const block = units.subarray(at, Math.min(at + BLOCK, to))
    text += String.fromCharCode.apply(null, block as unknown as number[])
  }
  return text
}
