// Measures createDetector on labelled texts that are not part of this repository: patterns alone, the classifier
// alone, and both.
//   node packages/aimds-detection/eval/detector.ts --data FILE [--flagged]
// FILE has rows {text, label, source}, one JSON object a line, gzipped or not. `--flagged` lists what was reported in
// harmless texts. The patterns were written against train.jsonl.gz; any other file is held out.
import { parseArgs } from 'node:util'
import { createDetector } from '../src/index.ts'
import { provenanceOf } from '../train/provenance.ts'
import { isAttack, readRows } from '../train/rows.ts'
import { share } from './wilson.ts'

const { values } = parseArgs({ options: { data: { type: 'string' }, flagged: { type: 'boolean' } } })
if (values.data === undefined) throw new TypeError('usage: node eval/detector.ts --data FILE')

interface Count {
  rows: number
  patterns: number
  classifier: number
  either: number
  incomplete: number
}

const detector = createDetector({ pii: false })
const counts = new Map<string, Count>()

function countOf(key: string): Count {
  let count = counts.get(key)
  if (count === undefined) {
    count = { rows: 0, patterns: 0, classifier: 0, either: 0, incomplete: 0 }
    counts.set(key, count)
  }
  return count
}

for (const row of readRows(values.data)) {
  const { threats, incomplete } = detector.scan(row.text, { provenance: provenanceOf(row) })
  const judged = threats.some(({ rule }) => rule === 'injection/classifier')
  const matched = threats.some(({ rule }) => rule !== 'injection/classifier')
  for (const key of [`all ${row.label}`, `${row.label} of ${row.source}`]) {
    const count = countOf(key)
    count.rows += 1
    if (matched) count.patterns += 1
    if (judged) count.classifier += 1
    if (matched || judged) count.either += 1
    if (incomplete) count.incomplete += 1
  }
  if (values.flagged !== true || isAttack(row) || !matched) continue
  for (const { rule, start, end } of threats) {
    if (rule !== 'injection/classifier')
      console.log(`${row.source} ${rule}: ${row.text.slice(start, end).slice(0, 60)}`)
  }
}

console.log('reported, of all rows, with 95 % Wilson intervals: patterns | classifier | either | incomplete')
for (const [key, count] of [...counts].sort(([a], [b]) => a.localeCompare(b))) {
  const cells = [count.patterns, count.classifier, count.either].map((hits) => share(hits, count.rows))
  console.log(`${key.padEnd(52)} ${cells.join(' | ')} | ${count.incomplete}`)
}
