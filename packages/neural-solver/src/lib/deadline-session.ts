import { MidstreamError } from '@midstream/core'
import type { SessionLimits } from './automaton-session.ts'
import { type Bdd, type BddSpace, createBddSpace, ONE, ZERO } from './bdd.ts'
import { type CoreFormula, type NodeId, reachable } from './core-formula.ts'
import type { Window } from './formula.ts'
import { createAtomReader } from './letter.ts'
import type { MonitorSession, Verdict } from './monitor.ts'
import { createPastEngine, type PastEngine, type PastState } from './past-engine.ts'
import { baseOf, type Outlook } from './transition.ts'

/**
 * A claim about the rest of the trace. `until` null: the obligation `node`. Otherwise the window of `node` that
 * opens at `from` (−Infinity once it is open) and closes at `until`.
 */
interface Obligation {
  readonly node: NodeId
  readonly from: number
  readonly until: number | null
}

/** Variables of one kind of claim; a later deadline is a larger variable and a weaker claim. */
const CHAIN_BITS = 21
const CHAIN_SIZE = 1 << CHAIN_BITS
/** One chain for obligations without a deadline, two for each window; variables are 31 bits. */
const MAX_WINDOWS = 511
/** Claims that may be open together: each is a level of recursion, and costs time at every event. */
const MAX_OPEN = 1024
/** Decision nodes after which the live ones are copied to a new space. */
const REBUILD_NODES = 1 << 14
/** Events kept as a witness; the newest. */
const MAX_WITNESS = 256

interface SavedState {
  readonly length: number
  readonly ended: boolean
  readonly decidedAt: number | null
  readonly timeMs: number | null
  readonly end: boolean
  /** Children before parents: [obligation, low, high]; 0 and 1 are the constants, n ≥ 2 is entry n − 2. */
  readonly residual: readonly (readonly [NodeId, number | null, number | 'inf' | null, number, number])[]
  readonly root: number
  readonly witness: readonly number[]
  readonly past: PastState | null
}

/**
 * Monitors formulas with windows in time that look ahead, by progression (Bacchus and Kabanza 1998): what remains
 * to be shown is kept as a decision diagram over obligations with absolute deadlines. Of two deadlines for one
 * subformula the earlier implies the later, so `G (a -> F[0,5s] b)` keeps one however many `a` there are.
 *
 * A verdict is given when the residual is constant: always right, but not always at the earliest event.
 */
export function openDeadlineSession(
  core: CoreFormula,
  limits: SessionLimits,
  saved?: unknown,
): MonitorSession {
  const reader = createAtomReader(core.atoms, limits.match)
  const { pastRoots, plain, windows } = plan(core)
  const past: PastEngine | undefined =
    pastRoots.length === 0 ? undefined : createPastEngine(core, pastRoots, limits.maxWindowEvents)
  const isPast = new Set(pastRoots)

  let obligations: Obligation[][] = []
  let places: Map<number, number>[] = []
  let space: BddSpace
  let residual: Bdd
  let endsNow = false
  let length = 0
  let ended = false
  let decidedAt: number | undefined
  let clock = -Infinity
  let failure: unknown
  let witness: number[] = []
  let verdict: Verdict = 'inconclusive'

  function newSpace(): void {
    // Chain 0 is for obligations without a deadline. Then numbers are odd for open windows, even for windows that
    // wait to open. Only open ones imply each other.
    space = createBddSpace(limits.maxNodes, (variable) => {
      const chain = variable >> CHAIN_BITS
      return chain % 2 === 1 ? chain : -1
    })
    obligations = Array.from({ length: 1 + 2 * windows.size }, () => [])
    obligations[0] = [...plain.keys()].map((node) => ({ node, from: -Infinity, until: null }))
    places = obligations.map(() => new Map())
  }

  /** The variable of a claim. Deadlines of a chain arrive in rising order, so the order of variables is theirs. */
  function variableOf(claim: Obligation): Bdd {
    if (claim.until === null) return space.variable(plain.get(claim.node)!)
    const chain = 1 + 2 * windows.get(claim.node)! + (claim.from === -Infinity ? 0 : 1)
    const known = obligations[chain]!
    let place = places[chain]!.get(orderOf(claim))
    if (place === undefined) {
      const last = known.at(-1)
      if (last !== undefined && orderOf(last) > orderOf(claim)) throw new TypeError('deadlines out of order')
      place = known.push(claim) - 1
      places[chain]!.set(orderOf(claim), place)
    }
    if (place >= CHAIN_SIZE) {
      throw new MidstreamError('FORMULA_LIMIT', `more than ${CHAIN_SIZE} deadlines are open`, {
        details: { limit: CHAIN_SIZE },
      })
    }
    return space.variable((chain << CHAIN_BITS) + place)
  }
  const obligationOf = (variable: number): Obligation =>
    obligations[variable >> CHAIN_BITS]![variable & (CHAIN_SIZE - 1)]!

  function claimNode(id: NodeId): Bdd {
    if (id === 0) return ONE
    const base = baseOf(core, id)
    if (base === 0) return ZERO
    const variable = variableOf({ node: base, from: -Infinity, until: null })
    return base === id ? variable : space.not(variable)
  }

  const timeOf = (window: Window): number => (window.unit === 'steps' ? length : clock)

  /** The window of `node` from `from` to `until`, seen from this event. */
  function windowOutlook(node: NodeId, from: number, until: number, of: (id: NodeId) => Outlook): Outlook {
    const parts = core.nodes[node]!
    if (parts.kind !== 'windowUntil') throw new TypeError('not a window')
    const now = timeOf(parts.window)
    if (now > until) return { go: ZERO, end: ZERO }
    const a = of(parts.a)
    if (now < from) return { go: space.and(a.go, variableOf({ node, from, until })), end: ZERO }
    const b = of(parts.b)
    const later = variableOf({ node, from: -Infinity, until })
    return { go: space.or(b.go, space.and(a.go, later)), end: b.end }
  }

  function progress(): void {
    const done = new Map<NodeId, Outlook>()
    const outlook = (id: NodeId): Outlook => {
      let value = done.get(id)
      if (value === undefined) {
        value = compute(id)
        done.set(id, value)
      }
      return value
    }
    const constant = (truth: boolean): Outlook => (truth ? { go: ONE, end: ONE } : { go: ZERO, end: ZERO })
    function compute(id: NodeId): Outlook {
      if (isPast.has(id)) return constant(past!.truth(id))
      const node = core.nodes[id]!
      switch (node.kind) {
        case 'true':
          return constant(true)
        case 'atom':
          return constant(reader.truth(node.atom))
        case 'not': {
          const a = outlook(node.a)
          return { go: space.not(a.go), end: space.not(a.end) }
        }
        case 'and': {
          const a = outlook(node.a)
          const b = outlook(node.b)
          return { go: space.and(a.go, b.go), end: space.and(a.end, b.end) }
        }
        case 'next':
          return { go: claimNode(node.a), end: ZERO }
        case 'until': {
          const a = outlook(node.a)
          const b = outlook(node.b)
          return { go: space.or(b.go, space.and(a.go, claimNode(id))), end: b.end }
        }
        case 'windowUntil': {
          const now = timeOf(node.window)
          const { min, max = Infinity } = node.window
          return windowOutlook(id, now + min, now + max, outlook)
        }
        default:
          throw new TypeError('an operator that looks back was not planned for')
      }
    }
    // Claims are taken in the order of their deadlines, so that new variables of a chain arrive in order.
    const taken = new Map<number, Outlook>()
    for (const variable of support(space, residual)) {
      const { node, from, until } = obligationOf(variable)
      taken.set(variable, until === null ? outlook(node) : windowOutlook(node, from, until, outlook))
    }
    if (taken.size > MAX_OPEN) {
      throw new MidstreamError('FORMULA_LIMIT', `more than ${MAX_OPEN} deadlines are open`, {
        details: { limit: MAX_OPEN },
      })
    }
    const next = space.compose(residual, (variable) => taken.get(variable)!.go)
    endsNow = space.compose(residual, (variable) => taken.get(variable)!.end) === ONE
    if (next !== residual) {
      witness.push(length)
      if (witness.length > 2 * MAX_WITNESS) witness = witness.slice(-MAX_WITNESS)
    }
    residual = next
    if (space.size() > REBUILD_NODES) rebuild()
  }

  function rebuild(): void {
    load(dump())
  }

  function dump(): Pick<SavedState, 'residual' | 'root'> {
    const entries: SavedState['residual'][number][] = []
    const places = new Map<Bdd, number>([
      [ZERO, 0],
      [ONE, 1],
    ])
    const visit = (node: Bdd): number => {
      const known = places.get(node)
      if (known !== undefined) return known
      const low = visit(space.low(node))
      const high = visit(space.high(node))
      const { node: id, from, until } = obligationOf(space.top(node))
      entries.push([id, from === -Infinity ? null : from, until === Infinity ? 'inf' : until, low, high])
      places.set(node, entries.length + 1)
      return entries.length + 1
    }
    return { root: visit(residual), residual: entries }
  }

  function load({ residual: entries, root }: Pick<SavedState, 'residual' | 'root'>): void {
    newSpace()
    const claims = entries.map(([node, from, until]) => ({
      node,
      from: from ?? -Infinity,
      until: until === 'inf' ? Infinity : until,
    }))
    for (const claim of [...claims].sort((x, y) => orderOf(x) - orderOf(y) || 0)) variableOf(claim)
    const made: Bdd[] = [ZERO, ONE]
    entries.forEach(([, , , low, high], i) => {
      made.push(space.make(space.top(variableOf(claims[i]!)), made[low]!, made[high]!))
    })
    residual = made[root]!
  }

  function decide(): void {
    if (decidedAt !== undefined) return
    if (residual === ONE && (length === 0 || endsNow || limits.infinite)) verdict = 'true'
    else if (residual === ZERO && (length === 0 || !endsNow || limits.infinite)) verdict = 'false'
    else return
    decidedAt = length - 1
  }

  function restore(value: unknown): void {
    try {
      const from = value as SavedState
      load(from)
      ;({ length, ended } = from)
      endsNow = from.end
      decidedAt = from.decidedAt ?? undefined
      clock = from.timeMs ?? -Infinity
      witness = [...from.witness]
      if (past !== undefined) past.load(from.past!)
      if (residual === undefined || !Number.isInteger(length)) throw new TypeError('incomplete')
      if (decidedAt !== undefined) verdict = residual === ONE ? 'true' : 'false'
    } catch (cause) {
      throw new MidstreamError('SNAPSHOT_INVALID', 'the snapshot is damaged', { cause })
    }
  }

  function reset(): void {
    newSpace()
    residual = claimNode(core.root)
    endsNow = false
    length = 0
    ended = false
    decidedAt = undefined
    clock = -Infinity
    failure = undefined
    witness = []
    verdict = 'inconclusive'
    past?.reset()
    decide()
  }

  function setClock(timeMs: number | undefined, what: string): void {
    if (!(timeMs! >= clock && timeMs! < Infinity))
      throw new MidstreamError('TRACE_INVALID', `${what} needs a time that does not fall`)
    clock = timeMs!
  }
  const needsTime = reachable(core, core.root).some((id) => {
    const node = core.nodes[id]!
    return 'window' in node && node.window.unit === 'ms'
  })

  reset()
  if (saved !== undefined) restore(saved)

  return {
    push(event, timeMs) {
      if (ended) throw new MidstreamError('SESSION_ENDED', 'the trace has ended')
      if (failure !== undefined) throw failure
      if (needsTime || timeMs !== undefined) setClock(timeMs, `event ${length}`)
      if (decidedAt === undefined) {
        try {
          reader.read(event)
          past?.update(reader.truth, clock)
          progress()
        } catch (error) {
          failure = error
          throw error
        }
      }
      length++
      decide()
      return verdict
    },
    advance(timeMs) {
      if (failure !== undefined) throw failure
      setClock(timeMs, 'advance')
      if (ended || decidedAt !== undefined) return verdict
      residual = space.compose(residual, (variable) => {
        const { node, until } = obligationOf(variable)
        const parts = core.nodes[node]!
        const over =
          until !== null && parts.kind === 'windowUntil' && parts.window.unit === 'ms' && timeMs > until
        return over ? ZERO : undefined
      })
      decide()
      return verdict
    },
    get verdict() {
      return verdict
    },
    get length() {
      return length
    },
    get decidedAt() {
      return decidedAt
    },
    witness: () => witness.slice(-MAX_WITNESS),
    end() {
      if (length === 0) throw new MidstreamError('TRACE_INVALID', 'a trace has at least one event')
      if (failure !== undefined) throw failure
      if (limits.infinite && decidedAt === undefined)
        throw new MidstreamError('FORMULA_UNSUPPORTED', 'an infinite trace does not end; it is undecided')
      ended = true
      return decidedAt === undefined ? endsNow : verdict === 'true'
    },
    snapshot() {
      if (failure !== undefined) throw failure
      return limits.wrap({
        ...dump(),
        length,
        ended,
        end: endsNow,
        decidedAt: decidedAt ?? null,
        timeMs: Number.isFinite(clock) ? clock : null,
        witness: witness.slice(-MAX_WITNESS),
        past: past?.save() ?? null,
      } satisfies SavedState)
    },
    reset,
  }
}

/** Place of a claim in its chain: by the deadline, or by the opening while it waits for that. */
function orderOf({ from, until }: Obligation): number {
  return from === -Infinity ? (until ?? 0) : from
}

/** Variables of a function, in their order. */
function support(space: BddSpace, f: Bdd): number[] {
  const seen = new Set<Bdd>()
  const found = new Set<number>()
  const stack = [f]
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (node <= 1 || seen.has(node)) continue
    seen.add(node)
    found.add(space.top(node))
    stack.push(space.low(node), space.high(node))
  }
  return [...found].sort((a, b) => a - b)
}

/** Splits a formula into maximal parts that only look back, numbered obligations, and numbered windows. */
function plan(core: CoreFormula): {
  pastRoots: NodeId[]
  plain: Map<NodeId, number>
  windows: Map<NodeId, number>
} {
  const pastRoots = new Set<NodeId>()
  const plain = new Map<NodeId, number>()
  const windows = new Map<NodeId, number>()
  const seen = new Set<NodeId>()
  const oblige = (id: NodeId): void => {
    const base = baseOf(core, id)
    if (!plain.has(base)) plain.set(base, plain.size)
    visit(base)
  }
  const visit = (id: NodeId): void => {
    if (seen.has(id)) return
    seen.add(id)
    const node = core.nodes[id]!
    if (core.hasPast[id] && !core.hasFuture[id]) {
      pastRoots.add(id)
      return
    }
    if (node.kind === 'yesterday' || node.kind === 'since' || node.kind === 'windowSince') {
      throw new MidstreamError(
        'FORMULA_UNSUPPORTED',
        'beside a window in time that looks ahead, an operator that looks back cannot hold one that looks ahead',
      )
    }
    if (node.kind === 'next') oblige(node.a)
    if (node.kind === 'until') oblige(id)
    if (node.kind === 'windowUntil') windows.set(id, windows.size)
    if ('a' in node) visit(node.a)
    if ('b' in node) visit(node.b)
  }
  oblige(core.root)
  if (windows.size > MAX_WINDOWS) {
    throw new MidstreamError('FORMULA_LIMIT', `more than ${MAX_WINDOWS} windows look ahead`, {
      details: { limit: MAX_WINDOWS },
    })
  }
  return { pastRoots: [...pastRoots], plain, windows }
}
