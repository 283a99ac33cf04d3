import { createHistogram, createHost, type Host, type YieldMethod } from '@midstream/scheduler'
import { createWorkerPool } from '@midstream/scheduler/workers'
import { Piscina } from 'piscina'

/** ns. */
export interface Floor {
  readonly name: string
  readonly p50: number
  readonly p99: number
  /** Of the turns of the loop that this way took, the share in which a read of a file could end. */
  readonly ioShare?: number
}

type Defer = (turn: () => void) => void

/** From the request to the call, one after the other. */
async function roundTrips(name: string, defer: Defer, times: number): Promise<Floor> {
  const histogram = createHistogram()
  for (const record of [false, true]) {
    await new Promise<void>((resolve) => {
      let left = times
      let start = 0
      const turn = (): void => {
        if (record) histogram.record(performance.now() - start)
        if (left-- === 0) resolve()
        else {
          start = performance.now()
          defer(turn)
        }
      }
      start = performance.now()
      defer(turn)
    })
    histogram.count
  }
  return { name, p50: histogram.percentile(0.5) * 1e6, p99: histogram.percentile(0.99) * 1e6 }
}

/** Timers that fire while `defer` is called over and over for 50 ms; one every millisecond should. */
async function servedTimers(defer: Defer): Promise<number> {
  let fired = 0
  const timer = setInterval(() => fired++, 1)
  const end = performance.now() + 50
  await new Promise<void>((resolve) => {
    const turn = (): void => {
      if (performance.now() < end) defer(turn)
      else resolve()
    }
    defer(turn)
  })
  clearInterval(timer)
  return fired / 50
}

export async function measureYields(times: number): Promise<Floor[]> {
  const methods: YieldMethod[] = ['immediate', 'message-channel', 'timeout']
  const hosts: [string, Host][] = methods.map((method) => [method, createHost(method)])
  const ways: [string, Defer][] = [
    ['queueMicrotask', queueMicrotask],
    ['process.nextTick', (turn) => process.nextTick(turn)],
    ...hosts.map(([name, host]): [string, Defer] => [name, host.defer]),
  ]
  const floors: Floor[] = []
  for (const [name, defer] of ways) {
    const floor = await roundTrips(name, defer, name === 'timeout' ? 200 : times)
    floors.push({ ...floor, ioShare: await servedTimers(defer) })
  }
  for (const [, host] of hosts) host.close()
  return floors
}

/** One empty task at a time, to a thread and back. */
export async function measureThreads(times: number): Promise<Floor[]> {
  const filename = new URL('./echo.ts', import.meta.url)
  const pool = createWorkerPool<number, number>({ filename, threads: 1 })
  const bare = new Piscina({ filename: filename.href, minThreads: 1, maxThreads: 1 })
  const ways: [string, (value: number) => Promise<number>][] = [
    ['piscina, round trip', (value) => bare.run(value)],
    ['worker pool, round trip', (value) => pool.run(value)],
  ]
  const histograms = ways.map(() => createHistogram())
  for (let k = 0; k < times; k++) {
    for (const [index, [, run]] of ways.entries()) {
      const start = performance.now()
      await run(k)
      if (k >= times / 4) histograms[index]!.record(performance.now() - start)
    }
  }
  await pool.close()
  await bare.destroy()
  return ways.map(([name], index) => {
    const { p50, p99 } = histograms[index]!.summary()
    return { name, p50: p50 * 1e6, p99: p99 * 1e6 }
  })
}

/** How much later than asked a timer of 1 ms comes. */
export async function measureTimerLateness(times: number): Promise<Floor> {
  const histogram = createHistogram()
  for (let k = 0; k < times; k++) {
    const start = performance.now()
    await new Promise<void>((resolve) => setTimeout(resolve, 1))
    histogram.record(performance.now() - start - 1)
  }
  return {
    name: 'setTimeout(1), lateness',
    p50: histogram.percentile(0.5) * 1e6,
    p99: histogram.percentile(0.99) * 1e6,
  }
}
