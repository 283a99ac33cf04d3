import type { Channel } from './channel.ts'
import type { Finding } from './finding.ts'

/**
 * Reads channels and reports findings. Synchronous, and linear in the text: it runs in the hot path of a
 * stream. An inspector is shared by all streams of a process and keeps its state in sessions.
 */
export interface Inspector {
  /** Stable name for logs and metrics. */
  readonly id: string
  /**
   * Longest text, in UTF-16 code units, that a session may leave uncleared behind the end of what it was
   * given; Infinity when it gives no such promise.
   */
  readonly maxHoldChars: number
  /** Starts one channel. Returns undefined when this inspector has nothing to say about it. */
  open(channel: Channel, sink: InspectorSink): InspectorSession | undefined
}

/** Where a session leaves what it saw. Called only during `push` and `end`. */
export interface InspectorSink {
  /** Findings arrive in ascending order of start. */
  finding(finding: Finding): void
  /**
   * The session stopped waiting for a match that began at `start` and grew past its bound at `end`.
   * The text from `start` to `end` was not decided: the policy says what happens to it (cut by default).
   */
  overflow(rule: string, start: number, end: number): void
}

/**
 * One channel under inspection.
 *
 * For every way of cutting a text into pushes, the findings, the overflows and their order are the same, and
 * so is the return value at the same position after the same text.
 */
export interface InspectorSession {
  /**
   * Feeds the next text. Returns the cleared offset: no finding or overflow that is reported later starts
   * before it. It never goes backwards and is at most the number of code units pushed so far.
   */
  push(text: string): number
  /**
   * Ends the channel: everything undecided is decided. After it, `push` throws SESSION_ENDED and a second `end`
   * does nothing. A channel that its client left is never ended.
   */
  end(): void
}
