import {
  type Action,
  type Channel,
  type Clock,
  DEFAULT_STREAM_LIMITS,
  type Finding,
  type Inspector,
  MidstreamError,
  type Policy,
  type StreamLimits,
  systemClock,
} from '@midstream/core'

export interface GuardOptions {
  /** What reads the text. `'off'` is the only way to run without inspection. */
  readonly inspectors: readonly Inspector[] | 'off'
  readonly policy: Policy
  /** Bounds of each stream; see `StreamLimits` for the defaults. */
  readonly limits?: Partial<StreamLimits>
  /** What happens to text that could not be decided within the hold bounds. @default 'cut' */
  readonly atHoldLimit?: 'cut' | 'release'
  /** Goes on without an inspector that throws. Reported each time. @default false */
  readonly failOpen?: boolean
  /** How a cut stream ends: with the protocol's own refusal, or with an error that SDKs throw. @default 'soft' */
  readonly ending?: 'soft' | 'hard'
  /** Text delivered before a soft refusal. @default '' (none) */
  readonly notice?: string
  /** Holds the arguments of a tool call back until the call is complete. @default true */
  readonly holdToolInput?: boolean
  readonly clock?: Clock
}

/** A validated configuration, shared by all streams of a process. */
export interface Guard {
  readonly inspectors: readonly Inspector[]
  readonly policy: Policy
  readonly limits: StreamLimits
  readonly atHoldLimit: 'cut' | 'release'
  readonly failOpen: boolean
  readonly ending: 'soft' | 'hard'
  readonly notice: string
  readonly holdToolInput: boolean
  readonly clock: Clock
}

/** What an observer of a stream is told. Text in it is what was delivered, never what was withheld. */
export type GuardEvent =
  | {
      readonly type: 'finding'
      readonly channel: Channel
      readonly finding: Finding
      readonly action: Action
    }
  | {
      readonly type: 'text-delivered'
      readonly channel: Channel
      readonly text: string
      readonly redacted: boolean
    }
  | { readonly type: 'text-held'; readonly channel: Channel; readonly chars: number; readonly heldMs: number }
  | {
      readonly type: 'hold-limit'
      readonly channel: Channel
      readonly rule: string
      readonly action: 'cut' | 'release'
    }
  | {
      readonly type: 'inspector-failed'
      readonly inspector: string
      readonly error: unknown
      readonly failOpen: boolean
    }

export interface DecidedFinding {
  readonly channel: Channel
  readonly finding: Finding
  readonly action: Action
}

/** The verdict on one response or request. */
export interface GuardReport {
  /** The worst action that was taken. */
  readonly verdict: Action
  readonly ending: 'complete' | 'cut' | 'failed' | 'aborted'
  readonly findings: readonly DecidedFinding[]
  /** Why it was cut or failed. */
  readonly error?: MidstreamError
  /** How often an observer, or the recorder of metrics, threw; absent when none did. */
  readonly observerFailures?: number
  readonly usage?: { readonly inputTokens?: number; readonly outputTokens?: number }
  readonly finishReason?: string
  /** What was delivered; absent for requests. */
  readonly delivery?: {
    /** Characters of text. */
    readonly chars: number
    /** Clock time of the first character of a stream; absent when there was none. */
    readonly firstTextAt?: number
    /** Longest time that delivered text had waited for its decision. */
    readonly longestHoldMs: number
  }
}

/** Findings kept in one report. Later ones still act; they are only not listed. */
export const MAX_REPORTED_FINDINGS = 1000

/**
 * Checks a configuration once. A policy that could not be enforced does not start:
 * POLICY_UNENFORCEABLE names the inspector whose hold is longer than the limit. Wrong sizes are RangeErrors.
 */
export function createGuard(options: GuardOptions): Guard {
  const limits = { ...DEFAULT_STREAM_LIMITS, ...options.limits }
  for (const [name, value] of Object.entries(limits)) {
    if (!(value > 0)) throw new RangeError(`limits.${name} must be a positive number, got ${value}`)
  }
  if (options.inspectors !== 'off' && options.inspectors.length === 0) {
    throw new MidstreamError(
      'POLICY_UNENFORCEABLE',
      "no inspector is given; to run without inspection say 'off'",
    )
  }
  const inspectors = options.inspectors === 'off' ? [] : options.inspectors
  for (const inspector of inspectors) {
    if (Number.isFinite(inspector.maxHoldChars) && inspector.maxHoldChars > limits.maxHoldChars) {
      throw new MidstreamError(
        'POLICY_UNENFORCEABLE',
        `inspector ${inspector.id} may hold ${inspector.maxHoldChars} characters, limits.maxHoldChars is ${limits.maxHoldChars}`,
        { details: { inspector: inspector.id, limit: limits.maxHoldChars, needed: inspector.maxHoldChars } },
      )
    }
  }
  return {
    inspectors,
    policy: options.policy,
    limits,
    atHoldLimit: options.atHoldLimit ?? 'cut',
    failOpen: options.failOpen ?? false,
    ending: options.ending ?? 'soft',
    notice: options.notice ?? '',
    holdToolInput: options.holdToolInput ?? true,
    clock: options.clock ?? systemClock,
  }
}
