import type { Recording } from './recording.ts'

/** What a request says about the form of its answer. */
export interface RenderOptions {
  readonly model: string
  /** OpenAI only: `stream_options.include_usage`. */
  readonly includeUsage: boolean
}

/** Bytes of a response and the pause before them. */
export interface Frame {
  readonly afterMs: number
  readonly bytes: Buffer
}

/** Writes a recording in the grammar of one wire protocol. */
export interface Renderer {
  /** The server-sent events, one frame per token. A lost connection has no closing events. */
  stream(recording: Recording, options: RenderOptions): Frame[]
  /** The JSON object of a response that is not streamed. */
  body(recording: Recording, options: RenderOptions): object
  /** The answer to a model name that does not exist. */
  unknownModel(model: string): object
}
