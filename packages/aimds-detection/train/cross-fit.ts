// Scores from models that never saw the source of what they score: the figure to tune on, and what thresholds and
// calibration are taken from.
import { CHECK_SOURCE, examplesOf, type Sample } from './corpus.ts'
import { learn, scoreOf, sigmoid } from './learn.ts'
import { FOLDS } from './loso-folds.ts'
import { areaUnderCurve, countAbove, upperQuantile } from './measures.ts'
import { RECIPE } from './recipe.ts'
import { isAttack } from './rows.ts'

/** False-positive rates at which results are counted. */
export const RATES = [0.005, 0.01, 0.05] as const

export type Counts = readonly [number, number, number]

export interface SourceResult {
  readonly source: string
  readonly label: 'attack' | 'benign' | 'hard_benign'
  readonly rows: number
  /** Attacks: area under the curve against the plain harmless rows of dev, whose sources the model knows. */
  readonly auc?: number
  /** Attacks: the same against all plain rows of left-out sources. */
  readonly aucUnseen?: number
  /** Rows above the thresholds at which the model of the fold flags 0.5, 1 and 5 % of the plain rows of dev. */
  readonly known: Counts
  /** Rows above the thresholds at which 0.5, 1 and 5 % of all plain rows of left-out sources are flagged. */
  readonly unseen: Counts
}

export interface CrossFit {
  /** Raw score of each sample by a model that was trained without its source; undefined for the others. */
  readonly scores: (number | undefined)[]
  readonly results: SourceResult[]
}

interface Group {
  readonly source: string
  readonly label: SourceResult['label']
  readonly fold: number
  readonly scores: number[]
}

function countsAbove(scores: readonly number[], thresholds: readonly number[]): Counts {
  const [half, one, five] = thresholds.map((threshold) => countAbove(scores, threshold))
  return [half!, one!, five!]
}

/**
 * Trains one model per fold without the fold's sources and scores those. Counts them at two kinds of thresholds: those
 * of plain texts from sources that the model knows, and those of plain texts from sources that it does not know. The
 * second are stricter: texts of a new kind are flagged more often.
 */
export function crossFit(samples: readonly Sample[], progress: (line: string) => void): CrossFit {
  const scores: (number | undefined)[] = samples.map(() => undefined)
  const groups = new Map<string, Group>()
  const plainDev: number[][] = []
  for (const [f, fold] of FOLDS.entries()) {
    const leftOut = new Set(fold)
    const model = learn(examplesOf(samples, leftOut), RECIPE)
    const plain: number[] = []
    for (const [i, sample] of samples.entries()) {
      const { row, split } = sample
      const held = leftOut.has(row.source) || (f === 0 && row.source === CHECK_SOURCE)
      const inDev = split === 'dev' && row.label === 'benign'
      if ((!held && !inDev) || row.label === 'harmful_request') continue
      const score = scoreOf(sample.features, model, RECIPE)
      if (inDev) plain.push(score)
      if (!held) continue
      scores[i] = score
      const label = isAttack(row) ? 'attack' : row.label === 'benign' ? 'benign' : 'hard_benign'
      const key = `${row.source} ${label}`
      if (!groups.has(key)) groups.set(key, { source: row.source, label, fold: f, scores: [] })
      groups.get(key)!.scores.push(score)
    }
    plainDev.push(plain)
    progress(`fold ${f + 1} of ${FOLDS.length}`)
  }
  const known = plainDev.map((plain) => RATES.map((rate) => upperQuantile(plain, rate)))
  const plainUnseen = [...groups.values()].flatMap(({ source, label, scores: list }) =>
    label === 'benign' && source !== CHECK_SOURCE ? list : [],
  )
  const unseen = RATES.map((rate) => upperQuantile(plainUnseen, rate))
  const results = [...groups.values()].map(({ source, label, fold, scores: list }) => ({
    source,
    label,
    rows: list.length,
    ...(label === 'attack'
      ? { auc: areaUnderCurve(list, plainDev[fold]!), aucUnseen: areaUnderCurve(list, plainUnseen) }
      : {}),
    known: countsAbove(list, known[fold]!),
    unseen: countsAbove(list, unseen),
  }))
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
