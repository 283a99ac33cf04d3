import { type Bdd, type BddSpace, ONE, ZERO } from './bdd.ts'
import type { CoreFormula, NodeId } from './core-formula.ts'
import { reachable } from './core-formula.ts'

/**
 * What a formula asks of one position, as functions.
 *
 * An *obligation* is a formula whose truth at the next position matters now: the argument of X, and each U.
 * A *memory* is a formula whose truth at the last position matters now: the argument of Y, and each S.
 * The truth of every subformula at a position follows from the event, the memories, and the obligations.
 */
export interface TransitionSystem {
  readonly core: CoreFormula
  readonly space: BddSpace
  /** Nodes that are obligations; never a negation. */
  readonly obligations: readonly NodeId[]
  readonly memories: readonly NodeId[]
  /** Nodes that are read from the event: atoms, and windows that look back. */
  readonly inputs: readonly NodeId[]
  /** Variables that say: the obligation holds at this position. */
  readonly current: ReadonlyMap<NodeId, number>
  /** Variables that say: the obligation holds at the next position. */
  readonly next: ReadonlyMap<NodeId, number>
  /** Variables that say: the memory held at the position before; false at the first. */
  readonly memory: ReadonlyMap<NodeId, number>
  readonly input: ReadonlyMap<NodeId, number>
}

/** Truth of a formula at a position: `go` if the trace goes on, `end` if this is the last position. */
export interface Outlook {
  readonly go: Bdd
  readonly end: Bdd
}

/**
 * Numbers the variables of a formula. Neighbours in the formula are neighbours in the order, and each obligation
 * and memory stands beside its next value, which keeps the transition relation small.
 *
 * @param extra Nodes whose truth must be tracked as well.
 */
export function createTransitionSystem(
  core: CoreFormula,
  space: BddSpace,
  extra: readonly NodeId[] = [],
): TransitionSystem {
  const current = new Map<NodeId, number>()
  const next = new Map<NodeId, number>()
  const memory = new Map<NodeId, number>()
  const input = new Map<NodeId, number>()
  let slot = 0
  const oblige = (id: NodeId): void => {
    const base = baseOf(core, id)
    if (base === 0 || current.has(base)) return
    current.set(base, 2 * slot)
    next.set(base, 2 * slot + 1)
    slot++
  }
  const remember = (id: NodeId): void => {
    if (!memory.has(id)) memory.set(id, 2 * slot++)
  }
  for (const id of reachable(core, core.root)) {
    const node = core.nodes[id]!
    if (node.kind === 'atom' || node.kind === 'windowSince') input.set(id, 2 * slot++)
    else if (node.kind === 'next') oblige(node.a)
    else if (node.kind === 'until') oblige(id)
    else if (node.kind === 'yesterday') remember(node.a)
    else if (node.kind === 'since') remember(id)
  }
  for (const id of extra) oblige(id)
  oblige(core.root)
  return {
    core,
    space,
    obligations: [...current.keys()],
    memories: [...memory.keys()],
    inputs: [...input.keys()],
    current,
    next,
    memory,
    input,
  }
}

/** Without a leading negation. */
export function baseOf(core: CoreFormula, id: NodeId): NodeId {
  const node = core.nodes[id]!
  return node.kind === 'not' ? node.a : id
}

/** The claim that `id` holds at a position, over obligation variables. */
export function claim(system: TransitionSystem, variables: ReadonlyMap<NodeId, number>, id: NodeId): Bdd {
  const { core, space } = system
  if (id === 0) return ONE
  const base = baseOf(core, id)
  if (base === 0) return ZERO
  const variable = space.variable(variables.get(base)!)
  return base === id ? variable : space.not(variable)
}

/** Where the truth of inputs and memories comes from. */
export interface Reading {
  input(id: NodeId): Bdd
  memory(id: NodeId): Outlook
  /** Obligation variables for the next position. */
  readonly ahead: ReadonlyMap<NodeId, number>
}

/** Evaluates subformulas at one position; each once. */
export function createOutlooks(system: TransitionSystem, reading: Reading): (id: NodeId) => Outlook {
  const { core, space } = system
  const done = new Map<NodeId, Outlook>()
  const compute = (id: NodeId): Outlook => {
    const node = core.nodes[id]!
    switch (node.kind) {
      case 'true':
        return { go: ONE, end: ONE }
      case 'atom':
      case 'windowSince': {
        const value = reading.input(id)
        return { go: value, end: value }
      }
      case 'not': {
        const a = outlook(node.a)
        return { go: space.not(a.go), end: space.not(a.end) }
      }
      case 'and': {
        const a = outlook(node.a)
        const b = outlook(node.b)
        return { go: space.and(a.go, b.go), end: space.and(a.end, b.end) }
      }
      case 'next':
        return { go: claim(system, reading.ahead, node.a), end: ZERO }
      case 'until': {
        const a = outlook(node.a)
        const b = outlook(node.b)
        const later = claim(system, reading.ahead, id)
        return { go: space.or(b.go, space.and(a.go, later)), end: b.end }
      }
      case 'yesterday':
        return reading.memory(node.a)
      case 'since': {
        const a = outlook(node.a)
        const b = outlook(node.b)
        const before = reading.memory(id)
        return {
          go: space.or(b.go, space.and(a.go, before.go)),
          end: space.or(b.end, space.and(a.end, before.end)),
        }
      }
      case 'windowUntil':
        throw new TypeError('a window that looks ahead has no place here')
    }
  }
  const outlook = (id: NodeId): Outlook => {
    let value = done.get(id)
    if (value === undefined) {
      value = compute(id)
      done.set(id, value)
    }
    return value
  }
  return outlook
}

/** Reads everything from variables: the transition relation of all events at once. */
export function symbolicOutlooks(
  system: TransitionSystem,
  ahead: ReadonlyMap<NodeId, number>,
): (id: NodeId) => Outlook {
  const { space } = system
  return createOutlooks(system, {
    ahead,
    input: (id) => space.variable(system.input.get(id)!),
    memory: (id) => {
      const value = space.variable(system.memory.get(id)!)
      return { go: value, end: value }
    },
  })
}
