const LONGEST = 2048
/** `c * log2(c)` for every count there can be. */
const PLOGP = Float64Array.from({ length: LONGEST + 1 }, (_, c) => (c === 0 ? 0 : c * Math.log2(c)))

/**
 * Shannon entropy in bits per symbol of windows that overlap by half. Symbols are counted in classes by their
 * low bits; symbols that share a class count as one, which lowers the result. Amortised O(1) per symbol when
 * there are not more classes than symbols in half a window.
 */
export class WindowEntropy {
  /** Entropy of the last complete window. */
  bits: number = Infinity
  /** How often each class occurred in the half that is being filled. */
  counts: Uint16Array
  readonly #half: number
  readonly #mask: number
  #before: Uint16Array
  #count = 0
  #first = true

  /** `window` is even and at most 2048, `classes` a power of two. */
  constructor(window: number, classes: number) {
    this.#half = window / 2
    this.#mask = classes - 1
    this.counts = new Uint16Array(classes)
    this.#before = new Uint16Array(classes)
  }

  /** Takes a symbol. True when it completed a window. */
  push(symbol: number): boolean {
    this.counts[symbol & this.#mask]!++
    return ++this.#count === this.#half && this.complete()
  }

  /** Ends a half that was counted in `counts`, by `push` or by the caller. True when it completed a window. */
  complete(): boolean {
    const first = this.#first
    const counts = this.counts
    const before = this.#before
    if (!first) {
      const window = 2 * this.#half
      let sum = 0
      // Most classes of words are empty: looked at in pairs.
      const pairs = new Uint32Array(counts.buffer)
      const pairsBefore = new Uint32Array(before.buffer)
      for (let pair = 0; pair < pairs.length; pair++) {
        if ((pairs[pair]! | pairsBefore[pair]!) === 0) continue
        const i = 2 * pair
        sum += PLOGP[counts[i]! + before[i]!]!
        sum += PLOGP[counts[i + 1]! + before[i + 1]!]!
      }
      this.bits = Math.log2(window) - sum / window
    }
    this.#first = false
    this.#count = 0
    this.#before = counts
    this.counts = before
    before.fill(0)
    return !first
  }
}
