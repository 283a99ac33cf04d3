import { requireBetween, requireInteger } from './limits.ts'
import type { DriftDetector } from './page-hinkley.ts'
import { checkSavedState, loadNumbers, type SavedState } from './saved-state.ts'

export interface AdwinOptions {
  /** Bound on the probability of a false alarm at each check, in (0, 1). Default 0.002. */
  readonly delta?: number
  /** Values between two checks. Default 32. */
  readonly checkEvery?: number
  /** Values on either side of a cut at least. Default 5. */
  readonly minSide?: number
}

export interface AdwinState extends SavedState {
  readonly counts: readonly number[]
  readonly totals: readonly number[]
  readonly spreads: readonly number[]
  readonly pushed: number
  readonly width: number
  readonly total: number
  readonly spread: number
}

const KIND = 'midstream.adwin'
const VERSION = 1
/** Buckets of one size, as in the paper (its M). */
const BUCKETS = 5
/** Bucket sizes 1, 2, 4, …: enough for 5 * 2^40 values. */
const ROWS = 40
const SLOTS = BUCKETS + 1
/** Values before the first check. */
const MIN_WIDTH = 10

/**
 * ADWIN (Bifet and Gavaldà, "Learning from time-changing data with adaptive windowing", SDM 2007), the second form
 * with exponential buckets: a window that is as long as its halves agree. At each check every cut between buckets
 * is tried; while the means of the two sides differ by more than the bound, the oldest bucket is dropped.
 *
 * The cut uses the paper's bound with the variance (its equation 3.1), which is a normal approximation: the false
 * alarm probability delta for each check is rigorous only for the wider bound that ignores the variance.
 *
 * Time: O(log width) for a check, O(1) amortised otherwise. Memory: fixed, 4 KiB.
 */
export function createAdwin(options: AdwinOptions = {}, state?: AdwinState): DriftDetector<AdwinState> {
  const { delta = 0.002, checkEvery = 32, minSide = 5 } = options
  requireBetween('delta', delta, 0, 1)
  requireInteger('checkEvery', checkEvery, 1, 1e6)
  requireInteger('minSide', minSide, 1, 1e6)

  /** Buckets in each row; within a row the oldest comes first. */
  const counts = new Float64Array(ROWS)
  const totals = new Float64Array(ROWS * SLOTS)
  /** Sum of squared deviations from the bucket's mean. */
  const spreads = new Float64Array(ROWS * SLOTS)
  let width = 0
  let total = 0
  let spread = 0
  let pushed = 0

  function dropOldestOf(row: number, howMany: number): void {
    const at = row * SLOTS
    totals.copyWithin(at, at + howMany, at + SLOTS)
    spreads.copyWithin(at, at + howMany, at + SLOTS)
    counts[row] = counts[row]! - howMany
  }

  function append(row: number, bucketTotal: number, bucketSpread: number): void {
    const at = row * SLOTS + counts[row]!
    totals[at] = bucketTotal
    spreads[at] = bucketSpread
    counts[row] = counts[row]! + 1
  }

  function insert(value: number): void {
    append(0, value, 0)
    width++
    if (width > 1) spread += ((width - 1) * (value - total / (width - 1)) ** 2) / width
    total += value
    for (let row = 0; row + 1 < ROWS && counts[row] === SLOTS; row++) {
      const at = row * SLOTS
      const size = 2 ** row
      const between = (size * ((totals[at]! - totals[at + 1]!) / size) ** 2) / 2
      append(row + 1, totals[at]! + totals[at + 1]!, spreads[at]! + spreads[at + 1]! + between)
      dropOldestOf(row, 2)
    }
  }

  function dropOldest(): void {
    let row = ROWS - 1
    while (counts[row] === 0) row--
    const size = 2 ** row
    const bucketTotal = totals[row * SLOTS]!
    const bucketSpread = spreads[row * SLOTS]!
    width -= size
    total -= bucketTotal
    const distance = bucketTotal / size - total / width
    spread = Math.max(0, spread - bucketSpread - (size * width * distance ** 2) / (size + width))
    dropOldestOf(row, 1)
  }

  function differ(oldSize: number, oldTotal: number): boolean {
    const newSize = width - oldSize
    if (oldSize < minSide || newSize < minSide) return false
    const level = Math.log((2 * Math.log(width)) / delta)
    const reciprocal = 1 / (oldSize - minSide + 1) + 1 / (newSize - minSide + 1)
    const bound = Math.sqrt(2 * reciprocal * (spread / width) * level) + (2 / 3) * level * reciprocal
    return Math.abs(oldTotal / oldSize - (total - oldTotal) / newSize) > bound
  }

  function cutFound(): boolean {
    let oldSize = 0
    let oldTotal = 0
    for (let row = ROWS - 1; row >= 0; row--) {
      for (let k = 0; k < counts[row]!; k++) {
        oldSize += 2 ** row
        oldTotal += totals[row * SLOTS + k]!
        if (differ(oldSize, oldTotal)) return true
      }
    }
    return false
  }

  function reset(): void {
    counts.fill(0)
    width = 0
    total = 0
    spread = 0
    pushed = 0
  }

  if (state !== undefined) {
    checkSavedState(state, KIND, VERSION)
    loadNumbers(counts, state.counts, 'counts')
    loadNumbers(totals, state.totals, 'totals')
    loadNumbers(spreads, state.spreads, 'spreads')
    pushed = state.pushed
    width = state.width
    total = state.total
    spread = state.spread
  }
  return {
    push(value) {
      if (!Number.isFinite(value)) throw new RangeError(`value must be finite, got ${value}`)
      insert(value)
      pushed++
      if (pushed % checkEvery !== 0 || width <= MIN_WIDTH) return false
      let drift = false
      while (width > MIN_WIDTH && cutFound()) {
        dropOldest()
        drift = true
      }
      return drift
    },
    get width() {
      return width
    },
    get mean() {
      return width === 0 ? 0 : total / width
    },
    reset,
    save: () => ({
      kind: KIND,
      version: VERSION,
      counts: [...counts],
      totals: [...totals],
      spreads: [...spreads],
      pushed,
      width,
      total,
      spread,
    }),
  }
}
