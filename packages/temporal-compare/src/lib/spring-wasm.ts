import {
  type Code,
  createModule,
  f64,
  f64x2,
  get,
  i32,
  type Local,
  set,
  v128,
  whileLoop,
} from './wasm-assembler.ts'
import type { WasmHost } from './wasm-host.ts'

/** Cells that the kernel computes between two looks at the threshold. Arrays have room for a multiple of it. */
export const SPRING_CHUNK = 8

const DOUBLE = 8

/**
 * `advance(query, costs, starts, m, reach, threshold, sample, time)`: computes the cells of one sample in place, at
 * least up to `reach`, the one after the last that was within the threshold, and on while they stay within it. Gives
 * the number of cells computed. Pointers are byte addresses.
 */
export type SpringKernel = (
  query: number,
  costs: number,
  starts: number,
  m: number,
  reach: number,
  threshold: number,
  sample: number,
  time: number,
) => number

/**
 * The recurrence of SPRING without branches: which of three predecessors is least is as good as random, and a
 * processor that guesses it is wrong every other cell. Values are kept in the low lane of vectors, where the least
 * of two, a comparison and a choice are single instructions.
 */
function springModule(squared: boolean): ReturnType<typeof createModule> {
  const module = createModule()
  module.func(
    'advance',
    ['i32', 'i32', 'i32', 'i32', 'i32', 'f64', 'f64', 'f64'],
    'i32',
    (f, query, costs, starts, m, reach, threshold, sample, time) => {
      const done = f.local('i32')
      const going = f.local('i32')
      const [x, left, leftStart, diagonal, diagonalStart, up, upStart, above, aboveStart, difference] =
        f.locals(10, 'v128')
      const cost: Code = squared ? f64x2.mul(get(difference), get(difference)) : f64x2.abs(get(difference))
      const cell = (offset: number): Code => [
        set(up, v128.loadSplat64(get(costs), offset)),
        set(upStart, v128.loadSplat64(get(starts), offset)),
        set(difference, f64x2.sub(get(x), v128.loadSplat64(get(query), offset))),
        set(above, f64x2.pmin(get(up), get(diagonal))),
        set(aboveStart, v128.select(get(upStart), get(diagonalStart), f64x2.le(get(up), get(diagonal)))),
        set(leftStart, v128.select(get(leftStart), get(aboveStart), f64x2.le(get(left), get(above)))),
        set(left, f64x2.add(f64x2.pmin(get(left), get(above)), cost)),
        v128.storeLane64(get(costs), get(left), 0, offset),
        v128.storeLane64(get(starts), get(leftStart), 0, offset),
        set(diagonal, get(up)),
        set(diagonalStart, get(upStart)),
      ]
      const advanceBy = (local: Local): Code =>
        set(local, i32.add(get(local), i32.const(SPRING_CHUNK * DOUBLE)))
      f.body(
        set(x, f64x2.splat(get(sample))),
        set(leftStart, f64x2.splat(get(time))),
        set(diagonalStart, get(leftStart)),
        set(going, i32.const(1)),
        whileLoop(
          i32.and(i32.lt(get(done), get(m)), get(going)),
          Array.from({ length: SPRING_CHUNK }, (_, k) => cell(k * DOUBLE)),
          [query, costs, starts].map(advanceBy),
          set(done, i32.add(get(done), i32.const(SPRING_CHUNK))),
          // The next cell may be reached from the last of the chunk: from what it is now, or from what it was.
          set(going, i32.or(i32.le(get(done), get(reach)), f64.le(f64x2.lane(get(left), 0), get(threshold)))),
        ),
        get(done),
      )
    },
  )
  return module
}

const kernels = new WeakMap<WasmHost, Map<boolean, SpringKernel>>()

/** The kernel for absolute or squared cost; the plain loop where WebAssembly with SIMD is not to be had. */
export function springKernel(squared: boolean, host: WasmHost): SpringKernel {
  let known = kernels.get(host)
  if (known === undefined) {
    known = new Map()
    kernels.set(host, known)
  }
  let kernel = known.get(squared)
  if (kernel === undefined) {
    kernel = host.instantiate(springModule(squared), 'advance') ?? plainKernel(squared, host)
    known.set(squared, kernel)
  }
  return kernel
}

/** The same cells in the same order. */
function plainKernel(squared: boolean, host: WasmHost): SpringKernel {
  return (query, costs, starts, m, reach, threshold, sample, time) => {
    const { cells } = host
    const [q, c, s] = [query / DOUBLE, costs / DOUBLE, starts / DOUBLE]
    let diagonal = 0
    let diagonalStart = time
    let left = 0
    let leftStart = time
    let done = 0
    while (done < m) {
      for (const end = done + SPRING_CHUNK; done < end; done++) {
        const up = cells[c + done]!
        const upStart = cells[s + done]!
        const difference = sample - cells[q + done]!
        // Of equal predecessors the cell before comes first, then the same cell, then the diagonal.
        if (up < left) {
          left = up
          leftStart = upStart
        }
        if (diagonal < left) {
          left = diagonal
          leftStart = diagonalStart
        }
        left += squared ? difference * difference : Math.abs(difference)
        cells[c + done] = left
        cells[s + done] = leftStart
        diagonal = up
        diagonalStart = upStart
      }
      if (done > reach && !(left <= threshold)) break
    }
    return done
  }
}
