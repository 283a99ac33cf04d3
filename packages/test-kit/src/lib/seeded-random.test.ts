import { describe, expect, it } from 'vitest'
import { randomInteger, seededRandom, splitMix64 } from './seeded-random.ts'

// Task and expected values: https://rosettacode.org/wiki/Pseudo-random_numbers/Splitmix64
describe('splitMix64', () => {
  it('gives the published sequence for seed 1234567', () => {
    const next = splitMix64(1234567n)
    expect(Array.from({ length: 5 }, next)).toEqual([
      6457827717110365317n,
      3203168211198807973n,
      9817491932198370423n,
      4593380528125082431n,
      16408922859458223821n,
    ])
  })
})

describe('seededRandom', () => {
  it('gives the published histogram of fifths for seed 987654321', () => {
    const random = seededRandom(987654321)
    const counts = [0, 0, 0, 0, 0]
    for (let i = 0; i < 100_000; i++) counts[Math.floor(random() * 5)]!++
    expect(counts).toEqual([20027, 19892, 20073, 19978, 20030])
  })

  it.each([0.5, Number.NaN, 2 ** 53])('refuses the seed %s', (seed) => {
    expect(() => seededRandom(seed)).toThrow(RangeError)
  })
})

describe('randomInteger', () => {
  it('reaches both ends and nothing outside them', () => {
    const random = seededRandom(1)
    const seen = new Set(Array.from({ length: 200 }, () => randomInteger(random, 2, 5)))
    expect([...seen].sort()).toEqual([2, 3, 4, 5])
  })
})
