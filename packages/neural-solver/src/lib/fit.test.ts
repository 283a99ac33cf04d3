import { randomInteger, seededRandom } from '@midstream/test-kit'
import { describe, expect, it } from 'vitest'
import { satisfies } from './evaluate.ts'
import { fitTemplate, type LabelledTrace, lossAt, spreads } from './fit.ts'
import { parseFormula } from './parse.ts'

/** Traces of two signals, labelled by a formula. */
function labelled(formula: string, count: number, seed: number, length = 20): LabelledTrace[] {
  const random = seededRandom(seed)
  const truth = parseFormula(formula)
  return Array.from({ length: count }, () => {
    let x = 5 * random()
    let y = 5 * random()
    const events = Array.from({ length }, () => {
      x = Math.min(5, Math.max(0, x + 2 * (random() - 0.5)))
      y = Math.min(5, Math.max(0, y + 4 * (random() - 0.5)))
      return { x, y }
    })
    return { events, label: satisfies(events, truth) }
  })
}

describe('fitTemplate', () => {
  it('has derivatives that agree with finite differences', () => {
    const traces = labelled('G (x > 3 -> F[0,4] y > 2)', 6, 3, 12)
    const formula = parseFormula('G (x > $a -> F[0,$w] y > $b)', {
      holes: { a: 2 ** 40, w: 2 ** 40 + 1, b: 2 ** 40 + 2 },
    })
    const ranges = [
      { min: 0, max: 5 },
      { min: 0, max: 10 },
      { min: 0, max: 5 },
    ]
    const scales = spreads(formula, traces)
    const at = (point: number[]): ReturnType<typeof lossAt> =>
      lossAt(formula, traces, ranges, point, scales, 5)
    const point = [0.55, 0.43, 0.37]
    const { gradient } = at(point)
    gradient.forEach((derivative, k) => {
      const h = 1e-5
      const shifted = (by: number): number => at(point.map((p, i) => (i === k ? p + by : p))).loss
      const difference = (shifted(h) - shifted(-h)) / (2 * h)
      expect(Math.abs(derivative)).toBeGreaterThan(1e-3)
      expect(Math.abs(derivative - difference) / Math.abs(difference)).toBeLessThan(1e-5)
    })
  })

  it('finds a threshold', () => {
    const traces = labelled('G x < 4.2', 120, 1)
    const result = fitTemplate('G x < $limit', traces, {
      holes: { limit: { min: 0, max: 5 } },
      random: seededRandom(1),
      restarts: 3,
    })
    expect(result.heldBackAccuracy).toBeGreaterThan(0.9)
    expect(Math.abs(result.values['limit']! - 4.2)).toBeLessThan(0.2)
    expect(result.heldBackTraces).toBe(36)
  })

  it('finds two thresholds and a window, and is right on traces that it never saw', () => {
    const traces = labelled('G (x > 3 -> F[0,4] y > 2.5)', 100, 2, 14)
    const result = fitTemplate('G (x > $a -> F[0,$w] y > $b)', traces, {
      holes: { a: { min: 0, max: 5 }, b: { min: 0, max: 5 }, w: { min: 0, max: 10, integer: true } },
      random: seededRandom(7),
      restarts: 4,
      steps: 60,
    })
    expect(result.heldBackAccuracy).toBeGreaterThan(0.85)
    expect(result.trainAccuracy).toBe(Math.max(...result.restarts))
    expect(Number.isInteger(result.values['w'])).toBe(true)
  })

  it('reports that nothing was learned from labels without sense', () => {
    const random = seededRandom(4)
    const traces = labelled('true', 80, 4).map((trace) => ({ ...trace, label: random() < 0.5 }))
    const result = fitTemplate('F x > $a', traces, { holes: { a: { min: 0, max: 5 } }, random, restarts: 3 })
    expect(result.heldBackAccuracy).toBeLessThan(0.75)
  })

  it('I-9 gives the same result for the same seed', () => {
    const traces = labelled('F y > 4.5', 40, 5)
    const run = (): unknown =>
      fitTemplate('F y > $b', traces, {
        holes: { b: { min: 0, max: 5 } },
        random: seededRandom(9),
        restarts: 2,
        steps: 30,
      })
    expect(run()).toEqual(run())
  })

  it('keeps a trace to fit on, and refuses numbers of runs that are none', () => {
    const traces = Array.from({ length: 4 }, (_, i) => ({ events: [{ x: i }], label: i > 1 }))
    const options = { holes: { at: { min: 0, max: 4 } }, random: seededRandom(1), restarts: 1, steps: 1 }
    const fit = fitTemplate('F x > $at', traces, { ...options, heldBack: 0.95 })
    expect(fit.heldBackTraces).toBe(3)
    expect(fit.trainAccuracy).toBe(1)
    for (const change of [{ restarts: 0 }, { steps: Number.NaN }, { restarts: 1.5 }])
      expect(() => fitTemplate('F x > $at', traces, { ...options, ...change })).toThrow(RangeError)
  })

  it('refuses holes without a range, empty ranges and too few traces', () => {
    const traces = labelled('F y > 4.5', 10, 5)
    const random = seededRandom(1)
    expect(() => fitTemplate('F y > $b', traces, { holes: {}, random })).toThrow(/no number for \$b/)
    expect(() => fitTemplate('F y > $b', traces, { holes: { b: { min: 1, max: 1 } }, random })).toThrow(
      RangeError,
    )
    expect(() =>
      fitTemplate('F y > $b', traces.slice(0, 3), { holes: { b: { min: 0, max: 1 } }, random }),
    ).toThrow(RangeError)
    expect(randomInteger(random, 1, 1)).toBe(1)
  })
})
