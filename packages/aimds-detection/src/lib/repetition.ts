import type { Finding } from '@midstream/core'
import { normalize } from './normalize.ts'
import { textDigest } from './text-digest.ts'

export interface RepetitionOptions {
  /** Milliseconds within which equal prompts count together. @default 60000 */
  readonly windowMs?: number
  /** Prompts from which on it is a repetition, at least 2. @default 3 */
  readonly minRepeats?: number
  /** Different prompts that are remembered; the oldest is forgotten. @default 256 */
  readonly maxPrompts?: number
}

/** The more of them there are, the fewer are needed: times beyond so many change nothing but what `minRepeats` asks. */
const KEPT_TIMES = 8

/**
 * Makes a check for prompts that come again and again, as a probe in a loop does. `observe` takes a prompt and
 * when it came, in milliseconds of a monotonic clock, and returns a finding over the prompt when it is the
 * `minRepeats`th within the window. Prompts are equal when they are so after `normalize`. The confidence is
 * 1 − 4^(1 − n) for the n-th: 0.9375 for the third, and no more than for the eighth or the `minRepeats`th. One check
 * serves one session; it keeps digests and times, never a prompt. O(prompt).
 *
 * Throws RangeError unless the options are positive, the counts integers and `minRepeats` at least 2.
 */
export function createRepetitionCheck(options: RepetitionOptions = {}): {
  observe(prompt: string, atMs: number): Finding | undefined
} {
  const { windowMs = 60_000, minRepeats = 3, maxPrompts = 256 } = options
  for (const [name, value] of Object.entries({ minRepeats, maxPrompts })) {
    if (!Number.isInteger(value) || value < 1) throw new RangeError(`${name} must be a positive integer`)
  }
  // The first prompt repeats nothing: its confidence would be 0.
  if (minRepeats === 1) throw new RangeError('minRepeats must be at least 2')
  if (!(windowMs > 0 && windowMs < Infinity)) throw new RangeError('windowMs must be positive and finite')
  const seen = new Map<string, number[]>()
  return {
    observe(prompt, atMs) {
      const form = normalize(prompt).text
      if (form === '') return undefined
      const key = textDigest(form)
      const recent = (seen.get(key) ?? []).filter((time) => atMs - time < windowMs)
      const times = recent.slice(1 - Math.max(KEPT_TIMES, minRepeats))
      times.push(atMs)
      seen.delete(key)
      seen.set(key, times)
      if (seen.size > maxPrompts) seen.delete(seen.keys().next().value!)
      if (times.length < minRepeats) return undefined
      return {
        rule: 'injection/repetition',
        category: 'injection',
        severity: 'medium',
        confidence: 1 - 4 ** (1 - times.length),
        start: 0,
        end: prompt.length,
      }
    },
  }
}
