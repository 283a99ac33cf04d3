import { randomInteger, seededRandom } from '@midstream/test-kit'
import { describe, expect, it } from 'vitest'
import { type Bdd, createBddSpace, ONE, ZERO } from './bdd.ts'

const VARIABLES = 6
/** A function as its 64 values. */
interface Pair {
  readonly node: Bdd
  readonly table: bigint
}
const FULL = (1n << 64n) - 1n

describe('createBddSpace', () => {
  const space = createBddSpace(100_000)
  const variable = (v: number): Pair => {
    let table = 0n
    for (let w = 0; w < 64; w++) if ((w >> v) & 1) table |= 1n << BigInt(w)
    return { node: space.variable(v), table }
  }
  const random = seededRandom(12)
  const build = (depth: number): Pair => {
    if (depth === 0) return variable(randomInteger(random, 0, VARIABLES - 1))
    const [a, b, c] = [build(depth - 1), build(depth - 1), build(depth - 1)]
    switch (randomInteger(random, 0, 4)) {
      case 0:
        return { node: space.and(a.node, b.node), table: a.table & b.table }
      case 1:
        return { node: space.or(a.node, b.node), table: a.table | b.table }
      case 2:
        return { node: space.not(a.node), table: FULL ^ a.table }
      case 3:
        return { node: space.iff(a.node, b.node), table: FULL ^ a.table ^ b.table }
      default:
        return {
          node: space.ite(a.node, b.node, c.node),
          table: (a.table & b.table) | ((FULL ^ a.table) & c.table),
        }
    }
  }
  const pairs = Array.from({ length: 400 }, () => build(3))
  const bit = (table: bigint, w: number): boolean => ((table >> BigInt(w)) & 1n) === 1n
  const value = (f: Bdd, w: number): boolean => space.compose(f, (v) => ((w >> v) & 1 ? ONE : ZERO)) === ONE

  it('has the values of its truth table, and one node per function', () => {
    const nodes = new Map<bigint, Bdd>()
    for (const { node, table } of pairs) {
      for (let w = 0; w < 64; w++) expect(value(node, w)).toBe(bit(table, w))
      expect(nodes.get(table) ?? node).toBe(node)
      nodes.set(table, node)
    }
  })

  it('quantifies, composes, finds paths and clauses', () => {
    for (let i = 0; i + 2 < pairs.length; i += 3) {
      const [f, g, h] = [pairs[i]!, pairs[i + 1]!, pairs[i + 2]!]
      const some = space.andExists(f.node, g.node, new Set([1, 4]))
      const composed = space.compose(f.node, (v) => (v === 2 ? g.node : v === 3 ? h.node : undefined))
      for (let w = 0; w < 64; w++) {
        const ways = [w & ~18, (w & ~18) | 2, (w & ~18) | 16, w | 18]
        expect(value(some, w)).toBe(ways.some((x) => bit(f.table & g.table, x)))
        const x = (w & ~12) | (bit(g.table, w) ? 4 : 0) | (bit(h.table, w) ? 8 : 0)
        expect(value(composed, w)).toBe(bit(f.table, x))
      }
      const path = space.anyPath(f.node)
      expect(path === undefined).toBe(f.table === 0n)
      if (path !== undefined) expect(space.compose(f.node, (v) => (path.get(v) ? ONE : ZERO))).toBe(ONE)
      const clauses = space.clauses(f.node, 1000)!
      for (let w = 0; w < 64; w++)
        expect(clauses.every((c) => c.some((l) => ((w >> l.variable) & 1) === Number(l.positive)))).toBe(
          bit(f.table, w),
        )
    }
  })

  it('stops at its number of nodes', () => {
    const small = createBddSpace(10)
    expect(() => {
      let parity: Bdd = ZERO
      for (let v = 0; v < 20; v++) parity = small.iff(parity, small.variable(v))
    }).toThrow(expect.objectContaining({ code: 'FORMULA_LIMIT' }))
  })
})
