// pnpm --filter matcher-bench bench [--json FILE] [--patterns N] [--rounds N]
import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { compileMatcher, type Matcher } from '@midstream/matcher'
import { loadCorpus, pieces, tokens } from './corpus.ts'
import { measure, quantile, type Row, type Task } from './measure.ts'
import { patternsOf, toRegExp } from './patterns.ts'

const { values } = parseArgs({
  options: {
    json: { type: 'string' },
    patterns: { type: 'string', default: '200' },
    rounds: { type: 'string', default: '9' },
  },
})
const rounds = Number(values.rounds)
const patterns = patternsOf(Number(values.patterns))
const corpus = loadCorpus()
let sink = 0

function feed(matcher: Matcher, chunks: readonly string[]): void {
  const session = matcher.open({
    match: () => {
      sink++
    },
    overflow: () => {
      sink++
    },
  })
  for (const chunk of chunks) sink += session.push(chunk)
  session.end()
}

function task(name: string, matcher: Matcher, chunks: readonly string[]): Task {
  const chars = chunks.reduce((sum, chunk) => sum + chunk.length, 0)
  return { name, chars, run: () => feed(matcher, chunks) }
}

/** What is commonly done instead: after each chunk, every pattern on the last 256 characters. */
function tailTest(name: string, text: string): Task {
  const expressions = patterns.map(toRegExp)
  return {
    name,
    chars: text.length,
    run() {
      for (let end = 4; end <= text.length; end += 4) {
        const tail = text.slice(Math.max(0, end - 256), end)
        for (const expression of expressions) if (expression.test(tail)) sink++
      }
    },
  }
}

function adversarial(): Record<string, string> {
  const n = 1_000_000
  const repeat = (unit: string): string => unit.repeat(Math.ceil(n / unit.length)).slice(0, n)
  return {
    'prefix flood (ghp_ghp_)': repeat('ghp_'),
    'prefix flood (key one short)': repeat(`ghp_${'a1B2'.repeat(9).slice(0, 35)} `),
    'prefix flood (sk-ant-api03-)': repeat('sk-ant-api03-'),
    'near misses (cards that fail)': repeat('4111 1111 1111 1112 '),
    digits: repeat('1234567890'),
    'one letter': repeat('a'),
    'at signs': repeat('a@b.'),
    'dotted numbers': repeat('192.168.1.'),
    'matches only (e-mail)': repeat('jane.doe@example.com '),
    base64: repeat('eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9Zm9vYmFyLy8rKys'),
  }
}

function holdBack(matcher: Matcher, chunks: readonly string[]): number[] {
  const session = matcher.open({ match() {}, overflow() {} })
  let position = 0
  const held = chunks.map((chunk) => {
    position += chunk.length
    return position - session.push(chunk)
  })
  return held.sort((a, b) => a - b)
}

/** Wall microseconds of each push of a chunk of 4 KiB, in ascending order (SG-08). */
function chunkTimes(matcher: Matcher, text: string): number[] {
  const chunks = pieces(text, 4096).filter((chunk) => chunk.length === 4096)
  const session = matcher.open({ match() {}, overflow() {} })
  const times = Array.from({ length: 3000 }, (_, i) => {
    const start = performance.now()
    sink += session.push(chunks[i % chunks.length]!)
    return (performance.now() - start) * 1000
  })
  return times.slice(1000).sort((a, b) => a - b)
}

/** Heap in use after a collection, at 1e5 and at 1.1e6 chunks of one session. */
function heapGrowth(matcher: Matcher): number {
  const chunks = pieces(corpus.english, 4)
  const session = matcher.open({ match() {}, overflow() {} })
  let before = 0
  for (let i = 0; i < 1_100_000; i++) {
    if (i === 100_000) {
      globalThis.gc?.()
      before = process.memoryUsage().heapUsed
    }
    session.push(chunks[i % chunks.length]!)
  }
  globalThis.gc?.()
  return process.memoryUsage().heapUsed - before
}

const builtAt = process.hrtime.bigint()
const matcher = compileMatcher(patterns)
const compileMs = Number(process.hrtime.bigint() - builtAt) / 1e6

const plain = measure(
  [
    task('English, 64 KiB chunks', matcher, pieces(corpus.english, 65_536)),
    task('English, 4-char chunks', matcher, pieces(corpus.english, 4)),
    task('English, 1-char chunks', matcher, pieces(corpus.english, 1)),
    task('English, word tokens', matcher, tokens(corpus.english)),
    task('code, 64 KiB chunks', matcher, pieces(corpus.code, 65_536)),
    task('code, 4-char chunks', matcher, pieces(corpus.code, 4)),
  ],
  rounds,
)
const tail = measure(
  [tailTest('RegExp on a 256-char tail, English, 4-char chunks', corpus.english.slice(0, 20_000))],
  3,
)
const hostile = measure(
  Object.entries(adversarial()).flatMap(([name, text]) => [
    task(`${name}, 4 KiB chunks`, matcher, pieces(text, 4096)),
    task(`${name}, 4-char chunks`, matcher, pieces(text, 4)),
    task(`${name}, 1-char chunks`, matcher, pieces(text, 1)),
  ]),
  Math.min(rounds, 5),
)
const holds = Object.entries({
  'English, 4-char chunks': pieces(corpus.english, 4),
  'English, word tokens': tokens(corpus.english),
  'code, 4-char chunks': pieces(corpus.code, 4),
}).map(([name, chunks]) => {
  const held = holdBack(matcher, chunks)
  const mean = held.reduce((a, b) => a + b, 0) / held.length
  const zero = held.filter((h) => h === 0).length / held.length
  return {
    name,
    mean,
    zero,
    p50: quantile(held, 0.5),
    p95: quantile(held, 0.95),
    p99: quantile(held, 0.99),
    max: held.at(-1)!,
  }
})
const chunks4k = Object.entries({ English: corpus.english, code: corpus.code }).map(([name, text]) => {
  const times = chunkTimes(matcher, text)
  return { name, p50: quantile(times, 0.5), p99: quantile(times, 0.99), max: times.at(-1)! }
})
const growth = heapGrowth(matcher)

const machine = {
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  node: process.version,
  v8: process.versions.v8,
}
const ratio = tail[0]!.median / plain[1]!.median
const report = {
  machine,
  patterns: patterns.length,
  compileMs,
  plain,
  tail,
  tailRatio: ratio,
  hostile,
  holds,
  chunks4k,
  heapGrowthBytes: growth,
}

function print(row: Row, base?: number): void {
  const times = base === undefined ? '' : `  ${(row.median / base).toFixed(1)}x`
  console.log(
    `  ${row.name.padEnd(52)} ${row.median.toFixed(1).padStart(9)} (${row.min.toFixed(1)}-${row.max.toFixed(1)})${times}`,
  )
}

console.log(
  `${machine.cpu}, ${machine.cores} cores, Node ${machine.node}; ${patterns.length} patterns, compiled in ${compileMs.toFixed(0)} ms`,
)
console.log('ns of CPU time per character: median (min-max)')
for (const row of plain) print(row)
for (const row of tail) print(row, plain[1]!.median)
console.log('adversarial, and the ratio to the same chunk size on English')
hostile.forEach((row, i) => {
  print(row, plain[i % 3]!.median)
})
console.log('hold-back after each chunk, code units')
for (const h of holds) {
  console.log(
    `  ${h.name.padEnd(30)} mean ${h.mean.toFixed(2)}  none ${(h.zero * 100).toFixed(1)} %  p50 ${h.p50}  p95 ${h.p95}  p99 ${h.p99}  max ${h.max}`,
  )
}
console.log('one chunk of 4 KiB, wall microseconds')
for (const c of chunks4k) {
  console.log(
    `  ${c.name.padEnd(30)} p50 ${c.p50.toFixed(0)}  p99 ${c.p99.toFixed(0)}  max ${c.max.toFixed(0)}`,
  )
}
console.log(`heap growth over 1e6 chunks in one session: ${growth} bytes (checksum ${sink})`)
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`)
