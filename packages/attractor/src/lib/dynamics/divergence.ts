import type { Points } from './embedding.ts'
import type { NeighbourSearch } from './kd-tree.ts'

/** Parts of a series whose estimates are compared for the uncertainty. */
export const BLOCKS = 20

/**
 * Mean logarithm of the distance of pairs of orbits, `k` samples after they were close. Divided into blocks of
 * reference points in order of time, each with its own curve.
 */
export interface DivergenceCurve {
  readonly mean: Float64Array
  readonly blocks: readonly Float64Array[]
  readonly references: number
}

export interface DivergenceOptions {
  /** Samples within which points are neighbours in time only (Theiler). */
  readonly window: number
  /** Samples that pairs are followed. */
  readonly horizon: number
  /** Reference points, spread evenly, at most. */
  readonly references: number
  /** Pairs closer than this are left out: rounding errors, and repeated values. */
  readonly floor: number
  /** The curve may stop when it has not risen for so many samples. */
  readonly patience: number
}

interface Sums {
  readonly sums: Float64Array[]
  readonly counts: Uint32Array[]
}

function emptySums(horizon: number): Sums {
  return {
    sums: Array.from({ length: BLOCKS }, () => new Float64Array(horizon + 1)),
    counts: Array.from({ length: BLOCKS }, () => new Uint32Array(horizon + 1)),
  }
}

function finish({ sums, counts }: Sums, length: number, references: number): DivergenceCurve {
  const mean = new Float64Array(length)
  const total = new Uint32Array(length)
  const blocks = sums.map((sum, b) =>
    Float64Array.from({ length }, (_, k) => {
      mean[k]! += sum[k]!
      total[k]! += counts[b]![k]!
      return sum[k]! / counts[b]![k]!
    }),
  )
  return { mean: mean.map((sum, k) => sum / total[k]!), blocks, references }
}

/** Distance in the maximum norm of the points that begin at `a` and `b`. */
function apart(data: Float64Array, a: number, b: number, m: number): number {
  let distance = 0
  for (let d = 0; d < m; d++) {
    const along = Math.abs(data[a + d]! - data[b + d]!)
    if (along > distance) distance = along
  }
  return distance
}

/** Follows `k` outermost, so that it can stop when the curve is flat. */
function follow(
  horizon: number,
  patience: number,
  at: (k: number, sums: Sums) => { sum: number; count: number },
): { sums: Sums; length: number } {
  const sums = emptySums(horizon)
  let highest = -Infinity
  let highestAt = 0
  for (let k = 0; k <= horizon; k++) {
    const { sum, count } = at(k, sums)
    if (count === 0) return { sums, length: k }
    if (sum / count > highest + 0.05) {
      highest = sum / count
      highestAt = k
    } else if (k - highestAt >= patience) return { sums, length: k + 1 }
  }
  return { sums, length: horizon + 1 }
}

/**
 * Rosenstein's curve: each reference point and its one nearest neighbour, distance in the maximum norm of the
 * space. Rosenstein, Collins & De Luca, Physica D 65, 1993.
 */
export function nearestDivergence(
  points: Points,
  search: NeighbourSearch,
  options: DivergenceOptions,
): DivergenceCurve {
  const { window, horizon, references, floor, patience } = options
  const { data, dimension: m, count } = points
  const usable = count - horizon
  const step = Math.max(1, usable / references)
  const pairs: number[] = []
  for (let r = 0; r < usable; r += step) {
    const i = Math.floor(r)
    const j = search.nearest(i, window, floor, usable)
    if (j >= 0) pairs.push(i, j)
  }
  const half = pairs.length / 2
  const { sums, length } = follow(horizon, patience, (k, { sums, counts }) => {
    let sum = 0
    let used = 0
    for (let p = 0; p < half; p++) {
      const distance = apart(data, (pairs[2 * p]! + k) * m, (pairs[2 * p + 1]! + k) * m, m)
      if (distance === 0) continue
      const log = Math.log(distance)
      const block = Math.floor((p * BLOCKS) / half)
      sums[block]![k]! += log
      counts[block]![k]!++
      sum += log
      used++
    }
    return { sum, count: used }
  })
  return finish(sums, length, half)
}

/** Neighbours of one reference point that are averaged, at most. */
const BALL = 8

/**
 * Kantz's curve: for each reference point the mean distance, in the same norm, to the points that were
 * within `radius`. Kantz, Physics Letters A 185, 1994.
 */
export function ballDivergence(
  points: Points,
  search: NeighbourSearch,
  radius: number,
  options: DivergenceOptions,
): DivergenceCurve {
  const { window, horizon, references, floor, patience } = options
  const { data, dimension: m, count } = points
  const usable = count - horizon
  const step = Math.max(1, usable / references)
  const found = new Int32Array(BALL)
  const owners: number[] = []
  const starts: number[] = [0]
  const members: number[] = []
  for (let r = 0; r < usable; r += step) {
    const i = Math.floor(r)
    const size = search.within(i, radius, window, usable, found)
    if (size < 2) continue
    owners.push(i)
    for (let k = 0; k < size; k++) members.push(found[k]!)
    starts.push(members.length)
  }
  const { sums, length } = follow(horizon, patience, (k, { sums, counts }) => {
    let sum = 0
    let used = 0
    for (let p = 0; p < owners.length; p++) {
      const a = (owners[p]! + k) * m
      let distance = 0
      const end = starts[p + 1]!
      for (let q = starts[p]!; q < end; q++) distance += apart(data, a, (members[q]! + k) * m, m)
      distance /= end - starts[p]!
      if (distance < floor) continue
      const log = Math.log(distance)
      const block = Math.floor((p * BLOCKS) / owners.length)
      sums[block]![k]! += log
      counts[block]![k]!++
      sum += log
      used++
    }
    return { sum, count: used }
  })
  return finish(sums, length, owners.length)
}
