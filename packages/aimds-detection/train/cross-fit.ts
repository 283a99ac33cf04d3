// Scores from models that never saw the source of what they score: the figure to tune on, and what thresholds and
// calibration are taken from.
import { CHECK_SOURCE, comesFrom, examplesOf, type Sample } from './corpus.ts'
import { learn, scoreOf, sigmoid } from './learn.ts'
import { FOLDS } from './loso-folds.ts'
import { areaUnderCurve, countAbove, upperQuantile } from './measures.ts'
import { RECIPE } from './recipe.ts'
import { isAttack } from './rows.ts'

export interface SourceResult {
  readonly source: string
  readonly rows: number
  /** Attacks: area under the curve against the plain harmless rows of dev. */
  readonly auc?: number
  /** Attacks: how many score above the thresholds of 0.5, 1 and 5 % false positives. */
  readonly found?: readonly [number, number, number]
  /** Harmless rows above the threshold of 1 %. */
  readonly flagged?: number
  readonly label: 'attack' | 'benign' | 'hard_benign'
}

export interface CrossFit {
  /** Raw score of each sample by a model that was trained without its source; undefined for the others. */
  readonly scores: (number | undefined)[]
  readonly results: SourceResult[]
}

/**
 * Trains one model per fold without the fold's sources and scores those. Thresholds are those at which the same
 * model flags 0.5, 1 and 5 % of the plain harmless rows of dev.
 */
export function crossFit(samples: readonly Sample[], progress: (line: string) => void): CrossFit {
  const scores: (number | undefined)[] = samples.map(() => undefined)
  const results: SourceResult[] = []
  for (const [f, fold] of FOLDS.entries()) {
    const leftOut = new Set(fold)
    const model = learn(examplesOf(samples, leftOut), RECIPE)
    const plain: number[] = []
    const groups = new Map<string, { source: string; label: SourceResult['label']; scores: number[] }>()
    for (const [i, sample] of samples.entries()) {
      const { row, split } = sample
      const held = leftOut.has(row.source) || (f === 0 && row.source === CHECK_SOURCE)
      const inDev = split === 'dev' && row.label === 'benign'
      if ((!held && !inDev) || row.label === 'harmful_request') continue
      const score = scoreOf(sample.features, model, RECIPE)
      if (inDev) plain.push(score)
      if (!held || !(comesFrom(sample, leftOut) || row.source === CHECK_SOURCE)) continue
      scores[i] = score
      const label = isAttack(row) ? 'attack' : row.label === 'benign' ? 'benign' : 'hard_benign'
      const key = `${row.source} ${label}`
      if (!groups.has(key)) groups.set(key, { source: row.source, label, scores: [] })
      groups.get(key)!.scores.push(score)
    }
    const [half, one, five] = [0.005, 0.01, 0.05].map((rate) => upperQuantile(plain, rate)) as [
      number,
      number,
      number,
    ]
    for (const { source, label, scores: list } of groups.values()) {
      const base = { source, rows: list.length, label }
      results.push(
        label === 'attack'
          ? {
              ...base,
              auc: areaUnderCurve(list, plain),
              found: [countAbove(list, half), countAbove(list, one), countAbove(list, five)],
            }
          : { ...base, flagged: countAbove(list, one) },
      )
    }
    progress(`fold ${f + 1} of ${FOLDS.length}`)
  }
  return { scores, results }
}

/** Fits p = sigmoid(scale · raw + offset) by Newton's method (Platt 1999, without his prior). */
export function calibrate(
  raw: readonly number[],
  hits: readonly boolean[],
  weights: readonly number[],
): { scale: number; offset: number } {
  let scale = 1
  let offset = 0
  for (let round = 0; round < 30; round++) {
    let [gs, go, hss, hso, hoo] = [0, 0, 1e-6, 0, 1e-6]
    for (let i = 0; i < raw.length; i++) {
      const p = sigmoid(scale * raw[i]! + offset)
      const error = (p - (hits[i] ? 1 : 0)) * weights[i]!
      const curve = p * (1 - p) * weights[i]!
      gs += error * raw[i]!
      go += error
      hss += curve * raw[i]! * raw[i]!
      hso += curve * raw[i]!
      hoo += curve
    }
    const determinant = hss * hoo - hso * hso
    scale -= (gs * hoo - go * hso) / determinant
    offset -= (go * hss - gs * hso) / determinant
  }
  return { scale, offset }
}
