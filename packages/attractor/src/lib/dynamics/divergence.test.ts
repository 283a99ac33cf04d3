import { describe, expect, it } from 'vitest'
import { nearestDivergence } from './divergence.ts'
import { embed } from './embedding.ts'
import { createNeighbourSearch } from './kd-tree.ts'

const options = { horizon: 5, references: 100, floor: 1e-9, patience: 10 }

describe('nearestDivergence', () => {
  it('leaves out neighbours in time', () => {
    const ramp = embed(
      Array.from({ length: 300 }, (_, i) => i),
      { dimension: 1, delay: 1 },
    )
    const { mean } = nearestDivergence(ramp, createNeighbourSearch(ramp), { ...options, window: 10 })
    for (const log of mean) expect(log).toBeCloseTo(Math.log(11), 12)
  })

  it('leaves out pairs at no distance', () => {
    const steps = embed(
      Array.from({ length: 300 }, (_, i) => i % 3),
      { dimension: 1, delay: 1 },
    )
    const { mean } = nearestDivergence(steps, createNeighbourSearch(steps), { ...options, window: 0 })
    expect(mean.every(Number.isFinite)).toBe(true)
  })
})
