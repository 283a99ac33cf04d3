import { ordinalPatterns } from './ordinal.ts'
import type { Periodicity } from './periodicity.ts'
import type { Predictability } from './predictability.ts'

/** What a series settles to. */
export type Regime = 'fixed-point' | 'periodic' | 'quasi-periodic' | 'chaotic' | 'stochastic' | 'undecided'

/** One fact that the decision used. */
export interface Evidence {
  readonly test: string
  readonly value: number
  /** What it was taken to say. */
  readonly says: string
}

export interface Decision {
  readonly regime: Regime
  /** In [0, 1]: from the margins of the tests that decided. 0 when nothing was decided. */
  readonly confidence: number
  readonly evidence: readonly Evidence[]
}

export interface Facts {
  /** Standardised. */
  readonly series: Float64Array
  readonly delay: number
  readonly periodicity: Periodicity
  readonly predictability: Predictability
  readonly exponent: number | undefined
  readonly uncertainty: number
}

/** Error of prediction by neighbours, relative to the linear one, below which a series is deterministic. */
const DETERMINISTIC = 0.5
/** And from which it is taken for a linear process with noise. */
const LINEAR = 0.85
const SIGNIFICANT = 4

/** How sure a test is whose statistic is `margins` times what was asked of it: 0 at 0, 0.63 at 1. */
function sureness(margins: number): number {
  return 1 - Math.exp(-Math.max(0, margins))
}

function together(...parts: number[]): number {
  const product = parts.reduce((a, b) => a * Math.max(0, Math.min(1, b)), 1)
  return Math.min(0.9999, product ** (1 / parts.length))
}

/**
 * Decides between the regimes that are left once fixed points are excluded. A decision list: exact repetition;
 * chaos, which needs growth of small distances beyond its uncertainty **and** that neighbours predict better than
 * any linear model; repetition up to noise; near returns without a period; noise; otherwise undecided.
 */
export function decideRegime(facts: Facts): Decision {
  const { periodicity, predictability, exponent, uncertainty, series, delay } = facts
  const { period, exact, remainder, persistence, cycles } = periodicity
  const { nonlinear, linear, significance } = predictability
  const ratio = nonlinear / linear
  const evidence: Evidence[] = []
  const note = (test: string, value: number, says: string): void => {
    evidence.push({ test, value, says })
  }
  const decide = (regime: Regime, confidence: number): Decision => ({ regime, confidence, evidence })

  if (period !== undefined) note('period', period, exact ? 'repeats exactly' : 'repeats up to the remainder')
  if (period !== undefined && (exact || remainder < 1e-3)) {
    note('cycles', cycles, 'periods seen')
    return decide('periodic', together(sureness(cycles / 3), sureness(series.length / 100)))
  }

  const growing = exponent !== undefined && exponent > uncertainty
  const deterministic = ratio < DETERMINISTIC && significance > SIGNIFICANT
  if (exponent !== undefined)
    note('exponent', exponent, growing ? 'neighbours part' : 'no growth beyond doubt')
  note('prediction', ratio, deterministic ? 'the past decides' : 'no better than a linear model with noise')
  // With a noisy period what neighbours know is the phase; that much the period knows too.
  const beyondPeriod = period === undefined || nonlinear < 0.5 * 2 * remainder
  if (growing && deterministic && beyondPeriod) {
    const { missing } = ordinalPatterns(series, 4, delay)
    note('forbidden patterns', missing, missing > 0 ? 'not every order occurs' : 'every order occurs')
    return decide(
      'chaotic',
      together(
        sureness(exponent / uncertainty),
        1 - ratio,
        sureness(significance / SIGNIFICANT),
        sureness(series.length / (300 * delay)),
      ),
    )
  }

  note('persistence', persistence, 'greatest correlation of distant parts')
  if (period !== undefined && persistence > 0.3) {
    note('remainder', remainder, 'variance that does not come back')
    return decide('periodic', together(1 - remainder, sureness(cycles / 3), sureness(series.length / 100)))
  }
  if (period === undefined && persistence > 0.85 && !growing) {
    return decide('quasi-periodic', together(persistence, sureness(series.length / 300)))
  }
  // Neighbours leave twice the linear error of a linear process; then distant parts may be alike by chance, as they
  // are where the correlation is long.
  if (ratio > LINEAR && persistence < (ratio > 1.3 ? 0.6 : 0.3)) {
    return decide(
      'stochastic',
      together(sureness(ratio / LINEAR), 1 - persistence, sureness(series.length / 100)),
    )
  }
  return decide('undecided', 0)
}
