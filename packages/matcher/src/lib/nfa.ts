import { type Alphabet, buildAlphabet } from './alphabet.ts'
import { type CodePointSet, toUtf16 } from './code-point-set.ts'
import { collectSets, unitsOf } from './expression-sets.ts'
import type { AssertionKind, RegexNode } from './regex-syntax.ts'

/** A pattern as the automata see it. Sets are still sets of code points. */
export interface ExpressionSpec {
  readonly name: string
  readonly node: RegexNode
  readonly notAfter: CodePointSet | undefined
  readonly notBefore: CodePointSet | undefined
}

export const CHAR = 0
export const SPLIT = 1
export const ASSERT = 2
export const MATCH = 3
/**
 * Stands for instructions that are made when a text first reaches them: most of what quantifiers unfold to never
 * is. `resolve` makes them and puts the first one into `x`.
 */
export const LATER = 4

// Kinds of ASSERT, in `y`; `x` is the next instruction. NOT_AFTER and NOT_BEFORE carry a set in `set`.
export const WORD_BOUNDARY = 0
export const NOT_WORD_BOUNDARY = 1
export const TEXT_START = 2
export const TEXT_END = 3
export const NOT_AFTER = 4
export const NOT_BEFORE = 5
const ASSERTION_KINDS: Readonly<Record<AssertionKind, number>> = {
  'word-boundary': WORD_BOUNDARY,
  'not-word-boundary': NOT_WORD_BOUNDARY,
  'text-start': TEXT_START,
  'text-end': TEXT_END,
}

/**
 * A Thompson NFA over classes of code units for several patterns. Threads of all patterns run side by side. It grows
 * while it is used; the numbers of its instructions stay.
 */
export interface Program {
  readonly kind: readonly number[]
  /** Next instruction; of MATCH: nothing. */
  readonly x: readonly number[]
  /** SPLIT: the other next instruction. ASSERT: its kind. */
  readonly y: readonly number[]
  /** CHAR, NOT_AFTER, NOT_BEFORE: index into `alphabet.members`. */
  readonly set: readonly number[]
  /** Pattern of each instruction, counted within the program. */
  readonly owner: readonly number[]
  /** First instruction of each pattern. */
  readonly starts: Int32Array
  readonly alphabet: Alphabet
  /** Index of the ASCII word characters in `alphabet.members`, -1 when no pattern asks. */
  readonly wordSet: number
  /** Sets that look-behind conditions ask about. */
  readonly behindSets: readonly number[]
  /** The instruction that a LATER stands for. Adds instructions when it is asked for the first time. */
  resolve(instruction: number): number
}

/** Instructions with the same next one that are looked through for an equal one: keeps compiling linear. */
const MAX_LOOKED = 64

function branches({ type }: RegexNode): boolean {
  return type !== 'set' && type !== 'assertion'
}

/** Makes an NFA of patterns and the alphabet it runs on. O(size of the patterns), whatever their quantifiers say. */
export function buildProgram(specs: readonly ExpressionSpec[]): Program {
  const kind: number[] = []
  const x: number[] = []
  const y: number[] = []
  const set: number[] = []
  const owner: number[] = []
  // Instructions that lead to the same one, as a chain from `users` of that one over `nextUser`.
  const users: number[] = []
  const nextUser: number[] = []
  const later = new Map<number, () => number>()
  const { sets, idOf, wordSet } = collectSets(specs)
  const behindSets = new Set<number>()
  let current = 0

  function append(k: number, nx: number, ny: number, s: number): number {
    kind.push(k)
    x.push(nx)
    y.push(ny)
    set.push(s)
    owner.push(current)
    users.push(-1)
    nextUser.push(-1)
    return kind.length - 1
  }

  /** An instruction that is there already serves again: words that end alike share their ends. */
  function emit(k: number, nx: number, ny: number, s = -1): number {
    let i = users[nx]!
    for (let looked = 0; i >= 0 && looked < MAX_LOOKED; looked++, i = nextUser[i]!) {
      if (kind[i] === k && y[i] === ny && set[i] === s) return i
    }
    const made = append(k, nx, ny, s)
    nextUser[made] = users[nx]!
    users[nx] = made
    return made
  }

  /** Puts off a part that few texts reach: see `LATER`. */
  function postpone(make: () => number): number {
    const made = append(LATER, -1, 0, -1)
    later.set(made, make)
    return made
  }

  function resolve(instruction: number): number {
    const make = later.get(instruction)
    if (make === undefined) return x[instruction]!
    later.delete(instruction)
    current = owner[instruction]!
    const made = make()
    x[instruction] = made
    return made
  }

  // Builds backwards: every node is given the instruction that follows it.
  function build(node: RegexNode, next: number): number {
    switch (node.type) {
      case 'set':
        return buildSet(node.set, next)
      case 'sequence':
        return buildSequence(node.items, 0, next)
      case 'choice': {
        let entry = build(node.items[node.items.length - 1]!, next)
        for (let i = node.items.length - 2; i >= 0; i--)
          entry = emit(SPLIT, build(node.items[i]!, next), entry)
        return entry
      }
      case 'repeat':
        return buildRepeat(node.item, node.min, node.max, next)
      case 'assertion':
        return emit(ASSERT, next, ASSERTION_KINDS[node.kind])
    }
  }

  /** What stands behind the first branch is put off. */
  function buildSequence(items: readonly RegexNode[], from: number, next: number): number {
    let until = from
    while (until < items.length && !branches(items[until]!)) until++
    until++
    let entry = until < items.length ? postpone(() => buildSequence(items, until, next)) : next
    for (let i = Math.min(until, items.length) - 1; i >= from; i--) entry = build(items[i]!, entry)
    return entry
  }

  function buildSet(codePoints: CodePointSet, next: number): number {
    const { units, pairs } = toUtf16(codePoints)
    let entry = -1
    for (const { high, low } of pairs) {
      const path = emit(CHAR, emit(CHAR, next, 0, idOf(low)), 0, idOf(high))
      entry = entry < 0 ? path : emit(SPLIT, path, entry)
    }
    // A set without members (all lone surrogates) is a CHAR that never fires.
    if (units.length === 0 && entry >= 0) return entry
    const single = emit(CHAR, next, 0, idOf(units))
    return entry < 0 ? single : emit(SPLIT, single, entry)
  }

  /** One copy of the item, or a loop; the copies behind it are put off. */
  function buildRepeat(item: RegexNode, min: number, max: number, next: number): number {
    if (max === 0) return next
    if (max === Infinity && min <= 1) {
      const loop = append(SPLIT, -1, next, -1)
      const body = build(item, loop)
      x[loop] = body
      // One or more: the loop's own body is the required copy.
      return min === 0 ? loop : body
    }
    const rest = max === 1 ? next : postpone(() => buildRepeat(item, Math.max(0, min - 1), max - 1, next))
    const copy = build(item, rest)
    return min === 0 ? emit(SPLIT, copy, next) : copy
  }

  const starts = specs.map((spec, index) => {
    current = index
    let end = append(MATCH, -1, 0, -1)
    if (spec.notBefore !== undefined) end = emit(ASSERT, end, NOT_BEFORE, idOf(unitsOf(spec.notBefore)))
    const body = build(spec.node, end)
    if (spec.notAfter === undefined) return body
    const behind = idOf(unitsOf(spec.notAfter))
    behindSets.add(behind)
    return emit(ASSERT, body, NOT_AFTER, behind)
  })
  return {
    kind,
    x,
    y,
    set,
    owner,
    starts: Int32Array.from(starts),
    alphabet: buildAlphabet(sets),
    wordSet,
    behindSets: [...behindSets],
    resolve,
  }
}
