import { describe, expect, it } from 'vitest'
import { adversarySimulation, badDefaultSimulation } from '../bench/src/bandits.ts'
import { falseChangeSimulation, rollBackSimulation, trueGainSimulation } from '../bench/src/gates.ts'
import type { Outcome } from '../bench/src/simulation.ts'
import { lineChart } from '../bench/src/svg.ts'
import { driftSimulation, poisonSimulation } from '../bench/src/thresholds.ts'

// The benchmark runs these with 200 lives each; the seeds are the same, so a few of them always end the same way.

const simulations: readonly (readonly [string, () => Outcome])[] = [
  ['no false change in lives of 25 levels without gain', () => falseChangeSimulation(4)],
  ['a true gain at level 25 is accepted', () => trueGainSimulation(30)],
  ['a broken promise is rolled back', () => rollBackSimulation(30)],
  ['the Hedge bound holds against an adversary', () => adversarySimulation(2)],
  ['the false-positive budget holds under drift', () => driftSimulation(2)],
  ['wrong labels do not move the threshold out of its region', () => poisonSimulation(3)],
  ['levels pay where the default is bad', () => badDefaultSimulation(6)],
]

describe('simulations', () => {
  it.each(simulations)('meet their bars: %s', (_, run) => {
    const { rows, charts } = run()
    const judged = rows.filter(({ met }) => met !== undefined)
    expect(judged.length).toBeGreaterThan(0)
    for (const { what, reached, met } of judged) expect([what, reached, met]).toEqual([what, reached, true])
    for (const chart of Object.values(charts)) expect(lineChart(chart).length).toBeLessThan(60_000)
  })
})
