export { joinActions, worstAction } from './lib/lattice.ts'
export {
  createPolicy,
  DEFAULT_POLICY_SPEC,
  defaultPolicy,
  type Explanation,
  type RulePolicy,
} from './lib/policy.ts'
export { describePolicy, type PolicyRule, type PolicySpec, parsePolicySpec } from './lib/policy-spec.ts'
export { CATEGORIES, type Category, isCategory, isThreat } from './lib/taxonomy.ts'
