import type { Severity } from '@midstream/core'
import type { TextVerdict } from './detection-memory.ts'

export interface Vote {
  readonly verdict: TextVerdict | 'uncertain'
  /** How much the voter is trusted, at least 0. One of weight 0 has no say, whatever it says. */
  readonly weight: number
  /** How bad it would be if true; `critical` votes for an attack need a smaller share. */
  readonly severity?: Severity
}

export interface Consensus {
  readonly verdict: TextVerdict | 'uncertain'
  /** Weight that votes for an attack, as a share of all. 0 when there is none. */
  readonly attack: number
  readonly harmless: number
}

/** Share of the weight that decides, and the smaller one of critical votes that decides for an attack. */
const MAJORITY = 0.6
const CRITICAL_SHARE = 0.3

/**
 * Joins weighted verdicts. 60 % of the weight decide; 30 % that call it a critical attack do so too, and come
 * first. Uncertain otherwise: without votes, without weight, and where voters disagree or abstain. Pure; only
 * proportions of weights matter. Throws RangeError for a weight that is negative or not
 * finite and for an unknown verdict. O(votes).
 */
export function consensus(votes: readonly Vote[]): Consensus {
  let largest = 0
  for (const { weight, verdict } of votes) {
    if (!(weight >= 0 && weight < Infinity)) {
      throw new RangeError(`a weight must be finite, at least 0, got ${weight}`)
    }
    if (verdict !== 'attack' && verdict !== 'harmless' && verdict !== 'uncertain') {
      throw new RangeError(`unknown verdict ${String(verdict)}`)
    }
    largest = Math.max(largest, weight)
  }
  if (largest === 0) return { verdict: 'uncertain', attack: 0, harmless: 0 }
  const sums = { attack: 0, harmless: 0, uncertain: 0 }
  let critical = 0
  for (const { verdict, weight, severity } of votes) {
    // Of the largest weight, so that sums of huge weights stay finite.
    const part = weight / largest
    sums[verdict] += part
    if (verdict === 'attack' && severity === 'critical') critical += part
  }
  const total = sums.attack + sums.harmless + sums.uncertain
  const attack = sums.attack / total
  const harmless = sums.harmless / total
  if (attack >= MAJORITY || critical / total >= CRITICAL_SHARE) return { verdict: 'attack', attack, harmless }
  return { verdict: harmless >= MAJORITY ? 'harmless' : 'uncertain', attack, harmless }
}
