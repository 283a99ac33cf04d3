import { type Bdd, ONE, ZERO } from './bdd.ts'
import type { NodeId } from './core-formula.ts'
import { claim, symbolicOutlooks, type TransitionSystem } from './transition.ts'

/**
 * The truth values of obligations (with the memories before them) that some continuation of at least one event
 * makes true together: a residual can still become true exactly when it meets this set.
 *
 * Least fixed point, backwards from the last position. Exponential in the obligations at worst; the node limit
 * of the space ends it.
 *
 * @param domain Which combinations of inputs one event can have.
 */
export function feasibleFinite(system: TransitionSystem, domain: Bdd): Bdd {
  const { space } = system
  const pre = createPre(system, domain)
  let reached = pre.last
  let fresh = reached
  while (fresh !== ZERO) {
    const found = pre.before(fresh)
    fresh = space.and(found, space.not(reached))
    reached = space.or(reached, found)
  }
  return reached
}

/**
 * The same for continuations without end (Emerson and Lei's greatest fixed point: along a fair path each
 * obligation `a U b` is met again and again, or not open).
 *
 * @param system Made with the right sides of all U as extra nodes.
 */
export function feasibleInfinite(system: TransitionSystem, domain: Bdd): Bdd {
  const { core, space } = system
  const pre = createPre(system, domain)
  const fairness: Bdd[] = []
  for (const id of system.obligations) {
    const node = core.nodes[id]!
    if (node.kind !== 'until') continue
    const open = claim(system, system.current, id)
    fairness.push(space.or(space.not(open), claim(system, system.current, node.b)))
  }
  let all = ONE
  for (;;) {
    let kept = space.and(all, pre.before(all))
    for (const fair of fairness) {
      const goal = space.and(all, fair)
      let reach = goal
      for (let fresh = goal; fresh !== ZERO; ) {
        const found = space.and(all, pre.before(fresh))
        fresh = space.and(found, space.not(reach))
        reach = space.or(reach, found)
      }
      kept = space.and(kept, pre.before(reach))
    }
    kept = space.and(all, kept)
    if (kept === all) return all
    all = kept
  }
}

/** Right sides of the U below the root. */
export function untilGoals(system: { core: TransitionSystem['core']; nodes: readonly NodeId[] }): NodeId[] {
  return system.nodes.flatMap((id) => {
    const node = system.core.nodes[id]!
    return node.kind === 'until' ? [node.b] : []
  })
}

function createPre(system: TransitionSystem, domain: Bdd): { last: Bdd; before(set: Bdd): Bdd } {
  const { space, current, next, memory, input } = system
  const outlook = symbolicOutlooks(system, next)
  let going = domain
  let ending = domain
  for (const id of [...system.obligations].reverse()) {
    const now = space.variable(current.get(id)!)
    going = space.and(going, space.iff(now, outlook(id).go))
    ending = space.and(ending, space.iff(now, outlook(id).end))
  }
  const inputs = new Set(input.values())
  const ahead = new Set([...inputs, ...next.values()])
  const shift = new Map<number, Bdd>()
  for (const id of system.obligations) shift.set(current.get(id)!, space.variable(next.get(id)!))
  for (const id of system.memories) shift.set(memory.get(id)!, outlook(id).go)
  return {
    last: space.andExists(ending, ONE, inputs),
    before: (set) =>
      space.andExists(
        going,
        space.compose(set, (v) => shift.get(v)),
        ahead,
      ),
  }
}
