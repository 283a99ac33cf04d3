/** Sum of the last `size` values. Recomputed once per turn of its ring, so that rounding does not pile up. */
export class WindowSum {
  sum: number = 0
  /** Values in the window. */
  count: number = 0
  readonly #ring: Float64Array
  #next = 0

  constructor(size: number) {
    this.#ring = new Float64Array(size)
  }

  push(value: number): void {
    const ring = this.#ring
    this.sum += value - ring[this.#next]!
    ring[this.#next] = value
    if (this.count < ring.length) this.count++
    if (++this.#next < ring.length) return
    this.#next = 0
    let sum = 0
    for (let i = 0; i < ring.length; i++) sum += ring[i]!
    this.sum = sum
  }

  /** Forgets all values. */
  clear(): void {
    this.#ring.fill(0)
    this.sum = 0
    this.count = 0
    this.#next = 0
  }

  get mean(): number {
    return this.count === 0 ? 0 : this.sum / this.count
  }
}
