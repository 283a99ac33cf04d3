// pnpm --filter temporal-compare-bench bench [--rounds N] [--only dtw,search,spring,profile,edit,allocation]
import { writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { parseArgs } from 'node:util'
import { consumed } from './measure.ts'
import {
  benchAllocation,
  benchDtw,
  benchEdit,
  benchProfile,
  benchSearch,
  benchSpring,
  type Line,
} from './sections.ts'

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '11' }, only: { type: 'string' } },
})
const rounds = Number(values.rounds)
const sections: Record<string, () => Line[]> = {
  dtw: () => benchDtw(rounds),
  search: () => benchSearch(rounds),
  spring: () => benchSpring(rounds),
  profile: () => benchProfile(rounds),
  edit: () => benchEdit(rounds),
  allocation: benchAllocation,
}
const machine = {
  CPU: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  'memory GiB': Math.round(totalmem() / 2 ** 30),
  Node: process.version,
  V8: process.versions.v8,
}
console.log(
  Object.entries(machine)
    .map((fact) => fact.join(' '))
    .join(', '),
)
console.log(`CPU time of the thread, median (least–most) of ${rounds} interleaved rounds\n`)

const wanted = values.only?.split(',') ?? Object.keys(sections)
const lines = wanted.flatMap((name) => {
  const found = sections[name]!()
  for (const { what, time, against, ratio, asked } of found) {
    console.log([what.padEnd(66), time.padEnd(28), against.padEnd(58), ratio.padEnd(8), asked].join(' '))
  }
  return found
})
console.log(`\nchecksum ${consumed()}`)

if (values.only === undefined) {
  const result = {
    id: 'temporal-compare',
    machine,
    command: 'pnpm --filter temporal-compare-bench bench',
    date: new Date().toISOString().slice(0, 10),
    columns: ['what', 'time', 'against', 'ratio', 'asked'],
    rows: lines.map(({ what, time, against, ratio, asked }) => [what, time, against, ratio, asked]),
  }
  writeFileSync(new URL('../results.json', import.meta.url), `${JSON.stringify(result, null, 2)}\n`)
}
