import { MidstreamError } from '@midstream/core'
import { createDtw } from './dtw.ts'
import { finiteCopy, type NumericSequence, requireLength } from './sequence.ts'

export interface FuzzyPatternOptions {
  /** Points per occurrence. */
  readonly length: number
  /** Similarity, from 0 to 1, that an occurrence must have to the first of its group. The value itself is enough. */
  readonly threshold: number
  /** Occurrences a group must have. Default 2, which is the least. */
  readonly minCount?: number
  /** Points in the sequence, at most. Default 16,384. */
  readonly maxLength?: number
}

export interface FuzzyPattern {
  /** Where the occurrences start, ascending; they do not overlap, neither with each other nor with other groups. */
  readonly positions: Uint32Array
  /** The occurrences that differ from each other, in order of their first place. */
  readonly members: readonly Float64Array[]
}

const DEFAULT_POINTS = 16_384

interface Group {
  readonly leader: number
  readonly positions: number[]
}

/**
 * Groups of similar pieces of a sequence. The similarity of two pieces is 1 - DTW / (length · range), with the range of
 * the whole sequence, so that it depends neither on the length nor on the scale.
 *
 * Each piece joins the group whose first piece is most similar, of equally similar ones the oldest. A point is counted
 * for one group only: the one with most occurrences, of equal ones the oldest.
 *
 * O(n² length²) time at most; a comparison stops once it falls below the threshold.
 *
 * @throws MidstreamError `INVALID_PATTERN_LENGTH` for a length that is not a positive integer, `INVALID_INPUT`,
 * `SEQUENCE_TOO_LONG`. @throws RangeError for a threshold outside [0, 1].
 */
export function fuzzyPatterns(sequence: NumericSequence, options: FuzzyPatternOptions): FuzzyPattern[] {
  const { length, threshold, minCount = 2, maxLength = DEFAULT_POINTS } = options
  if (!Number.isInteger(length) || length < 1) {
    throw new MidstreamError('INVALID_PATTERN_LENGTH', `${length} is no pattern length`, {
      details: { minLength: length, maxLength: length },
    })
  }
  if (!(threshold >= 0 && threshold <= 1))
    throw new RangeError(`threshold must be in [0, 1], not ${threshold}`)
  if (!Number.isInteger(minCount) || minCount < 2) {
    throw new RangeError(`minCount must be an integer of at least 2, not ${minCount}`)
  }
  requireLength('sequence', sequence.length, maxLength)
  const values = finiteCopy('sequence', sequence)
  const groups = groupPieces(values, length, (1 - threshold) * length * rangeOf(values))
  const taken = new Uint8Array(values.length)
  const found: FuzzyPattern[] = []
  for (const { positions } of groups.sort(
    (a, b) => b.positions.length - a.positions.length || a.leader - b.leader,
  )) {
    const free: number[] = []
    for (const start of positions) {
      if (taken[start] !== 0 || taken[start + length - 1] !== 0) continue
      if (free.length > 0 && start < free.at(-1)! + length) continue
      free.push(start)
    }
    if (free.length < minCount) continue
    for (const start of free) taken.fill(1, start, start + length)
    found.push({ positions: Uint32Array.from(free), members: distinct(values, free, length) })
  }
  return found
}

function groupPieces(values: Float64Array, length: number, limit: number): Group[] {
  const exact = createDtw()
  const groups: Group[] = []
  for (let start = 0; start + length <= values.length; start++) {
    const piece = values.subarray(start, start + length)
    let nearest: Group | undefined
    // The border is inclusive, but 1 - threshold may round below it.
    let best = limit * (1 + 1e-12)
    for (const group of groups) {
      const distance = exact.distance(values.subarray(group.leader, group.leader + length), piece, best)
      if (distance > best || (nearest !== undefined && distance === best)) continue
      best = distance
      nearest = group
    }
    if (nearest === undefined) groups.push({ leader: start, positions: [start] })
    else nearest.positions.push(start)
  }
  return groups
}

function distinct(values: Float64Array, positions: readonly number[], length: number): Float64Array[] {
  const members: Float64Array[] = []
  for (const start of positions) {
    const piece = values.subarray(start, start + length)
    if (members.some((member) => member.every((value, i) => value === piece[i]))) continue
    members.push(piece.slice())
  }
  return members
}

function rangeOf(values: Float64Array): number {
  let least = Number.POSITIVE_INFINITY
  let most = Number.NEGATIVE_INFINITY
  for (const value of values) {
    if (value < least) least = value
    if (value > most) most = value
  }
  return values.length === 0 ? 0 : most - least
}
