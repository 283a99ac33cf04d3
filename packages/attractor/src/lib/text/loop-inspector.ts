import type { ChannelKind, Finding, Inspector, Severity } from '@midstream/core'
import { createLoopDetector, type LoopDetectorOptions } from './loop-detector.ts'
import type { LoopEvent, LoopKind } from './loop-event.ts'

export interface LoopInspectorOptions extends LoopDetectorOptions {
  /** @default 'loops' */
  readonly id?: string
  /** Channels that are watched. @default those that a model writes: not the messages of a request */
  readonly channels?: readonly ChannelKind[]
  /** Severity of each rule, where the default is not wanted. */
  readonly severities?: Readonly<Partial<Record<LoopKind, Severity>>>
}

const SEVERITIES: Readonly<Record<LoopKind, Severity>> = {
  character: 'medium',
  token: 'medium',
  line: 'medium',
  near: 'low',
  entropy: 'low',
  runaway: 'medium',
}

/** What a model writes. A user may paste what they like, and a tool may return it. */
const GENERATED: readonly ChannelKind[] = ['content', 'reasoning', 'refusal', 'tool-input', 'other']

/**
 * An inspector that finds loops: rules `loop/character`, `loop/token`, `loop/line`, `loop/near`, `loop/entropy` and
 * `loop/runaway`, category `loop`. A finding starts at the first whole copy that has not been shown and may be
 * cut there; in text that does not repeat nothing is ever held.
 *
 * Throws RangeError for an option out of range.
 */
export function createLoopInspector(options: LoopInspectorOptions = {}): Inspector {
  const { id = 'loops', maxPeriodChars = 2048 } = options
  // Copies: what the caller changes later changes no stream.
  const severities = { ...options.severities }
  const channels = [...(options.channels ?? GENERATED)]
  const detectorOptions: LoopDetectorOptions = { ...options }
  // Fails now rather than on the first stream.
  createLoopDetector(() => {}, detectorOptions)
  const findingOf = ({ kind, cut, end, confidence }: LoopEvent): Finding => ({
    rule: `loop/${kind}`,
    category: 'loop',
    severity: severities[kind] ?? SEVERITIES[kind],
    confidence,
    start: cut,
    end,
  })
  return {
    id,
    maxHoldChars: maxPeriodChars,
    open({ kind }, sink) {
      if (!channels.includes(kind)) return undefined
      return createLoopDetector((event) => sink.finding(findingOf(event)), detectorOptions)
    },
  }
}
