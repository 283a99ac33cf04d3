import { fillItakura, fillSakoeChiba } from './band.ts'
import type { DtwSettings } from './dtw-options.ts'
import { type PointPair, runRows } from './dtw-rows.ts'
import { dtwKernel } from './dtw-wasm.ts'
import { sharedScratch, type WasmHost } from './wasm-host.ts'

/** Distances without a path. Keeps the arrays that it needs from call to call. */
export interface DtwRunner {
  distance(points: PointPair, n: number, m: number, limit: number): number
}

/** Below this many cells the copy into the kernel's memory costs more than it saves (measured: about 100). */
const KERNEL_MIN_CELLS = 128

/** The WebAssembly kernel where it applies, else the plain loops. Both give the same bits. */
export function createDtwRunner(settings: DtwSettings, scratch: WasmHost = sharedScratch()): DtwRunner {
  const { cost, window, slope } = settings
  let row = new Float64Array(0)
  let costs = new Float64Array(0)
  const band = { from: new Int32Array(0), to: new Int32Array(0) }

  function reserve(n: number, m: number): void {
    if (band.from.length < n) {
      band.from = new Int32Array(2 * n)
      band.to = new Int32Array(2 * n)
    }
    if (costs.length >= m) return
    row = new Float64Array(2 * m + 1)
    costs = new Float64Array(2 * m)
  }

  return {
    distance(points, n, m, limit) {
      const below = window + Math.max(0, n - m)
      const above = window + Math.max(0, m - n)
      const plain = slope !== Number.POSITIVE_INFINITY || points.dimensions > 1 || n * m < KERNEL_MIN_CELLS
      const kernel = plain ? undefined : dtwKernel(cost, scratch)
      if (kernel !== undefined) return kernel(points.a, n, points.b, m, below, above, limit)
      reserve(n, m)
      if (slope !== Number.POSITIVE_INFINITY) fillItakura(band, n, m, slope)
      else fillSakoeChiba(band, n, m, below, above)
      return runRows(cost, points, n, m, band, row, costs, limit)
    },
  }
}
