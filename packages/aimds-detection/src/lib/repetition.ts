import type { Finding } from '@midstream/core'
import { normalize } from './normalize.ts'

export interface RepetitionOptions {
  /** Milliseconds within which equal prompts count together. @default 60000 */
  readonly windowMs?: number
  /** Prompts from which on it is a repetition. @default 3 */
  readonly minRepeats?: number
  /** Different prompts that are remembered; the oldest is forgotten. @default 256 */
  readonly maxPrompts?: number
}

/** Characters of a prompt that are compared. */
const COMPARED_CHARS = 2048

/**
 * Makes a check for prompts that come again and again, as a probe in a loop does. `observe` takes a prompt and
 * when it came, in milliseconds of a monotonic clock, and returns a finding over the prompt when it is the
 * `minRepeats`th within the window. Prompts are equal when they are so after `normalize`. The confidence is
 * 1 − 4^(1 − n) for the n-th: 0.9375 for the third. One check serves one session.
 *
 * Throws RangeError unless the options are positive and the counts integers.
 */
export function createRepetitionCheck(options: RepetitionOptions = {}): {
  observe(prompt: string, atMs: number): Finding | undefined
} {
  const { windowMs = 60_000, minRepeats = 3, maxPrompts = 256 } = options
  for (const [name, value] of Object.entries({ minRepeats, maxPrompts })) {
    if (!Number.isInteger(value) || value < 1) throw new RangeError(`${name} must be a positive integer`)
  }
  if (!(windowMs > 0 && windowMs < Infinity)) throw new RangeError('windowMs must be positive and finite')
  const seen = new Map<string, number[]>()
  return {
    observe(prompt, atMs) {
      const form = normalize(prompt.slice(0, COMPARED_CHARS)).text
      if (form === '') return undefined
      const key = `${prompt.length > COMPARED_CHARS ? prompt.length : 0}:${form}`
      // The more of them there are, the fewer are needed: times beyond the eighth change nothing.
      const times = (seen.get(key) ?? []).filter((time) => atMs - time < windowMs).slice(-7)
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
