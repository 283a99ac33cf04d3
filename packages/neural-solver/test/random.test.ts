import { MidstreamError } from '@midstream/core'
import { randomInteger, seededRandom } from '@midstream/test-kit'
import { describe, expect, it } from 'vitest'
import {
  compileMonitor,
  createPolicyMonitor,
  evaluate,
  type Formula,
  formulaFromJson,
  type Monitor,
  parseFormula,
  printFormula,
  resumePolicyMonitor,
} from '../src/index.ts'
import { holdsAt } from './support/naive.ts'
import { type FormulaShape, randomFormula, randomTimes, randomTrace } from './support/random-formula.ts'

const SEED = 20261126
const FIELDS = ['a', 'b', 'c']

function shapeFor(k: number): FormulaShape {
  return { fields: FIELDS, past: k % 2 === 0, future: k % 5 !== 4, windows: 0.4, time: k % 3 === 0 }
}

function cases(
  count: number,
): { formula: Formula; trace: ReturnType<typeof randomTrace>; times: number[]; random: () => number }[] {
  const random = seededRandom(SEED)
  return Array.from({ length: count }, (_, k) => {
    const formula = randomFormula(random, randomInteger(random, 1, 6), shapeFor(k))
    const trace = randomTrace(random, randomInteger(random, 1, 8), FIELDS)
    return { formula, trace, times: randomTimes(random, trace.length), random }
  })
}

/** Undefined for the few combinations of windows that monitors refuse. */
function tryCompile(formula: Formula): Monitor | undefined {
  try {
    return compileMonitor(formula)
  } catch (error) {
    if (MidstreamError.is(error, 'FORMULA_UNSUPPORTED')) return undefined
    throw error
  }
}

describe(`random formulas (seed ${SEED})`, () => {
  it('LT-01 LT-02 print, parse and JSON give the same formula back', () => {
    for (const { formula } of cases(2000)) {
      expect(parseFormula(printFormula(formula))).toEqual(formula)
      expect(formulaFromJson(JSON.parse(JSON.stringify(formula)))).toEqual(formula)
    }
  })

  it('LT-07 LT-08 evaluate follows the definitions at every position, past and windows included', () => {
    for (const { formula, trace, times } of cases(3000)) {
      const naive = trace.map((_, i) => holdsAt(formula, trace, i, times))
      expect(evaluate(formula, trace, { times }), printFormula(formula)).toEqual(naive)
    }
  })

  it('LT-15 I-9 a monitor ends right, never contradicts an extension, and resumes from a snapshot', () => {
    const engines = { automaton: 0, deadlines: 0, none: 0 }
    for (const { formula, trace, times, random } of cases(1500)) {
      const monitor = tryCompile(formula)
      if (monitor === undefined) {
        engines.none++
        continue
      }
      engines[monitor.engine]++
      const truths = trace.map((_, i) => holdsAt(formula, trace.slice(0, i + 1), 0, times))
      let session = monitor.open()
      const verdicts = [session.verdict]
      trace.forEach((event, i) => {
        verdicts.push(session.push(event, times[i]))
        const snapshot = JSON.parse(JSON.stringify(session.snapshot()))
        if (monitor.resume(snapshot).end() !== truths[i])
          throw new Error(`${printFormula(formula)} ends wrong at ${i} of ${JSON.stringify(trace)}`)
        if (random() < 0.5) session = monitor.resume(snapshot)
      })
      verdicts.forEach((verdict, i) => {
        if (verdict === 'inconclusive') return
        for (const truth of truths.slice(Math.max(i - 1, 0)))
          expect(String(truth), `${printFormula(formula)} after ${i}`).toBe(verdict)
      })
    }
    expect(engines.automaton).toBeGreaterThan(1000)
    expect(engines.deadlines).toBeGreaterThan(75)
    expect(engines.none).toBeLessThan(75)
  })

  it('NS-2 a witness alone leads to the same verdict', () => {
    let shorter = 0
    for (const { formula, trace } of cases(3000)) {
      const monitor = tryCompile(formula)
      if (monitor?.engine !== 'automaton' || JSON.stringify(formula).includes('"ms"')) continue
      const session = monitor.open()
      for (const event of trace) session.push(event)
      const again = monitor.open()
      const witness = session.witness()
      for (const i of witness) again.push(trace[i]!)
      expect(again.verdict, printFormula(formula)).toBe(session.verdict)
      if (witness.length < trace.length) shorter++
    }
    expect(shorter).toBeGreaterThan(500)
  })

  it('LT-16 a set of rules decides as its rules do alone, across snapshots', () => {
    const random = seededRandom(SEED)
    for (let round = 0; round < 60; round++) {
      const rules = Array.from({ length: randomInteger(random, 1, 30) }, (_, i) => {
        const formula = randomFormula(random, randomInteger(random, 1, 5), {
          ...shapeFor(i + round),
          windows: 0.2,
        })
        return { id: `r${i}`, formula }
      }).filter(({ formula }) => tryCompile(formula) !== undefined)
      const decided: string[] = []
      const onDecision = ({
        id,
        verdict,
        decidedAt,
      }: {
        id: string
        verdict: string
        decidedAt: number
      }): void => {
        decided.push(`${id} ${verdict} ${decidedAt}`)
      }
      let set = createPolicyMonitor(rules, { onDecision })
      const alone = rules.map(({ formula }) => compileMonitor(formula).open())
      const trace = randomTrace(random, 12, FIELDS)
      const times = randomTimes(random, 12)
      const expected: string[] = []
      trace.forEach((event, t) => {
        const verdict = set.push(event, times[t])
        alone.forEach((session, i) => {
          const before = session.verdict
          const after = session.push(event, times[t])
          if (before !== after) expected.push(`r${rules[i]!.id.slice(1)} ${after} ${t}`)
          expect(set.rule(rules[i]!.id).verdict).toBe(after)
        })
        const verdicts = alone.map((session) => session.verdict)
        const whole = verdicts.includes('false')
          ? 'false'
          : verdicts.every((v) => v === 'true')
            ? 'true'
            : 'inconclusive'
        if (rules.length > 0) expect(verdict).toBe(whole)
        if (random() < 0.2)
          set = resumePolicyMonitor(JSON.parse(JSON.stringify(set.snapshot())), { onDecision })
      })
      expect(decided.sort()).toEqual(expected.sort())
      expect([...set.end().values()]).toEqual(alone.map((session) => session.end()))
    }
  })
})
