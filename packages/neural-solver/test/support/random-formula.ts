import { randomInteger } from '@midstream/test-kit'
import type { Formula, TraceEvent, Window } from '../../src/lib/formula.ts'

export interface FormulaShape {
  readonly fields: readonly string[]
  readonly past: boolean
  readonly future: boolean
  /** Share of operators with a window, in steps or in time. */
  readonly windows: number
  readonly time: boolean
}

const FUTURE = ['next', 'weakNext', 'eventually', 'always', 'until', 'release', 'weakUntil'] as const
const PAST = ['yesterday', 'weakYesterday', 'once', 'historically', 'since'] as const
const PLAIN = ['not', 'and', 'or', 'implies', 'iff'] as const
const BINARY = new Set(['and', 'or', 'implies', 'iff', 'until', 'release', 'weakUntil', 'since'])
const NO_WINDOW = new Set([
  'next',
  'weakNext',
  'yesterday',
  'weakYesterday',
  'not',
  'and',
  'or',
  'implies',
  'iff',
])

/** A formula with at most `size` operators. */
export function randomFormula(random: () => number, size: number, shape: FormulaShape): Formula {
  const pick = <T>(list: readonly T[]): T => list[randomInteger(random, 0, list.length - 1)]!
  if (size === 0) {
    if (random() < 0.04) return { op: pick(['true', 'false'] as const) }
    return { op: 'field', field: pick(shape.fields) }
  }
  const op = pick<string>([...PLAIN, ...(shape.future ? FUTURE : []), ...(shape.past ? PAST : [])])
  const window = !NO_WINDOW.has(op) && random() < shape.windows ? { window: randomWindow(random, shape) } : {}
  if (!BINARY.has(op)) return { op: op as 'always', arg: randomFormula(random, size - 1, shape), ...window }
  const leftSize = randomInteger(random, 0, size - 1)
  const left = randomFormula(random, leftSize, shape)
  return { op: op as 'until', left, right: randomFormula(random, size - 1 - leftSize, shape), ...window }
}

function randomWindow(random: () => number, shape: FormulaShape): Window {
  const unit = shape.time ? 'ms' : 'steps'
  const min = random() < 0.5 ? 0 : randomInteger(random, 1, 3)
  return random() < 0.2 ? { unit, min } : { unit, min, max: min + randomInteger(random, 0, 3) }
}

export function randomTrace(random: () => number, length: number, fields: readonly string[]): TraceEvent[] {
  return Array.from({ length }, () => Object.fromEntries(fields.map((field) => [field, random() < 0.5])))
}

/** Times that rise by 0 to 3, often by 0, from before 0. */
export function randomTimes(random: () => number, length: number): number[] {
  let now = randomInteger(random, -6, 3)
  return Array.from({ length }, () => {
    now += randomInteger(random, 0, 3)
    return now
  })
}
