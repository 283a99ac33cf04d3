import { describe, expect, it } from 'vitest'
import { readDelivery } from '../bench/delivery.ts'
import { readEvents } from '../bench/response-read.ts'
import { benchPadding, benchText } from '../bench/text.ts'
import { chatEvent, httpChunk, LAST_CHUNK, modelName, parseModelName, RESPONSE_HEAD } from '../bench/wire.ts'

const DONE = 'data: [DONE]\n\n'

/** The events of a stream as the bench upstream sends them, each with its number as its time. */
function sentEvents(pieces: readonly string[]): { data: string; timeMicros: number }[] {
  const texts = [...pieces.map((piece) => chatEvent({ content: piece }, null)), chatEvent({}, 'stop'), DONE]
  return texts.map((text, timeMicros) => ({ data: text.slice('data: '.length, -2), timeMicros }))
}

describe('benchText', () => {
  it('gives the same pieces for the same arguments and others for another seed', () => {
    expect(benchText('lead', 500, 7)).toEqual(benchText('lead', 500, 7))
    expect(benchText('lead', 500, 7)).not.toEqual(benchText('lead', 500, 8))
  })

  it.each(['lead', 'trail'] as const)(
    'gives exactly the number of pieces asked for, none empty: %s',
    (variant) => {
      const pieces = benchText(variant, 333)
      expect(pieces).toHaveLength(333)
      expect(pieces.filter((piece) => piece === '')).toEqual([])
    },
  )

  it('cuts one and the same text in both variants', () => {
    const lead = benchText('lead', 400).join('')
    const trail = benchText('trail', 200).join('')
    const length = Math.min(lead.length, trail.length)
    expect(length).toBeGreaterThan(500)
    expect(lead.slice(0, length)).toBe(trail.slice(0, length))
  })

  it('puts the blank of a word before it in lead pieces and after it in trail pieces', () => {
    expect(benchText('trail', 300).filter((piece) => !/^\S+ $/u.test(piece))).toEqual([])
    expect(benchText('lead', 300).filter((piece) => !/^ ?\S+$/u.test(piece))).toEqual([])
  })

  it('holds nothing that a default rule could take for personal data or a secret', () => {
    const text = benchText('trail', 3000).join('')
    expect(text).not.toMatch(/[@:/\\_+-]|\d{5}/)
  })
})

describe('benchPadding', () => {
  it('gives the same values each time, of different lengths', () => {
    const padding = benchPadding(200)
    expect(padding).toEqual(benchPadding(200))
    expect(new Set(padding.map((value) => value.length)).size).toBeGreaterThan(5)
    expect(padding.filter((value) => !/^[A-Za-z0-9]{2,14}$/.test(value))).toEqual([])
  })
})

describe('parseModelName', () => {
  it.each([50, null])('reads back what modelName wrote, rate %s', (rate) => {
    const spec = { variant: 'lead', padded: true, chunks: 300, rate, key: '12-7' } as const
    expect(parseModelName(modelName(spec))).toEqual(spec)
  })

  it('refuses other names', () => {
    expect(parseModelName('gpt-5')).toBeUndefined()
    expect(parseModelName('bench/middle/plain/3@50/a')).toBeUndefined()
  })
})

describe('readEvents', () => {
  it('puts events together over chunk borders inside a UTF-8 sequence and gives the time of the last read', () => {
    const first = Buffer.from('data: caf\u00e9\n\ndata: [DO')
    const cut = first.indexOf(0xa9)
    const frame = (part: Buffer): Buffer =>
      Buffer.concat([Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from('\r\n')])
    const reads = [
      Buffer.concat([Buffer.from(RESPONSE_HEAD), frame(first.subarray(0, cut))]),
      frame(first.subarray(cut)),
      Buffer.from(`${httpChunk('NE]\n\n')}${LAST_CHUNK}`),
    ]
    const ends = reads.map((_, i) => Buffer.concat(reads.slice(0, i + 1)).length)
    const response = { bytes: Buffer.concat(reads), readEnds: ends, readTimes: [10, 20, 30] }
    expect(readEvents(response)).toEqual([
      { data: 'caf\u00e9', timeMicros: 20 },
      { data: '[DONE]', timeMicros: 30 },
    ])
  })

  it('fails on a response that stops inside a chunk', () => {
    const bytes = Buffer.from(`${RESPONSE_HEAD}ff\r\ndata: x`)
    expect(() => readEvents({ bytes, readEnds: [bytes.length], readTimes: [1] })).toThrow('inside a chunk')
  })
})

describe('readDelivery', () => {
  const pieces = benchText('lead', 20)

  it('times each chunk by its last character, also when its text comes in a later event', () => {
    const events = sentEvents(['ab', 'cd', 'ef'])
    const moved = sentEvents(['a', 'bcde', 'f'])
    expect(readDelivery(events, ['ab', 'cd', 'ef']).chunkMicros).toEqual([0, 1, 2])
    expect(readDelivery(moved, ['ab', 'cd', 'ef']).chunkMicros).toEqual([1, 1, 2])
  })

  it('takes the first character of content, not an empty delta, for the first delivery', () => {
    const events = [
      { data: chatEvent({ role: 'assistant', content: '' }, null).slice(6), timeMicros: -1 },
      ...sentEvents(pieces),
    ]
    expect(readDelivery(events, pieces).firstContentMicros).toBe(0)
  })

  it.each([
    ['a missing chunk', pieces.toSpliced(5, 1)],
    ['two chunks in the wrong order', [...pieces.slice(0, 3), pieces[4]!, pieces[3]!, ...pieces.slice(5)]],
    ['a changed character', pieces.with(2, '#')],
  ])('fails on %s', (_, received) => {
    expect(() => readDelivery(sentEvents(received), pieces)).toThrow('text differs at character')
  })

  it('fails on a stream without its end', () => {
    expect(() => readDelivery(sentEvents(pieces).slice(0, -1), pieces)).toThrow('no clean end')
    expect(() => readDelivery(sentEvents(pieces.slice(0, 10)), pieces)).toThrow('characters arrived')
  })
})
