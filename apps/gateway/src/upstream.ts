import type { MidstreamError } from '@midstream/core'

/** The wire protocols that the gateway speaks, by the ids that @midstream/stream gives them. */
export type ProtocolId = 'openai-chat' | 'anthropic-messages'

/** What is asked of an upstream: one completion. */
export interface UpstreamRequest {
  readonly protocol: ProtocolId
  /** Path as the client sent it, with the query: `/v1/chat/completions`. */
  readonly path: string
  /** The client's headers in lower case, hop-by-hop headers and the gateway's own key already removed. */
  readonly headers: Readonly<Record<string, string>>
  /** The bytes to send: the client's own when the guard left the request alone. */
  readonly body: Buffer
  /** The same body, parsed. */
  readonly json: Readonly<Record<string, unknown>>
}

/**
 * Receives one answer. Calls come in this order: `onHeaders` at most once, then `onData` any number of times,
 * then exactly one of `onEnd` and `onError`. After `abort()` nothing is called any more.
 *
 * The first call may come before `open` has returned.
 */
export interface UpstreamHandler {
  /** Header names are lower case. A repeated header is joined with ', '. */
  onHeaders(status: number, headers: Readonly<Record<string, string>>): void
  /**
   * Bytes of the body, decoded from any transfer coding. The upstream never changes the buffer afterwards: it
   * may be forwarded as it is. `false` asks the upstream to wait until `resume()`: a slow reader stops it (I-5).
   */
  onData(chunk: Buffer): boolean
  onEnd(): void
  /** The answer failed, before or after its headers. Never followed by anything. */
  onError(error: MidstreamError): void
}

/** The running exchange, in the hands of whoever opened it. All three may be called at any time, also twice. */
export interface UpstreamExchange {
  pause(): void
  resume(): void
  /** Frees the connection at once. Nothing is called on the handler after it. */
  abort(): void
}

/** A model that a client can ask for, as GET /v1/models lists it. */
export interface UpstreamModel {
  readonly id: string
  readonly ownedBy: string
}

/** Somewhere that completions come from: a real service, or recorded conversations. */
export interface Upstream {
  /** `replay`, `http`. For logs and /readyz; it holds no secret. */
  readonly id: string
  /**
   * Models it can name without asking anyone; an empty list when it cannot.
   * With `closed`, a model that is not in the list does not exist, and the gateway answers 404.
   */
  readonly models: { readonly list: readonly UpstreamModel[]; readonly closed: boolean }
  /** What is missing before it can answer, in words; empty when ready. Cheap: /readyz calls it each time. */
  missing(): readonly string[]
  /** Starts one completion. Throws nothing: every failure arrives at `handler.onError`. */
  open(request: UpstreamRequest, handler: UpstreamHandler): UpstreamExchange
  /** Closes pooled connections. Exchanges that still run are aborted. */
  close(): Promise<void>
}
