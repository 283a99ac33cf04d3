// pnpm --filter attractor-bench bench [--rounds N] [--seeds N]
import { writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { parseArgs } from 'node:util'
import { analyseSeries, createLoopDetector, createRegimeMonitor } from '@midstream/attractor'
import * as systems from '@midstream/test-kit/dynamical-systems'
import { accuracyOf, CLASSES, rightClasses, SYSTEMS } from './accuracy.ts'
import { measure, type Sample, type Task } from './measure.ts'
import { code, fibonacci, prose, random, seeded } from './texts.ts'

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '7' }, seeds: { type: 'string', default: '20' } },
})
const rounds = Number(values.rounds)
const seeds = Number(values.seeds)
let sink = 0

const rows: string[][] = []
/** Rows that are only printed repeat what a listed one says. */
const PRINTED_ONLY = /r = 3\.[678]|, Hénon$|, one value$|^class of/
function row(what: string, bar: string, reached: string, met: boolean | undefined): void {
  const result = met === undefined ? '' : met ? 'met' : 'not met'
  if (!PRINTED_ONLY.test(what)) rows.push([what, bar, reached, result])
  console.log(`  ${what.padEnd(54)} ${bar.padEnd(22)} ${reached.padEnd(34)} ${result}`)
}
const show = ({ median, min, max }: Sample, scale: number, digits: number): string =>
  `${(median * scale).toFixed(digits)} (${(min * scale).toFixed(digits)}–${(max * scale).toFixed(digits)})`

const machine = {
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  node: process.version,
}
console.log(JSON.stringify(machine))

console.log('\nanalysis')
const analyse = (name: string, series: readonly number[]): Task => ({
  name,
  units: 1,
  run() {
    sink += analyseSeries(series).confidence
  },
})
const short: Record<string, number[]> = {
  'logistic r = 3.9': systems.logistic(3.9, 1000, 0.3),
  Hénon: systems.henon(1000),
  Lorenz: systems.lorenz(1000),
  Rössler: systems.rossler(1000),
  sine: Array.from({ length: 1000 }, (_, i) => Math.sin(0.31 * i)),
  'white noise': systems.autoregressive(1000, 0, 1),
  'coloured noise 0.9': systems.autoregressive(1000, 0.9, 1),
}
const whole = measure(
  Object.entries(short).map(([name, series]) => analyse(name, series)),
  rounds,
)
for (const [name, sample] of whole) {
  row(`analyseSeries, n = 1000, ${name}`, '<= 10 ms', `${show(sample, 1e-6, 1)} ms`, sample.median <= 10e6)
}

const sizes = [1000, 3162, 10_000, 31_623, 100_000]
const longOnes: Record<string, (n: number) => number[]> = {
  Hénon: (n) => systems.henon(n),
  'white noise': (n) => systems.autoregressive(n, 0, 1),
}
for (const [name, make] of Object.entries(longOnes)) {
  const series = make(sizes.at(-1)!)
  const curve = measure(
    sizes.map((n) => analyse(String(n), series.slice(0, n))),
    Math.min(rounds, 3),
    1,
  )
  const ms = sizes.map((n) => curve.get(String(n))!.min / 1e6)
  const per = sizes.map((n, i) => (ms[i]! * 1e6) / (n * Math.log2(n)))
  row(
    `growth, ${name}, n = ${sizes.join(', ')}`,
    'n log n',
    `${ms.map((x) => x.toFixed(0)).join(', ')} ms; ns per n log2 n: ${per.map((x) => x.toFixed(0)).join(', ')}`,
    per.at(-1)! <= per[0]!,
  )
}

console.log('\nstreaming')
const push = (name: string, series: readonly number[]): Task => ({
  name,
  units: series.length,
  run() {
    const monitor = createRegimeMonitor({ window: 1000 })
    for (const x of series) monitor.push(x)
    sink += monitor.state().confidence
  },
})
const streamed = measure(
  [
    push('logistic r = 3.9', systems.logistic(3.9, 50_000, 0.3)),
    push('white noise', systems.autoregressive(50_000, 0, 1)),
    push(
      'sine',
      Array.from({ length: 50_000 }, (_, i) => Math.sin(0.31 * i)),
    ),
    push('one value', new Array(50_000).fill(1)),
  ],
  rounds,
)
for (const [name, sample] of streamed) {
  row(
    `monitor, window 1000, ${name}`,
    '<= 2 us per sample',
    `${show(sample, 1e-3, 2)} us`,
    sample.median <= 2000,
  )
}

console.log('\ntext')
function feed(pieces: readonly string[]): void {
  const detector = createLoopDetector(
    () => {
      sink++
    },
    { maxChars: Infinity },
  )
  for (const piece of pieces) sink += detector.push(piece)
  detector.end()
}
/** The pieces are cut beforehand: in a stream they come as strings of their own. */
function reading(name: string, text: string, size: number): Task {
  const pieces = Array.from({ length: Math.ceil(text.length / size) }, (_, i) =>
    text.slice(i * size, (i + 1) * size),
  )
  return { name, units: text.length, run: () => feed(pieces) }
}
const million = 500_000
const texts: Task[] = [
  reading('prose, pieces of 4', prose(million, 1), 4),
  reading('prose, pieces of 1', prose(million, 1), 1),
  reading('prose, pieces of 4096', prose(million, 1), 4096),
  reading('code, pieces of 4', code(million), 4),
  reading('one loop, pieces of 4', 'I will now say this again, and again. '.repeat(million / 38), 4),
  reading(
    'a counting loop, pieces of 4',
    Array.from({ length: 20_000 }, (_, i) => `Step ${i} is done.\n`).join(''),
    4,
  ),
  reading('one letter, pieces of 4', 'a'.repeat(million), 4),
  reading('two letters at random, pieces of 4', random(million, 'ab', 1), 4),
  reading('Fibonacci word, pieces of 4', fibonacci(million), 4),
  reading(
    'base64, pieces of 4',
    random(million, 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/', 2),
    4,
  ),
]
// What is commonly done instead, over a tail of 1000 characters after every piece of 4.
const repeated = /([\s\S]{20,300}?)\1\1$/
const tail = prose(4000, 1)
const naive: Task = {
  name: 'back-reference on a tail',
  units: tail.length,
  run() {
    for (let end = 4; end <= tail.length; end += 4) {
      if (repeated.test(tail.slice(Math.max(0, end - 1000), end))) sink++
    }
  },
}
const read = measure([...texts, naive], rounds)
const base = read.get('prose, pieces of 4')!.median
for (const [name, sample] of read) {
  const bar = name === naive.name ? '' : '<= 60 ns per char'
  const ratio = `${(sample.median / base).toFixed(1)}x prose`
  row(
    `text, ${name}`,
    bar,
    `${show(sample, 1, 1)} ns, ${ratio}`,
    bar === '' ? undefined : sample.median <= 60,
  )
}

const next = seeded(7)
let known = 0
const loops = 4000
for (let k = 0; k < loops; k++) {
  const period = 1 + Math.floor(next() * 2000)
  const lead = prose(400, k)
  const cycle = k % 2 === 0 ? prose(period, loops + k) : code(60_000).slice(k * 10, k * 10 + period)
  let end = Infinity
  const detector = createLoopDetector((event) => {
    if (event.end > lead.length) end = Math.min(end, event.end)
  })
  detector.push(lead + cycle.repeat(Math.max(5, Math.ceil(800 / period))))
  detector.end()
  if (end <= lead.length + 3 * period) known++
}
row(
  `loops of prose and code, periods 1 to 2000, ${loops}`,
  '>= 99 % by 3rd copy',
  `${((100 * known) / loops).toFixed(2)} %`,
  known / loops >= 0.99,
)

console.log(`\nexponents, ${seeds} seeds`)
for (const system of SYSTEMS) {
  const { truth, mean, uncertainty, rosenstein, kantz, within5, withinOwn } = accuracyOf(system, seeds)
  row(
    `exponent of ${system.name}, n = ${system.length}, ${truth.toPrecision(4)}`,
    '5 % or own interval',
    `${mean.toPrecision(3)} ± ${uncertainty.toPrecision(2)} (R ${rosenstein.toPrecision(3)}, K ${kantz.toPrecision(3)}); ` +
      `${within5} within 5 %, ${withinOwn} of ${seeds} in all`,
    withinOwn === seeds,
  )
}
console.log(`\nclasses, ${seeds} seeds, each x 1, x 100, / 1000`)
let rightTotal = 0
for (const system of CLASSES) {
  const right = rightClasses(system, seeds)
  rightTotal += right
  row(
    `class of ${system.name}: ${system.regime}`,
    `${seeds} of ${seeds}`,
    `${right} of ${seeds}`,
    right === seeds,
  )
}
row(
  `classes of ${CLASSES.length} systems, ${seeds} seeds each, x 1, x 100, / 1000`,
  'all right',
  `${rightTotal} of ${CLASSES.length * seeds}`,
  rightTotal === CLASSES.length * seeds,
)

const result = {
  id: 'attractor',
  machine,
  command: 'pnpm --filter attractor-bench bench',
  date: new Date().toISOString(),
  columns: ['what', 'bar', 'reached: median (least–greatest)', 'result'],
  rows,
}
writeFileSync(new URL('../results.json', import.meta.url), `${JSON.stringify(result, null, 2)}\n`)
console.log(`\nchecksum ${sink.toFixed(0)}`)
