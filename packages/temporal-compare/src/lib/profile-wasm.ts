import { WORN } from './piece-stats.ts'
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
  when,
  whileLoop,
} from './wasm-assembler.ts'
import type { WasmFunction, WasmHost } from './wasm-host.ts'

/** Earlier subsequences that `compare` takes at a time; it needs a multiple. */
export const PROFILE_LANES = 2

const DOUBLE = 8

/**
 * `compare(covariances, peaks, entering, moving, inverses, offsets, best, neighbors, result, count, position, enters,
 * moves, scale)`: moves the covariances of the newest subsequence with `count` earlier ones on by one sample, turns
 * them into correlations, and enters the newest as the neighbour of each earlier one for which it is the best so far.
 * Writes per lane the best correlation and the index of the earlier subsequence to `result`: 2 + 2 doubles. Of equally
 * good ones the first. Pointers are byte addresses.
 *
 * When it is to watch, pairs whose covariance is worn, by what `peaks` says it has been, are left out. Gives 1 when there
 * were any, else 0.
 */
function compareModule(watch: boolean): ReturnType<typeof createModule> {
  const module = createModule()
  const pointers = ['i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32'] as const
  module.func(
    'compare',
    [...pointers, 'i32', 'f64', 'f64', 'f64', 'f64'],
    'i32',
    (
      f,
      covariances,
      peaks,
      entering,
      moving,
      inverses,
      offsets,
      best,
      neighbors,
      result,
      count,
      position,
      enters,
      moves,
      scale,
    ) => {
      const [i, at] = [f.local('i32'), f.local('i32')]
      const [covariance, correlation, better, most, nearest, enterPair, movePair, scalePair, here] = f.locals(
        9,
        'v128',
      )
      const [peak, scales, worn] = f.locals(3, 'v128')
      const place = (base: Local): Code => i32.add(get(base), get(at))
      const watching: Code = [
        set(peak, f64x2.pmax(v128.load(place(peaks)), f64x2.abs(get(covariance)))),
        v128.store(place(peaks), get(peak)),
        set(better, f64x2.gt(f64x2.mul(get(peak), get(scales)), f64x2.const(WORN, WORN))),
        set(worn, v128.or(get(worn), get(better))),
        // All ones are NaN, which is not greater than anything.
        set(correlation, v128.or(get(correlation), get(better))),
      ]
      f.body(
        set(enterPair, f64x2.splat(get(enters))),
        set(movePair, f64x2.splat(get(moves))),
        set(scalePair, f64x2.splat(get(scale))),
        set(most, f64x2.const(Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY)),
        set(nearest, f64x2.const(-1, -1)),
        whileLoop(
          i32.lt(get(i), get(count)),
          set(
            covariance,
            f64x2.add(
              v128.load(place(covariances)),
              f64x2.add(
                f64x2.mul(v128.load(place(entering)), get(movePair)),
                f64x2.mul(get(enterPair), v128.load(place(moving))),
              ),
            ),
          ),
          v128.store(place(covariances), get(covariance)),
          set(scales, f64x2.mul(v128.load(place(inverses)), get(scalePair))),
          set(correlation, f64x2.add(f64x2.mul(get(covariance), get(scales)), v128.load(place(offsets)))),
          watch ? watching : [],
          set(better, f64x2.gt(get(correlation), v128.load(place(best)))),
          // Seldom, once the stream has run for a while.
          when(
            v128.anyTrue(get(better)),
            v128.store(place(best), f64x2.pmax(v128.load(place(best)), get(correlation))),
            v128.store(
              place(neighbors),
              v128.select(f64x2.splat(get(position)), v128.load(place(neighbors)), get(better)),
            ),
          ),
          set(better, f64x2.gt(get(correlation), get(most))),
          when(
            v128.anyTrue(get(better)),
            set(most, f64x2.pmax(get(most), get(correlation))),
            set(here, f64x2.add(f64x2.splat(f64.fromI32(get(i))), f64x2.const(0, 1))),
            set(nearest, v128.select(get(here), get(nearest), get(better))),
          ),
          set(at, i32.add(get(at), i32.const(PROFILE_LANES * DOUBLE))),
          set(i, i32.add(get(i), i32.const(PROFILE_LANES))),
        ),
        v128.store(get(result), get(most)),
        v128.store(get(result), get(nearest), PROFILE_LANES * DOUBLE),
        v128.anyTrue(get(worn)),
      )
    },
  )
  return module
}

export interface ProfileKernels {
  readonly plain: WasmFunction
  readonly watching: WasmFunction
}

const kernels = new WeakMap<WasmHost, ProfileKernels>()

/** The kernels; plain loops where WebAssembly with SIMD is not to be had. */
export function profileKernels(host: WasmHost): ProfileKernels {
  let known = kernels.get(host)
  if (known === undefined) {
    const kernel = (watch: boolean): WasmFunction =>
      host.instantiate(compareModule(watch), 'compare') ?? plainCompare(host, watch)
    known = { plain: kernel(false), watching: kernel(true) }
    kernels.set(host, known)
  }
  return known
}

/** The same arithmetic in the same order. */
function plainCompare(host: WasmHost, watch: boolean): WasmFunction {
  return (...parameters) => {
    const { cells } = host
    const [covariances, peaks, entering, moving, inverses, offsets, best, neighbors, result] = parameters.map(
      (address) => address / DOUBLE,
    ) as [number, number, number, number, number, number, number, number, number]
    const [count, position, enters, moves, scale] = parameters.slice(9) as [
      number,
      number,
      number,
      number,
      number,
    ]
    let worn = 0
    for (let lane = 0; lane < PROFILE_LANES; lane++) {
      let most = Number.NEGATIVE_INFINITY
      let nearest = -1
      for (let i = lane; i < count; i += PROFILE_LANES) {
        const covariance =
          cells[covariances + i]! + (cells[entering + i]! * moves + enters * cells[moving + i]!)
        cells[covariances + i] = covariance
        const scales = cells[inverses + i]! * scale
        if (watch) {
          const peak = Math.max(cells[peaks + i]!, Math.abs(covariance))
          cells[peaks + i] = peak
          if (peak * scales > WORN) {
            worn = 1
            continue
          }
        }
        const correlation = covariance * scales + cells[offsets + i]!
        if (correlation > cells[best + i]!) {
          cells[best + i] = correlation
          cells[neighbors + i] = position
        }
        if (correlation > most) {
          most = correlation
          nearest = i
        }
      }
      cells[result + lane] = most
      cells[result + PROFILE_LANES + lane] = nearest
    }
    return worn
  }
}
