import { checkedSeries, checkInteger } from './series.ts'

/** Autocorrelation at lags 0 … maxLag, divided by that at 0. O(n maxLag). */
export function autocorrelation(series: Float64Array, maxLag: number): Float64Array {
  const n = series.length
  let mean = 0
  for (const x of series) mean += x / n
  const result = new Float64Array(maxLag + 1)
  for (let lag = 0; lag <= maxLag; lag++) {
    let sum = 0
    for (let i = lag; i < n; i++) sum += (series[i]! - mean) * (series[i - lag]! - mean)
    result[lag] = sum
  }
  const power = result[0]!
  return power > 0 ? result.map((r) => r / power) : result
}

/**
 * Average mutual information, in bits, of the series and itself `lag` later, for lags 0 … maxLag, with classes of
 * equal probability. Fraser & Swinney 1986. O(n log n + n maxLag). Throws RangeError for a lag below 1.
 */
export function mutualInformation(values: ArrayLike<number>, maxLag: number): Float64Array {
  checkInteger('maxLag', maxLag, 1)
  const series = checkedSeries(values, maxLag + 2)
  const n = series.length
  // About the square root of what a cell would need to hold five samples.
  const classes = Math.max(4, Math.min(32, Math.floor(Math.sqrt(n / 10))))
  const sorted = series.slice().sort()
  const edges = Float64Array.from(
    { length: classes - 1 },
    (_, k) => sorted[Math.floor(((k + 1) * n) / classes)]!,
  )
  const classOf = series.map((x) => {
    let low = 0
    let high = edges.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (edges[middle]! <= x) low = middle + 1
      else high = middle
    }
    return low
  })
  const labels = Uint8Array.from(classOf)
  const joint = new Uint32Array(classes * classes)
  const rows = new Uint32Array(classes)
  const columns = new Uint32Array(classes)
  const result = new Float64Array(maxLag + 1)
  for (let lag = 0; lag <= maxLag; lag++) {
    joint.fill(0)
    rows.fill(0)
    columns.fill(0)
    const count = n - lag
    for (let i = lag; i < n; i++) joint[labels[i - lag]! * classes + labels[i]!]!++
    for (let a = 0; a < classes; a++) {
      for (let b = 0; b < classes; b++) {
        rows[a]! += joint[a * classes + b]!
        columns[b]! += joint[a * classes + b]!
      }
    }
    let bits = 0
    for (let a = 0; a < classes; a++) {
      for (let b = 0; b < classes; b++) {
        const c = joint[a * classes + b]!
        if (c > 0) bits += c * Math.log2((c * count) / (rows[a]! * columns[b]!))
      }
    }
    result[lag] = bits / count
  }
  return result
}

/**
 * Delay for an embedding: 1 when neighbouring samples are hardly correlated (a map), else the first minimum of the
 * average mutual information, else the first lag at which the autocorrelation is below 1/e. 1 for a constant.
 */
export function estimateDelay(values: ArrayLike<number>): number {
  const series = checkedSeries(values)
  const maxLag = Math.min(128, Math.floor(series.length / 10))
  // The shape is all that counts here, and it shows in a part of a long series.
  const part = series.subarray(0, 8192)
  if (part.every((x) => x === part[0])) return 1
  const correlation = autocorrelation(part, maxLag)
  const below = correlation.findIndex((r) => r < 1 / Math.E)
  if (below === 1) return 1
  const searched = Math.min(maxLag, below < 0 ? maxLag : 4 * below)
  const information = mutualInformation(part, searched)
  // A dip that nothing undoes or undercuts nearby is a minimum and no ripple of the histogram.
  const reach = Math.max(1, below >> 2)
  // A clean orbit makes a ragged histogram: nothing well before the correlation has fallen can be meant.
  for (let lag = Math.max(2, Math.ceil(0.4 * below)); lag + reach <= searched; lag++) {
    const here = information[lag]!
    if (here >= information[lag - 1]!) continue
    let least = true
    for (let near = Math.max(1, lag - reach); near <= lag + reach; near++)
      if (information[near]! < here) least = false
    if (least) return lag
  }
  return below > 0 ? below : maxLag
}
