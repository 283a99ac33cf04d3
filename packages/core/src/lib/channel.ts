/**
 * One response or request is a set of channels. Each channel is a text of its own; positions in it count
 * UTF-16 code units from its start.
 *
 * - `content`, `reasoning`, `refusal`: what the model says, one per choice.
 * - `tool-input`: the arguments of one tool call, with JSON escapes resolved inside strings.
 * - `other`: text that a protocol carries in a place we do not know by name. It is inspected like content.
 * - `system`, `user`, `assistant`, `tool-result`: the messages of a request.
 */
export type ChannelKind =
  | 'content'
  | 'reasoning'
  | 'refusal'
  | 'tool-input'
  | 'other'
  | 'system'
  | 'user'
  | 'assistant'
  | 'tool-result'

/** Who wrote the text: the same words are judged differently from different authors. */
export type Provenance = 'user' | 'operator' | 'model' | 'tool'

export interface Channel {
  readonly kind: ChannelKind
  readonly provenance: Provenance
  /** Choice of a response, or position of the message in a request. */
  readonly index: number
  /** Unique in its response or request, stable for the same stream: `content/0`, `tool-input/0/1`. */
  readonly key: string
  /** Name of the tool for `tool-input` and `tool-result`, when the protocol told it. */
  readonly toolName?: string
  /**
   * True for the tokens of a model, joined, as log probabilities list them. What they say is text, but special tokens
   * among them, such as those of a chat template, are vocabulary and nobody's instruction.
   */
  readonly vocabulary?: true
}
