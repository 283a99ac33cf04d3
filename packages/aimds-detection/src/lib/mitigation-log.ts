import { type Category, isThreat } from '@midstream/aimds-core'

export interface MitigationLogOptions {
  /** Trials before a mitigation can be the best one. @default 5 */
  readonly minTrials?: number
  /** Most mitigations kept of one category; one more drops that which was not recorded for longest. @default 100 */
  readonly capacity?: number
}

export interface MitigationScore {
  readonly mitigation: string
  /** In (0, 1): 0.5 without a trial, moved by a tenth of the way to 1 or 0 with each. */
  readonly effectiveness: number
  readonly trials: number
}

/** How well mitigations worked, per category of threat. */
export interface MitigationLog {
  /**
   * Counts a trial and returns the effectiveness after it. Throws RangeError for a category that is no threat and
   * for a name that is empty or longer than 200 code units, TypeError when `success` is no boolean.
   */
  record(category: Category, mitigation: string, success: boolean): number
  score(category: Category, mitigation: string): MitigationScore | undefined
  /**
   * The most effective mitigation of this category with enough trials; of equal ones that recorded less recently.
   * Undefined when there is none: another category's experience is no substitute.
   */
  best(category: Category): MitigationScore | undefined
}

/** Weight of a new outcome in the exponential moving average, and its value before the first. */
const ALPHA = 0.1
const START = 0.5
const MAX_NAME = 200

/** Makes an empty log. Throws RangeError for options that are no positive integers. */
export function createMitigationLog(options: MitigationLogOptions = {}): MitigationLog {
  const { minTrials = 5, capacity = 100 } = options
  for (const [name, value] of Object.entries({ minTrials, capacity })) {
    if (!Number.isSafeInteger(value) || value < 1) throw new RangeError(`${name} must be a positive integer`)
  }
  const categories = new Map<Category, Map<string, MitigationScore>>()

  return {
    record(category, mitigation, success) {
      if (!isThreat(category)) throw new RangeError(`${category} is no category of threats`)
      if (typeof success !== 'boolean') throw new TypeError('success must be true or false')
      if (mitigation === '' || mitigation.length > MAX_NAME) {
        throw new RangeError(`the name of a mitigation has 1 to ${MAX_NAME} characters`)
      }
      const scores = categories.get(category) ?? new Map<string, MitigationScore>()
      categories.set(category, scores)
      const { effectiveness: before, trials } = scores.get(mitigation) ?? { effectiveness: START, trials: 0 }
      const effectiveness = before + ALPHA * ((success ? 1 : 0) - before)
      // Set anew, it is the last of the map: the first is the one that was not recorded for longest.
      scores.delete(mitigation)
      if (scores.size >= capacity) scores.delete(scores.keys().next().value!)
      scores.set(mitigation, { mitigation, effectiveness, trials: trials + 1 })
      return effectiveness
    },
    score: (category, mitigation) => categories.get(category)?.get(mitigation),
    best(category) {
      let best: MitigationScore | undefined
      for (const score of categories.get(category)?.values() ?? []) {
        if (score.trials < minTrials) continue
        if (best === undefined || score.effectiveness > best.effectiveness) best = score
      }
      return best
    },
  }
}
