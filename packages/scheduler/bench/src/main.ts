// pnpm --filter scheduler-bench bench [--rounds N] [--assert] [--no-results]
//
// Prints what is asked and what was measured: pass, warn (more than 5 % beyond), fail (more than 10 %). With
// --assert a fail is an error. Writes results.json beside this folder for the README.
import { writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { measureThreads, measureTimerLateness, measureYields } from './floors.ts'
import { type Latency, measureLatency, type Percentiles } from './latency.ts'
import { measureBusyLoop, simulate } from './misses.ts'
import { type Bar, barCells, format, judge } from './slo.ts'
import { measureThroughput, median } from './throughput.ts'
import { measureTimers } from './timers.ts'
import { burst, medium, small, type Workload } from './workloads.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    assert: { type: 'boolean', default: false },
    'no-results': { type: 'boolean', default: false },
  },
})
const rounds = Number(values.rounds)
const TASKS = 500_000

/** ns for schedule() net of the clock read, and millions of tasks a second. */
const ASKED: readonly (readonly [Workload, Omit<Percentiles, 'max'>, number | undefined])[] = [
  [small, { p50: 60, p99: 500, p999: 2000 }, 10],
  [medium, { p50: 100, p99: 1000, p999: 5000 }, 5],
  [burst, { p50: 100, p99: 2000, p999: 10_000 }, undefined],
]

const bars: Bar[] = []
/** Shown beside the bars. */
const beside: string[][] = []
const machine = {
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  node: process.version,
  v8: process.versions.v8,
  'load average at the start': loadavg()[0]!.toFixed(1),
}
console.log(
  Object.entries(machine)
    .map(([name, value]) => `${name} ${value}`)
    .join(', '),
)

function middle(latencies: readonly Latency[], pick: (latency: Latency) => number): [number, number, number] {
  const sorted = latencies.map(pick).sort((a, b) => a - b)
  return [median(sorted), sorted[0]!, sorted.at(-1)!]
}

console.log('\nschedule(), ns of wall time between two readings of the clock; the median of the rounds')
let clockNs = 0
for (const [workload, asked] of ASKED) {
  const latencies = measureLatency(workload, rounds, TASKS)
  clockNs = middle(latencies, (latency) => latency.clockNs)[0]
  const gross = (['p50', 'p99', 'p999', 'max'] as const).map(
    (p) => `${p} ${format(middle(latencies, (latency) => latency.gross[p])[0])}`,
  )
  const netMax = format(middle(latencies, (latency) => latency.net.max)[0])
  console.log(`  ${workload.name}: gross ${gross.join(', ')}; net max ${netMax}; clock ${format(clockNs)}`)
  for (const p of ['p50', 'p99', 'p999'] as const) {
    const [measured, least, most] = middle(latencies, (latency) => latency.net[p])
    bars.push({
      workload: workload.name,
      measure: `schedule() ${p}`,
      unit: ' ns',
      kind: 'most',
      asked: asked[p],
      measured,
      spread: [least, most],
    })
  }
}

console.log('\nschedule and dispatch, ns of CPU time for each task: median (min–max)')
for (const [workload, , millions] of ASKED) {
  const results = measureThroughput(workload, rounds)
  for (const { name, nsPerTask } of results) {
    const times = median(nsPerTask) / median(results[0]!.nsPerTask)
    console.log(
      `  ${workload.name.padEnd(9)} ${name.padEnd(42)} ${format(median(nsPerTask)).padStart(5)} (${format(nsPerTask[0]!)}–${format(nsPerTask.at(-1)!)}) ${times.toFixed(2)}x`,
    )
  }
  const own = results[0]!.nsPerTask
  for (const { name, nsPerTask } of [results[1]!, results.at(-1)!]) {
    const spread = `${format(nsPerTask[0]!)}–${format(nsPerTask.at(-1)!)}`
    beside.push([workload.name, `one task: ${name}`, '', `${format(median(nsPerTask))} ns`, spread, ''])
  }
  if (millions !== undefined) {
    bars.push({
      workload: workload.name,
      measure: 'schedule and dispatch',
      unit: ' M/s',
      kind: 'least',
      asked: millions,
      measured: 1000 / median(own),
      spread: [1000 / own.at(-1)!, 1000 / own[0]!],
    })
  }
  const rivals = results.filter(({ name }) => /\d+\.\d+\.\d+/.test(name))
  const best = rivals.reduce((a, b) => (median(a.nsPerTask) <= median(b.nsPerTask) ? a : b))
  bars.push({
    workload: workload.name,
    measure: `speed against ${best.name}`,
    unit: ' ×',
    kind: 'least',
    asked: 1.5,
    measured: median(best.nsPerTask) / median(own),
    spread: [best.nsPerTask[0]! / own.at(-1)!, best.nsPerTask.at(-1)! / own[0]!],
  })
}

console.log('\ndeadlines missed, simulated')
for (const [simulation, asked] of [
  [simulate('W-small', 2_000_000, 0.5, 1), 1e-6],
  [simulate('W-medium', 2_000_000, 0.95, 1), 1e-6],
  [simulate('W-burst', 2_000_000, 0.3, 16), 1e-4],
] as const) {
  const { name, tasks, missed, utilization } = simulation
  console.log(`  ${name}: ${missed} of ${tasks}, utilization ${utilization.toFixed(2)}`)
  bars.push({
    workload: name,
    measure: 'missed, simulated',
    unit: '',
    kind: 'most',
    asked,
    measured: missed / tasks,
  })
}
const busy = await measureBusyLoop(5)
console.log(
  `  real clock, loop busy with something else for 2 ms of 10: ${busy.missed} of ${busy.ran}; ms of waiting p50 ${format(busy.queueWait.p50)} p99 ${format(busy.queueWait.p99)} max ${format(busy.queueWait.max)}`,
)

const timers = measureTimers(rounds, 300_000)
console.log(
  `\na timer cancelled and added, 100,000 outstanding, ns: wheel ${format(median(timers.wheel))}, wheel with a reading of the clock for each ${format(median(timers.wheelReading))}, setTimeout ${format(median(timers.native))}`,
)
bars.push({
  workload: '100,000 timers',
  measure: 'cancel and add, against setTimeout',
  unit: ' ×',
  kind: 'least',
  asked: 3,
  measured: median(timers.native) / median(timers.wheel),
  spread: [timers.native[0]! / timers.wheel.at(-1)!, timers.native.at(-1)! / timers.wheel[0]!],
})

console.log('\nwake-up floors, ns; and how many of the timers due meanwhile fired')
const floors = [
  ...(await measureYields(50_000)),
  ...(await measureThreads(4000)),
  await measureTimerLateness(500),
]
for (const { name, p50, p99, ioShare } of floors) {
  const served = ioShare === undefined ? '' : `  timers ${(ioShare * 100).toFixed(0)} %`
  console.log(`  ${name.padEnd(28)} p50 ${format(p50).padStart(8)}  p99 ${format(p99).padStart(8)}${served}`)
}

console.log('')
for (const bar of bars) {
  console.log(`  ${judge(bar).padEnd(5)}${barCells(bar).slice(0, 5).join(' | ')}`)
}
const failed = bars.filter((bar) => judge(bar) === 'fail').length
if (!values['no-results']) {
  const rows = [
    ...bars.map(barCells),
    ...beside,
    ...floors.map(({ name, p50, p99 }) => [
      'floor',
      name,
      '',
      `${format(p50)} ns`,
      `p99 ${format(p99)} ns`,
      '',
    ]),
    ['floor', 'one reading of the clock', '', `${format(clockNs)} ns`, '', ''],
    ['busy loop', 'missed, real clock', '', format(busy.missed / busy.ran), `${busy.ran} tasks`, ''],
  ]
  const result = {
    id: 'scheduler',
    machine,
    command: 'pnpm --filter scheduler-bench bench',
    date: new Date().toISOString().slice(0, 10),
    columns: ['workload', 'measure', 'asked', 'measured', 'spread', 'verdict'],
    rows,
  }
  writeFileSync(new URL('../results.json', import.meta.url), `${JSON.stringify(result, null, 2)}\n`)
}
if (values.assert && failed > 0) process.exitCode = 1
