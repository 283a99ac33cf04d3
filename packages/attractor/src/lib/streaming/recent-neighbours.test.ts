import * as systems from '@midstream/test-kit/dynamical-systems'
import { describe, expect, it } from 'vitest'
import { RecentNeighbours } from './recent-neighbours.ts'

const SIZE = 60

/** How far back each of 1000 samples from `start` on has its nearest neighbour. */
function neighboursFrom(start: number, values: readonly number[]): number[] {
  const ring = new Float64Array(128)
  const neighbours = new RecentNeighbours(ring, SIZE, 1, 3)
  const found: number[] = []
  for (let i = 0; i < values.length; i++) {
    ring[(start + i) & 127] = values[i]!
    if (i === 0) continue
    found.push(neighbours.nearest(start + i))
    neighbours.add(start + i)
  }
  return found
}

describe('RecentNeighbours', () => {
  it('finds the nearest of the last points that are not too close in time', () => {
    const values = systems.henon(1000)
    const found = neighboursFrom(128, values)
    let asNear = 0
    for (let n = 200; n < values.length; n++) {
      const distance = (back: number): number =>
        Math.max(Math.abs(values[n]! - values[n - back]!), Math.abs(values[n - 1]! - values[n - 1 - back]!))
      let least = Infinity
      for (let back = 4; back < SIZE; back++) least = Math.min(least, distance(back))
      const back = found[n - 1]!
      if (back === 0) continue
      expect(back).toBeGreaterThan(3)
      expect(back).toBeLessThan(SIZE)
      if (distance(back) === least) asNear++
    }
    // What lies in none of the three buckets that are looked at is farther than most.
    expect(asNear).toBeGreaterThan(500)
  })

  it('goes on past 2^31 samples', () => {
    const values = systems.logistic(3.9, 1000, 0.3)
    expect(neighboursFrom(2 ** 31 - 512, values)).toEqual(neighboursFrom(512, values))
    expect(neighboursFrom(2 ** 32 - 512, values)).toEqual(neighboursFrom(512, values))
    expect(neighboursFrom(512, values).filter((back) => back > 0).length).toBeGreaterThan(900)
  })
})
