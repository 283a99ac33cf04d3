import { createPolicy, DEFAULT_POLICY_SPEC, type PolicyRule } from '@midstream/aimds-core'
import type { Clock, Inspector, StreamLimits } from '@midstream/core'
import { createGuard, type Guard } from '@midstream/stream'
import type { GatewayConfig } from './config.ts'

/** A model that begins to print a private key has nothing to say around it that is worth sending. */
const PRIVATE_KEY_ENDS_ANSWER: PolicyRule = {
  rule: 'secret/private-key',
  provenance: ['model'],
  action: 'block',
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
      rules: [...overrides, PRIVATE_KEY_ENDS_ANSWER, ...DEFAULT_POLICY_SPEC.rules],
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
