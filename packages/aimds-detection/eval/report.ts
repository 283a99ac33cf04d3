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

/** The columns and rows of a table in Markdown. */
export function markdownTable({ columns, rows }: Table): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [line(columns), line(columns.map(() => '---')), ...rows.map(line)].join('\n')
}

const section = (name: string): RegExp =>
  new RegExp(`(<!-- ${name}:start -->)([\\s\\S]*?)(<!-- ${name}:end -->)`)

/** What stands between the markers of a Markdown file. Throws Error when it has none of that name. */
export function readSection(file: string, name: string): string {
  const found = section(name).exec(readFileSync(file, 'utf8'))
  if (found === null) throw new Error(`${file} has no section ${name}`)
  return found[2]!.trim()
}

/** Replaces it. Throws Error when the file has no such markers. */
export function writeSection(file: string, name: string, body: string): void {
  readSection(file, name)
  const text = readFileSync(file, 'utf8')
  const filled = (_: string, open: string, __: string, close: string): string =>
    `${open}\n\n${body}\n\n${close}`
  writeFileSync(file, text.replace(section(name), filled))
}

/** Puts tables, each under its title, between the markers `eval:injection`. */
export function fillSection(file: string, tables: readonly Table[], end: string): void {
  const titled = tables.map((table) => `${table.title}:\n\n${markdownTable(table)}`)
  writeSection(file, 'eval:injection', [...titled, end].join('\n\n'))
}
