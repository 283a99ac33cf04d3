import type { Channel } from '@midstream/core'
import type { IsFact, Path } from './json-text.ts'
import type { TextRef } from './protocol.ts'

// Strings that identify or describe, or that only the provider can read. Everything else is inspected.
const FACTS: ReadonlySet<string> = new Set([
  'type',
  'id',
  'role',
  'model',
  'stop_reason',
  'stop_sequence',
  'tool_use_id',
  'signature',
  'data',
  'encrypted_content',
  'encrypted_index',
  'service_tier',
  'inference_geo',
])

/** What an image or a file consists of is no text, but a document may be given as its text. */
export const isFact: IsFact = (key, holder) => FACTS.has(key) && (key !== 'data' || holder['type'] !== 'text')

export const TOOL_BLOCKS: ReadonlySet<unknown> = new Set(['tool_use', 'server_tool_use', 'mcp_tool_use'])

/** Arguments that stand in a body as a value are read in their JSON form, as a stream would bring them. */
export function inputText(value: unknown, path: Path, channel: Channel): TextRef {
  return { channel, text: JSON.stringify(value), path, whole: true, signed: false, json: true }
}
