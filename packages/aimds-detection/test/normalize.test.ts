import { randomSplit, seededRandom } from '@midstream/test-kit'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { normalize } from '../src/index.ts'
import { foldCodePoint, foldText } from '../src/lib/fold.ts'
import { createNormalizer } from '../src/lib/normalize.ts'
import { createSqueezer } from '../src/lib/squeeze.ts'
import { createUnitBuffer, textOf, type UnitBuffer } from '../src/lib/unit-buffer.ts'

/** Text of all scripts, with the characters that hide other text more often than chance has them. */
const char = fc.oneof(
  fc.constantFrom(
    ...' \t\n\u200b\u200d\u202e\u00ad\u0301\u3000&%\\;#xu{}09ABab',
    '\u{e0041}',
    'ﬁ',
    'Ｉ',
    'о',
    '한',
  ),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  fc.constantFrom('&#105;', '%69', '%2569', '\\u0069', '&lt;', '%d0%b8', '\\n'),
)
const text = fc.array(char, { maxLength: 30 }).map((chars) => chars.join(''))

function readPieces(pieces: readonly string[], escapes: boolean): UnitBuffer {
  const normalizer = createNormalizer({ escapes, maxGap: 8 })
  const out = createUnitBuffer(16)
  let position = 0
  for (const piece of pieces) {
    normalizer.push(piece, 0, piece.length, position, out)
    position += piece.length
  }
  normalizer.end(out)
  return out
}

const seen = ({ units, starts, ends, length }: UnitBuffer): unknown => ({
  units: [...units.slice(0, length)],
  starts: [...starts.slice(0, length)],
  ends: [...ends.slice(0, length)],
})

describe('normalize', () => {
  it.each([
    ['DN-01 drops zero-width characters', 'ig\u200bnore', 'ignore'],
    ['DN-01 drops joiners and soft hyphens', 'i\u200cg\u2060n\u00ado\ufeffre', 'ignore'],
    ['DN-02 reads full-width letters', 'Ｉｇｎｏｒｅ', 'ignore'],
    ['DN-02 reads mathematical, circled and small capital letters', '𝒊𝔤ⓝᴏ🅁𝚎', 'ignore'],
    ['DN-03 reads Cyrillic look-alikes', 'іgnоrе аll', 'ignore all'],
    ['DN-03 reads Greek look-alikes', 'ΙGΝΟRΕ', 'ignore'],
    ['DN-03 drops accents', 'ígnöre ıgnoré', 'ignore ignore'],
    ['DN-04 collapses blanks and keeps lines', '  a \t b \n c  ', 'a b\nc'],
    ['DN-05 drops direction marks', 'a\u202eb\u2066c', 'abc'],
    ['DN-05 drops tags', 'a\u{e0049}\u{e007f}b', 'ab'],
    ['leaves digits alone', 'in 2024', 'in 2024'],
    ['keeps the vowel signs of Hindi', 'निर्देश', 'निर्देश'],
  ])('%s', (_name, from, to) => {
    expect(normalize(from).text).toBe(to)
  })

  it('DN-05 reports what it dropped', () => {
    expect(normalize('a\u202eb\u{e0041}\u{e0042}\u200b').removed).toEqual({ invisible: 1, bidi: 1, tags: 2 })
  })

  it('DN-09 is idempotent', () => {
    fc.assert(
      fc.property(text, (from) => {
        const once = normalize(from).text
        expect(normalize(once).text).toBe(once)
      }),
      { numRuns: 1024 },
    )
  })

  it('DN-10 maps every span back to a span of the original that normalises to it', () => {
    fc.assert(
      fc.property(text, fc.nat(), fc.nat(), (from, a, b) => {
        const { text: to, original } = normalize(from)
        if (to === '') return
        const start = a % to.length
        const end = start + 1 + (b % (to.length - start))
        const span = original(start, end)
        expect(span.start).toBeGreaterThanOrEqual(0)
        expect(span.end).toBeLessThanOrEqual(from.length)
        // A character that becomes several cannot be cut, so the span may give more at its ends.
        const again = normalize(from.slice(span.start, span.end)).text
        expect(again).toContain(to.slice(start, end).trim())
        expect(again.length - (end - start)).toBeLessThanOrEqual(40)
      }),
      { numRuns: 1024 },
    )
  })

  it('DN-10 maps a plain span exactly', () => {
    const from = '  say: i\u200bgn\u043ere that'
    const { text: to, original } = normalize(from)
    const start = to.indexOf('ignore')
    const span = original(start, start + 6)
    expect(from.slice(span.start, span.end)).toBe('i\u200bgn\u043ere')
  })

  it('refuses an empty span and one outside', () => {
    const { original } = normalize('abc')
    expect(() => original(1, 1)).toThrow(RangeError)
    expect(() => original(0, 4)).toThrow(RangeError)
  })
})

describe('foldCodePoint', () => {
  it('gives a fixed point for every character of Unicode', () => {
    const moved: string[] = []
    for (let codePoint = 0; codePoint < 0x110000; codePoint += 1) {
      const folded = foldCodePoint(codePoint)
      if (foldText(folded) !== folded) moved.push(codePoint.toString(16))
    }
    expect(moved).toEqual([])
  })
})

describe('createNormalizer', () => {
  it.each([
    ['decimal and hexadecimal references', '&#105;gn&#x6F;re &#x69g', 'ignore ig'],
    ['names', '&lt;b&gt;&amp;&quot;', '<b>&"'],
    ['percent, nested and of several bytes', '%69gn%256fre %d0%b8', 'ignore и'],
    ['backslash escapes', 'ign\\u006fre\\nall\\x21 \\u{69}t', 'ignore\nall! it'],
    ['a reference within a reference', '&amp;#105;gnore', 'ignore'],
    ['an escaped look-alike', '%D1%96gnore', 'ignore'],
    ['nothing that is no escape', '100% a&b %zz &unk; C:\\zoo &', '100% a&b %zz &unk; c:\\zoo &'],
  ])('resolves %s', (_name, from, to) => {
    expect(textOf(readPieces([from], true))).toBe(to)
  })

  it('puts a break into a long gap', () => {
    expect(textOf(readPieces([`a${'\u200b'.repeat(9)}b`], true))).toBe('a\u0001b')
    expect(textOf(readPieces([`a${'\u200b'.repeat(6)}b`], true))).toBe('ab')
  })

  it('I-2 gives the same units and spans for every split', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 2 ** 31 }), fc.boolean(), (from, seed, escapes) => {
        const whole = seen(readPieces([from], escapes))
        expect(seen(readPieces(from.split(''), escapes))).toEqual(whole)
        expect(seen(readPieces(randomSplit(from, seededRandom(seed)), escapes))).toEqual(whole)
      }),
      { numRuns: 512 },
    )
  })

  it('never makes a unit that begins before what is pending', () => {
    fc.assert(
      fc.property(text, (from) => {
        const normalizer = createNormalizer({ escapes: true, maxGap: 8 })
        const out = createUnitBuffer(16)
        let cleared = 0
        let last = 0
        for (let i = 0; i < from.length; i += 1) {
          out.length = 0
          normalizer.push(from, i, i + 1, i, out)
          for (let k = 0; k < out.length; k += 1) {
            expect(out.starts[k]).toBeGreaterThanOrEqual(Math.max(cleared, last))
            last = out.starts[k]!
          }
          cleared = normalizer.pendingFrom(i + 1)
        }
      }),
      { numRuns: 512 },
    )
  })
})

describe('createSqueezer', () => {
  function squeeze(from: string): string {
    const out = createUnitBuffer(16)
    const squeezer = createSqueezer()
    squeezer.push(readPieces([from], true), out)
    squeezer.end(out)
    return textOf(out)
  }

  it.each([
    ['DN-06 drops separators', 'i.g_n-o r*e', 'ignore'],
    ['DN-07 reads digits inside words', '1gn0re pr3v10us', 'ignoreprevious'],
    ['DN-07 leaves a year alone', '2024', '2024'],
    ['DN-07 leaves numbers alone', 'in 1985, 12 of 4711', 'in198512of4711'],
    ['DN-07 leaves a number inside a word alone', 'a12345b v1234', 'a12345bv1234'],
    ['DN-07 reads signs before letters', '!gnore @ll!', 'ignoreaii'],
    ['DN-08 joins split words', 'ig nore prev ious', 'ignoreprevious'],
    ['reads l as i', 'all', 'aii'],
  ])('%s', (_name, from, to) => {
    expect(squeeze(from)).toBe(to)
  })
})
