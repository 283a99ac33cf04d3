import type { Channel } from '@midstream/core'
import { type ChannelTexts, type ClientEnd, readSse, utf8 } from '@midstream/test-kit'

// The smallest protocol that has all that the laws speak of: channels, text, comments, three kinds of end.
// `data: {"c":"content/0","t":"text"}`, `data: end`, `data: refused`, `data: error CODE`.

export interface ToyText {
  readonly c: string
  readonly t: string
}

/** Spaces in the JSON make any re-encoding visible. */
export function toyStream(
  texts: readonly (readonly [channel: string, text: string] | ':')[],
  end = 'data: end\n\n',
): Uint8Array {
  const events = texts.map((part) => {
    if (part === ':') return ': a comment\n\n'
    const [c, t] = part
    return `data: { "c": ${JSON.stringify(c)}, "t": ${JSON.stringify(t)} }\n\n`
  })
  return utf8(`: toy\n\n${events.join('')}${end}`)
}

export function toyBody(texts: ChannelTexts): Uint8Array {
  return utf8(JSON.stringify(texts, null, 1))
}

export function readToyStream(bytes: Uint8Array): ChannelTexts {
  const texts: ChannelTexts = {}
  for (const { data } of readSse(bytes)) {
    if (!data.startsWith('{')) continue
    const { c, t } = JSON.parse(data) as ToyText
    if (t !== '') texts[c] = (texts[c] ?? '') + t
  }
  return texts
}

export function readToyBody(bytes: Uint8Array): ChannelTexts {
  return JSON.parse(new TextDecoder().decode(bytes)) as ChannelTexts
}

export function readToyEnd(bytes: Uint8Array): ClientEnd {
  if (bytes.length > 0 && !new TextDecoder().decode(bytes).endsWith('\n\n')) return 'malformed'
  const ends = readSse(bytes).map(({ data }) => /^(?:end|refused|error)/.exec(data)?.[0])
  const first = ends.findIndex((end) => end !== undefined)
  if (first === -1) return 'none'
  if (first !== ends.length - 1) return 'malformed'
  return ends[first] === 'end' ? 'complete' : ends[first] === 'refused' ? 'refused' : 'error'
}

export function toyChannel(key: string): Channel {
  const [kind = 'content', index = '0'] = key.split('/')
  return { kind: kind as Channel['kind'], provenance: 'model', index: Number(index), key }
}
