import { createAtomTest, createFieldReader } from './event-test.ts'
import { type Atom, type Formula, isAtom, type TraceEvent, type Window } from './formula.ts'
import { atomRobustness } from './robustness.ts'
import type { Tape } from './tape.ts'

/** A hole in a formula: the number that stands for it there, and its place on the tape. */
export interface Hole {
  readonly sentinel: number
  readonly place: number
}

export interface SmoothOptions {
  readonly holes: readonly Hole[]
  /** Spread of each field's values, by which distances are divided. */
  readonly scaleOf: (field: string) => number
  /** Of the smooth extremes. Larger is closer to the exact ones. */
  readonly sharpness: number
  /** Spread of a window's end: how far beyond it a position still counts a little. */
  readonly windowSoftness: number
  readonly times?: readonly number[] | undefined
}

/** Stands for infinitely true: large beside distances that are divided by their spread. */
const CERTAIN = 10

/**
 * Robustness at the first position with smooth extremes, differentiable in the holes. The end of a window with a
 * hole is a condition like any other: a position counts by the least of its own value and its distance to the end.
 *
 * @returns The place on the tape. O(events²) for operators with windows.
 */
export function smoothRobustness(
  tape: Tape,
  formula: Formula,
  trace: readonly TraceEvent[],
  options: SmoothOptions,
): number {
  const n = trace.length
  const memo = new Map<Formula, (number | undefined)[]>()
  const yes = tape.constant(CERTAIN)
  const no = tape.constant(-CERTAIN)
  const negate = (a: number): number => tape.scale(a, -1)
  const max = (places: readonly number[]): number =>
    places.length === 0 ? no : places.length === 1 ? places[0]! : tape.smoothMax(places, options.sharpness)
  const min = (places: readonly number[]): number => negate(max(places.map(negate)))
  const holeOf = (number: number | undefined): Hole | undefined =>
    options.holes.find((hole) => hole.sentinel === number)

  function at(f: Formula, i: number): number {
    let places = memo.get(f)
    if (places === undefined) {
      places = new Array<number | undefined>(n)
      memo.set(f, places)
    }
    const known = places[i]
    if (known !== undefined) return known
    const place = compute(f, i)
    places[i] = place
    return place
  }

  function atomAt(atom: Atom, i: number): number {
    if (atom.op === 'compare' && typeof atom.value === 'number') {
      const hole = holeOf(atom.value)
      const scale = options.scaleOf(atom.field)
      if (hole === undefined) {
        const distance = atomRobustness(atom)(trace[i]!) / scale
        return tape.constant(Math.max(-CERTAIN, Math.min(CERTAIN, distance)))
      }
      const x = createFieldReader(atom.field)(trace[i]!)
      if (typeof x !== 'number' || Number.isNaN(x)) return no
      const difference = tape.add(tape.constant(x / scale), hole.place, -1 / scale)
      return atom.is === '<' || atom.is === '<=' ? negate(difference) : difference
    }
    return createAtomTest(atom)(trace[i]!) ? yes : no
  }

  /** Distance from `i`, and how far `j` is inside the window; undefined for certainly. */
  function membership(window: Window | undefined, i: number, j: number): number | undefined | 'outside' {
    if (window === undefined) return undefined
    const distance =
      window.unit === 'steps' ? Math.abs(j - i) : Math.abs(options.times![j]! - options.times![i]!)
    if (distance < window.min) return 'outside'
    const hole = holeOf(window.max)
    if (hole === undefined) return distance > (window.max ?? Infinity) ? 'outside' : undefined
    // Half a step beyond the distance is the border between this position and the next.
    const border = distance - (window.unit === 'steps' ? 0.5 : 0)
    const inside = tape.add(
      tape.constant(-border / options.windowSoftness),
      hole.place,
      1 / options.windowSoftness,
    )
    return tape.value(inside) < -CERTAIN ? 'outside' : inside
  }

  function reach(
    a: Formula | undefined,
    b: (j: number) => number,
    window: Window | undefined,
    i: number,
    by: 1 | -1,
  ): number {
    const found: number[] = []
    let paved: number | undefined
    for (let j = i; j >= 0 && j < n; j += by) {
      const inside = membership(window, i, j)
      if (inside !== 'outside') {
        const parts = [b(j)]
        if (paved !== undefined) parts.push(paved)
        if (inside !== undefined) parts.push(inside)
        found.push(min(parts))
      } else if (found.length > 0) break
      if (a !== undefined) paved = paved === undefined ? at(a, j) : min([paved, at(a, j)])
    }
    return max(found)
  }

  function compute(f: Formula, i: number): number {
    if (isAtom(f)) return atomAt(f, i)
    switch (f.op) {
      case 'true':
        return yes
      case 'false':
        return no
      case 'not':
        return negate(at(f.arg, i))
      case 'next':
        return i + 1 < n ? at(f.arg, i + 1) : no
      case 'weakNext':
        return i + 1 < n ? at(f.arg, i + 1) : yes
      case 'yesterday':
        return i > 0 ? at(f.arg, i - 1) : no
      case 'weakYesterday':
        return i > 0 ? at(f.arg, i - 1) : yes
      case 'eventually':
      case 'once':
        return reach(undefined, (j) => at(f.arg, j), f.window, i, f.op === 'once' ? -1 : 1)
      case 'always':
      case 'historically':
        return negate(
          reach(undefined, (j) => negate(at(f.arg, j)), f.window, i, f.op === 'historically' ? -1 : 1),
        )
      case 'and':
        return min([at(f.left, i), at(f.right, i)])
      case 'or':
        return max([at(f.left, i), at(f.right, i)])
      case 'implies':
        return max([negate(at(f.left, i)), at(f.right, i)])
      case 'iff': {
        const [a, b] = [at(f.left, i), at(f.right, i)]
        return max([min([a, b]), min([negate(a), negate(b)])])
      }
      case 'until':
      case 'since':
        return reach(f.left, (j) => at(f.right, j), f.window, i, f.op === 'since' ? -1 : 1)
      case 'release': {
        const [a, b]: Formula[] = [
          { op: 'not', arg: f.left },
          { op: 'not', arg: f.right },
        ]
        return negate(reach(a, (j) => at(b!, j), f.window, i, 1))
      }
      case 'weakUntil': {
        const { unit = 'steps', max: end } = f.window ?? {}
        const upTo: Window | undefined = end === undefined ? undefined : { unit, min: 0, max: end }
        const met = reach(f.left, (j) => at(f.right, j), f.window, i, 1)
        return max([met, negate(reach(undefined, (j) => negate(at(f.left, j)), upTo, i, 1))])
      }
    }
  }
  return at(formula, 0)
}
