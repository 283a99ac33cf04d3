// Rows of the data folder: {text, label, source, lang, meta}, one JSON object a line, gzipped or not.
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'

export type Label = 'benign' | 'hard_benign' | 'injection' | 'jailbreak' | 'harmful_request'

export interface Row {
  readonly text: string
  readonly label: Label
  readonly source: string
  readonly lang: string
  readonly meta: Readonly<Record<string, unknown>>
}

/** Reads a file of rows. */
export function readRows(file: string): Row[] {
  const bytes = readFileSync(file)
  const text = (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString('utf8')
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Row)
}

/** True for attacks. A harmful request without manipulation is not one. */
export function isAttack(row: Pick<Row, 'label'>): boolean {
  return row.label === 'injection' || row.label === 'jailbreak'
}
