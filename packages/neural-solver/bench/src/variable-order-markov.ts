import type { Predictor } from './echo-state.ts'

interface Context {
  no: number
  yes: number
  /** Log probability of the outcomes seen here by the estimator alone, and by the weighted subtree. */
  alone: number
  weighted: number
  readonly children: Map<number, Context>
}

/**
 * Variable-order Markov baseline: context tree weighting (Willems, Shtarkov and Tjalkens 1995) over the last
 * `depth` symbols, with the Krichevsky-Trofimov estimator of the outcome at each context.
 */
export function createVariableOrderMarkov(depth: number): Predictor {
  const fresh = (): Context => ({ no: 0, yes: 0, alone: 0, weighted: 0, children: new Map() })
  const root = fresh()
  let recent: number[] = []

  function contexts(): Context[] {
    const path = [root]
    let node = root
    for (let back = 1; back <= recent.length; back++) {
      const symbol = recent[recent.length - back]!
      let child = node.children.get(symbol)
      if (child === undefined) {
        child = fresh()
        node.children.set(symbol, child)
      }
      path.push(child)
      node = child
    }
    return path
  }
  const estimate = ({ no, yes }: Context, outcome: number): number =>
    ((outcome ? yes : no) + 0.5) / (no + yes + 1)
  const below = (node: Context): number => {
    let sum = 0
    for (const child of node.children.values()) sum += child.weighted
    return sum
  }

  return {
    reset() {
      recent = []
    },
    step(symbol) {
      recent.push(symbol)
      if (recent.length > depth) recent.shift()
      const path = contexts()
      let p = estimate(path.at(-1)!, 1)
      for (let i = path.length - 2; i >= 0; i--) {
        const node = path[i]!
        const deep = below(node)
        const top = Math.max(node.alone, deep)
        const [a, b] = [Math.exp(node.alone - top), Math.exp(deep - top)]
        p = (a * estimate(node, 1) + b * p) / (a + b)
      }
      return p
    },
    learn(outcome) {
      const path = contexts()
      for (let i = path.length - 1; i >= 0; i--) {
        const node = path[i]!
        node.alone += Math.log(estimate(node, outcome))
        if (outcome) node.yes++
        else node.no++
        if (node.children.size === 0) {
          node.weighted = node.alone
          continue
        }
        const deep = below(node)
        const top = Math.max(node.alone, deep)
        node.weighted = Math.log(0.5) + top + Math.log(Math.exp(node.alone - top) + Math.exp(deep - top))
      }
    },
  }
}
