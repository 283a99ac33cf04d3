// Learns the embedding: rarity of features from the corpus, and a projection from groups of paraphrases, which
// turns up the directions in which groups differ and turns down those in which one group scatters (linear
// discriminant analysis, Fisher 1936; Rao 1948).

import { hashedVector } from '../src/lib/embedder.ts'
import { type EmbeddingModel, IDF_SLOTS } from '../src/lib/embedding-model.ts'
import { createFeatureStream } from '../src/lib/features.ts'
import { seeded } from './generators/grammar.ts'
import { paraphrases } from './generators/paraphrases.ts'

export const EMBEDDING = {
  dimensions: 128,
  inputs: 512,
  groups: 3000,
  wordings: 6,
  rounds: 12,
  ridge: 1,
  seed: 3,
} as const

/** log((N+1)/(n+1)) of each slot of features, as bytes. */
export function rarity(texts: Iterable<string>): Uint8Array {
  const counts = new Int32Array(IDF_SLOTS)
  const last = new Int32Array(IDF_SLOTS).fill(-1)
  let n = 0
  for (const text of texts) {
    const stream = createFeatureStream()
    const take = (count: number): void => {
      for (let k = 0; k < count; k++) {
        const slot = stream.hashes[k]! >>> 16
        if (last[slot] === n) continue
        last[slot] = n
        counts[slot] = counts[slot]! + 1
      }
    }
    for (let i = 0; i < Math.min(text.length, 1000); i++) take(stream.step(text.charCodeAt(i)))
    take(stream.finish())
    n++
  }
  const bytes = new Uint8Array(IDF_SLOTS)
  // Halvings of the share of texts, sixteen steps each: whole-number arithmetic, the same everywhere.
  for (let slot = 0; slot < IDF_SLOTS; slot++) {
    let share = (n + 1) / (counts[slot]! + 1)
    let value = 0
    while (share >= 2 && value < 240) {
      share /= 2
      value += 16
    }
    bytes[slot] = Math.min(255, value + Math.floor((share - 1) * 16) + 1)
  }
  return bytes
}

/**
 * How often a feature of one wording is in another wording of the same meaning, per slot of features; slots that
 * no wording has get the average.
 */
function survival(groups: readonly (readonly string[])[]): Float64Array {
  const present = new Float64Array(IDF_SLOTS)
  const shared = new Float64Array(IDF_SLOTS)
  for (const wordings of groups) {
    const inGroup = new Map<number, number>()
    for (const text of wordings) {
      const slots = new Set<number>()
      const stream = createFeatureStream()
      for (let i = 0; i < text.length; i++) {
        const count = stream.step(text.charCodeAt(i))
        for (let k = 0; k < count; k++) slots.add(stream.hashes[k]! >>> 16)
      }
      const count = stream.finish()
      for (let k = 0; k < count; k++) slots.add(stream.hashes[k]! >>> 16)
      for (const slot of slots) inGroup.set(slot, (inGroup.get(slot) ?? 0) + 1)
    }
    for (const [slot, n] of inGroup) {
      present[slot] = present[slot]! + n
      shared[slot] = shared[slot]! + (n * (n - 1)) / (wordings.length - 1)
    }
  }
  let all = 0
  let common = 0
  for (let slot = 0; slot < IDF_SLOTS; slot++) {
    all += present[slot]!
    common += shared[slot]!
  }
  const average = common / all
  return shared.map((value, slot) => (value + 5 * average) / (present[slot]! + 5))
}

type Vector = Float64Array<ArrayBuffer>
type Matrix = Vector[]

function zeros(rows: number, columns: number): Matrix {
  return Array.from({ length: rows }, () => new Float64Array(columns))
}

/** Adds weight · v vᵀ to the lower triangle. */
function addOuter(matrix: Matrix, v: Vector, weight: number): void {
  for (let i = 0; i < v.length; i++) {
    const row = matrix[i]!
    const scaled = weight * v[i]!
    for (let j = 0; j <= i; j++) row[j] = row[j]! + scaled * v[j]!
  }
}

/** The lower Cholesky factor. */
function cholesky(matrix: Matrix): Matrix {
  const n = matrix.length
  const factor = zeros(n, n)
  for (let i = 0; i < n; i++) {
    const row = factor[i]!
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i]![j]!
      const other = factor[j]!
      for (let k = 0; k < j; k++) sum -= row[k]! * other[k]!
      row[j] = i === j ? Math.sqrt(sum) : sum / other[j]!
    }
  }
  return factor
}

/** L⁻¹ v in place. */
function solveLower(factor: Matrix, v: Vector): void {
  for (let i = 0; i < v.length; i++) {
    let sum = v[i]!
    for (let k = 0; k < i; k++) sum -= factor[i]![k]! * v[k]!
    v[i] = sum / factor[i]![i]!
  }
}

/** L⁻ᵀ v in place. */
function solveUpper(factor: Matrix, v: Vector): void {
  for (let i = v.length - 1; i >= 0; i--) {
    let sum = v[i]!
    for (let k = i + 1; k < v.length; k++) sum -= factor[k]![i]! * v[k]!
    v[i] = sum / factor[i]![i]!
  }
}

function times(matrix: Matrix, v: Vector): Vector {
  const out = new Float64Array(v.length)
  for (let i = 0; i < v.length; i++) {
    const row = matrix[i]!
    for (let j = 0; j < i; j++) {
      out[i] = out[i]! + row[j]! * v[j]!
      out[j] = out[j]! + row[j]! * v[i]!
    }
    out[i] = out[i]! + row[i]! * v[i]!
  }
  return out
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}

/** Gram–Schmidt, twice for accuracy. */
function orthonormalise(vectors: Vector[]): void {
  for (const [i, v] of vectors.entries()) {
    for (let pass = 0; pass < 2; pass++) {
      for (let j = 0; j < i; j++) {
        const share = dot(v, vectors[j]!)
        for (let k = 0; k < v.length; k++) v[k] = v[k]! - share * vectors[j]![k]!
      }
    }
    const length = Math.sqrt(dot(v, v))
    for (let k = 0; k < v.length; k++) v[k] = v[k]! / length
  }
}

function unit(vector: Vector): Vector {
  const length = Math.sqrt(dot(vector, vector))
  return length === 0 ? vector : vector.map((value) => value / length)
}

/** Learns from the corpus and from generated paraphrases. Deterministic. */
export function learnEmbedding(texts: readonly string[], date: string): EmbeddingModel {
  const { dimensions, inputs, groups, wordings, rounds, ridge, seed } = EMBEDDING
  const random = seeded(seed)
  const meanings = Array.from({ length: groups }, () => paraphrases(random, wordings))
  const rare = rarity(texts)
  const stable = survival(meanings)
  const idf = rare.map((byte, slot) => Math.max(1, Math.round(byte * stable[slot]!)))
  const within = zeros(inputs, inputs)
  const between = zeros(inputs, inputs)
  const vectorOf = (text: string): Vector => unit(hashedVector(text, { idf, inputs }))
  const total = groups * wordings
  for (const meaning of meanings) {
    const vectors = meaning.map(vectorOf)
    const mean = new Float64Array(inputs)
    for (const v of vectors) for (let i = 0; i < inputs; i++) mean[i] = mean[i]! + v[i]! / wordings
    for (const v of vectors)
      addOuter(
        within,
        v.map((value, i) => value - mean[i]!),
        1 / total,
      )
    addOuter(between, mean, 1 / groups)
  }
  // Real texts keep the directions alive that the generated ones do not use.
  const step = Math.max(1, Math.floor(texts.length / groups))
  for (let t = 0; t < texts.length; t += step)
    addOuter(between, vectorOf(texts[t]!.slice(0, 400)), 1 / groups)
  let trace = 0
  for (let i = 0; i < inputs; i++) trace += within[i]![i]!
  for (let i = 0; i < inputs; i++) within[i]![i] = within[i]![i]! + (ridge * trace) / inputs
  const factor = cholesky(within)
  const basis = Array.from({ length: dimensions }, () =>
    Float64Array.from({ length: inputs }, () => random() - 0.5),
  )
  let values: number[] = []
  for (let round = 0; round < rounds; round++) {
    orthonormalise(basis)
    values = basis.map((v, i) => {
      const w = v.slice()
      solveUpper(factor, w)
      const image = times(between, w)
      solveLower(factor, image)
      basis[i] = image
      return Math.sqrt(dot(image, image))
    })
  }
  orthonormalise(basis)
  const projection = new Int8Array(dimensions * inputs)
  const rowScales = basis.map((v, row) => {
    const w = v.slice()
    solveUpper(factor, w)
    let largest = 0
    for (const value of w) largest = Math.max(largest, Math.abs(value))
    for (let i = 0; i < inputs; i++) projection[row * inputs + i] = Math.round((w[i]! / largest) * 127)
    return largest / 127
  })
  return {
    dimensions,
    inputs,
    idf,
    projection,
    rowScales,
    training: { date, ...EMBEDDING, texts: texts.length, leading: values.slice(0, 8) },
  }
}
