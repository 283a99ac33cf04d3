import { MidstreamError } from '@midstream/core'
import { type Atom, atomKey, type Formula, type Window } from './formula.ts'

/** Number of a node in a CoreFormula. */
export type NodeId = number

/** The few operators that the engines know. Everything else is written with them. */
export type CoreNode =
  | { readonly kind: 'true' }
  | { readonly kind: 'atom'; readonly atom: number }
  | { readonly kind: 'not'; readonly a: NodeId }
  | { readonly kind: 'and'; readonly a: NodeId; readonly b: NodeId }
  /** There is a next position, and `a` holds there. */
  | { readonly kind: 'next'; readonly a: NodeId }
  | { readonly kind: 'until'; readonly a: NodeId; readonly b: NodeId }
  /** There is a position before, and `a` held there. */
  | { readonly kind: 'yesterday'; readonly a: NodeId }
  | { readonly kind: 'since'; readonly a: NodeId; readonly b: NodeId }
  | { readonly kind: 'windowUntil'; readonly a: NodeId; readonly b: NodeId; readonly window: Window }
  | { readonly kind: 'windowSince'; readonly a: NodeId; readonly b: NodeId; readonly window: Window }

/** A formula as a graph in which equal subformulas are one node. */
export interface CoreFormula {
  readonly nodes: readonly CoreNode[]
  readonly root: NodeId
  readonly atoms: readonly Atom[]
  /** Node contains X or U (with or without a window). */
  readonly hasFuture: readonly boolean[]
  /** Node contains Y or S (with or without a window). */
  readonly hasPast: readonly boolean[]
}

export interface LowerOptions {
  /** Whether every trace goes on for ever. Then X and its weak form are the same. */
  readonly infinite: boolean
  /** Windows in steps up to this length become nested X or Y; longer ones stay windows. */
  readonly maxUnroll: number
}

/** Longest window in steps that becomes states of an automaton. Longer ones are kept as deadlines. */
export const MAX_UNROLL = 256

/** Interns nodes, with the equivalences that cost nothing. */
export function createCoreBuilder(options: LowerOptions): {
  lower(formula: Formula): NodeId
  /** The formula with this root. */
  build(root: NodeId): CoreFormula
  and(a: NodeId, b: NodeId): NodeId
  not(a: NodeId): NodeId
} {
  const nodes: CoreNode[] = [{ kind: 'true' }]
  const hasFuture: boolean[] = [false]
  const hasPast: boolean[] = [false]
  const index = new Map<string, NodeId>()
  const atoms: Atom[] = []
  const atomIndex = new Map<string, number>()
  const lowered = new WeakMap<Formula, NodeId>()
  const T = 0

  function intern(key: string, node: CoreNode): NodeId {
    const known = index.get(key)
    if (known !== undefined) return known
    const id = nodes.length
    nodes.push(node)
    const inArgs = (table: readonly boolean[]): boolean =>
      ('a' in node && table[node.a]!) || ('b' in node && table[node.b]!)
    hasFuture.push(/^(next|until|windowUntil)$/.test(node.kind) || inArgs(hasFuture))
    hasPast.push(/^(yesterday|since|windowSince)$/.test(node.kind) || inArgs(hasPast))
    index.set(key, id)
    return id
  }

  const not = (a: NodeId): NodeId => {
    const node = nodes[a]!
    return node.kind === 'not' ? node.a : intern(`!${a}`, { kind: 'not', a })
  }
  const F = not(T)
  const and = (x: NodeId, y: NodeId): NodeId => {
    const [a, b] = x < y ? [x, y] : [y, x]
    if (a === b || a === T) return b
    if (b === T) return a
    if (a === F || b === F || not(a) === b) return F
    return intern(`&${a},${b}`, { kind: 'and', a, b })
  }
  const or = (a: NodeId, b: NodeId): NodeId => not(and(not(a), not(b)))

  const next = (a: NodeId): NodeId => {
    if (a === F) return F
    const node = nodes[a]!
    if (options.infinite && a === T) return T
    if (options.infinite && node.kind === 'not') return not(next(node.a))
    return intern(`X${a}`, { kind: 'next', a })
  }
  const until = (a: NodeId, b: NodeId): NodeId => {
    if (b === T || b === F || a === F || a === b) return b
    const right = nodes[b]!
    if (right.kind === 'until' && (right.a === a || a === T)) {
      // a U (a U b) = a U b; F (a U b) = F b
      return until(a, right.b)
    }
    return intern(`U${a},${b}`, { kind: 'until', a, b })
  }
  const yesterday = (a: NodeId): NodeId => (a === F ? F : intern(`Y${a}`, { kind: 'yesterday', a }))
  const since = (a: NodeId, b: NodeId): NodeId => {
    if (b === T || b === F || a === F || a === b) return b
    const right = nodes[b]!
    if (right.kind === 'since' && (right.a === a || a === T)) return since(a, right.b)
    return intern(`S${a},${b}`, { kind: 'since', a, b })
  }

  function windowed(future: boolean, a: NodeId, b: NodeId, window: Window): NodeId {
    const { unit, min, max } = window
    const plain = future ? until : since
    const step = future ? next : yesterday
    if (min === 0 && max === undefined) return plain(a, b)
    if (b === F) return F
    if (unit === 'steps' && (max ?? min) <= options.maxUnroll) {
      let result: NodeId
      if (max === undefined) result = plain(a, b)
      else {
        result = b
        for (let k = min; k < max; k++) result = or(b, and(a, step(result)))
      }
      for (let k = 0; k < min; k++) result = and(a, step(result))
      return result
    }
    const key = `${a},${b},${unit},${min},${max ?? ''}`
    return future
      ? intern(`UW${key}`, { kind: 'windowUntil', a, b, window })
      : intern(`SW${key}`, { kind: 'windowSince', a, b, window })
  }

  function lower(formula: Formula): NodeId {
    let id = lowered.get(formula)
    if (id === undefined) {
      id = lowerNew(formula)
      lowered.set(formula, id)
    }
    return id
  }

  function lowerNew(f: Formula): NodeId {
    const whole: Window = { unit: 'steps', min: 0 }
    switch (f.op) {
      case 'true':
        return T
      case 'false':
        return F
      case 'field':
      case 'compare':
      case 'match':
        return lowerAtom(f)
      case 'not':
        return not(lower(f.arg))
      case 'and':
        return and(lower(f.left), lower(f.right))
      case 'or':
        return or(lower(f.left), lower(f.right))
      case 'implies':
        return or(not(lower(f.left)), lower(f.right))
      case 'iff': {
        const [a, b] = [lower(f.left), lower(f.right)]
        return or(and(a, b), and(not(a), not(b)))
      }
      case 'next':
        return next(lower(f.arg))
      case 'weakNext':
        return not(next(not(lower(f.arg))))
      case 'yesterday':
        return yesterday(lower(f.arg))
      case 'weakYesterday':
        return not(yesterday(not(lower(f.arg))))
      case 'eventually':
        return windowed(true, T, lower(f.arg), f.window ?? whole)
      case 'always':
        return not(windowed(true, T, not(lower(f.arg)), f.window ?? whole))
      case 'once':
        return windowed(false, T, lower(f.arg), f.window ?? whole)
      case 'historically':
        return not(windowed(false, T, not(lower(f.arg)), f.window ?? whole))
      case 'until':
        return windowed(true, lower(f.left), lower(f.right), f.window ?? whole)
      case 'release':
        return not(windowed(true, not(lower(f.left)), not(lower(f.right)), f.window ?? whole))
      case 'since':
        return windowed(false, lower(f.left), lower(f.right), f.window ?? whole)
      case 'weakUntil': {
        const [a, b] = [lower(f.left), lower(f.right)]
        if (f.window === undefined) return not(until(not(b), and(not(a), not(b))))
        // Within the window: until, or the left side up to the window's end.
        const { unit, max } = f.window
        const held = not(windowed(true, T, not(a), max === undefined ? whole : { unit, min: 0, max }))
        return or(windowed(true, a, b, f.window), held)
      }
    }
  }

  function lowerAtom(atom: Atom): NodeId {
    if (atom.op === 'compare' && atom.is === '!=') return not(lowerAtom({ ...atom, is: '==' }))
    const key = atomKey(atom)
    let number = atomIndex.get(key)
    if (number === undefined) {
      number = atoms.push(atom) - 1
      atomIndex.set(key, number)
    }
    return intern(`p${number}`, { kind: 'atom', atom: number })
  }

  return {
    lower,
    and,
    not,
    build: (root) => ({ nodes, root, atoms, hasFuture, hasPast }),
  }
}

/** A formula in core form. @throws MidstreamError FORMULA_UNSUPPORTED, see checkWindows. */
export function lowerFormula(formula: Formula, options: LowerOptions): CoreFormula {
  const builder = createCoreBuilder(options)
  const core = builder.build(builder.lower(formula))
  checkWindows(core)
  return core
}

/** A window that looks back keeps truth values, so it cannot hold a formula whose truth is still open. */
function checkWindows(core: CoreFormula): void {
  for (const id of reachable(core, core.root)) {
    const node = core.nodes[id]!
    if (node.kind === 'windowSince' && core.hasFuture[id]) {
      throw new MidstreamError(
        'FORMULA_UNSUPPORTED',
        'a window in time (or a long one in steps) that looks back holds an operator that looks ahead',
      )
    }
  }
}

/** Nodes below `root`, arguments before what uses them. */
export function reachable(core: CoreFormula, root: NodeId): NodeId[] {
  const seen = new Set<NodeId>()
  const visit = (id: NodeId): void => {
    if (seen.has(id)) return
    const node = core.nodes[id]!
    if ('a' in node) visit(node.a)
    if ('b' in node) visit(node.b)
    seen.add(id)
  }
  visit(root)
  return [...seen]
}
