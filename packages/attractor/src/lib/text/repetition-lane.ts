/** Odd, with well-mixed bits: the multiplier of the polynomial hash modulo 2^32. */
const BASE = 0x2c1b3c6d
/** Matched symbols at which a new run is first looked at. */
const FIRST_LOOK = 4
/** How much further than it has come forward a run is followed backwards: keeps the cost per symbol constant. */
const BACK_PER_FORWARD = 4

/**
 * Finds one repetition at a time in a sequence of symbols.
 *
 * A rolling hash of the last `gram` symbols and a table of where each hash was last seen propose a period; from
 * then on every symbol is compared with the one a period before it. A proposal counts for nothing until symbols
 * were compared, so collisions of hashes cost time only. What matched before the proposal is found by comparing
 * backwards, at most four symbols for each one that matched forwards: O(1) amortised per symbol for every input.
 *
 * The ring belongs to the caller, who writes a symbol to it before `step`. Its size is a power of two.
 */
export class RepetitionLane {
  /** Distance of the symbols that are compared; 0 when nothing is. */
  period = 0
  /** Symbols that matched since the proposal. */
  forward = 0
  /** Symbols that matched before it, as far as looked. */
  back = 0
  /** Run length at which the run is reported; 0 until it was decided. */
  needed = 0
  /** The run was reported, or is part of something that was. */
  fired = false
  /** First position that is held for this run; Infinity when nothing is. */
  hold: number = Infinity

  readonly #ring: Uint16Array | Int32Array
  readonly #mask: number
  readonly #gram: number
  readonly #power: number
  readonly #table: Int32Array
  readonly #shift: number
  readonly #maxPeriod: number
  #hash = 0
  #milestone = FIRST_LOOK
  #whole = false

  constructor(ring: Uint16Array | Int32Array, gram: number, tableBits: number, maxPeriod: number) {
    this.#ring = ring
    this.#mask = ring.length - 1
    this.#gram = gram
    // Below 16 bits of the hash, a position modulo 2^16; what aliases is only a proposal. Without those bits every
    // second symbol would make a false one, and its branches cost more than the hash.
    this.#table = new Int32Array(1 << tableBits)
    this.#shift = 32 - tableBits
    this.#maxPeriod = maxPeriod
    let power = 1
    for (let i = 0; i < gram; i++) power = Math.imul(power, BASE)
    this.#power = power
  }

  /** Takes the symbol at position `at`. True when the run has reached its milestone and should be looked at. */
  step(symbol: number, at: number): boolean {
    const ring = this.#ring
    const mask = this.#mask
    const leaving = ring[(at - this.#gram) & mask]!
    const hash = (Math.imul(this.#hash, BASE) + symbol - Math.imul(leaving, this.#power)) | 0
    this.#hash = hash
    const slot = hash >>> this.#shift
    const table = this.#table
    const entry = table[slot]!
    const own = (hash << 16) | (at & 0xffff)
    table[slot] = own
    if (this.period !== 0) {
      if (ring[(at - this.period) & mask] === symbol) return ++this.forward === this.#milestone
      this.period = 0
      // Most proposals fail at once and have left nothing to clear.
      if (this.#milestone !== FIRST_LOOK) this.#forget()
    }
    if ((entry ^ own) >>> 16 === 0) {
      const distance = (at - entry) & 0xffff
      if (distance === 0 || distance > this.#maxPeriod) return false
      this.period = distance
      this.forward = 0
      this.#milestone = FIRST_LOOK
    }
    return false
  }

  #forget(): void {
    this.back = 0
    this.needed = 0
    this.fired = false
    this.hold = Infinity
    this.#whole = false
  }

  /** Symbols that match the one a period before, as far as known. */
  get length(): number {
    return this.forward + this.back
  }

  /** Looks backwards from the position `at` of the last symbol. */
  extend(at: number): void {
    if (this.#whole) return
    const ring = this.#ring
    const mask = this.#mask
    const period = this.period
    const limit = BACK_PER_FORWARD * this.forward
    // Older symbols have been overwritten.
    const low = Math.max(period, at - mask + period)
    let j = at - this.forward - this.back
    while (this.back < limit && j >= low && ring[j & mask] === ring[(j - period) & mask]) {
      j--
      this.back++
    }
    if (this.back < limit) this.#whole = true
  }

  /** Asks to be looked at again when the run is `length` long, or earlier if more of it may lie behind. */
  wakeAt(length: number): void {
    const remaining = Math.max(this.forward + 1, length - this.back)
    this.#milestone = this.#whole ? remaining : Math.min(2 * this.forward, remaining)
  }

  /** Stops looking at this run. */
  giveUp(): void {
    this.hold = Infinity
    this.#milestone = 0
  }

  /** Marks this run as reported, or as part of what was, and stops looking at it. */
  settle(): void {
    this.fired = true
    this.giveUp()
  }
}
