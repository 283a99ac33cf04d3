import type { Contender } from '../../bench/src/peers.ts'
import { fakeScheduler } from './manual.ts'

/** The order in which a contender of the benchmark, or this package, runs 500 tasks of which some are cancelled. */
export function manualOrder(contender?: Contender): number[] {
  const order: number[] = []
  const run = (arg: number): void => {
    order.push(arg)
  }
  const { scheduler } = fakeScheduler({ autoRun: false })
  const schedule = (priority: number, deadlineMs: number, arg: number): number =>
    contender === undefined
      ? scheduler.schedule(run, { priority, deadlineMs }, arg)
      : contender.schedule(run, priority, deadlineMs, arg)
  for (let k = 0; k < 500; k++) {
    const id = schedule((k * 7) % 4, 1 + ((k * 13) % 29), k)
    if (k % 16 === 7) (contender ?? scheduler).cancel(id)
  }
  if (contender === undefined) scheduler.runSlice(Infinity)
  else contender.dispatch()
  return order
}
