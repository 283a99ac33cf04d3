import { MidstreamError } from '@midstream/core'

/**
 * Symbols in order. A string is its Unicode code points, an array or typed array is its elements: numbers compared
 * as numbers (0.1 and 0.19 differ; 0 and -0 do not), strings as whole strings.
 */
export type SymbolSequence = string | ArrayLike<number> | ArrayLike<string>

/** Two sequences as ids: equal ids for equal symbols. Valid until the next call that makes one. */
export interface SymbolPair {
  readonly a: Uint32Array
  readonly n: number
  readonly b: Uint32Array
  readonly m: number
  /** Every id is below it. */
  readonly alphabet: number
}

/** Ids below this need no interning: code units and small integers stand for themselves. */
export const DIRECT_ALPHABET = 0x10000

/**
 * The code units of a text when none is a surrogate, so that units and code points are the same. Writes to `out`
 * and gives the number of units, or -1.
 */
export function copyUnits(text: string, from: number, to: number, out: Uint32Array): number {
  let seen = 0
  for (let i = from; i < to; i++) {
    const unit = text.charCodeAt(i)
    out[i - from] = unit
    seen |= unit
  }
  // Surrogates have bit 15. So have other characters, and only then is a closer look needed.
  if ((seen & 0x8000) !== 0) {
    for (let i = from; i < to; i++) if ((out[i - from]! & 0xf800) === 0xd800) return -1
  }
  return to - from
}

/** The code points of a text; a lone surrogate counts as one. */
export function codePoints(text: string): Uint32Array {
  const points = new Uint32Array(text.length)
  let count = 0
  for (let i = 0; i < text.length; i++) {
    const point = text.codePointAt(i)!
    if (point > 0xffff) i++
    points[count++] = point
  }
  return points.subarray(0, count)
}

const keyDouble = new Float64Array(1)
const keyWords = new Uint32Array(keyDouble.buffer)

/** Gives equal symbols equal ids: 0, 1, 2, … in the order in which they first appear. */
export interface Interner {
  size(): number
  number(value: number): number
  text(value: string): number
  clear(): void
}

/** Numbers in an open hash table that is emptied in O(1), strings in a Map. */
export function createInterner(): Interner {
  let keys = new Float64Array(64)
  let ids = new Uint32Array(64)
  let stamps = new Uint32Array(64)
  let stamp = 1
  let numbers = 0
  let size = 0
  const texts = new Map<string, number>()

  function slotOf(value: number): number {
    keyDouble[0] = value
    const mask = keys.length - 1
    let hash = Math.imul(keyWords[0]! ^ Math.imul(keyWords[1]!, 0x85ebca6b), 0x9e3779b1)
    hash ^= hash >>> 15
    let slot = hash & mask
    while (stamps[slot] === stamp && keys[slot] !== value) slot = (slot + 1) & mask
    return slot
  }

  function grow(): void {
    const [oldKeys, oldIds, oldStamps] = [keys, ids, stamps]
    keys = new Float64Array(2 * oldKeys.length)
    ids = new Uint32Array(keys.length)
    stamps = new Uint32Array(keys.length)
    for (let i = 0; i < oldKeys.length; i++) {
      if (oldStamps[i] !== stamp) continue
      const slot = slotOf(oldKeys[i]!)
      keys[slot] = oldKeys[i]!
      ids[slot] = oldIds[i]!
      stamps[slot] = stamp
    }
  }

  return {
    size: () => size,
    number(value) {
      // -0 + 0 is 0, so that both zeros have the same bits.
      const key = value + 0
      let slot = slotOf(key)
      if (stamps[slot] === stamp) return ids[slot]!
      if (2 * ++numbers > keys.length) {
        grow()
        slot = slotOf(key)
      }
      keys[slot] = key
      stamps[slot] = stamp
      ids[slot] = size
      return size++
    },
    text(value) {
      let id = texts.get(value)
      if (id === undefined) {
        id = size++
        texts.set(value, id)
      }
      return id
    },
    clear() {
      stamp = (stamp + 1) >>> 0
      if (stamp === 0) {
        stamps.fill(0)
        stamp = 1
      }
      numbers = 0
      size = 0
      texts.clear()
    },
  }
}

/** @throws MidstreamError `INVALID_INPUT` for what is neither a finite number nor a string. */
export function internInto(
  interner: Interner,
  name: string,
  symbols: ArrayLike<number> | ArrayLike<string>,
  out: Uint32Array,
): void {
  for (let i = 0; i < symbols.length; i++) {
    const symbol = symbols[i]
    if (typeof symbol === 'number' && symbol - symbol === 0) out[i] = interner.number(symbol)
    else if (typeof symbol === 'string') out[i] = interner.text(symbol)
    else {
      throw new MidstreamError('INVALID_INPUT', `${name} has no finite number and no string at ${i}`, {
        details: { index: i },
      })
    }
  }
}

interface Pair {
  a: Uint32Array
  n: number
  b: Uint32Array
  m: number
  alphabet: number
}

const pair: Pair = { a: new Uint32Array(0), n: 0, b: new Uint32Array(0), m: 0, alphabet: 0 }
let interner: Interner | undefined

function reserve(n: number, m: number): void {
  if (pair.a.length < n) pair.a = new Uint32Array(2 * n)
  if (pair.b.length < m) pair.b = new Uint32Array(2 * m)
}

/**
 * Reads both sequences into arrays that the next call uses again. Texts without surrogates and arrays of integers
 * below 65,536 stand for themselves; everything else is interned.
 *
 * @throws MidstreamError `INVALID_INPUT`.
 */
export function readSymbols(a: SymbolSequence, b: SymbolSequence): SymbolPair {
  reserve(a.length, b.length)
  pair.n = a.length
  pair.m = b.length
  pair.alphabet = DIRECT_ALPHABET
  if (typeof a === 'string' && typeof b === 'string') {
    if (copyUnits(a, 0, a.length, pair.a) >= 0 && copyUnits(b, 0, b.length, pair.b) >= 0) return pair
  } else if (typeof a !== 'string' && typeof b !== 'string') {
    if (copySmall(a, pair.a) && copySmall(b, pair.b)) return pair
  }
  interner ??= createInterner()
  interner.clear()
  // An array element "ab" is a symbol of its own; a text gives code points. Against an array of strings a text has nothing in common.
  const first = typeof a === 'string' ? codePoints(a) : a
  const second = typeof b === 'string' ? codePoints(b) : b
  pair.n = first.length
  pair.m = second.length
  internInto(interner, 'a', first, pair.a)
  internInto(interner, 'b', second, pair.b)
  pair.alphabet = interner.size()
  return pair
}

function copySmall(symbols: ArrayLike<number> | ArrayLike<string>, out: Uint32Array): boolean {
  for (let i = 0; i < symbols.length; i++) {
    const symbol = symbols[i]
    if (typeof symbol !== 'number') return false
    const small = symbol & 0xffff
    if (small !== symbol) return false
    out[i] = small
  }
  return true
}

/** Copies of the ids of both sequences, for callers that keep them. */
export function internSymbols(a: SymbolSequence, b: SymbolSequence): [Uint32Array, Uint32Array] {
  const { a: first, n, b: second, m } = readSymbols(a, b)
  return [first.slice(0, n), second.slice(0, m)]
}
