import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { MidstreamError } from '@midstream/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileMatcher, type Pattern } from '../src/index.ts'
import { cut, run, runOn, type Span, units } from './support/oracle.ts'

const quoted: Pattern = { id: 'quoted', regex: '"[^"]*"' }

describe('compileMatcher', () => {
  it('I-4 gives up an unbounded attempt at exactly maxHoldChars and reports it as overflow', () => {
    const text = `x"${'a'.repeat(30)}" "ok"`
    const { matches, overflows, cleared } = run([quoted], units(text), { maxHoldChars: 10 })
    expect(overflows).toEqual([['quoted', 1, 11]])
    expect(matches.map((m) => m.text)).toEqual(['" "'])
    for (const [position, offset] of cleared) expect(position - offset).toBeLessThanOrEqual(10)
  })

  it('I-4 decides an attempt at the bound by what it accepted so far, and gives up only the rest', () => {
    expect(run([{ id: 'p', regex: 'a+' }], ['a'.repeat(25)], { maxHoldChars: 10 }).spans).toEqual([
      [0, 0, 10],
      [0, 10, 20],
      [0, 20, 25],
    ])
    const partial = run([{ id: 'p', regex: 'ab(?:.*c)?' }], [`ab${'x'.repeat(20)}`], { maxHoldChars: 10 })
    expect(partial.spans).toEqual([[0, 0, 2]])
    expect(partial.overflows).toEqual([['p', 2, 10]])
  })

  it('I-1 I-4 reports an overflow of no length when the last accept ends at the bound', () => {
    // The match covers all that was read, but the attempt was alive: what follows may be the rest of a key.
    const key = { id: 'key', regex: 'key:[a-z]*' }
    for (const pieces of [[`key:${'a'.repeat(30)}`], units(`key:${'a'.repeat(30)}`)]) {
      const { spans, overflows } = run([key], pieces, { maxHoldChars: 16 })
      expect(spans).toEqual([[0, 0, 16]])
      expect(overflows).toEqual([['key', 16, 16]])
    }
  })

  it('I-9 a session sees nothing of the one before it', () => {
    const patterns: Pattern[] = [
      quoted,
      { id: 'run', regex: '[ab]+c' },
      { id: 'word', regex: '\\bab{1,7}\\b' },
      { id: 'literal', literal: 'abab' },
    ]
    const used = compileMatcher(patterns, { maxHoldChars: 10 })
    const texts = fc.string({ unit: fc.constantFrom('ab', 'abc', '"', ' '), maxLength: 12 })
    fc.assert(
      fc.property(texts, texts, (before, text) => {
        runOn(used, units(before))
        const fresh = compileMatcher(patterns, { maxHoldChars: 10 })
        expect(runOn(used, units(text))).toEqual(runOn(fresh, units(text)))
      }),
      { numRuns: 300 },
    )
  })

  it('I-2 overflows are the same for every chunking and do not disturb other patterns', () => {
    const patterns: Pattern[] = [
      quoted,
      { id: 'run', regex: '[ab]+c' },
      { id: 'word', regex: '\\bab{1,7}\\b' },
      { id: 'exact', regex: 'b{10}', notBefore: 'b' },
    ]
    const matcher = compileMatcher(patterns, { maxHoldChars: 10 })
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', 'b', 'b', 'b', 'c', '"', ' '), maxLength: 80 }),
        fc.array(fc.nat(80)),
        (text, offsets) => {
          const single = runOn(matcher, units(text))
          const chunked = runOn(matcher, cut(text, offsets))
          expect(chunked.matches).toEqual(single.matches)
          expect(chunked.overflows).toEqual(single.overflows)
          for (const [position, offset] of single.cleared) {
            expect(position - offset).toBeLessThanOrEqual(10)
            if (chunked.cleared.has(position)) expect(chunked.cleared.get(position)).toBe(offset)
          }
        },
      ),
      { numRuns: 500 },
    )
  })

  it('I-10 bounds the work of validators that veto everything, and fails closed', () => {
    let calls = 0
    const veto = (): boolean => {
      calls++
      return false
    }
    const n = 20_000
    const { matches } = run([{ id: 'p', regex: '[ab]{1,500}', validate: veto }], ['ab'.repeat(n / 2)])
    expect(calls).toBeLessThan(70_000 + 64 * n)
    expect(matches.length).toBeGreaterThan(0)
    // What is still undecided when the budget ends is reported, without a gap.
    matches.slice(1).forEach((m, i) => {
      expect(m.start).toBe(matches[i]!.end)
    })
    expect(matches.at(-1)!.end).toBe(n)
  })

  it('I-9 shares the work for decisions in the same way whatever other sessions read before', () => {
    const validate = (): boolean => false
    const patterns: Pattern[] = [
      { id: 'two', regex: '(?:[ab]|d){2,200}', validate },
      { id: 'three', regex: '(?:[ab]|c){2,200}', validate },
    ]
    const text = `${'ab'.repeat(300)} `
    const fresh = runOn(compileMatcher(patterns), [text])
    const used = compileMatcher(patterns)
    runOn(used, ['c'.repeat(300)])
    expect(fresh.spans.length).toBeGreaterThan(0)
    expect(runOn(used, [text]).spans).toEqual(fresh.spans)
  })

  it('I-1 reports the end of a match whose beginning was reported without a decision', () => {
    const pattern: Pattern = { id: 'p', regex: 'a{50,300}b?', validate: (text) => text.endsWith('b') }
    const matcher = compileMatcher([pattern])
    for (let length = 3900; length <= 4200; length += 20) {
      // The validator accepts spans that end with the text only. Where the work ends decides where reports end.
      const { matches } = runOn(matcher, [`${'a'.repeat(length)}b`])
      expect(matches.at(-1)!.end).toBe(length + 1)
      matches.slice(1).forEach((m, i) => {
        expect(m.start).toBe(matches[i]!.end)
      })
    }
  })

  it('I-10 bounds the work of running a pattern again after each of its matches', () => {
    // Every second attempt begins inside a match and lives for 300 code units more: each match asks for another run.
    const pattern: Pattern = { id: 'p', regex: 'aa(?:[^z]{0,300}q)?' }
    const matcher = compileMatcher([pattern])
    const text = `${'a'.repeat(4000)}q${'a'.repeat(1000)}z`
    const pieces = Array.from({ length: 51 }, (_, i) => text.slice(i * 100, (i + 1) * 100))
    const { spans, matches, cleared, delivered } = runOn(matcher, pieces)
    const pairs = (from: number, to: number): Span[] =>
      Array.from({ length: (to - from) / 2 }, (_, i): Span => [0, from + 2 * i, from + 2 * i + 2])
    // The match that ends at the q begins at the first free a from which it is not too long.
    expect(spans).toEqual([...pairs(0, 3698), [0, 3698, 4001], ...pairs(4001, 5001)])
    for (const [position, offset] of cleared) {
      for (const { start } of matches.slice(delivered.get(position))) {
        expect(start).toBeGreaterThanOrEqual(offset)
      }
    }
  })

  it('scan throws HOLD_LIMIT instead of passing over an attempt that was given up', () => {
    const matcher = compileMatcher([quoted], { maxHoldChars: 10 })
    expect(matcher.scan('"abc"')).toHaveLength(1)
    expect(() => matcher.scan(`"${'a'.repeat(20)}`)).toThrow(expect.objectContaining({ code: 'HOLD_LIMIT' }))
  })

  it('push after end throws SESSION_ENDED; a second end does nothing', () => {
    const session = compileMatcher([quoted]).open({ match() {}, overflow() {} })
    session.push('a')
    session.end()
    session.end()
    expect(() => session.push('b')).toThrow(expect.objectContaining({ code: 'SESSION_ENDED' }))
  })

  it('lets out what a validator throws, and the session is over', () => {
    const validate = (): boolean => {
      throw new Error('broken')
    }
    const session = compileMatcher([{ id: 'p', regex: 'ab', validate }]).open({ match() {}, overflow() {} })
    expect(() => session.push('ab')).toThrow('broken')
    expect(() => session.push('c')).toThrow(MidstreamError)
  })

  it('finds matches in a long text that is pushed at once, also where slices meet', () => {
    const text = `${'.'.repeat(4090)}jane@example.com${'.'.repeat(9000)}x@y.io `
    const patterns: Pattern[] = [
      { id: 'mail', regex: '[a-z]+@[a-z]+\\.[a-z]+' },
      { id: 'literal', literal: 'example' },
    ]
    expect(run(patterns, [text]).matches.map((m) => [m.start, m.text])).toEqual([
      [4090, 'jane@example.com'],
      [4095, 'example'],
      [13106, 'x@y.io'],
    ])
  })

  it('holds surrogate pairs together and never matches half of one', () => {
    const pair: Pattern[] = [{ id: 'p', regex: '\u{1f600}!' }]
    expect([...run(pair, units('a\u{1f600}!')).cleared.values()]).toEqual([0, 1, 1, 1, 4])
    expect(run([{ id: 'p', regex: '[^a]' }], units('\u{1f600}a')).spans).toEqual([[0, 0, 2]])
    expect(run([{ id: 'p', regex: '[^a]' }], ['\udc00a\ud83d']).spans).toEqual([])
  })

  it('I-5 does not grow the heap over a million chunks in one session', () => {
    setFlagsFromString('--expose-gc')
    const gc = runInNewContext('gc') as () => void
    const session = compileMatcher([
      { id: 'mail', regex: '\\b[a-z]+@[a-z]+\\.[a-z]+\\b' },
      { id: 'key', regex: 'sk-[a-z0-9]{8,20}', notAfter: '\\w' },
      { id: 'literal', literal: 'secret' },
    ]).open({ match() {}, overflow() {} })
    const chunks = ['hell', 'o wo', 'rld ', 'a@b.', 'io s', 'k-ab', 'cdef', 'ghi ', 'secr', 'et, ']
    let before = 0
    for (let i = 0; i < 1_010_000; i++) {
      if (i === 10_000) {
        gc()
        before = process.memoryUsage().heapUsed
      }
      session.push(chunks[i % chunks.length]!)
    }
    gc()
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(500_000)
  })
})
