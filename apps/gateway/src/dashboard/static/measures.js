/** The middle of the samples, of which there is at least one. */
export function median(samples) {
  const sorted = [...samples].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/** A duration for people: `4.2 ms`, `318 ms`, `4.2 s`. */
export function duration(ms) {
  if (ms >= 1000) return `${(ms / 1000).toFixed(1)} s`
  return ms < 10 ? `${ms.toFixed(1)} ms` : `${Math.round(ms)} ms`
}

/** `1 character`, `2 characters`. */
export function counted(count, thing) {
  return `${count} ${thing}${count === 1 ? '' : 's'}`
}
