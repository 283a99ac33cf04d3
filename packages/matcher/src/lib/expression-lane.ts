import type { DecisionQueue } from './decision-queue.ts'
import { type DfaState, type DfaStep, type LazyDfa, MOVES_MASK, OP_BITS, SLOT_MASK } from './lazy-dfa.ts'
import type { Program } from './nfa.ts'
import { contextBefore, nextBeginning } from './pattern-beginnings.ts'
import { type Ring, ringText } from './ring.ts'
import type { Stepper, Threads } from './thread-step.ts'

/** What decisions need to know about one pattern. */
export interface LanePattern {
  /** Index in the matcher. */
  readonly index: number
  readonly id: string
  /** Longest match in code units; Infinity when unbounded. */
  readonly maxLength: number
  readonly validate: ((match: string) => boolean) | undefined
}

/** The regular expressions that share one automaton; shared by all sessions. */
export interface ExpressionShard {
  readonly program: Program
  readonly stepper: Stepper
  /** Finds where matches may be: runs all patterns from every position. */
  readonly search: LazyDfa
  /** Finds the ends of the matches of one pattern from one position. */
  readonly anchored: LazyDfa
  readonly patterns: readonly LanePattern[]
  readonly maxHoldChars: number
  /** By pattern: whether it can begin with a class in a context. Filled as the text asks; see `nextBeginning`. */
  readonly beginnings: (Uint8Array | undefined)[]
  /** State of the search at the start of a text, while its generation is the search's. */
  first: DfaState | undefined
}

/** Accepts of one pattern that are not decided yet: matches start in [start, end) and end at most at `end`. */
interface Candidate {
  readonly pattern: number
  start: number
  end: number
  /** The start of all its accepts, with their `ends` in ascending order; -1 when they have several starts. */
  from: number
  readonly ends: number[]
  /** An attempt that began in what was reported without a decision accepted here: so is this. */
  undecided: boolean
}

/** One session's state in one shard. */
export interface ExpressionLane {
  readonly shard: ExpressionShard
  // Parts of the shard that every push reads, kept near.
  readonly search: LazyDfa
  readonly classOf: Uint16Array
  readonly maxHoldChars: number
  state: DfaState
  /** Registers: from 1 on the start positions of the live threads, oldest first. */
  starts: Float64Array
  readonly candidates: Candidate[]
  /** Where a pattern may match next: the end of its last match. */
  readonly resumeAt: Map<number, number>
  /** Patterns whose last match was reported because there was no work left to decide it. */
  readonly undecided: Set<number>
  /** Work spent on deciding candidates, in thread steps; bounded by the length of the text. */
  spent: number
}

export function createExpressionLane(shard: ExpressionShard): ExpressionLane {
  const { search, program, maxHoldChars } = shard
  return {
    shard,
    search,
    classOf: program.alphabet.classOf,
    maxHoldChars,
    state: firstState(shard),
    starts: new Float64Array(16),
    candidates: [],
    resumeAt: new Map(),
    undecided: new Set(),
    spent: 0,
  }
}

/** Makes a lane as good as new, for another text. */
export function resetExpressionLane(lane: ExpressionLane): void {
  lane.state = firstState(lane.shard)
  lane.candidates.length = 0
  lane.resumeAt.clear()
  lane.undecided.clear()
  lane.spent = 0
}

const NO_THREADS = new Int32Array(0)

function firstState(shard: ExpressionShard): DfaState {
  const { search, stepper } = shard
  if (shard.first === undefined || shard.first.generation !== search.generation) {
    const context = stepper.startContext
    shard.first = search.adopt({ instructions: NO_THREADS, ranks: NO_THREADS, rankCount: 0, context })
  }
  return shard.first
}

/** Earliest position at which an undecided match of this lane can start. */
export function expressionFrontier(lane: ExpressionLane, position: number): number {
  return lane.state.rankCount > 0 ? lane.starts[1]! : position
}

/** Reads the code units from `from` to `to` of the ring. */
export function runExpressions(
  lane: ExpressionLane,
  ring: Ring,
  from: number,
  to: number,
  queue: DecisionQueue,
): void {
  const { search, maxHoldChars, classOf } = lane
  const { units, mask } = ring
  const { stride, moveLists } = search
  // Copies: the engine reads an imported binding anew at each use.
  const opBits = OP_BITS
  const slotMask = SLOT_MASK
  const movesMask = MOVES_MASK
  let position = from
  while (position < to) {
    // Another session may have emptied the cache, also from inside a validator.
    if (lane.state.generation !== search.generation) lane.state = search.adopt(lane.state)
    const oldest = lane.state.rankCount > 0 ? lane.starts[1]! : position
    let stop = Math.min(to, oldest + maxHoldChars)
    if (stop === position) {
      giveUpOldest(lane, ring, position, queue)
      stop = position + 1
    }
    // With candidates open, stop where the oldest start passes one of them: that decides it.
    const watch = oldestCandidate(lane)
    const { table, states } = search
    const starts = lane.starts
    let row = lane.state.row
    let step = 0
    while (position < stop) {
      step = table[row + classOf[units[position & mask]!]!]!
      if (step < 0) break
      row = step >>> opBits
      const moves = step & movesMask
      const slot = step & slotMask
      if (moves !== 0) move(starts, moveLists[moves]!)
      starts[slot] = position
      position++
      if (position > watch && (starts[1]! > watch || states[table[row + stride - 1]!]!.rankCount === 0)) break
    }
    lane.state = states[table[row + stride - 1]!]!
    if (step < 0) {
      takeStep(lane, search.step(lane.state, classOf[units[position & mask]!]!), position)
      position++
    }
    if (oldestCandidate(lane) < expressionFrontier(lane, position)) decide(lane, ring, position, false, queue)
  }
}

/** Earliest start of a candidate; Infinity when there is none. */
function oldestCandidate({ candidates }: ExpressionLane): number {
  let oldest = Infinity
  for (let i = 0; i < candidates.length; i++) oldest = Math.min(oldest, candidates[i]!.start)
  return oldest
}

/** Ends the text at `position` and decides everything. */
export function endExpressions(
  lane: ExpressionLane,
  ring: Ring,
  position: number,
  queue: DecisionQueue,
): void {
  const { search, program } = lane.shard
  if (lane.state.generation !== search.generation) lane.state = search.adopt(lane.state)
  const { endClass } = program.alphabet
  const known = search.table[lane.state.row + endClass]!
  // A transition inside the table accepts nothing, and no thread outlives the text.
  if (known >= 0) lane.state = search.states[search.table[(known >>> OP_BITS) + search.stride - 1]!]!
  else takeStep(lane, search.step(lane.state, endClass), position)
  decide(lane, ring, position, true, queue)
}

/** Moves registers down; sources never lie below their targets. */
export function move(registers: Float64Array, sources: Int32Array): void {
  for (let i = 0; i < sources.length; i++) registers[i + 1] = registers[sources[i]!]!
}

/** Takes a transition over the code unit at `position`, with its accepts. */
function takeStep(lane: ExpressionLane, step: DfaStep, position: number): void {
  const { moves, slot, accepts, next } = step
  if (accepts !== undefined) {
    const before = lane.state.rankCount
    for (let i = 0; i < accepts.length; i += 3) {
      const rank = accepts[i + 1]!
      const start = rank === before ? position : lane.starts[rank + 1]!
      addCandidate(lane, accepts[i]!, start, position + accepts[i + 2]!)
    }
  }
  if (next.rankCount >= lane.starts.length) {
    const grown = new Float64Array(next.rankCount * 2)
    grown.set(lane.starts)
    lane.starts = grown
  }
  move(lane.starts, moves)
  lane.starts[slot] = position
  lane.state = next
}

function addCandidate(lane: ExpressionLane, pattern: number, began: number, end: number): void {
  // A thread from before the end of the last match, which hides later starts: see `restart`.
  const start = Math.max(began, lane.resumeAt.get(pattern) ?? 0)
  if (start >= end) return
  const from = start === began ? start : -1
  const undecided = start > began && lane.undecided.has(pattern)
  for (const candidate of lane.candidates) {
    if (candidate.pattern === pattern) {
      if (start < candidate.start) candidate.start = start
      candidate.end = end
      candidate.undecided ||= undecided
      if (candidate.from !== from) candidate.from = -1
      else if (candidate.ends[candidate.ends.length - 1] !== end) candidate.ends.push(end)
      return
    }
  }
  lane.candidates.push({ pattern, start, end, from, ends: [end], undecided })
}

/** Decides the candidates whose start no live thread precedes or shares. */
function decide(
  lane: ExpressionLane,
  ring: Ring,
  position: number,
  ended: boolean,
  queue: DecisionQueue,
): void {
  const { candidates } = lane
  for (let before = -1; before !== expressionFrontier(lane, position); ) {
    // A decision may end threads and so move the frontier past candidates that were looked at before.
    before = expressionFrontier(lane, position)
    for (let i = 0; i < candidates.length; ) {
      const candidate = candidates[i]!
      if (candidate.start < expressionFrontier(lane, position)) {
        decideCandidate(lane, candidate, ring, position, ended, queue)
      }
      if (candidate.start >= candidate.end) candidates.splice(i, 1)
      else i++
    }
  }
}

function decideCandidate(
  lane: ExpressionLane,
  candidate: Candidate,
  ring: Ring,
  position: number,
  ended: boolean,
  queue: DecisionQueue,
): void {
  const { pattern } = candidate
  for (;;) {
    const bound = Math.min(candidate.end, expressionFrontier(lane, position))
    let matchedTo = -1
    while (candidate.start < bound) {
      if (!candidate.undecided)
        candidate.start = nextBeginning(lane.shard, pattern, ring, candidate.start, bound)
      const { start } = candidate
      if (start === bound) break
      let end = candidate.undecided ? -1 : longestOf(lane, candidate, ring, position, ended)
      const undecided = candidate.undecided || (end < 0 && isExhausted(lane, position))
      if (undecided) end = candidate.end
      if (end < 0) candidate.start = start + 1
      else {
        report(lane, pattern, ring, start, end, queue)
        candidate.start = end
        matchedTo = end
      }
      if (undecided) {
        // Attempts that began in there may be what the pattern is about: they go on, and count from its end.
        lane.undecided.add(pattern)
        return
      }
    }
    if (!hasThreadBefore(lane, pattern, matchedTo)) return
    // Threads of this pattern that began inside the match hide later starts: run it again from the end.
    if (!restart(lane, pattern, ring, matchedTo, position)) return
  }
}

/** End of the longest valid match from the start of a candidate, or -1. */
function longestOf(
  lane: ExpressionLane,
  { pattern, start, from, ends }: Candidate,
  ring: Ring,
  position: number,
  ended: boolean,
): number {
  // No older attempt of the pattern hid an accept from `from`: the ends that were noted are all.
  return start === from
    ? longestValid(lane, pattern, ring, start, ends, position)
    : longestMatch(lane, pattern, ring, start, position, ended)
}

function hasThreadBefore(lane: ExpressionLane, pattern: number, position: number): boolean {
  const { state, starts } = lane
  const { owner } = lane.shard.program
  for (let i = 0; i < state.instructions.length; i++) {
    // Threads are sorted by start.
    if (starts[state.ranks[i]! + 1]! >= position) return false
    if (owner[state.instructions[i]!] === pattern) return true
  }
  return false
}

/** Work is bounded by a multiple of the text, whatever the validators say. */
const FREE_WORK = 65_536
const WORK_PER_CHAR = 64

function isExhausted(lane: ExpressionLane, position: number): boolean {
  return lane.spent > FREE_WORK + WORK_PER_CHAR * position
}

function report(
  lane: ExpressionLane,
  pattern: number,
  ring: Ring,
  start: number,
  end: number,
  queue: DecisionQueue,
): void {
  const { index, id } = lane.shard.patterns[pattern]!
  queue.add({ pattern: index, id, start, end, text: ringText(ring, start, end) })
  lane.resumeAt.set(pattern, end)
  lane.undecided.delete(pattern)
}

/**
 * End of the longest valid match of a pattern that starts at `start`, or -1. Looks at the text up to
 * `position`, and at its end when `ended`.
 */
function longestMatch(
  lane: ExpressionLane,
  pattern: number,
  ring: Ring,
  start: number,
  position: number,
  ended: boolean,
): number {
  const { shard } = lane
  const { anchored, program } = shard
  const { classOf, endClass } = program.alphabet
  const { units, mask } = ring
  const opBits = OP_BITS
  let ends: number[] | undefined
  let state = anchored.enter(pattern, contextBefore(shard, ring, start))
  let at = start
  while (state.rankCount > 0) {
    const { table, states, stride } = anchored
    let row = state.row
    let known = 0
    // Transitions inside the table lead to live states and accept nothing.
    while (at < position) {
      known = table[row + classOf[units[at & mask]!]!]!
      if (known < 0) break
      row = known >>> opBits
      at++
    }
    if (at === position && !ended) break
    const cls = at < position ? classOf[units[at & mask]!]! : endClass
    const { accepts, next } = anchored.step(states[table[row + stride - 1]!]!, cls)
    state = next
    if (accepts !== undefined) {
      for (let i = 0; i < accepts.length; i += 3) {
        const end = at + accepts[i + 2]!
        if (ends === undefined) ends = [end]
        else if (ends[ends.length - 1] !== end) ends.push(end)
      }
    }
    if (at === position) break
    at++
  }
  lane.spent += at - start + 1
  return ends === undefined ? -1 : longestValid(lane, pattern, ring, start, ends, position)
}

/** The last of some ends of matches from `start`, in ascending order, that is valid and within the bound, or -1. */
function longestValid(
  lane: ExpressionLane,
  pattern: number,
  ring: Ring,
  start: number,
  ends: readonly number[],
  position: number,
): number {
  const { patterns, maxHoldChars } = lane.shard
  const { validate } = patterns[pattern]!
  for (let i = ends.length - 1; i >= 0; i--) {
    const end = ends[i]!
    if (end - start > maxHoldChars) continue
    if (validate === undefined) return end
    lane.spent += end - start
    if (validate(ringText(ring, start, end))) return end
    if (isExhausted(lane, position)) return -1
  }
  return -1
}

/**
 * Replaces the threads of a pattern by those that start at `from` or later. Returns false and leaves them when the
 * work for that is used up: then they hold text for longer, and what they accept counts from `from` on.
 */
function restart(lane: ExpressionLane, pattern: number, ring: Ring, from: number, position: number): boolean {
  const { shard, state } = lane
  const { program, stepper } = shard
  let threads: Threads = {
    instructions: new Int32Array(0),
    ranks: new Int32Array(0),
    rankCount: 0,
    context: contextBefore(shard, ring, from),
  }
  let starts: number[] = []
  for (let p = from; p < position; p++) {
    if (isExhausted(lane, position)) return false
    const cls = program.alphabet.classOf[ring.units[p & ring.mask]!]!
    const { next, survivors } = stepper.step(threads, cls, pattern)
    const before = threads.rankCount
    starts = survivors.map((rank) => (rank === before ? p : starts[rank]!))
    threads = next
    lane.spent += 1 + next.instructions.length
  }
  const found: [instruction: number, start: number][] = []
  state.instructions.forEach((instruction, i) => {
    if (program.owner[instruction] !== pattern) found.push([instruction, lane.starts[state.ranks[i]! + 1]!])
  })
  threads.instructions.forEach((instruction, i) => {
    found.push([instruction, starts[threads.ranks[i]!]!])
  })
  setThreads(lane, found)
  return true
}

/** Puts a lane into the state of the given threads, each an instruction and its start position. */
function setThreads(lane: ExpressionLane, threads: [instruction: number, start: number][]): void {
  threads.sort((a, b) => a[1] - b[1] || a[0] - b[0])
  const instructions = new Int32Array(threads.length)
  const ranks = new Int32Array(threads.length)
  if (threads.length >= lane.starts.length) lane.starts = new Float64Array(threads.length * 2)
  let rankCount = 0
  threads.forEach(([instruction, start], i) => {
    if (rankCount === 0 || lane.starts[rankCount] !== start) lane.starts[++rankCount] = start
    instructions[i] = instruction
    ranks[i] = rankCount - 1
  })
  const { context } = lane.state
  lane.state = lane.search.adopt({ instructions, ranks, rankCount, context })
}

/**
 * The oldest attempt has reached the bound. Its unbounded patterns are decided with what they accepted so far;
 * the rest of the text up to `position` is reported as overflow and consumed. Bounded patterns that only wait
 * for the next code unit stay.
 */
function giveUpOldest(lane: ExpressionLane, ring: Ring, position: number, queue: DecisionQueue): void {
  const { shard, state } = lane
  const { program, patterns } = shard
  const oldest = lane.starts[1]!
  const given = new Set<number>()
  state.instructions.forEach((instruction, i) => {
    const p = program.owner[instruction]!
    if (state.ranks[i] === 0 && patterns[p]!.maxLength === Infinity) given.add(p)
  })
  if (given.size === 0) return
  // By pattern: they share the work for decisions, and the order of threads depends on what was unfolded first.
  for (const p of [...given].sort((a, b) => a - b)) {
    const start = Math.max(oldest, lane.resumeAt.get(p) ?? 0)
    const end = longestMatch(lane, p, ring, start, position, false)
    if (end >= 0) report(lane, p, ring, start, end, queue)
    // Also when the last accept ends right here: the attempt was alive, so what follows may belong to it.
    const { index, id } = patterns[p]!
    queue.add({ pattern: index, id, start: Math.max(start, end), end: position, text: undefined })
    lane.resumeAt.set(p, position)
    const open = lane.candidates.findIndex((candidate) => candidate.pattern === p)
    if (open >= 0) lane.candidates.splice(open, 1)
  }
  const kept: [instruction: number, start: number][] = []
  state.instructions.forEach((instruction, i) => {
    if (!given.has(program.owner[instruction]!)) kept.push([instruction, lane.starts[state.ranks[i]! + 1]!])
  })
  setThreads(lane, kept)
}
