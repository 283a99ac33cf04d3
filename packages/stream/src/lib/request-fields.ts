import type { ChannelKind, Provenance } from '@midstream/core'
import { type IsFact, mayHoldText, type Path, walkStrings } from './json-text.ts'
import type { TextList } from './text-list.ts'

/** Who wrote a text of a request, and as what. */
export type Author = readonly [kind: ChannelKind, provenance: Provenance]

export const USER: Author = ['user', 'user']
export const OPERATOR: Author = ['system', 'operator']
export const MODEL: Author = ['assistant', 'model']
export const TOOL: Author = ['tool-result', 'tool']

/** Fields that say what the model is and may do: they come from who wrote the application. */
const OPERATOR_FIELDS: ReadonlySet<string> = new Set([
  'data_sources',
  'function_call',
  'functions',
  'mcp_servers',
  'output_config',
  'output_format',
  'response_format',
  'tool_choice',
  'tools',
  'web_search_options',
])

/** What the provider needs to ask others for the model, which does not see it. An edit would break that. */
const CREDENTIALS: ReadonlySet<string> = new Set([
  'access_token',
  'authorization_token',
  'connection_string',
  'encoded_api_key',
  'key',
])
const HOLDS_CREDENTIALS: ReadonlySet<string> = new Set(['data_sources', 'mcp_servers'])

/** Words of JSON Schema and of the protocols, of which tool definitions are full. */
const PLAIN_WORDS: ReadonlySet<unknown> = new Set([
  'array',
  'auto',
  'boolean',
  'function',
  'integer',
  'none',
  'null',
  'number',
  'object',
  'string',
])

/** Every string of `value`, by one author. */
export function authoredTexts(
  value: unknown,
  path: Path,
  [kind, provenance]: Author,
  texts: TextList,
  isFact?: IsFact,
): void {
  const index = typeof path[1] === 'number' ? path[1] : 0
  walkStrings(
    value,
    (text, leaf) => {
      const channel = { kind, provenance, index, key: `${kind}/${leaf.join('.')}` }
      texts.add({ channel, text, path: leaf, whole: true, signed: false })
    },
    isFact,
    path,
  )
}

const isPlain: IsFact = (key, holder) => PLAIN_WORDS.has(holder[key])
const isPlainOrCredential: IsFact = (key, holder) => CREDENTIALS.has(key) || isPlain(key, holder)

/**
 * Texts of a request outside the fields that its protocol `reads` itself: tool definitions, metadata, the user's name,
 * and whatever else is sent. Keys are no texts, and neither is the name of the model.
 */
export function otherFieldTexts(
  body: Record<string, unknown>,
  reads: readonly string[],
  texts: TextList,
): void {
  for (const [field, value] of Object.entries(body)) {
    if (!mayHoldText(value) || reads.includes(field)) continue
    if (typeof value === 'string' && (field === 'model' || isPlain(field, body))) continue
    const author = OPERATOR_FIELDS.has(field) ? OPERATOR : USER
    authoredTexts(value, [field], author, texts, HOLDS_CREDENTIALS.has(field) ? isPlainOrCredential : isPlain)
  }
}
