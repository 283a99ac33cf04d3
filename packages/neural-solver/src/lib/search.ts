import { type Bdd, createBddSpace, ONE, ZERO } from './bdd.ts'
import type { CoreFormula } from './core-formula.ts'
import { domainOf } from './domain.ts'
import { claim, createTransitionSystem, symbolicOutlooks, type TransitionSystem } from './transition.ts'

export interface SearchOptions {
  readonly maxNodes: number
  /** Called between steps; throws when time is over. */
  readonly tick: () => void
}

export type SearchResult =
  /**
   * Truth of each atom at each position of a shortest trace that satisfies the formula; undefined for atoms that
   * the simplified formula does not ask for.
   */
  | { readonly found: true; readonly letters: readonly (readonly (boolean | undefined)[])[] }
  /** All that can be asked of a position by the formula, over obligations and memories; no end is among it. */
  | { readonly found: false; readonly system: TransitionSystem; readonly reached: Bdd }

/**
 * Looks for a finite trace that satisfies a formula, breadth first over sets of truth values of its obligations
 * and memories, kept as decision diagrams. Always ends; exponential in the formula at worst (the problem is
 * PSPACE-complete), which the node limit cuts off.
 */
export function searchTrace(core: CoreFormula, options: SearchOptions): SearchResult {
  const space = createBddSpace(options.maxNodes)
  const system = createTransitionSystem(core, space)
  const { current, next, memory, input } = system
  const atomInput = new Map<number, number>()
  for (const id of system.inputs) {
    const node = core.nodes[id]!
    if (node.kind === 'atom') atomInput.set(node.atom, input.get(id)!)
  }
  const domain = domainOf(core.atoms, space, (atom) => atomInput.get(atom))
  const outlook = symbolicOutlooks(system, next)
  const going = new Map<number, Bdd>()
  const ending = new Map<number, Bdd>()
  for (const id of system.obligations) {
    going.set(current.get(id)!, outlook(id).go)
    ending.set(current.get(id)!, outlook(id).end)
  }
  let kept: Bdd = ONE
  for (const id of [...system.memories].reverse()) {
    kept = space.and(kept, space.iff(space.variable(memory.get(id)! + 1), outlook(id).go))
  }
  const gone = new Set([...input.values(), ...memory.values()])
  /** Next variables become current ones. */
  const rename = new Map<number, Bdd>()
  for (const id of system.obligations) rename.set(next.get(id)!, space.variable(current.get(id)!))
  for (const id of system.memories) rename.set(memory.get(id)! + 1, space.variable(memory.get(id)!))

  let first = claim(system, current, core.root)
  for (const id of system.memories) first = space.and(first, space.not(space.variable(memory.get(id)!)))
  const layers = [first]
  let reached = first
  for (;;) {
    options.tick()
    const layer = layers.at(-1)!
    const ends = space.and(
      space.compose(layer, (v) => ending.get(v)),
      domain,
    )
    if (ends !== ZERO) return { found: true, letters: trace(ends) }
    const asked = space.and(
      space.compose(layer, (v) => going.get(v)),
      domain,
    )
    const image = space.compose(space.andExists(asked, kept, gone), (v) => rename.get(v))
    const fresh = space.and(image, space.not(reached))
    if (fresh === ZERO) return { found: false, system, reached }
    layers.push(fresh)
    reached = space.or(reached, fresh)
  }

  /** Walks back from a last position, choosing an event for each layer. */
  function trace(ends: Bdd): (boolean | undefined)[][] {
    const letters: (boolean | undefined)[][] = []
    let chosen = space.anyPath(ends)!
    let outlooks = ending
    for (let depth = layers.length - 1; ; depth--) {
      const truthOf = (f: Bdd): boolean => space.compose(f, (v) => (chosen.get(v) ? ONE : ZERO)) === ONE
      letters.unshift(
        core.atoms.map((_, atom) => {
          const variable = atomInput.get(atom)
          return variable === undefined ? undefined : (chosen.get(variable) ?? false)
        }),
      )
      if (depth === 0) return letters
      // What must be true from here on, and what must have been true before: as the next position's values.
      const fixed = new Map<number, Bdd>()
      for (const id of system.obligations)
        fixed.set(next.get(id)!, truthOf(outlooks.get(current.get(id)!)!) ? ONE : ZERO)
      let before = space.and(
        space.compose(layers[depth - 1]!, (v) => going.get(v)),
        domain,
      )
      for (const id of system.memories) {
        const value = chosen.get(memory.get(id)!) ?? false
        before = space.and(before, value ? outlook(id).go : space.not(outlook(id).go))
      }
      const path = space.anyPath(space.compose(before, (v) => fixed.get(v)))!
      for (const [variable, value] of fixed) path.set(variable, value === ONE)
      chosen = path
      outlooks = going
    }
  }
}
