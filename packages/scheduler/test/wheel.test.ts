import { createFakeClock } from '@midstream/test-kit'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createTimerWheel } from '../src/index.ts'

/** The borders of the wheel's levels, and beyond its range of 2^30 ticks. */
const DELTAS = [
  0,
  1,
  63,
  64,
  65,
  4095,
  4096,
  4097,
  262_143,
  262_144,
  262_145,
  2 ** 24 - 1,
  2 ** 24,
  2 ** 24 + 1,
  2 ** 30 - 1,
  2 ** 30,
  2 ** 30 + 1,
  3 * 2 ** 30 + 5,
]

describe('createTimerWheel', () => {
  it.each([0, 1, 62, 63, 4095, 262_143, 2 ** 30 - 1, 2 ** 30, 5 * 2 ** 30 + 63])(
    'fires exactly at its tick for every delta, from tick %i on',
    (start) => {
      for (const delta of DELTAS) {
        const clock = createFakeClock(start)
        const wheel = createTimerWheel({ clock })
        let fired = 0
        wheel.add(delta, () => fired++)
        if (delta > 0) {
          clock.advance(delta - 1)
          expect(wheel.advance(), `one before ${delta}`).toBe(0)
          clock.advance(1)
        }
        expect(wheel.advance(), `at ${delta}`).toBe(1)
        expect([fired, wheel.size, wheel.nextDue()]).toEqual([1, 0, Infinity])
      }
    },
  )

  it('SCHED-3 agrees with a sorted list under random adding, cancelling and leaps', () => {
    const delay = fc.oneof(fc.nat({ max: 200 }), fc.constantFrom(...DELTAS), fc.nat({ max: 300_000 }))
    const step = fc.oneof(
      { weight: 5, arbitrary: fc.record({ kind: fc.constant('add' as const), delay }) },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant('cancel' as const), pick: fc.nat() }) },
      { weight: 3, arbitrary: fc.record({ kind: fc.constant('advance' as const), delay }) },
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 150 }), fc.nat({ max: 5000 }), (steps, start) => {
        const clock = createFakeClock(start)
        const wheel = createTimerWheel({ clock })
        const fired: number[] = []
        const ids: number[] = []
        let model: { id: number; due: number }[] = []
        for (const next of steps) {
          if (next.kind === 'add') {
            const id = wheel.add(next.delay, (arg: { id: number }) => fired.push(arg.id), { id: ids.length })
            model.push({ id: ids.length, due: clock.now() + next.delay })
            ids.push(id)
          } else if (next.kind === 'cancel' && ids.length > 0) {
            const index = next.pick % ids.length
            expect(wheel.cancel(ids[index]!)).toBe(model.some(({ id }) => id === index))
            model = model.filter(({ id }) => id !== index)
          } else if (next.kind === 'advance') {
            clock.advance(next.delay)
            const due = model.filter((timer) => timer.due <= clock.now()).sort((a, b) => a.due - b.due)
            model = model.filter((timer) => timer.due > clock.now())
            fired.length = 0
            expect(wheel.advance()).toBe(due.length)
            expect(fired).toEqual(due.map(({ id }) => id))
          }
          expect(wheel.size).toBe(model.length)
          const first = Math.min(...model.map(({ due }) => due))
          expect(wheel.nextDue()).toBeLessThanOrEqual(first)
          if (model.length === 0) expect(wheel.nextDue()).toBe(Infinity)
        }
      }),
      { numRuns: 512 },
    )
  })

  it('nextDue leads to a timer in few steps, whatever the distance', () => {
    const clock = createFakeClock()
    const wheel = createTimerWheel({ clock })
    wheel.add(987_654_321, () => {})
    let steps = 0
    while (wheel.size > 0) {
      clock.advance(wheel.nextDue() - clock.now())
      wheel.advance()
      steps++
    }
    expect(clock.now()).toBe(987_654_321)
    expect(steps).toBeLessThanOrEqual(5)
  })

  it('a timer that starts itself again fires at the next tick, not without end', () => {
    const clock = createFakeClock()
    const wheel = createTimerWheel({ clock })
    let fired = 0
    const again = (): void => {
      fired++
      wheel.add(0, again)
    }
    wheel.add(0, again)
    expect(wheel.advance()).toBe(1)
    clock.advance(1)
    expect(wheel.advance()).toBe(1)
    expect(fired).toBe(2)
  })

  it('a timer may cancel another of the same tick', () => {
    const clock = createFakeClock()
    const wheel = createTimerWheel({ clock })
    let other = 0
    wheel.add(5, () => {
      expect(wheel.cancel(other)).toBe(true)
    })
    other = wheel.add(5, () => expect.unreachable())
    clock.advance(5)
    expect(wheel.advance()).toBe(1)
  })

  it('an error of a timer leaves advance, and the rest fires at the next one', () => {
    const clock = createFakeClock()
    const wheel = createTimerWheel({ clock })
    let fired = 0
    wheel.add(5, () => {
      throw new Error('no')
    })
    wheel.add(5, () => fired++)
    clock.advance(5)
    expect(() => wheel.advance()).toThrow('no')
    expect([fired, wheel.size]).toEqual([0, 1])
    wheel.advance()
    expect(fired).toBe(1)
  })

  it('does not advance inside of itself', () => {
    const clock = createFakeClock()
    const wheel = createTimerWheel({ clock })
    const inner: number[] = []
    for (let k = 0; k < 3; k++) wheel.add(1, () => inner.push(wheel.advance()))
    clock.advance(1)
    expect(wheel.advance()).toBe(3)
    expect(inner).toEqual([0, 0, 0])
  })

  it('takes a time instead of a delay', () => {
    const clock = createFakeClock(100)
    const wheel = createTimerWheel({ clock })
    const fired: string[] = []
    wheel.addAt(105, (arg: string) => fired.push(arg), 'five')
    wheel.addAt(50, (arg: string) => fired.push(arg), 'over')
    wheel.advance()
    expect(fired).toEqual(['over'])
    clock.advance(5)
    wheel.advance()
    expect(fired).toEqual(['over', 'five'])
  })

  it('holds at most its capacity, and only finite delays', () => {
    const wheel = createTimerWheel({ capacity: 1, clock: createFakeClock() })
    for (const bad of [Infinity, Number.NaN]) expect(() => wheel.add(bad, () => {})).toThrow(RangeError)
    const id = wheel.add(1, () => {})
    expect(() => wheel.add(1, () => {})).toThrow(expect.objectContaining({ code: 'QUEUE_FULL' }))
    expect(wheel.cancel(id)).toBe(true)
    expect(wheel.add(1, () => {})).toBe(id + 1)
    expect(() => createTimerWheel({ capacity: 0 })).toThrow(RangeError)
  })

  it('holds 100,000 timers and fires each once', () => {
    const clock = createFakeClock()
    const wheel = createTimerWheel({ clock })
    const count = new Uint8Array(100_000)
    for (let k = 0; k < count.length; k++) {
      wheel.add(
        (k * 7919) % 60_000,
        (arg: number) => {
          count[arg]!++
        },
        k,
      )
    }
    expect(wheel.size).toBe(100_000)
    while (wheel.size > 0) {
      clock.advance(17)
      wheel.advance()
    }
    expect(count.every((times) => times === 1)).toBe(true)
  })
})
