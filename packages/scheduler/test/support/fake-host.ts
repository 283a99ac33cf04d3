import type { FakeClock } from '@midstream/test-kit'
import type { Host } from '../../src/index.ts'

export interface FakeHost extends Host {
  /** Timers and turns that are set and have not come. */
  readonly outstanding: number
  readonly closed: boolean
  /** Runs the turns that were asked for so far; says how many. */
  turn(): number
  /** Moves the clock by `ms`, stopping at each timer on the way, and runs all turns. */
  advance(ms: number): void
}

/** An event loop that stands still until a test moves it. */
export function createFakeHost(clock: FakeClock): FakeHost {
  let turns: (() => void)[] = []
  const timers = new Map<number, { readonly at: number; readonly fire: () => void }>()
  let lastTimer = 0
  let closed = false

  function turn(): number {
    const due = turns
    turns = []
    for (const run of due) run()
    return due.length
  }

  function settle(): void {
    while (turn() > 0);
  }

  return {
    get outstanding() {
      return turns.length + timers.size
    },
    get closed() {
      return closed
    },
    defer(run) {
      turns.push(run)
    },
    setTimer(fire, delayMs) {
      lastTimer++
      timers.set(lastTimer, { at: clock.now() + delayMs, fire })
      return lastTimer
    },
    clearTimer(timer) {
      timers.delete(timer as number)
    },
    close() {
      closed = true
    },
    turn,
    advance(ms) {
      const end = clock.now() + ms
      settle()
      for (;;) {
        let first: number | undefined
        for (const [id, { at }] of timers) {
          if (at <= end && (first === undefined || at < timers.get(first)!.at)) first = id
        }
        if (first === undefined) break
        const { at, fire } = timers.get(first)!
        timers.delete(first)
        if (at > clock.now()) clock.advance(at - clock.now())
        fire()
        settle()
      }
      if (end > clock.now()) clock.advance(end - clock.now())
      settle()
    },
  }
}
