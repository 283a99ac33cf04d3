import { randomSplit, seededRandom } from '@midstream/test-kit'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BENIGN_TEXTS } from '../../../test/support/benign-texts.ts'
import { createLoopDetector } from './loop-detector.ts'
import type { LoopEvent } from './loop-event.ts'

function watch(text: string, options = {}): LoopEvent[] {
  const events: LoopEvent[] = []
  const detector = createLoopDetector((event) => events.push(event), options)
  detector.push(text)
  detector.end()
  return events
}

const PROSE =
  'The harbour was quiet in the morning, and the boats lay one beside the other as if they had nothing to do. ' +
  'A man with a red cap counted crates; somewhere a radio played. Then the wind turned, and everything moved. '
const WORDS = PROSE.toLowerCase().match(/[a-z]+/g)!

/** Text of `length` characters with blanks and stops in it, the same for the same seed. */
function prose(length: number, seed: number): string {
  const random = seededRandom(seed)
  let text = ''
  while (text.length < length) {
    const word = WORDS[Math.floor(random() * WORDS.length)]!
    text += random() < 0.12 ? `${word}. ` : `${word} `
  }
  return text.slice(0, length)
}

describe('createLoopDetector', () => {
  it('reports period, cycles and the offsets of the copies', () => {
    const cycle = 'and then the model says that once more, '
    const [event, ...more] = watch(`Well:${cycle.repeat(6)}`)
    expect(more).toEqual([])
    expect(event).toMatchObject({ kind: 'token', start: 5, period: cycle.length, cycles: 3 })
    expect(event).toMatchObject({
      repeat: 5 + cycle.length,
      cut: 5 + 2 * cycle.length,
      end: 5 + 3 * cycle.length,
    })
  })

  it('tells loops of characters, tokens, lines and counters apart', () => {
    const kindOf = (text: string): string[] => watch(text).map(({ kind }) => kind)
    expect(kindOf('x'.repeat(1000))).toEqual(['character'])
    expect(kindOf('so it goes and so it goes and '.repeat(10))).toEqual(['token'])
    expect(kindOf('I have checked the result.\n'.repeat(10))).toEqual(['line'])
    const counting = Array.from({ length: 30 }, (_, i) => `Step ${i + 1}: we check the output again.\n`)
    expect(kindOf(counting.join(''))).toEqual(['near'])
  })

  it('sees through blanks and case', () => {
    const text = ['The answer is the same.', 'the  answer is\nthe same.', 'The Answer is the   same.']
    const events = watch(Array.from({ length: 24 }, (_, i) => text[i % 3]).join(' \n'))
    expect(events.map(({ kind }) => kind)).toEqual(['token'])
  })

  it('needs four copies of a counting sentence and twelve of a counting record', () => {
    const sentence = (i: number): string => `Attempt ${i}: the request failed and will be sent again.\n`
    const sentences = Array.from({ length: 12 }, (_, i) => sentence(i + 1)).join('')
    const found = watch(sentences)[0]!
    expect(sentences.slice(0, found.end).match(/Attempt/g)!.length).toBeLessThanOrEqual(5)
    const record = (i: number): string => `{"id": ${i}, "status": "open", "owner": "nobody"},\n`
    const records = (n: number): string => Array.from({ length: n }, (_, i) => record(i)).join('')
    expect(watch(records(10))).toEqual([])
    expect(watch(records(20)).map(({ kind }) => kind)).toEqual(['near'])
  })

  it('does not take numbers that do not count for a counter', () => {
    const random = seededRandom(3)
    const rows = Array.from(
      { length: 60 },
      () => `Day ${Math.floor(random() * 900)}: rain of some sort today.\n`,
    )
    expect(watch(rows.join(''))).toEqual([])
  })

  it('finds a loop again after the text has left it', () => {
    const loop = 'this is what I said before and what I say now. '.repeat(5)
    const events = watch(`${loop}${prose(900, 1)}${loop}`)
    expect(events.map(({ kind }) => kind)).toEqual(['token', 'token'])
  })

  it('reports one endless loop once', () => {
    expect(watch('I cannot stop saying this to you. '.repeat(3000))).toHaveLength(1)
  })

  it('finds generated loops of 20 to 2000 characters before the fourth copy', () => {
    const missed: number[] = []
    for (let period = 20; period <= 2000; period += 33) {
      const lead = prose(300, period)
      const events = watch(lead + prose(period, period + 1).repeat(5))
      const found = events[0]
      if (found === undefined || found.end > lead.length + 3 * period) missed.push(period)
    }
    expect(missed).toEqual([])
  })

  it('finds loops below 20 characters within 64 characters or three copies, ornament later', () => {
    for (const cycle of ['I see. ', 'go on, ', 'one two three, ']) {
      const end = watch(cycle.repeat(100))[0]!.end
      expect(end).toBeLessThanOrEqual(Math.max(3, Math.ceil(150 / cycle.length)) * cycle.length)
    }
    for (const ornament of ['-', '=-', '+--'])
      expect(watch(ornament.repeat(2000))[0]!.end).toBeGreaterThan(250)
  })

  const letters = prose(512, 12)
  it.each([
    ['a letter', 'x', 401],
    ['a dash', '-', 601],
    ['two characters', '=-', 258],
    ['four characters', 'abcd', 132],
    ['six characters', 'abcdef', 134],
    ['a short phrase', 'one two thre', 40],
    ['a phrase of 19', 'so it goes and it. ', 57],
    ['a short record', '{"a":1,"b":2},', 78],
    ['a record of 20', 'abc=1;def=2;ghi=3;j;', 60],
    ['a row with two marks', 'item [one two]\n three four', 104],
    ['a row of 31', '<li>one two thr</li>\n1234567890', 124],
    ['a row of 32', '<li>one two thre</li>\n1234567890', 96],
    ['511 characters', letters.slice(0, 511), 1533],
    ['512 characters', letters, 1280],
  ])('knows a loop of %s exactly at its bound', (_, cycle, end) => {
    const off = { minWordBits: 0, minCharBits: 0 }
    const text = cycle.repeat(Math.ceil(end / cycle.length) + 1)
    expect(watch(text.slice(0, end - 1), off).filter((event) => event.end < end)).toEqual([])
    expect(watch(text.slice(0, end), off)).toMatchObject([{ start: 0, period: cycle.length, end }])
  })

  it('takes a run that began before the end of the last report for the same loop', () => {
    // By character known with the third copy, by token only with the fourth, where the case differs.
    const row = 'rows [of] code {that} are longer: 32 x\n'
    expect(watch(row.repeat(3) + row.toUpperCase() + row).map(({ kind }) => kind)).toEqual(['line'])
    // One by character only, one by token only.
    const spread = [
      'the answer is as it was before ',
      'The  answer is as it was before ',
      'THE answer is as it was  before ',
    ]
    for (const text of ['abcdefghijklmnopqrstuvwxyz'.repeat(4), spread.join('') + spread.join('')])
      expect(watch(text, { maxChars: 40 }).map(({ kind }) => kind)).toEqual(['runaway'])
  })

  it('holds nothing once the run has broken', () => {
    const detector = createLoopDetector(() => {})
    const cycle = prose(100, 3)
    const held = cycle + cycle + cycle.slice(0, 50)
    expect(detector.push(held)).toBeLessThan(held.length)
    expect(detector.push('#')).toBe(held.length + 1)
  })

  it('reports a collapse again only after the words had recovered', () => {
    const random = seededRandom(11)
    const of = (...words: string[]): string =>
      Array.from({ length: 768 }, () => `${words[Math.floor(random() * words.length)]} `).join('')
    const low = (): string => of('yes', 'no')
    // log2 3 is above the bound and not half a bit above it; 3 is.
    const between = of('yes', 'no', 'or')
    const high = of('yes', 'no', 'or', 'and', 'if', 'but', 'so', 'then')
    expect(watch(low() + between + low()).map(({ kind }) => kind)).toEqual(['entropy'])
    expect(watch(low() + high + low()).map(({ kind }) => kind)).toEqual(['entropy', 'entropy'])
    expect(watch('yes no '.repeat(2000))).toHaveLength(1)
  })

  it('reports words without variety even if no period is there', () => {
    const random = seededRandom(5)
    const text = Array.from({ length: 2000 }, () => (random() < 0.5 ? 'yes' : 'no')).join(' ')
    expect(watch(text).map(({ kind }) => kind)).toEqual(['entropy'])
    expect(watch(prose(20_000, 9))).toEqual([])
  })

  it('reports characters without variety, at the same place whether the text is a runaway or not', () => {
    const random = seededRandom(6)
    const text = prose(4000, 7) + Array.from({ length: 6000 }, () => (random() < 0.5 ? 'x' : 'y')).join('')
    const [found, ...more] = watch(text, { minCharBits: 1.5 })
    expect(more).toEqual([])
    // The first window that ends with two letters only, begun at a multiple of half a window.
    expect(found).toMatchObject({ kind: 'entropy', end: 6144 })
    const [runaway, after] = watch(text, { minCharBits: 1.5, maxChars: 5000 })
    expect(runaway).toMatchObject({ kind: 'runaway', cut: 5000 })
    expect(after).toEqual(found)
  })

  it('takes no more text after its listener threw', () => {
    const detector = createLoopDetector(() => {
      throw new Error('listener')
    })
    expect(() => detector.push('again and '.repeat(100))).toThrow('listener')
    expect(() => detector.push('more')).toThrow(expect.objectContaining({ code: 'SESSION_ENDED' }))
    detector.end()
  })

  it('ends with the event when its listener ends it', () => {
    const kinds: string[] = []
    const detector = createLoopDetector(
      ({ kind }) => {
        kinds.push(kind)
        detector.end()
      },
      { maxChars: 500 },
    )
    const loop = 'this is what I said before and what I say now. '.repeat(5)
    detector.push(`${loop}${prose(900, 1)}${loop}`)
    detector.end()
    expect(kinds).toEqual(['token'])
    expect(() => detector.push('more')).toThrow(expect.objectContaining({ code: 'SESSION_ENDED' }))
  })

  it('reports a text past its length once, at that length', () => {
    const text = prose(5000, 2)
    const events = watch(text, { maxChars: 3000 })
    expect(events).toMatchObject([{ kind: 'runaway', cut: 3000, end: 3001, period: 0 }])
    expect(watch(text, { maxChars: Infinity })).toEqual([])
  })

  it.each(Object.entries(BENIGN_TEXTS))('is silent on %s', (_, text) => {
    expect(watch(text)).toEqual([])
    // And between other text, where numbers of copies do not change.
    expect(watch(`${prose(200, 4)}\n\n${text}\n\n${prose(200, 6)}`)).toEqual([])
  })

  it('I-2 gives the same events and cleared offsets for every split', () => {
    const cycle = fc.string({ minLength: 1, maxLength: 60 })
    fc.assert(
      fc.property(cycle, fc.nat(30), fc.string({ maxLength: 40 }), fc.nat(), (unit, copies, lead, seed) => {
        const text = lead + unit.repeat(copies) + lead
        const run = (pieces: readonly string[]): { events: LoopEvent[]; cleared: Map<number, number> } => {
          const events: LoopEvent[] = []
          const cleared = new Map<number, number>()
          const detector = createLoopDetector((event) => events.push(event), { maxPeriodChars: 64 })
          let at = 0
          for (const piece of pieces) {
            at += piece.length
            cleared.set(at, detector.push(piece))
          }
          detector.end()
          return { events, cleared }
        }
        const one = run(text.split(''))
        const other = run(randomSplit(text, seededRandom(seed), { min: 1, max: 20 }))
        expect(other.events).toEqual(one.events)
        for (const [at, offset] of other.cleared) expect(offset).toBe(one.cleared.get(at))
      }),
      { numRuns: 256 },
    )
  })

  it('I-1 never gives a cut before what was cleared, also where loops hide in loops', () => {
    const word = fc.constantFrom('ab', 'go on ', 'no, ', 'x', 'one more time ')
    const nest = fc.tuple(word, fc.nat(30), fc.string({ maxLength: 30 }), fc.integer({ min: 2, max: 9 }))
    fc.assert(
      fc.property(fc.array(nest, { minLength: 1, maxLength: 4 }), (nests) => {
        const text = nests.map(([unit, n, tail, copies]) => (unit.repeat(n) + tail).repeat(copies)).join('')
        let cleared = 0
        const detector = createLoopDetector((event) => expect(event.cut).toBeGreaterThanOrEqual(cleared))
        for (const unit of text.split('')) cleared = detector.push(unit)
        detector.end()
      }),
      { numRuns: 256 },
    )
  })

  it('I-4 holds nothing of text that does not repeat', () => {
    const detector = createLoopDetector(() => {})
    const text = prose(20_000, 8)
    for (let i = 0; i < text.length; i += 3) {
      const end = Math.min(text.length, i + 3)
      expect(detector.push(text.slice(i, end))).toBe(end)
    }
  })

  it('I-4 holds at most maxPeriodChars, whatever repeats', () => {
    const spread = WORDS.slice(0, 16).join(' '.repeat(20))
    for (const unit of ['ab', 'word  \n', `${spread}\n`, `${' '.repeat(90)}x`, prose(60, 1), prose(64, 2)]) {
      const detector = createLoopDetector(() => {}, { maxPeriodChars: 64 })
      for (let i = 0; i < 8000; i++) {
        expect(i + 1 - detector.push(unit.charAt(i % unit.length))).toBeLessThanOrEqual(64)
      }
    }
  })

  it('refuses options out of range and text after the end', () => {
    expect(() => createLoopDetector(() => {}, { maxPeriodChars: 5000 })).toThrow(RangeError)
    expect(() => createLoopDetector(() => {}, { maxChars: 0 })).toThrow(RangeError)
    expect(() => createLoopDetector(() => {}, { minWordBits: -1 })).toThrow(RangeError)
    expect(() => createLoopDetector(() => {}, { minCharBits: 9 })).toThrow(RangeError)
    const detector = createLoopDetector(() => {})
    detector.end()
    expect(() => detector.push('x')).toThrow(expect.objectContaining({ code: 'SESSION_ENDED' }))
  })
})
