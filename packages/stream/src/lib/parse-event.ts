import { MidstreamError } from '@midstream/core'
import { asRecord } from './json-text.ts'
import { parseJson } from './parse-json.ts'

/** The JSON object of an event or a body. Throws UPSTREAM_INVALID_JSON for anything else. */
export function parseEvent(data: string): Record<string, unknown> {
  return parsed(data, JSON.parse)
}

/** The same, of one that is written anew: see `parseJson`. */
export function exactEvent(data: string): Record<string, unknown> {
  return parsed(data, parseJson)
}

function parsed(data: string, parse: (text: string) => unknown): Record<string, unknown> {
  let value: unknown
  try {
    value = parse(data)
  } catch (cause) {
    // The parser's own message quotes the text, which may be what must not be shown.
    throw new MidstreamError('UPSTREAM_INVALID_JSON', 'the upstream sent an event that is not JSON', {
      cause,
    })
  }
  const record = asRecord(value)
  if (record === undefined)
    throw new MidstreamError('UPSTREAM_INVALID_JSON', 'the upstream sent an event that is not a JSON object')
  return record
}
