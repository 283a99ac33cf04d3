import { describe, expect, it } from 'vitest'
import { peers } from '../bench/src/peers.ts'
import { barCells, judge } from '../bench/src/slo.ts'
import { manualOrder } from './support/job.ts'

describe('judge', () => {
  it.each([
    ['most', 100, 50, 'pass'],
    ['most', 100, 105, 'pass'],
    ['most', 100, 105.1, 'warn'],
    ['most', 100, 110, 'warn'],
    ['most', 100, 110.1, 'fail'],
    ['most', 0, 0, 'pass'],
    ['most', 0, 1e-9, 'fail'],
    ['most', 100, Number.NaN, 'fail'],
    ['least', 10, 20, 'pass'],
    ['least', 10, 9.53, 'pass'],
    ['least', 10, 9.5, 'warn'],
    ['least', 10, 9.1, 'warn'],
    ['least', 10, 9, 'fail'],
    ['least', 10, 0, 'fail'],
  ] as const)('SC-17 at %s %d, measured %d: %s', (kind, asked, measured, verdict) => {
    expect(judge({ kind, asked, measured })).toBe(verdict)
  })

  it('SC-18 a throughput below its floor is shown as a failure, with its unit', () => {
    const bar = {
      workload: 'W-small',
      measure: 'schedule and dispatch',
      unit: ' M/s',
      kind: 'least',
    } as const
    expect(barCells({ ...bar, asked: 10, measured: 8, spread: [7, 9] })).toEqual([
      'W-small',
      'schedule and dispatch',
      '≥ 10.0 M/s',
      '8.00 M/s',
      '7.00–9.00',
      'fail',
    ])
  })
})

describe('the peers of the benchmark', () => {
  it.each(peers(1000))('$name does the same job as this package', (peer) => {
    expect(manualOrder(peer)).toEqual(manualOrder())
  })
})
