/**
 * A set of code points: inclusive ranges, flat (`[lo, hi, lo, hi, …]`), sorted, disjoint and not adjacent.
 * Code units use the same form.
 */
export type CodePointSet = readonly number[]

export const MAX_CODE_POINT = 0x10ffff

/** Sorts ranges and joins those that touch. O(n log n). */
export function normalizeSet(ranges: readonly number[]): CodePointSet {
  if (isNormal(ranges)) return ranges
  const pairs: [number, number][] = []
  for (let i = 0; i < ranges.length; i += 2) pairs.push([ranges[i]!, ranges[i + 1]!])
  pairs.sort((a, b) => a[0] - b[0])
  const out: number[] = []
  for (const [lo, hi] of pairs) {
    const last = out.length - 1
    if (last > 0 && lo <= out[last]! + 1) out[last] = Math.max(out[last]!, hi)
    else out.push(lo, hi)
  }
  return out
}

function isNormal(ranges: readonly number[]): boolean {
  for (let i = 2; i < ranges.length; i += 2) if (ranges[i]! <= ranges[i - 1]! + 1) return false
  return true
}

/** Every code point that is not in the set, lone surrogates included. */
export function negateSet(set: CodePointSet): CodePointSet {
  const out: number[] = []
  let next = 0
  for (let i = 0; i < set.length; i += 2) {
    if (set[i]! > next) out.push(next, set[i]! - 1)
    next = set[i + 1]! + 1
  }
  if (next <= MAX_CODE_POINT) out.push(next, MAX_CODE_POINT)
  return out
}

export function setContains(set: CodePointSet, value: number): boolean {
  for (let i = 0; i < set.length; i += 2) if (value >= set[i]! && value <= set[i + 1]!) return true
  return false
}

/** The part of the set between two code points, both included. */
export function clipSet(set: CodePointSet, lo: number, hi: number): CodePointSet {
  const out: number[] = []
  for (let i = 0; i < set.length; i += 2) {
    const from = Math.max(set[i]!, lo)
    const to = Math.min(set[i + 1]!, hi)
    if (from <= to) out.push(from, to)
  }
  return out
}

/** What a set is in UTF-16: single code units, and pairs of a range of high and a range of low surrogates. */
export interface Utf16Set {
  readonly units: CodePointSet
  readonly pairs: readonly { readonly high: CodePointSet; readonly low: CodePointSet }[]
}

const NO_PAIRS: Utf16Set['pairs'] = []
// The copies of a repeat ask again for the same set.
const splits = new WeakMap<CodePointSet, Utf16Set>()

/** Splits a set into code units and surrogate pairs. Lone surrogates are left out: they are half a character. */
export function toUtf16(set: CodePointSet): Utf16Set {
  if (set.length === 0 || set[set.length - 1]! < 0xd800) return { units: set, pairs: NO_PAIRS }
  let split = splits.get(set)
  if (split === undefined) {
    split = splitSet(set)
    splits.set(set, split)
  }
  return split
}

function splitSet(set: CodePointSet): Utf16Set {
  const units = [...clipSet(set, 0, 0xd7ff), ...clipSet(set, 0xe000, 0xffff)]
  const astral = clipSet(set, 0x10000, MAX_CODE_POINT)
  // Low ranges by high surrogate; neighbours with equal low ranges become one pair.
  const pairs: { high: number[]; low: number[] }[] = []
  function add(highLo: number, highHi: number, lowLo: number, lowHi: number): void {
    const same = pairs.find((p) => p.low.length === 2 && p.low[0] === lowLo && p.low[1] === lowHi)
    if (same === undefined) pairs.push({ high: [highLo, highHi], low: [lowLo, lowHi] })
    else same.high.push(highLo, highHi)
  }
  for (let i = 0; i < astral.length; i += 2) {
    let lo = astral[i]! - 0x10000
    const hi = astral[i + 1]! - 0x10000
    const lastHigh = hi >> 10
    if (lo >> 10 === lastHigh) {
      add(0xd800 + lastHigh, 0xd800 + lastHigh, 0xdc00 + (lo & 1023), 0xdc00 + (hi & 1023))
      continue
    }
    if ((lo & 1023) !== 0) {
      add(0xd800 + (lo >> 10), 0xd800 + (lo >> 10), 0xdc00 + (lo & 1023), 0xdfff)
      lo = ((lo >> 10) + 1) << 10
    }
    const full = (hi & 1023) === 1023 ? lastHigh : lastHigh - 1
    if (lo >> 10 <= full) add(0xd800 + (lo >> 10), 0xd800 + full, 0xdc00, 0xdfff)
    if (full < lastHigh) add(0xd800 + lastHigh, 0xd800 + lastHigh, 0xdc00, 0xdc00 + (hi & 1023))
  }
  return {
    units: normalizeSet(units),
    pairs: pairs.map((p) => ({ high: normalizeSet(p.high), low: p.low })),
  }
}
