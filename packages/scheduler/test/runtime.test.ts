import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { createFakeClock } from '@midstream/test-kit'
import { describe, expect, it } from 'vitest'
import { createNanoClock, createScheduler, rateMonotonicBound } from '../src/index.ts'

const entry = JSON.stringify(new URL('../src/index.ts', import.meta.url).href)
const cwd = fileURLToPath(new URL('..', import.meta.url))

/** What a program of its own prints; it must end by itself within ten seconds. */
async function runProgram(program: string): Promise<string> {
  const args = ['--no-warnings', '--input-type=module', '-e', program]
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd, timeout: 10_000 })
  return stdout.trim()
}

describe('createNanoClock', () => {
  it('SC-15 gives whole nanoseconds that never go back', () => {
    const clock = createFakeClock(1.5)
    const read = createNanoClock(clock)
    expect(read()).toBe(1_500_000)
    clock.advance(0.000_25)
    expect(read()).toBe(1_500_250)
    let time = 5
    const stepping = createNanoClock({ now: () => time, wallTime: () => 0 })
    expect(stepping()).toBe(5_000_000)
    time = 4
    expect(stepping()).toBe(5_000_000)
    const real = createNanoClock()
    let last = real()
    for (let k = 0; k < 10_000; k++) {
      const next = real()
      expect(Number.isInteger(next) && next >= last).toBe(true)
      last = next
    }
  })

  it('SC-15 the whole package works with nothing of Node, and with no window', async () => {
    const printed = await runProgram(`
      const { log } = console
      for (const name of ['process', 'setImmediate', 'clearImmediate', 'require'])
        delete globalThis[name]
      if (typeof window !== 'undefined') throw new Error('a window')
      const { createScheduler, createNanoClock } = await import(${entry})
      const ns = createNanoClock()
      const scheduler = createScheduler()
      const order = []
      scheduler.schedule(() => order.push('second'), { priority: 9 })
      scheduler.schedule(() => order.push('first'), { priority: 1 })
      scheduler.schedule(() => order.push('third'), { delayMs: 2 })
      await scheduler.submit(() => {}, { delayMs: 5 })
      await scheduler.drain()
      log(order.join(), ns() >= 5_000_000, typeof process)
    `)
    expect(printed).toBe('first,second,third true undefined')
  })
})

describe('createScheduler in a real event loop', () => {
  it('leaves no handle: a program ends after close, after a cancelled delay, and after a drain', async () => {
    const printed = await runProgram(`
      import { createScheduler } from ${entry}
      const closed = createScheduler()
      closed.schedule(() => {}, { delayMs: 3_600_000 })
      closed.every(1000, () => {})
      closed.schedule(() => {})
      closed.close()
      const cancelled = createScheduler()
      cancelled.cancel(cancelled.schedule(() => {}, { delayMs: 3_600_000 }))
      const drained = createScheduler()
      drained.every(3_600_000, () => {})
      drained.schedule(() => {})
      await drained.drain()
      const idle = createScheduler()
      await idle.submit(() => {})
      setImmediate(() => console.log(process.getActiveResourcesInfo().filter((name) => /Timeout|Immediate|Message/.test(name)).length))
    `)
    expect(printed).toBe('0')
  })

  it('lets I/O in between slices', async () => {
    const scheduler = createScheduler({ sliceMs: 1 })
    let done = false
    let turns = 0
    const spin = (): void => {
      const end = performance.now() + 0.2
      while (performance.now() < end);
      if (!done) scheduler.schedule(spin)
    }
    for (let k = 0; k < 20; k++) scheduler.schedule(spin)
    await new Promise<void>((resolve) => {
      const turn = (): void => {
        turns++
        if (turns === 20) resolve()
        else setImmediate(turn)
      }
      setImmediate(turn)
    })
    done = true
    await scheduler.drain()
    expect(turns).toBe(20)
  })

  it('throws what a task throws in a microtask of its own when nobody asked for it', async () => {
    const printed = await runProgram(`
      import { createScheduler } from ${entry}
      process.on('uncaughtException', (error) => console.log('uncaught', error.message))
      const scheduler = createScheduler()
      scheduler.schedule(() => { throw new Error('no') })
      scheduler.schedule(() => console.log('next'))
    `)
    expect(printed.split('\n').sort()).toEqual(['next', 'uncaught no'])
  })

  it('goes on when an observer throws, and ends: what it threw is thrown in a microtask of its own', async () => {
    const printed = await runProgram(`
      import { createScheduler } from ${entry}
      process.on('uncaughtException', (error) => console.log('uncaught', error.message))
      const scheduler = createScheduler({
        capacity: 2,
        overflow: 'drop-oldest',
        onBackpressure() { throw new Error('pressure') },
        onDrop({ id }) { scheduler.schedule(() => console.log('again', id)) },
        onMissed() { throw new Error('missed') },
        onError() { throw new Error('error') },
      })
      scheduler.schedule(() => { throw new Error('no') }, { deadlineMs: -1 })
      await scheduler.whenIdle()
      scheduler.schedule(() => {}, { delayMs: 1e6 })
      scheduler.schedule(() => {})
      scheduler.close()
      console.log(scheduler.state, scheduler.size, scheduler.delayed)
    `)
    expect(printed.split('\n').sort()).toEqual([
      'closed 0 0',
      'uncaught error',
      'uncaught missed',
      'uncaught scheduler is closed',
      'uncaught scheduler is closed',
    ])
  })
})

describe('rateMonotonicBound', () => {
  it('has the values of Liu and Layland', () => {
    expect(rateMonotonicBound(1)).toBe(1)
    expect(rateMonotonicBound(2)).toBeCloseTo(0.8284, 4)
    expect(rateMonotonicBound(3)).toBeCloseTo(0.7798, 4)
    expect(rateMonotonicBound(1e6)).toBeCloseTo(Math.LN2, 5)
    expect(() => rateMonotonicBound(0)).toThrow(RangeError)
  })
})
