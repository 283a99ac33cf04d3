import type { Points } from './embedding.ts'
import { checkInteger } from './series.ts'

export interface RecurrenceQuantification {
  /** Share of pairs of points that are closer than the radius. */
  readonly rate: number
  /** Share of recurrent points that lie on diagonal lines of at least `minLine`. */
  readonly determinism: number
  /** Mean and greatest length of those lines. */
  readonly meanLine: number
  readonly longestLine: number
  /** Shannon entropy of the lengths of the lines, in nats. */
  readonly lineEntropy: number
  /** Share of recurrent points on vertical lines of at least `minLine`, and their mean length. */
  readonly laminarity: number
  readonly trappingTime: number
  readonly points: number
}

export interface RecurrenceOptions {
  readonly radius: number
  /** Diagonals that are left out, the main one, which always is, counted (Theiler). @default 1 */
  readonly window?: number
  /** Shortest line that counts. @default 2 */
  readonly minLine?: number
  /** The last points that are compared; the cost is the square of it. @default 1000 */
  readonly maxPoints?: number
}

/**
 * Recurrence quantification in the maximum norm (Marwan et al., Physics Reports 438, 2007). Above `maxPoints`
 * only the last points are compared, so the cost never exceeds O(maxPoints²). Memory O(maxPoints).
 */
export function quantifyRecurrence(points: Points, options: RecurrenceOptions): RecurrenceQuantification {
  const { radius, window = 1, minLine = 2, maxPoints = 1000 } = options
  checkInteger('window', window, 0)
  checkInteger('minLine', minLine, 2)
  checkInteger('maxPoints', maxPoints, 10)
  if (!(radius > 0)) throw new RangeError(`radius must be positive, got ${radius}`)
  const { dimension: m } = points
  const n = Math.min(points.count, maxPoints)
  const data = points.data.subarray((points.count - n) * m)
  const diagonal = new Uint32Array(n + 1)
  const vertical = new Uint32Array(n + 1)
  // Length of the vertical line that is open in each column.
  const open = new Uint32Array(n)
  let recurrent = 0
  const first = Math.max(1, window)
  for (let k = first; k < n; k++) {
    let line = 0
    for (let i = 0, a = 0, b = k * m; i + k < n; i++, a += m, b += m) {
      let d = 0
      while (d < m && Math.abs(data[a + d]! - data[b + d]!) < radius) d++
      if (d === m) {
        recurrent++
        line++
        open[i]!++
      } else {
        if (line > 0) diagonal[line]!++
        line = 0
        // Row i + k of column i, one diagonal after the other, is the next point above.
        if (open[i]! > 0) vertical[open[i]!]!++
        open[i] = 0
      }
    }
    if (line > 0) diagonal[line]!++
  }
  for (const length of open) if (length > 0) vertical[length]!++
  const pairs = ((n - first) * (n - first + 1)) / 2
  const lines = summarise(diagonal, minLine)
  const columns = summarise(vertical, minLine)
  return {
    rate: pairs === 0 ? 0 : recurrent / pairs,
    determinism: recurrent === 0 ? 0 : lines.points / recurrent,
    meanLine: lines.mean,
    longestLine: lines.longest,
    lineEntropy: lines.entropy,
    laminarity: recurrent === 0 ? 0 : columns.points / recurrent,
    trappingTime: columns.mean,
    points: n,
  }
}

function summarise(
  lengths: Uint32Array,
  least: number,
): {
  points: number
  mean: number
  longest: number
  entropy: number
} {
  let points = 0
  let lines = 0
  let longest = 0
  for (let length = least; length < lengths.length; length++) {
    const count = lengths[length]!
    if (count === 0) continue
    points += count * length
    lines += count
    longest = length
  }
  let entropy = 0
  for (let length = least; length < lengths.length; length++) {
    const share = lengths[length]! / lines
    if (share > 0) entropy -= share * Math.log(share)
  }
  return { points, mean: lines === 0 ? 0 : points / lines, longest, entropy }
}
