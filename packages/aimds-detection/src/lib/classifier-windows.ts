// Scores of a text are those of its windows. Window borders fall on multiples of a block, counted from the start
// of the text, so that they do not depend on how the text arrives.

/** Code units between two window borders. */
export const BLOCK_CHARS = 64

/** A feature counts once in this many code units: repeating a word does not raise the score. */
const RECENCY_CHARS = 512
const RECENCY_SLOTS = 4096

/** Remembers which features of a text were seen a short while ago, in a fixed number of slots (48 KiB). */
export interface Recency {
  /** True when the feature was not counted in the last 512 code units before `at`. */
  isNew(hash: number, at: number): boolean
  /** Makes it as good as new, for another text, after one of `length` code units. */
  reset(length: number): void
}

export function createRecency(): Recency {
  const hashes = new Int32Array(RECENCY_SLOTS)
  const positions = new Float64Array(RECENCY_SLOTS)
  // Texts lie one behind the other, further apart than features are remembered.
  let origin = RECENCY_CHARS
  return {
    isNew(hash, at) {
      const slot = hash >>> 20
      const place = origin + at
      if (hashes[slot] === hash && place - positions[slot]! < RECENCY_CHARS) return false
      hashes[slot] = hash
      positions[slot] = place
      return true
    },
    reset(length) {
      origin += length + RECENCY_CHARS
    },
  }
}

export interface WindowShape {
  readonly shortBlocks: number
  readonly longBlocks: number
  readonly smoothing: number
  readonly biases: ArrayLike<number>
  /** What one unit of a sum is worth. */
  readonly unit: number
}

/** The better of the two windows that end with the last block. */
export interface Windows {
  score: number
  /** Its number of blocks. */
  blocks: number
  /** Adds a block, given the sum of the weights (whole numbers leave no rounding) and the number of features. */
  add(sum: number, count: number): void
}

/**
 * Running sums over the last blocks. A window shorter than its full length is one at the start of the text. The
 * long window is judged once it is longer than the short one. Constant time per block.
 */
export function createWindows({ shortBlocks, longBlocks, smoothing, biases, unit }: WindowShape): Windows {
  const sums = new Float64Array(longBlocks)
  const counts = new Int32Array(longBlocks)
  let seen = 0
  let shortSum = 0
  let longSum = 0
  let shortCount = 0
  let longCount = 0
  const windows: Windows = {
    score: Number.NEGATIVE_INFINITY,
    blocks: 0,
    add(sum, count) {
      const slot = seen % longBlocks
      longSum += sum - sums[slot]!
      longCount += count - counts[slot]!
      if (seen >= shortBlocks) {
        const leaving = (seen - shortBlocks) % longBlocks
        shortSum -= sums[leaving]!
        shortCount -= counts[leaving]!
      }
      shortSum += sum
      shortCount += count
      sums[slot] = sum
      counts[slot] = count
      seen++
      windows.score = (shortSum * unit) / Math.sqrt(shortCount + smoothing) + biases[0]!
      windows.blocks = Math.min(seen, shortBlocks)
      if (seen <= shortBlocks) return
      const long = (longSum * unit) / Math.sqrt(longCount + smoothing) + biases[1]!
      if (long <= windows.score) return
      windows.score = long
      windows.blocks = Math.min(seen, longBlocks)
    },
  }
  return windows
}
