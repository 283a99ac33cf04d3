import { MidstreamError } from '@midstream/core'
import { createParser } from 'eventsource-parser'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createSseFramer, type SseEvent } from './sse-framer.ts'

const MAX = 1000

function frame(chunks: readonly Uint8Array[], maxEventBytes = MAX): SseEvent[] {
  const events: SseEvent[] = []
  const framer = createSseFramer(maxEventBytes, (event) => events.push(event))
  for (const chunk of chunks) framer.push(chunk)
  framer.end()
  return events
}

function cut(bytes: Uint8Array, positions: readonly number[]): Uint8Array[] {
  const at = [...new Set(positions.map((p) => p % (bytes.length + 1)))].sort((a, b) => a - b)
  const chunks: Uint8Array[] = []
  let start = 0
  for (const end of [...at, bytes.length]) {
    chunks.push(bytes.slice(start, end))
    start = end
  }
  return chunks
}

/** What the reference parser makes of a text that ends with a blank line. */
function reference(text: string): { event: string | undefined; data: string }[] {
  const events: { event: string | undefined; data: string }[] = []
  const parser = createParser({
    onEvent: ({ event, data }) => events.push({ event: event === '' ? undefined : event, data }),
  })
  parser.feed(text)
  return events
}

const line = fc.oneof(
  fc.constantFrom(
    'data: a',
    'data:b',
    'data:  two',
    'data',
    'data: {"x":"ü😀"}',
    'event: ping',
    'event:',
    ': note',
    'id: 7',
    'retry: 10',
    '',
    '',
    '',
  ),
  fc.string({ maxLength: 6, unit: 'grapheme' }).map((s) => `data: ${s.replaceAll(/[\r\n]/g, '')}`),
)
const terminator = fc.constantFrom('\n', '\r\n', '\r')

describe('createSseFramer', () => {
  it('ST-17 reads the same events as eventsource-parser, for any line ends and any cut', () => {
    fc.assert(
      fc.property(
        fc.array(line, { maxLength: 12 }),
        terminator,
        fc.array(fc.nat(), { maxLength: 8 }),
        (lines, end, cuts) => {
          const text = [...lines, '', ''].map((l) => l + end).join('')
          const bytes = new TextEncoder().encode(text)
          const events = frame(cut(bytes, cuts))
          const dispatched = events
            .filter((e) => e.data !== undefined)
            .map(({ name, data }) => ({ event: name, data }))
          expect(dispatched).toEqual(reference(text).filter(({ data }) => data !== ''))
          expect(Buffer.concat(events.map((e) => e.raw)).equals(bytes)).toBe(true)
        },
      ),
      { numRuns: 500 },
    )
  })

  it('ST-17 keeps every byte and reads the same events when each byte comes alone', () => {
    const text = '\uFEFFevent: a\r\ndata: {"t":"häß😀"}\r\n\r\n: keep-alive\n\ndata: x\ndata: y\n\n'
    const bytes = new TextEncoder().encode(text)
    const single = frame([...bytes].map((byte) => Uint8Array.of(byte)))
    expect(single.map(({ name, data }) => ({ name, data }))).toEqual([
      { name: 'a', data: '{"t":"häß😀"}' },
      { name: undefined, data: undefined },
      { name: undefined, data: 'x\ny' },
    ])
    expect(Buffer.concat(single.map((e) => e.raw)).equals(bytes)).toBe(true)
  })

  it('delivers a last event without its blank line at the end', () => {
    expect(frame([new TextEncoder().encode('data: tail')]).map((e) => e.data)).toEqual(['tail'])
  })

  it('refuses an event over the limit, complete or not, with the limit in the error', () => {
    const long = new TextEncoder().encode(`data: ${'x'.repeat(MAX)}\n\n`)
    expect(() => frame([long])).toThrow(
      expect.objectContaining({ code: 'EVENT_TOO_LARGE', details: expect.objectContaining({ limit: MAX }) }),
    )
    const framer = createSseFramer(MAX, () => {})
    const feed = (): void => {
      for (let i = 0; i < 20; i++) framer.push(new Uint8Array(100).fill(120))
    }
    expect(feed).toThrow(expect.objectContaining({ code: 'EVENT_TOO_LARGE' }))
    expect(framer.pendingBytes).toBeLessThanOrEqual(MAX + 100)
  })

  it('refuses bytes that are not UTF-8 and accepts a replacement character that was sent', () => {
    let error: unknown
    try {
      frame([Uint8Array.of(100, 97, 116, 97, 58, 0xff, 10, 10)])
    } catch (thrown) {
      error = thrown
    }
    expect(MidstreamError.is(error, 'UPSTREAM_INVALID_UTF8')).toBe(true)
    expect(frame([new TextEncoder().encode('data: \uFFFD\n\n')])[0]?.data).toBe('\uFFFD')
  })
})
