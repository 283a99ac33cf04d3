import {
  ASSERT,
  CHAR,
  LATER,
  MATCH,
  NOT_AFTER,
  NOT_BEFORE,
  NOT_WORD_BOUNDARY,
  type Program,
  SPLIT,
  TEXT_END,
  TEXT_START,
  WORD_BOUNDARY,
} from './nfa.ts'

/**
 * A set of NFA threads between two code units. Threads are sorted by rank and instruction; a rank stands for
 * one start position, 0 for the oldest. Only instructions that wait for a code unit are threads (CHAR, ASSERT).
 */
export interface Threads {
  readonly instructions: Int32Array
  readonly ranks: Int32Array
  readonly rankCount: number
  /** What is known about the code unit before: an id of `Contexts`. */
  readonly context: number
}

/** What one code unit does to a set of threads. */
export interface ThreadStep {
  readonly next: Threads
  /** Old rank of each new rank; `rankCount` of the old threads stands for a start at this code unit. */
  readonly survivors: readonly number[]
  /**
   * Triples (pattern, old rank, 1 when the match ends after the code unit or 0 when before); earlier ends first, then
   * by pattern: the order of threads depends on what was unfolded first.
   */
  readonly accepts: readonly number[]
}

export interface Stepper {
  readonly startContext: number
  readonly contextCount: number
  /** Context after a class. */
  readonly contextOf: Int32Array
  /**
   * Steps over one code unit of class `cls`; the class after the last stands for the end of the text.
   *
   * @param births patterns that may start here: all, one of them, or none (-2).
   */
  step(threads: Threads, cls: number, births: number): ThreadStep
  /** The threads of a pattern that starts in a context, with rank 0. */
  enter(pattern: number, context: number): Threads
}

/** Sorts triples by their first number. */
function byPattern(triples: readonly number[]): readonly number[] {
  if (triples.length <= 3) return triples
  const order = Array.from({ length: triples.length / 3 }, (_, i) => 3 * i)
  order.sort((a, b) => triples[a]! - triples[b]!)
  return order.flatMap((i) => triples.slice(i, i + 3))
}

export const ALL_PATTERNS = -1
export const NO_PATTERN = -2

/** Simulation of a program, one code unit at a time: O(instructions) per step, no cache. Not re-entrant. */
export function createStepper(program: Program): Stepper {
  const { kind, x, y, set, owner, alphabet } = program
  const { members, size, endClass } = alphabet
  const word = program.wordSet < 0 ? new Uint8Array(size + 1) : members[program.wordSet]!

  // Contexts: bit 0 is "word character", then one bit per look-behind set; the last context is the text start.
  const contextOf = new Int32Array(size + 1)
  const contexts: number[][] = []
  const contextIds = new Map<string, number>()
  for (let c = 0; c < size; c++) {
    const facts = [word[c]!, ...program.behindSets.map((s) => members[s]![c]!)]
    const key = facts.join('')
    let id = contextIds.get(key)
    if (id === undefined) {
      id = contexts.length
      contextIds.set(key, id)
      contexts.push(facts)
    }
    contextOf[c] = id
  }
  const startContext = contexts.length
  contexts.push(new Array(1 + program.behindSets.length).fill(0))
  contextOf[endClass] = startContext

  function holds(assertion: number, context: number, cls: number): boolean {
    switch (y[assertion]) {
      case WORD_BOUNDARY:
        return contexts[context]![0] !== word[cls]
      case NOT_WORD_BOUNDARY:
        return contexts[context]![0] === word[cls]
      case TEXT_START:
        return context === startContext
      case TEXT_END:
        return cls === endClass
      case NOT_AFTER:
        return contexts[context]![1 + program.behindSets.indexOf(set[assertion]!)] === 0
      case NOT_BEFORE:
        return members[set[assertion]!]![cls] === 0
      default:
        return false
    }
  }

  // Marks by stamp, so that nothing is cleared between steps. `before` and `after` the code unit.
  const before: number[] = kind.map(() => 0)
  const after: number[] = kind.map(() => 0)
  let stamp = 0
  const stack: number[] = []
  const acceptedBefore = new Int32Array(program.starts.length)
  const acceptedAfter = new Int32Array(program.starts.length)
  const births = new Map<number, Int32Array>()

  // Outcome of the step in progress.
  let outInstructions: number[] = []
  let outRanks: number[] = []
  let acceptsBefore: number[] = []
  let acceptsAfter: number[] = []

  /** The instruction that a LATER stands for, with room for marks on what it adds. */
  function resolve(later: number): number {
    const made = program.resolve(later)
    for (let i = before.length; i < kind.length; i++) {
      before.push(0)
      after.push(0)
    }
    return made
  }

  /** Follows SPLITs from an instruction reached after the code unit. */
  function reach(entry: number, rank: number): void {
    stack.push(entry)
    while (stack.length > 0) {
      const i = stack.pop()!
      if (after[i] === stamp) continue
      after[i] = stamp
      const k = kind[i]
      if (k === SPLIT) stack.push(y[i]!, x[i]!)
      else if (k === LATER) stack.push(resolve(i))
      else if (k === MATCH) {
        const p = owner[i]!
        if (acceptedAfter[p] !== stamp) {
          acceptedAfter[p] = stamp
          acceptsAfter.push(p, rank, 1)
        }
      } else {
        outInstructions.push(i)
        outRanks.push(rank)
      }
    }
  }

  /** Follows an instruction before the code unit: SPLITs, and ASSERTs that hold. Collects targets of CHARs. */
  function cross(entry: number, rank: number, context: number, cls: number, targets: number[]): void {
    const pending = [entry]
    while (pending.length > 0) {
      const i = pending.pop()!
      if (before[i] === stamp) continue
      before[i] = stamp
      const k = kind[i]
      if (k === CHAR) {
        if (members[set[i]!]![cls] === 1) targets.push(x[i]!)
      } else if (k === SPLIT) pending.push(y[i]!, x[i]!)
      else if (k === LATER) pending.push(resolve(i))
      else if (k === ASSERT) {
        if (holds(i, context, cls)) pending.push(x[i]!)
      } else {
        const p = owner[i]!
        if (acceptedBefore[p] !== stamp) {
          acceptedBefore[p] = stamp
          acceptsBefore.push(p, rank, 0)
        }
      }
    }
  }

  /** Instructions after the CHARs that a start in `context` crosses with `cls`. */
  function birthTargets(pattern: number, context: number, cls: number): Int32Array {
    const key = (context * (size + 1) + cls) * (program.starts.length + 1) + pattern + 1
    let targets = births.get(key)
    if (targets === undefined) {
      const found: number[] = []
      stamp++
      for (let p = 0; p < program.starts.length; p++) {
        if (pattern === ALL_PATTERNS || pattern === p) cross(program.starts[p]!, 0, context, cls, found)
      }
      targets = Int32Array.from(new Set(found))
      births.set(key, targets)
    }
    return targets
  }

  function sorted(instructions: number[], ranks: number[]): number[] {
    const order = instructions.map((_, i) => i)
    return order.sort((a, b) => ranks[a]! - ranks[b]! || instructions[a]! - instructions[b]!)
  }

  return {
    startContext,
    contextCount: contexts.length,
    contextOf,
    step(threads, cls, birth) {
      const born =
        birth === NO_PATTERN || cls === endClass ? undefined : birthTargets(birth, threads.context, cls)
      stamp++
      outInstructions = []
      outRanks = []
      acceptsBefore = []
      acceptsAfter = []
      const targets: number[] = []
      const { instructions, ranks, rankCount, context } = threads
      for (let t = 0; t < instructions.length; t++) {
        targets.length = 0
        cross(instructions[t]!, ranks[t]!, context, cls, targets)
        for (const target of targets) reach(target, ranks[t]!)
      }
      if (born !== undefined) for (const target of born) reach(target, rankCount)
      const survivors: number[] = []
      const order = sorted(outInstructions, outRanks)
      const newInstructions = new Int32Array(order.length)
      const newRanks = new Int32Array(order.length)
      order.forEach((from, to) => {
        const rank = outRanks[from]!
        if (survivors[survivors.length - 1] !== rank) survivors.push(rank)
        newInstructions[to] = outInstructions[from]!
        newRanks[to] = survivors.length - 1
      })
      return {
        next: {
          instructions: newInstructions,
          ranks: newRanks,
          rankCount: survivors.length,
          context: contextOf[cls]!,
        },
        survivors,
        accepts: [...byPattern(acceptsBefore), ...byPattern(acceptsAfter)],
      }
    },
    enter(pattern, context) {
      stamp++
      outInstructions = []
      outRanks = []
      acceptsBefore = []
      acceptsAfter = []
      reach(program.starts[pattern]!, 0)
      const instructions = Int32Array.from(outInstructions).sort()
      return {
        instructions,
        ranks: new Int32Array(instructions.length),
        rankCount: instructions.length > 0 ? 1 : 0,
        context,
      }
    },
  }
}
