import { MidstreamError } from '@midstream/core'
import { requireTrace } from './evaluate.ts'
import { createAtomTest, createFieldReader, type TextMatcher } from './event-test.ts'
import { type Atom, type Formula, isAtom, type TraceEvent, type Window } from './formula.ts'

export interface RobustnessOptions {
  /** Milliseconds at which each event happened, never falling. Needed for windows in time. */
  readonly times?: readonly number[]
  readonly match?: TextMatcher
}

/**
 * How far an atom is from changing its truth: `x - c` for `x > c` and `x >= c`, `c - x` for `<` and `<=`,
 * `-|x - c|` for `==` with a number. Other atoms are infinitely true or false, a field that is no number too.
 */
export function atomRobustness(atom: Atom, match?: TextMatcher): (event: TraceEvent) => number {
  if (atom.op === 'compare' && typeof atom.value === 'number') {
    const read = createFieldReader(atom.field)
    const c = atom.value
    const { is } = atom
    return (event) => {
      const x = read(event)
      if (typeof x !== 'number' || Number.isNaN(x)) return is === '!=' ? Infinity : -Infinity
      if (is === '>' || is === '>=') return x - c
      if (is === '<' || is === '<=') return c - x
      const distance = Math.abs(x - c)
      return is === '==' ? -distance : distance
    }
  }
  const test = createAtomTest(atom, match)
  return (event) => (test(event) ? Infinity : -Infinity)
}

/**
 * Quantitative semantics (Donzé and Maler 2010) at each position: positive where the formula holds, negative where
 * it fails, by how far the signals are from changing that. Windows are cut off at the ends of the trace; an empty
 * one gives −Infinity for F and O, Infinity for G and H. O(events × operators): sliding extremes (Lemire 2006).
 *
 * @throws MidstreamError TRACE_INVALID for an empty trace and for times that are missing or fall.
 */
export function robustness(
  formula: Formula,
  trace: readonly TraceEvent[],
  options: RobustnessOptions = {},
): Float64Array {
  const n = trace.length
  requireTrace(n, options.times)
  const done = new Map<Formula, Float64Array>()
  const of = (f: Formula): Float64Array => {
    let values = done.get(f)
    if (values === undefined) {
      values = compute(f)
      done.set(f, values)
    }
    return values
  }
  const map = (at: (i: number) => number): Float64Array => Float64Array.from({ length: n }, (_, i) => at(i))
  const negate = (x: Float64Array): Float64Array => x.map((v) => -v)
  const top = map(() => Infinity)
  const shift = (x: Float64Array, by: number, outside: number): Float64Array =>
    map((i) => x[i + by] ?? outside)
  const steps = Float64Array.from({ length: n }, (_, i) => i)

  function stamps(window: Window | undefined): Float64Array {
    if (window?.unit !== 'ms') return steps
    if (options.times === undefined)
      throw new MidstreamError('TRACE_INVALID', 'a window in time needs the times of the events')
    return Float64Array.from(options.times)
  }

  /** Looking back is looking ahead in the mirror. */
  function reach(a: Float64Array, b: Float64Array, window: Window | undefined, ahead: boolean): Float64Array {
    const at = stamps(window)
    if (ahead) return until(a, b, at, window?.min ?? 0, window?.max ?? Infinity)
    const mirror = (x: Float64Array): Float64Array => x.slice().reverse()
    return mirror(until(mirror(a), mirror(b), mirror(negate(at)), window?.min ?? 0, window?.max ?? Infinity))
  }

  function compute(f: Formula): Float64Array {
    if (isAtom(f)) {
      const value = atomRobustness(f, options.match)
      return map((i) => value(trace[i]!))
    }
    switch (f.op) {
      case 'true':
        return top
      case 'false':
        return negate(top)
      case 'not':
        return negate(of(f.arg))
      case 'next':
        return shift(of(f.arg), 1, -Infinity)
      case 'weakNext':
        return shift(of(f.arg), 1, Infinity)
      case 'yesterday':
        return shift(of(f.arg), -1, -Infinity)
      case 'weakYesterday':
        return shift(of(f.arg), -1, Infinity)
      case 'eventually':
      case 'once':
        return reach(top, of(f.arg), f.window, f.op === 'eventually')
      case 'always':
      case 'historically':
        return negate(reach(top, negate(of(f.arg)), f.window, f.op === 'always'))
    }
    const a = of(f.left)
    const b = of(f.right)
    switch (f.op) {
      case 'and':
        return map((i) => Math.min(a[i]!, b[i]!))
      case 'or':
        return map((i) => Math.max(a[i]!, b[i]!))
      case 'implies':
        return map((i) => Math.max(-a[i]!, b[i]!))
      case 'iff':
        return map((i) => Math.max(Math.min(a[i]!, b[i]!), Math.min(-a[i]!, -b[i]!)))
      case 'until':
      case 'since':
        return reach(a, b, f.window, f.op === 'until')
      case 'release':
        return negate(reach(negate(a), negate(b), f.window, true))
      case 'weakUntil': {
        const upTo = f.window?.max === undefined ? undefined : { ...f.window, min: 0 }
        const met = reach(a, b, f.window, true)
        const broken = reach(top, negate(a), upTo, true)
        return map((i) => Math.max(met[i]!, -broken[i]!))
      }
    }
  }
  return of(formula)
}

/**
 * max over j in the window of min(b at j, a from i to before j). With j0 the first position of the window this is
 * the least of: a from i to before j0, the greatest b in the window, and the same without a window from j0 on.
 */
function until(a: Float64Array, b: Float64Array, at: Float64Array, min: number, max: number): Float64Array {
  const n = a.length
  const open = new Float64Array(n)
  for (let i = n - 1; i >= 0; i--)
    open[i] = Math.max(b[i]!, Math.min(a[i]!, i + 1 < n ? open[i + 1]! : -Infinity))
  if (min === 0 && max === Infinity) return open
  const first = new Int32Array(n)
  const last = new Int32Array(n)
  for (let i = 0, lo = 0, hi = -1; i < n; i++) {
    if (lo < i) lo = i
    while (lo < n && at[lo]! - at[i]! < min) lo++
    while (hi + 1 < n && at[hi + 1]! - at[i]! <= max) hi++
    first[i] = lo
    last[i] = hi
  }
  const best = slidingMax(b, first, last)
  const negated = a.map((v) => -v)
  const own = Int32Array.from({ length: n }, (_, i) => i)
  const before = slidingMax(
    negated,
    own,
    first.map((lo) => lo - 1),
  )
  return best.map((value, i) => {
    const lo = first[i]!
    return lo > last[i]! ? -Infinity : Math.min(value, open[lo]!, -before[i]!)
  })
}

/** Greatest of x[first[i]..last[i]] for each i; borders never fall. −Infinity for an empty range. */
function slidingMax(x: Float64Array, first: Int32Array, last: Int32Array): Float64Array {
  const n = x.length
  const out = new Float64Array(n)
  const queue = new Int32Array(n)
  let head = 0
  let tail = 0
  let taken = 0
  for (let i = 0; i < n; i++) {
    for (; taken <= last[i]!; taken++) {
      while (tail > head && x[queue[tail - 1]!]! <= x[taken]!) tail--
      queue[tail++] = taken
    }
    while (head < tail && queue[head]! < first[i]!) head++
    out[i] = head < tail ? x[queue[head]!]! : -Infinity
  }
  return out
}
