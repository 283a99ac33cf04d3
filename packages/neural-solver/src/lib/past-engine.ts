import { MidstreamError } from '@midstream/core'
import { type CoreFormula, type NodeId, reachable } from './core-formula.ts'

/** State of the windows and memories of formulas that only look back. */
export interface PastEngine {
  /** Takes one event: truth of each atom by its index, and the time. O(nodes), amortised for windows. */
  update(atom: (index: number) => boolean, timeMs: number): void
  /** Truth at the latest event. */
  truth(id: NodeId): boolean
  save(): PastState
  load(state: PastState): void
  reset(): void
}

export interface PastState {
  readonly step: number
  readonly values: readonly number[]
  readonly times: readonly (readonly number[])[]
}

const KINDS = ['true', 'atom', 'not', 'and', 'yesterday', 'since', 'windowSince'] as const

/**
 * Evaluates formulas without operators that look ahead, event by event (Havelund and Rosu 2002; windows as in
 * Basin, Klaedtke and Zalinescu). Memory: one bit per operator; one time per window that begins at 0 or does not
 * end; the times inside the window otherwise.
 *
 * @param maxWindowEvents Times that one window may keep. One more: FORMULA_LIMIT.
 */
export function createPastEngine(
  core: CoreFormula,
  roots: readonly NodeId[],
  maxWindowEvents: number,
): PastEngine {
  const order = [...new Set(roots.flatMap((root) => reachable(core, root)))]
  const slot = new Map(order.map((id, i) => [id, i]))
  const size = order.length
  const kind = new Uint8Array(size)
  const left = new Int32Array(size)
  const right = new Int32Array(size)
  const windows: (TimeWindow | undefined)[] = []
  order.forEach((id, i) => {
    const node = core.nodes[id]!
    kind[i] = KINDS.indexOf(node.kind as 'true')
    left[i] = node.kind === 'atom' ? node.atom : 'a' in node ? slot.get(node.a)! : -1
    right[i] = 'b' in node ? slot.get(node.b)! : -1
    if (node.kind === 'next' || node.kind === 'until' || node.kind === 'windowUntil')
      throw new TypeError('an operator that looks ahead has no place here')
    windows.push(node.kind === 'windowSince' ? createTimeWindow(node.window, maxWindowEvents) : undefined)
  })
  let now = new Uint8Array(size)
  let before = new Uint8Array(size)
  let step = 0

  return {
    update(atom, timeMs) {
      const swap = before
      before = now
      now = swap
      for (let i = 0; i < size; i++) {
        switch (kind[i]) {
          case 0:
            now[i] = 1
            break
          case 1:
            now[i] = atom(left[i]!) ? 1 : 0
            break
          case 2:
            now[i] = now[left[i]!]! ^ 1
            break
          case 3:
            now[i] = now[left[i]!]! & now[right[i]!]!
            break
          case 4:
            now[i] = step === 0 ? 0 : before[left[i]!]!
            break
          case 5:
            now[i] = now[right[i]!]! | (step === 0 ? 0 : now[left[i]!]! & before[i]!)
            break
          default:
            now[i] = windows[i]!.update(now[left[i]!] === 1, now[right[i]!] === 1, step, timeMs) ? 1 : 0
        }
      }
      step++
    },
    truth: (id) => now[slot.get(id)!] === 1,
    save: () => ({
      step,
      values: [...now],
      times: windows.flatMap((w) => (w === undefined ? [] : [w.save()])),
    }),
    load(state) {
      if (state.values.length !== size)
        throw new MidstreamError('SNAPSHOT_INVALID', 'state of another formula')
      step = state.step
      now = Uint8Array.from(state.values)
      let next = 0
      for (const window of windows) window?.load(state.times[next++] ?? [])
    },
    reset() {
      step = 0
      for (const window of windows) window?.load([])
    },
  }
}

interface TimeWindow {
  update(a: boolean, b: boolean, step: number, timeMs: number): boolean
  save(): number[]
  load(times: readonly number[]): void
}

function createTimeWindow(
  window: { unit: 'steps' | 'ms'; min: number; max?: number },
  maxEvents: number,
): TimeWindow {
  const { unit, min, max = Infinity } = window
  // Times of b that a has held since, oldest first from `head`. Only the newest matters when min is 0, only the
  // oldest when there is no max.
  let times: number[] = []
  let head = 0
  return {
    update(a, b, step, timeMs) {
      const t = unit === 'steps' ? step : timeMs
      if (!a) {
        times.length = 0
        head = 0
      }
      if (b) {
        if (min === 0) {
          times[0] = t
          head = 0
        } else if (max !== Infinity || times.length === 0) times.push(t)
      }
      while (head < times.length && t - times[head]! > max) head++
      if (head > 32 && head * 2 > times.length) {
        times.splice(0, head)
        head = 0
      }
      if (times.length - head > maxEvents) {
        throw new MidstreamError('FORMULA_LIMIT', `a window holds more than ${maxEvents} events`, {
          details: { maxWindowEvents: maxEvents },
        })
      }
      return head < times.length && t - times[head]! >= min
    },
    save: () => times.slice(head),
    load(saved) {
      times = [...saved]
      head = 0
    },
  }
}
