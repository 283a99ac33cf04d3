import { describe, expect, it } from 'vitest'
import type { ProtocolCheck } from './protocol-check.ts'
import { protocolEndChecks } from './protocol-end-checks.ts'
import { protocolFailureChecks } from './protocol-failure-checks.ts'
import { protocolFindingChecks } from './protocol-finding-checks.ts'
import { protocolLimitChecks } from './protocol-limit-checks.ts'
import type { ProtocolSubject } from './protocol-subject.ts'
import { protocolTextChecks } from './protocol-text-checks.ts'
import type { Violation } from './violation.ts'

/** All checks of an engine with one wire protocol. */
export const protocolChecks: readonly ProtocolCheck[] = [
  ...protocolTextChecks,
  ...protocolFindingChecks,
  ...protocolLimitChecks,
  ...protocolFailureChecks,
  ...protocolEndChecks,
]

/** Everything that an engine does wrong with one wire protocol. Empty for a correct one. */
export function checkProtocol<Guard>(subject: ProtocolSubject<Guard>): Violation[] {
  return protocolChecks.flatMap((check) => check.run(subject))
}

/**
 * Registers the tests that every wire protocol must pass, one or more per law. The streams decide how much it can
 * see: secrets cut by events and by bytes, several channels, escapes, both line ends.
 */
export function protocolConformance<Guard>(name: string, subject: ProtocolSubject<Guard>): void {
  describe(`${name} conforms to the laws of a stream`, { timeout: 120_000 }, () => {
    for (const { law, title, run } of protocolChecks) {
      it(law.startsWith('I-') ? `${law} ${title}` : title, () => {
        expect(run(subject)).toEqual([])
      })
    }
  })
}
