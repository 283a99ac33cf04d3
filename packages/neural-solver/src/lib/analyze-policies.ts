import { type DecideOptions, type Decision, entails, satisfiable, valid } from './decide.ts'
import { and, conjunction, type Formula } from './formula.ts'
import { parseFormula } from './parse.ts'
import type { PolicyRule } from './policy-monitor.ts'

export interface PolicyFinding {
  readonly kind: /** No trace keeps these rules together; without any one of them there is one. */
    | 'contradictory'
    /** Every trace keeps the rule: it forbids nothing. */
    | 'tautology'
    /** The rules together never let its condition arise: `G (a -> b)` where `a` cannot happen. */
    | 'vacuous'
    /** Another rule alone already demands it. */
    | 'subsumed'
    /** Other rules together already demand it. */
    | 'redundant'
  /** For `contradictory` the minimal conflicting rules; otherwise the rule. */
  readonly rules: readonly string[]
  /** The fewest-by-deletion rules that are to blame, for `vacuous`, `subsumed` and `redundant`. */
  readonly because: readonly string[]
  /** The decision behind it, with its certificate. */
  readonly decision: Decision
}

export interface PolicyAnalysis {
  readonly findings: readonly PolicyFinding[]
  /** A trace that keeps all rules, when there is one. */
  readonly witness: Decision['witness']
  /** Questions that windows in time left open. Not a clean bill of health. */
  readonly unknown: readonly string[]
}

interface Named {
  readonly id: string
  readonly formula: Formula
}

/**
 * Looks for rules that contradict each other, never apply, or say nothing new. Asks O(rules²) small questions, and
 * O(rules) about all together, each exponential at worst and bounded by the options.
 *
 * @throws MidstreamError as `satisfiable`.
 */
export function analyzePolicies(rules: readonly PolicyRule[], options: DecideOptions = {}): PolicyAnalysis {
  const named: Named[] = rules
    .filter((rule) => rule.enabled !== false)
    .map(({ id, formula }) => ({
      id,
      formula: typeof formula === 'string' ? parseFormula(formula) : formula,
    }))
  const findings: PolicyFinding[] = []
  const unknown: string[] = []
  const all = (set: readonly Named[]): Formula => conjunction(set.map(({ formula }) => formula))
  const ids = (set: readonly Named[]): string[] => set.map(({ id }) => id)

  const together = satisfiable(all(named), options)
  if (together.answer === 'unknown') unknown.push('whether all rules can be kept together')
  if (together.answer === 'no') {
    const core = minimize(named, (set) => satisfiable(all(set), options).answer === 'no')
    const decision = satisfiable(all(core), options)
    findings.push({ kind: 'contradictory', rules: ids(core), because: [], decision })
    // From a contradiction everything follows; the other questions make no sense.
    return { findings, witness: undefined, unknown }
  }

  for (const rule of named) {
    const others = named.filter((other) => other !== rule)
    const alone = valid(rule.formula, options)
    if (alone.answer === 'yes') {
      findings.push({ kind: 'tautology', rules: [rule.id], because: [], decision: alone })
      continue
    }
    const trigger = triggerOf(rule.formula)
    if (trigger !== undefined) {
      const never = (set: readonly Named[]): Decision => satisfiable(and(all(set), trigger), options)
      const decision = never(named)
      if (decision.answer === 'unknown') unknown.push(`whether the condition of ${rule.id} can arise`)
      if (decision.answer === 'no') {
        const because = minimize(named, (set) => never(set).answer === 'no')
        findings.push({ kind: 'vacuous', rules: [rule.id], because: ids(because), decision: never(because) })
      }
    }
    const stronger = others.find((other) => entails(other.formula, rule.formula, options).answer === 'yes')
    if (stronger !== undefined) {
      const decision = entails(stronger.formula, rule.formula, options)
      findings.push({ kind: 'subsumed', rules: [rule.id], because: [stronger.id], decision })
      continue
    }
    const decision = entails(all(others), rule.formula, options)
    if (decision.answer === 'unknown') unknown.push(`whether the others demand ${rule.id}`)
    if (decision.answer !== 'yes') continue
    const because = minimize(others, (set) => entails(all(set), rule.formula, options).answer === 'yes')
    const shown = entails(all(because), rule.formula, options)
    findings.push({ kind: 'redundant', rules: [rule.id], because: ids(because), decision: shown })
  }
  return { findings, witness: together.witness, unknown }
}

/** A subset that still has the property and loses it with any one element (QuickXplain, Junker 2004). */
function minimize(set: readonly Named[], holds: (subset: readonly Named[]) => boolean): Named[] {
  const conquer = (fixed: readonly Named[], open: readonly Named[], changed: boolean): Named[] => {
    if (changed && holds(fixed)) return []
    if (open.length <= 1) return [...open]
    const middle = open.length >> 1
    const [first, second] = [open.slice(0, middle), open.slice(middle)]
    const needed = conquer([...fixed, ...first], second, first.length > 0)
    const rest = conquer([...fixed, ...needed], first, needed.length > 0)
    return [...rest, ...needed]
  }
  const found = new Set(conquer([], set, true))
  return set.filter((element) => found.has(element))
}

/** What must happen for a rule to demand anything: `F a` for `G (a -> b)`, `a` for `a -> b`. */
function triggerOf(formula: Formula): Formula | undefined {
  if (formula.op === 'implies') return formula.left
  if (formula.op !== 'always' || formula.window !== undefined) return undefined
  const inner = triggerOf(formula.arg)
  return inner === undefined ? undefined : { op: 'eventually', arg: inner }
}
