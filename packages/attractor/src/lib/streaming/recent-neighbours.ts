/** Buckets of the last coordinate. */
const BUCKETS = 64
/** Points that are compared at most, newest first: bounds the cost when all values are alike. */
const TRIES = 64

/**
 * The nearest of the last `size` points (x[n - delay], x[n]) in the maximum norm, by buckets over x[n]. The
 * buckets are laid out anew each time the ring is full, over the range of the values then: O(1) amortised. Values
 * outside the range share the last buckets.
 */
export class RecentNeighbours {
  readonly #values: Float64Array
  readonly #mask: number
  readonly #size: number
  readonly #delay: number
  readonly #window: number
  readonly #heads: Int32Array = new Int32Array(BUCKETS).fill(-1)
  readonly #links: Int32Array
  /** Sample that heads and links count from: they stay small however long the stream is. */
  #base = 0
  #low = 0
  #scale = 0
  #next = 0

  /** `values` is the caller's ring, a power of two and longer than `size`; points closer than `window` are left out. */
  constructor(values: Float64Array, size: number, delay: number, window: number) {
    this.#values = values
    this.#mask = values.length - 1
    this.#links = new Int32Array(values.length)
    this.#size = size
    this.#delay = delay
    this.#window = window
  }

  #bucketOf(x: number): number {
    const bucket = Math.floor((x - this.#low) * this.#scale)
    return bucket < 0 ? 0 : bucket >= BUCKETS ? BUCKETS - 1 : bucket
  }

  /** Adds the point of sample `n`, which is in the ring. */
  add(n: number): void {
    if (n >= this.#next) {
      this.#layOut(n)
      return
    }
    this.#link(n)
  }

  #link(n: number): void {
    const bucket = this.#bucketOf(this.#values[n & this.#mask]!)
    this.#links[n & this.#mask] = this.#heads[bucket]!
    this.#heads[bucket] = n - this.#base
  }

  #layOut(n: number): void {
    const from = Math.max(this.#delay, n - this.#size + 1)
    let low = Infinity
    let high = -Infinity
    for (let i = from; i <= n; i++) {
      const x = this.#values[i & this.#mask]!
      if (x < low) low = x
      if (x > high) high = x
    }
    this.#base = from
    this.#low = low
    this.#scale = high > low ? BUCKETS / (high - low) : 0
    this.#heads.fill(-1)
    for (let i = from; i <= n; i++) this.#link(i)
    // Early on the range still grows fast.
    this.#next = n + Math.min(this.#size, Math.max(16, Math.floor(n / 2)))
  }

  /** Samples between `n` and the nearest earlier point to that of sample `n` with a distance; 0 for none. */
  nearest(n: number): number {
    const values = this.#values
    const mask = this.#mask
    const x = values[n & mask]!
    const y = values[(n - this.#delay) & mask]!
    const base = this.#base
    const now = n - base
    const oldest = Math.max(this.#delay, n - this.#size + 1) - base
    // Of the ring, where heads and links count from.
    const origin = base & mask
    const centre = this.#bucketOf(x)
    const last = centre + 1 < BUCKETS ? centre + 1 : centre
    let best = Infinity
    let bestIndex = now
    let tries = TRIES
    for (let bucket = centre > 0 ? centre - 1 : 0; bucket <= last; bucket++) {
      for (let j = this.#heads[bucket]!; j >= oldest && tries > 0; j = this.#links[(j + origin) & mask]!) {
        if (now - j <= this.#window) continue
        tries--
        const a = Math.abs(values[(j + origin) & mask]! - x)
        if (a >= best) continue
        const b = Math.abs(values[(j + origin - this.#delay) & mask]! - y)
        const distance = Math.max(a, b)
        if (distance < best && distance > 0) {
          best = distance
          bestIndex = j
        }
      }
    }
    return now - bestIndex
  }
}
