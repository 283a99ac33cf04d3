/**
 * The four numbers that say how a learner learns. Every level has the same four, so that level k + 1 can tune
 * level k whatever k is. They are plain data; `null` switches a mechanism off.
 */
export interface LearningSetting {
  /**
   * How far the first outcomes move an estimate. For a bandit: the variance of the prior in units of the noise
   * variance (1 / ridge). For Hedge and for tuning levels: the factor on the theoretical learning rate.
   */
  readonly rate: number
  /**
   * How much is spent on finding out. For LinUCB: the width of the confidence bound in standard
   * deviations, times the square root of the logarithm of the rounds. For Thompson sampling: the factor on the
   * sampled deviation. For Hedge: the share of weight that is spread evenly after each round.
   */
  readonly exploration: number
  /** Rounds after which an outcome has lost 63 % of its weight; null keeps all outcomes for ever. */
  readonly window: number | null
  /** Rounds between false alarms of the drift test, on average and about; null switches the test off. */
  readonly driftRunLength: number | null
}

/** @throws RangeError when a field is out of its range. */
export function checkLearningSetting({ rate, exploration, window, driftRunLength }: LearningSetting): void {
  if (!(rate > 0 && rate <= 1e6)) throw new RangeError(`rate must be in (0, 1e6], got ${rate}`)
  if (!(exploration >= 0 && exploration <= 100)) {
    throw new RangeError(`exploration must be in [0, 100], got ${exploration}`)
  }
  if (window !== null && !(window >= 2 && window <= 1e9)) {
    throw new RangeError(`window must be null or in [2, 1e9], got ${window}`)
  }
  if (driftRunLength !== null && !(driftRunLength >= 1 && driftRunLength <= 1e12)) {
    throw new RangeError(`driftRunLength must be null or in [1, 1e12], got ${driftRunLength}`)
  }
}

/** The setting that did best in the bench of this package over stationary and switching rewards in [0, 1]. */
export const DEFAULT_BANDIT_SETTING: LearningSetting = {
  rate: 3,
  exploration: 1.1,
  window: null,
  driftRunLength: 1e8,
}
