// Unit vectors in one array, as 32-bit floats or as bytes with a scale each.
import { createSimdRows, type SimdRows } from './simd-rows.ts'

export interface PreparedQuery {
  /** Cosine similarity with the row in a slot, in [-1, 1]. */
  score(slot: number): number
}

/** Similarities of a query with all rows at once. */
export interface RoughScores {
  /** By slot. Valid until the next call on the rows. */
  readonly scores: Float32Array
  /** How far a score may be from that of `PreparedQuery`. */
  readonly error: number
}

export interface VectorRows {
  /** Bytes that the rows take, room for growth included. */
  readonly bytes: number
  /** Stores a vector at length 1; zeros stay zeros. */
  write(slot: number, vector: Float32Array): void
  /** Stores what `read` gave, as it is. */
  copy(slot: number, vector: Float32Array): void
  /** The stored vector; of bytes, what they stand for. */
  read(slot: number): Float32Array
  prepare(query: Float32Array): PreparedQuery
  /** Undefined where the rows are few or are not laid out for it. */
  rough(query: Float32Array): RoughScores | undefined
}

const FIRST_ROWS = 64
/** From here on the rows are kept where SIMD instructions reach them; fewer are scored in less time than that saves. */
const SIMD_ROWS = 256

/** Rows grow by half as they fill. */
export function createVectorRows(dimensions: number, storage: 'f32' | 'int8'): VectorRows {
  return storage === 'f32' ? floatRows(dimensions) : byteRows(dimensions)
}

function inverseNorm(vector: Float32Array): number {
  let sum = 0
  for (const value of vector) sum += value * value
  return sum === 0 ? 0 : 1 / Math.sqrt(sum)
}

function unit(vector: Float32Array): Float32Array {
  const scale = inverseNorm(vector)
  return vector.map((value) => value * scale)
}

/** The inner product of a query with a row. Four sums that do not wait for each other are faster than one. */
function product(q: Float64Array, rows: Float32Array | Int8Array, from: number): number {
  const whole = q.length & ~3
  let a = 0
  let b = 0
  let c = 0
  let d = 0
  for (let i = 0; i < whole; i += 4) {
    a += q[i]! * rows[from + i]!
    b += q[i + 1]! * rows[from + i + 1]!
    c += q[i + 2]! * rows[from + i + 2]!
    d += q[i + 3]! * rows[from + i + 3]!
  }
  for (let i = whole; i < q.length; i++) a += q[i]! * rows[from + i]!
  return a + b + (c + d)
}

function clamp(score: number): number {
  return score > 1 ? 1 : Math.max(score, -1)
}

function roomFor(slot: number, rows: number): number {
  return slot < rows ? rows : Math.max(FIRST_ROWS, slot + 1, Math.ceil(rows * 1.5))
}

function floatRows(dimensions: number): VectorRows {
  let rows = 0
  let used = 0
  let data: Float32Array = new Float32Array(0)
  let stride = dimensions
  let simd: SimdRows | undefined

  function grow(needed: number): void {
    const before = { data, stride, simd }
    if (simd === undefined && needed >= SIMD_ROWS) simd = createSimdRows(dimensions)
    if (simd === undefined) data = new Float32Array(needed * stride)
    else {
      simd.reserve(needed)
      ;({ data, stride } = simd)
    }
    // A memory that has grown has kept its rows.
    if (before.simd === undefined) {
      for (let slot = 0; slot < used; slot++) {
        const from = slot * before.stride
        data.set(before.data.subarray(from, from + dimensions), slot * stride)
      }
    }
    rows = needed
  }

  function copy(slot: number, vector: Float32Array): void {
    const needed = roomFor(slot, rows)
    if (needed > rows) grow(needed)
    data.set(vector, slot * stride)
    used = Math.max(used, slot + 1)
  }
  return {
    get bytes() {
      return data.byteLength
    },
    write: (slot, vector) => copy(slot, unit(vector)),
    copy,
    read: (slot) => data.slice(slot * stride, slot * stride + dimensions),
    prepare(query) {
      const q = Float64Array.from(unit(query))
      return { score: (slot) => clamp(product(q, data, slot * stride)) }
    },
    rough(query) {
      if (simd === undefined) return undefined
      // Each of the roundings of a sum of products of unit vectors is off by 2^-24 at most.
      return { scores: simd.products(unit(query), used), error: (dimensions + 8) * 2 ** -24 }
    },
  }
}

function byteRows(dimensions: number): VectorRows {
  let rows = 0
  let data = new Int8Array(0)
  // 1 / length of the row of bytes, so that rounding does not shorten the vector.
  let scales = new Float32Array(0)
  function write(slot: number, vector: Float32Array): void {
    const needed = roomFor(slot, rows)
    if (needed > rows) {
      const larger = new Int8Array(needed * dimensions)
      larger.set(data)
      data = larger
      const more = new Float32Array(needed)
      more.set(scales)
      scales = more
      rows = needed
    }
    let largest = 0
    for (const value of vector) largest = Math.max(largest, Math.abs(value))
    const from = slot * dimensions
    let sum = 0
    for (let i = 0; i < dimensions; i++) {
      const byte = largest === 0 ? 0 : Math.round((vector[i]! / largest) * 127)
      data[from + i] = byte
      sum += byte * byte
    }
    scales[slot] = sum === 0 ? 0 : 1 / Math.sqrt(sum)
  }
  return {
    get bytes() {
      return data.byteLength + scales.byteLength
    },
    write,
    // The largest byte is 127 again, so the same bytes come out.
    copy: write,
    read(slot) {
      const from = slot * dimensions
      return Float32Array.from(data.subarray(from, from + dimensions), (byte) => byte * scales[slot]!)
    },
    prepare(query) {
      const q = Float64Array.from(unit(query))
      const rowData = data
      const rowScales = scales
      return { score: (slot) => clamp(product(q, rowData, slot * dimensions) * rowScales[slot]!) }
    },
    rough: () => undefined,
  }
}
