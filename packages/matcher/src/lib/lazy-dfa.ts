import { ALL_PATTERNS, NO_PATTERN, type Stepper, type ThreadStep, type Threads } from './thread-step.ts'

// A transition is one Int32: `UNKNOWN`, or a negative index into `steps`, or the row of the next state above
// OP_BITS bits that say what happens to the registers. The low SLOT_BITS of them are the register that takes the
// position of the code unit, the others number a list of moves that is done before.
//
// Register r + 1 holds the start position of rank r. Register 0 is written when no match starts, so that the
// commonest operations need no branch: a branch that the text decides is mispredicted at every other word.
export const UNKNOWN = -1
export const OP_BITS = 9
export const SLOT_BITS = 4
export const SLOT_MASK = 15
/** Bits of the list of moves; 0 for none. */
export const MOVES_MASK = 496
/** States with more start positions than this are reached through `steps`, which makes room for them. */
export const INLINE_RANKS = 15
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
  /** Old register of each register from 1 on; registers beyond stay. */
  readonly moves: Int32Array
  /** Register that takes the position of the code unit; 0 when no match starts there. */
  readonly slot: number
  /** Triples as in `ThreadStep`, or undefined. */
  readonly accepts: Int32Array | undefined
}

/** The cache of one automaton: all sessions of a matcher share it. `table` and `states` change: read them again. */
export interface LazyDfa {
  table: Int32Array
  /** States by their index, which is in the last column of their row. */
  states: DfaState[]
  /** Goes up when the cache is emptied; states of older generations must be `adopt`ed before use. */
  generation: number
  /** Lists of moves, as in `DfaStep`, by their bits in a transition. */
  readonly moveLists: (Int32Array | undefined)[]
  steps: DfaStep[]
  /** Columns of a row: the classes and the index of the state. */
  readonly stride: number
  /** The state for some threads in the present generation. */
  adopt(threads: Threads): DfaState
  /** The transition of a state of the present generation; computed when it is not known yet. */
  step(state: DfaState, cls: number): DfaStep
  /** A state from which only `pattern` runs, for automata built without births. */
  enter(pattern: number, context: number): DfaState
}

const FIRST_ROWS = 64
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
  const stride = classes + 1
  const birth = births ? ALL_PATTERNS : NO_PATTERN
  const limit = Math.min(maxTableBytes, MAX_TABLE_BYTES)
  let index = new Map<string, DfaState>()
  let entries: (DfaState | undefined)[] = []
  let objectBytes = 0
  const moveIds = new Map<string, number>([['', 0]])

  const dfa: LazyDfa = {
    table: new Int32Array(FIRST_ROWS * stride).fill(UNKNOWN),
    states: [],
    generation: 0,
    moveLists: new Array(MOVES_MASK + 1).fill(undefined),
    steps: [],
    stride,
    adopt,
    step,
    enter,
  }

  function flush(): void {
    dfa.generation++
    dfa.table = new Int32Array(FIRST_ROWS * stride).fill(UNKNOWN)
    dfa.states = []
    dfa.steps = []
    index = new Map()
    entries = []
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
    dfa.table[row + stride - 1] = dfa.states.length
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
    const known = entries[key]
    if (known !== undefined) return known
    const state = adopt(stepper.enter(pattern, context))
    entries[key] = state
    return state
  }

  /** Bits of a list of moves in a transition, or -1 when all are taken. */
  function moveBits(moves: readonly number[]): number {
    const key = moves.join()
    let bits = moveIds.get(key)
    if (bits === undefined) {
      bits = moveIds.size << SLOT_BITS
      if (bits > MOVES_MASK) return -1
      moveIds.set(key, bits)
      dfa.moveLists[bits] = Int32Array.from(moves)
    }
    return bits
  }

  function step(state: DfaState, cls: number): DfaStep {
    const known = dfa.table[state.row + cls]!
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
    const moves = kept.every((rank, i) => rank === i) ? [] : kept.map((rank) => rank + 1)
    const slot = born ? kept.length + 1 : 0
    const result: DfaStep = {
      next,
      moves: Int32Array.from(moves),
      slot,
      accepts: accepts.length > 0 ? Int32Array.from(accepts) : undefined,
    }
    const inline = accepts.length === 0 && next.rankCount <= INLINE_RANKS && (births || next.rankCount > 0)
    const bits = inline ? moveBits(moves) : -1
    const op = bits < 0 ? -1 : bits | slot
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
