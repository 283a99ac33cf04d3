/**
 * The columns of each row that a path may use: row i has `from[i]` to `to[i]` inclusive. Both grow with i. A row
 * with `from > to` is empty.
 */
export interface Band {
  readonly from: Int32Array
  readonly to: Int32Array
}

/** How far a Sakoe–Chiba band reaches below and above the row's own index. Infinite without a constraint. */
export function sakoeChibaReach(n: number, m: number, radius: number): { below: number; above: number } {
  return { below: radius + Math.max(0, n - m), above: radius + Math.max(0, m - n) }
}

export function fillSakoeChiba(band: Band, n: number, m: number, below: number, above: number): void {
  for (let i = 0; i < n; i++) {
    band.from[i] = Math.max(0, i - below)
    band.to[i] = Math.min(m - 1, i + above)
  }
}

/** Slack for the borders of the parallelogram, which are computed in floating point. */
const BORDER = 1e-9

/**
 * Itakura's parallelogram between the corners: no part is steeper than `slope` or flatter than 1 / slope,
 * relative to m / n.
 */
export function fillItakura(band: Band, n: number, m: number, slope: number): void {
  const steep = slope * (m / n)
  const flat = m / n / slope
  for (let i = 0; i < n; i++) {
    const rest = n - 1 - i
    const low = Math.max(flat * i, m - 1 - steep * rest)
    const high = Math.min(steep * i, m - 1 - flat * rest)
    band.from[i] = Math.max(0, Math.ceil(low - BORDER))
    band.to[i] = Math.min(m - 1, Math.floor(high + BORDER))
  }
}
