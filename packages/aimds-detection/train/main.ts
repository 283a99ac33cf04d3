// Trains the injection classifier and the embedding; writes model/injection.bin and model/embedding.bin:
//   node packages/aimds-detection/train/main.ts --data DIR
// DIR holds train.jsonl.gz and dev.jsonl.gz with rows {text, label, source, lang, meta}. The same data give the
// same bytes. What the data are, and how good the model is: docs/model-card-injection.md.
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import type { Provenance } from '@midstream/core'
import { encodeModel, type Thresholds } from '../src/lib/classifier-model.ts'
import { encodeEmbedding } from '../src/lib/embedding-model.ts'
import { CHECK_SOURCE, examplesOf, readCorpus, type Sample } from './corpus.ts'
import { calibrate, crossFit, type SourceResult } from './cross-fit.ts'
import { featureCheck } from './feature-check.ts'
import { countSources, learn, scoreOf, sigmoid } from './learn.ts'
import { learnEmbedding } from './learn-embedding.ts'
import { areaUnderCurve, countAbove, upperQuantile } from './measures.ts'
import { provenanceOf } from './provenance.ts'
import { quantise } from './quantise.ts'
import { LABEL_WEIGHTS, MAX_ROW_WEIGHT, MAX_TRAIN_CHARS, RECIPE, RECIPE_DATE } from './recipe.ts'
import { isAttack } from './rows.ts'

const { values } = parseArgs({ options: { data: { type: 'string' } } })
if (values.data === undefined) {
  console.error('usage: node train/main.ts --data DIR')
  process.exit(2)
}
const folder = values.data
const started = performance.now()
const progress = (line: string): void =>
  console.log(`${((performance.now() - started) / 1000).toFixed(0).padStart(4)} s  ${line}`)

const samples = readCorpus(folder)
progress(`${samples.length} texts read`)
const { scores: leftOutScores, results } = crossFit(samples, progress)
const examples = examplesOf(samples, new Set())
const exact = learn(examples, RECIPE)
const { step, weights, rounded } = quantise(exact.weights)
const model = { weights: rounded, biases: exact.biases }
progress(`final model trained on ${examples.length} texts`)

/** Sources count by the root of their size, as in training. */
function sourceWeights(list: readonly Sample[]): number[] {
  const sizes = new Map<string, number>()
  for (const { row } of list) sizes.set(row.source, (sizes.get(row.source) ?? 0) + 1)
  return list.map(({ row }) => 1 / Math.sqrt(sizes.get(row.source)!))
}

// Generated texts were seen by every fold's model, but for those of the check generator: they take no part here.
const judged = samples.flatMap((sample, i) =>
  leftOutScores[i] === undefined || sample.row.source === CHECK_SOURCE
    ? []
    : [{ sample, score: leftOutScores[i] }],
)
const { scale, offset } = calibrate(
  judged.map(({ score }) => score),
  judged.map(({ sample }) => isAttack(sample.row)),
  sourceWeights(judged.map(({ sample }) => sample)),
)
const calibrated = (raw: number): number => sigmoid(scale * raw + offset)

/**
 * Tomorrow's texts come from sources that the model does not know. The rates are those over harmless rows, hard ones
 * too, that were scored by models which never saw their source.
 */
function thresholdsOf(provenances: readonly Provenance[]): Thresholds {
  const harmless = judged.filter(
    ({ sample: { row } }) => !isAttack(row) && provenances.includes(provenanceOf(row)),
  )
  const scores = harmless.map(({ score }) => score)
  const weights = sourceWeights(harmless.map(({ sample }) => sample))
  const at = (rate: number): number => calibrated(upperQuantile(scores, rate, weights))
  return { '0.005': at(0.005), '0.01': at(0.01), '0.05': at(0.05) }
}

const thresholds = {
  user: thresholdsOf(['user']),
  operator: thresholdsOf(['operator']),
  // What a model says is judged like a document: too few rows are a model's own words.
  model: thresholdsOf(['tool', 'model']),
  tool: thresholdsOf(['tool', 'model']),
}

function summary(list: readonly SourceResult[]): Record<string, number> {
  const some = list.filter(({ source }) => source !== CHECK_SOURCE)
  const attacks = some.filter(({ label, rows }) => label === 'attack' && rows >= 10)
  const mean = (value: (result: SourceResult) => number): number =>
    attacks.reduce((sum, result) => sum + value(result), 0) / attacks.length
  const flagged = (label: SourceResult['label'], kind: 'known' | 'unseen'): number => {
    const rows = some.filter((result) => result.label === label)
    return (
      rows.reduce((sum, result) => sum + result[kind][1], 0) /
      rows.reduce((sum, result) => sum + result.rows, 0)
    )
  }
  return {
    meanAuc: mean(({ auc }) => auc!),
    meanAucUnseen: mean(({ aucUnseen }) => aucUnseen!),
    meanRecallUnseen: mean(({ unseen, rows }) => unseen[1] / rows),
    hardFalsePositivesUnseen: flagged('hard_benign', 'unseen'),
    meanRecallKnown: mean(({ known, rows }) => known[1] / rows),
    plainFalsePositivesKnown: flagged('benign', 'known'),
    hardFalsePositivesKnown: flagged('hard_benign', 'known'),
  }
}

const dev = samples
  .filter(({ split }) => split === 'dev')
  .map((sample) => ({ row: sample.row, score: scoreOf(sample.features, model, RECIPE) }))
const plainDev = dev.filter(({ row }) => row.label === 'benign').map(({ score }) => score)
const attackDev = dev.filter(({ row }) => isAttack(row)).map(({ score }) => score)
const inDistribution = {
  auc: areaUnderCurve(
    attackDev,
    dev.filter(({ row }) => !isAttack(row)).map(({ score }) => score),
  ),
  recallAtOnePercent: countAbove(attackDev, upperQuantile(plainDev, 0.01)) / attackDev.length,
}

function census(): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { row, split } of samples) {
    if (split === 'dev' || row.source === CHECK_SOURCE) continue
    const key = `${row.source} ${row.label}`
    counts[key] = (counts[key] ?? 0) + 1
  }
  return counts
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
const file = encodeModel({
  format: 1,
  bits: RECIPE.bits,
  shortBlocks: RECIPE.shortBlocks,
  longBlocks: RECIPE.longBlocks,
  smoothing: RECIPE.smoothing,
  biases: [exact.biases[0]!, exact.biases[1]!],
  step,
  calibration: { scale, offset },
  thresholds,
  training: {
    date: RECIPE_DATE,
    recipe: RECIPE,
    weighting: { labels: LABEL_WEIGHTS, maxRow: MAX_ROW_WEIGHT, maxChars: MAX_TRAIN_CHARS },
    featureCheck: featureCheck(),
    data: Object.fromEntries(
      ['train.jsonl.gz', 'dev.jsonl.gz'].map((name) => [name, sha256(readFileSync(join(folder, name)))]),
    ),
    rows: census(),
    leaveSourcesOut: { ...summary(results), sources: results },
    dev: inDistribution,
    usedBuckets: countSources(examples, RECIPE.bits).reduce(
      (n, sources) => n + (sources >= RECIPE.minSources ? 1 : 0),
      0,
    ),
  },
  weights,
})
const embedding = encodeEmbedding(
  learnEmbedding(
    samples.filter(({ split }) => split === 'train').map(({ row }) => row.text),
    RECIPE_DATE,
  ),
)
progress('embedding learned')
const target = fileURLToPath(new URL('../model', import.meta.url))
mkdirSync(target, { recursive: true })
writeFileSync(join(target, 'injection.bin'), file)
writeFileSync(join(target, 'embedding.bin'), embedding)

for (const { source, label, rows, auc, known, unseen } of [...results].sort((a, b) => b.rows - a.rows)) {
  const percent = (n: number): string => `${((100 * n) / rows).toFixed(1)} %`
  console.log(
    `${label.padEnd(12)}${source.padEnd(30)}${String(rows).padStart(6)}  ` +
      `unseen ${unseen.map(percent).join(' / ')}  known ${known.map(percent).join(' / ')}` +
      (auc === undefined ? '' : `  AUC ${auc.toFixed(4)}`),
  )
}
console.log(
  JSON.stringify(
    { ...summary(results), inDistribution, thresholds, calibration: { scale, offset } },
    null,
    1,
  ),
)
progress(`injection.bin: ${file.length} bytes, sha256 ${sha256(file)}`)
progress(`embedding.bin: ${embedding.length} bytes, sha256 ${sha256(embedding)}`)
