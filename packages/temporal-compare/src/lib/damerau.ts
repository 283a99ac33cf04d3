import { bitCount } from './bit-count.ts'
import { requireLimit } from './dtw-options.ts'
import { type EditOptions, leastBound } from './levenshtein.ts'
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

/** Bit i of entry s: symbol s stands at place i of the current block. All zero between calls. */
let symbolMasks = new Int32Array(0)

/** A bit per column that a block of rows passes on to the next: its last row rises, falls or has half an exchange. */
interface Border {
  readonly rises: Int32Array
  readonly falls: Int32Array
  readonly halves: Int32Array
}

/**
 * Optimal string alignment: edit distance with exchanges of two neighbours, where no part is edited twice. It is not
 * a metric: ca → ac → abc is not allowed, so ca and abc have distance 3.
 *
 * Bit-parallel (Hyyrö 2003): O(n m / 32) time, O(n + m) memory that later calls use again.
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
  if (symbolMasks.length < pair.alphabet) symbolMasks = new Int32Array(pair.alphabet)
  const masks = symbolMasks
  const words = (m + WORD - 1) >>> 5
  // The row above the first rises everywhere.
  const border = {
    rises: reserve[0]!(words, -1),
    falls: reserve[1]!(words, 0),
    halves: reserve[2]!(words, 0),
  }
  const { rises, falls } = border
  for (let top = 0; top < n; top += WORD) {
    const count = Math.min(WORD, n - top)
    for (let i = 0; i < count; i++) masks[rows[top + i]!]! |= 1 << i
    runBlock(masks, columns, m, count - 1, border)
    for (let i = 0; i < count; i++) masks[rows[top + i]!] = 0
    if (limit !== Number.POSITIVE_INFINITY && leastBound(rises, falls, n, m, top + count) > limit) {
      return Number.POSITIVE_INFINITY
    }
  }
  // Along the last row, from D(n - 1, -1) = n. Bits past the last column are zero.
  let distance = n
  for (let w = 0; w < words; w++) distance += bitCount(rises[w]!) - bitCount(falls[w]!)
  return distance > limit ? Number.POSITIVE_INFINITY : distance
}

/** One block of rows over all columns, as for Levenshtein. Bit `last` is its last row. */
function runBlock(
  masks: Int32Array,
  columns: Uint32Array,
  m: number,
  last: number,
  { rises, falls, halves }: Border,
): void {
  // Of the column before: rising and falling steps, where the diagonal does not cost anything, and its symbol's places.
  let rising = -1
  let falling = 0
  let free = 0
  let equalBefore = 0
  for (let from = 0; from < m; from += WORD) {
    const to = Math.min(m, from + WORD)
    let upIn = rises[from >>> 5]!
    let downIn = falls[from >>> 5]!
    let halfIn = halves[from >>> 5]!
    let upOut = 0
    let downOut = 0
    let halfOut = 0
    for (let c = from; c < to; c++) {
      const equal = masks[columns[c]!]!
      // A neighbour exchange ends here: the symbol above equals this column's, this one equalled the last column's.
      const candidate = ~free & equal
      const swapped = ((candidate << 1) | (halfIn & 1)) & equalBefore
      halfOut |= (candidate >>> 31) << c
      const entering = equal | (downIn & 1)
      const now = (((entering & rising) + rising) ^ rising) | entering | falling | swapped
      let up = falling | ~(now | rising)
      let down = now & rising
      upOut |= ((up >>> last) & 1) << c
      downOut |= ((down >>> last) & 1) << c
      up = (up << 1) | (upIn & 1)
      down = (down << 1) | (downIn & 1)
      rising = down | ~(now | up)
      falling = up & now
      free = now
      equalBefore = equal
      upIn >>>= 1
      downIn >>>= 1
      halfIn >>>= 1
    }
    rises[from >>> 5] = upOut
    falls[from >>> 5] = downOut
    halves[from >>> 5] = halfOut
  }
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
    // Every path goes through this row, or jumps over it by an exchange that costs no less than the way to it.
    if (least > limit) return Number.POSITIVE_INFINITY
    lastRow[symbol] = i
  }
  const distance = row[m + 1]!
  return distance > limit ? Number.POSITIVE_INFINITY : distance
}
