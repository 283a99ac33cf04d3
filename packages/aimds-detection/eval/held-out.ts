// Measures createDetector on the committed held-out set, test-vectors/held-out.json: 322 texts that were written
// before their author had read a pattern, a generator or a test of this package. Patterns and training data must
// never learn from it, and no text is changed because of what the detector says: that is what makes it held out.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Provenance } from '@midstream/core'
import { createDetector, type Detector } from '../src/index.ts'
import type { Table } from './report.ts'
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
const SECTION = /(<!-- eval:held-out:start -->)([\s\S]*?)(<!-- eval:held-out:end -->)/
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
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  const counts = (label: string, { rows }: Table): string =>
    rows
      .filter(([key]) => key!.startsWith(label))
      .map(([key, , , either]) => `${key!.slice(label.length + 2)} ${either!.split(' ')[0]}`)
      .join(', ')
  return [
    line(all.columns),
    line(all.columns.map(() => '---')),
    ...all.rows.map(line),
    '',
    ...[kinds, languages].flatMap((table) => [
      `${table.title}, either: attacks ${counts('attack', table)}; harmless ${counts('harmless', table)}.`,
    ]),
  ].join('\n')
}

/** What stands between the markers of the README now. Throws Error when it has none. */
export function publishedSection(): string {
  const found = SECTION.exec(readFileSync(README, 'utf8'))
  if (found === null) throw new Error('the README has no section eval:held-out')
  return found[2]!.trim()
}

/** Puts the numbers into the README. */
export function publish(section: string): void {
  publishedSection()
  const text = readFileSync(README, 'utf8')
  writeFileSync(
    README,
    text.replace(SECTION, (_, open: string, __, close: string) => `${open}\n\n${section}\n\n${close}`),
  )
}
