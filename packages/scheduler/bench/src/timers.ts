import { createTimerWheel } from '@midstream/scheduler'
import { cpuNs } from './throughput.ts'

export interface TimerCosts {
  /** ns of CPU time for one timer added and cancelled, in sorted rounds. */
  readonly wheel: readonly number[]
  /** The same with a reading of the clock for each timer. */
  readonly wheelReading: readonly number[]
  readonly native: readonly number[]
}

const OUTSTANDING = 100_000
/** Timers for one reading of the clock. Node reads it once for each turn of the event loop, for setTimeout too. */
const A_TURN = 16

/**
 * A hundred thousand timeouts are outstanding; each in turn is replaced, as the timeout of a connection is
 * at each sign of life: one cancelled, one added.
 */
export function measureTimers(rounds: number, turns: number): TimerCosts {
  const delays = Array.from({ length: 4096 }, (_, k) => 1000 + ((k * 7919) % 60_000))
  const nothing = (): void => {}
  const wheel = createTimerWheel({ capacity: OUTSTANDING + 1 })
  const ids = Array.from({ length: OUTSTANDING }, (_, k) => wheel.add(delays[k % 4096]!, nothing))
  const handles = Array.from({ length: OUTSTANDING }, (_, k) => setTimeout(nothing, delays[k % 4096]!))
  const samples = { wheel: [] as number[], wheelReading: [] as number[], native: [] as number[] }

  function replaceInWheel(): void {
    let now = 0
    for (let k = 0; k < turns; k++) {
      if (k % A_TURN === 0) now = performance.now()
      const index = (k * 31) % OUTSTANDING
      wheel.cancel(ids[index]!)
      ids[index] = wheel.addAt(now + delays[k % 4096]!, nothing)
    }
  }

  function replaceReading(): void {
    for (let k = 0; k < turns; k++) {
      const index = (k * 31) % OUTSTANDING
      wheel.cancel(ids[index]!)
      ids[index] = wheel.add(delays[k % 4096]!, nothing)
    }
  }

  function replaceNative(): void {
    for (let k = 0; k < turns; k++) {
      const index = (k * 31) % OUTSTANDING
      clearTimeout(handles[index])
      handles[index] = setTimeout(nothing, delays[k % 4096]!)
    }
  }

  replaceInWheel()
  replaceReading()
  replaceNative()
  for (let round = 0; round < rounds; round++) {
    globalThis.gc?.()
    const start = cpuNs()
    replaceInWheel()
    const second = cpuNs()
    replaceReading()
    const third = cpuNs()
    replaceNative()
    samples.wheel.push((second - start) / turns)
    samples.wheelReading.push((third - second) / turns)
    samples.native.push((cpuNs() - third) / turns)
  }
  for (const handle of handles) clearTimeout(handle)
  for (const list of Object.values(samples)) list.sort((a, b) => a - b)
  return samples
}
