import { randomInteger } from './seeded-random.ts'

/** What can be cut: a text between any two UTF-16 code units, also inside a surrogate pair, or bytes. */
export type Sliceable = string | Uint8Array

function cutAt<T extends Sliceable>(whole: T, cuts: readonly number[]): T[] {
  const pieces: T[] = []
  let from = 0
  for (const cut of cuts) {
    pieces.push(whole.slice(from, cut) as T)
    from = cut
  }
  pieces.push(whole.slice(from) as T)
  return pieces
}

/**
 * Every way of cutting `whole` into non-empty pieces: 2^(n-1) of them, the uncut form first.
 * Throws RangeError past 20 units, where the count passes half a million.
 */
export function* splitEverywhere<T extends Sliceable>(whole: T): Generator<T[]> {
  const gaps = whole.length - 1
  if (gaps > 19) throw new RangeError(`splitEverywhere takes at most 20 units, got ${whole.length}`)
  if (gaps < 0) return yield []
  for (let mask = 0; mask < 2 ** gaps; mask++) {
    const cuts: number[] = []
    for (let gap = 0; gap < gaps; gap++) if (mask & (1 << gap)) cuts.push(gap + 1)
    yield cutAt(whole, cuts)
  }
}

/** Every way of cutting `whole` in two non-empty pieces: n-1 of them. */
export function* splitOnce<T extends Sliceable>(whole: T): Generator<T[]> {
  for (let cut = 1; cut < whole.length; cut++) yield cutAt(whole, [cut])
}

/** Every way of cutting `whole` in three non-empty pieces: (n-1)(n-2)/2 of them. */
export function* splitTwice<T extends Sliceable>(whole: T): Generator<T[]> {
  for (let first = 1; first < whole.length; first++) {
    for (let second = first + 1; second < whole.length; second++) yield cutAt(whole, [first, second])
  }
}

/** Pieces of one code unit, or one byte, each. */
export function oneByOne<T extends Sliceable>(whole: T): T[] {
  return everyNth(whole, 1)
}

/** Pieces of `size` units; the last may be shorter. */
export function everyNth<T extends Sliceable>(whole: T, size: number): T[] {
  if (!Number.isInteger(size) || size < 1)
    throw new RangeError(`size must be a positive integer, got ${size}`)
  const pieces: T[] = []
  for (let at = 0; at < whole.length; at += size) pieces.push(whole.slice(at, at + size) as T)
  return pieces
}

export interface RandomSplitOptions {
  /** Shortest piece; the last may be shorter. 0 adds empty pieces. @default 1 */
  readonly min?: number
  /** Longest piece. @default 16 */
  readonly max?: number
}

/** Pieces whose lengths are uniform in [min, max]. The same `random` sequence gives the same pieces. */
export function randomSplit<T extends Sliceable>(
  whole: T,
  random: () => number,
  options: RandomSplitOptions = {},
): T[] {
  const { min = 1, max = 16 } = options
  if (!(Number.isInteger(min) && Number.isInteger(max) && min >= 0 && max >= min && max >= 1)) {
    throw new RangeError(`randomSplit needs integers 0 <= min <= max, 1 <= max, got ${min} and ${max}`)
  }
  const pieces: T[] = []
  for (let at = 0; at < whole.length; ) {
    const size = randomInteger(random, min, max)
    pieces.push(whole.slice(at, at + size) as T)
    at += size
  }
  return pieces
}
