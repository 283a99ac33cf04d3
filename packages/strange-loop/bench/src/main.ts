// pnpm --filter strange-loop-bench bench [--runs N] [--only NAME] [--no-write]
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { parseArgs } from 'node:util'
import { adversarySimulation, badDefaultSimulation, banditSimulations } from './bandits.ts'
import {
  driftDetectorSimulation,
  falseChangeSimulation,
  rollBackSimulation,
  trueGainSimulation,
} from './gates.ts'
import type { Outcome, Row } from './simulation.ts'
import { speed } from './speed.ts'
import { lineChart } from './svg.ts'
import { driftSimulation, poisonSimulation } from './thresholds.ts'

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '200' },
    only: { type: 'string' },
    'no-write': { type: 'boolean' },
  },
})
const runs = Number(values.runs)
const write = values['no-write'] !== true && values.only === undefined

const parts: Record<string, () => Outcome> = {
  speed: () => speed(5),
  bandits: () => banditSimulations(runs),
  'bad-default': () => badDefaultSimulation(runs),
  adversary: () => adversarySimulation(runs),
  drift: () => driftSimulation(runs),
  poison: () => poisonSimulation(runs),
  'false-changes': () => falseChangeSimulation(runs),
  'true-gain': () => trueGainSimulation(runs),
  'roll-back': () => rollBackSimulation(runs),
  detectors: () => driftDetectorSimulation(runs),
}

const folder = new URL('../', import.meta.url)
const verdict = (row: Row) => (row.met === undefined ? '' : row.met ? 'met' : 'not met')
const rows: Row[] = []
mkdirSync(new URL('plots/', folder), { recursive: true })
for (const [name, run] of Object.entries(parts)) {
  if (values.only !== undefined && values.only !== name) continue
  const outcome = run()
  for (const row of outcome.rows) {
    rows.push(row)
    console.log(
      `${row.what}\n  bar ${row.bar} | reached ${row.reached} ${verdict(row)}\n  beside: ${row.beside}`,
    )
  }
  for (const [file, chart] of Object.entries(outcome.charts)) {
    if (write) writeFileSync(new URL(`plots/${file}.svg`, folder), lineChart(chart))
  }
}

const result = {
  id: 'strange-loop',
  machine: {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    runs,
  },
  command: 'pnpm --filter strange-loop-bench bench',
  date: new Date().toISOString(),
  columns: ['what', 'bar', 'reached', 'beside', ''],
  rows: rows.map((row) => [row.what, row.bar, row.reached, row.beside, verdict(row)]),
}
console.log(`${result.machine.cpu}, ${result.machine.cores} cores, Node ${result.machine.node}, ${runs} runs`)
if (write) writeFileSync(new URL('results.json', folder), `${JSON.stringify(result, null, 2)}\n`)
