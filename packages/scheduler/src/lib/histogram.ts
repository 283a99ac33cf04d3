/**
 * Counts of durations with a relative error below 1/128, after the idea of HdrHistogram: buckets of equal
 * relative width. The bucket of a value is the exponent and the first seven bits of the mantissa of its double.
 */
export interface Histogram {
  readonly count: number
  readonly min: number
  readonly max: number
  /** Adds a duration in ms, or the same one several times. Negative and NaN count as 0. O(1). */
  record(ms: number, times?: number): void
  /** Adds what another histogram holds. O(buckets). */
  add(other: Histogram): void
  summary(): DurationSummary
  /**
   * The smallest bound that at least the share `p` in [0, 1] of the values does not pass: never below the exact
   * value, at most 1/128 above it, and never above `max`. 0 when empty. O(buckets).
   */
  percentile(p: number): number
  reset(): void
  /** What it holds, for `add`. */
  readonly counts: DurationCounts
}

/** Durations in ms. All are 0 when nothing was recorded. */
export interface DurationSummary {
  readonly count: number
  readonly min: number
  readonly mean: number
  readonly max: number
  readonly p50: number
  readonly p90: number
  readonly p99: number
  readonly p999: number
}

/** The numbers of a histogram, in arrays: a double in a variable would be a new object at each change. */
export interface DurationCounts {
  readonly buckets: Float64Array
  /** Sum, least and greatest of the values. */
  readonly totals: Float64Array
}

const SUM = 0
const LEAST = 1
const GREATEST = 2

const bits = new Float64Array(1)
const words = new Uint32Array(bits.buffer)
// Which half of a double holds the exponent depends on the processor.
const high = /* @__PURE__ */ new Uint32Array(new Float64Array([1]).buffer)[1] === 0 ? 0 : 1
/** Below a nanosecond everything is one bucket; the last one begins at 2^34 ms, half a year. */
const FIRST = (1023 - 20) << 7
const BUCKETS = (54 << 7) + 2

export function createCounts(): DurationCounts {
  return { buckets: new Float64Array(BUCKETS), totals: new Float64Array([0, Infinity, 0]) }
}

/** Adds a duration, `times` times. */
export function countDuration({ buckets, totals }: DurationCounts, ms: number, times: number): void {
  // biome-ignore lint/complexity/useMathMinMax: Math.max would keep NaN.
  const value = ms > 0 ? ms : 0
  bits[0] = value
  const index = (words[high]! >>> 13) - FIRST + 1
  buckets[index < 0 ? 0 : index >= BUCKETS ? BUCKETS - 1 : index]! += times
  totals[SUM]! += value * times
  if (value < totals[LEAST]!) totals[LEAST] = value
  if (value > totals[GREATEST]!) totals[GREATEST] = value
}

/** Adds `end - starts[k]` for the first `size` starts, or 0 where that is negative. Skips starts of Infinity. */
export function countSince(
  { buckets, totals }: DurationCounts,
  end: number,
  starts: Float64Array,
  size: number,
): void {
  let sum = 0
  let least = totals[LEAST]!
  let greatest = totals[GREATEST]!
  for (let k = 0; k < size; k++) {
    const start = starts[k]!
    const value = end - start
    if (value > 0) {
      bits[0] = value
      const index = (words[high]! >>> 13) - FIRST + 1
      buckets[index < 0 ? 0 : index >= BUCKETS ? BUCKETS - 1 : index]!++
      sum += value
      if (value < least) least = value
      if (value > greatest) greatest = value
    } else if (start !== Infinity) {
      buckets[0]!++
      least = 0
    }
  }
  totals[SUM]! += sum
  totals[LEAST] = least
  totals[GREATEST] = greatest
}

function totalOf({ buckets }: DurationCounts): number {
  let count = 0
  for (let index = 0; index < BUCKETS; index++) count += buckets[index]!
  return count
}

function percentileOf({ buckets, totals }: DurationCounts, p: number, count: number): number {
  if (!(p >= 0 && p <= 1)) throw new RangeError(`a percentile is a share from 0 to 1, got ${p}`)
  if (count === 0) return 0
  const rank = Math.max(1, Math.ceil(p * count))
  let seen = 0
  let index = 0
  while (index < BUCKETS - 1) {
    seen += buckets[index]!
    if (seen >= rank) break
    index++
  }
  return Math.max(totals[LEAST]!, Math.min(totals[GREATEST]!, upperBound(index)))
}

/** The first value of the next bucket, which is as good as the last of this one; Infinity for the last bucket. */
function upperBound(index: number): number {
  if (index === BUCKETS - 1) return Infinity
  words[high] = (index + FIRST) << 13
  words[1 - high] = 0
  return bits[0]!
}

export function summarize(counts: DurationCounts): DurationSummary {
  const count = totalOf(counts)
  const percentile = (p: number): number => percentileOf(counts, p, count)
  return {
    count,
    min: count === 0 ? 0 : counts.totals[LEAST]!,
    mean: count === 0 ? 0 : counts.totals[SUM]! / count,
    max: counts.totals[GREATEST]!,
    p50: percentile(0.5),
    p90: percentile(0.9),
    p99: percentile(0.99),
    p999: percentile(0.999),
  }
}

/** A histogram from 1 ns to half a year. Memory: 55 KB, whatever is recorded. */
export function createHistogram(): Histogram {
  const counts = createCounts()
  const { buckets, totals } = counts
  return {
    record(ms, times = 1) {
      countDuration(counts, ms, times)
    },
    add({ counts: other }) {
      for (let index = 0; index < BUCKETS; index++) buckets[index]! += other.buckets[index]!
      totals[SUM]! += other.totals[SUM]!
      totals[LEAST] = Math.min(totals[LEAST]!, other.totals[LEAST]!)
      totals[GREATEST] = Math.max(totals[GREATEST]!, other.totals[GREATEST]!)
    },
    percentile: (p) => percentileOf(counts, p, totalOf(counts)),
    summary: () => summarize(counts),
    reset() {
      buckets.fill(0)
      totals.set([0, Infinity, 0])
    },
    get count() {
      return totalOf(counts)
    },
    get min() {
      return totals[LEAST] === Infinity ? 0 : totals[LEAST]!
    },
    get max() {
      return totals[GREATEST]!
    },
    counts,
  }
}
