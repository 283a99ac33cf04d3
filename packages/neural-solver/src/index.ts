// Language

// Monitors
export type { MonitorAnalysis } from './lib/analyze-monitor.ts'
// Decision procedure
export { analyzePolicies, type PolicyAnalysis, type PolicyFinding } from './lib/analyze-policies.ts'
// Whole traces
export { type CheckResult, check } from './lib/check.ts'
export {
  type Answer,
  type DecideOptions,
  type Decision,
  entails,
  equivalent,
  satisfiable,
  valid,
} from './lib/decide.ts'
export { type EvaluateOptions, evaluate, satisfies } from './lib/evaluate.ts'
export type { TextMatcher } from './lib/event-test.ts'
export type {
  Atom,
  BinaryOperator,
  Comparison,
  Formula,
  TraceEvent,
  UnaryOperator,
  Window,
  WindowedBinaryOperator,
  WindowedUnaryOperator,
} from './lib/formula.ts'
export { formulaFromJson } from './lib/formula-json.ts'
export {
  compileMonitor,
  type Monitor,
  type MonitorOptions,
  type MonitorSession,
  type MonitorSnapshot,
  type Verdict,
} from './lib/monitor.ts'
export { type Macro, type ParseOptions, parseFormula } from './lib/parse.ts'
export { PATTERN_NAMES, PATTERN_SCOPES } from './lib/patterns.ts'
export {
  createPolicyMonitor,
  type PolicyDecision,
  type PolicyMonitor,
  type PolicyMonitorOptions,
  type PolicyRule,
  type PolicySnapshot,
  resumePolicyMonitor,
} from './lib/policy-monitor.ts'
export { printFormula } from './lib/print.ts'
export {
  type Certificate,
  type CertificateCheck,
  type Claim,
  type Clause,
  type Refutation,
  verifyCertificate,
  type WitnessTrace,
} from './lib/verify-certificate.ts'
