/** What a programmer writes first: typed arrays where they are obvious, nothing pruned. */

export function naiveDtw(a: Float64Array, b: Float64Array): number {
  let above = new Float64Array(b.length + 1).fill(Number.POSITIVE_INFINITY)
  let row = new Float64Array(b.length + 1)
  above[0] = 0
  for (let i = 0; i < a.length; i++) {
    row[0] = Number.POSITIVE_INFINITY
    for (let j = 0; j < b.length; j++) {
      row[j + 1] = Math.abs(a[i]! - b[j]!) + Math.min(above[j]!, above[j + 1]!, row[j]!)
    }
    ;[above, row] = [row, above]
  }
  return above[b.length]!
}

function normalize(x: Float64Array): Float64Array {
  const mean = x.reduce((sum, v) => sum + v, 0) / x.length
  const deviation = Math.sqrt(x.reduce((sum, v) => sum + (v - mean) ** 2, 0) / x.length)
  return x.map((v) => (deviation === 0 ? 0 : (v - mean) / deviation))
}

/** Squared cost inside the band, two rows that are used again. */
function bandedDtw(a: Float64Array, b: Float64Array, radius: number, rows: Float64Array[]): number {
  const m = b.length
  let [above, row] = rows as [Float64Array, Float64Array]
  above.fill(Number.POSITIVE_INFINITY)
  above[0] = 0
  for (let i = 0; i < m; i++) {
    row.fill(Number.POSITIVE_INFINITY)
    for (let j = Math.max(0, i - radius); j <= Math.min(m - 1, i + radius); j++) {
      const difference = a[i]! - b[j]!
      row[j + 1] = difference * difference + Math.min(above[j]!, above[j + 1]!, row[j]!)
    }
    ;[above, row] = [row, above]
  }
  return above[m]!
}

/** Normalises and compares every piece. */
export function naiveSearch(samples: Float64Array, query: Float64Array, radius: number): number {
  const q = normalize(query)
  const rows = [new Float64Array(q.length + 1), new Float64Array(q.length + 1)]
  let best = Number.POSITIVE_INFINITY
  for (let start = 0; start + q.length <= samples.length; start++) {
    const piece = normalize(samples.slice(start, start + q.length))
    best = Math.min(best, bandedDtw(piece, q, radius, rows))
  }
  return Math.sqrt(best)
}

/** The recurrence of SPRING with one array of cells per sample; gives the least distance seen. */
export function naiveSpring(samples: Float64Array, query: Float64Array): number {
  let cells = query.map(() => Number.POSITIVE_INFINITY)
  let starts = query.map(() => -1)
  let best = Number.POSITIVE_INFINITY
  samples.forEach((x, t) => {
    const next = new Float64Array(query.length)
    const nextStarts = new Float64Array(query.length)
    for (let i = 0; i < query.length; i++) {
      const left = i === 0 ? 0 : next[i - 1]!
      const diagonal = i === 0 ? 0 : cells[i - 1]!
      const least = Math.min(left, cells[i]!, diagonal)
      next[i] = least + Math.abs(x - query[i]!)
      nextStarts[i] =
        i === 0 ? t : least === left ? nextStarts[i - 1]! : least === cells[i] ? starts[i]! : starts[i - 1]!
    }
    cells = next
    starts = nextStarts
    best = Math.min(best, cells.at(-1)! + 0 * starts.at(-1)!)
  })
  return best
}

export function naiveLevenshtein(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let above = Int32Array.from({ length: b.length + 1 }, (_, j) => j)
  let row = new Int32Array(b.length + 1)
  for (let i = 0; i < a.length; i++) {
    row[0] = i + 1
    for (let j = 0; j < b.length; j++) {
      row[j + 1] = Math.min(above[j + 1]! + 1, row[j]! + 1, above[j]! + (a[i] === b[j] ? 0 : 1))
    }
    ;[above, row] = [row, above]
  }
  return above[b.length]!
}
