// False alarms of the loop detector on benign documents, which are not part of this repository, and what it finds of
// loops made of them:
//   node packages/attractor/eval/text-loops.ts --data FILE [--alarms] [--loops N]
// or with ATTRACTOR_EVAL_DATA naming the file: JSON lines, gzipped or not, with `text` and `label`; rows whose label
// ends in `benign` count. --alarms prints where each alarm is.
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { createLoopDetector, type LoopEvent } from '../src/index.ts'

interface Row {
  readonly text: string
  readonly label: string
  readonly source?: string
}

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    alarms: { type: 'boolean', default: false },
    loops: { type: 'string', default: '10000' },
  },
})
const file = values.data ?? process.env['ATTRACTOR_EVAL_DATA']
if (file === undefined) {
  console.error('usage: node eval/text-loops.ts --data FILE [--alarms] [--loops N]')
  process.exit(2)
}

function readBenign(path: string): Row[] {
  const bytes = readFileSync(path)
  const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')
  const rows = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Row)
  return rows.filter(({ label }) => label.endsWith('benign'))
}

/** Half width around the centre of the 95 % interval of Wilson. */
function wilson(hits: number, total: number): string {
  const z = 1.96
  const p = hits / total
  const centre = (p + (z * z) / (2 * total)) / (1 + (z * z) / total)
  const half = (z / (1 + (z * z) / total)) * Math.sqrt((p * (1 - p)) / total + (z * z) / (4 * total * total))
  const percent = (x: number): string => `${(100 * x).toFixed(3)} %`
  return `${percent(p)} [${percent(centre - half)}, ${percent(centre + half)}]`
}

/** Events, and the share of four-character pieces after which something was held. */
function watch(text: string): { events: LoopEvent[]; held: number; pieces: number } {
  const events: LoopEvent[] = []
  const detector = createLoopDetector((event) => events.push(event))
  let held = 0
  let pieces = 0
  for (let i = 0; i < text.length; i += 4) {
    const end = Math.min(text.length, i + 4)
    if (detector.push(text.slice(i, end)) < end) held++
    pieces++
  }
  detector.end()
  return { events, held, pieces }
}

const rows = readBenign(file)
const kinds = new Map<string, number>()
const sources = new Map<string, { documents: number; flagged: number }>()
let flagged = 0
let held = 0
let pieces = 0
for (const { text, source = 'unnamed' } of rows) {
  const seen = watch(text)
  held += seen.held
  pieces += seen.pieces
  const counts = sources.get(source) ?? { documents: 0, flagged: 0 }
  sources.set(source, counts)
  counts.documents++
  if (seen.events.length === 0) continue
  flagged++
  counts.flagged++
  for (const { kind, start, period, cycles } of seen.events) {
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
    if (!values.alarms) continue
    const cycle = JSON.stringify(text.slice(start, start + (period || 60)).slice(0, 60))
    console.log(`  ${source} ${kind} period ${period} cycles ${cycles.toFixed(1)} ${cycle}`)
  }
}
console.log(`${rows.length} benign documents, ${flagged} with an alarm: ${wilson(flagged, rows.length)}`)
console.log(`alarms by kind: ${[...kinds].map(([kind, n]) => `${kind} ${n}`).join(', ')}`)
for (const [source, counts] of [...sources].sort((a, b) => b[1].flagged - a[1].flagged)) {
  if (counts.flagged > 0) console.log(`  ${source}: ${counts.flagged} of ${counts.documents}`)
}
console.log(`pieces of four characters after which text was held: ${((100 * held) / pieces).toFixed(4)} %`)

/** Numbers in [0, 1) that are the same each time. */
let state = 1
function random(): number {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0
  return (state >>> 0) / 2 ** 32
}

const all = rows.map(({ text }) => text).join('\n')
const piece = (length: number): string => {
  const start = Math.floor(random() * (all.length - length))
  return all.slice(start, start + length)
}
const buckets = [1, 4, 8, 12, 16, 20, 32, 64, 256, 2001]
const found = buckets.map(() => ({ loops: 0, within3: 0, within4: 0 }))
const total = Number(values.loops)
for (let k = 0; k < total; k++) {
  const period = 1 + Math.floor(random() * 2000)
  const lead = piece(300 + Math.floor(random() * 700))
  const text = lead + piece(period).repeat(Math.max(6, Math.ceil(800 / period)))
  const { events } = watch(text)
  const end = events.find((event) => event.end > lead.length)?.end ?? Infinity
  const bucket = found[buckets.findLastIndex((least) => period >= least)]!
  bucket.loops++
  if (end <= lead.length + 3 * period) bucket.within3++
  if (end <= lead.length + 4 * period) bucket.within4++
}
const sum = (key: 'within3' | 'within4'): number => found.reduce((n, bucket) => n + bucket[key], 0)
console.log(`\n${total} loops of pieces of these documents, periods 1 to 2000 alike`)
console.log(`known when the third copy ends: ${wilson(sum('within3'), total)}`)
console.log(`known when the fourth copy ends: ${wilson(sum('within4'), total)}`)
found.forEach(({ loops, within3, within4 }, i) => {
  if (loops === 0) return
  const range = `${buckets[i]} to ${(buckets[i + 1] ?? 2001) - 1}`
  console.log(`  period ${range.padEnd(12)} ${loops} loops, third copy ${within3}, fourth ${within4}`)
})
