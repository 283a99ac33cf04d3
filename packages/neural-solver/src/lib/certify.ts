import { MidstreamError } from '@midstream/core'
import { type Bdd, type BddLiteral, type BddSpace, createBddSpace, ONE, ZERO } from './bdd.ts'
import type { CoreFormula, CoreNode, NodeId } from './core-formula.ts'
import { domainOf } from './domain.ts'
import type { Atom, Formula } from './formula.ts'
import { proveClause } from './rup-prover.ts'
import { type SearchOptions, searchTrace } from './search.ts'
import {
  type Clause,
  type Encoding,
  encodeFormula,
  encodingClauses,
  literal,
  type Refutation,
} from './verify-certificate.ts'

/** Clauses of one invariant. More: FORMULA_LIMIT. */
const MAX_CLAUSES = 20_000

/**
 * A proof that no trace satisfies the formula: the set of what can be asked of a position, as clauses, with
 * proofs that it holds at first, is handed on, and never lets a trace end.
 */
export function certifyRefutation(formula: Formula, options: SearchOptions): Refutation {
  const encoding = encodeFormula(formula)
  const { core, nodeOf, yesterdayOf } = coreOfEncoding(encoding)
  const result = searchTrace(core, options)
  if (result.found) throw new MidstreamError('INTERNAL', 'the encoding has a solution that the formula lacks')
  const { system, reached } = result
  const literalOf = new Map<number, number>()
  for (const id of system.obligations) literalOf.set(system.current.get(id)!, literal(nodeOf.get(id)!, 0))
  for (const id of system.memories) literalOf.set(system.memory.get(id)!, literal(yesterdayOf.get(id)!, 0))
  const invariant = shortClauses(system.space, reached).map((clause) =>
    clause.map(({ variable, positive }) => (positive ? 1 : -1) * literalOf.get(variable)!),
  )
  const lemmas = eventFacts(encoding)
  const { local, first, last, link } = encodingClauses(encoding)
  const here = [...local, ...lemmas]
  const start = [...here, ...first, [literal(encoding.root, 0)]]
  const both = [...here, ...link, ...invariant]
  const prove = (axioms: readonly Clause[], goal: Clause): Clause[] => {
    const proof = proveClause(axioms, goal, options.tick)
    if (proof === undefined) throw new MidstreamError('INTERNAL', 'a step of the proof does not follow')
    return proof
  }
  return {
    lemmas,
    invariant,
    init: invariant.map((clause) => prove(start, clause)),
    step: invariant.map((clause) =>
      prove(
        both,
        clause.map((l) => l + Math.sign(l)),
      ),
    ),
    final: prove([...here, ...last, ...invariant], []),
  }
}

/** A conjunctive form: the ways to false as clauses, each without literals it can spare, few of them redundant. */
function shortClauses(space: BddSpace, f: Bdd): BddLiteral[][] {
  const paths = space.clauses(f, MAX_CLAUSES)
  if (paths === undefined) {
    throw new MidstreamError('FORMULA_LIMIT', `the proof needs more than ${MAX_CLAUSES} clauses`, {
      details: { limit: MAX_CLAUSES },
    })
  }
  const against = ({ variable, positive }: BddLiteral): Bdd =>
    positive ? space.not(space.variable(variable)) : space.variable(variable)
  const refuted = (clause: readonly BddLiteral[]): Bdd =>
    clause.reduceRight((cube, l) => space.and(cube, against(l)), ONE)
  const kept: BddLiteral[][] = []
  let all: Bdd = ONE
  for (const path of paths) {
    if (space.and(all, refuted(path)) === ZERO) continue
    let clause = path
    for (const l of path) {
      const shorter = clause.filter((x) => x !== l)
      if (space.and(f, refuted(shorter)) === ZERO) clause = shorter
    }
    kept.push(clause)
    all = space.and(all, space.not(refuted(clause)))
    if (all === f) break
  }
  return kept
}

/** Facts about the atoms of one event, as clauses. */
function eventFacts({ nodes }: Encoding): Clause[] {
  const atoms: Atom[] = []
  const numbers: number[] = []
  nodes.forEach((node, i) => {
    if (node.kind !== 'atom') return
    atoms.push(node.atom)
    numbers.push(literal(i + 1, 0))
  })
  const space = createBddSpace(1 << 20)
  const facts: Clause[] = []
  // Field by field, then pairs of an outer and an inner field: small sets whose clauses stay short.
  const fields = [...new Set(atoms.map((atom) => atom.field))]
  const groups = fields.flatMap((field) => [
    [field],
    ...fields.filter((other) => other.startsWith(`${field}.`)).map((other) => [field, other]),
  ])
  for (const group of groups) {
    const members = atoms.flatMap((atom, i) => (group.includes(atom.field) ? [i] : []))
    const domain = domainOf(
      members.map((i) => atoms[i]!),
      space,
      (k) => k,
    )
    for (const clause of shortClauses(space, domain))
      facts.push(clause.map(({ variable, positive }) => (positive ? 1 : -1) * numbers[members[variable]!]!))
  }
  return facts
}

/** The encoding as a core formula, node by node, without any simplification. */
function coreOfEncoding(encoding: Encoding): {
  core: CoreFormula
  /** Node of the encoding for a node of the core. */
  nodeOf: Map<NodeId, number>
  /** The Y of the encoding for a memory of the core. */
  yesterdayOf: Map<NodeId, number>
} {
  const nodes: CoreNode[] = []
  const atoms: Atom[] = []
  const ids = new Map<number, NodeId>()
  const add = (node: CoreNode): NodeId => nodes.push(node) - 1
  // Numbers first: U and its X refer to each other.
  encoding.nodes.forEach((_, i) => {
    ids.set(i + 1, i)
  })
  const idOf = (n: number): NodeId => {
    const known = ids.get(n)
    if (known !== undefined) return known
    const id = encoding.nodes.length + negations.length
    negations.push({ kind: 'not', a: ids.get(-n)! })
    ids.set(n, id)
    return id
  }
  const negations: CoreNode[] = []
  const yesterdayOf = new Map<NodeId, number>()
  encoding.nodes.forEach((node, i) => {
    switch (node.kind) {
      case 'true':
        add({ kind: 'true' })
        break
      case 'atom':
        add({ kind: 'atom', atom: atoms.push(node.atom) - 1 })
        break
      case 'free':
        add({ kind: 'atom', atom: atoms.push({ op: 'field', field: `#${i}` }) - 1 })
        break
      case 'and':
        add({ kind: 'and', a: idOf(node.a), b: idOf(node.b) })
        break
      case 'next':
        add({ kind: 'next', a: idOf(node.a) })
        break
      case 'yesterday':
        yesterdayOf.set(idOf(node.a), i + 1)
        add({ kind: 'yesterday', a: idOf(node.a) })
        break
      case 'until':
      case 'since':
        add({ kind: node.kind, a: idOf(node.a), b: idOf(node.b) })
    }
  })
  const root = idOf(encoding.root)
  nodes.push(...negations)
  const none = nodes.map(() => false)
  const core: CoreFormula = { nodes, root, atoms, hasFuture: none, hasPast: none }
  return { core, nodeOf: new Map([...ids].map(([n, id]) => [id, n])), yesterdayOf }
}
