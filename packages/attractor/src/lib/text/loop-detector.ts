import { MidstreamError } from '@midstream/core'
import { composeCharacters, composeTokens, countsSteadily } from './cycle.ts'
import type { LoopEvent, LoopKind } from './loop-event.ts'
import { countingRun, exactRun, tokenRun } from './loop-threshold.ts'
import type { RepetitionLane } from './repetition-lane.ts'
import { CHAR_HALF, TextScan } from './text-scan.ts'
import { TOKEN_RING } from './token-ring.ts'
import type { WindowEntropy } from './window-entropy.ts'

export interface LoopDetectorOptions {
  /**
   * Longest period in UTF-16 code units, 16 to 4096, of what is compared by character, and the most that is held.
   * Runs of tokens may have longer ones, up to 512 tokens. Memory follows it. @default 2048
   */
  readonly maxPeriodChars?: number
  /** Length of a text, in code units, past which it is a runaway; Infinity for none. @default 262144 */
  readonly maxChars?: number
  /** Bits per word below which the last 256 words have collapsed; 0 for none. @default 1.5 */
  readonly minWordBits?: number
  /** Bits per code unit below which the last 2048 code units have collapsed; 0 for none. @default 0.5 */
  readonly minCharBits?: number
}

/** One text under watch. What it reports and returns does not depend on how the text is cut into pieces. */
export interface LoopDetector {
  /**
   * Takes the next text. Returns the cleared offset: no event given later has a `cut` before it.
   * Throws SESSION_ENDED after `end`, and after the listener threw.
   */
  push(text: string): number
  /**
   * Ends the text: the token that is still open is complete. From within the listener it ends the text with the event:
   * what is left of the piece gives no more.
   */
  end(): void
}

/** Bits by which the entropy must rise above its bound before a second collapse counts as another one. */
const RECOVERY_BITS = 0.5
/** Longest run of tokens that is waited for. */
const MAX_RUN = 1024

const CONFIDENCE: Readonly<Record<LoopKind, number>> = {
  character: 0.9,
  token: 0.95,
  line: 0.97,
  near: 0.8,
  entropy: 0.8,
  runaway: 1,
}

/**
 * Watches a text for loops while it is written, and calls `loop` once for each, in ascending order of `cut`.
 *
 * A run is compared by character, and by token without blanks and case, with and without regard to numbers.
 * Text is held only while the copy that would prove the loop is being written; see `LoopEvent.cut`. O(1)
 * amortised per code unit for every input. Memory is fixed by `maxPeriodChars`, about 105 KiB at 2048.
 * Throws RangeError for an option out of range.
 *
 * ```ts
 * const detector = createLoopDetector((event) => console.log(event.kind, event.start, event.period))
 * for await (const delta of deltas) detector.push(delta)
 * detector.end()
 * ```
 */
export function createLoopDetector(
  loop: (event: LoopEvent) => void,
  options: LoopDetectorOptions = {},
): LoopDetector {
  const { maxPeriodChars, maxChars, minWordBits, minCharBits } = checkedOptions(options)
  // Three copies, and what is compared backwards from them.
  const ring = new Uint16Array(4 << Math.ceil(Math.log2(maxPeriodChars)))
  const scan: TextScan = new TextScan(ring, maxPeriodChars, Math.min(CHAR_HALF - 1, maxChars), {
    characters: lookAtCharacters,
    tokens: lookAtTokens,
    words: lookAtWords,
    stop,
  })
  const { tokens, exact, words, chars } = scan
  const lanes = [scan.characters, exact, scan.alike]

  let held = false
  let ended = false
  let broken = false
  /** End of what was reported last: a run that began before it belongs to the same loop. */
  let reported = -1
  let wordsCollapsed = false
  let charsCollapsed = false

  /** The offset cleared by the characters before `scan.at`. */
  function cleared(): number {
    const { at } = scan
    if (!held) return at
    let lowest = at
    held = false
    for (const lane of lanes) {
      if (at - lane.hold > maxPeriodChars) lane.hold = Infinity
      if (lane.hold === Infinity) continue
      held = true
      if (lane.hold < lowest) lowest = lane.hold
    }
    return lowest
  }

  /** Whether a run that was reported still goes on: what is found meanwhile is the same loop, seen otherwise. */
  function looping(): boolean {
    return lanes.some(({ period, fired }) => period !== 0 && fired)
  }

  function report(kind: LoopKind, start: number, period: number, cut: number, end: number): void {
    for (const lane of lanes) lane.hold = Infinity
    held = false
    // The listener ended the text in the middle of a piece.
    if (ended && broken) return
    reported = Math.max(end, cut + 1)
    const repeat = start + period
    const cycles = period === 0 ? 0 : (end - start) / period
    const confidence = CONFIDENCE[kind]
    loop({ kind, start, repeat, cut, end: reported, period, cycles, confidence })
  }

  /** Whether a window counts as collapsed, given whether the one before did. Reports a new collapse. */
  function collapse({ bits }: WindowEntropy, least: number, before: boolean): boolean {
    if (bits >= least) return before && bits < least + RECOVERY_BITS
    const cut = cleared()
    if (!before && !looping() && !ended) report('entropy', cut, 0, cut, scan.at + 1)
    return true
  }

  function lookAtCharacters(lane: RepetitionLane): void {
    const { at } = scan
    lane.extend(at)
    const { period, length } = lane
    const first = at + 1 - length
    if (first < reported || looping()) {
      lane.settle()
      return
    }
    if (length < period) {
      lane.wakeAt(period)
      return
    }
    const cycle = composeCharacters(ring, at, period)
    if (lane.needed === 0) lane.needed = exactRun(period, cycle)
    const cutLength = period * Math.floor((lane.needed - 1) / period)
    if (length < cutLength) {
      lane.wakeAt(cutLength)
      return
    }
    const cut = Math.max(first + cutLength, cleared())
    if (length < lane.needed) {
      holdFrom(lane, cut)
      return
    }
    const { letters, newlines, blanks } = cycle
    const kind = letters === 0 ? 'character' : newlines > 0 ? 'line' : blanks > 0 ? 'token' : 'character'
    report(kind, first - period, period, cut, at + 1)
    lane.settle()
  }

  function holdFrom(lane: RepetitionLane, cut: number): void {
    if (lane.hold === Infinity) lane.hold = cut
    held = true
    lane.wakeAt(lane.needed)
  }

  function startOf(token: number): number {
    return token >= tokens.count ? tokens.openStart(scan.at) : tokens.starts[token & (TOKEN_RING - 1)]!
  }

  function lookAtTokens(lane: RepetitionLane): void {
    const { at } = scan
    const last = tokens.count - 1
    lane.extend(last)
    const { period, length } = lane
    const first = last + 1 - length
    if (startOf(first) < reported || looping()) {
      lane.settle()
      return
    }
    if (length < period) {
      lane.wakeAt(period)
      return
    }
    const counting = lane !== exact
    if (lane.needed === 0) {
      const cycle = composeTokens(tokens, last, period, at - startOf(last + 1 - period))
      // Never Infinity: a field of small integers that takes it changes the hidden class of all lanes.
      lane.needed = Math.min(MAX_RUN + 1, counting ? countingRun(cycle) : tokenRun(cycle))
    }
    if (lane.needed > MAX_RUN) {
      lane.giveUp()
      return
    }
    const cutLength = period * Math.floor((lane.needed - 1) / period)
    if (length < cutLength) {
      lane.wakeAt(cutLength)
      return
    }
    if (counting && !countsSteadily(tokens, last, period, cutLength)) {
      lane.needed += 2 * period
      lane.hold = Infinity
      lane.wakeAt(lane.needed - period)
      return
    }
    const cut = Math.max(startOf(first + cutLength), cleared())
    if (length < lane.needed) {
      holdFrom(lane, cut)
      return
    }
    lane.settle()
    // At the end of a text nothing may be left to cut.
    if (ended && cut >= at) return
    const start = startOf(first - period)
    const chars = Math.round((at - start) / (length / period + 1))
    report(counting ? 'near' : 'token', start, chars, cut, at)
  }

  function lookAtWords(): void {
    wordsCollapsed = collapse(words, minWordBits, wordsCollapsed)
  }

  function stop(): void {
    const { at } = scan
    const next = at + 1
    if (next % CHAR_HALF === 0 && chars.complete()) {
      charsCollapsed = collapse(chars, minCharBits, charsCollapsed)
    }
    if (at === maxChars) {
      const cut = cleared()
      report('runaway', cut, 0, cut, next)
    }
    const window = at + CHAR_HALF - (next % CHAR_HALF)
    scan.stop = at < maxChars && maxChars < window ? maxChars : window
  }

  return {
    push(text) {
      if (ended || broken) throw new MidstreamError('SESSION_ENDED', 'this text has ended')
      // Set until the work is done: what the listener throws leaves the scan in the middle of a character.
      broken = true
      scan.push(text)
      broken = false
      return cleared()
    },
    end() {
      if (ended) return
      ended = true
      if (!broken) scan.flush()
    },
  }
}

/**
 * Never used, and kept for that: when the last object of a hidden class is collected, V8 drops the hidden class and
 * all that it has compiled and learned for it, and the next detector starts in the interpreter.
 */
export const KEPT: LoopDetector = createLoopDetector(() => {}, { maxPeriodChars: 16 })

function checkedOptions(options: LoopDetectorOptions): Required<LoopDetectorOptions> {
  const { maxPeriodChars = 2048, maxChars = 262_144, minWordBits = 1.5, minCharBits = 0.5 } = options
  if (!Number.isInteger(maxPeriodChars) || maxPeriodChars < 16 || maxPeriodChars > 4096)
    throw new RangeError(`maxPeriodChars must be an integer from 16 to 4096, got ${maxPeriodChars}`)
  if (maxChars !== Infinity && !(Number.isInteger(maxChars) && maxChars > 0))
    throw new RangeError(`maxChars must be a positive integer or Infinity, got ${maxChars}`)
  if (!(minWordBits >= 0 && minWordBits <= 8))
    throw new RangeError(`minWordBits must be from 0 to 8, got ${minWordBits}`)
  if (!(minCharBits >= 0 && minCharBits <= 8))
    throw new RangeError(`minCharBits must be from 0 to 8, got ${minCharBits}`)
  return { maxPeriodChars, maxChars, minWordBits, minCharBits }
}
