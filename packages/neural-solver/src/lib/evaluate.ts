import { type Clock, MidstreamError, systemClock } from '@midstream/core'
import { createAtomTest, type TextMatcher } from './event-test.ts'
import { type Formula, isAtom, type TraceEvent, type Window } from './formula.ts'

export interface EvaluateOptions {
  /** Milliseconds at which each event happened, never falling. Needed for windows in time. */
  readonly times?: readonly number[]
  /** For `~`. @see TextMatcher */
  readonly match?: TextMatcher
  /** Gives up after this long. @default Infinity */
  readonly timeoutMs?: number
  /** @default systemClock */
  readonly clock?: Clock
}

type Truth = Uint8Array

/**
 * Truth of a formula at each position of a finite trace. O(events × operators), windows included.
 *
 * @throws MidstreamError TRACE_INVALID for an empty trace and for times that are missing or fall;
 *   SOLVER_TIMEOUT after `timeoutMs`.
 */
export function evaluate(
  formula: Formula,
  trace: readonly TraceEvent[],
  options: EvaluateOptions = {},
): boolean[] {
  const n = trace.length
  requireTrace(n, options.times)
  const { times, match } = options
  const tick = createDeadline(options)
  const done = new Map<Formula, Truth>()

  function truth(f: Formula): Truth {
    let values = done.get(f)
    if (values === undefined) {
      tick()
      values = compute(f)
      done.set(f, values)
    }
    return values
  }

  const map = (at: (i: number) => unknown): Truth => {
    const out = new Uint8Array(n)
    for (let i = 0; i < n; i++) {
      if ((i & 1023) === 1023) tick()
      if (at(i)) out[i] = 1
    }
    return out
  }
  const inverse = (x: Truth): Truth => map((i) => x[i] === 0)
  const all = new Uint8Array(n).fill(1)

  function compute(f: Formula): Truth {
    if (isAtom(f)) {
      const test = createAtomTest(f, match)
      return map((i) => test(trace[i]!))
    }
    switch (f.op) {
      case 'true':
        return all
      case 'false':
        return new Uint8Array(n)
      case 'not':
        return inverse(truth(f.arg))
      case 'and': {
        const [a, b] = [truth(f.left), truth(f.right)]
        return map((i) => a[i]! & b[i]!)
      }
      case 'or': {
        const [a, b] = [truth(f.left), truth(f.right)]
        return map((i) => a[i]! | b[i]!)
      }
      case 'implies': {
        const [a, b] = [truth(f.left), truth(f.right)]
        return map((i) => a[i]! <= b[i]!)
      }
      case 'iff': {
        const [a, b] = [truth(f.left), truth(f.right)]
        return map((i) => a[i] === b[i])
      }
      case 'next':
        return shift(truth(f.arg), 1, 0)
      case 'weakNext':
        return shift(truth(f.arg), 1, 1)
      case 'yesterday':
        return shift(truth(f.arg), -1, 0)
      case 'weakYesterday':
        return shift(truth(f.arg), -1, 1)
      case 'eventually':
        return until(all, truth(f.arg), f.window)
      case 'always':
        return inverse(until(all, inverse(truth(f.arg)), f.window))
      case 'once':
        return since(all, truth(f.arg), f.window)
      case 'historically':
        return inverse(since(all, inverse(truth(f.arg)), f.window))
      case 'until':
        return until(truth(f.left), truth(f.right), f.window)
      case 'release':
        return inverse(until(inverse(truth(f.left)), inverse(truth(f.right)), f.window))
      case 'weakUntil': {
        const [a, b] = [truth(f.left), truth(f.right)]
        const met = until(a, b, f.window)
        const upTo = f.window?.max === undefined ? undefined : { ...f.window, min: 0 }
        const broken = until(all, inverse(a), upTo)
        return map((i) => met[i]! | (broken[i]! ^ 1))
      }
      case 'since':
        return since(truth(f.left), truth(f.right), f.window)
      default:
        throw new TypeError(`unknown operator ${(f as { op: string }).op}`)
    }
  }

  function shift(x: Truth, by: number, outside: number): Truth {
    return map((i) => x[i + by] ?? outside)
  }

  /** Position in the order of a window's unit. */
  function stamp(window: Window): (i: number) => number {
    if (window.unit === 'steps') return (i) => i
    if (times === undefined)
      throw new MidstreamError('TRACE_INVALID', 'a window in time needs the times of the events')
    return (i) => times[i]!
  }

  /** Each b in the window counts whose way from here is paved with a: prefix sums and a moving border. */
  function until(a: Truth, b: Truth, window: Window = { unit: 'steps', min: 0 }): Truth {
    const at = stamp(window)
    const { min, max = Infinity } = window
    const before = prefixSums(b)
    const out = new Uint8Array(n)
    let border = n - 1 // the first position from i on where a fails, or the last of the trace
    let low = n // the first position at least min away
    let high = n // the first position more than max away
    for (let i = n - 1; i >= 0; i--) {
      if ((i & 1023) === 1023) tick()
      if (a[i] === 0) border = i
      while (low > i && at(low - 1) - at(i) >= min) low--
      while (high > i && at(high - 1) - at(i) > max) high--
      const last = Math.min(high - 1, border)
      if (last >= low && before[last + 1]! > before[low]!) out[i] = 1
    }
    return out
  }

  function since(a: Truth, b: Truth, window: Window = { unit: 'steps', min: 0 }): Truth {
    const at = stamp(window)
    const { min, max = Infinity } = window
    const before = prefixSums(b)
    const out = new Uint8Array(n)
    let border = 0 // the last position up to i where a fails, or the first of the trace
    let high = 0 // one past the last position at least min away
    let low = 0 // the first position at most max away
    for (let i = 0; i < n; i++) {
      if ((i & 1023) === 1023) tick()
      if (a[i] === 0) border = i
      while (high <= i && at(i) - at(high) >= min) high++
      while (at(i) - at(low) > max) low++
      const first = Math.max(low, border)
      if (high > first && before[high]! > before[first]!) out[i] = 1
    }
    return out
  }

  function prefixSums(x: Truth): Uint32Array {
    const sums = new Uint32Array(n + 1)
    for (let i = 0; i < n; i++) sums[i + 1] = sums[i]! + x[i]!
    return sums
  }

  return Array.from(truth(formula), Boolean)
}

/** Whether the trace satisfies the formula: its truth at the first position. Options and errors as `evaluate`. */
export function satisfies(
  trace: readonly TraceEvent[],
  formula: Formula,
  options: EvaluateOptions = {},
): boolean {
  return evaluate(formula, trace, options)[0]!
}

export function requireTrace(length: number, times: readonly number[] | undefined): void {
  if (length === 0) throw new MidstreamError('TRACE_INVALID', 'a trace has at least one event')
  if (times === undefined) return
  if (times.length !== length) {
    throw new MidstreamError('TRACE_INVALID', `${times.length} times for ${length} events`)
  }
  for (let i = 0; i < length; i++) {
    if (!Number.isFinite(times[i]) || (i > 0 && times[i]! < times[i - 1]!)) {
      throw new MidstreamError('TRACE_INVALID', `times do not rise at event ${i}`, { details: { event: i } })
    }
  }
}

/** Throws SOLVER_TIMEOUT once the time is over. Reads the clock at each call. */
export function createDeadline({
  timeoutMs = Infinity,
  clock = systemClock,
}: Pick<EvaluateOptions, 'timeoutMs' | 'clock'>): () => void {
  if (!(timeoutMs > 0)) throw new RangeError(`timeoutMs must be positive, got ${timeoutMs}`)
  if (timeoutMs === Infinity) return () => {}
  const start = clock.now()
  return () => {
    const passed = clock.now() - start
    if (passed > timeoutMs) {
      throw new MidstreamError('SOLVER_TIMEOUT', `not done after ${timeoutMs} ms`, { details: { timeoutMs } })
    }
  }
}
