// Logistic regression over hashed features, scored as in use: a text's score is that of its best window, so each
// step of the descent moves the window that decides (multiple-instance learning). For a harmless text that is
// its most suspicious passage, which mines hard negatives at no cost. Plain arithmetic, no Math.exp: the same
// numbers on every machine.
import type { Extracted } from './extract.ts'

export interface Example extends Extracted {
  readonly attack: boolean
  readonly weight: number
  /** Number of the source, for counting in how many sources a feature occurs. */
  readonly source: number
}

export interface LearnOptions {
  readonly bits: number
  readonly epochs: number
  readonly rate: number
  /** Share of features left out of each look at an example, so that no single one is relied on. */
  readonly dropout: number
  readonly l2: number
  /** Features seen in fewer sources get no weight. */
  readonly minSources: number
  readonly shortBlocks: number
  readonly longBlocks: number
  /** Added to the number of features in a window before its root is taken. */
  readonly smoothing: number
  readonly seed: number
  readonly margin?: number
  /** What the sum of squared gradients of a feature starts with: the larger, the less a rare feature learns. */
  readonly firstSquare?: number
  /** How many models of other seeds are averaged: each leaves out other features. @default 1 */
  readonly rounds?: number
}

export interface Learned {
  readonly weights: Float32Array
  readonly biases: Float64Array
}

/** e^x from arithmetic alone: 2^k times a Taylor series. */
export function exponential(x: number): number {
  const clamped = Math.max(-60, Math.min(x, 60))
  const k = Math.round(clamped / Math.LN2)
  const r = clamped - k * Math.LN2
  let term = 1
  let sum = 1
  for (let i = 1; i < 14; i++) {
    term *= r / i
    sum += term
  }
  return sum * 2 ** k
}

export function sigmoid(x: number): number {
  return 1 / (1 + exponential(-x))
}

export interface Best {
  score: number
  /** First block and one past the last. */
  from: number
  to: number
  kind: number
}

/** The best window of a text, given the sum of weights and the number of features in its blocks. */
export function bestWindow(
  sums: Float64Array,
  counts: Int32Array,
  blocks: number,
  biases: Float64Array,
  options: Pick<LearnOptions, 'shortBlocks' | 'longBlocks' | 'smoothing'>,
  best: Best,
): void {
  best.score = Number.NEGATIVE_INFINITY
  const { shortBlocks, longBlocks, smoothing } = options
  let shortSum = 0
  let longSum = 0
  let shortCount = 0
  let longCount = 0
  for (let i = 0; i < blocks; i++) {
    shortSum += sums[i]!
    longSum += sums[i]!
    shortCount += counts[i]!
    longCount += counts[i]!
    if (i >= shortBlocks) {
      shortSum -= sums[i - shortBlocks]!
      shortCount -= counts[i - shortBlocks]!
    }
    if (i >= longBlocks) {
      longSum -= sums[i - longBlocks]!
      longCount -= counts[i - longBlocks]!
    }
    const short = shortSum / Math.sqrt(shortCount + smoothing) + biases[0]!
    if (short > best.score) {
      best.score = short
      best.kind = 0
      best.from = i < shortBlocks ? 0 : i - shortBlocks + 1
      best.to = i + 1
    }
    if (i >= shortBlocks) {
      const long = longSum / Math.sqrt(longCount + smoothing) + biases[1]!
      if (long > best.score) {
        best.score = long
        best.kind = 1
        best.from = i < longBlocks ? 0 : i - longBlocks + 1
        best.to = i + 1
      }
    }
  }
}

const MAX_BLOCKS = 4096
const sums = new Float64Array(MAX_BLOCKS)
const counts = new Int32Array(MAX_BLOCKS)
const best: Best = { score: 0, from: 0, to: 0, kind: 0 }

/** The score of a text under a model that is being learned. */
export function scoreOf(example: Extracted, model: Learned, options: LearnOptions): number {
  sumBlocks(example, model.weights, 0, 0)
  bestWindow(sums, counts, example.ends.length, model.biases, options, best)
  return best.score
}

function dropped(bucket: number, salt: number, dropout: number): boolean {
  return Math.imul(bucket ^ salt, 0x9e3779b1) >>> 0 < dropout
}

function sumBlocks({ buckets, ends }: Extracted, weights: Float32Array, salt: number, dropout: number): void {
  let at = 0
  for (let i = 0; i < ends.length; i++) {
    let sum = 0
    let count = 0
    for (const end = ends[i]!; at < end; at++) {
      const bucket = buckets[at]!
      if (dropout !== 0 && dropped(bucket, salt, dropout)) continue
      sum += weights[bucket]!
      count++
    }
    sums[i] = sum
    counts[i] = count
  }
}

/** In how many sources each bucket occurs, up to 255. */
export function countSources(examples: readonly Example[], bits: number): Uint8Array {
  const counted = new Uint8Array(1 << bits)
  const last = new Int16Array(1 << bits).fill(-1)
  const bySource = [...examples].sort((x, y) => x.source - y.source)
  for (const { buckets, source } of bySource) {
    for (const bucket of buckets) {
      if (last[bucket] !== source) {
        last[bucket] = source
        if (counted[bucket]! < 255) counted[bucket] = counted[bucket]! + 1
      }
    }
  }
  return counted
}

/** A permutation of 0..n-1 that depends on the seed alone. */
function shuffled(n: number, seed: number): Int32Array {
  const order = Int32Array.from({ length: n }, (_, i) => i)
  let state = seed | 0
  for (let i = n - 1; i > 0; i--) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0
    const j = (state >>> 8) % (i + 1)
    const swap = order[i]!
    order[i] = order[j]!
    order[j] = swap
  }
  return order
}

/** Trains. Deterministic in the examples, their order and the options. */
export function learn(examples: readonly Example[], options: LearnOptions): Learned {
  const { rounds = 1, seed } = options
  const known = countSources(examples, options.bits)
  const sum = learnOnce(examples, options, known)
  for (let round = 1; round < rounds; round++) {
    const next = learnOnce(examples, { ...options, seed: seed + ROUND_SEEDS * round }, known)
    for (let i = 0; i < sum.weights.length; i++) sum.weights[i] = sum.weights[i]! + next.weights[i]!
    for (let i = 0; i < sum.biases.length; i++) sum.biases[i] = sum.biases[i]! + next.biases[i]!
  }
  return { weights: sum.weights.map((w) => w / rounds), biases: sum.biases.map((b) => b / rounds) }
}

/** Seeds of rounds lie further apart than those of epochs. */
const ROUND_SEEDS = 1000

function learnOnce(examples: readonly Example[], options: LearnOptions, known: Uint8Array): Learned {
  const { bits, epochs, rate, l2, minSources, smoothing, seed, margin = 0, firstSquare = 1e-3 } = options
  const weights = new Float32Array(1 << bits)
  const squares = new Float32Array(1 << bits).fill(firstSquare)
  const biases = new Float64Array([-1, -1])
  const biasSquares = new Float64Array([1, 1])
  const dropout = Math.floor(options.dropout * 4294967296)
  for (let epoch = 0; epoch < epochs; epoch++) {
    const order = shuffled(examples.length, seed + epoch)
    const step = rate * (1 - epoch / epochs)
    for (let o = 0; o < order.length; o++) {
      const example = examples[order[o]!]!
      const salt = Math.imul(order[o]! + 1, 0x85ebca6b) ^ Math.imul(epoch + 1 + seed, 0xc2b2ae35)
      sumBlocks(example, weights, salt, dropout)
      bestWindow(sums, counts, example.ends.length, biases, options, best)
      const p = sigmoid(best.score - (example.attack ? margin : -margin))
      const error = (p - (example.attack ? 1 : 0)) * example.weight
      if (Math.abs(error) < 0.002) continue
      let n = 0
      for (let i = best.from; i < best.to; i++) n += counts[i]!
      const scale = error / Math.sqrt(n + smoothing)
      const { buckets, ends } = example
      const from = best.from === 0 ? 0 : ends[best.from - 1]!
      const to = ends[best.to - 1]!
      const kind = best.kind
      for (let at = from; at < to; at++) {
        const bucket = buckets[at]!
        if (known[bucket]! < minSources) continue
        if (dropout !== 0 && dropped(bucket, salt, dropout)) continue
        const gradient = scale + l2 * weights[bucket]!
        const square = squares[bucket]! + gradient * gradient
        squares[bucket] = square
        weights[bucket] = weights[bucket]! - (step * gradient) / Math.sqrt(square)
      }
      biasSquares[kind] = biasSquares[kind]! + error * error
      biases[kind] = biases[kind]! - (0.5 * step * error) / Math.sqrt(biasSquares[kind]!)
    }
  }
  return { weights, biases }
}
