// Measures createDetector on the committed held-out set, test-vectors/held-out.json: 322 texts that were written
// before their author had read a pattern, a generator or a test of this package. Patterns and training data must
// never learn from it, and no text is changed because of what the detector says: that is what makes it held out.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Provenance } from '@midstream/core'
import { createDetector, type Detector } from '../src/index.ts'
import { markdownTable, readSection, type Table, writeSection } from './report.ts'
import { share } from './wilson.ts'

export interface HeldOutRow {
  readonly text: string
  readonly label: 'attack' | 'harmless'
  readonly kind: string
  readonly lang: string
  readonly provenance: Provenance
}

interface Count {
  rows: number
  patterns: number
  classifier: number
  either: number
}

const README = fileURLToPath(new URL('../README.md', import.meta.url))
const SECTION = 'eval:held-out'
const COLUMNS = ['patterns', 'classifier', 'either'] as const

export function readHeldOut(): HeldOutRow[] {
  const file = new URL('../test-vectors/held-out.json', import.meta.url)
  return (JSON.parse(readFileSync(file, 'utf8')) as { rows: HeldOutRow[] }).rows
}

/** What is reported of the rows, counted by the groups that a row belongs to. */
export function countReported(
  rows: readonly HeldOutRow[],
  groupOf: (row: HeldOutRow) => string,
  detector: Detector,
): Map<string, Count> {
  const counts = new Map<string, Count>()
  for (const row of rows) {
    const rules = detector.scan(row.text, { provenance: row.provenance }).threats.map(({ rule }) => rule)
    const key = groupOf(row)
    const count = counts.get(key) ?? { rows: 0, patterns: 0, classifier: 0, either: 0 }
    const judged = rules.includes('injection/classifier')
    const matched = rules.some((rule) => rule !== 'injection/classifier')
    count.rows += 1
    if (matched) count.patterns += 1
    if (judged) count.classifier += 1
    if (matched || judged) count.either += 1
    counts.set(key, count)
  }
  return counts
}

/** Recall and false positives: of everything, per kind and per language. */
export function heldOutTables(
  rows: readonly HeldOutRow[] = readHeldOut(),
  detector: Detector = createDetector({ pii: false }),
): readonly [all: Table, kinds: Table, languages: Table] {
  const table = (title: string, name: string, groupOf: (row: HeldOutRow) => string): Table => ({
    title,
    columns: [name, ...COLUMNS],
    rows: [...countReported(rows, groupOf, detector)]
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([key, count]) => [key, ...COLUMNS.map((column) => share(count[column], count.rows))]),
  })
  return [
    table(`Reported of ${rows.length} held-out texts [95 % Wilson interval]`, 'texts', ({ label }) => label),
    table('Per kind', 'kind', ({ label, kind }) => `${label}, ${kind}`),
    table('Per language', 'language', ({ label, lang }) => `${label}, ${lang}`),
  ]
}

/** The section of the README: the totals as a table, kinds and languages as counts of what either reported. */
export function heldOutSection([all, kinds, languages]: ReturnType<typeof heldOutTables>): string {
  const counts = (label: string, { rows }: Table): string =>
    rows
      .filter(([key]) => key!.startsWith(label))
      .map(([key, , , either]) => `${key!.slice(label.length + 2)} ${either!.split(' ')[0]}`)
      .join(', ')
  return [
    markdownTable(all),
    '',
    ...[kinds, languages].flatMap((table) => [
      `${table.title}, either: attacks ${counts('attack', table)}; harmless ${counts('harmless', table)}.`,
    ]),
  ].join('\n')
}

/** What the README says now. Throws Error when it has no such section. */
export function publishedSection(): string {
  return readSection(README, SECTION)
}

/** Puts the numbers into the README. */
export function publish(numbers: string): void {
  writeSection(README, SECTION, numbers)
}
