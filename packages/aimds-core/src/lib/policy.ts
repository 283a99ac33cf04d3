import { type Action, type Channel, compareSeverities, type Finding, type Policy } from '@midstream/core'
import { type PolicyRule, type PolicySpec, parsePolicySpec } from './policy-spec.ts'
import { compileRuleGlob } from './rule-glob.ts'

/** Why a finding got its action. */
export interface Explanation {
  readonly action: Action
  /** Position of the deciding rule in the policy, from 0; undefined when the default decided. */
  readonly ruleIndex: number | undefined
  /** The deciding rule itself. */
  readonly rule: PolicyRule | undefined
}

/** A policy that can say which of its rules decided. */
export interface RulePolicy extends Policy {
  readonly spec: PolicySpec
  explain(finding: Finding, channel: Channel): Explanation
}

function compileRule(rule: PolicyRule): (finding: Finding, channel: Channel) => boolean {
  const matchesId = rule.rule === undefined ? undefined : compileRuleGlob(rule.rule)
  return (finding, channel) =>
    (matchesId === undefined || matchesId(finding.rule)) &&
    (rule.category === undefined || rule.category === finding.category) &&
    (rule.channel === undefined || rule.channel.includes(channel.kind)) &&
    (rule.provenance === undefined || rule.provenance.includes(channel.provenance)) &&
    (rule.minSeverity === undefined || compareSeverities(finding.severity, rule.minSeverity) >= 0) &&
    (rule.minConfidence === undefined || finding.confidence >= rule.minConfidence)
}

/**
 * Makes a policy from rules. **The first rule that matches a finding decides**, so that an exception stands
 * above the general case and reads like one; when several findings meet, the strictest action wins
 * (`worstAction`), and that is the caller's step. O(rules) per finding.
 *
 * Throws CONFIG_INVALID with the path of the mistake in `details.path`.
 *
 * ```ts
 * const policy = createPolicy({
 *   rules: [
 *     { rule: 'pii/ip-private', action: 'allow' },
 *     { category: 'pii', channel: ['content'], action: 'redact' },
 *     { category: 'secret', action: 'block' },
 *   ],
 *   default: 'annotate',
 * })
 * ```
 */
export function createPolicy(spec: PolicySpec): RulePolicy {
  const checked = parsePolicySpec(spec)
  const tests = checked.rules.map(compileRule)
  function explain(finding: Finding, channel: Channel): Explanation {
    for (const [ruleIndex, matches] of tests.entries()) {
      if (!matches(finding, channel)) continue
      const rule = checked.rules[ruleIndex]!
      return { action: rule.action, ruleIndex, rule }
    }
    return { action: checked.default, ruleIndex: undefined, rule: undefined }
  }
  return { spec: checked, explain, decide: (finding, channel) => explain(finding, channel).action }
}

/**
 * The policy that applies when nobody wrote one: what a model says or does keeps no secret and no personal
 * data; what is sent to a model keeps no secret, and personal data in it is only noted, because a user may
 * hand over their own address. Threats are noted.
 */
export const DEFAULT_POLICY_SPEC: PolicySpec = {
  rules: [
    { category: 'secret', action: 'redact' },
    {
      category: 'pii',
      channel: ['content', 'reasoning', 'refusal', 'tool-input', 'other'],
      action: 'redact',
    },
    { category: 'pii', action: 'annotate' },
  ],
  default: 'annotate',
}

/** `createPolicy(DEFAULT_POLICY_SPEC)`. */
export function defaultPolicy(): RulePolicy {
  return createPolicy(DEFAULT_POLICY_SPEC)
}
