import { type Alphabet, buildAlphabet } from './alphabet.ts'
import type { CodePointSet } from './code-point-set.ts'

/** Literals as one deterministic automaton. States are numbered by the start of their row in `table`. */
export interface LiteralAutomaton {
  readonly classOf: Uint16Array
  /**
   * Goto table with all failures resolved: `table[row + class]` is the next row. The last column of a row holds
   * the longest suffix of the text that is a proper prefix of some literal.
   */
  readonly table: Int32Array
  readonly stride: number
  /** Rows from here on accept. */
  readonly firstAccept: number
  /** Literals that end in each accepting state, longest first, by `(row - firstAccept) / stride`. */
  readonly outputs: readonly Int32Array[]
  /**
   * The longest suffix of the text, after the state of `row`, that is a proper prefix of a literal which is not
   * excluded; its length. Literals exclude prefixes that began inside their own last match.
   */
  openPrefix(row: number, isExcluded: (literal: number, prefixLength: number) => boolean): number
}

/**
 * Builds the automaton of Aho and Corasick (CACM 18(6), 1975) as a full goto table. `variants` gives the code
 * units that count as equal to a code unit. O(total length * classes) time and memory.
 */
export function buildLiteralAutomaton(
  literals: readonly string[],
  variants: (unit: number) => readonly number[],
): LiteralAutomaton {
  const alphabet = literalAlphabet(literals, variants)
  const { classOf, size } = alphabet
  const stride = size + 1

  // The trie, breadth first later: children per node by class.
  const children: Map<number, number>[] = [new Map()]
  const depth: number[] = [0]
  const own: number[][] = [[]]
  literals.forEach((literal, index) => {
    let node = 0
    for (let i = 0; i < literal.length; i++) {
      const cls = classOf[literal.charCodeAt(i)]!
      let child = children[node]!.get(cls)
      if (child === undefined) {
        child = children.length
        children[node]!.set(cls, child)
        children.push(new Map())
        depth.push(depth[node]! + 1)
        own.push([])
      }
      node = child
    }
    own[node]!.push(index)
  })

  const count = children.length
  const fail = new Int32Array(count)
  const hold = new Int32Array(count)
  const next = new Int32Array(count * size)
  const outputs: number[][] = own.map((list) => list)
  const queue: number[] = [0]
  for (let head = 0; head < queue.length; head++) {
    const node = queue[head]!
    if (node !== 0) {
      outputs[node] = [...own[node]!, ...outputs[fail[node]!]!]
      hold[node] = children[node]!.size > 0 ? depth[node]! : hold[fail[node]!]!
      next.copyWithin(node * size, fail[node]! * size, fail[node]! * size + size)
    }
    for (const [cls, child] of children[node]!) {
      fail[child] = node === 0 ? 0 : next[fail[node]! * size + cls]!
      queue.push(child)
    }
    for (const [cls, child] of children[node]!) next[node * size + cls] = child
  }

  // Accepting states last, so that one comparison finds them.
  const rowOf = new Int32Array(count)
  const order = [
    ...queue.filter((n) => outputs[n]!.length === 0),
    ...queue.filter((n) => outputs[n]!.length > 0),
  ]
  order.forEach((node, i) => {
    rowOf[node] = i * stride
  })
  const table = new Int32Array(count * stride)
  for (const node of order) {
    const row = rowOf[node]!
    for (let cls = 0; cls < size; cls++) table[row + cls] = rowOf[next[node * size + cls]!]!
    table[row + size] = hold[node]!
  }
  // Literals below each node, in the order of a walk through the trie, so that a node owns an interval of them.
  const walk: number[] = []
  const first = new Int32Array(count)
  const last = new Int32Array(count)
  const stack: number[] = [0]
  while (stack.length > 0) {
    const node = stack.pop()!
    if (node < 0) {
      last[~node] = walk.length
      continue
    }
    walk.push(...own[node]!)
    first[node] = walk.length
    stack.push(~node, ...children[node]!.values())
  }

  function openPrefix(row: number, isExcluded: (literal: number, length: number) => boolean): number {
    for (let node = order[row / stride]!; node !== 0; node = fail[node]!) {
      for (let i = first[node]!; i < last[node]!; i++)
        if (!isExcluded(walk[i]!, depth[node]!)) return depth[node]!
    }
    return 0
  }

  const accepting = order.filter((n) => outputs[n]!.length > 0)
  return {
    classOf,
    table,
    stride,
    firstAccept: (count - accepting.length) * stride,
    outputs: accepting.map((n) => Int32Array.from(outputs[n]!)),
    openPrefix,
  }
}

function literalAlphabet(
  literals: readonly string[],
  variants: (unit: number) => readonly number[],
): Alphabet {
  const sets = new Map<string, CodePointSet>()
  const seen = new Set<number>()
  for (const literal of literals) {
    for (let i = 0; i < literal.length; i++) {
      const unit = literal.charCodeAt(i)
      if (seen.has(unit)) continue
      const equal = variants(unit)
      for (const v of equal) seen.add(v)
      sets.set(
        equal.join(),
        equal.flatMap((v) => [v, v]),
      )
    }
  }
  return buildAlphabet([...sets.values()])
}
