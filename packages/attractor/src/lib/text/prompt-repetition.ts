import { type Finding, MidstreamError } from '@midstream/core'

export interface PromptRepetitionOptions {
  /** Identical prompts within the window that make a repetition. @default 3 */
  readonly minCount?: number
  /** Milliseconds that a prompt is remembered. @default 60000 */
  readonly windowMs?: number
  /** Prompts that are remembered at most; the oldest goes first. @default 256 */
  readonly maxPrompts?: number
}

export interface PromptRepetition {
  /**
   * Takes a prompt. Returns a finding over its whole text, rule `loop/prompt`, when it and enough others within
   * the window are the same but for case and blanks. O(length + maxPrompts). Throws TIMESTAMP_ORDER for a time
   * before the last, INVALID_SAMPLE for one that is not finite.
   */
  push(text: string, timestampMs: number): Finding | undefined
}

/**
 * Recognises prompts that are sent again and again: an agent in a loop, or somebody trying. Keeps a hash of 64
 * bits of each prompt, never its text.
 *
 * The confidence is 1 - 0.4^(count), raised when the prompts come faster than a person writes: three within the
 * window give 0.936 or more. Throws RangeError for an option out of range.
 */
export function createPromptRepetition(options: PromptRepetitionOptions = {}): PromptRepetition {
  const { minCount = 3, windowMs = 60_000, maxPrompts = 256 } = options
  if (!Number.isInteger(minCount) || minCount < 2)
    throw new RangeError(`minCount must be an integer of at least 2, got ${minCount}`)
  if (!(windowMs > 0)) throw new RangeError(`windowMs must be positive, got ${windowMs}`)
  if (!Number.isInteger(maxPrompts) || maxPrompts < minCount)
    throw new RangeError(`maxPrompts must be an integer of at least minCount, got ${maxPrompts}`)
  const seen: { readonly hash: string; readonly timestampMs: number }[] = []
  // Of any prompt: what is remembered may all be too old, and blank ones are not remembered.
  let last = Number.NEGATIVE_INFINITY

  return {
    push(text, timestampMs) {
      if (!Number.isFinite(timestampMs))
        throw new MidstreamError('INVALID_SAMPLE', `the timestamp is ${timestampMs}`)
      if (timestampMs < last) {
        throw new MidstreamError('TIMESTAMP_ORDER', `timestamp ${timestampMs} comes after ${last}`, {
          details: { last, got: timestampMs },
        })
      }
      last = timestampMs
      while (seen.length > 0 && (timestampMs - seen[0]!.timestampMs > windowMs || seen.length >= maxPrompts))
        seen.shift()
      const hash = hashOf(text)
      if (hash === undefined) return undefined
      seen.push({ hash, timestampMs })
      const same = seen.filter((prompt) => prompt.hash === hash)
      if (same.length < minCount) return undefined
      const seconds = (timestampMs - same[0]!.timestampMs) / 1000 / (same.length - 1)
      // Two seconds are less than anybody needs to read an answer and ask again.
      const base = seconds < 2 ? 0.3 : 0.4
      const confidence = 1 - base ** same.length
      const severity = same.length >= 2 * minCount ? 'high' : 'medium'
      return { rule: 'loop/prompt', category: 'loop', severity, confidence, start: 0, end: text.length }
    },
  }
}

/** Two hashes of 32 bits of the text without case and with blanks joined; undefined for a blank text. */
function hashOf(text: string): string | undefined {
  const plain = text.trim().toLowerCase().replace(/\s+/g, ' ')
  if (plain === '') return undefined
  let a = 0x811c9dc5
  let b = 0x2c1b3c6d
  for (let i = 0; i < plain.length; i++) {
    const c = plain.charCodeAt(i)
    a = Math.imul(a ^ c, 0x01000193)
    b = Math.imul(b + c, 0x9e3779b1) ^ (b >>> 13)
  }
  return `${a >>> 0}/${b >>> 0}/${plain.length}`
}
