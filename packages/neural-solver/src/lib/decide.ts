import { type Clock, MidstreamError } from '@midstream/core'
import { certifyRefutation } from './certify.ts'
import { type CoreFormula, createCoreBuilder, type NodeId } from './core-formula.ts'
import { createDeadline } from './evaluate.ts'
import { type Formula, not, TRUE, type Window } from './formula.ts'
import { parseFormula } from './parse.ts'
import { searchTrace } from './search.ts'
import { type Certificate, type Claim, verifyCertificate, type WitnessTrace } from './verify-certificate.ts'
import { buildWitness } from './witness.ts'

export interface DecideOptions {
  /** Nodes of decision diagrams. One more: FORMULA_LIMIT. @default 2097152 */
  readonly maxNodes?: number
  /** One more millisecond: SOLVER_TIMEOUT. @default Infinity */
  readonly timeoutMs?: number
  readonly clock?: Clock
}

/**
 * `unknown` only for formulas with windows in time: without them every question has an answer. It is neither yes
 * nor no.
 */
export type Answer = 'yes' | 'no' | 'unknown'

export interface Decision {
  readonly answer: Answer
  /** A trace that satisfies the formula, or the counterexample. Already re-checked by `verifyCertificate`. */
  readonly witness: WitnessTrace | undefined
  /**
   * The answer as data that `verifyCertificate` accepts; undefined for `unknown`. Proofs are made when asked for.
   *
   * @throws MidstreamError FORMULA_LIMIT or SOLVER_TIMEOUT when the proof grows past the bounds.
   */
  certificate(): Certificate | undefined
}

/**
 * Is there a finite trace (of at least one event) that satisfies the formula? The witness is a shortest one.
 *
 * @throws MidstreamError FORMULA_SYNTAX, FORMULA_LIMIT or SOLVER_TIMEOUT; RangeError for options without sense.
 */
export function satisfiable(formula: Formula | string, options: DecideOptions = {}): Decision {
  const parsed = read(formula)
  return decide(parsed, options, parsed, 'satisfiable')
}

/** Does every finite trace satisfy the formula? The witness is a counterexample. Errors as `satisfiable`. */
export function valid(formula: Formula | string, options: DecideOptions = {}): Decision {
  const parsed = read(formula)
  return decide(not(parsed), options, parsed, 'valid')
}

/** Does every trace that satisfies `premise` satisfy `conclusion`? The claim certified is `premise -> conclusion`. */
export function entails(
  premise: Formula | string,
  conclusion: Formula | string,
  options: DecideOptions = {},
): Decision {
  return valid({ op: 'implies', left: read(premise), right: read(conclusion) }, options)
}

/** Do the same traces satisfy both? The claim certified is `left <-> right`. */
export function equivalent(
  left: Formula | string,
  right: Formula | string,
  options: DecideOptions = {},
): Decision {
  return valid({ op: 'iff', left: read(left), right: read(right) }, options)
}

function read(formula: Formula | string): Formula {
  return typeof formula === 'string' ? parseFormula(formula) : formula
}

/** Longest window in steps that is written out. */
const MAX_STEPS = 4096

function decide(
  target: Formula,
  options: DecideOptions,
  formula: Formula,
  question: 'satisfiable' | 'valid',
): Decision {
  const { maxNodes = 1 << 21 } = options
  if (!Number.isInteger(maxNodes) || maxNodes < 1)
    throw new RangeError(`maxNodes must be a positive integer, got ${maxNodes}`)
  const limits = { maxNodes, tick: createDeadline(options) }
  const builder = createCoreBuilder({ infinite: false, maxUnroll: MAX_STEPS })
  const relaxed = relaxTime(target, builder.lower)
  const core: CoreFormula = builder.build(builder.lower(relaxed.formula))
  if (core.nodes.some((node) => node.kind === 'windowSince' || node.kind === 'windowUntil')) {
    throw new MidstreamError('FORMULA_LIMIT', `a window of more than ${MAX_STEPS} steps`, {
      details: { limit: MAX_STEPS },
    })
  }
  const result = searchTrace(core, limits)
  const positive = question === 'satisfiable'
  if (!result.found) {
    const claim: Claim = { kind: positive ? 'unsatisfiable' : 'valid', formula }
    return {
      answer: positive ? 'no' : 'yes',
      witness: undefined,
      certificate: () => ({ version: 1, claim, refutation: certifyRefutation(target, limits) }),
    }
  }
  const found = buildWitness(core.atoms, result.letters)
  const witness = relaxed.windows.length === 0 ? found : placeInTime(target, found, relaxed.windows)
  const claim: Claim = { kind: positive ? 'satisfiable' : 'invalid', formula }
  if (witness === undefined) return { answer: 'unknown', witness: undefined, certificate: () => undefined }
  const certificate: Certificate = { version: 1, claim, witness }
  const checked = verifyCertificate(certificate)
  if (!checked.valid) throw new MidstreamError('INTERNAL', `a witness failed its check: ${checked.reason}`)
  return { answer: positive ? 'yes' : 'no', witness, certificate: () => certificate }
}

/**
 * Replaces each window in time by a free choice between what implies it and what it implies. What cannot be
 * satisfied then cannot be satisfied at all.
 */
function relaxTime(formula: Formula, lower: (f: Formula) => NodeId): { formula: Formula; windows: Window[] } {
  const windows: Window[] = []
  const choices = new Map<string, Formula>()
  const visited = new Map<Formula, Formula>()
  const negate = (f: Formula): Formula => (f.op === 'not' ? f.arg : not(f))
  /** Each part once: W uses its left side twice. */
  const visit = (f: Formula): Formula => {
    const known = visited.get(f) ?? visitNew(f)
    visited.set(f, known)
    return known
  }
  const visitNew = (f: Formula): Formula => {
    if ('window' in f && f.window?.unit === 'ms') return relax(f)
    if ('arg' in f) return { ...f, arg: visit(f.arg) }
    if ('left' in f) return { ...f, left: visit(f.left), right: visit(f.right) }
    return f
  }
  function relax(f: Formula & { readonly window?: Window }): Formula {
    const window = f.window!
    const { min, max } = window
    if (f.op === 'always' || f.op === 'historically') {
      const op = f.op === 'always' ? 'eventually' : 'once'
      return negate(visit({ op, arg: negate(f.arg), window }))
    }
    if (f.op === 'release')
      return negate(visit({ op: 'until', left: negate(f.left), right: negate(f.right), window }))
    if (f.op === 'weakUntil') {
      const held: Formula = { op: 'always', arg: f.left }
      const bounded: Formula = max === undefined ? held : { ...held, window: { unit: 'ms', min: 0, max } }
      return { op: 'or', left: visit({ ...f, op: 'until' }), right: visit(bounded) }
    }
    if (min === 0 && max === undefined) {
      const { window: _, ...whole } = f
      return visit(whole as Formula)
    }
    windows.push(window)
    const { window: _, ...rest } = f
    const whole = visit(rest as Formula)
    const goal = 'right' in whole ? whole.right : 'arg' in whole ? whole.arg : whole
    const op = f.op === 'once' || f.op === 'since' ? 'yesterday' : 'next'
    // Equal windows are one choice. As numbers: written out, windows in windows would double at each level.
    const key = [op, lower('left' in whole ? whole.left : TRUE), lower(goal), min, max].join()
    // Not a name that can be written, so it meets no field of the formula.
    const choice: Formula = choices.get(key) ?? { op: 'field', field: `#${choices.size}` }
    choices.set(key, choice)
    if (min === 0) return { op: 'or', left: goal, right: { op: 'and', left: choice, right: whole } }
    // Later than now: at another event.
    const elsewhere: Formula = { op, arg: whole }
    const held: Formula = 'left' in whole ? { op: 'and', left: whole.left, right: elsewhere } : elsewhere
    return { op: 'and', left: choice, right: held }
  }
  return { formula: visit(formula), windows }
}

/** Tries the trace at a few paces: all at once, and with gaps at the ends of the windows. */
function placeInTime(
  formula: Formula,
  witness: WitnessTrace,
  windows: readonly Window[],
): WitnessTrace | undefined {
  const gaps = new Set([0])
  for (const { min, max } of windows) {
    gaps.add(min)
    if (max !== undefined) {
      gaps.add(max)
      gaps.add(max + 1)
      gaps.add((min + max) / 2)
    }
  }
  for (const gap of gaps) {
    const times = witness.events.map((_, i) => i * gap)
    const placed: WitnessTrace = { ...witness, times }
    const claim: Claim = { kind: 'satisfiable', formula }
    if (verifyCertificate({ version: 1, claim, witness: placed }).valid) return placed
  }
  return undefined
}
