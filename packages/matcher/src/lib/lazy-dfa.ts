import { ALL_PATTERNS, NO_PATTERN, type Stepper, type ThreadStep, type Threads } from './thread-step.ts'

// A transition is one Int32: `UNKNOWN`, or a negative index into `steps`, or the row of the next state above
// OP_BITS bits that say what happens to the registers.
export const UNKNOWN = -1
export const OP_BITS = 9
export const OP_MASK = 511
/** No register changes. */
export const OP_NONE = 0
/** The next state has one start position: the position of this code unit. */
export const OP_BIRTH = 1
/** States with more start positions than this are reached through `steps`, which makes room for them. */
export const INLINE_RANKS = 16
/** Rows start at a multiple of the stride and fit above the operation bits. */
export const MAX_TABLE_BYTES: number = 1 << 24

export interface DfaState extends Threads {
  readonly generation: number
  /** Where its row starts in `table`. */
  readonly row: number
}

/** A transition that does not fit in the table: it accepts, or its register operation is rare. */
export interface DfaStep {
  readonly next: DfaState
  /** Number of registers that are moved, then their old numbers, then 1 when this code unit is a new start. */
  readonly moves: Int32Array
  /** Triples as in `ThreadStep`, or undefined. */
  readonly accepts: Int32Array | undefined
}

/** The cache of one automaton: all sessions of a matcher share it. `table` and `states` change: read them again. */
export interface LazyDfa {
  table: Int32Array
  /** State of each row, by `row / stride`. */
  states: DfaState[]
  /** Goes up when the cache is emptied; states of older generations must be `adopt`ed before use. */
  generation: number
  /** Register operations of the table: where each starts in `opData`. */
  readonly opStart: Int32Array
  opData: Int32Array
  steps: DfaStep[]
  readonly stride: number
  /** The state for some threads in the present generation. */
  adopt(threads: Threads): DfaState
  /** The transition of a state of the present generation; computed when it is not known yet. */
  step(state: DfaState, cls: number): DfaStep
  /** A state from which only `pattern` runs, for automata built without births. */
  enter(pattern: number, context: number): DfaState
}

const FIRST_ROWS = 64
const ALL_OPS = OP_MASK + 1
/** Estimated bytes of the objects behind a state and a step. */
const STATE_BYTES = 200
const STEP_BYTES = 150

/**
 * A deterministic automaton whose states are built when the text first needs them. When its tables reach
 * `maxTableBytes` it forgets all states; what a session knows (its threads) is kept by the session.
 *
 * @param births whether a match may start at every code unit, or only by `enter`.
 */
export function createLazyDfa(
  stepper: Stepper,
  classes: number,
  maxTableBytes: number,
  births: boolean,
): LazyDfa {
  const stride = classes
  const birth = births ? ALL_PATTERNS : NO_PATTERN
  const limit = Math.min(maxTableBytes, MAX_TABLE_BYTES)
  let index = new Map<string, DfaState>()
  let entries = new Map<number, DfaState>()
  let objectBytes = 0
  const opIds = new Map<string, number>()
  let opLength = 0

  const dfa: LazyDfa = {
    table: new Int32Array(FIRST_ROWS * stride).fill(UNKNOWN),
    states: [],
    generation: 0,
    opStart: new Int32Array(ALL_OPS),
    opData: new Int32Array(64),
    steps: [],
    stride,
    adopt,
    step,
    enter,
  }
  operation([], false)
  operation([], true)
  ;((globalThis as any).__dfas ??= []).push(dfa); (dfa as any).slowCount=0; (dfa as any).computed=0; (dfa as any).ops=()=>opIds.size

  function flush(): void {
    dfa.generation++
    dfa.table = new Int32Array(FIRST_ROWS * stride).fill(UNKNOWN)
    dfa.states = []
    dfa.steps = []
    index = new Map()
    entries = new Map()
    objectBytes = 0
  }

  function full(): boolean {
    const bytes = dfa.states.length * stride * 4 + objectBytes
    return bytes > limit || (dfa.states.length + 2) * stride * 4 > MAX_TABLE_BYTES
  }

  function keyOf(threads: Threads): string {
    let key = String.fromCharCode(threads.context)
    const { instructions, ranks } = threads
    for (let i = 0; i < instructions.length; i++) {
      const id = instructions[i]!
      key += String.fromCharCode(id & 0xffff, id >>> 16, ranks[i]!)
    }
    return key
  }

  function intern(threads: Threads): DfaState {
    const key = keyOf(threads)
    const known = index.get(key)
    if (known !== undefined) return known
    const row = dfa.states.length * stride
    if (row + stride > dfa.table.length) {
      const grown = new Int32Array(Math.min(dfa.table.length * 2, MAX_TABLE_BYTES / 4)).fill(UNKNOWN)
      grown.set(dfa.table)
      dfa.table = grown
    }
    const { instructions, ranks, rankCount, context } = threads
    const state: DfaState = { instructions, ranks, rankCount, context, generation: dfa.generation, row }
    dfa.states.push(state)
    index.set(key, state)
    objectBytes += STATE_BYTES + instructions.length * 14
    return state
  }

  function adopt(threads: Threads): DfaState {
    if (full()) flush()
    return intern(threads)
  }

  function enter(pattern: number, context: number): DfaState {
    const key = pattern * stepper.contextCount + context
    let state = entries.get(key)
    if (state === undefined) {
      state = adopt(stepper.enter(pattern, context))
      entries.set(key, state)
    }
    return state
  }

  /** Id of a register operation in the table, or -1 when all ids are taken. */
  function operation(moved: readonly number[], born: boolean): number {
    const key = `${born} ${moved.join()}`
    const known = opIds.get(key)
    if (known !== undefined) return known
    const id = opIds.size
    if (id >= ALL_OPS) return -1
    opIds.set(key, id)
    if (opLength + moved.length + 2 > dfa.opData.length) {
      const grown = new Int32Array(dfa.opData.length * 2 + moved.length)
      grown.set(dfa.opData)
      dfa.opData = grown
    }
    dfa.opStart[id] = opLength
    dfa.opData.set([moved.length, ...moved, born ? 1 : 0], opLength)
    opLength += moved.length + 2
    return id
  }

  function step(state: DfaState, cls: number): DfaStep {
    const known = dfa.table[state.row + cls]!
    ;(dfa as any).slowCount++; if(known===UNKNOWN) (dfa as any).computed++
    if (known < UNKNOWN) return dfa.steps[-known - 2]!
    const computed = stepper.step(state, cls, birth)
    let from = state
    if (full()) {
      flush()
      from = intern(state)
    }
    const next = intern(computed.next)
    return record(from, cls, next, computed)
  }

  function record(from: DfaState, cls: number, next: DfaState, computed: ThreadStep): DfaStep {
    const { survivors, accepts } = computed
    const born = survivors.length > 0 && survivors[survivors.length - 1] === from.rankCount
    const kept = born ? survivors.slice(0, -1) : survivors
    // Registers that stay where they are need no move.
    const moved = kept.every((rank, i) => rank === i) && !(born && kept.length > 0) ? [] : kept
    const result: DfaStep = {
      next,
      moves: Int32Array.from([moved.length, ...moved, born ? 1 : 0]),
      accepts: accepts.length > 0 ? Int32Array.from(accepts) : undefined,
    }
    const inline = accepts.length === 0 && next.rankCount <= INLINE_RANKS && (births || next.rankCount > 0)
    const op = inline ? operation(moved, born) : -1
    if (op >= 0) dfa.table[from.row + cls] = (next.row << OP_BITS) | op
    else {
      dfa.table[from.row + cls] = -2 - dfa.steps.length
      dfa.steps.push(result)
      objectBytes += STEP_BYTES + survivors.length * 4
    }
    return result
  }

  return dfa
}
