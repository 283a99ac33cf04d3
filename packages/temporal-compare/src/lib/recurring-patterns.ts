import { MidstreamError } from '@midstream/core'
import { requireLength } from './sequence.ts'
import { codePoints, createInterner, internInto, type SymbolSequence } from './symbols.ts'

export interface RecurringPatternOptions {
  /** Symbols per pattern: at least 1, and at most `maxLength`. */
  readonly minLength: number
  readonly maxLength: number
  /** Occurrences a pattern must have, overlapping ones included. Default 2, which is the least. */
  readonly minCount?: number
  /** Symbols in the sequence, at most. Default 2^20. */
  readonly maxSymbols?: number
}

export interface RecurringPattern {
  /** The pattern is `sequence.slice(positions[0], positions[0] + length)`, in symbols. */
  readonly length: number
  /** Every occurrence, ascending, overlapping ones included. */
  readonly positions: Uint32Array
  readonly count: number
}

const DEFAULT_SYMBOLS = 1 << 20

/** @throws MidstreamError `INVALID_PATTERN_LENGTH` unless 1 <= minLength <= maxLength, both integers. */
function requireBounds(minLength: number, maxLength: number): void {
  if (
    Number.isInteger(minLength) &&
    Number.isInteger(maxLength) &&
    minLength >= 1 &&
    minLength <= maxLength
  ) {
    return
  }
  throw new MidstreamError(
    'INVALID_PATTERN_LENGTH',
    `pattern lengths from ${minLength} to ${maxLength} are no range of positive integers`,
    { details: { minLength, maxLength } },
  )
}

/**
 * Every piece of `minLength` to `maxLength` symbols that occurs at least `minCount` times, with all its places.
 * Exact. Most frequent first, then longer ones, then by first place.
 *
 * Pieces of length k are told apart by the pair (class of the first k - 1, last symbol), so no text is hashed and
 * nothing collides. O(n maxLength) time and O(n) memory besides the result.
 *
 * @throws MidstreamError `INVALID_PATTERN_LENGTH`, `INVALID_INPUT`, `SEQUENCE_TOO_LONG` beyond `maxSymbols`.
 */
export function recurringPatterns(
  sequence: SymbolSequence,
  options: RecurringPatternOptions,
): RecurringPattern[] {
  const { minLength, maxLength, minCount = 2, maxSymbols = DEFAULT_SYMBOLS } = options
  requireBounds(minLength, maxLength)
  if (!Number.isInteger(minCount) || minCount < 2) {
    throw new RangeError(`minCount must be an integer of at least 2, not ${minCount}`)
  }
  requireLength('sequence', sequence.length, maxSymbols)
  const symbols = typeof sequence === 'string' ? codePoints(sequence) : sequence
  const ids = new Uint32Array(symbols.length)
  const interner = createInterner()
  internInto(interner, 'sequence', symbols, ids)
  const alphabet = interner.size()

  const found: RecurringPattern[] = []
  // classes[i] names the piece that starts at i, among those of the current length that recur; NONE elsewhere.
  let classes = ids.slice()
  for (let length = 1; length <= maxLength && length <= ids.length; length++) {
    const starts = ids.length - length + 1
    if (length > 1) classes = extendClasses(classes, ids, length, alphabet)
    const groups = countClasses(classes, starts)
    if (length >= minLength) collect(classes, starts, groups, length, minCount, found)
    let recurs = false
    for (let i = 0; i < starts; i++) {
      if (classes[i] === NONE) continue
      if (groups[classes[i]!]! < 2) classes[i] = NONE
      else recurs = true
    }
    if (!recurs) break
  }
  return found.sort((a, b) => b.count - a.count || b.length - a.length || a.positions[0]! - b.positions[0]!)
}

const NONE = 0xffffffff

/** A piece recurs only when the piece without its last symbol does. */
function extendClasses(
  shorter: Uint32Array,
  ids: Uint32Array,
  length: number,
  alphabet: number,
): Uint32Array<ArrayBuffer> {
  const classes = new Uint32Array(ids.length).fill(NONE)
  const interner = createInterner()
  for (let i = 0; i + length <= ids.length; i++) {
    if (shorter[i] !== NONE) classes[i] = interner.number(shorter[i]! * alphabet + ids[i + length - 1]!)
  }
  return classes
}

function countClasses(classes: Uint32Array, starts: number): Uint32Array {
  const counts = new Uint32Array(classes.length + 1)
  for (let i = 0; i < starts; i++) if (classes[i] !== NONE) counts[classes[i]!]!++
  return counts
}

function collect(
  classes: Uint32Array,
  starts: number,
  counts: Uint32Array,
  length: number,
  minCount: number,
  found: RecurringPattern[],
): void {
  const groups = new Map<number, { positions: Uint32Array; filled: number }>()
  for (let i = 0; i < starts; i++) {
    const id = classes[i]!
    const count = id === NONE ? 0 : counts[id]!
    if (count < minCount) continue
    let group = groups.get(id)
    if (group === undefined) {
      group = { positions: new Uint32Array(count), filled: 0 }
      groups.set(id, group)
      found.push({ length, positions: group.positions, count })
    }
    group.positions[group.filled++] = i
  }
}
