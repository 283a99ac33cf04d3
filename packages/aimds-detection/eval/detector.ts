// Measures createDetector on labelled texts: patterns alone, the classifier alone, and both.
//   node packages/aimds-detection/eval/detector.ts [--readme]
// measures the committed held-out set (held-out.ts); `--readme` writes the numbers into the package's README, where a
// test compares them. Single verdicts are not listed: whoever reads them starts to write patterns for this set.
//   node packages/aimds-detection/eval/detector.ts --data FILE [--flagged]
// FILE has rows {text, label, source}, one JSON object a line, gzipped or not. `--flagged` lists what was reported in
// harmless texts. The patterns were written against train.jsonl.gz; any other file is held out.
import { parseArgs } from 'node:util'
import { createDetector } from '../src/index.ts'
import { provenanceOf } from '../train/provenance.ts'
import { isAttack, readRows } from '../train/rows.ts'
import { heldOutSection, heldOutTables, publish, readHeldOut } from './held-out.ts'
import { printTable } from './report.ts'
import { share } from './wilson.ts'

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    flagged: { type: 'boolean' },
    readme: { type: 'boolean' },
  },
})
const detector = createDetector({ pii: false })

if (values.data === undefined) measureHeldOut()
else measureFile(values.data)

function measureHeldOut(): void {
  const tables = heldOutTables(readHeldOut(), detector)
  for (const table of tables) printTable(table)
  if (values.readme === true) publish(heldOutSection(tables))
}

interface Count {
  rows: number
  patterns: number
  classifier: number
  either: number
  incomplete: number
}

function measureFile(file: string): void {
  const counts = new Map<string, Count>()

  function countOf(key: string): Count {
    let count = counts.get(key)
    if (count === undefined) {
      count = { rows: 0, patterns: 0, classifier: 0, either: 0, incomplete: 0 }
      counts.set(key, count)
    }
    return count
  }

  for (const row of readRows(file)) {
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

  console.log(
    'reported, of all rows, with 95 % Wilson intervals: patterns | classifier | either | incomplete',
  )
  for (const [key, count] of [...counts].sort(([a], [b]) => a.localeCompare(b))) {
    const cells = [count.patterns, count.classifier, count.either].map((hits) => share(hits, count.rows))
    console.log(`${key.padEnd(52)} ${cells.join(' | ')} | ${count.incomplete}`)
  }
}
