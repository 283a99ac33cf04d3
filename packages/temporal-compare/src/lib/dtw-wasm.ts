import type { DtwCost } from './dtw-options.ts'
import {
  type Code,
  createModule,
  f64,
  f64x2,
  get,
  giveBack,
  i32,
  type Local,
  type ModuleBuilder,
  set,
  v128,
  when,
  whileLoop,
} from './wasm-assembler.ts'
import type { WasmHost } from './wasm-host.ts'

/** Rows that one pass of the kernel computes together: four vectors of two. */
const BLOCK_ROWS = 8
/** Cells that must be readable before and after the columns. */
const PADDING = 8
/** Rows per vector. */
const LANES = 2

const DOUBLE = 8
/** Bytes of a vector. */
const ENTRY = 16
/** The tables of the band's borders have entries for -16 to 15. */
const TABLE_HALF = 16
/** Doubles of both tables. */
const TABLE_SIZE = 2 * 2 * TABLE_HALF * LANES
const VECTORS = BLOCK_ROWS / LANES
/** Offsets in an instruction cannot be negative: addresses start at the last vector's entry. */
const LANE_OFFSET = ENTRY * (BLOCK_ROWS + BLOCK_ROWS - 2 * LANES)

/**
 * Adds the kernel `name(n, m, rows, reversed, top, table, scratch, below, above, limit)`: the DTW distance of n rows
 * and m columns with `-below <= column - row <= above`, or Infinity when it exceeds `limit`.
 *
 * Eight rows advance together as a wavefront: in step t, lane k computes the cell of row i0 + k and column t - k,
 * so no cell of a step depends on another one. `up` of a lane is the last value of the lane before, `diagonal` is
 * `up` of the step before. The columns lie reversed in memory, which makes b[t - k] contiguous in k.
 *
 * Pointers are byte addresses. `rows` holds n values and room up to a multiple of eight. `reversed` and `top` hold
 * m cells with PADDING cells before and after; the padding of `reversed` is Infinity, which makes the cells
 * outside the matrix infinite. `top` starts as Infinity, with 0 in the cell before the first.
 */
function addDtwKernel(module: ModuleBuilder, name: string, cost: (difference: Local) => Code): void {
  module.func(
    name,
    ['i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'f64'],
    'f64',
    (f, n, m, rows, reversed, top, table, scratch, below, above, limit) => {
      const [i0, lastLane, t, end, first, fastFrom, fastTo] = f.locals(7, 'i32')
      const [columnAt, topAt] = [f.local('i32'), f.local('i32')]
      const least = f.local('v128')
      const [incoming, up, difference] = [f.local('v128'), f.local('v128'), f.local('v128')]
      const [lowAt, highAt, bound] = [f.local('i32'), f.local('i32'), f.local('i32')]
      const a = Array.from({ length: VECTORS }, () => f.local('v128'))
      const cell = Array.from({ length: VECTORS }, () => f.local('v128'))
      const diagonal = Array.from({ length: VECTORS }, () => f.local('v128'))
      const infinity = f.local('v128')

      const lane = (q: number, masked: boolean): Code => {
        const value = f64x2.add(
          f64x2.pmin(f64x2.pmin(get(cell[q]!), get(up)), get(diagonal[q]!)),
          cost(difference),
        )
        // Infinity for the lanes that are outside the band in this step.
        const outside = f64x2.pmax(
          v128.load(get(lowAt), LANE_OFFSET - ENTRY * 2 * LANES * q),
          v128.load(get(highAt), LANE_OFFSET - ENTRY * 2 * LANES * q),
        )
        return [
          set(difference, f64x2.sub(get(a[q]!), v128.load(get(columnAt), LANES * DOUBLE * q))),
          set(
            up,
            q === 0
              ? f64x2.shuffle(get(incoming), get(cell[0]!), 0, 2)
              : f64x2.shuffle(get(cell[q - 1]!), get(cell[q]!), 1, 2),
          ),
          set(cell[q]!, masked ? f64x2.pmax(value, outside) : value),
          set(diagonal[q]!, get(up)),
        ]
      }
      // The last vector first: each reads the cells of the one before as they were in the last step.
      const order = Array.from({ length: VECTORS }, (_, i) => VECTORS - 1 - i)
      const step = (masked: boolean): Code => [
        set(incoming, v128.loadSplat64(get(topAt), BLOCK_ROWS * DOUBLE)),
        order.map((q) => lane(q, masked)),
        // Lane 7 is at column t - 7; topAt is the address of cell t - 8.
        v128.storeLane64(get(topAt), get(cell[VECTORS - 1]!), 1, DOUBLE),
        set(least, f64x2.pmin(get(least), get(cell[VECTORS - 1]!))),
        set(columnAt, i32.sub(get(columnAt), i32.const(DOUBLE))),
        set(topAt, i32.add(get(topAt), i32.const(DOUBLE))),
        set(t, i32.add(get(t), i32.const(1))),
      ]
      const entry = (offset: number): Code =>
        i32.add(get(table), i32.add(i32.shl(get(bound), i32.const(4)), i32.const(offset - LANE_OFFSET)))
      const maskedStep: Code = [
        set(bound, i32.sub(i32.add(get(t), get(below)), get(i0))),
        set(lowAt, i32.const(TABLE_HALF - 1)),
        set(bound, i32.min(bound, lowAt)),
        set(lowAt, entry(TABLE_HALF * ENTRY)),
        set(bound, i32.sub(i32.sub(get(t), get(above)), get(i0))),
        set(highAt, i32.const(-2 * LANES)),
        set(bound, i32.max(bound, highAt)),
        set(highAt, entry(3 * TABLE_HALF * ENTRY)),
        step(true),
      ]
      const zero = f.local('i32')
      const byteOffset = (index: Code): Code => i32.shl(index, i32.const(3))

      f.body(
        set(infinity, f64x2.const(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY)),
        whileLoop(
          i32.lt(get(i0), get(n)),
          set(lastLane, i32.sub(i32.sub(get(n), get(i0)), i32.const(1))),
          set(first, i32.const(BLOCK_ROWS - 1)),
          set(lastLane, i32.min(lastLane, first)),
          // First and last step of the block, and the steps between in which every lane is inside the band.
          set(t, i32.sub(get(i0), get(below))),
          set(t, i32.max(t, zero)),
          set(end, i32.add(get(m), get(lastLane))),
          set(
            first,
            i32.add(
              i32.add(get(i0), i32.shl(get(lastLane), i32.const(1))),
              i32.add(get(above), i32.const(1)),
            ),
          ),
          set(end, i32.min(end, first)),
          set(fastFrom, i32.add(i32.sub(get(i0), get(below)), i32.const(2 * BLOCK_ROWS - 2))),
          set(fastFrom, i32.min(fastFrom, end)),
          set(fastTo, i32.add(i32.add(get(i0), get(above)), i32.const(1))),
          set(fastTo, i32.min(fastTo, end)),
          a.map((local, q) =>
            set(local, v128.load(i32.add(get(rows), byteOffset(get(i0))), LANES * DOUBLE * q)),
          ),
          cell.map((local) => set(local, get(infinity))),
          diagonal.map((local) => set(local, get(infinity))),
          set(least, get(infinity)),
          set(columnAt, i32.add(get(reversed), byteOffset(i32.sub(i32.sub(get(m), i32.const(1)), get(t))))),
          set(topAt, i32.add(get(top), byteOffset(i32.sub(get(t), i32.const(BLOCK_ROWS))))),
          set(
            diagonal[0]!,
            f64x2.shuffle(v128.loadSplat64(get(topAt), (BLOCK_ROWS - 1) * DOUBLE), get(infinity), 0, 2),
          ),
          whileLoop(i32.lt(get(t), get(fastFrom)), maskedStep),
          whileLoop(i32.lt(get(t), get(fastTo)), step(false)),
          whileLoop(i32.lt(get(t), get(end)), maskedStep),
          when(
            f64.gt(f64x2.lane(get(least), 1), get(limit)),
            // In the last block the lanes after the last row count nothing.
            when(i32.lt(get(lastLane), i32.const(BLOCK_ROWS - 1)), [0x0c, 1]),
            giveBack(f64.const(Number.POSITIVE_INFINITY)),
          ),
          set(i0, i32.add(get(i0), i32.const(BLOCK_ROWS))),
        ),
        cell.map((local, q) => v128.store(get(scratch), get(local), LANES * DOUBLE * q)),
        set(first, i32.add(get(scratch), byteOffset(get(lastLane)))),
        f64.load(get(first)),
      )
    },
  )
}

/**
 * What masks a lane outside the band. Lane k is in row i0 + k and column t - k, so it is inside once
 * t - (i0 - below) >= 2 k, and no longer once t - (i0 + above) > 2 k. Entry x of the first table masks the two lanes
 * of a vector for x = t - (i0 - below) - 2 k of its first lane, entry x of the second likewise for the upper border.
 */
function fillTables(cells: Float64Array, table: number): void {
  const mask = (outside: boolean): number => (outside ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY)
  for (let x = -TABLE_HALF; x < TABLE_HALF; x++) {
    for (let lane = 0; lane < LANES; lane++) {
      const at = table + (x + TABLE_HALF) * LANES + lane
      cells[at] = mask(x < 2 * lane)
      cells[at + TABLE_SIZE / 2] = mask(x > 2 * lane)
    }
  }
}

/** The cost of a difference, where a difference with the padding must cost Infinity. */
const COSTS: Readonly<Record<DtwCost, (difference: Local) => Code>> = {
  absolute: (difference) => f64x2.abs(get(difference)),
  squared: (difference) => f64x2.mul(get(difference), get(difference)),
  // Symbols are small integers: min(|d|, 1) is 0 or 1, and |d| - min(|d|, 2^52) is 0, or Infinity in the padding.
  symbol: (difference) => {
    const size = f64x2.abs(get(difference))
    const least = (bound: number): Code => f64x2.pmin(size, f64x2.const(bound, bound))
    return f64x2.add(least(1), f64x2.sub(size, least(2 ** 52)))
  },
}

/** `dtw(a, n, b, m, below, above, limit)` on numbers of one dimension; Infinity above the limit. */
export type DtwKernel = (
  a: Float64Array,
  n: number,
  b: Float64Array,
  m: number,
  below: number,
  above: number,
  limit: number,
) => number

const kernels = new WeakMap<WasmHost, Map<DtwCost, DtwKernel | undefined>>()

/** The kernel of a cost, compiled at its first use; undefined where WebAssembly with SIMD is not to be had. */
export function dtwKernel(cost: DtwCost, scratch: WasmHost): DtwKernel | undefined {
  let known = kernels.get(scratch)
  if (known === undefined) {
    known = new Map()
    kernels.set(scratch, known)
  }
  if (!known.has(cost)) known.set(cost, instantiate(cost, scratch))
  return known.get(cost)
}

/** Larger than any index, and small enough for sums in 32 bits. */
const NO_BAND = 1 << 28

function instantiate(cost: DtwCost, scratch: WasmHost): DtwKernel | undefined {
  const module = createModule()
  addDtwKernel(module, 'dtw', COSTS[cost])
  const run = scratch.instantiate(module, 'dtw')
  if (run === undefined) return undefined
  const table = 0
  fillTables(scratch.cells, table)
  return (a, n, b, m, below, above, limit) => {
    const rows = TABLE_SIZE
    const reversed = rows + n + BLOCK_ROWS + PADDING
    const top = reversed + m + 2 * PADDING
    const last = top + m + PADDING
    scratch.reserve(last + BLOCK_ROWS)
    const { cells } = scratch
    for (let i = 0; i < n; i++) cells[rows + i] = a[i]!
    cells.fill(Number.POSITIVE_INFINITY, reversed - PADDING, last)
    for (let j = 0, at = reversed + m - 1; j < m; j++) cells[at - j] = b[j]!
    cells[top - 1] = 0
    const distance = run(
      n,
      m,
      rows * DOUBLE,
      reversed * DOUBLE,
      top * DOUBLE,
      table * DOUBLE,
      last * DOUBLE,
      Math.min(below, NO_BAND),
      Math.min(above, NO_BAND),
      limit,
    )
    return distance > limit ? Number.POSITIVE_INFINITY : distance
  }
}
