import { createFakeClock, type FakeClock } from '@midstream/test-kit'
import { createScheduler, type Scheduler, type SchedulerOptions } from '../../src/index.ts'
import { createFakeHost, type FakeHost } from './fake-host.ts'

export interface Bench {
  readonly clock: FakeClock
  readonly host: FakeHost
  readonly scheduler: Scheduler
}

/** A scheduler on a clock and an event loop that the test moves. */
export function fakeScheduler(options: SchedulerOptions = {}, start = 0): Bench {
  const clock = createFakeClock(start)
  const host = createFakeHost(clock)
  return { clock, host, scheduler: createScheduler({ clock, host, ...options }) }
}
