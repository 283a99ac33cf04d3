import { requireLimit } from './dtw-options.ts'
import type { EditOptions } from './levenshtein.ts'
import { DEFAULT_MAX_LENGTH, requireLength } from './sequence.ts'
import { readSymbols, type SymbolPair, type SymbolSequence } from './symbols.ts'

const WORD = 32

function readPair(
  a: SymbolSequence,
  b: SymbolSequence,
  { limit = Number.POSITIVE_INFINITY, maxLength = DEFAULT_MAX_LENGTH }: EditOptions,
): SymbolPair {
  requireLimit(limit)
  requireLength('a', a.length, maxLength)
  requireLength('b', b.length, maxLength)
  return readSymbols(a, b)
}

/** Arrays of integers that calls use again, one per purpose. */
function createReserve(): (length: number, fill: number) => Int32Array {
  let values = new Int32Array(0)
  return (length, fill) => {
    if (values.length < length) values = new Int32Array(2 * length)
    return values.fill(fill, 0, length)
  }
}

const reserve = /* @__PURE__ */ Array.from({ length: 4 }, createReserve)

/** Where each symbol stands in a pattern: bit i % 32 of `words[symbol * blocks + i / 32]`. Zero between calls. */
let places = new Uint32Array(0)

/**
 * Optimal string alignment: edit distance with exchanges of two neighbours, where no part is edited twice. It is not
 * a metric: ca → ac → abc is not allowed, so ca and abc have distance 3.
 *
 * Bit-parallel (Hyyrö 2003): O(n m / 32) time, O(alphabet n / 32) memory that later calls use again.
 *
 * @throws MidstreamError `INVALID_INPUT`, `SEQUENCE_TOO_LONG`.
 */
export function alignmentDistance(a: SymbolSequence, b: SymbolSequence, options: EditOptions = {}): number {
  const limit = options.limit ?? Number.POSITIVE_INFINITY
  const pair = readPair(a, b, options)
  const swap = pair.n > pair.m
  const [rows, n] = swap ? [pair.b, pair.m] : [pair.a, pair.n]
  const [columns, m] = swap ? [pair.a, pair.n] : [pair.b, pair.m]
  if (m - n > limit) return Number.POSITIVE_INFINITY
  if (n === 0) return m
  const blocks = (n + WORD - 1) >>> 5
  if (places.length < pair.alphabet * blocks) places = new Uint32Array(pair.alphabet * blocks)
  for (let i = 0; i < n; i++) places[rows[i]! * blocks + (i >>> 5)]! |= 1 << i
  const distance = runOsa(n, columns, m, blocks, limit)
  for (let i = 0; i < n; i++) places[rows[i]! * blocks + (i >>> 5)] = 0
  return distance > limit ? Number.POSITIVE_INFINITY : distance
}

function runOsa(n: number, columns: Uint32Array, m: number, blocks: number, limit: number): number {
  // Of the last column: rising and falling steps, and where the diagonal does not cost anything.
  const rising = reserve[0]!(blocks, -1)
  const falling = reserve[1]!(blocks, 0)
  const free = reserve[2]!(blocks, 0)
  const equalBefore = reserve[3]!(blocks, 0)
  const last = (n - 1) & 31
  let distance = n
  for (let j = 0; j < m; j++) {
    const base = columns[j]! * blocks
    let enterUp = 1
    let enterDown = 0
    let enterSwap = 0
    for (let w = 0; w < blocks; w++) {
      const equal = places[base + w]! | 0
      const up0 = rising[w]!
      const down0 = falling[w]!
      // A neighbour exchange ends here: the symbol above equals this column's, this one equalled the last column's.
      const candidate = ~free[w]! & equal
      const swapped = ((candidate << 1) | enterSwap) & equalBefore[w]!
      enterSwap = candidate >>> 31
      const entering = equal | enterDown
      const now = (((entering & up0) + up0) ^ up0) | entering | down0 | swapped
      let up = down0 | ~(now | up0)
      let down = now & up0
      if (w === blocks - 1) distance += ((up >>> last) & 1) - ((down >>> last) & 1)
      const leaveUp = up >>> 31
      const leaveDown = down >>> 31
      up = (up << 1) | enterUp
      down = (down << 1) | enterDown
      enterUp = leaveUp
      enterDown = leaveDown
      rising[w] = down | ~(now | up)
      falling[w] = up & now
      free[w] = now
      equalBefore[w] = equal
    }
    if (distance - (m - 1 - j) > limit) return Number.POSITIVE_INFINITY
  }
  return distance
}

/**
 * Damerau–Levenshtein distance: insertions, deletions, replacements and exchanges of two neighbours, between which
 * others may be inserted: ca → ac → abc has distance 2. A metric.
 *
 * Zhao & Sahinalp 2020 (the linear-space form of Lowrance & Wagner 1975): O(n m) time, O(m + alphabet) memory.
 *
 * @throws MidstreamError `INVALID_INPUT`, `SEQUENCE_TOO_LONG`.
 */
export function damerauDistance(a: SymbolSequence, b: SymbolSequence, options: EditOptions = {}): number {
  const limit = options.limit ?? Number.POSITIVE_INFINITY
  const { a: first, n, b: second, m, alphabet } = readPair(a, b, options)
  if (Math.abs(n - m) > limit) return Number.POSITIVE_INFINITY
  const far = Math.max(n, m) + 1
  /** The last row in which the symbol stood, counted from 1; -1 for none. */
  const lastRow = reserve[0]!(alphabet, -1)
  /** Per column: row i - 1, column j - 2, where i is the last row whose symbol is the column's. */
  const beforePair = reserve[1]!(m + 2, far)
  // Index j + 1 is column j; column -1 is far away. `row` is overwritten while row i - 2 is read from it.
  let row = reserve[2]!(m + 2, 0)
  let above = reserve[3]!(m + 2, far)
  row[0] = far
  for (let j = 0; j <= m; j++) row[j + 1] = j
  for (let i = 1; i <= n; i++) {
    const symbol = first[i - 1]!
    const swapped = row
    row = above
    above = swapped
    let lastColumn = -1
    let twoAbove = row[1]!
    let pairAbove = far
    let least = i
    row[1] = i
    for (let j = 1; j <= m; j++) {
      const other = second[j - 1]!
      let best = above[j]! + (symbol === other ? 0 : 1)
      if (row[j]! + 1 < best) best = row[j]! + 1
      if (above[j + 1]! + 1 < best) best = above[j + 1]! + 1
      if (symbol === other) {
        lastColumn = j
        beforePair[j] = above[j - 1]!
        pairAbove = twoAbove
      } else {
        const rows = i - lastRow[other]!
        const columns = j - lastColumn
        if (columns === 1) best = Math.min(best, beforePair[j]! + rows)
        else if (rows === 1) best = Math.min(best, pairAbove + columns)
      }
      twoAbove = row[j + 1]!
      row[j + 1] = best
      if (best < least) least = best
    }
    lastRow[symbol] = i
  }
  const distance = row[m + 1]!
  return distance > limit ? Number.POSITIVE_INFINITY : distance
}
