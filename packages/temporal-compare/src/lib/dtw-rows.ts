import type { Band } from './band.ts'
import type { DtwCost } from './dtw-options.ts'

/** The steps of a path into a cell. */
export const DIAGONAL = 0
export const DOWN = 1
export const RIGHT = 2

/** Where the points lie: values of `a` and `b` with `dimensions` values per point. */
export interface PointPair {
  readonly a: Float64Array
  readonly b: Float64Array
  readonly dimensions: number
}

/** Writes the costs of matching point i of `a` with the points `from` to `to` of `b` into `costs`. */
export function fillCosts(
  cost: DtwCost,
  { a, b, dimensions }: PointPair,
  i: number,
  from: number,
  to: number,
  costs: Float64Array,
): void {
  if (dimensions > 1) {
    for (let j = from; j <= to; j++) costs[j] = pointCost(cost, a, b, i, j, dimensions)
    return
  }
  const x = a[i]!
  if (cost === 'absolute') for (let j = from; j <= to; j++) costs[j] = Math.abs(x - b[j]!)
  else if (cost === 'symbol') for (let j = from; j <= to; j++) costs[j] = x === b[j] ? 0 : 1
  else {
    for (let j = from; j <= to; j++) {
      const difference = x - b[j]!
      costs[j] = difference * difference
    }
  }
}

function pointCost(
  cost: DtwCost,
  a: Float64Array,
  b: Float64Array,
  i: number,
  j: number,
  dimensions: number,
): number {
  let sum = 0
  for (let d = 0; d < dimensions; d++) {
    const difference = a[i * dimensions + d]! - b[j * dimensions + d]!
    if (cost === 'absolute') sum += Math.abs(difference)
    else if (cost === 'squared') sum += difference * difference
    else if (difference !== 0) return 1
  }
  return sum
}

/**
 * Turns `row`, the accumulated costs of row i - 1, into those of row i for the columns `from` to `to`, and gives
 * the least of them. `row[j + 1]` is column j and `row[0]` the column before the first. Cells outside the band
 * must be Infinity; bands that never move left keep that true.
 */
export function advanceRow(row: Float64Array, costs: Float64Array, from: number, to: number): number {
  let diagonal = row[from]!
  let left = Number.POSITIVE_INFINITY
  let least = Number.POSITIVE_INFINITY
  row[from] = left
  for (let j = from; j <= to; j++) {
    const up = row[j + 1]!
    let best = Math.min(diagonal, up)
    if (left < best) best = left
    left = best + costs[j]!
    row[j + 1] = left
    diagonal = up
    if (left < least) least = left
  }
  return least
}

/** `advanceRow` that also notes the step into each cell; a tie prefers the diagonal, then the step down. */
export function traceRow(
  row: Float64Array,
  costs: Float64Array,
  from: number,
  to: number,
  steps: Uint8Array,
  stepsOffset: number,
): void {
  let diagonal = row[from]!
  let left = Number.POSITIVE_INFINITY
  row[from] = left
  for (let j = from; j <= to; j++) {
    const up = row[j + 1]!
    let best = diagonal
    let step = DIAGONAL
    if (up < best) {
      best = up
      step = DOWN
    }
    if (left < best) {
      best = left
      step = RIGHT
    }
    left = best + costs[j]!
    row[j + 1] = left
    steps[stepsOffset + j - from] = step
    diagonal = up
  }
}

/**
 * The rows of the whole matrix inside the band. Leaves the last row in `row`, and stops early, with Infinity, when
 * a row has no cell within `limit`: every path crosses every row, and costs only add.
 */
export function runRows(
  cost: DtwCost,
  points: PointPair,
  n: number,
  m: number,
  band: Band,
  row: Float64Array,
  costs: Float64Array,
  limit: number,
): number {
  row.fill(Number.POSITIVE_INFINITY, 0, m + 1)
  row[0] = 0
  for (let i = 0; i < n; i++) {
    const from = band.from[i]!
    const to = band.to[i]!
    if (from > to) return Number.POSITIVE_INFINITY
    fillCosts(cost, points, i, from, to, costs)
    if (advanceRow(row, costs, from, to) > limit) return Number.POSITIVE_INFINITY
  }
  const distance = row[m]!
  return distance > limit ? Number.POSITIVE_INFINITY : distance
}
