// Measures the injection classifier on labelled texts that are not part of this repository:
//   node packages/aimds-detection/eval/injection.ts --data PATH [--leave-sources-out] [--readme] [--misses SOURCE]
// PATH is a file of rows {text, label, source, lang, meta}, one JSON object a line, gzipped or not, or a folder: of
// a folder dev.jsonl.gz is measured. `meta.provenance` (user, operator, tool, model) chooses the threshold.
// `--leave-sources-out` (a folder with train.jsonl.gz) trains models without the sources that they are then measured
// on. `--readme` writes the tables into the package's README and the model card.
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import type { Provenance } from '@midstream/core'
import { createInjectionClassifier } from '../src/lib/classifier.ts'
import { createDetector } from '../src/lib/detector.ts'
import { areaUnderCurve, countAbove, upperQuantile } from '../train/measures.ts'
import { provenanceOf } from '../train/provenance.ts'
import { isAttack, type Row, readRows } from '../train/rows.ts'
import { aucInterval } from './bootstrap.ts'
import { latencyTable } from './latency.ts'
import { leftOutTables } from './left-out.ts'
import { fillSection, percent, printTable, type Table } from './report.ts'
import { share } from './wilson.ts'

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    'leave-sources-out': { type: 'boolean' },
    readme: { type: 'boolean' },
    misses: { type: 'string' },
  },
})
if (values.data === undefined) {
  console.error('usage: node eval/injection.ts --data PATH')
  process.exit(2)
}

const RATES = [0.005, 0.01, 0.05] as const

/** Patterns, decoders and classifier together, as a library user would set them up. */
const DETECTOR_CHARS = 65_536

interface Scored {
  readonly row: Row
  readonly score: number
  readonly provenance: Provenance
  /** What the whole detector says. */
  readonly unsafe: boolean
}

const classifier = createInjectionClassifier()
const detector = createDetector({ pii: false, classifier, classifierThreshold: classifier.thresholds })
const folder = statSync(values.data).isDirectory()
const scored: Scored[] = readRows(folder ? join(values.data, 'dev.jsonl.gz') : values.data).map((row) => ({
  row,
  score: classifier.score(row.text),
  provenance: provenanceOf(row),
  unsafe:
    detector.scan(row.text.slice(0, DETECTOR_CHARS), { provenance: provenanceOf(row) }).threats.length > 0,
}))
const reaches = ({ score, provenance }: Scored): boolean => score > classifier.thresholds[provenance]
const scoresOf = (keep: (row: Row) => boolean): number[] =>
  scored.filter(({ row }) => keep(row)).map(({ score }) => score)
const attacks = scoresOf(isAttack)
const plain = scoresOf(({ label }) => label === 'benign')
const hard = scoresOf(({ label }) => label === 'hard_benign')
// Without harmless rows of its own a set is judged at the model's thresholds alone.
const thresholds = RATES.map((rate) => (plain.length === 0 ? Number.NaN : upperQuantile(plain, rate)))

function summary(): Table {
  const rows: string[][] = []
  const harmless = [...plain, ...hard]
  if (attacks.length > 0 && harmless.length > 0) {
    const [low, high] = aucInterval(attacks, harmless)
    const auc = areaUnderCurve(attacks, harmless)
    rows.push(['AUC, all harmless rows', `${auc.toFixed(4)} [${low.toFixed(4)}, ${high.toFixed(4)}]`])
  }
  for (const [i, rate] of RATES.entries()) {
    if (attacks.length === 0 || plain.length === 0) continue
    rows.push([
      `recall at ${percent(rate)} of plain rows`,
      share(countAbove(attacks, thresholds[i]!), attacks.length),
    ])
  }
  if (hard.length > 0 && plain.length > 0) {
    rows.push([
      'flagged there at 1.0 %, hard harmless rows',
      share(countAbove(hard, thresholds[1]!), hard.length),
    ])
  }
  for (const [name, keep] of [
    ['recall', isAttack],
    ['flagged plain rows', ({ label }: Row) => label === 'benign'],
    ['flagged hard harmless rows', ({ label }: Row) => label === 'hard_benign'],
  ] as const) {
    const some = scored.filter(({ row }) => keep(row))
    if (some.length === 0) continue
    rows.push([`classifier at its thresholds, ${name}`, share(some.filter(reaches).length, some.length)])
    rows.push([
      `patterns and classifier, ${name}`,
      share(some.filter(({ unsafe }) => unsafe).length, some.length),
    ])
  }
  return { title: `On ${scored.length} rows`, columns: ['measure', 'value [95 % interval]'], rows }
}

/** One line a group: attacks with recall, harmless rows with the share that is flagged. */
function byGroup(title: string, group: (item: Scored) => string): Table {
  const groups = new Map<string, Scored[]>()
  for (const item of scored) {
    const key = `${isAttack(item.row) ? 'attack' : item.row.label}\t${group(item)}`
    if (!groups.has(key)) groups.set(key, [])
    groups.get(key)!.push(item)
  }
  const sorted = [...groups].sort(
    ([a, x], [b, y]) => a.split('\t')[0]!.localeCompare(b.split('\t')[0]!) || y.length - x.length,
  )
  return {
    title,
    columns: ['kind', 'group', 'AUC', 'at 0.5 %', 'at 1 %', 'at 5 %', 'at the own threshold'],
    rows: sorted.map(([key, items]) => {
      const [kind, name] = key.split('\t') as [string, string]
      const scores = items.map(({ score }) => score)
      return [
        kind,
        name,
        kind === 'attack' && plain.length > 0 ? areaUnderCurve(scores, plain).toFixed(4) : '',
        ...thresholds.map((threshold) => percent(countAbove(scores, threshold) / scores.length)),
        share(items.filter(reaches).length, items.length),
      ]
    }),
  }
}

const overview = summary()
const groups = [
  byGroup('By provenance', ({ provenance }) => provenance),
  byGroup('By language', ({ row }) => row.lang),
  byGroup('By source', ({ row }) => row.source),
]
const latency: Table = {
  title: 'Time of `score()` on one core',
  columns: ['characters', 'p50', 'p99', 'per character'],
  rows: latencyTable(classifier),
}
for (const table of [overview, ...groups, latency]) printTable(table)

if (values.misses !== undefined) {
  for (const item of scored) {
    if (item.row.source !== values.misses || item.row.label === 'harmful_request') continue
    if (reaches(item) === isAttack(item.row)) continue
    console.log(item.row.label, item.score.toFixed(3), JSON.stringify(item.row.text.slice(0, 300)))
  }
}

if (values['leave-sources-out'] && !folder) throw new TypeError('--leave-sources-out needs a folder')
const left = values['leave-sources-out'] ? leftOutTables(values.data) : []
for (const table of left) printTable(table)

if (values.readme) {
  const made = `Measured with Node ${process.version} by \`pnpm eval:injection -- --data DIR --leave-sources-out --readme\`.`
  const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url))
  fillSection(path('../README.md'), left.length > 0 ? left.slice(0, 1) : [overview], made)
  fillSection(
    path('../../../docs/model-card-injection.md'),
    [...left, overview, ...groups.slice(0, 2), latency],
    made,
  )
}
