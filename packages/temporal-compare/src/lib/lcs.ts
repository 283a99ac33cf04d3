import { bitCount } from './bit-count.ts'
import type { EditOptions } from './levenshtein.ts'
import { DEFAULT_MAX_LENGTH, requireLength } from './sequence.ts'
import { readSymbols, type SymbolPair, type SymbolSequence } from './symbols.ts'

export type LcsOptions = Pick<EditOptions, 'maxLength'>

export interface CommonSubsequence {
  readonly length: number
  /** Ascending places in the first sequence; place k has the same symbol as place k of `b`. */
  readonly a: Uint32Array
  readonly b: Uint32Array
}

const WORD = 32

let masks = new Uint32Array(0)
/** Bit c % 32 of word c / 32: the addition of the blocks above carries into the next one at column c. */
let carries = new Int32Array(0)

function readPair(a: SymbolSequence, b: SymbolSequence, options: LcsOptions): SymbolPair {
  const { maxLength = DEFAULT_MAX_LENGTH } = options
  requireLength('a', a.length, maxLength)
  requireLength('b', b.length, maxLength)
  return readSymbols(a, b)
}

/**
 * Length of a longest common subsequence. Texts are compared by code points.
 *
 * Bit-parallel (Hyyrö 2004): O(n m / 32) time, O(n + m) memory that later calls use again.
 *
 * @throws MidstreamError `INVALID_INPUT` for NaN or infinite symbols, `SEQUENCE_TOO_LONG` beyond `maxLength`.
 */
export function lcsLength(a: SymbolSequence, b: SymbolSequence, options: LcsOptions = {}): number {
  const pair = readPair(a, b, options)
  if (masks.length < pair.alphabet) masks = new Uint32Array(pair.alphabet)
  return pair.n <= pair.m
    ? lengthOf(pair.a, pair.n, pair.b, pair.m)
    : lengthOf(pair.b, pair.m, pair.a, pair.n)
}

function lengthOf(a: Uint32Array, n: number, b: Uint32Array, m: number): number {
  const words = (m + WORD - 1) >>> 5
  if (carries.length < words) carries = new Int32Array(2 * words)
  carries.fill(0, 0, words)
  let length = 0
  for (let top = 0; top < n; top += WORD) {
    const rows = Math.min(WORD, n - top)
    for (let i = 0; i < rows; i++) masks[a[top + i]!]! |= 1 << i
    const steps = runBlock(b, m)
    for (let i = 0; i < rows; i++) masks[a[top + i]!] = 0
    // A zero bit is a row at which the length rises; the bits past the last row stay one.
    length += bitCount(~steps)
  }
  return length
}

function runBlock(b: Uint32Array, m: number): number {
  let state = -1
  for (let from = 0; from < m; from += WORD) {
    const to = Math.min(m, from + WORD)
    let enter = carries[from >>> 5]!
    let leave = 0
    for (let c = from; c < to; c++) {
      const equal = masks[b[c]!]!
      const matched = state & equal
      const sum = (state + matched + (enter & 1)) | 0
      enter >>>= 1
      leave |= ((matched | (state & ~sum)) >>> 31) << c
      state = sum | (state & ~equal)
    }
    carries[from >>> 5] = leave
  }
  return state
}

/**
 * A longest common subsequence with the places of its symbols in both sequences.
 *
 * Hirschberg 1975: O(n m) time, O(n + m) memory.
 *
 * @throws MidstreamError `INVALID_INPUT`, `SEQUENCE_TOO_LONG`.
 */
export function longestCommonSubsequence(
  a: SymbolSequence,
  b: SymbolSequence,
  options: LcsOptions = {},
): CommonSubsequence {
  const { a: first, n, b: second, m } = readPair(a, b, options)
  const most = Math.min(n, m)
  const placesA = new Uint32Array(most)
  const placesB = new Uint32Array(most)
  const forward = new Int32Array(m + 1)
  const backward = new Int32Array(m + 1)
  let length = 0

  const match = (i: number, j: number): void => {
    placesA[length] = i
    placesB[length++] = j
  }

  function solve(a0: number, a1: number, b0: number, b1: number): void {
    let [i, j, endA, endB] = [a0, b0, a1, b1]
    while (i < endA && j < endB && first[i] === second[j]) match(i++, j++)
    while (i < endA && j < endB && first[endA - 1] === second[endB - 1]) {
      endA--
      endB--
    }
    if (i < endA && j < endB) split(i, endA, j, endB)
    for (; endA < a1; endA++, endB++) match(endA, endB)
  }

  function split(a0: number, a1: number, b0: number, b1: number): void {
    if (a1 - a0 === 1) {
      for (let j = b0; j < b1; j++) {
        if (second[j] !== first[a0]) continue
        match(a0, j)
        return
      }
      return
    }
    const middle = (a0 + a1) >>> 1
    forward.fill(0, 0, b1 - b0 + 1)
    for (let i = a0; i < middle; i++) {
      for (let j = b0, diagonal = 0; j < b1; j++) {
        const at = j - b0 + 1
        const above = forward[at]!
        forward[at] = first[i] === second[j] ? diagonal + 1 : Math.max(above, forward[at - 1]!)
        diagonal = above
      }
    }
    backward.fill(0, 0, b1 - b0 + 1)
    for (let i = a1 - 1; i >= middle; i--) {
      for (let j = b1 - 1, diagonal = 0; j >= b0; j--) {
        const at = b1 - 1 - j + 1
        const below = backward[at]!
        backward[at] = first[i] === second[j] ? diagonal + 1 : Math.max(below, backward[at - 1]!)
        diagonal = below
      }
    }
    let cut = b0
    let best = -1
    for (let j = b0; j <= b1; j++) {
      const sum = forward[j - b0]! + backward[b1 - j]!
      if (sum <= best) continue
      best = sum
      cut = j
    }
    solve(a0, middle, b0, cut)
    solve(middle, a1, cut, b1)
  }

  solve(0, n, 0, m)
  return { length, a: placesA.slice(0, length), b: placesB.slice(0, length) }
}
