import type { Channel } from '@midstream/core'
import type { InspectorSubject } from './inspector-subject.ts'
import { compositions } from './inspector-texts.ts'
import { createViolationLog, type Violation, type ViolationLog } from './violation.ts'

export interface InspectorCheck {
  readonly law: Violation['law']
  readonly title: string
  run(subject: InspectorSubject): Promise<readonly Violation[]>
}

const contentChannel: Channel = Object.freeze({
  kind: 'content',
  provenance: 'model',
  index: 0,
  key: 'content/0',
})

export const channelOf = (subject: InspectorSubject): Channel => subject.channel ?? contentChannel
export const sampleTexts = (subject: InspectorSubject): string[] => subject.samples.map(({ text }) => text)
export const splitsOf = (subject: InspectorSubject): number => subject.randomSplits ?? 40

export function textsOf(subject: InspectorSubject): string[] {
  return compositions(sampleTexts(subject), subject.benign)
}

/** Runs a check's body; what it throws is a violation of the same law. */
export function inspectorCheck(
  law: Violation['law'],
  title: string,
  body: (subject: InspectorSubject, log: ViolationLog) => void | Promise<void>,
): InspectorCheck {
  return {
    law,
    title,
    async run(subject) {
      const log = createViolationLog(law)
      try {
        await body(subject, log)
      } catch (error) {
        log.add(`threw ${String(error)}`)
      }
      return log.violations
    },
  }
}
