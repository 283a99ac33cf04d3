// Every setting of a training run. Changing one changes the model; the model file records them all.
import type { LearnOptions } from './learn.ts'

/** Of the recipe and the model it makes. Fixed, so that training again gives the same bytes. */
export const RECIPE_DATE = '2026-11-25'

export const RECIPE: LearnOptions = {
  bits: 20,
  epochs: 5,
  rate: 0.3,
  dropout: 0.5,
  l2: 1e-5,
  minSources: 2,
  shortBlocks: 3,
  longBlocks: 12,
  smoothing: 80,
  seed: 1,
  firstSquare: 1e-2,
  rounds: 2,
}

/** Code units of a training text that are read. Documents repeat themselves past that. */
export const MAX_TRAIN_CHARS = 3000
/** Code units of a text that are read when models are measured. */
export const MAX_MEASURED_CHARS = 12_000
/** How much more a row of a label weighs than its source's share. Hard harmless rows are what users complain about. */
export const LABEL_WEIGHTS: Readonly<Record<string, number>> = { hard_benign: 3, jailbreak: 1.8 }
/** No single row weighs more than this many average ones. */
export const MAX_ROW_WEIGHT = 5
