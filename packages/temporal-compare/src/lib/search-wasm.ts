import { CANCELLED, KEOGH_CHUNK, SCAN_STATE, SLACK, WARP_LANES } from './search-layout.ts'
import { plainScan, plainWarp } from './search-plain.ts'
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
  whenElse,
  whileLoop,
} from './wasm-assembler.ts'
import type { WasmFunction, WasmHost } from './wasm-host.ts'

const DOUBLE = 8
const INFINITE: Code = f64x2.const(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY)

/**
 * `scan(buffer, end, to, m, order, upper, lower, state, best)`: reads the samples `end` to `to - 1` of the buffer.
 * Gives the index of the sample that ends the first piece that neither bound can drop, or `to`.
 *
 * Kim: first and last point, scaled by the variance so that no division is needed. Keogh: the points in the order
 * of `order` (byte offsets), two at a time. Pointers are byte addresses.
 */
function addScan(module: ModuleBuilder): void {
  module.func(
    'scan',
    ['i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'f64'],
    'i32',
    (f, buffer, end, to, m, order, upper, lower, state, best) => {
      const [sum, squares, peak, shift, mean, variance, x, y, center, deviation, inverse, q0, q1] = f.locals(
        13,
        'f64',
      )
      const [start, dropped, k, last] = f.locals(4, 'i32')
      const [centers, scales, total, value] = f.locals(4, 'v128')
      const field = (name: keyof typeof SCAN_STATE): number => SCAN_STATE[name] * DOUBLE
      const count = (name: 'kim' | 'keogh'): Code =>
        f64.store(get(state), f64.add(f64.load(get(state), field(name)), f64.const(1)), field(name))
      const at = (offset: number): Code => i32.add(get(start), i32.load(get(order), offset))
      const pair = (p: number): Code => [
        set(
          value,
          f64x2.mul(
            f64x2.sub(v128.loadLane64(at(p * 8 + 4), v128.loadZero64(at(p * 8)), 1), get(centers)),
            get(scales),
          ),
        ),
        set(
          value,
          f64x2.pmax(
            f64x2.pmax(
              f64x2.sub(get(value), v128.load(get(upper), p * 16)),
              f64x2.sub(v128.load(get(lower), p * 16), get(value)),
            ),
            f64x2.const(0, 0),
          ),
        ),
        set(total, f64x2.add(get(total), f64x2.mul(get(value), get(value)))),
      ]
      const chunkBytes = KEOGH_CHUNK * DOUBLE
      const rewind = (local: Local, bytes: Code): Code => set(local, i32.sub(get(local), bytes))
      const keogh: Code = [
        set(centers, f64x2.splat(get(center))),
        set(scales, f64x2.splat(f64.div(f64.const(1), get(deviation)))),
        set(total, f64x2.const(0, 0)),
        set(k, i32.const(0)),
        set(x, f64.mul(get(best), f64.const(SLACK))),
        whileLoop(
          i32.lt(get(k), get(m)),
          Array.from({ length: KEOGH_CHUNK / 2 }, (_, p) => pair(p)),
          set(order, i32.add(get(order), i32.const(KEOGH_CHUNK * 4))),
          set(upper, i32.add(get(upper), i32.const(chunkBytes))),
          set(lower, i32.add(get(lower), i32.const(chunkBytes))),
          set(k, i32.add(get(k), i32.const(KEOGH_CHUNK))),
          when(
            f64.gt(f64.add(f64x2.lane(get(total), 0), f64x2.lane(get(total), 1)), get(x)),
            set(dropped, i32.const(1)),
            count('keogh'),
            // Out of the loop: past `when` and the loop's own block.
            [0x0c, 2],
          ),
        ),
        rewind(order, i32.shl(get(k), i32.const(2))),
        rewind(upper, i32.shl(get(k), i32.const(3))),
        rewind(lower, i32.shl(get(k), i32.const(3))),
      ]
      const edge = (address: Code, point: Local): Code =>
        f64.sub(f64.sub(f64.load(address), get(center)), f64.mul(get(point), get(deviation)))

      f.body(
        set(sum, f64.load(get(state), field('sum'))),
        set(squares, f64.load(get(state), field('squares'))),
        set(peak, f64.load(get(state), field('peak'))),
        set(shift, f64.load(get(state), field('shift'))),
        set(q0, f64.load(get(state), field('first'))),
        set(q1, f64.load(get(state), field('last'))),
        set(inverse, f64.div(f64.const(1), f64.fromI32(get(m)))),
        set(last, i32.add(get(buffer), i32.shl(get(end), i32.const(3)))),
        set(start, i32.sub(get(last), i32.shl(i32.sub(get(m), i32.const(1)), i32.const(3)))),
        whileLoop(
          i32.lt(get(end), get(to)),
          set(x, f64.sub(f64.load(get(last)), get(shift))),
          set(sum, f64.add(get(sum), get(x))),
          set(squares, f64.add(get(squares), f64.mul(get(x), get(x)))),
          set(peak, f64.max(get(peak), get(squares))),
          set(mean, f64.mul(get(sum), get(inverse))),
          set(variance, f64.sub(f64.mul(get(squares), get(inverse)), f64.mul(get(mean), get(mean)))),
          set(dropped, i32.const(0)),
          when(
            f64.gt(get(variance), f64.mul(f64.mul(get(peak), get(inverse)), f64.const(CANCELLED))),
            set(center, f64.add(get(mean), get(shift))),
            set(deviation, f64.sqrt(get(variance))),
            set(x, edge(get(start), q0)),
            set(y, edge(get(last), q1)),
            whenElse(
              f64.gt(
                f64.add(f64.mul(get(x), get(x)), f64.mul(get(y), get(y))),
                f64.mul(f64.mul(get(best), get(variance)), f64.const(SLACK)),
              ),
              [set(dropped, i32.const(1)), count('kim')],
              [keogh],
            ),
          ),
          set(x, f64.sub(f64.load(get(start)), get(shift))),
          set(sum, f64.sub(get(sum), get(x))),
          set(squares, f64.sub(get(squares), f64.mul(get(x), get(x)))),
          set(start, i32.add(get(start), i32.const(DOUBLE))),
          set(last, i32.add(get(last), i32.const(DOUBLE))),
          set(end, i32.add(get(end), i32.const(1))),
          // Leaves the loop with `end` one past the last sample of the piece.
          when(i32.lt(get(dropped), i32.const(1)), [0x0c, 2]),
        ),
        f64.store(get(state), get(sum), field('sum')),
        f64.store(get(state), get(squares), field('squares')),
        f64.store(get(state), get(peak), field('peak')),
        whenElse(get(dropped), [giveBack(get(to))], [giveBack(i32.sub(get(end), i32.const(1)))]),
        [0x00],
      )
    },
  )
}

/**
 * `warp(pieces, rest, row, query, m, radius, limit)`: squared-cost DTW of the query with four pieces inside the band.
 * The pieces lie side by side, point i of piece p at 4 i + p; so do `rest` (what the points i and later cost at
 * least) and `row`, m + 1 columns, where the last column has the results. Gives 0 when all four exceed the limit.
 */
function addWarp(module: ModuleBuilder): void {
  module.func(
    'warp',
    ['i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'f64'],
    'i32',
    (f, pieces, rest, row, query, m, radius, limit) => {
      const [i, j, to, at, from, zero] = f.locals(6, 'i32')
      const halves = [0, 1].map((h) => ({
        offset: h * 16,
        x: f.local('v128'),
        left: f.local('v128'),
        diagonal: f.local('v128'),
        up: f.local('v128'),
        difference: f.local('v128'),
        least: f.local('v128'),
      }))
      const q = f.local('v128')
      const stride = WARP_LANES * DOUBLE
      const scaled = (index: Code): Code => i32.shl(index, i32.const(5))
      const minus = (a: Local, b: Local): Code => i32.sub(get(a), get(b))
      f.body(
        // Column -1 of row -1 is 0, all else infinite.
        set(at, get(row)),
        whileLoop(
          [i32.lt(get(j), i32.add(get(m), i32.const(1)))],
          halves.map(({ offset }) => v128.store(get(at), INFINITE, offset)),
          set(at, i32.add(get(at), i32.const(stride))),
          set(j, i32.add(get(j), i32.const(1))),
        ),
        halves.map(({ offset }) => v128.store(get(row), f64x2.const(0, 0), offset)),
        whileLoop(
          i32.lt(get(i), get(m)),
          set(from, minus(i, radius)),
          set(from, i32.max(from, zero)),
          set(to, i32.add(i32.add(get(i), get(radius)), i32.const(1))),
          set(to, i32.min(to, m)),
          set(at, i32.add(get(row), scaled(get(from)))),
          halves.map(({ offset, x, left, diagonal, least }) => [
            set(x, v128.load(get(pieces), offset)),
            set(left, INFINITE),
            set(least, INFINITE),
            set(diagonal, v128.load(get(at), offset)),
            v128.store(get(at), INFINITE, offset),
          ]),
          set(j, get(from)),
          set(from, i32.add(get(query), i32.shl(get(from), i32.const(3)))),
          whileLoop(
            i32.lt(get(j), get(to)),
            set(q, v128.loadSplat64(get(from))),
            halves.map(({ offset, x, left, diagonal, up, difference, least }) => [
              set(up, v128.load(get(at), stride + offset)),
              set(difference, f64x2.sub(get(x), get(q))),
              set(
                left,
                f64x2.add(
                  f64x2.pmin(f64x2.pmin(get(diagonal), get(up)), get(left)),
                  f64x2.mul(get(difference), get(difference)),
                ),
              ),
              v128.store(get(at), get(left), stride + offset),
              set(least, f64x2.pmin(get(least), get(left))),
              set(diagonal, get(up)),
            ]),
            set(from, i32.add(get(from), i32.const(DOUBLE))),
            set(at, i32.add(get(at), i32.const(stride))),
            set(j, i32.add(get(j), i32.const(1))),
          ),
          // A path through this row still has to match the points from i + radius + 1 on beyond its columns.
          set(at, i32.add(get(rest), scaled(get(to)))),
          when(
            [
              v128.anyTrue(
                v128.or(
                  ...(halves.map(({ offset, least }) =>
                    f64x2.le(f64x2.add(get(least), v128.load(get(at), offset)), f64x2.splat(get(limit))),
                  ) as [Code, Code]),
                ),
              ),
              0x45,
            ],
            giveBack(i32.const(0)),
          ),
          set(pieces, i32.add(get(pieces), i32.const(stride))),
          set(i, i32.add(get(i), i32.const(1))),
        ),
        i32.const(1),
      )
    },
  )
}

export interface SearchKernels {
  readonly scan: WasmFunction
  readonly warp: WasmFunction
}

const kernels = new WeakMap<WasmHost, SearchKernels>()

/** The kernels; plain loops where WebAssembly with SIMD is not to be had. */
export function searchKernels(host: WasmHost): SearchKernels {
  let known = kernels.get(host)
  if (known === undefined) {
    const module = createModule()
    addScan(module)
    addWarp(module)
    known = {
      scan: host.instantiate(module, 'scan') ?? plainScan(host),
      warp: host.instantiate(module, 'warp') ?? plainWarp(host),
    }
    kernels.set(host, known)
  }
  return known
}
