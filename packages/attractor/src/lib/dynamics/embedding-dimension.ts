import { checkedSeries, checkInteger, momentsOf, standardised } from './series.ts'

/** Points whose nearest neighbour is looked for. */
const REFERENCES = 250

export interface DimensionEstimate {
  /** Smallest dimension at which neighbours stay neighbours; the largest that was tried when none is. */
  readonly dimension: number
  /** Cao's E1 for dimensions 1 … maxDimension - 1: rises to 1 and stays there. */
  readonly e1: readonly number[]
  /** Cao's E2: 1 at every dimension when the future does not depend on the past. */
  readonly e2: readonly number[]
  /** Whether E1 settled before `maxDimension`. */
  readonly settled: boolean
}

/**
 * Embedding dimension by Cao's averaged false neighbours (Physica D 110, 1997), in the maximum norm, over
 * `references` points (250) spread evenly. O(n) for a given `maxDimension`; one pass finds the neighbours in all
 * dimensions. `window` leaves out neighbours in time (Theiler).
 */
export function estimateDimension(
  values: ArrayLike<number>,
  {
    delay,
    maxDimension = 7,
    window = 0,
    references = REFERENCES,
  }: { delay: number; maxDimension?: number; window?: number; references?: number },
): DimensionEstimate {
  checkInteger('delay', delay, 1)
  checkInteger('maxDimension', maxDimension, 2)
  checkInteger('window', window, 0)
  checkInteger('references', references, 1)
  const raw = checkedSeries(values, maxDimension * delay + window + 2)
  const moments = momentsOf(raw)
  if (!(moments.deviation > 0)) return { dimension: 1, e1: [], e2: [], settled: true }
  const series = standardised(raw, moments)
  const count = series.length - maxDimension * delay
  const step = Math.max(1, count / references)
  const growth = new Float64Array(maxDimension)
  const future = new Float64Array(maxDimension)
  const used = new Uint32Array(maxDimension)
  const best = new Float64Array(maxDimension)
  const bestIndex = new Int32Array(maxDimension)
  for (let r = 0; r < count; r += step) {
    const i = Math.floor(r)
    best.fill(Infinity)
    let farthest = Infinity
    const x = series[i]!
    for (let j = 0; j < count; j++) {
      let distance = Math.abs(series[j]! - x)
      if (distance >= farthest || Math.abs(i - j) <= window) continue
      let nearer = false
      for (let d = 0; ; d++) {
        // The same again is no neighbour, but may become one with the next coordinate.
        if (distance > 0 && distance < best[d]!) {
          best[d] = distance
          bestIndex[d] = j
          nearer = true
        }
        if (d + 1 === maxDimension) break
        const along = Math.abs(series[j + (d + 1) * delay]! - series[i + (d + 1) * delay]!)
        if (along > distance) distance = along
        if (distance >= farthest) break
      }
      if (!nearer) continue
      farthest = 0
      for (let d = 0; d < maxDimension; d++) if (best[d]! > farthest) farthest = best[d]!
    }
    for (let d = 0; d < maxDimension; d++) {
      if (best[d] === Infinity) continue
      const j = bestIndex[d]!
      const next = Math.abs(series[i + (d + 1) * delay]! - series[j + (d + 1) * delay]!)
      growth[d]! += Math.max(best[d]!, next) / best[d]!
      future[d]! += next
      used[d]!++
    }
  }
  const e1: number[] = []
  const e2: number[] = []
  for (let d = 0; d + 1 < maxDimension; d++) {
    e1.push(growth[d + 1]! / used[d + 1]! / (growth[d]! / used[d]!))
    e2.push(future[d + 1]! / used[d + 1]! / (future[d]! / used[d]!))
  }
  const at = e1.findIndex((value, d) => value > 0.85 && (e1[d + 1] === undefined || e1[d + 1]! - value < 0.1))
  return { dimension: at < 0 ? maxDimension : at + 1, e1, e2, settled: at >= 0 }
}
