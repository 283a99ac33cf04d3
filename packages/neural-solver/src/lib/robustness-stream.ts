import { MidstreamError } from '@midstream/core'
import type { TextMatcher } from './event-test.ts'
import { type Formula, isAtom, type TraceEvent, type Window, type WindowedBinaryOperator } from './formula.ts'
import { createQueue } from './queue.ts'
import { atomRobustness } from './robustness.ts'

export interface RobustnessStreamOptions {
  readonly match?: TextMatcher
  /** Values that one operator may keep. One more: FORMULA_LIMIT. @default 65536 */
  readonly maxWindowEvents?: number
}

/** Robustness while the events arrive. */
export interface RobustnessStream {
  /** Takes an event. Calls the sink for each position whose value is now known, in order. */
  push(event: TraceEvent, timeMs?: number): void
  /** Ends the trace, once: what is still open is cut off there. After it, `push` throws SESSION_ENDED. */
  end(): void
}

interface Reach {
  readonly op: WindowedBinaryOperator
  readonly left: Formula
  readonly right: Formula
  readonly window?: Window
}

type Sink = (value: number) => void
interface Node {
  push(event: TraceEvent, timeMs: number): void
  end(): void
}

/**
 * Computes `robustness` position by position. A position is reported once the windows that look ahead from it are
 * full: at once for formulas that look back. Amortised O(operators) per event, except U with a window, which is
 * O(window).
 *
 * @param sink Called with the position and its value.
 * @throws MidstreamError FORMULA_UNSUPPORTED for operators that look ahead without an upper bound, and for U and S
 *   with a window in time that begins after 0 or, for U, is in time at all.
 */
export function createRobustnessStream(
  formula: Formula,
  sink: (position: number, value: number) => void,
  options: RobustnessStreamOptions = {},
): RobustnessStream {
  const limit = options.maxWindowEvents ?? 65_536
  if (!Number.isInteger(limit) || limit < 1)
    throw new RangeError(`maxWindowEvents must be a positive integer, got ${limit}`)
  let position = 0
  let count = 0
  let clock = -Infinity
  let ended = false
  const needsTime = JSON.stringify(formula).includes('"unit":"ms"')
  const root = build(formula, (value) => sink(position++, value))

  function refuse(what: string): never {
    throw new MidstreamError('FORMULA_UNSUPPORTED', `${what} has no value before the trace ends`)
  }

  function full(): never {
    throw new MidstreamError('FORMULA_LIMIT', `a window holds more than ${limit} events`, {
      details: { maxWindowEvents: limit },
    })
  }

  function map(f: Formula, change: (x: number) => number, out: Sink): Node {
    return build(f, (x) => out(change(x)))
  }

  /** Waits for both sides: one may be known earlier than the other. */
  function join(left: Formula, right: Formula, combine: (a: number, b: number) => number, out: Sink): Node {
    const waiting = [createQueue<number>(), createQueue<number>()] as const
    const arrive = (side: 0 | 1) => (value: number) => {
      const partner = waiting[side === 0 ? 1 : 0].shift()
      if (partner === undefined) {
        if (waiting[side].push(value) > limit) full()
        return
      }
      out(side === 0 ? combine(value, partner) : combine(partner, value))
    }
    const a = build(left, arrive(0))
    const b = build(right, arrive(1))
    return {
      push(event, timeMs) {
        a.push(event, timeMs)
        b.push(event, timeMs)
      },
      end() {
        a.end()
        b.end()
      },
    }
  }

  /** Greatest value in a window, behind (`back`) or ahead. */
  function extreme(f: Formula, window: Window | undefined, back: boolean, sign: 1 | -1, out: Sink): Node {
    const { unit = 'steps', min = 0, max = Infinity } = window ?? {}
    if (!back && max === Infinity) refuse('an operator that looks ahead without an upper bound')
    /** Times of the events whose value is not known yet. */
    const times = createQueue<number>()
    /** Positions that are not reported yet (ahead) or not yet far enough behind (back). */
    const stamps = createQueue<number>()
    const values = createQueue<number>()
    /** Positions with falling values: the first is the greatest of the window. */
    const queue = createQueue<{ at: number; place: number; value: number }>()
    let entered = 0
    let reported = 0
    const enter = (at: number, value: number): void => {
      while (queue.size > 0 && queue.at(queue.size - 1)!.value <= value) queue.pop()
      if (queue.push({ at, place: entered++, value }) > limit) full()
    }
    const best = (): number => queue.at(0)?.value ?? -Infinity
    let arrivals = 0
    const inner = build(f, (raw) => {
      const value = sign * raw
      const stamp = unit === 'steps' ? arrivals++ : times.shift()!
      if (back) {
        values.push(value)
        stamps.push(stamp)
        while (stamps.size > 0 && stamp - stamps.at(0)! >= min) enter(stamps.shift()!, values.shift()!)
        while (queue.size > 0 && stamp - queue.at(0)!.at > max) queue.shift()
        if (stamps.size > limit) full()
        out(sign * best())
        return
      }
      release(stamp)
      if (stamps.push(stamp) > limit) full()
      enter(stamp, value)
    })
    /** Reports the positions whose window ends before this stamp. */
    function release(stamp: number): void {
      while (stamps.size > 0 && stamp - stamps.at(0)! > max) report()
    }
    function report(): void {
      const from = stamps.shift()!
      // Of events at one time only those from here on count.
      while (queue.size > 0 && (queue.at(0)!.at - from < min || queue.at(0)!.place < reported)) queue.shift()
      reported++
      out(sign * best())
    }
    return {
      push(event, timeMs) {
        if (unit === 'ms') times.push(timeMs)
        inner.push(event, timeMs)
        // In steps the window is full with its last event.
        if (!back && unit === 'steps') while (stamps.size > max) report()
      },
      end() {
        inner.end()
        if (!back) while (stamps.size > 0) report()
      },
    }
  }

  function since(left: Formula, right: Formula, out: Sink): Node {
    let value = -Infinity
    return join(left, right, (a, b) => (value = Math.max(b, Math.min(a, value))), out)
  }

  /** a U[0,max] b in steps. */
  function boundedUntil(left: Formula, right: Formula, max: number, out: Sink): Node {
    // Lists with a moving start: the loop over a window has no call in it.
    const as: number[] = []
    const bs: number[] = []
    let head = 0
    const report = (): void => {
      let value = -Infinity
      for (let j = Math.min(bs.length - 1, head + max); j >= head; j--)
        value = Math.max(bs[j]!, Math.min(as[j]!, value))
      head++
      if (head > 32 && head * 2 > bs.length) {
        as.splice(0, head)
        bs.splice(0, head)
        head = 0
      }
      out(value)
    }
    const inner = join(
      left,
      right,
      (a, b) => {
        bs.push(b)
        if (as.push(a) - head > limit) full()
        return 0
      },
      () => {
        if (bs.length - head > max) report()
      },
    )
    return {
      push: inner.push,
      end() {
        inner.end()
        while (bs.length > head) report()
      },
    }
  }

  function build(f: Formula, out: Sink): Node {
    if (isAtom(f)) {
      const value = atomRobustness(f, options.match)
      return { push: (event) => out(value(event)), end() {} }
    }
    switch (f.op) {
      case 'true':
      case 'false': {
        const value = f.op === 'true' ? Infinity : -Infinity
        return { push: () => out(value), end() {} }
      }
      case 'not':
        return map(f.arg, (x) => -x, out)
      case 'next':
      case 'weakNext': {
        let first = true
        let seen = false
        const inner = build(f.arg, (x) => {
          if (!first) out(x)
          first = false
        })
        return {
          push(event, timeMs) {
            seen = true
            inner.push(event, timeMs)
          },
          end() {
            inner.end()
            if (seen) out(f.op === 'next' ? -Infinity : Infinity)
          },
        }
      }
      case 'yesterday':
      case 'weakYesterday': {
        let before = f.op === 'yesterday' ? -Infinity : Infinity
        return build(f.arg, (x) => {
          const value = before
          before = x
          out(value)
        })
      }
      case 'eventually':
      case 'once':
        return extreme(f.arg, f.window, f.op === 'once', 1, out)
      case 'always':
      case 'historically':
        return extreme(f.arg, f.window, f.op === 'historically', -1, out)
      case 'and':
        return join(f.left, f.right, Math.min, out)
      case 'or':
        return join(f.left, f.right, Math.max, out)
      case 'implies':
        return join(f.left, f.right, (a, b) => Math.max(-a, b), out)
      case 'iff':
        return join(f.left, f.right, (a, b) => Math.max(Math.min(a, b), Math.min(-a, -b)), out)
      case 'release':
        return map(
          { ...f, op: 'until', left: { op: 'not', arg: f.left }, right: { op: 'not', arg: f.right } },
          (x) => -x,
          out,
        )
      case 'weakUntil':
        return weakUntil(f, out)
      case 'since':
      case 'until':
        return windowed(f, out)
    }
  }

  function weakUntil(f: Reach, out: Sink): Node {
    const { unit = 'steps', max } = f.window ?? {}
    const until = { ...f, op: 'until' } as Formula
    const held: Formula = {
      op: 'always',
      arg: f.left,
      ...(max === undefined ? {} : { window: { unit, min: 0, max } }),
    }
    return join(until, held, Math.max, out)
  }

  function windowed(f: Reach, out: Sink): Node {
    const { unit = 'steps', min = 0, max } = f.window ?? {}
    const back = f.op === 'since'
    if (min > 0) {
      if (unit === 'ms') refuse('S or U with a window in time that begins after 0')
      // The way to the window, and the rest from there on.
      const paved: Window = { unit, min: 0, max: min - 1 }
      const rest = { ...f, window: max === undefined ? { unit, min: 0 } : { unit, min: 0, max: max - min } }
      const there: Window = { unit, min, max: min }
      return join(
        { op: back ? 'historically' : 'always', arg: f.left, window: paved },
        { op: back ? 'once' : 'eventually', arg: rest, window: there },
        Math.min,
        out,
      )
    }
    if (back) {
      if (max === undefined) return since(f.left, f.right, out)
      const near: Formula = { op: 'once', arg: f.right, window: { unit, min: 0, max } }
      return join(near, { op: 'since', left: f.left, right: f.right }, Math.min, out)
    }
    if (max === undefined || unit === 'ms') return refuse('U without an upper bound in steps')
    return boundedUntil(f.left, f.right, max, out)
  }

  return {
    push(event, timeMs) {
      if (ended) throw new MidstreamError('SESSION_ENDED', 'the trace has ended')
      if (needsTime || timeMs !== undefined) {
        if (!(timeMs! >= clock && timeMs! < Infinity))
          throw new MidstreamError('TRACE_INVALID', `event ${count} needs a time that does not fall`)
        clock = timeMs!
      }
      count++
      root.push(event, clock)
    },
    end() {
      if (ended) return
      if (count === 0) throw new MidstreamError('TRACE_INVALID', 'a trace has at least one event')
      ended = true
      root.end()
    },
  }
}
