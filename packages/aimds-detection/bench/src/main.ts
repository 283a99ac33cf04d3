// Latency of the detector beside its peers, cost per character in a stream, adversarial inputs, cold start.
//
//   pnpm --filter aimds-detection-bench bench
//
// Prints everything and writes results.json, from which the README's table is made.

import { writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import {
  createDetector,
  createInjectionInspector,
  createVectorMemory,
  injectionPacks,
  normalize,
} from '@midstream/aimds-detection'
import type { Channel } from '@midstream/core'
import { compileMatcher } from '@midstream/matcher'
import { randomSplit, seededRandom } from '@midstream/test-kit'
import { adversarialInputs } from './adversarial-inputs.ts'
import { harmlessText } from './corpus.ts'
import { coldStarts } from './installed.ts'
import { bestMs, costPerChar, latencies, quantile, type Task } from './measure.ts'
import { haiPatterns, openaiLocalChecks } from './peers.ts'

const SIZES = [60, 400, 2000, 8000]
const TEXTS_PER_SIZE = 40
const ROUNDS = 40
const CONTENT: Channel = { kind: 'content', provenance: 'model', index: 0, key: 'content/0' }

const rows: string[][] = []
function row(what: string, ours: string, hai = '', openai = ''): void {
  rows.push([what, ours, hai, openai])
  console.log(`${what.padEnd(56)} ${[ours, hai, openai].filter((cell) => cell !== '').join(' | ')}`)
}
const us = (ms: number): string => (ms * 1000).toFixed(ms < 0.1 ? 1 : 0)

const cpu = cpus()[0]!
const machine = {
  CPU: cpu.model,
  cores: cpus().length,
  'memory GiB': Math.round(totalmem() / 2 ** 30),
  Node: process.versions.node,
}
console.log(machine)

const detector = createDetector({ pii: false, classifier: false })
const judged = createDetector({ pii: false })
const full = createDetector()
const hai = await haiPatterns()
const openai = await openaiLocalChecks()
const tasks: Task[] = [
  { name: 'detector', run: (text) => detector.check(text) },
  hai,
  { ...openai },
  { name: 'detector with its classifier', run: (text) => judged.check(text) },
  { name: 'detector with classifier, personal data and secrets', run: (text) => full.check(text) },
  { name: 'quickScan', run: (text) => detector.quickScan(text) },
]
for (const size of SIZES) {
  const texts = Array.from({ length: TEXTS_PER_SIZE }, (_, i) => harmlessText(size, size + i))
  const [ours, theirs, local, withModel, withPii, quick] = await latencies(tasks, texts, ROUNDS)
  const cell = (q: { p50: number; p99: number }): string => `${us(q.p50)} / ${us(q.p99)}`
  row(`${size} characters, patterns, us p50 / p99`, cell(ours!), cell(theirs!), cell(local!))
  row(`${size} characters, patterns and classifier`, cell(withModel!))
  row(`${size} characters, and personal data and secrets`, cell(withPii!))
  row(`${size} characters, quickScan`, cell(quick!))
}

const stream = Array.from({ length: 60 }, (_, i) => harmlessText(2000, 9000 + i))
const random = seededRandom(4)
const deltas = new Map(stream.map((text) => [text, randomSplit(text, random, { min: 1, max: 8 })]))
const inspector = createInjectionInspector()
const packs = injectionPacks()
// The sources as they are in the packs, where a blank is one character instead of up to three: a little cheaper.
const matcher = compileMatcher(
  packs.plain.flatMap((pack) => pack.patterns.map(({ id, regex }) => ({ id, regex: regex! }))),
  { patternsPerShard: 32 },
)
const folded = new Map(
  stream.map((text) => [text, randomSplit(normalize(text).text, random, { min: 1, max: 8 })]),
)
const quiet = { match: () => undefined, finding: () => undefined, overflow: () => undefined }
function feed(session: { push(text: string): number; end(): void }, pieces: readonly string[]): void {
  for (const piece of pieces) session.push(piece)
  session.end()
}
const [whole, inDeltas, matcherAlone] = costPerChar(
  [
    { name: 'whole', run: (text) => inspector.scan(text) },
    { name: 'deltas', run: (text) => feed(inspector.open(CONTENT, quiet)!, deltas.get(text)!) },
    { name: 'matcher', run: (text) => feed(matcher.open(quiet), folded.get(text)!) },
  ],
  stream,
  15,
)
row('ns per character, whole text: median (min)', `${whole!.median.toFixed(0)} (${whole!.min.toFixed(0)})`)
row(
  'ns per character, deltas of 1 to 8 characters',
  `${inDeltas!.median.toFixed(0)} (${inDeltas!.min.toFixed(0)})`,
)
row(
  'the same on top of the matcher alone',
  `${(inDeltas!.median - matcherAlone!.median).toFixed(0)} (${(inDeltas!.min - matcherAlone!.min).toFixed(0)})`,
)

let held = 0
let steps = 0
for (const text of stream) {
  const session = inspector.open(CONTENT, quiet)!
  for (let at = 0; at < text.length; at += 1) {
    held += at + 1 - session.push(text[at]!)
    steps += 1
  }
}
row('mean characters that wait in a stream', (held / steps).toFixed(2))

const MEMORY_ENTRIES = 10_000
const memories = (['f32', 'int8'] as const).map((storage) =>
  createVectorMemory({ dimensions: 128, capacity: MEMORY_ENTRIES, storage }),
)
const vectorOf = (): Float32Array => Float32Array.from({ length: 128 }, () => random() - 0.5)
for (let i = 0; i < MEMORY_ENTRIES; i += 1) {
  const vector = vectorOf()
  for (const memory of memories) memory.add(String(i), vector)
}
const searches = memories.map((memory) => {
  const times = Array.from({ length: 120 }, () => {
    const query = vectorOf()
    const start = performance.now()
    memory.search(query)
    return performance.now() - start
  })
  return quantile(
    times.slice(20).sort((a, b) => a - b),
    0.5,
  ).toFixed(2)
})
row('vector memory, 10 nearest of 10,000 x 128, floats / bytes, ms', searches.join(' / '))

const inputs = adversarialInputs(100_000)
const times = inputs.map(({ name, text }) => ({ name, ms: bestMs(() => detector.scan(text), 5) }))
const slowest = times.reduce((a, b) => (b.ms > a.ms ? b : a))
for (const { name, ms } of times) console.log(`  100 KB of ${name.padEnd(32)} ${ms.toFixed(1)} ms`)
row(
  `100 KB, slowest of ${inputs.length} adversarial inputs, ms`,
  `${slowest.ms.toFixed(0)} (${slowest.name})`,
)

let worst = { ms: 0, name: '' }
for (const pattern of packs.plain.flatMap((pack) => pack.patterns)) {
  const one = createInjectionInspector({
    packs: [{ name: 'one', patterns: [pattern] }],
    squeezedPacks: [],
    maxDecodeDepth: 0,
  })
  for (const { name, text } of inputs) {
    let ms = bestMs(() => one.scan(text), 1)
    if (ms > worst.ms) ms = bestMs(() => one.scan(text), 4)
    if (ms > worst.ms) worst = { ms, name: `${pattern.id}, ${name}` }
  }
}
row('100 KB, slowest single pattern with its normaliser, ms', `${worst.ms.toFixed(1)} (${worst.name})`)

async function slowestOf(task: Task, chars: number): Promise<string> {
  let worstMs = 0
  let where = ''
  for (const { name, text } of adversarialInputs(chars)) {
    const start = performance.now()
    await task.run(text)
    const ms = performance.now() - start
    if (ms > worstMs) {
      worstMs = ms
      where = name
    }
  }
  return `${worstMs.toFixed(1)} (${where})`
}
row(
  '10 KB, slowest adversarial input, ms',
  await slowestOf(tasks[0]!, 10_000),
  await slowestOf(hai, 10_000),
  await slowestOf(openai, 10_000),
)

function fuzz(chars: number, seed: number): string {
  const next = seededRandom(seed)
  let text = ''
  while (text.length < chars) {
    const code = next() < 0.7 ? 32 + Math.floor(next() * 95) : Math.floor(next() * 0x3000)
    text += next() < 0.2 ? harmlessText(20, Math.floor(next() * 1e6)) : String.fromCharCode(code)
  }
  return text.slice(0, chars)
}
let steepest = 0
for (let seed = 1; seed <= 12; seed += 1) {
  const long = fuzz(100_000, seed)
  const short = long.slice(0, 25_000)
  steepest = Math.max(steepest, bestMs(() => detector.scan(long), 7) / bestMs(() => detector.scan(short), 7))
}
row('fuzz: time of 100 KB over that of its first quarter, largest of 12', steepest.toFixed(1))

const starts = coldStarts(9)
const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1]!
row(
  'cold start as installed: import, then compile and first verdict, ms',
  `${median(starts.map((s) => s.importMs)).toFixed(0)} + ${median(starts.map((s) => s.readyMs)).toFixed(0)}`,
)
row('memory that it adds, MiB', median(starts.map((s) => s.rssMiB)).toFixed(0))

writeFileSync(
  new URL('../results.json', import.meta.url),
  `${JSON.stringify(
    {
      id: 'aimds-detection',
      machine,
      command: 'pnpm --filter aimds-detection-bench bench',
      date: new Date().toISOString().slice(0, 10),
      columns: [
        '',
        'this package',
        'hai-guardrails 1.12.0, patterns',
        '@openai/guardrails 0.2.1, local checks',
      ],
      rows,
    },
    null,
    2,
  )}\n`,
)
process.exit(0)
