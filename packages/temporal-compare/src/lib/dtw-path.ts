import type { Band } from './band.ts'
import type { DtwCost } from './dtw-options.ts'
import { advanceRow, DOWN, fillCosts, type PointPair, RIGHT, traceRow } from './dtw-rows.ts'

/** Step k matches point `a[k]` of the first sequence with point `b[k]` of the second. */
export interface DtwAlignment {
  readonly distance: number
  readonly a: Uint32Array
  readonly b: Uint32Array
}

/** Steps kept at a time, one byte each. Longer matrices keep rows to start again from. */
const MAX_STEPS = 1 << 24

/**
 * The best path by going back along the recorded steps. At most `maxSteps` steps are recorded at a time: a first
 * pass keeps every k-th row, then the rows between are computed again, from the last to the first, this time with
 * steps. The path does not depend on `maxSteps`.
 */
export function alignRows(
  cost: DtwCost,
  points: PointPair,
  n: number,
  m: number,
  band: Band,
  maxSteps: number = MAX_STEPS,
): DtwAlignment {
  const blockRows = Math.max(1, Math.min(n, Math.floor(maxSteps / m)))
  const row = new Float64Array(m + 1).fill(Number.POSITIVE_INFINITY)
  const costs = new Float64Array(m)
  const checkpoints: Float64Array[] = []
  row[0] = 0
  for (let i = 0; i < n; i++) {
    if (i % blockRows === 0) checkpoints.push(row.slice())
    const from = band.from[i]!
    const to = band.to[i]!
    if (from > to) return unreachable()
    fillCosts(cost, points, i, from, to, costs)
    advanceRow(row, costs, from, to)
  }
  const distance = row[m]!
  if (distance === Number.POSITIVE_INFINITY) return unreachable()

  const pathA = new Uint32Array(n + m - 1)
  const pathB = new Uint32Array(n + m - 1)
  const steps = new Uint8Array(blockRows * m)
  let at = pathA.length
  let i = n - 1
  let j = m - 1
  for (let block = checkpoints.length - 1; block >= 0; block--) {
    const first = block * blockRows
    row.set(checkpoints[block]!)
    for (let r = first; r <= i; r++) {
      const from = band.from[r]!
      const to = band.to[r]!
      fillCosts(cost, points, r, from, to, costs)
      traceRow(row, costs, from, to, steps, (r - first) * m)
    }
    while (i >= first && j >= 0) {
      at--
      pathA[at] = i
      pathB[at] = j
      const step = steps[(i - first) * m + j - band.from[i]!]!
      if (step !== RIGHT) i--
      if (step !== DOWN) j--
    }
  }
  return { distance, a: pathA.slice(at), b: pathB.slice(at) }
}

function unreachable(): DtwAlignment {
  return { distance: Number.POSITIVE_INFINITY, a: new Uint32Array(0), b: new Uint32Array(0) }
}
