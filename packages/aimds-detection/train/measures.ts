// Measures of a score: area under the ROC curve, recall at a false-positive rate, thresholds.

/** The score that the share `rate` of the (weighted) values reaches. */
export function upperQuantile(values: readonly number[], rate: number, weights?: readonly number[]): number {
  const order = values.map((_, i) => i).sort((a, b) => values[b]! - values[a]!)
  const weight = (i: number): number => weights?.[i] ?? 1
  const total = order.reduce((sum, i) => sum + weight(i), 0)
  let seen = 0
  for (const i of order) {
    seen += weight(i)
    if (seen > rate * total) return values[i]!
  }
  return Number.NEGATIVE_INFINITY
}

/** How likely a positive scores above a negative; ties count half. */
export function areaUnderCurve(positives: readonly number[], negatives: readonly number[]): number {
  if (positives.length === 0 || negatives.length === 0) return Number.NaN
  const all = [
    ...positives.map((score) => ({ score, hit: 1 })),
    ...negatives.map((score) => ({ score, hit: 0 })),
  ]
  all.sort((a, b) => a.score - b.score)
  let ranks = 0
  for (let i = 0; i < all.length; ) {
    let j = i
    while (j < all.length && all[j]!.score === all[i]!.score) j++
    for (let k = i; k < j; k++) ranks += all[k]!.hit * ((i + 1 + j) / 2)
    i = j
  }
  const n = positives.length
  return (ranks - (n * (n + 1)) / 2) / (n * negatives.length)
}

/** How many values are above the threshold. */
export function countAbove(values: readonly number[], threshold: number): number {
  return values.reduce((count, value) => count + (value > threshold ? 1 : 0), 0)
}
