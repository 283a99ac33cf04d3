import * as systems from '@midstream/test-kit/dynamical-systems'
import { describe, expect, it } from 'vitest'
import { LYAPUNOV } from '../../../test/support/vectors.ts'
import {
  createRegimeMonitor,
  type RegimeChange,
  type RegimeMonitor,
  type RegimeMonitorOptions,
} from './regime-monitor.ts'

const normal = systems.gaussian(systems.seeded(3))
const sine = (n: number): number[] => Array.from({ length: n }, (_, i) => Math.sin((2 * Math.PI * i) / 20))

function monitorOf(
  values: readonly number[],
  options: RegimeMonitorOptions = {},
): { monitor: RegimeMonitor; changes: RegimeChange[] } {
  const changes: RegimeChange[] = []
  const monitor = createRegimeMonitor({ regimeChanged: (change) => changes.push(change), ...options })
  for (const value of values) monitor.push(value)
  return { monitor, changes }
}

describe('createRegimeMonitor', () => {
  it.each([
    ['chaotic', 'the logistic map at r = 3.9', systems.logistic(3.9, 3000, 0.3)],
    ['chaotic', 'the Hénon map', systems.henon(3000)],
    ['periodic', 'the logistic map at r = 3.5', systems.logistic(3.5, 3000, 0.3)],
    ['periodic', 'a sine', sine(3000)],
    ['periodic', 'a sine with noise', sine(3000).map((x) => x + 0.1 * normal())],
    ['fixed-point', 'the logistic map at r = 2.5', systems.logistic(2.5, 3000, 0.3)],
    ['fixed-point', 'a constant', new Array(1000).fill(4)],
    ['stochastic', 'white noise', systems.autoregressive(3000, 0, 1)],
    ['stochastic', 'coloured noise', systems.autoregressive(3000, 0.7, 1)],
    ['undecided', 'a line', Array.from({ length: 3000 }, (_, i) => i)],
  ] as const)('says %s for %s, and reports no change', (regime, _, values) => {
    for (const scale of [1, 100, 1e-3]) {
      const { monitor, changes } = monitorOf(values.map((x) => x * scale))
      expect(monitor.regime).toBe(regime)
      expect(changes).toEqual([])
      const { confidence } = monitor.state()
      expect(confidence).toBeGreaterThanOrEqual(0)
      expect(confidence).toBeLessThanOrEqual(1)
    }
  })

  it('calls a flow chaotic when told its delay, and undecided when the samples are too close', () => {
    const values = systems.lorenz(4000)
    expect(monitorOf(values, { delay: 3 }).monitor.regime).toBe('chaotic')
    expect(monitorOf(systems.lorenz(4000, 0.01)).monitor.regime).toBe('undecided')
  })

  it.each([
    ['periodic', 'a sine', sine(6000)],
    ['chaotic', 'the logistic map', systems.logistic(3.9, 6000, 0.3)],
  ] as const)('says %s for %s after what came before has left the window', (regime, _, values) => {
    const { mean, deviation } = monitorOf(values).monitor.state()
    const far = values.map((x) => x + 1e6)
    // An outlier first, later, of which the square overflows, and a start far from where the series is.
    for (const stream of [
      [1e9, ...values],
      [...values, 1e9, ...values],
      [...values, 1e200, ...values],
      [0, ...far],
    ]) {
      const state = monitorOf(stream).monitor.state()
      expect(state.regime).toBe(regime)
      expect(state.deviation).toBeCloseTo(deviation, 1)
      expect(state.mean - (stream.at(-1)! > 1e5 ? 1e6 : 0)).toBeCloseTo(mean, 1)
    }
  })

  it('does not take a drift for a fixed point because it has come far', () => {
    const values = sine(300_000).map((x, i) => x + 0.5 * i)
    expect(monitorOf(values).monitor.regime).toBe('undecided')
  })

  it('takes what moves by its rounding for a fixed point', () => {
    const values = Array.from({ length: 6000 }, (_, i) => (i < 2000 ? i : 7 + (i % 2) * 2 ** -50))
    expect(monitorOf(values).monitor.regime).toBe('fixed-point')
  })

  it('sees periods up to the longest, and none above', () => {
    for (const longest of [2, 3, 20, 64]) {
      const random = systems.seeded(longest)
      const cycle = Array.from({ length: longest + 1 }, () => random())
      const wave = (period: number): number[] => Array.from({ length: 3000 }, (_, i) => cycle[i % period]!)
      const { monitor } = monitorOf(wave(longest), { maxPeriod: longest })
      expect(monitor.state()).toMatchObject({ regime: 'periodic', period: longest })
      expect(monitorOf(wave(longest + 1), { maxPeriod: longest }).monitor.state().period).not.toBe(
        longest + 1,
      )
    }
  })

  it('AT-20 reports one change when r goes from 2.5 to 3.9', () => {
    for (let seed = 0; seed < 10; seed++) {
      const settled = systems.logistic(2.5, 2000, 0.11 + 0.031 * seed)
      const { changes } = monitorOf([...settled, ...systems.logistic(3.9, 3000, settled.at(-1)! + 1e-6)])
      expect(changes).toMatchObject([{ from: 'fixed-point', to: 'chaotic' }])
      expect(changes[0]!.since).toBeGreaterThan(2000)
      expect(changes[0]!.at).toBeLessThan(2000 + 2 * 1000)
    }
  })

  it('measures the exponent of a map over its window', () => {
    const { exponent } = monitorOf(systems.logistic(3.9, 3000, 0.3)).monitor.state()
    expect(Math.abs(exponent! - LYAPUNOV.logistic['3.9']!)).toBeLessThan(0.08)
    expect(
      Math.abs(monitorOf(systems.henon(3000)).monitor.state().exponent! - LYAPUNOV.henon[0]),
    ).toBeLessThan(0.08)
  })

  it('has the mean and deviation of its window, also after many samples and far from 0', () => {
    const { monitor } = monitorOf([], { window: 200 })
    const random = systems.seeded(5)
    const recent: number[] = []
    for (let i = 0; i < 200_000; i++) {
      const x = 1e6 + random()
      monitor.push(x)
      recent.push(x)
      if (recent.length > 200) recent.shift()
    }
    const mean = recent.reduce((a, b) => a + b) / 200
    const deviation = Math.sqrt(recent.reduce((sum, x) => sum + (x - mean) ** 2, 0) / 200)
    expect(monitor.state().mean).toBeCloseTo(mean, 8)
    expect(monitor.state().deviation).toBeCloseTo(deviation, 8)
    expect(monitor.count).toBe(200_000)
  })

  it('says nothing below 100 samples and is surer with more', () => {
    expect(monitorOf(sine(99)).monitor.state()).toMatchObject({ regime: 'undecided', confidence: 0 })
    const early = monitorOf(sine(150)).monitor.state().confidence
    expect(early).toBeGreaterThan(0)
    expect(monitorOf(sine(900)).monitor.state().confidence).toBeGreaterThan(early)
  })

  it('AT-14 refuses a value that is not finite and goes on', () => {
    const { monitor } = monitorOf(sine(300))
    expect(() => monitor.push(Number.NaN)).toThrow(
      expect.objectContaining({ code: 'INVALID_SAMPLE', details: { index: 300 } }),
    )
    expect(monitor.count).toBe(300)
    monitor.push(0)
    expect(monitor.count).toBe(301)
  })

  it('refuses options out of range', () => {
    expect(() => createRegimeMonitor({ window: 50 })).toThrow(RangeError)
    expect(() => createRegimeMonitor({ delay: 0 })).toThrow(RangeError)
    expect(() => createRegimeMonitor({ maxPeriod: 300 })).toThrow(RangeError)
    expect(() => createRegimeMonitor({ exclusion: -1 })).toThrow(RangeError)
  })
})
