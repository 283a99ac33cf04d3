/** Odd, with well-mixed bits: the multiplier of the polynomial hash modulo 2^32. */
const BASE = 0x2c1b3c6d
/** Matched symbols at which a new run is first looked at. */
const FIRST_LOOK = 4
/** How much further than it has come forward a run is followed backwards: keeps the cost per symbol constant. */
const BACK_PER_FORWARD = 4

/** Factor of the hash of a symbol that came `gram` symbols ago. */
export function powerOf(gram: number): number {
  let power = 1
  for (let i = 0; i < gram; i++) power = Math.imul(power, BASE)
  return power
}

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
  /** Position at which the run is to be looked at; -1 for nowhere. */
  wake = -1
  /** Symbols that matched since the proposal, when the run was last looked at. */
  forward = 0
  /** Symbols that matched before it, as far as looked. */
  back = 0
  /** Run length at which the run is reported; 0 until it was decided. */
  needed = 0
  /** The run was reported, or is part of something that was. */
  fired = false
  /** First position that is held for this run; Infinity when nothing is. */
  hold: number = Infinity

  /** Where each hash was last seen: 16 bits of the hash over the position modulo 2^16. */
  readonly table: Int32Array
  readonly #ring: Uint16Array | Int32Array
  readonly #mask: number
  readonly #gram: number
  readonly #power: number
  readonly #shift: number
  readonly #maxPeriod: number
  #hash = 0
  /** Position of the proposal: the symbols after it have matched. */
  #since = 0
  #looked = false
  #whole = false

  constructor(ring: Uint16Array | Int32Array, gram: number, tableBits: number, maxPeriod: number) {
    this.#ring = ring
    this.#mask = ring.length - 1
    this.#gram = gram
    // What aliases is only a proposal. Without the bits of the hash every second symbol would make a false one, and
    // its branches cost more than the hash.
    this.table = new Int32Array(1 << tableBits)
    this.#shift = 32 - tableBits
    this.#maxPeriod = maxPeriod
    this.#power = powerOf(gram)
  }

  /** Takes the symbol at position `at`. True when the run is to be looked at. */
  step(symbol: number, at: number): boolean {
    const ring = this.#ring
    const mask = this.#mask
    const leaving = ring[(at - this.#gram) & mask]!
    const hash = (Math.imul(this.#hash, BASE) + symbol - Math.imul(leaving, this.#power)) | 0
    this.#hash = hash
    const slot = hash >>> this.#shift
    const table = this.table
    const entry = table[slot]!
    const own = (hash << 16) | (at & 0xffff)
    table[slot] = own
    const period = this.period
    if (period !== 0) {
      if (ring[(at - period) & mask] === symbol) return at === this.wake
      this.drop()
    }
    if ((entry ^ own) >>> 16 === 0) this.propose((at - entry) & 0xffff, at)
    return false
  }

  /** From the symbol after `at` on the period `distance` is followed, if it can be one. */
  propose(distance: number, at: number): void {
    if (distance === 0 || distance > this.#maxPeriod) return
    this.period = distance
    this.#since = at
    this.wake = at + FIRST_LOOK
  }

  /** Ends the run: a symbol differs. */
  drop(): void {
    this.period = 0
    // Most proposals fail at once and have left nothing to clear.
    if (!this.#looked) return
    this.#looked = false
    this.back = 0
    this.needed = 0
    this.fired = false
    this.hold = Infinity
    this.#whole = false
  }

  /** Symbols that match the one a period before, as far as known when the run was last looked at. */
  get length(): number {
    return this.forward + this.back
  }

  /** Looks at the run from the position `at` of the last symbol: forwards to there, and backwards. */
  extend(at: number): void {
    this.#looked = true
    this.forward = at - this.#since
    if (this.#whole) return
    const ring = this.#ring
    const mask = this.#mask
    const period = this.period
    const limit = BACK_PER_FORWARD * this.forward
    // Older symbols have been overwritten.
    const low = Math.max(period, at - mask + period)
    let j = this.#since - this.back
    while (this.back < limit && j >= low && ring[j & mask] === ring[(j - period) & mask]) {
      j--
      this.back++
    }
    if (this.back < limit) this.#whole = true
  }

  /** Asks to be looked at again when the run is `length` long, or earlier if more of it may lie behind. */
  wakeAt(length: number): void {
    const remaining = Math.max(this.forward + 1, length - this.back)
    this.wake = this.#since + (this.#whole ? remaining : Math.min(2 * this.forward, remaining))
  }

  /** Stops looking at this run. */
  giveUp(): void {
    this.hold = Infinity
    this.wake = -1
  }

  /** Marks this run as reported, or as part of what was, and stops looking at it. */
  settle(): void {
    this.fired = true
    this.giveUp()
  }
}
