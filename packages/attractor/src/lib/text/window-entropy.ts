/**
 * Shannon entropy in bits per symbol of windows that overlap by half. Symbols are counted in classes by their
 * low bits; symbols that share a class count as one, which lowers the result. Amortised O(1) per symbol when
 * there are not more classes than symbols in half a window.
 */
export class WindowEntropy {
  /** Entropy of the last complete window. */
  bits: number = Infinity
  readonly #half: number
  readonly #mask: number
  #current: Uint16Array
  #previous: Uint16Array
  #count = 0
  #first = true

  /** `window` is even, `classes` a power of two. */
  constructor(window: number, classes: number) {
    this.#half = window / 2
    this.#mask = classes - 1
    this.#current = new Uint16Array(classes)
    this.#previous = new Uint16Array(classes)
  }

  /** Takes a symbol. True when it completed a window. */
  push(symbol: number): boolean {
    this.#current[symbol & this.#mask]!++
    return ++this.#count === this.#half && this.#complete()
  }

  #complete(): boolean {
    const first = this.#first
    const current = this.#current
    const previous = this.#previous
    if (!first) {
      const window = 2 * this.#half
      let sum = 0
      for (let i = 0; i < current.length; i++) {
        const c = current[i]! + previous[i]!
        if (c > 1) sum += c * Math.log2(c)
      }
      this.bits = Math.log2(window) - sum / window
    }
    this.#first = false
    this.#count = 0
    this.#previous = current
    this.#current = previous
    this.#current.fill(0)
    return !first
  }
}
