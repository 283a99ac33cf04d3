import { bitCount } from './bit-count.ts'
import { requireLimit } from './dtw-options.ts'
import { DEFAULT_MAX_LENGTH, requireLength } from './sequence.ts'
import { copyUnits, DIRECT_ALPHABET, readSymbols, type SymbolSequence } from './symbols.ts'

export interface EditOptions {
  /** A distance above it is reported as Infinity, usually long before it is known. Default: none. */
  readonly limit?: number
  /** Symbols (code units of a text) per sequence, at most. Default 65,536. */
  readonly maxLength?: number
}

const WORD = 32

/** Bit i of entry s: symbol s stands at place i of the current block. All zero between calls. */
const directMasks: Int32Array = /* @__PURE__ */ new Int32Array(DIRECT_ALPHABET)
/** The same for interned symbols. */
let idMasks = directMasks
let unitsA: Uint32Array = /* @__PURE__ */ new Uint32Array(0)
let unitsB = unitsA
/** Bit c % 32 of word c / 32: the last row of the blocks above rises (falls) by one from column c to the next. */
let rises: Int32Array = /* @__PURE__ */ new Int32Array(0)
let falls = rises

/**
 * Levenshtein distance: the least number of insertions, deletions and replacements of one symbol. Texts are
 * compared by Unicode code points, arrays by their elements.
 *
 * Bit-parallel (Myers 1999, blocks after Hyyrö 2003): O(n m / 32) time after common ends are cut off, O(n + m)
 * memory that later calls use again.
 *
 * @throws MidstreamError `INVALID_INPUT` for NaN or infinite symbols, `SEQUENCE_TOO_LONG` beyond `maxLength`.
 */
export function editDistance(a: SymbolSequence, b: SymbolSequence, options?: EditOptions): number {
  if (options === undefined && typeof a === 'string' && typeof b === 'string') {
    // Most calls: nothing to check, and no common ends to look for in a text this short.
    const distance = a.length <= b.length ? shortText(a, b) : shortText(b, a)
    if (distance >= 0) return distance
  }
  return checkedDistance(a, b, options?.limit, options?.maxLength)
}

function checkedDistance(
  a: SymbolSequence,
  b: SymbolSequence,
  limit: number = Number.POSITIVE_INFINITY,
  maxLength: number = DEFAULT_MAX_LENGTH,
): number {
  requireLimit(limit)
  requireLength('a', a.length, maxLength)
  requireLength('b', b.length, maxLength)
  if (typeof a === 'string' && typeof b === 'string') {
    const distance = textDistance(a, b, limit)
    if (distance >= 0) return distance
  }
  const { a: first, n, b: second, m, alphabet } = readSymbols(a, b)
  if (idMasks.length < alphabet) idMasks = new Int32Array(2 * alphabet)
  return arrayDistance(first, n, second, m, limit)
}

/** -1 when the texts have surrogates outside their common ends, or the ends have half a pair. */
function textDistance(a: string, b: string, limit: number): number {
  let endA = a.length
  let endB = b.length
  let start = 0
  while (endA > 0 && endB > 0 && a.charCodeAt(endA - 1) === b.charCodeAt(endB - 1)) {
    endA--
    endB--
  }
  while (start < endA && start < endB && a.charCodeAt(start) === b.charCodeAt(start)) start++
  // What is half a pair in one text may be a lone surrogate in the other: 😀 and the same two units with an x between.
  if (start > 0 && (a.charCodeAt(start - 1) & 0xfc00) === 0xd800) return -1
  const n = endA - start
  const m = endB - start
  if (unitsA.length < n) unitsA = new Uint32Array(2 * n)
  if (unitsB.length < m) unitsB = new Uint32Array(2 * m)
  if (copyUnits(a, start, endA, unitsA) < 0 || copyUnits(b, start, endB, unitsB) < 0) return -1
  return restDistance(directMasks, unitsA, n, unitsB, m, limit)
}

/** The shorter text `a` against `b`; -1 when `a` has none or more than 32 units, or either has surrogates. */
function shortText(a: string, b: string): number {
  const n = a.length
  const m = b.length
  if (n > WORD || n === 0 || m > DEFAULT_MAX_LENGTH) return -1
  let seen = 0
  let i = n
  while (i--) {
    const unit = a.charCodeAt(i)
    seen |= unit
    directMasks[unit]! |= 1 << i
  }
  let rising = -1
  let falling = 0
  for (i = 0; i < m; i++) {
    const unit = b.charCodeAt(i)
    seen |= unit
    let horizontal = directMasks[unit]!
    const vertical = horizontal | falling
    horizontal |= ((horizontal & rising) + rising) ^ rising
    falling |= ~(horizontal | rising)
    rising &= horizontal
    falling = (falling << 1) | 1
    rising = (rising << 1) | ~(vertical | falling)
    falling &= vertical
  }
  i = n
  while (i--) directMasks[a.charCodeAt(i)] = 0
  // Surrogates have bit 15; so have other characters, and only then is a closer look needed.
  if ((seen & 0x8000) !== 0 && (hasSurrogate(a) || hasSurrogate(b))) return -1
  // Down the last column, from D(-1, m - 1) = m: what rises and falls between the rows.
  const rows = -1 >>> (WORD - n)
  rising &= rows
  // Half a word has room for the rows that do not fall, so that one count is enough.
  if (n <= WORD / 2) return m - n + bitCount(rising | ((~falling & rows) << (WORD / 2)))
  return m + bitCount(rising) - bitCount(falling & rows)
}

function hasSurrogate(text: string): boolean {
  for (let i = 0; i < text.length; i++) if ((text.charCodeAt(i) & 0xf800) === 0xd800) return true
  return false
}

/** Cuts off the common ends, in place. */
function arrayDistance(a: Uint32Array, n: number, b: Uint32Array, m: number, limit: number): number {
  let endA = n
  let endB = m
  let start = 0
  while (endA > 0 && endB > 0 && a[endA - 1] === b[endB - 1]) {
    endA--
    endB--
  }
  while (start < endA && start < endB && a[start] === b[start]) start++
  if (start > 0) {
    a.copyWithin(0, start, endA)
    b.copyWithin(0, start, endB)
  }
  const restA = endA - start
  const restB = endB - start
  return restDistance(idMasks, a, restA, b, restB, limit)
}

function restDistance(
  masks: Int32Array,
  a: Uint32Array,
  n: number,
  b: Uint32Array,
  m: number,
  limit: number,
): number {
  const distance = n <= m ? blocks(masks, a, n, b, m, limit) : blocks(masks, b, m, a, n, limit)
  return distance > limit ? Number.POSITIVE_INFINITY : distance
}

/**
 * Rows are the symbols of the shorter sequence `a` in blocks of 32, columns those of `b`. A block is run over all
 * columns before the next one, so that its state stays in registers; what passes from block to block is, per
 * column, whether the row between them rises or falls there.
 */
function blocks(
  masks: Int32Array,
  a: Uint32Array,
  n: number,
  b: Uint32Array,
  m: number,
  limit: number,
): number {
  if (m - n > limit) return Number.POSITIVE_INFINITY
  if (n === 0) return m
  const words = (m + WORD - 1) >>> 5
  if (rises.length < words) {
    rises = new Int32Array(2 * words)
    falls = new Int32Array(2 * words)
  }
  // The row above the first rises everywhere: D(-1, c) = c + 1.
  for (let w = 0; w < words; w++) {
    rises[w] = -1
    falls[w] = 0
  }
  for (let top = 0; top < n; top += WORD) {
    const rows = Math.min(WORD, n - top)
    for (let i = 0; i < rows; i++) masks[a[top + i]!]! |= 1 << i
    runBlock(masks, b, m, rows - 1)
    for (let i = 0; i < rows; i++) masks[a[top + i]!] = 0
    if (limit !== Number.POSITIVE_INFINITY && leastBound(rises, falls, n, m, top + rows) > limit) {
      return Number.POSITIVE_INFINITY
    }
  }
  // Along the last row, from D(n - 1, -1) = n. Bits past the last column are zero.
  let distance = n
  for (let w = 0; w < words; w++) distance += bitCount(rises[w]!) - bitCount(falls[w]!)
  return distance
}

/** One block over all columns. Bit `last` is its last row. */
function runBlock(masks: Int32Array, b: Uint32Array, m: number, last: number): void {
  let rising = -1
  let falling = 0
  for (let from = 0; from < m; from += WORD) {
    const to = Math.min(m, from + WORD)
    let upIn = rises[from >>> 5]!
    let downIn = falls[from >>> 5]!
    let upOut = 0
    let downOut = 0
    for (let c = from; c < to; c++) {
      const equal = masks[b[c]!]!
      const enterUp = upIn & 1
      const enterDown = downIn & 1
      upIn >>>= 1
      downIn >>>= 1
      const vertical = equal | falling
      const entering = equal | enterDown
      const horizontal = (((entering & rising) + rising) ^ rising) | entering
      let up = falling | ~(horizontal | rising)
      let down = rising & horizontal
      upOut |= ((up >>> last) & 1) << c
      downOut |= ((down >>> last) & 1) << c
      up = (up << 1) | enterUp
      down = (down << 1) | enterDown
      rising = down | ~(vertical | up)
      falling = up & vertical
    }
    rises[from >>> 5] = upOut
    falls[from >>> 5] = downOut
  }
}

/**
 * No path through row `row - 1` costs less: the value there, and at least the difference of what remains. Neither does
 * one that jumps over it by an exchange: that costs as much as the step to it.
 */
export function leastBound(rises: Int32Array, falls: Int32Array, n: number, m: number, row: number): number {
  let value = row
  let least = value + Math.abs(n - row - m)
  for (let c = 0; c < m; c++) {
    value += ((rises[c >>> 5]! >>> c) & 1) - ((falls[c >>> 5]! >>> c) & 1)
    const bound = value + Math.abs(n - row - (m - 1 - c))
    if (bound < least) least = bound
  }
  return least
}
