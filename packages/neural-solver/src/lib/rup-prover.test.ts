import { randomInteger, seededRandom } from '@midstream/test-kit'
import { describe, expect, it } from 'vitest'
import { proveClause } from './rup-prover.ts'

describe('proveClause', () => {
  it('proves exactly the clauses that follow (1,000 random sets over 8 variables, seed 8)', () => {
    const random = seededRandom(8)
    const counts = { proved: 0, refused: 0 }
    for (let round = 0; round < 1000; round++) {
      const clause = (): number[] =>
        Array.from(
          { length: randomInteger(random, 1, 3) },
          () => randomInteger(random, 1, 8) * (random() < 0.5 ? 1 : -1),
        )
      const axioms = Array.from({ length: randomInteger(random, 5, 30) }, clause)
      const goal = clause()
      const holds = (c: readonly number[], world: number): boolean =>
        c.some((l) => ((world >> (Math.abs(l) - 1)) & 1) === Number(l > 0))
      let follows = true
      for (let world = 0; world < 256 && follows; world++)
        follows = !axioms.every((c) => holds(c, world)) || holds(goal, world)
      const proof = proveClause(axioms, goal)
      expect(proof !== undefined).toBe(follows)
      counts[follows ? 'proved' : 'refused']++
    }
    expect(Math.min(counts.proved, counts.refused)).toBeGreaterThan(100)
  })
})
