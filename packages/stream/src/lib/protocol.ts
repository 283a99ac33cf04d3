import type { Channel, MidstreamError } from '@midstream/core'
import type { Path } from './json-text.ts'
import type { TemplateCache } from './text-template.ts'

/** One text inside an event or a body. */
export interface TextRef {
  readonly channel: Channel
  readonly text: string
  /** Where it stands in the JSON. */
  readonly path: Path
  /** True for text that is complete in itself; false for a delta that continues its channel. */
  readonly whole: boolean
  /** True when the text is signed and must not be edited. */
  readonly signed: boolean
  /** True when the place holds a JSON value and `text` is its JSON form. */
  readonly json?: true
  /**
   * True when the place, which has no text of its own here, repeats the channel as far as it has come: it is left out
   * of an event where that is inside something hidden.
   */
  readonly repeats?: true
}

/** What an event of a stream means. */
export interface DecodedEvent {
  readonly refs: readonly TextRef[]
  /** Channels that the stream moved away from before the texts of this event. */
  readonly yields: readonly string[]
  /** Channels that end after this event: a key, or a number for all channels of that choice. */
  readonly closes: readonly (string | number)[] | 'all'
  /** `complete` and `failed` end the stream: a well-formed end, or the upstream's own error. */
  readonly terminal: 'none' | 'complete' | 'failed'
  /** What the ending must know when this event has reached the client; private to the protocol. */
  readonly mark?: unknown
}

export const NO_TEXT: DecodedEvent = { refs: [], yields: [], closes: [], terminal: 'none' }

/** Follows one stream. Throws UPSTREAM_INVALID_JSON. */
export interface StreamDecoder {
  decode(name: string | undefined, data: string): DecodedEvent
  /** How the events look that only continue a text. An event that fits need not be decoded. */
  readonly templates: TemplateCache
  /** True when the stream may end here although its last event did not come (some servers leave it out). */
  isFinished(): boolean
  readonly usage: { inputTokens?: number; outputTokens?: number }
  readonly finishReason: string | undefined
}

/** Knows what the client has received and ends it properly. All methods return complete SSE events. */
export interface StreamEnding {
  delivered(event: DecodedEvent): void
  /** Only the beginning of its text reached the client, and nothing else that it says. */
  begun(event: DecodedEvent): void
  /** The protocol's own refusal, or the error form where a refusal would mislead the client's SDK. */
  refusal(notice: string, error: MidstreamError): string
  /** The protocol's error form: every official SDK throws on it. */
  failure(error: MidstreamError): string
}

export interface Protocol {
  readonly id: 'openai-chat' | 'anthropic-messages'
  /** True for the path of this protocol's generation endpoint. */
  handles(pathname: string): boolean
  /** Names that its events have. Any other name is inspected like a comment. */
  readonly eventNames: ReadonlySet<string>
  createDecoder(): StreamDecoder
  createEnding(): StreamEnding
  /**
   * Prepares the JSON of an event whose text is changed; `truncated` when the stream is cut inside it, `isBody` for a
   * complete response.
   */
  beforeRewrite(event: Record<string, unknown>, truncated: boolean, isBody?: boolean): void
  /** Texts of a complete response, in the order in which a stream would have brought them. */
  responseTexts(body: Record<string, unknown>): readonly TextRef[]
  responseFinish(body: Record<string, unknown>): {
    finishReason?: string
    usage: { inputTokens?: number; outputTokens?: number }
  }
  /** Turns a complete response into the refusal that a cut stream would have ended with. */
  refuseResponse(
    body: Record<string, unknown>,
    kept: readonly KeptText[],
    notice: string,
    error: MidstreamError,
  ): void
  /** Texts of a request. */
  requestTexts(body: Record<string, unknown>): readonly TextRef[]
  /** The error body that this protocol's SDKs read. */
  errorBody(error: MidstreamError): Record<string, unknown>
}

/** How much of a text of a cut response may be shown. */
export interface KeptText {
  readonly ref: TextRef
  readonly shown: string
  /** False when the text, or the structure that it belongs to, must go. */
  readonly complete: boolean
}
