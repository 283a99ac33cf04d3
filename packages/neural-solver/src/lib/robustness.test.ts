import { readFileSync } from 'node:fs'
import { randomInteger, seededRandom } from '@midstream/test-kit'
import { describe, expect, it } from 'vitest'
import { randomFormula, randomTimes } from '../../test/support/random-formula.ts'
import { evaluate } from './evaluate.ts'
import type { Formula, TraceEvent } from './formula.ts'
import { parseFormula } from './parse.ts'
import { printFormula } from './print.ts'
import { robustness } from './robustness.ts'
import { createRobustnessStream } from './robustness-stream.ts'

const vectors = JSON.parse(
  readFileSync(new URL('../../test-vectors/stl-robustness.json', import.meta.url), 'utf8'),
) as Record<string, number[]>
const published = vectors['x']!.map((x, i) => ({ x, y: vectors['y']![i]! }))

/** Fields become thresholds, so that a formula over fields is one over signals. */
function numeric(formula: Formula, random: () => number): Formula {
  return JSON.parse(
    JSON.stringify(formula, (_, value) => {
      if (value?.op !== 'field') return value
      const is = ['>', '<'][randomInteger(random, 0, 1)]!
      return { op: 'compare', field: value.field, is, value: randomInteger(random, -2, 2) + 0.5 }
    }),
  ) as Formula
}

/** The definition, with loops. */
function naive(f: Formula, trace: readonly TraceEvent[], times: readonly number[], i: number): number {
  const n = trace.length
  const at = (g: Formula, j: number): number => naive(g, trace, times, j)
  const not = (arg: Formula): Formula => ({ op: 'not', arg })
  if (f.op === 'compare') {
    const x = trace[i]![f.field] as number
    return f.is === '>' ? x - (f.value as number) : (f.value as number) - x
  }
  if (f.op === 'true' || f.op === 'false') return f.op === 'true' ? Infinity : -Infinity
  if ('arg' in f) {
    const window = 'window' in f && f.window !== undefined ? { window: f.window } : {}
    const yes: Formula = { op: 'true' }
    switch (f.op) {
      case 'not':
        return -at(f.arg, i)
      case 'next':
        return i + 1 < n ? at(f.arg, i + 1) : -Infinity
      case 'weakNext':
        return i + 1 < n ? at(f.arg, i + 1) : Infinity
      case 'yesterday':
        return i > 0 ? at(f.arg, i - 1) : -Infinity
      case 'weakYesterday':
        return i > 0 ? at(f.arg, i - 1) : Infinity
      case 'eventually':
        return at({ op: 'until', left: yes, right: f.arg, ...window }, i)
      case 'once':
        return at({ op: 'since', left: yes, right: f.arg, ...window }, i)
      case 'always':
        return -at({ op: 'eventually', arg: not(f.arg), ...window }, i)
      case 'historically':
        return -at({ op: 'once', arg: not(f.arg), ...window }, i)
    }
  }
  if (!('left' in f)) throw new TypeError(f.op)
  const [a, b] = [f.left, f.right]
  switch (f.op) {
    case 'and':
      return Math.min(at(a, i), at(b, i))
    case 'or':
      return Math.max(at(a, i), at(b, i))
    case 'implies':
      return Math.max(-at(a, i), at(b, i))
    case 'iff':
      return Math.max(Math.min(at(a, i), at(b, i)), Math.min(-at(a, i), -at(b, i)))
    case 'release':
      return -at({ ...f, op: 'until', left: not(a), right: not(b) }, i)
    case 'weakUntil': {
      const { unit = 'steps', max } = f.window ?? {}
      const held: Formula = {
        op: 'always',
        arg: a,
        ...(max === undefined ? {} : { window: { unit, min: 0, max } }),
      }
      return Math.max(at({ ...f, op: 'until' }, i), at(held, i))
    }
    case 'until':
    case 'since': {
      const by = f.op === 'until' ? 1 : -1
      const { unit = 'steps', min = 0, max = Infinity } = f.window ?? {}
      let best = -Infinity
      for (let j = i; j >= 0 && j < n; j += by) {
        const distance = Math.abs(unit === 'steps' ? j - i : times[j]! - times[i]!)
        if (distance < min || distance > max) continue
        let value = at(b, j)
        for (let k = i; k !== j; k += by) value = Math.min(value, at(a, k))
        best = Math.max(best, value)
      }
      return best
    }
  }
}

describe('robustness', () => {
  it.each([
    ['G[0,2] x >= 0', 'always_0_2_x_ge_0'],
    ['F[0,2] x >= 2', 'eventually_0_2_x_ge_2'],
    ['H[0,2] x >= 0', 'historically_0_2_x_ge_0'],
    ['O[0,2] y >= 1', 'once_0_2_y_ge_1'],
    ['x >= 0 U[0,2] y >= 1', 'x_until_0_2_y_ge1'],
    ['x >= 0 S[0,2] y >= 1', 'x_since_0_2_y_ge1'],
  ])('%s has the published values', (formula, key) => {
    expect([...robustness(parseFormula(formula), published)].map((v) => v + 0)).toEqual(vectors[key])
  })

  it('reads a negative literal as negative', () => {
    expect([...robustness(parseFormula('x >= -5'), [{ x: -7 }, { x: 0 }])]).toEqual([-2, 5])
  })

  it('follows the definition, has the sign of the truth, and arrives the same from a stream (seed 11)', () => {
    const random = seededRandom(11)
    let streamed = 0
    for (let k = 0; k < 1500; k++) {
      const time = k % 3 === 0
      const shape = {
        fields: ['a', 'b'],
        past: k % 2 === 0,
        future: true,
        windows: k % 4 === 1 ? 1 : 0.6,
        time,
      }
      const formula = numeric(randomFormula(random, randomInteger(random, 1, 5), shape), random)
      const trace = Array.from({ length: randomInteger(random, 1, 9) }, () => ({
        a: randomInteger(random, -3, 3),
        b: randomInteger(random, -3, 3),
      }))
      const times = randomTimes(random, trace.length)
      const text = printFormula(formula)
      const values = robustness(formula, trace, { times })
      expect(
        [...values].map((v) => v + 0),
        text,
      ).toEqual(trace.map((_, i) => naive(formula, trace, times, i) + 0))
      // Thresholds lie between the samples, so no value is 0.
      expect(
        [...values].map((v) => v > 0),
        text,
      ).toEqual(evaluate(formula, trace, { times }))
      const received: number[] = []
      try {
        const stream = createRobustnessStream(formula, (i, value) => {
          expect(i).toBe(received.length)
          received.push(value)
        })
        trace.forEach((event, i) => {
          stream.push(event, times[i])
        })
        stream.end()
        streamed++
      } catch (error) {
        expect(error).toMatchObject({ code: 'FORMULA_UNSUPPORTED' })
        continue
      }
      expect(
        received.map((v) => v + 0),
        text,
      ).toEqual([...values].map((v) => v + 0))
    }
    expect(streamed).toBeGreaterThan(300)
  })

  it('refuses an empty trace and missing times', () => {
    expect(() => robustness(parseFormula('x > 0'), [])).toThrow(
      expect.objectContaining({ code: 'TRACE_INVALID' }),
    )
    expect(() => robustness(parseFormula('F[0,1s] x > 0'), [{ x: 1 }])).toThrow(
      expect.objectContaining({ code: 'TRACE_INVALID' }),
    )
  })
})

describe('createRobustnessStream', () => {
  it('reports at once what looks back, and with the delay of the window what looks ahead', () => {
    const back: number[] = []
    const stream = createRobustnessStream(parseFormula('H[0,2] x > 0'), (_, v) => back.push(v))
    for (const x of [3, 1, 2]) stream.push({ x })
    expect(back).toEqual([3, 1, 1])
    const ahead: [number, number][] = []
    const later = createRobustnessStream(parseFormula('F[0,2] x > 0'), (i, v) => ahead.push([i, v]))
    later.push({ x: 1 })
    later.push({ x: 5 })
    expect(ahead).toEqual([])
    later.push({ x: 2 })
    expect(ahead).toEqual([[0, 5]])
    later.end()
    expect(ahead).toEqual([
      [0, 5],
      [1, 5],
      [2, 2],
    ])
    expect(() => later.push({ x: 1 })).toThrow(expect.objectContaining({ code: 'SESSION_ENDED' }))
  })

  it('ends once', () => {
    const got: [number, number][] = []
    const stream = createRobustnessStream(parseFormula('X x > 0 | F[0,2] x > 0'), (i, v) => got.push([i, v]))
    stream.push({ x: 1 })
    stream.end()
    stream.end()
    expect(got).toEqual([[0, 1]])
  })

  it('takes time that does not grow with the window, over values that fall', () => {
    const cost = (window: number): number => {
      const stream = createRobustnessStream(parseFormula(`O[0,${window}] x > 0`), () => {})
      for (let i = 0; i < window; i++) stream.push({ x: -i })
      const start = process.hrtime.bigint()
      for (let i = 0; i < 20_000; i++) stream.push({ x: -window - i })
      return Number(process.hrtime.bigint() - start)
    }
    cost(1000)
    // Lists that move their elements need a hundred times as long here.
    expect(Math.min(cost(30_000), cost(30_000))).toBeLessThan(20 * Math.min(cost(1000), cost(1000)))
  })

  it('refuses a bound that is no number', () => {
    for (const maxWindowEvents of [0, Number.NaN, 1.5])
      expect(() => createRobustnessStream(parseFormula('x > 0'), () => {}, { maxWindowEvents })).toThrow(
        RangeError,
      )
  })

  it('keeps no more than the window', () => {
    const stream = createRobustnessStream(parseFormula('G[0,5s] x > 0'), () => {}, { maxWindowEvents: 10 })
    for (let i = 0; i < 1000; i++) stream.push({ x: i }, i * 1000)
    expect(() => {
      for (let i = 0; i < 20; i++) stream.push({ x: i }, 1_000_000)
    }).toThrow(expect.objectContaining({ code: 'FORMULA_LIMIT' }))
  })
})
