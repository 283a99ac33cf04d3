import {
  createDtw,
  createMatrixProfile,
  createSpring,
  createSubsequenceSearch,
  editDistance,
} from '@midstream/temporal-compare'
import { measure, ratio, type Sample, type Task } from './measure.ts'
import { naiveDtw, naiveLevenshtein, naiveSearch, naiveSpring } from './naive.ts'
import { loadDtwPeers, loadFastestLevenshtein, loadMidstreamer } from './peers.ts'
import { createRandom, type SeriesKind, series, texts } from './series.ts'

/** One line of the report. */
export interface Line {
  readonly what: string
  readonly time: string
  readonly against: string
  readonly ratio: string
  readonly asked: string
}

function spell({ median, min, max }: Sample, unit: 'ns' | 'µs' | 'ms'): string {
  const scale = { ns: 1, µs: 1e3, ms: 1e6 }[unit]
  const [a, b, c] = [median, min, max].map((ns) => Number((ns / scale).toPrecision(3)))
  return `${a} ${unit} (${b}–${c})`
}

const times = (value: number): string => `${value.toPrecision(3)} ×`
const NOTHING = { against: '', ratio: '', asked: '' }

function requireSame(name: string, a: number, b: number): void {
  if (Math.abs(a - b) > 1e-9 * Math.max(1, Math.abs(a))) throw new Error(`${name} gives ${b} instead of ${a}`)
}

/** Full matrix and 10 % band, n = m = 1000, absolute cost, against every rival on the same numbers. */
export function benchDtw(rounds: number): Line[] {
  const lines: Line[] = []
  const full = createDtw()
  const band = createDtw({ window: 100 })
  const midstreamer = loadMidstreamer()
  const peers = loadDtwPeers()
  for (const kind of ['walk', 'noise', 'sine'] as const) {
    const [a, b] = [series(kind, 1000, 1), series(kind, 1000, 2)]
    const rivals: Record<string, () => number> = {
      'midstreamer 0.2.4 (WebAssembly)': () => midstreamer(a, b),
      'plain typed-array loop': () => naiveDtw(a, b),
      ...Object.fromEntries(Object.entries(peers).map(([name, distance]) => [name, () => distance(a, b)])),
    }
    const expected = full.distance(a, b)
    for (const [name, run] of Object.entries(rivals)) requireSame(name, expected, run())
    const tasks: Task[] = [
      { name: 'full', units: 1, run: () => full.distance(a, b) },
      { name: 'band', units: 1, run: () => band.distance(a, b) },
      ...Object.entries(rivals).map(([name, run]) => ({ name, units: 1, run })),
    ]
    const found = measure(tasks, rounds)
    const what = `DTW n = 1000, full, ${kind}`
    const time = spell(found.get('full')!, 'ms')
    const fastest = Object.keys(peers).sort((x, y) => found.get(x)!.median - found.get(y)!.median)[0]!
    const rows: [string, string][] = [
      ['midstreamer 0.2.4 (WebAssembly)', '≥ 5 ×'],
      [fastest, '≥ 1.5 ×'],
      ['plain typed-array loop', '≥ 1 ×'],
    ]
    for (const [name, asked] of rows) {
      const against = `${name}: ${spell(found.get(name)!, 'ms')}`
      lines.push({ what, time, against, ratio: times(ratio(found, 'full', name)), asked })
    }
    lines.push({
      what: `DTW n = 1000, 10 % band, ${kind}`,
      time: spell(found.get('band')!, 'ms'),
      against: 'its own full matrix',
      ratio: times(ratio(found, 'band', 'full')),
      asked: '≥ 4 ×',
    })
  }
  return lines
}

/** Query of 128 points, band of 5 %. The naive loop runs on a part and is compared per sample. */
export function benchSearch(rounds: number): Line[] {
  const cases: [SeriesKind, number, string][] = [
    ['walk', 1_000_000, '≤ 100 ns and ≥ 50 ×'],
    ['sine', 200_000, ''],
    ['noise', 50_000, ''],
    ['constant', 50_000, ''],
  ]
  return cases.map(([kind, length, asked]) => {
    const samples = series(kind, length, 3)
    const part = samples.subarray(0, 3000)
    const query = series(kind === 'constant' ? 'walk' : kind, 128, 4)
    const search = createSubsequenceSearch(query, { window: 7 })
    const run = (input: Float64Array) => (): number => {
      search.reset()
      search.pushAll(input)
      return search.best!.distance
    }
    requireSame(`search in ${kind}`, naiveSearch(part, query, 7), run(part)())
    const found = measure(
      [
        { name: 'ours', units: length, run: run(samples) },
        { name: 'naive', units: part.length, run: () => naiveSearch(part, query, 7) },
      ],
      rounds,
    )
    return {
      what: `subsequence search, ${length.toLocaleString('en')} samples, ${kind}, per sample`,
      time: spell(found.get('ours')!, 'ns'),
      against: `naive loop: ${spell(found.get('naive')!, 'ns')}`,
      ratio: times(ratio(found, 'ours', 'naive')),
      asked,
    }
  })
}

/** Query of 128 points; time per sample and query element, and early against late parts of one stream. */
export function benchSpring(rounds: number): Line[] {
  const length = 1_000_000
  const m = 128
  const lines: Line[] = []
  const cases: [SeriesKind, number][] = [
    ['walk', 64],
    ['sine', 32],
    ['noise', Number.POSITIVE_INFINITY],
  ]
  for (const [kind, threshold] of cases) {
    const samples = series(kind, length, 5)
    const part = samples.subarray(0, 5000)
    const query = series(kind, m, 6)
    let matches = 0
    const options = { threshold, onMatch: () => matches++ }
    const tasks: Task[] = [
      {
        name: 'ours',
        units: part.length * 10 * m,
        run: () => {
          const spring = createSpring(query, options)
          spring.pushAll(samples.subarray(0, part.length * 10))
          return matches
        },
      },
      { name: 'naive', units: part.length * m, run: () => naiveSpring(part, query) },
    ]
    const found = measure(tasks, rounds)
    lines.push({
      what: `SPRING, query 128, ${kind}, threshold ${threshold}, per query element`,
      time: spell(found.get('ours')!, 'ns'),
      against: `naive loop: ${spell(found.get('naive')!, 'ns')}`,
      ratio: times(ratio(found, 'ours', 'naive')),
      asked: '≤ 2.5 ns',
    })
  }
  const samples = series('noise', length, 7)
  const spring = createSpring(series('noise', m, 8), {
    threshold: Number.POSITIVE_INFINITY,
    onMatch: () => {},
  })
  const tenth = length / 10
  const tenths = Array.from({ length: 10 }, (_, k) => {
    const start = process.threadCpuUsage()
    spring.pushAll(samples.subarray(k * tenth, (k + 1) * tenth))
    const { user, system } = process.threadCpuUsage(start)
    return ((user + system) * 1000) / tenth
  })
  lines.push({
    what: 'SPRING, query 128, 1,000,000 samples in one stream, per sample',
    time: `${tenths[1]!.toFixed(0)} ns in the second tenth`,
    against: `${tenths[9]!.toFixed(0)} ns in the last tenth`,
    ratio: times(tenths[9]! / tenths[1]!),
    asked: 'flat',
  })
  return lines
}

/** 5,000 samples of history, subsequences of 100. */
export function benchProfile(rounds: number): Line[] {
  return (['walk', 'noise', 'sine', 'constant'] as const).map((kind) => {
    const samples = series(kind, 50_000, 9)
    const stream = createMatrixProfile({ window: 100, history: 5000 })
    stream.pushAll(samples.subarray(0, 10_000))
    let at = 10_000
    const count = 1000
    const run = (): number => {
      if (at + count > samples.length) at = 0
      stream.pushAll(samples.subarray(at, at + count))
      at += count
      return stream.latest!.distance
    }
    const found = measure([{ name: 'ours', units: count, run }], rounds)
    const what = `matrix profile, history 5000, window 100, ${kind}, per sample`
    return { ...NOTHING, what, time: spell(found.get('ours')!, 'µs'), asked: '≤ 20 µs' }
  })
}

/** The sizes of the benchmark of fastest-levenshtein, then integers, similar texts and emoji. */
export function benchEdit(rounds: number): Line[] {
  const lines: Line[] = []
  const fastest = loadFastestLevenshtein()
  for (const size of [4, 8, 16, 32, 64, 128, 256, 512, 1024]) {
    const words = texts(size, size > 256 ? 100 : 1000, size)
    const pairs = (measureOne: (a: string, b: string) => number) => (): number => {
      let sum = 0
      for (let i = 0; i + 1 < words.length; i += 2) sum += measureOne(words[i]!, words[i + 1]!)
      return sum
    }
    const ours = pairs(editDistance)
    const theirs = pairs(fastest)
    requireSame('fastest-levenshtein', ours(), theirs())
    const found = measure(
      [
        { name: 'ours', units: words.length / 2, run: ours },
        { name: 'theirs', units: words.length / 2, run: theirs },
      ],
      rounds,
    )
    lines.push({
      what: `Levenshtein, ${size} letters`,
      time: spell(found.get('ours')!, 'ns'),
      against: `fastest-levenshtein 1.0.16: ${spell(found.get('theirs')!, 'ns')}`,
      ratio: times(ratio(found, 'ours', 'theirs')),
      asked: '≥ 0.9 ×',
    })
  }
  return [...lines, ...benchSymbols(rounds)]
}

function benchSymbols(rounds: number): Line[] {
  const random = createRandom(10)
  const cases: [string, number, number][] = [
    ['below 100', 100, 1],
    ['of any size', 1000, 1_000_003],
  ]
  return cases.map(([name, alphabet, step]) => {
    const [a, b] = [0, 1].map(() =>
      Int32Array.from({ length: 1000 }, () => Math.floor(random() * alphabet) * step),
    ) as [Int32Array, Int32Array]
    requireSame('plain recurrence', editDistance(a, b), naiveLevenshtein(a, b))
    const found = measure(
      [
        { name: 'ours', units: 1, run: () => editDistance(a, b) },
        { name: 'plain', units: 1, run: () => naiveLevenshtein(a, b) },
      ],
      rounds,
    )
    return {
      what: `Levenshtein, 1000 integers ${name}`,
      time: spell(found.get('ours')!, 'µs'),
      against: `plain recurrence: ${spell(found.get('plain')!, 'µs')}`,
      ratio: times(ratio(found, 'ours', 'plain')),
      asked: '≥ 3 ×',
    }
  })
}

/** Bytes that the heap grows by per call of a hot loop, without a collection in between. */
export function benchAllocation(): Line[] {
  const [a, b] = [series('walk', 1000, 11), series('walk', 1000, 12)]
  const samples = series('walk', 200_000, 13)
  const dtw = createDtw({ window: 20 })
  const spring = createSpring(a.subarray(0, 64), { threshold: 1, onMatch: () => {} })
  const search = createSubsequenceSearch(a.subarray(0, 64))
  const profile = createMatrixProfile({ window: 20, history: 100 })
  const loops: Record<string, (i: number) => void> = {
    'createDtw().distance, n = 1000': () => dtw.distance(a, b),
    'spring.push': (i) => spring.push(samples[i]!),
    'search.push': (i) => search.push(samples[i]!),
    'profile.push': (i) => profile.push(samples[i]!),
  }
  return Object.entries(loops).map(([name, run]) => {
    const calls = name.startsWith('createDtw') ? 5000 : 100_000
    for (let i = 0; i < calls; i++) run(i)
    globalThis.gc?.()
    const before = process.memoryUsage().heapUsed
    for (let i = calls; i < 2 * calls; i++) run(i % samples.length)
    const bytes = (process.memoryUsage().heapUsed - before) / calls
    return {
      ...NOTHING,
      what: `heap growth per call of ${name}`,
      time: `${bytes.toFixed(1)} bytes`,
      asked: '0',
    }
  })
}
