import { checkedSeries, checkInteger } from './series.ts'

export interface OrdinalPatterns {
  /** Entropy of the distribution of patterns, in bits. */
  readonly bits: number
  /** The same divided by the greatest possible, log2(order!). */
  readonly normalised: number
  /** Different patterns that occur. */
  readonly distinct: number
  /** Patterns that never occur although there are at least as many windows as could show them. */
  readonly missing: number
  readonly windows: number
}

const FACTORIALS = [1, 1, 2, 6, 24, 120, 720, 5040]

/**
 * Ordinal patterns of `order` samples, `delay` apart (Bandt & Pompe, PRL 88, 2002). Equal values count in order
 * of time. White noise shows every pattern sooner or later; a map never shows some of them (Amigó et al. 2007).
 * O(n order²). Throws RangeError for an order outside 2 … 7, INSUFFICIENT_DATA when no window fits.
 */
export function ordinalPatterns(values: ArrayLike<number>, order: number, delay = 1): OrdinalPatterns {
  checkInteger('order', order, 2)
  checkInteger('delay', delay, 1)
  if (order > 7) throw new RangeError(`order must be at most 7, got ${order}`)
  const series = checkedSeries(values, (order - 1) * delay + 1)
  const windows = series.length - (order - 1) * delay
  const counts = new Uint32Array(FACTORIALS[order]!)
  for (let i = 0; i < windows; i++) {
    // The Lehmer code of the window: how many later samples are smaller, position by position.
    let code = 0
    for (let a = 0; a < order - 1; a++) {
      const x = series[i + a * delay]!
      let smaller = 0
      for (let b = a + 1; b < order; b++) if (series[i + b * delay]! < x) smaller++
      code += smaller * FACTORIALS[order - 1 - a]!
    }
    counts[code]!++
  }
  let distinct = 0
  let bits = Math.log2(windows)
  for (const c of counts) {
    if (c === 0) continue
    distinct++
    bits -= (c / windows) * Math.log2(c)
  }
  const possible = counts.length
  return {
    bits,
    normalised: bits / Math.log2(possible),
    distinct,
    missing: windows >= possible ? possible - distinct : 0,
    windows,
  }
}
