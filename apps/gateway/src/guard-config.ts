import { createPolicy, DEFAULT_POLICY_SPEC, type PolicyRule } from '@midstream/aimds-core'
import {
  createInjectionClassifier,
  createInjectionInspector,
  createPatternInspector,
} from '@midstream/aimds-detection'
import { createLoopInspector } from '@midstream/attractor'
import type { Clock, Inspector, StreamLimits } from '@midstream/core'
import { createGuard, type Guard } from '@midstream/stream'
import type { GatewayConfig } from './config.ts'

/** A model that begins to print a private key has nothing to say around it that is worth sending. */
const PRIVATE_KEY_ENDS_ANSWER: PolicyRule = {
  rule: 'secret/private-key',
  provenance: ['model'],
  action: 'block',
}

/** The inspectors that a configuration asks for. Made once; compiling the patterns takes the time. */
export function inspectorsOf(config: GatewayConfig): Inspector[] {
  const { loops, injection } = config.guard
  const inspectors: Inspector[] = [createPatternInspector()]
  if (loops !== 'off') inspectors.push(createLoopInspector({ channels: ['content', 'reasoning'] }))
  if (injection !== 'off') {
    inspectors.push(createInjectionInspector({ classifier: createInjectionClassifier() }))
  }
  return inspectors
}

function watchRules({ loops, injection }: GatewayConfig['guard']): PolicyRule[] {
  const rules: PolicyRule[] = []
  if (loops !== 'off') rules.push({ rule: 'loop/*', action: loops })
  if (injection !== 'off') {
    rules.push({ category: 'injection', action: injection }, { category: 'jailbreak', action: injection })
    rules.push({ category: 'exfiltration', action: injection })
  }
  return rules
}

/**
 * The guard that a configuration asks for: its actions stand above the default policy, so that they decide
 * first. Throws POLICY_UNENFORCEABLE when an inspector may hold more text than `streaming.maxHoldChars`.
 */
export function guardOf(
  config: GatewayConfig,
  limits: StreamLimits,
  inspectors: readonly Inspector[],
  clock: Clock,
): Guard {
  const { enabled, actions, failOpen, atHoldLimit, ending, notice, holdToolInput } = config.guard
  const overrides = Object.entries(actions).map(([rule, action]) => ({ rule, action }))
  return createGuard({
    inspectors: enabled ? inspectors : 'off',
    policy: createPolicy({
      ...DEFAULT_POLICY_SPEC,
      rules: [
        ...overrides,
        PRIVATE_KEY_ENDS_ANSWER,
        ...watchRules(config.guard),
        ...DEFAULT_POLICY_SPEC.rules,
      ],
    }),
    limits,
    failOpen,
    atHoldLimit,
    ending,
    notice,
    holdToolInput,
    clock,
  })
}
