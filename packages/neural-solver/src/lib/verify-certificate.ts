// The trusted kernel. It imports nothing but types and shares no code with what finds the verdicts: it has its own
// evaluator, its own reading of a formula as clauses, and a checker for proofs by unit propagation.
import type { Atom, Formula, TraceEvent, Window } from './formula.ts'

/** What is claimed, over finite traces of at least one event. */
export interface Claim {
  readonly kind: 'satisfiable' | 'unsatisfiable' | 'valid' | 'invalid'
  readonly formula: Formula
}

/** A trace. Times default to 0. `matches` lists, for each event, the atoms `field ~ pattern` taken to hold. */
export interface WitnessTrace {
  readonly events: readonly TraceEvent[]
  readonly times?: readonly number[]
  readonly matches?: readonly (readonly string[])[]
}

/** Literals: variable 2n is node n of the encoding at a position, 2n + 1 at the next; negative means false. */
export type Clause = readonly number[]

/**
 * No trace satisfies the formula: every clause of `invariant` holds at the first position (`init`), is handed on
 * to the next (`step`), and together they exclude an end (`final`). The proofs are clauses that follow by unit
 * propagation, each from those before it (RUP). `lemmas` are facts about the fields of one event.
 */
export interface Refutation {
  readonly lemmas: readonly Clause[]
  readonly invariant: readonly Clause[]
  readonly init: readonly (readonly Clause[])[]
  readonly step: readonly (readonly Clause[])[]
  readonly final: readonly Clause[]
}

export type Certificate =
  | { readonly version: 1; readonly claim: Claim; readonly witness: WitnessTrace }
  | { readonly version: 1; readonly claim: Claim; readonly refutation: Refutation }

export type CertificateCheck = { readonly valid: true } | { readonly valid: false; readonly reason: string }

/** Checks a certificate. A damaged one is not valid; nothing that the data says makes it throw. */
export function verifyCertificate(certificate: Certificate): CertificateCheck {
  const refuse = (reason: string): CertificateCheck => ({ valid: false, reason })
  try {
    const { version, claim } = certificate
    const positive = claim.kind === 'satisfiable' || claim.kind === 'invalid'
    const plain = claim.kind === 'satisfiable' || claim.kind === 'unsatisfiable'
    if (version !== 1 || !(positive || plain || claim.kind === 'valid')) return refuse('unknown claim')
    const formula: Formula = plain ? claim.formula : { op: 'not', arg: claim.formula }
    if (positive) {
      const shown = 'witness' in certificate && evaluateWitness(formula, certificate.witness)
      return shown ? { valid: true } : refuse('no trace shows the claim')
    }
    if (!('refutation' in certificate)) return refuse('the claim needs a refutation')
    const defect = refutationDefect(encodeFormula(formula), certificate.refutation)
    return defect === undefined ? { valid: true } : refuse(defect)
  } catch (error) {
    return refuse(`malformed: ${String(error)}`)
  }
}

const fieldOf = (event: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((value, part) => {
    const inside = typeof value === 'object' && value !== null && Object.hasOwn(value, part)
    return inside ? (value as Record<string, unknown>)[part] : undefined
  }, event)

const matchName = (atom: Atom & { op: 'match' }): string => `${atom.field} ~ ${atom.pattern}`

function atomHolds(atom: Atom, event: TraceEvent, matches: readonly string[]): boolean {
  const value = fieldOf(event, atom.field)
  if (atom.op === 'field') return Boolean(value)
  if (atom.op === 'match') return typeof value === 'string' && matches.includes(matchName(atom))
  if (atom.is === '==' || atom.is === '!=') return (value === atom.value) === (atom.is === '==')
  if (typeof value !== 'number' || typeof atom.value !== 'number') return false
  if (atom.is === '<') return value < atom.value
  if (atom.is === '<=') return value <= atom.value
  return atom.is === '>' ? value > atom.value : value >= atom.value
}

/** The operators that remain: everything else is written with them. `by` 1 looks ahead, −1 back. */
type Core =
  | { readonly op: 'true' }
  | Atom
  | { readonly op: 'not'; readonly a: Core }
  | { readonly op: 'and'; readonly a: Core; readonly b: Core }
  | { readonly op: 'step'; readonly a: Core; readonly by: 1 | -1 }
  | { readonly op: 'reach'; readonly a: Core; readonly b: Core; readonly by: 1 | -1; readonly window: Window }

const isAtom = (f: Formula | Core): f is Atom => f.op === 'field' || f.op === 'compare' || f.op === 'match'

function coreOf(f: Formula): Core {
  const no = (a: Core): Core => ({ op: 'not', a })
  const and = (a: Core, b: Core): Core => ({ op: 'and', a, b })
  const or = (a: Core, b: Core): Core => no(and(no(a), no(b)))
  const whole: Window = { unit: 'steps', min: 0 }
  const reach = (by: 1 | -1, a: Core, b: Core, window = whole): Core => ({ op: 'reach', a, b, by, window })
  const yes: Core = { op: 'true' }
  if (isAtom(f) || f.op === 'true') return f
  if (f.op === 'false') return no(yes)
  if ('arg' in f) {
    const a = coreOf(f.arg)
    const by = /^(once|historically|yesterday|weakYesterday)$/.test(f.op) ? -1 : 1
    if (f.op === 'not') return no(a)
    if (f.op === 'next' || f.op === 'yesterday') return { op: 'step', a, by }
    if (f.op === 'weakNext' || f.op === 'weakYesterday') return no({ op: 'step', a: no(a), by })
    if (f.op === 'eventually' || f.op === 'once') return reach(by, yes, a, f.window)
    if (f.op === 'always' || f.op === 'historically') return no(reach(by, yes, no(a), f.window))
    throw new TypeError('unknown operator')
  }
  const [a, b] = [coreOf(f.left), coreOf(f.right)]
  if (f.op === 'and') return and(a, b)
  if (f.op === 'or' || f.op === 'implies') return or(f.op === 'or' ? a : no(a), b)
  if (f.op === 'iff') return or(and(a, b), and(no(a), no(b)))
  if (f.op === 'until' || f.op === 'since') return reach(f.op === 'since' ? -1 : 1, a, b, f.window)
  if (f.op === 'release') return no(reach(1, no(a), no(b), f.window))
  if (f.op !== 'weakUntil') throw new TypeError('unknown operator')
  const upTo = f.window?.max === undefined ? whole : { ...f.window, min: 0 }
  return or(reach(1, a, b, f.window), no(reach(1, yes, no(a), upTo)))
}

/** Computes for each part once: `<->` and W use theirs twice. */
const once = <V>(compute: (f: Core) => V, known: Map<Core, V> = new Map()): ((f: Core) => V) => {
  return (f) => known.get(f) ?? known.set(f, compute(f)).get(f)!
}

/** Truth at the first position, by the definitions: quadratic in the trace. */
function evaluateWitness(formula: Formula, { events, times, matches }: WitnessTrace): boolean {
  const time = (i: number): number => times?.[i] ?? 0
  const every = (test: (i: number) => boolean): boolean[] => events.map((_, i) => test(i))
  const values: (f: Core) => boolean[] = once((f) => {
    if (f.op === 'true') return every(() => true)
    if (isAtom(f)) return every((i) => atomHolds(f, events[i]!, matches?.[i] ?? []))
    const a = values(f.a)
    if (f.op === 'not') return every((i) => !a[i])
    if (f.op === 'step') return every((i) => a[i + f.by] ?? false)
    const b = values(f.b)
    if (f.op === 'and') return every((i) => a[i]! && b[i]!)
    const { unit, min, max = Infinity } = f.window
    return every((i) => {
      for (let j = i; j >= 0 && j < events.length; j += f.by) {
        const distance = Math.abs(unit === 'steps' ? i - j : time(i) - time(j))
        if (distance >= min && distance <= max && b[j]!) return true
        if (!a[j]) return false
      }
      return false
    })
  })
  const rising = events.every((_, i) => Number.isFinite(time(i)) && (i === 0 || time(i) >= time(i - 1)))
  return rising && events.length > 0 && values(coreOf(formula))[0]!
}

/** Arguments: node numbers, negated if negative; nodes[n − 1] is n; 1 is true; `x`: X of a U, Y of an S. */
export type EncodedNode =
  | { readonly kind: 'true' | 'free' }
  | { readonly kind: 'atom'; readonly atom: Atom }
  | { readonly kind: 'and'; readonly a: number; readonly b: number }
  | { readonly kind: 'next' | 'yesterday'; readonly a: number }
  | { readonly kind: 'until' | 'since'; readonly a: number; readonly b: number; readonly x: number }

export type Encoding = { readonly nodes: readonly EncodedNode[]; readonly root: number }

/**
 * A formula as nodes. A window in time is relaxed to a free choice between what it implies and what implies it,
 * so an encoding without solution still means that the formula has none.
 */
export function encodeFormula(formula: Formula): Encoding {
  const nodes: EncodedNode[] = [{ kind: 'true' }]
  const known = new Map<string, number>()
  const add = (node: EncodedNode, key: string = Object.values(node).join()): number => {
    const id = known.get(key) ?? nodes.push(node)
    known.set(key, id)
    return id
  }
  const and = (a: number, b: number): number => add({ kind: 'and', a, b })
  const or = (a: number, b: number): number => -and(-a, -b)
  const plain = (by: 1 | -1, a: number, b: number): number => {
    const [kind, step] = by === 1 ? (['until', 'next'] as const) : (['since', 'yesterday'] as const)
    const size = nodes.length
    const id = add({ kind, a, b, x: size + 2 }, `${kind},${a},${b}`)
    if (nodes.length > size) add({ kind: step, a: id })
    return id
  }
  const reach = (by: 1 | -1, a: number, b: number, w: Window): number => {
    if (w.min === 0 && w.max === undefined) return plain(by, a, b)
    const step = (x: number): number => and(a, add({ kind: by === 1 ? 'next' : 'yesterday', a: x }))
    if (w.unit === 'ms') {
      const choice = add({ kind: 'free' }, `free,${[by, a, b, w.min, w.max]}`)
      return w.min > 0 ? and(choice, step(plain(by, a, b))) : or(b, and(choice, plain(by, a, b)))
    }
    if ((w.max ?? w.min) > 4096) throw new RangeError('window too long')
    let result = w.max === undefined ? plain(by, a, b) : b
    for (let k = w.min; k < (w.max ?? 0); k++) result = or(b, step(result))
    for (let k = 0; k < w.min; k++) result = step(result)
    return result
  }
  const encode: (f: Core) => number = once((f) => {
    if (f.op === 'true') return 1
    if (isAtom(f)) return add({ kind: 'atom', atom: f }, JSON.stringify(Object.entries(f)))
    if (f.op === 'not') return -encode(f.a)
    if (f.op === 'and') return and(encode(f.a), encode(f.b))
    if (f.op === 'step') return add({ kind: f.by === 1 ? 'next' : 'yesterday', a: encode(f.a) })
    return reach(f.by, encode(f.a), encode(f.b), f.window)
  })
  return { root: encode(coreOf(formula)), nodes }
}

/** The literal of a node at a position (`at` 0) or the next (1). */
export const literal = (node: number, at: 0 | 1): number => 2 * node + (node < 0 ? -at : at)

/** Clauses of one position, of a first one, of a last one, and of a position and the next. */
export function encodingClauses({ nodes }: Encoding): Record<'local' | 'first' | 'last' | 'link', Clause[]> {
  const [local, steps, first, last]: [Clause[], Clause[], Clause[], Clause[]] = [[], [], [], []]
  nodes.forEach((node, i) => {
    const n = literal(i + 1, 0)
    if (node.kind === 'true') local.push([n])
    else if (node.kind === 'next' || node.kind === 'yesterday') {
      const ahead = node.kind === 'next'
      ;(ahead ? last : first).push([-n])
      const [p, q] = [literal(i + 1, ahead ? 0 : 1), literal(node.a, ahead ? 1 : 0)]
      steps.push([-p, q], [p, -q])
    } else if ('b' in node) {
      const [a, b] = [literal(node.a, 0), literal(node.b, 0)]
      if (node.kind === 'and') local.push([-n, a], [-n, b], [n, -a, -b])
      else local.push([-n, b, a], [-n, b, literal(node.x, 0)], [n, -b], [n, -a, -literal(node.x, 0)])
    }
  })
  return { local, first, last, link: [...steps, ...local.map(ahead)] }
}

const ahead = (clause: Clause): Clause => clause.map((l) => l + Math.sign(l))

function refutationDefect(encoding: Encoding, proof: Refutation): string | undefined {
  const { lemmas, invariant, init, step, final } = proof
  const numbers = [lemmas, invariant, final, ...init, ...step].flat(2)
  if (!numbers.every((l) => Number.isInteger(l) && l !== 0)) return 'a literal is not a number'
  if (!invariant.flat().every((l) => l % 2 === 0)) return 'the invariant speaks of two positions'
  if (!lemmas.every((clause) => isFact(encoding, clause))) return 'a lemma is not a fact about one event'
  const { local, first, last, link } = encodingClauses(encoding)
  const here = [...local, ...lemmas]
  const start = [...here, ...first, [literal(encoding.root, 0)]]
  const both = [...here, ...link, ...invariant]
  for (const [i, clause] of invariant.entries()) {
    if (!derives(start, init[i]!, clause)) return `clause ${i} is not shown to hold at first`
    if (!derives(both, step[i]!, ahead(clause))) return `clause ${i} is not handed on`
  }
  return derives([...here, ...last, ...invariant], final, []) ? undefined : 'an end is not excluded'
}

/** Whether each clause, and then the goal, follows by unit propagation from what is there before it. */
function derives(axioms: readonly Clause[], proof: readonly Clause[], goal: Clause): boolean {
  const clauses = [...axioms]
  return [...proof, goal].every((clause) => {
    const truth = new Set(clause.map((l) => -l))
    let conflict = [...truth].some((l) => truth.has(-l))
    for (let changed = true; changed && !conflict; ) {
      changed = false
      for (const candidate of clauses) {
        if (candidate.some((l) => truth.has(l))) continue
        const open = new Set(candidate.filter((l) => !truth.has(-l)))
        if (open.size > 1) continue
        for (const l of open) truth.add(l)
        if (open.size === 0) conflict = true
        else changed = true
      }
    }
    clauses.push(clause)
    return conflict
  })
}

/** Whether a clause over atoms holds for every event: tried on all values that its constants can tell apart. */
function isFact({ nodes }: Encoding, clause: Clause): boolean {
  const parts = clause.map((l) => ({ node: nodes[Math.abs(l) / 2 - 1], positive: l > 0 }))
  const atoms = parts.flatMap(({ node }) => (node?.kind === 'atom' ? [node.atom] : []))
  const fields = [...new Set(atoms.map((atom) => atom.field))].sort((a, b) => a.length - b.length)
  if (atoms.length < parts.length || atoms.length > 12 || fields.length > 3) throw new RangeError('too wide')
  const holds = (event: TraceEvent, said: number): boolean => {
    const matches = atoms.flatMap((a, i) => (a.op === 'match' && (said >> i) & 1 ? [matchName(a)] : []))
    return parts.some(({ positive }, i) => atomHolds(atoms[i]!, event, matches) === positive)
  }
  const tried = (event: TraceEvent, [field, ...others]: readonly string[]): boolean => {
    if (field === undefined) return [...Array(2 ** atoms.length).keys()].every((said) => holds(event, said))
    const constants = atoms.flatMap((a) => (a.op === 'compare' && a.field === field ? [a.value] : []))
    const numbers = [0, ...constants.filter((c) => typeof c === 'number')].sort((a, b) => a - b)
    const between = numbers.flatMap((x, i) => [x, x / 2 + (numbers[i + 1] ?? 3 * x + 2) / 2])
    const unknown = `other ${constants.join()}`
    const values = [true, false, '', {}, unknown, ...constants, ...between, 2 * numbers[0]! - 1]
    const set = (value: unknown): TraceEvent => withField(event, field.split('.'), value)
    return tried(event, others) && values.every((value) => tried(set(value), others))
  }
  return tried({}, fields)
}

/** The event with a field set, unless something other than an object is in the way. */
function withField(event: TraceEvent, [first, ...rest]: readonly string[], value: unknown): TraceEvent {
  const inner = fieldOf(event, first!) ?? {}
  if (rest.length > 0 && typeof inner !== 'object') return event
  return { ...event, [first!]: rest.length > 0 ? withField(inner as TraceEvent, rest, value) : value }
}
