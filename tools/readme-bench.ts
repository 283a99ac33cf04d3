// Writes benchmark results into the README, between markers that carry the benchmark's id:
//
//   <!-- bench:gateway:start -->  …  <!-- bench:gateway:end -->
//
//   node tools/readme-bench.ts
//
// The numbers come from the results.json that each benchmark writes in its own folder; nothing is typed by hand.

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isProgram, REPOSITORY, readJson, readWorkspace } from './workspace.ts'

export interface BenchResult {
  /** Names the markers. */
  readonly id: string
  /** Processor, memory, Node version: whatever the benchmark found out about where it ran. */
  readonly machine: Readonly<Record<string, string | number>>
  /** What to type to measure again. */
  readonly command: string
  readonly date: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/**
 * The text with each marked section replaced by the result of that id. Sections without a result stay.
 *
 * @throws Error when a start marker has no end, or a row has not as many cells as there are columns.
 */
export function fillBenchSections(text: string, results: readonly BenchResult[]): string {
  const byId = new Map(results.map((result) => [result.id, result]))
  return text.replaceAll(
    /(<!-- bench:([\w-]+):start -->)(?:[\s\S]*?(<!-- bench:\2:end -->)|)/g,
    (section, start, id, end) => {
      if (end === undefined) throw new Error(`the section bench:${id} has no end marker`)
      const result = byId.get(id)
      return result === undefined ? section : `${start}\n\n${renderResult(result)}\n\n${end}`
    },
  )
}

function renderResult({ id, machine, command, date, columns, rows }: BenchResult): string {
  for (const row of rows) {
    if (row.length !== columns.length) {
      throw new Error(`results of ${id}: a row of ${row.length} cells below ${columns.length} columns`)
    }
  }
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  const facts = Object.entries(machine).map(([name, value]) => `${name} ${value}`)
  return [
    line(columns),
    line(columns.map(() => '---')),
    ...rows.map(line),
    '',
    `Measured on ${date} by \`${command}\`: ${facts.join(', ')}.`,
  ].join('\n')
}

if (isProgram(import.meta.url)) {
  const results = readWorkspace(REPOSITORY)
    .map(({ dir }) => join(REPOSITORY, dir, 'results.json'))
    .filter((path) => path.endsWith('bench/results.json') && existsSync(path))
    .map((path) => readJson(path) as BenchResult)
  for (const file of ['README.md', ...readWorkspace(REPOSITORY).map(({ dir }) => `${dir}/README.md`)]) {
    const path = join(REPOSITORY, file)
    if (!existsSync(path)) continue
    const before = readFileSync(path, 'utf8')
    const after = fillBenchSections(before, results)
    if (after === before) continue
    writeFileSync(path, after)
    console.log(`readme-bench: ${file} updated`)
  }
}
