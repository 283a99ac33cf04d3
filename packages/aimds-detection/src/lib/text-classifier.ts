import type { Provenance } from '@midstream/core'

/**
 * Judges a text as a whole or as it arrives. Scores are in [0, 1]: the calibrated likelihood that the text
 * holds an instruction that somebody planted.
 */
export interface TextClassifier {
  readonly id: string
  /** From which score on a text counts as an attack, by who wrote it. @default 0.5 for each */
  readonly thresholds?: Readonly<Record<Provenance, number>>
  score(text: string): number
  /**
   * Starts one text. `sink` gets the score of a passage and its span in the text. `push` returns the cleared
   * offset: no later passage starts before it.
   */
  open(sink: (score: number, start: number, end: number) => void): {
    push(text: string): number
    end(): void
  }
}

/** Rule of the findings that a classifier gives. */
export const CLASSIFIER_RULE = 'injection/classifier'
const DEFAULT_THRESHOLD = 0.5

/** The score from which `classifier` reports a text of `provenance`; `own` overrules what it says itself. */
export function thresholdOf(
  classifier: TextClassifier,
  provenance: Provenance,
  own: Partial<Readonly<Record<Provenance, number>>> = {},
): number {
  return own[provenance] ?? classifier.thresholds?.[provenance] ?? DEFAULT_THRESHOLD
}
