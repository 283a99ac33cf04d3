import type { CodePointSet } from './code-point-set.ts'
import type { RegexNode } from './regex-syntax.ts'

/** A common beginning is drawn out this often within itself; further ones stay apart, which is only slower. */
const MAX_DEPTH = 64

type Items = readonly RegexNode[]

/**
 * The alternatives of a choice as a tree: those that begin alike share their beginning, so that a list of words
 * needs one thread for each next letter and not one for each word. Matches stay the same, since they are the
 * longest ones and not those of the first alternative. O(size).
 */
export function treeOfChoice(alternatives: Items): RegexNode {
  return merge(alternatives, 0)
}

function itemsOf(node: RegexNode): Items {
  return node.type === 'sequence' ? node.items : [node]
}

function merge(alternatives: Items, depth: number): RegexNode {
  const groups = new Map<number | string, RegexNode[]>()
  const branches: RegexNode[] = []
  for (const node of alternatives) {
    const first = node.type === 'sequence' ? node.items[0] : node
    if (first?.type !== 'set' || depth === MAX_DEPTH) {
      branches.push(node)
      continue
    }
    const key = keyOf(first.set)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [node])
    else group.push(node)
  }
  for (const group of groups.values()) branches.push(group.length === 1 ? group[0]! : branchOf(group, depth))
  return branches.length === 1 ? branches[0]! : { type: 'choice', items: branches }
}

function keyOf(set: CodePointSet): number | string {
  return set.length === 2 && set[0] === set[1] ? set[0]! : set.join()
}

/** Several alternatives with the same first character. */
function branchOf(group: Items, depth: number): RegexNode {
  const [first, ...others] = group.map(itemsOf)
  let shared = 1
  while (others.every((items) => startsAlike(first![shared], items[shared]))) shared++
  const rest = [first!, ...others].map(
    (items): RegexNode => ({ type: 'sequence', items: items.slice(shared) }),
  )
  return { type: 'sequence', items: [...first!.slice(0, shared), merge(rest, depth + 1)] }
}

function startsAlike(a: RegexNode | undefined, b: RegexNode | undefined): boolean {
  return a?.type === 'set' && b?.type === 'set' && isSame(a.set, b.set)
}

function isSame(a: CodePointSet, b: CodePointSet): boolean {
  return a === b || (a.length === b.length && a.every((value, i) => value === b[i]))
}
