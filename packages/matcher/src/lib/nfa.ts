import { MidstreamError } from '@midstream/core'
import { type Alphabet, buildAlphabet } from './alphabet.ts'
import { type CodePointSet, clipSet, toUtf16 } from './code-point-set.ts'
import { type AssertionKind, type RegexNode, WORD } from './regex-syntax.ts'

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

/** Instructions that one pattern may need; a state of the automaton can hold that many threads. */
export const MAX_INSTRUCTIONS = 16_384

/** A Thompson NFA over classes of code units for several patterns. Threads of all patterns run side by side. */
export interface Program {
  readonly kind: Uint8Array
  /** Next instruction; of MATCH: nothing. */
  readonly x: Int32Array
  /** SPLIT: the other next instruction. ASSERT: its kind. */
  readonly y: Int32Array
  /** CHAR, NOT_AFTER, NOT_BEFORE: index into `alphabet.members`. */
  readonly set: Int32Array
  /** Pattern of each instruction, counted within the program. */
  readonly owner: Int32Array
  /** First instruction of each pattern. */
  readonly starts: Int32Array
  readonly alphabet: Alphabet
  /** Index of the ASCII word characters in `alphabet.members`, -1 when no pattern asks. */
  readonly wordSet: number
  /** Sets that look-behind conditions ask about. */
  readonly behindSets: readonly number[]
}

/** Longest match of a node in code units; Infinity when unbounded. */
export function maxLength(node: RegexNode): number {
  switch (node.type) {
    case 'set':
      return node.set.length > 0 && node.set[node.set.length - 1]! > 0xffff ? 2 : 1
    case 'sequence':
      return node.items.reduce((sum, item) => sum + maxLength(item), 0)
    case 'choice':
      return Math.max(...node.items.map(maxLength))
    case 'repeat': {
      const length = maxLength(node.item)
      return length === 0 || node.max === 0 ? 0 : length * node.max
    }
    case 'assertion':
      return 0
  }
}

/** Whether a node can match without consuming anything, its assertions taken as true. */
export function isNullable(node: RegexNode): boolean {
  switch (node.type) {
    case 'set':
      return false
    case 'sequence':
      return node.items.every(isNullable)
    case 'choice':
      return node.items.some(isNullable)
    case 'repeat':
      return node.min === 0 || isNullable(node.item)
    case 'assertion':
      return true
  }
}

/** Upper estimate of the instructions of a node, cheap even where the expansion would be huge. */
export function instructionCount(node: RegexNode): number {
  switch (node.type) {
    case 'set': {
      const { units, pairs } = toUtf16(node.set)
      return (units.length > 0 ? 1 : 0) + pairs.length * 3
    }
    case 'sequence':
      return node.items.reduce((sum, item) => sum + instructionCount(item), 0)
    case 'choice':
      return node.items.reduce((sum, item) => sum + instructionCount(item) + 1, 0)
    case 'repeat': {
      const copies = node.max === Infinity ? Math.max(node.min, 1) : Math.max(node.max, 1)
      return copies * (Math.max(1, instructionCount(node.item)) + 1)
    }
    case 'assertion':
      return 1
  }
}

/** Checks what `buildProgram` relies on. Throws PATTERN_TOO_LARGE or PATTERN_UNSUPPORTED. */
export function checkExpression(node: RegexNode, name: string, maxHoldChars: number): void {
  if (isNullable(node)) {
    throw new MidstreamError('PATTERN_UNSUPPORTED', `pattern ${name} matches the empty text`, {
      details: { pattern: name, position: 0 },
    })
  }
  const instructions = instructionCount(node)
  if (!(instructions <= MAX_INSTRUCTIONS)) {
    throw new MidstreamError(
      'PATTERN_TOO_LARGE',
      `pattern ${name} needs more than ${MAX_INSTRUCTIONS} instructions`,
      {
        details: { pattern: name, limit: MAX_INSTRUCTIONS, instructions },
      },
    )
  }
  const length = maxLength(node)
  if (length !== Infinity && length > maxHoldChars) {
    throw new MidstreamError(
      'PATTERN_TOO_LARGE',
      `pattern ${name} can match ${length} code units, more than maxHoldChars (${maxHoldChars})`,
      { details: { pattern: name, limit: maxHoldChars, length } },
    )
  }
}

/** Translates patterns into one NFA and the alphabet it runs on. O(instructions). */
export function buildProgram(specs: readonly ExpressionSpec[]): Program {
  const kind: number[] = []
  const x: number[] = []
  const y: number[] = []
  const set: number[] = []
  const owner: number[] = []
  const sets: CodePointSet[] = []
  const setIds = new Map<string, number>()
  const behindSets = new Set<number>()
  let current = 0

  // By identity first: the copies of a repeat share their sets.
  const knownIds = new Map<CodePointSet, number>()

  function setId(units: CodePointSet): number {
    const known = knownIds.get(units)
    if (known !== undefined) return known
    const key = units.join()
    let id = setIds.get(key)
    if (id === undefined) {
      id = sets.length
      setIds.set(key, id)
      sets.push(units)
    }
    knownIds.set(units, id)
    return id
  }

  function emit(k: number, nx: number, ny: number, s = -1): number {
    kind.push(k)
    x.push(nx)
    y.push(ny)
    set.push(s)
    owner.push(current)
    return kind.length - 1
  }

  // Builds backwards: every node is given the instruction that follows it.
  function build(node: RegexNode, next: number): number {
    switch (node.type) {
      case 'set':
        return buildSet(node.set, next)
      case 'sequence': {
        let entry = next
        for (let i = node.items.length - 1; i >= 0; i--) entry = build(node.items[i]!, entry)
        return entry
      }
      case 'choice': {
        let entry = build(node.items[node.items.length - 1]!, next)
        for (let i = node.items.length - 2; i >= 0; i--)
          entry = emit(SPLIT, build(node.items[i]!, next), entry)
        return entry
      }
      case 'repeat':
        return buildRepeat(node.item, node.min, node.max, next)
      case 'assertion': {
        const k = ASSERTION_KINDS[node.kind]
        if (k === WORD_BOUNDARY || k === NOT_WORD_BOUNDARY) setId(WORD)
        return emit(ASSERT, next, k)
      }
    }
  }

  function buildSet(codePoints: CodePointSet, next: number): number {
    const { units, pairs } = toUtf16(codePoints)
    let entry = -1
    for (const { high, low } of pairs) {
      const path = emit(CHAR, emit(CHAR, next, 0, setId(low)), 0, setId(high))
      entry = entry < 0 ? path : emit(SPLIT, path, entry)
    }
    // A set without members (all lone surrogates) is a CHAR that never fires.
    if (units.length === 0 && entry >= 0) return entry
    const single = emit(CHAR, next, 0, setId(units))
    return entry < 0 ? single : emit(SPLIT, single, entry)
  }

  function buildRepeat(item: RegexNode, min: number, max: number, next: number): number {
    let entry = next
    let copies = min
    if (max === Infinity) {
      const loop = emit(SPLIT, -1, next)
      const body = build(item, loop)
      x[loop] = body
      entry = loop
      // One or more: the loop's own body is the last required copy.
      if (min > 0) {
        entry = body
        copies--
      }
    } else {
      for (let i = min; i < max; i++) entry = emit(SPLIT, build(item, entry), next)
    }
    for (let i = 0; i < copies; i++) entry = build(item, entry)
    return entry
  }

  const starts = specs.map((spec, index) => {
    current = index
    let end = emit(MATCH, -1, 0)
    if (spec.notBefore !== undefined)
      end = emit(ASSERT, end, NOT_BEFORE, setId(clipSet(spec.notBefore, 0, 0xffff)))
    const body = build(spec.node, end)
    if (spec.notAfter === undefined) return body
    const behind = setId(clipSet(spec.notAfter, 0, 0xffff))
    behindSets.add(behind)
    return emit(ASSERT, body, NOT_AFTER, behind)
  })
  const wordSet = setIds.get(WORD.join()) ?? -1
  const usesWord = kind.some((k, i) => k === ASSERT && (y[i] === WORD_BOUNDARY || y[i] === NOT_WORD_BOUNDARY))
  return {
    kind: Uint8Array.from(kind),
    x: Int32Array.from(x),
    y: Int32Array.from(y),
    set: Int32Array.from(set),
    owner: Int32Array.from(owner),
    starts: Int32Array.from(starts),
    alphabet: buildAlphabet(sets),
    wordSet: usesWord ? wordSet : -1,
    behindSets: [...behindSets],
  }
}
