// Tables: to the terminal, and between the markers of a Markdown file.
import { readFileSync, writeFileSync } from 'node:fs'

export interface Table {
  readonly title: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

export const percent = (value: number): string => `${(100 * value).toFixed(1)} %`

export function printTable({ title, columns, rows }: Table): void {
  console.log(`\n${title}`)
  const widths = columns.map((column, i) => Math.max(column.length, ...rows.map((row) => row[i]!.length)))
  for (const cells of [columns, ...rows]) {
    console.log(
      cells
        .map((cell, i) => cell.padEnd(widths[i]!))
        .join('  ')
        .trimEnd(),
    )
  }
}

function markdown({ title, columns, rows }: Table): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [`${title}:`, '', line(columns), line(columns.map(() => '---')), ...rows.map(line)].join('\n')
}

/** Puts tables between the markers `eval:injection`. Throws Error when the file has none. */
export function fillSection(file: string, tables: readonly Table[], end: string): void {
  const section = /(<!-- eval:injection:start -->)[\s\S]*?(<!-- eval:injection:end -->)/
  const text = readFileSync(file, 'utf8')
  if (!section.test(text)) throw new Error(`${file} has no section eval:injection`)
  const body = [...tables.map(markdown), end].join('\n\n')
  writeFileSync(
    file,
    text.replace(section, (_, open: string, close: string) => `${open}\n\n${body}\n\n${close}`),
  )
}
