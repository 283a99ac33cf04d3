import type {
  Action,
  Channel,
  Clock,
  Finding,
  Inspector,
  MidstreamError,
  Policy,
  StreamLimits,
} from '@midstream/core'
import type { ChannelTexts, ClientEnd } from '@midstream/test-kit'

// The suite knows an engine only by shape, so that it depends on no package but core.

/** What the suite asks of `makeGuard`. */
export interface GuardSettings {
  readonly inspectors: readonly Inspector[]
  readonly policy: Policy
  readonly clock: Clock
  readonly limits?: Partial<StreamLimits>
  readonly atHoldLimit?: 'cut' | 'release'
  readonly failOpen?: boolean
  readonly ending?: 'soft' | 'hard'
}

export interface SubjectReport {
  readonly verdict: Action
  readonly ending: 'complete' | 'cut' | 'failed' | 'aborted'
  readonly findings: readonly {
    readonly channel: Channel
    readonly finding: Finding
    readonly action: Action
  }[]
  readonly error?: MidstreamError
}

/** The fields of an engine's events that the suite reads. */
export interface SubjectEvent {
  readonly type: string
  readonly action?: string
  readonly failOpen?: boolean
}

export interface SubjectSink {
  write(bytes: Uint8Array): void
  end(report: SubjectReport): void
  event(event: SubjectEvent): void
}

export interface SubjectStream {
  push(bytes: Uint8Array): void
  end(): void
  fail(error: MidstreamError): void
  abort(): void
  tick(): void
  readonly ended: boolean
}

export interface StreamCase {
  readonly name: string
  /** A whole stream with a clean end. */
  readonly bytes: Uint8Array
  /** What `readStream` gives for it. */
  readonly texts: ChannelTexts
  /**
   * Words that inspectors will find, none overlapping another in `texts`. At least one must lie across two events.
   * A word at the end of a channel, given together with a longer one that begins with it and does not occur, is
   * decided only by the end of the channel: that shows what is flushed undecided.
   */
  readonly secrets: readonly string[]
  /** Channels that may only be cut or dropped, such as signed reasoning. */
  readonly uneditable?: readonly string[]
}

export interface BodyCase {
  readonly name: string
  /** The same answer in both forms. */
  readonly body: Uint8Array
  readonly bytes: Uint8Array
  readonly secrets: readonly string[]
}

export interface ProtocolSubject<Guard> {
  makeGuard(settings: GuardSettings): Guard
  guardStream(guard: Guard, sink: SubjectSink): SubjectStream
  guardBody(
    guard: Guard,
    body: Uint8Array,
    event: (event: SubjectEvent) => void,
  ): { readonly body: Uint8Array; readonly report: SubjectReport }
  /** What a client reads: text per channel, under keys that are this reader's own. */
  readStream(bytes: Uint8Array): ChannelTexts
  readBody(bytes: Uint8Array): ChannelTexts
  readEnd(bytes: Uint8Array): ClientEnd
  readonly streams: readonly StreamCase[]
  readonly bodies: readonly BodyCase[]
  /** Random splits per stream and setting. @default 40 */
  readonly randomSplits?: number
}
