/**
 * Every error that midstream raises for a reason outside the caller's program carries one of these codes.
 * Codes are stable within a major version; messages are not. A caller's own mistake (a wrong type, a negative
 * size) is a plain TypeError or RangeError instead.
 */
export type MidstreamErrorCode =
  // limits
  | 'CHUNK_TOO_LARGE'
  | 'EVENT_TOO_LARGE'
  | 'STREAM_TOO_LARGE'
  | 'RATE_EXCEEDED'
  | 'STREAM_TIMEOUT'
  | 'QUEUE_FULL'
  | 'QUEUE_CLOSED'
  // what an upstream sent
  | 'UPSTREAM_INVALID_HTTP'
  | 'UPSTREAM_INVALID_UTF8'
  | 'UPSTREAM_INVALID_JSON'
  | 'UPSTREAM_INVALID_SSE'
  | 'UPSTREAM_UNEXPECTED_END'
  | 'UPSTREAM_CONTENT_TYPE'
  | 'UPSTREAM_ENCODING'
  | 'UPSTREAM_STATUS'
  | 'UPSTREAM_CONNECT'
  | 'UPSTREAM_TIMEOUT'
  | 'UPSTREAM_ABORTED'
  | 'UPSTREAM_FORBIDDEN'
  // the guard
  | 'POLICY_BLOCK'
  | 'HOLD_LIMIT'
  | 'INSPECTOR_FAILED'
  | 'POLICY_UNENFORCEABLE'
  | 'SESSION_ENDED'
  | 'CLIENT_ABORTED'
  // patterns and packs
  | 'PATTERN_SYNTAX'
  | 'PATTERN_UNSUPPORTED'
  | 'PATTERN_TOO_LARGE'
  | 'PACK_INVALID'
  // the classifier's model and the vector memory
  | 'MODEL_INVALID'
  | 'VECTOR_DIMENSION'
  // a saved state, of whatever it is
  | 'SNAPSHOT_INVALID'
  // sequence comparison
  | 'INVALID_INPUT'
  | 'SEQUENCE_TOO_LONG'
  | 'DIMENSION_MISMATCH'
  | 'INVALID_PATTERN_LENGTH'
  // temporal logic
  | 'FORMULA_SYNTAX'
  | 'FORMULA_UNSUPPORTED'
  | 'FORMULA_LIMIT'
  | 'SOLVER_TIMEOUT'
  | 'TRACE_INVALID'
  // tasks of a scheduler, a worker pool or an intent
  | 'TASK_CANCELLED'
  | 'TASK_DROPPED'
  | 'TASK_FAILED'
  | 'TASK_TIMEOUT'
  | 'UTILIZATION_EXCEEDED'
  // series and trajectories
  | 'INSUFFICIENT_DATA'
  | 'INVALID_DIMENSION'
  | 'INVALID_SAMPLE'
  | 'TIMESTAMP_ORDER'
  // what a client or an operator sent
  | 'CONFIG_INVALID'
  | 'REQUEST_INVALID'
  | 'REQUEST_TOO_LARGE'
  | 'REQUEST_UNAUTHENTICATED'
  | 'REQUEST_NOT_FOUND'
  | 'REQUEST_METHOD'
  | 'OVERLOADED'
  | 'INTERNAL'
  // what learns, and the gate before its changes
  | 'MAX_DEPTH_EXCEEDED'
  | 'MODIFICATION_INVALID'
  | 'STATE_INVALID'
  // what was done against a threat
  | 'TRAJECTORY_UNKNOWN'

export interface MidstreamErrorOptions {
  cause?: unknown
  /** Facts for logs and for callers that branch, such as the limit and the value. Never text of a stream. */
  details?: Readonly<Record<string, string | number | boolean>>
}

const marker = Symbol.for('midstream.error')

/** Base of all coded errors. `MidstreamError.is` also recognises instances of another copy of this package. */
export class MidstreamError extends Error {
  override readonly name = 'MidstreamError'
  readonly code: MidstreamErrorCode
  readonly details: Readonly<Record<string, string | number | boolean>>

  constructor(code: MidstreamErrorCode, message: string, options: MidstreamErrorOptions = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined)
    this.code = code
    this.details = options.details ?? {}
    Object.defineProperty(this, marker, { value: true })
  }

  static is(value: unknown, code?: MidstreamErrorCode): value is MidstreamError {
    if (typeof value !== 'object' || value === null || !(marker in value)) return false
    return code === undefined || (value as unknown as MidstreamError).code === code
  }
}
