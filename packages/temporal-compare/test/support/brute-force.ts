/** The textbook recurrences, as directly as they can be written. Independent of the package. */

export type Cost = (x: number, y: number) => number

export const COSTS = {
  absolute: (x: number, y: number): number => Math.abs(x - y),
  squared: (x: number, y: number): number => (x - y) ** 2,
  symbol: (x: number, y: number): number => (x === y ? 0 : 1),
} as const

export function matrix(rows: number, columns: number, value: number): number[][] {
  return Array.from({ length: rows }, () => new Array<number>(columns).fill(value))
}

/** All accumulated costs; row and column 0 are the borders. */
export function dtwMatrix(
  a: readonly number[],
  b: readonly number[],
  cost: Cost,
  allowed: (i: number, j: number) => boolean = () => true,
): number[][] {
  const d = matrix(a.length + 1, b.length + 1, Number.POSITIVE_INFINITY)
  d[0]![0] = 0
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      if (!allowed(i - 1, j - 1)) continue
      const before = Math.min(d[i - 1]![j]!, d[i]![j - 1]!, d[i - 1]![j - 1]!)
      d[i]![j] = before + cost(a[i - 1]!, b[j - 1]!)
    }
  }
  return d
}

export function bruteDtw(
  a: readonly number[],
  b: readonly number[],
  cost: Cost,
  radius: number = Number.POSITIVE_INFINITY,
): number {
  const below = radius + Math.max(0, a.length - b.length)
  const above = radius + Math.max(0, b.length - a.length)
  return dtwMatrix(a, b, cost, (i, j) => j >= i - below && j <= i + above)[a.length]![b.length]!
}

export function bruteLevenshtein(a: readonly unknown[], b: readonly unknown[], exchanges: boolean): number {
  const d = matrix(a.length + 1, b.length + 1, 0)
  for (let i = 0; i <= a.length; i++) d[i]![0] = i
  for (let j = 0; j <= b.length; j++) d[0]![j] = j
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const replaced = d[i - 1]![j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      d[i]![j] = Math.min(d[i - 1]![j]! + 1, d[i]![j - 1]! + 1, replaced)
      if (exchanges && i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        d[i]![j] = Math.min(d[i]![j]!, d[i - 2]![j - 2]! + 1)
      }
    }
  }
  return d[a.length]![b.length]!
}

/** Lowrance & Wagner 1975 with the full matrix. */
export function bruteDamerau(a: readonly number[], b: readonly number[]): number {
  const far = a.length + b.length
  const lastRow = new Map<number, number>()
  const d = matrix(a.length + 2, b.length + 2, far)
  for (let i = 0; i <= a.length; i++) d[i + 1]![1] = i
  for (let j = 0; j <= b.length; j++) d[1]![j + 1] = j
  for (let i = 1; i <= a.length; i++) {
    let lastColumn = 0
    for (let j = 1; j <= b.length; j++) {
      const row = lastRow.get(b[j - 1]!) ?? 0
      const column = lastColumn
      if (a[i - 1] === b[j - 1]) lastColumn = j
      d[i + 1]![j + 1] = Math.min(
        d[i]![j]! + (a[i - 1] === b[j - 1] ? 0 : 1),
        d[i + 1]![j]! + 1,
        d[i]![j + 1]! + 1,
        d[row]![column]! + (i - row - 1) + 1 + (j - column - 1),
      )
    }
    lastRow.set(a[i - 1]!, i)
  }
  return d[a.length + 1]![b.length + 1]!
}

export function bruteLcs(a: readonly unknown[], b: readonly unknown[]): number {
  const d = matrix(a.length + 1, b.length + 1, 0)
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      d[i]![j] = a[i - 1] === b[j - 1] ? d[i - 1]![j - 1]! + 1 : Math.max(d[i - 1]![j]!, d[i]![j - 1]!)
    }
  }
  return d[a.length]![b.length]!
}

/** Mean 0 and population deviation 1; equal values become zeros. */
export function zNormalize(x: readonly number[]): number[] {
  const mean = x.reduce((sum, v) => sum + v, 0) / x.length
  const deviation = Math.sqrt(x.reduce((sum, v) => sum + (v - mean) ** 2, 0) / x.length)
  return x.map((v) => (x.every((w) => w === x[0]) ? 0 : (v - mean) / deviation))
}

export function bruteNearestSubsequence(
  series: readonly number[],
  query: readonly number[],
  radius: number,
): { start: number; distance: number } | undefined {
  const q = zNormalize(query)
  let best: { start: number; distance: number } | undefined
  for (let start = 0; start + q.length <= series.length; start++) {
    const piece = zNormalize(series.slice(start, start + q.length))
    const distance = Math.sqrt(bruteDtw(piece, q, COSTS.squared, radius))
    if (best === undefined || distance < best.distance) best = { start, distance }
  }
  return best
}

export function bruteProfile(
  series: readonly number[],
  window: number,
  exclusion: number,
  reach: number = Number.POSITIVE_INFINITY,
): number[] {
  const count = series.length - window + 1
  const pieces = Array.from({ length: count }, (_, i) => zNormalize(series.slice(i, i + window)))
  return pieces.map((piece, i) => {
    let best = Number.POSITIVE_INFINITY
    pieces.forEach((other, j) => {
      if (Math.abs(i - j) <= exclusion || Math.abs(i - j) > reach) return
      best = Math.min(best, Math.sqrt(piece.reduce((sum, v, k) => sum + (v - other[k]!) ** 2, 0)))
    })
    return best
  })
}

export interface FoundMatch {
  start: number
  end: number
  distance: number
}

/**
 * What SPRING should report, with the whole matrix at hand: the accumulated costs and starts of every cell, and
 * the rule of the paper applied to complete columns.
 */
export function bruteSpring(
  stream: readonly number[],
  query: readonly number[],
  threshold: number,
  cost: Cost,
): { matches: FoundMatch[]; lastRow: number[] } {
  let d = query.map(() => Number.POSITIVE_INFINITY)
  let s = query.map(() => -1)
  const matches: FoundMatch[] = []
  const lastRow: number[] = []
  let pending: FoundMatch | undefined
  stream.forEach((x, t) => {
    const dNow: number[] = []
    const sNow: number[] = []
    query.forEach((y, i) => {
      const before = [
        [i === 0 ? 0 : dNow[i - 1]!, i === 0 ? t : sNow[i - 1]!],
        [d[i]!, s[i]!],
        [i === 0 ? 0 : d[i - 1]!, i === 0 ? t : s[i - 1]!],
      ] as const
      const least = Math.min(...before.map(([value]) => value))
      const start = before.find(([value]) => value === least)![1]
      dNow.push(least + cost(x, y))
      sNow.push(start)
    })
    d = dNow
    s = sNow
    lastRow.push(d.at(-1)!)
    const waiting = pending
    if (waiting !== undefined && d.every((value, i) => value >= waiting.distance || s[i]! > waiting.end)) {
      matches.push(waiting)
      pending = undefined
      d = d.map((value, i) => (s[i]! <= waiting.end ? Number.POSITIVE_INFINITY : value))
    }
    const distance = d.at(-1)!
    if (distance <= threshold && distance < (pending?.distance ?? Number.POSITIVE_INFINITY)) {
      pending = { start: s.at(-1)!, end: t, distance }
    }
  })
  if (pending !== undefined) matches.push(pending)
  return { matches, lastRow }
}
