import { MidstreamError } from '@midstream/core'
import { type Bdd, createBddSpace, ONE, ZERO } from './bdd.ts'
import { type CoreFormula, type NodeId, reachable } from './core-formula.ts'
import { domainOf } from './domain.ts'
import { feasibleFinite, feasibleInfinite, untilGoals } from './feasible.ts'
import { claim, createOutlooks, createTransitionSystem, type Outlook } from './transition.ts'

/** Verdict of a state. */
export const OPEN = 0
export const HOLDS = 1
export const FAILS = 2

export interface AutomatonOptions {
  readonly infinite: boolean
  /** States ever made. */
  readonly maxStates: number
  /** Nodes of the decision diagrams behind the states. */
  readonly maxNodes: number
}

/**
 * A deterministic automaton whose states are made when an event first needs them. A state is what the events so
 * far leave to be shown, up to equivalence, so each verdict comes at the earliest possible event.
 */
export interface Automaton {
  readonly core: CoreFormula
  /** Nodes whose truth makes the letter: bit i is inputs[i]. */
  readonly inputs: readonly NodeId[]
  readonly initial: number
  /** The state after one more event. O(1) once it is known. @throws MidstreamError FORMULA_LIMIT */
  step(state: number, letter: number): number
  /** OPEN, HOLDS or FAILS: what every continuation agrees on. */
  verdict(state: number): number
  /** Whether the trace satisfies the formula if it ends here. Not for the initial state. */
  ends(state: number): boolean
  /**
   * Number of what a state leaves to be shown, whether or not the trace may end there. Where an event leads
   * depends on this alone.
   */
  residual(state: number): number
  /** Whether an event in which no condition holds leads to another state. */
  restless(state: number): boolean
  /** The state with the same residual and this end; undefined before the first event. */
  ending(state: number, ends: boolean | undefined): number
  /** Whether an event can have this letter. */
  possible(letter: number): boolean
  stateCount(): number
  /** Bytes of tables, and of decision diagrams. */
  bytes(): number
  /** The dense table, or undefined: entry (state << inputs.length) + letter is the next state, −1 unknown. */
  table(): Int32Array | undefined
}

const MAX_INPUTS = 30
const DENSE_INPUTS = 8

export function createAutomaton(core: CoreFormula, options: AutomatonOptions): Automaton {
  const { infinite, maxStates, maxNodes } = options
  const space = createBddSpace(maxNodes)
  const nodes = reachable(core, core.root)
  const extra = infinite ? untilGoals({ core, nodes }) : []
  const system = createTransitionSystem(core, space, extra)
  const { inputs } = system
  const bits = inputs.length
  if (bits > MAX_INPUTS) {
    throw new MidstreamError('FORMULA_LIMIT', `the formula has ${bits} conditions, more than ${MAX_INPUTS}`, {
      details: { limit: MAX_INPUTS, conditions: bits },
    })
  }
  const letterCount = 2 ** bits
  const bitOf = new Map(inputs.map((id, i) => [id, i]))
  const atomVariable = new Map<number, number>()
  for (const id of inputs) {
    const node = core.nodes[id]!
    if (node.kind === 'atom') atomVariable.set(node.atom, system.input.get(id)!)
  }
  const domain = domainOf(core.atoms, space, (atom) => atomVariable.get(atom))
  const feasible = infinite ? feasibleInfinite(system, domain) : feasibleFinite(system, domain)

  const nodeOf = new Map([...system.current].map(([id, variable]) => [variable, id]))
  const memoryIndex = new Map(system.memories.map((id, i) => [id, i]))
  const memoryAt = new Map(system.memories.map((id, i) => [system.memory.get(id)!, i]))

  const residuals: Bdd[] = []
  const memories: (readonly Bdd[])[] = []
  const verdicts: number[] = []
  const endings: (boolean | undefined)[] = []
  const classes: number[] = []
  const restless: (boolean | undefined)[] = []
  const classIndex = new Map<string, number>()
  const index = new Map<string, number>()
  const dense = bits <= DENSE_INPUTS
  let table = new Int32Array(dense ? 4 << bits : 0).fill(-1)
  const sparse: Map<number, number>[] = []

  function addState(residual: Bdd, memory: readonly Bdd[], end: boolean | undefined): number {
    const possible = space.compose(feasible, (variable) => {
      const i = memoryAt.get(variable)
      return i === undefined ? undefined : memory[i]
    })
    const canHold = space.and(residual, possible)
    const canFail = space.and(space.not(residual), possible)
    let verdict = OPEN
    if (canFail === ZERO && end !== false) verdict = HOLDS
    else if (canHold === ZERO && end !== true) verdict = FAILS
    const left = verdict === OPEN ? `${canHold},${memory.join()}` : `${verdict}`
    const key = verdict === OPEN ? `${left},${end ?? ''}` : left
    const known = index.get(key)
    if (known !== undefined) return known
    const id = residuals.length
    if (id >= maxStates) {
      throw new MidstreamError('FORMULA_LIMIT', `the monitor needs more than ${maxStates} states`, {
        details: { maxStates },
      })
    }
    residuals.push(canHold)
    memories.push(memory)
    verdicts.push(verdict)
    endings.push(verdict === OPEN ? end : verdict === HOLDS)
    if (!classIndex.has(left)) classIndex.set(left, classIndex.size)
    classes.push(classIndex.get(left)!)
    index.set(key, id)
    if (!dense) sparse.push(new Map())
    else if ((id + 1) << bits > table.length) {
      const grown = new Int32Array(table.length * 2).fill(-1)
      grown.set(table)
      table = grown
    }
    return id
  }

  function computeStep(state: number, letter: number): number {
    if (verdicts[state] !== OPEN) return state
    const memory = memories[state]!
    const outlook: (id: NodeId) => Outlook = createOutlooks(system, {
      ahead: system.current,
      input: (id) => ((letter >>> bitOf.get(id)!) & 1 ? ONE : ZERO),
      memory: (id) => {
        const value = memory[memoryIndex.get(id)!]!
        return { go: advance(value), end: finish(value) }
      },
    })
    const advance = (f: Bdd): Bdd => space.compose(f, (variable) => outlook(nodeOf.get(variable)!).go)
    const finish = (f: Bdd): Bdd => space.compose(f, (variable) => outlook(nodeOf.get(variable)!).end)
    const residual = residuals[state]!
    const kept = system.memories.map((id) => outlook(id).go)
    return addState(advance(residual), kept, infinite ? undefined : finish(residual) === ONE)
  }

  const initial = addState(
    claim(system, system.current, core.root),
    system.memories.map(() => ZERO),
    undefined,
  )

  return {
    core,
    inputs,
    initial,
    step(state, letter) {
      if (letter >>> 0 >= letterCount) throw new RangeError(`no letter ${letter}`)
      if (dense) {
        const at = (state << bits) + letter
        const known = table[at]!
        if (known >= 0) return known
        const next = computeStep(state, letter)
        table[at] = next
        return next
      }
      const row = sparse[state]!
      let next = row.get(letter)
      if (next === undefined) {
        next = computeStep(state, letter)
        if (row.size >= 1 << DENSE_INPUTS) row.clear()
        row.set(letter, next)
      }
      return next
    },
    verdict: (state) => verdicts[state]!,
    ends: (state) => endings[state] === true,
    residual: (state) => classes[state]!,
    restless(state) {
      let known = restless[state]
      if (known === undefined) {
        known = this.step(state, 0) !== state
        restless[state] = known
      }
      return known
    },
    ending: (state, ends) =>
      verdicts[state] === OPEN ? addState(residuals[state]!, memories[state]!, ends) : state,
    possible(letter) {
      const f = space.compose(domain, (variable) => {
        const id = inputs.find((input) => system.input.get(input) === variable)
        return id === undefined ? undefined : (letter >>> bitOf.get(id)!) & 1 ? ONE : ZERO
      })
      return f === ONE
    },
    stateCount: () => residuals.length,
    bytes: () => table.byteLength + space.size() * 28 + sparse.reduce((sum, row) => sum + row.size * 24, 0),
    table: () => (dense ? table : undefined),
  }
}
