import { MidstreamError } from '@midstream/core'

/** A node of a reduced ordered binary decision diagram (Bryant 1986). Equal functions have equal numbers. */
export type Bdd = number

export const ZERO: Bdd = 0
export const ONE: Bdd = 1

/** Above every variable: where the terminals stand in the order. */
const TERMINAL = 0x7fffffff

export interface BddLiteral {
  readonly variable: number
  readonly positive: boolean
}

/** The functions of one set of variables. Variables are numbers; smaller ones are nearer to the root. */
export interface BddSpace {
  variable(index: number): Bdd
  not(f: Bdd): Bdd
  and(f: Bdd, g: Bdd): Bdd
  or(f: Bdd, g: Bdd): Bdd
  iff(f: Bdd, g: Bdd): Bdd
  ite(f: Bdd, g: Bdd, h: Bdd): Bdd
  /** Replaces variables by functions, all at once. A variable for which there is none stays. */
  compose(f: Bdd, functions: (variable: number) => Bdd | undefined): Bdd
  /** There are values of the chosen variables with `f` and `g`. */
  andExists(f: Bdd, g: Bdd, chosen: ReadonlySet<number>): Bdd
  /** Values of variables under which `f` is true; undefined when there are none. Prefers false. */
  anyPath(f: Bdd): Map<number, boolean> | undefined
  /** Literals on each way to false: together the clauses of a conjunctive form. Stops past `limit`. */
  clauses(f: Bdd, limit: number): BddLiteral[][] | undefined
  top(f: Bdd): number
  low(f: Bdd): Bdd
  high(f: Bdd): Bdd
  make(variable: number, low: Bdd, high: Bdd): Bdd
  size(): number
}

/**
 * @param maxNodes Nodes ever made, none is freed. Past it every operation throws.
 * @throws MidstreamError FORMULA_LIMIT past `maxNodes`.
 */
export function createBddSpace(maxNodes: number, chain?: (variable: number) => number): BddSpace {
  let capacity = 256
  let variables = new Int32Array(capacity)
  let lows = new Int32Array(capacity)
  let highs = new Int32Array(capacity)
  let count = 2
  variables[0] = variables[1] = TERMINAL
  let table = new Int32Array(1024)
  let cacheSize = 512
  // Each entry: f, g, h, result. Lossy: a collision overwrites.
  let cache = new Int32Array(cacheSize * 4)

  function grow(): void {
    capacity *= 2
    const copy = (old: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> => {
      const next = new Int32Array(capacity)
      next.set(old)
      return next
    }
    variables = copy(variables)
    lows = copy(lows)
    highs = copy(highs)
    table = new Int32Array(capacity * 4)
    for (let node = 2; node < count; node++) table[freeSlot(node)] = node
    if (cacheSize < 1 << 18) {
      cacheSize = capacity * 2
      cache = new Int32Array(cacheSize * 4)
    }
  }

  function hash(a: number, b: number, c: number): number {
    let h = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b) ^ Math.imul(c, 0xc2b2ae35)
    h ^= h >>> 15
    h = Math.imul(h, 0x2c1b3c6d)
    return (h ^ (h >>> 13)) >>> 0
  }

  function freeSlot(node: number): number {
    const mask = table.length - 1
    let slot = hash(variables[node]!, lows[node]!, highs[node]!) & mask
    while (table[slot] !== 0) slot = (slot + 1) & mask
    return slot
  }

  function make(variable: number, low: Bdd, high: Bdd): Bdd {
    // Within a chain the earlier variable implies the later ones, so below its high branch they are known.
    if (chain !== undefined && high > 1) {
      const own = chain(variable)
      while (own >= 0 && high > 1 && chain(variables[high]!) === own) high = highs[high]!
    }
    if (low === high) return low
    const mask = table.length - 1
    let slot = hash(variable, low, high) & mask
    for (let node = table[slot]!; node !== 0; node = table[slot]!) {
      if (variables[node] === variable && lows[node] === low && highs[node] === high) return node
      slot = (slot + 1) & mask
    }
    if (count >= maxNodes) {
      throw new MidstreamError('FORMULA_LIMIT', `the formula needs more than ${maxNodes} decision nodes`, {
        details: { maxNodes },
      })
    }
    if (count === capacity) {
      grow()
      return make(variable, low, high)
    }
    const node = count++
    variables[node] = variable
    lows[node] = low
    highs[node] = high
    table[slot] = node
    return node
  }

  function ite(f: Bdd, g: Bdd, h: Bdd): Bdd {
    if (f === ONE) return g
    if (f === ZERO) return h
    if (g === h) return g
    if (g === ONE && h === ZERO) return f
    if (g === f) g = ONE
    if (h === f) h = ZERO
    // Commutative forms share entries of the cache.
    if (h === ZERO && g > 1 && g < f) [f, g] = [g, f]
    else if (g === ONE && h > 1 && h < f) [f, h] = [h, f]
    const at = (hash(f, g, h) & (cacheSize - 1)) << 2
    if (cache[at] === f && cache[at + 1] === g && cache[at + 2] === h) return cache[at + 3]!
    const variable = Math.min(variables[f]!, variables[g]!, variables[h]!)
    const low = ite(
      variables[f] === variable ? lows[f]! : f,
      variables[g] === variable ? lows[g]! : g,
      variables[h] === variable ? lows[h]! : h,
    )
    const high = ite(
      variables[f] === variable ? highs[f]! : f,
      variables[g] === variable ? highs[g]! : g,
      variables[h] === variable ? highs[h]! : h,
    )
    const result = make(variable, low, high)
    // The cache may have grown meanwhile.
    const slot = (hash(f, g, h) & (cacheSize - 1)) << 2
    cache[slot] = f
    cache[slot + 1] = g
    cache[slot + 2] = h
    cache[slot + 3] = result
    return result
  }

  function compose(f: Bdd, functions: (variable: number) => Bdd | undefined): Bdd {
    const done = new Map<Bdd, Bdd>()
    const visit = (node: Bdd): Bdd => {
      if (node <= 1) return node
      const known = done.get(node)
      if (known !== undefined) return known
      const low = visit(lows[node]!)
      const high = visit(highs[node]!)
      const variable = variables[node]!
      const result = ite(functions(variable) ?? make(variable, ZERO, ONE), high, low)
      done.set(node, result)
      return result
    }
    return visit(f)
  }

  function andExists(f: Bdd, g: Bdd, chosen: ReadonlySet<number>): Bdd {
    const done = new Map<number, Bdd>()
    const visit = (a: Bdd, b: Bdd): Bdd => {
      if (a === ZERO || b === ZERO) return ZERO
      if (a === ONE && b === ONE) return ONE
      if (a > b) [a, b] = [b, a]
      const key = a * 0x4000000 + b
      const known = done.get(key)
      if (known !== undefined) return known
      const variable = Math.min(variables[a]!, variables[b]!)
      const [aLow, aHigh] = variables[a] === variable ? [lows[a]!, highs[a]!] : [a, a]
      const [bLow, bHigh] = variables[b] === variable ? [lows[b]!, highs[b]!] : [b, b]
      const low = visit(aLow, bLow)
      let result: Bdd
      if (chosen.has(variable)) result = low === ONE ? ONE : ite(low, ONE, visit(aHigh, bHigh))
      else result = make(variable, low, visit(aHigh, bHigh))
      done.set(key, result)
      return result
    }
    return visit(f, g)
  }

  function anyPath(f: Bdd): Map<number, boolean> | undefined {
    if (f === ZERO) return undefined
    const values = new Map<number, boolean>()
    for (let node = f; node > 1; ) {
      const goHigh = lows[node] === ZERO
      values.set(variables[node]!, goHigh)
      node = goHigh ? highs[node]! : lows[node]!
    }
    return values
  }

  function clauses(f: Bdd, limit: number): BddLiteral[][] | undefined {
    const found: BddLiteral[][] = []
    const path: BddLiteral[] = []
    const visit = (node: Bdd): boolean => {
      if (node === ONE) return true
      if (node === ZERO) return found.push([...path]) <= limit
      // Going low means the variable is false; the clause asks for the opposite of the way.
      path.push({ variable: variables[node]!, positive: true })
      const ok = visit(lows[node]!)
      path[path.length - 1] = { variable: variables[node]!, positive: false }
      const both = ok && visit(highs[node]!)
      path.pop()
      return both
    }
    return visit(f) ? found : undefined
  }

  return {
    variable: (index) => make(index, ZERO, ONE),
    not: (f) => ite(f, ZERO, ONE),
    and: (f, g) => ite(f, g, ZERO),
    or: (f, g) => ite(f, ONE, g),
    iff: (f, g) => ite(f, g, ite(g, ZERO, ONE)),
    ite,
    compose,
    andExists,
    anyPath,
    clauses,
    top: (f) => variables[f]!,
    low: (f) => lows[f]!,
    high: (f) => highs[f]!,
    make,
    size: () => count,
  }
}
