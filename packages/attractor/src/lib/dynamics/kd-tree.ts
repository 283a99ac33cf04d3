import type { Points } from './embedding.ts'

const LEAF = 12

/** Nearest points in the maximum norm, among those whose index differs by more than a given window. */
export interface NeighbourSearch {
  /**
   * Index of the nearest point to point `i` that is more than `window` away in time, no nearer than `floor` and
   * below `limit` in index; -1 when there is none. Its distance is left in `distance`.
   */
  nearest(i: number, window: number, floor: number, limit: number): number
  readonly distance: number
  /** Writes the indices of the points closer than `radius` to `found`, as many as fit. Returns how many. */
  within(i: number, radius: number, window: number, limit: number, found: Int32Array): number
}

/** Up to this many points are compared one by one, which is faster than a tree. */
export const EXHAUSTIVE_POINTS = 600

/** Searches by a k-d tree above `EXHAUSTIVE_POINTS` points: O(n log n) to build, about O(log n) for a query. */
export function createNeighbourSearch(points: Points): NeighbourSearch {
  const { data, dimension: m, count } = points
  const order = Int32Array.from({ length: count }, (_, i) => i)
  const leaf = count <= EXHAUSTIVE_POINTS ? count : LEAF
  const splitDim: number[] = []
  const splitValue: number[] = []
  const bounds: number[] = []
  const children: number[] = []

  function widest(low: number, high: number): number {
    let best = 0
    let width = -1
    for (let d = 0; d < m; d++) {
      let min = Infinity
      let max = -Infinity
      for (let k = low; k < high; k++) {
        const x = data[order[k]! * m + d]!
        if (x < min) min = x
        if (x > max) max = x
      }
      if (max - min > width) {
        width = max - min
        best = d
      }
    }
    return width > 0 ? best : -1
  }

  /** Puts the element of rank `rank` in its place (Hoare's selection). */
  function select(first: number, last: number, rank: number, d: number): void {
    let low = first
    let high = last
    while (low < high) {
      const pivot = data[order[(low + high) >> 1]! * m + d]!
      let i = low
      let j = high
      while (i <= j) {
        while (data[order[i]! * m + d]! < pivot) i++
        while (data[order[j]! * m + d]! > pivot) j--
        if (i > j) break
        const swap = order[i]!
        order[i++] = order[j]!
        order[j--] = swap
      }
      if (rank <= j) high = j
      else if (rank >= i) low = i
      else return
    }
  }

  function build(low: number, high: number): number {
    const node = splitDim.length
    splitDim.push(-1)
    splitValue.push(0)
    bounds.push(low, high)
    children.push(-1, -1)
    if (high - low <= leaf) return node
    const d = widest(low, high)
    if (d < 0) return node
    const middle = (low + high) >> 1
    select(low, high - 1, middle, d)
    splitDim[node] = d
    splitValue[node] = data[order[middle]! * m + d]!
    children[2 * node] = build(low, middle)
    children[2 * node + 1] = build(middle, high)
    return node
  }

  build(0, count)
  const dims = Int32Array.from(splitDim)
  const values = Float64Array.from(splitValue)
  const spans = Int32Array.from(bounds)
  const links = Int32Array.from(children)
  // In the order of the leaves, so that a leaf is read from one place.
  const sorted = new Float64Array(count * m)
  for (let k = 0; k < count; k++) for (let d = 0; d < m; d++) sorted[k * m + d] = data[order[k]! * m + d]!

  const query = new Float64Array(m)
  let self = 0
  let window = 0
  let floor = 0
  let limit = 0
  let best = Infinity
  let bestIndex = -1
  let found: Int32Array = new Int32Array(0)
  let foundCount = 0

  function visitNearest(node: number): void {
    const d = dims[node]!
    if (d >= 0) {
      const offset = query[d]! - values[node]!
      const near = offset < 0 ? 0 : 1
      visitNearest(links[2 * node + near]!)
      if (Math.abs(offset) < best) visitNearest(links[2 * node + 1 - near]!)
      return
    }
    const first = query[0]!
    for (let k = spans[2 * node]!, end = spans[2 * node + 1]!, at = k * m; k < end; k++, at += m) {
      let distance = Math.abs(sorted[at]! - first)
      if (distance >= best) continue
      for (let e = 1; e < m && distance < best; e++) {
        const along = Math.abs(sorted[at + e]! - query[e]!)
        if (along > distance) distance = along
      }
      if (distance >= best || distance < floor) continue
      const j = order[k]!
      if (j >= limit || Math.abs(j - self) <= window) continue
      best = distance
      bestIndex = j
    }
  }

  function visitWithin(node: number): void {
    const d = dims[node]!
    if (d >= 0) {
      const offset = query[d]! - values[node]!
      if (offset < best) visitWithin(links[2 * node]!)
      if (-offset < best) visitWithin(links[2 * node + 1]!)
      return
    }
    for (let k = spans[2 * node]!, end = spans[2 * node + 1]!, at = k * m; k < end; k++, at += m) {
      let e = 0
      while (e < m && Math.abs(sorted[at + e]! - query[e]!) < best) e++
      if (e < m) continue
      const j = order[k]!
      if (j >= limit || Math.abs(j - self) <= window) continue
      if (foundCount === found.length) return
      found[foundCount++] = j
    }
  }

  function aim(i: number, excluded: number, below: number): void {
    self = i
    window = excluded
    limit = below
    for (let d = 0; d < m; d++) query[d] = data[i * m + d]!
  }

  return {
    nearest(i, excluded, least, below) {
      aim(i, excluded, below)
      floor = least
      best = Infinity
      bestIndex = -1
      visitNearest(0)
      return bestIndex
    },
    get distance() {
      return best
    },
    within(i, radius, excluded, below, into) {
      aim(i, excluded, below)
      best = radius
      found = into
      foundCount = 0
      visitWithin(0)
      return foundCount
    },
  }
}
