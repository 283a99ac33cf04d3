/**
 * - `character`, `token`, `line`: the same text again and again; a cycle has no blank, has words, has whole lines.
 * - `near`: the same words again and again, with numbers that count.
 * - `entropy`: no period, but next to no variety either.
 * - `runaway`: longer than a text may be.
 */
export type LoopKind = 'character' | 'token' | 'line' | 'near' | 'entropy' | 'runaway'

/** A loop in a text, at the moment it is known. Offsets count UTF-16 code units from the start of the text. */
export interface LoopEvent {
  readonly kind: LoopKind
  /** Where the first copy of the cycle begins. Equal to `cut` for `entropy` and `runaway`. */
  readonly start: number
  /** Where the first repeated cycle begins: the second copy. Equal to `cut` for `entropy` and `runaway`. */
  readonly repeat: number
  /** From here on nothing has been cleared: the begin of the last copy, the earliest place left to cut. */
  readonly cut: number
  /** One past the last code unit that was needed to know. */
  readonly end: number
  /** Code units from one copy to the next; 0 for `entropy` and `runaway`. */
  readonly period: number
  /** Copies seen, the first included, the last perhaps in part; 0 for `entropy` and `runaway`. */
  readonly cycles: number
  /** In (0, 1]. */
  readonly confidence: number
}
