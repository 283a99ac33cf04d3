import { ASCII, classBeyondAscii, DIGIT, IDEOGRAPHS, SPACE } from './character-class.ts'
import { powerOf, RepetitionLane } from './repetition-lane.ts'
import { TOKEN_RING, TokenRing, WORD } from './token-ring.ts'
import { WindowEntropy } from './window-entropy.ts'

const MAX_PERIOD_TOKENS = 512
const WORD_WINDOW = 256
const CHAR_WINDOW = 2048
/** Characters of half a window of entropy. */
export const CHAR_HALF: number = CHAR_WINDOW / 2

// V8 reads what is imported or exported from the module each time; these it compiles into the loop.
const CLASSES = ASCII
const BLANK = SPACE
const NUMERIC = DIGIT
const NO_BLANKS = IDEOGRAPHS
const GRAM = 12
const FACTOR = powerOf(1)
const LEAVING = powerOf(GRAM)
const TABLE_BITS = 12
const FNV_BASIS = 0x811c9dc5
const FNV_PRIME = 0x01000193

/** What is called where there is something to see. `at` is then the position of the character just taken. */
export interface Looks {
  characters(lane: RepetitionLane): void
  tokens(lane: RepetitionLane): void
  words(): void
  /** At the position `stop`; sets the next one. */
  stop(): void
}

/**
 * Reads a text once and keeps up what depends on every character: the run of characters, the tokens, the runs of
 * tokens, and the counts of the entropies.
 *
 * Splits the text into words, numbers and single marks, as they end. Blanks separate and are no tokens; ASCII
 * letters are compared without case. Ideographs are words of one character.
 */
export class TextScan {
  /** Position of the next character; in a look that of the last one. */
  at = 0
  /** Position after which `stop` is called. */
  stop: number
  readonly ring: Uint16Array
  readonly tokens: TokenRing
  readonly characters: RepetitionLane
  readonly exact: RepetitionLane
  readonly alike: RepetitionLane
  readonly words: WindowEntropy
  readonly chars: WindowEntropy
  readonly #looks: Looks
  readonly #mask: number
  readonly #table: Int32Array
  /** Of the last characters, and of the open token. */
  #hash = 0
  #token = 0

  /** The ring must hold a power of two of characters, three periods and more. */
  constructor(ring: Uint16Array, maxPeriod: number, stop: number, looks: Looks) {
    this.stop = stop
    this.ring = ring
    this.tokens = new TokenRing()
    this.characters = new RepetitionLane(ring, GRAM, TABLE_BITS, maxPeriod)
    // The last place of a short piece of a cycle that repeats parts of itself is seldom a whole period back.
    this.exact = new RepetitionLane(this.tokens.exact, 12, 11, MAX_PERIOD_TOKENS)
    this.alike = new RepetitionLane(this.tokens.alike, 8, 11, MAX_PERIOD_TOKENS)
    this.words = new WindowEntropy(WORD_WINDOW, 1024)
    this.chars = new WindowEntropy(CHAR_WINDOW, 256)
    this.#looks = looks
    this.#mask = ring.length - 1
    this.#table = this.characters.table
  }

  /** Takes the next characters. What the looks read is written at once, all else when the piece is done. */
  push(text: string): void {
    const ring = this.ring
    const mask = this.#mask
    const table = this.#table
    const lane = this.characters
    const tokens = this.tokens
    const begin = this.at
    const end = begin + text.length
    let counts = this.chars.counts
    let stop = this.stop
    let hash = this.#hash
    let period = lane.period
    let token = this.#token
    let open = tokens.open
    for (let at = begin; at < end; at++) {
      const c = text.charCodeAt(at - begin)
      ring[at & mask] = c

      // RepetitionLane.step, written out: nearly all the time goes into this loop.
      hash = (Math.imul(hash, FACTOR) + c - Math.imul(ring[(at - GRAM) & mask]!, LEAVING)) | 0
      const slot = hash >>> (32 - TABLE_BITS)
      const entry = table[slot]!
      const own = (hash << 16) | (at & 0xffff)
      table[slot] = own
      if (period !== 0 && ring[(at - period) & mask] === c) {
        if (at === lane.wake) {
          this.at = at
          this.#looks.characters(lane)
        }
      } else {
        if (period !== 0) {
          lane.drop()
          period = 0
        }
        if ((entry ^ own) >>> 16 === 0) {
          lane.propose((at - entry) & 0xffff, at)
          period = lane.period
        }
      }

      let unit = c
      let found: number
      if (c < 128) {
        const known = CLASSES[c]!
        found = known >> 8
        unit = known & 0xff
      } else found = classBeyondAscii(c)
      if (found === open && found <= NUMERIC && c < NO_BLANKS) {
        token = Math.imul(token ^ unit, FNV_PRIME)
        if (found === NUMERIC) tokens.value[0] = tokens.value[0]! * 10 + c - 48
      } else {
        const ended = open !== BLANK
        if (ended) tokens.close(token)
        open = found
        tokens.open = found
        tokens.start = at
        tokens.value[0] = found === NUMERIC ? c - 48 : 0
        token = Math.imul(FNV_BASIS ^ unit, FNV_PRIME)
        if (ended) {
          this.at = at
          this.#takeToken()
        }
      }

      counts[c & 0xff]!++
      if (at === stop) {
        this.at = at
        this.#looks.stop()
        stop = this.stop
        counts = this.chars.counts
      }
    }
    this.at = end
    this.#hash = hash
    this.#token = token
  }

  /** Ends the token that is open at the end of the text. */
  flush(): void {
    if (this.tokens.open === SPACE) return
    this.tokens.close(this.#token)
    this.tokens.open = SPACE
    this.#takeToken()
  }

  #takeToken(): void {
    const { exact, alike, kinds, count } = this.tokens
    const last = count - 1
    const slot = last & (TOKEN_RING - 1)
    const symbol = exact[slot]!
    if (this.exact.step(symbol, last)) this.#looks.tokens(this.exact)
    if (this.alike.step(alike[slot]!, last)) this.#looks.tokens(this.alike)
    if (kinds[slot] === WORD && this.words.push(symbol)) this.#looks.words()
  }
}
