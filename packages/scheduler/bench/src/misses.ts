import { createHost, createScheduler, type SchedulerStats } from '@midstream/scheduler'
import { createFakeClock, seededRandom } from '@midstream/test-kit'
import { noHost } from './contenders.ts'

export interface Simulation {
  readonly name: string
  readonly tasks: number
  readonly missed: number
  readonly utilization: number
}

/**
 * Tasks of 5 to 15 µs arrive at random (a Poisson process) with deadlines of 10 to 50 ms, and take the time
 * they take on a clock that only they move. In the burst, sixteen times as many arrive for a millisecond out of a
 * hundred.
 */
export function simulate(name: string, tasks: number, utilization: number, burst: number): Simulation {
  const random = seededRandom(tasks + burst)
  const clock = createFakeClock()
  const scheduler = createScheduler({ policy: 'edf', autoRun: false, host: noHost, clock, capacity: 16_384 })
  const meanCostMs = 0.01
  let busy = 0
  const run = (costMs: number): void => {
    busy += costMs
    clock.advance(costMs)
  }
  let arrival = 0
  for (let k = 0; k < tasks; k++) {
    const rate = (utilization / meanCostMs) * (arrival % 100 < 1 ? burst : 1)
    arrival += -Math.log(1 - random()) / rate
    // Everything that ran before this arrival.
    while (clock.now() < arrival && scheduler.runNext());
    if (clock.now() < arrival) clock.advance(arrival - clock.now())
    const options = { at: arrival, deadlineMs: 10 + random() * 40 }
    scheduler.schedule(run, options, meanCostMs * (0.5 + random()))
  }
  while (scheduler.runNext());
  return { name, tasks, missed: scheduler.stats().missed, utilization: busy / clock.now() }
}

/**
 * The real clock and the real event loop, which something else keeps busy for 2 ms of every 10: tasks of 10 µs
 * with deadlines of 20 ms come from a timer, 100 at a time.
 */
export async function measureBusyLoop(seconds: number): Promise<SchedulerStats> {
  const scheduler = createScheduler({ policy: 'edf', host: createHost() })
  const spin = (ms: number): void => {
    const end = performance.now() + ms
    while (performance.now() < end);
  }
  const hog = setInterval(() => spin(2), 10)
  const producer = setInterval(() => {
    for (let k = 0; k < 100; k++) scheduler.schedule(spin, { deadlineMs: 20 }, 0.01)
  }, 5)
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000))
  clearInterval(hog)
  clearInterval(producer)
  await scheduler.drain()
  return scheduler.stats()
}
