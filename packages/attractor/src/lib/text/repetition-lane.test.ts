import { describe, expect, it } from 'vitest'
import { RepetitionLane } from './repetition-lane.ts'

/** A ring that counts how often it is read. */
function countingRing(size: number): { ring: Uint16Array; reads: () => number } {
  let reads = 0
  const ring = new Proxy(new Uint16Array(size), {
    get(target, key) {
      if (typeof key === 'string' && /^\d+$/.test(key)) reads++
      const value: unknown = Reflect.get(target, key)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
  return { ring, reads: () => reads }
}

function fibonacci(length: number): string {
  let a = 'a'
  let b = 'ab'
  while (b.length < length) [a, b] = [b, b + a]
  return b.slice(0, length)
}

/** Blocks that repeat for a while and then break, over and over. */
function broken(length: number): string {
  let text = ''
  for (let i = 1; text.length < length; i++) text += `${'abcdefghij'.repeat((i % 40) + 1)}${i}`
  return text.slice(0, length)
}

describe('RepetitionLane', () => {
  it.each([
    ['one letter', 'a'.repeat(20_000)],
    ['a Fibonacci word', fibonacci(20_000)],
    ['runs that break', broken(20_000)],
    [
      'a long period',
      Array.from({ length: 20_000 }, (_, i) => 'abcdefgh'[((i % 997) * (i % 997)) % 8]).join(''),
    ],
  ])('I-10 reads a bounded number of symbols per symbol of %s', (_, text) => {
    const { ring, reads } = countingRing(8192)
    const lane = new RepetitionLane(ring, 12, 12, 2048)
    for (let at = 0; at < text.length; at++) {
      ring[at & 8191] = text.charCodeAt(at)
      if (!lane.step(text.charCodeAt(at), at)) continue
      lane.extend(at)
      lane.wakeAt(Math.max(2 * lane.period, lane.length + 1))
    }
    // Two for each step, and two for each of at most four compared backwards.
    expect(reads() / text.length).toBeLessThan(11)
  })

  it('finds the period of a sequence and how long it has lasted', () => {
    const ring = new Uint16Array(1024)
    const lane = new RepetitionLane(ring, 12, 10, 256)
    const unit = 'the quick brown fox jumps. '
    const text = `>${unit.repeat(4)}`
    for (let at = 0; at < text.length; at++) {
      ring[at & 1023] = text.charCodeAt(at)
      if (lane.step(text.charCodeAt(at), at)) lane.wakeAt(10_000)
    }
    lane.extend(text.length - 1)
    expect(lane.period).toBe(unit.length)
    expect(lane.length).toBe(3 * unit.length)
  })

  it('follows no period beyond the longest', () => {
    const ring = new Uint16Array(1024)
    const lane = new RepetitionLane(ring, 12, 10, 32)
    for (let at = 0; at < 400; at++) {
      ring[at & 1023] = at % 33
      expect(lane.step(at % 33, at)).toBe(false)
    }
    expect(lane.period).toBe(0)
  })

  it('compares backwards at most four symbols for each one forwards', () => {
    const ring = new Uint16Array(1024)
    const lane = new RepetitionLane(ring, 12, 10, 256)
    let at = 0
    for (ring[0] = 0; !lane.step(at % 10, at); ring[at] = at % 10) at++
    lane.extend(at)
    expect(lane.back).toBeLessThanOrEqual(4 * lane.forward)
    expect(lane.back).toBeGreaterThan(0)
  })
})
