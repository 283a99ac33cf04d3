import type { Formula, TraceEvent, Window } from '../../src/lib/formula.ts'

/**
 * The definition of the semantics, clause by clause, with quantifiers as loops. Exponential in the nesting and
 * made for nothing but comparison. Atoms are fields.
 */
export function holdsAt(
  f: Formula,
  trace: readonly TraceEvent[],
  i: number,
  times?: readonly number[],
): boolean {
  const n = trace.length
  const at = (g: Formula, j: number): boolean => holdsAt(g, trace, j, times)
  const inside = (window: Window | undefined, j: number): boolean => {
    if (window === undefined) return true
    const distance = window.unit === 'steps' ? Math.abs(j - i) : Math.abs(times![j]! - times![i]!)
    return distance >= window.min && distance <= (window.max ?? Infinity)
  }
  const later = (test: (j: number) => boolean): boolean => {
    for (let j = i; j < n; j++) if (test(j)) return true
    return false
  }
  const earlier = (test: (j: number) => boolean): boolean => {
    for (let j = i; j >= 0; j--) if (test(j)) return true
    return false
  }
  const between = (from: number, to: number, test: (k: number) => boolean): boolean => {
    for (let k = from; k < to; k++) if (!test(k)) return false
    return true
  }
  switch (f.op) {
    case 'true':
      return true
    case 'false':
      return false
    case 'field':
      return Boolean(trace[i]![f.field])
    case 'compare':
    case 'match':
      throw new TypeError('fields only')
    case 'not':
      return !at(f.arg, i)
    case 'and':
      return at(f.left, i) && at(f.right, i)
    case 'or':
      return at(f.left, i) || at(f.right, i)
    case 'implies':
      return !at(f.left, i) || at(f.right, i)
    case 'iff':
      return at(f.left, i) === at(f.right, i)
    case 'next':
      return i + 1 < n && at(f.arg, i + 1)
    case 'weakNext':
      return i + 1 >= n || at(f.arg, i + 1)
    case 'yesterday':
      return i > 0 && at(f.arg, i - 1)
    case 'weakYesterday':
      return i === 0 || at(f.arg, i - 1)
    case 'eventually':
      return later((j) => inside(f.window, j) && at(f.arg, j))
    case 'always':
      return !later((j) => inside(f.window, j) && !at(f.arg, j))
    case 'once':
      return earlier((j) => inside(f.window, j) && at(f.arg, j))
    case 'historically':
      return !earlier((j) => inside(f.window, j) && !at(f.arg, j))
    case 'until':
      return later((j) => inside(f.window, j) && at(f.right, j) && between(i, j, (k) => at(f.left, k)))
    case 'release':
      return !later((j) => inside(f.window, j) && !at(f.right, j) && between(i, j, (k) => !at(f.left, k)))
    case 'weakUntil': {
      const met = later((j) => inside(f.window, j) && at(f.right, j) && between(i, j, (k) => at(f.left, k)))
      const upTo = f.window?.max === undefined ? undefined : { ...f.window, min: 0 }
      return met || !later((j) => inside(upTo, j) && !at(f.left, j))
    }
    case 'since':
      return earlier(
        (j) => inside(f.window, j) && at(f.right, j) && between(j + 1, i + 1, (k) => at(f.left, k)),
      )
  }
}
