import type { ProtocolSubject } from './protocol-subject.ts'
import { createViolationLog, type Violation, type ViolationLog } from './violation.ts'

export interface ProtocolCheck {
  readonly law: Violation['law']
  readonly title: string
  run<Guard>(subject: ProtocolSubject<Guard>): readonly Violation[]
}

/** Makes a check of a body; what the body throws is a violation of the same law. */
export function protocolCheck(
  law: Violation['law'],
  title: string,
  body: <Guard>(subject: ProtocolSubject<Guard>, log: ViolationLog) => void,
): ProtocolCheck {
  return {
    law,
    title,
    run(subject) {
      const log = createViolationLog(law)
      try {
        body(subject, log)
      } catch (error) {
        log.add(`threw ${String(error)}`)
      }
      return log.violations
    },
  }
}
