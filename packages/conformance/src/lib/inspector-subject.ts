import type { Channel, Inspector } from '@midstream/core'

export interface InspectorSample {
  readonly text: string
  /** All findings in `text`, in the order of their report. */
  readonly findings: readonly { readonly rule: string; readonly start: number; readonly end: number }[]
}

export interface InspectorSubject {
  /** A new inspector each time. */
  create(): Inspector
  readonly samples: readonly InspectorSample[]
  /** Texts without a finding. At least one must have a part that can be cleared before its end. */
  readonly benign: readonly string[]
  /** @default a `content` channel of a model */
  readonly channel?: Channel
  /** Random splits per text. @default 40 */
  readonly randomSplits?: number
  /** Code units of the long texts: for the state check this many are fed. @default 1048576 */
  readonly longChars?: number
}
