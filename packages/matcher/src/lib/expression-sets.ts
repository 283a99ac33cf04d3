import { type CodePointSet, clipSet, toUtf16 } from './code-point-set.ts'
import type { ExpressionSpec } from './nfa.ts'
import { type RegexNode, WORD } from './regex-syntax.ts'

/** The sets of code units that some expressions tell apart, numbered. */
export interface ExpressionSets {
  readonly sets: readonly CodePointSet[]
  /** Number of a set of code units of these expressions. */
  idOf(units: CodePointSet): number
  /** Number of the ASCII word characters; -1 when no expression asks for word boundaries. */
  readonly wordSet: number
}

/** The code units of a set of code points that conditions on neighbours ask about. */
export function unitsOf(set: CodePointSet): CodePointSet {
  return clipSet(set, 0, 0xffff)
}

/** Collects the sets of expressions. Each node counts once, however often it is repeated. O(size). */
export function collectSets(specs: readonly ExpressionSpec[]): ExpressionSets {
  const sets: CodePointSet[] = []
  // By identity first: most are the sets of single characters, which the parser makes once.
  const known = new Map<CodePointSet, number>()
  const byContent = new Map<string, number>()
  let usesWord = false

  function idOf(units: CodePointSet): number {
    let id = known.get(units)
    if (id !== undefined) return id
    const key = units.join()
    id = byContent.get(key)
    if (id === undefined) {
      id = sets.length
      byContent.set(key, id)
      sets.push(units)
    }
    known.set(units, id)
    return id
  }

  function visit(node: RegexNode): void {
    switch (node.type) {
      case 'set': {
        if (known.has(node.set)) return
        const { units, pairs } = toUtf16(node.set)
        idOf(units)
        for (const { high, low } of pairs) {
          idOf(high)
          idOf(low)
        }
        return
      }
      case 'sequence':
      case 'choice':
        for (let i = 0; i < node.items.length; i++) visit(node.items[i]!)
        return
      case 'repeat':
        visit(node.item)
        return
      case 'assertion':
        usesWord ||= node.kind === 'word-boundary' || node.kind === 'not-word-boundary'
    }
  }

  for (const { node, notAfter, notBefore } of specs) {
    visit(node)
    if (notAfter !== undefined) idOf(unitsOf(notAfter))
    if (notBefore !== undefined) idOf(unitsOf(notBefore))
  }
  return { sets, idOf, wordSet: usesWord ? idOf(WORD) : -1 }
}
