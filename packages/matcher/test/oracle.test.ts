import { MidstreamError } from '@midstream/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileMatcher, type Matcher, type MatcherOptions, type Pattern } from '../src/index.ts'
import { pattern, text } from './support/arbitraries.ts'
import { cut, expectedSpans, run, runOn, units } from './support/oracle.ts'

const any = { conditions: true, unbounded: true, validators: true }
const runs = { numRuns: 300 }

/** Drops the cases whose pattern matches the empty text, which the matcher refuses. */
function compile(patterns: readonly Pattern[], options?: MatcherOptions): Matcher {
  try {
    return compileMatcher(patterns, options)
  } catch (error) {
    fc.pre(!MidstreamError.is(error, 'PATTERN_UNSUPPORTED'))
    throw error
  }
}

describe('compileMatcher', () => {
  it('I-10 reports the leftmost-longest valid spans of every pattern, as RegExp finds them by brute force', () => {
    fc.assert(
      fc.property(fc.array(pattern(any), { minLength: 1, maxLength: 3 }), text(10), (patterns, input) => {
        const matcher = compile(patterns)
        const spans = matcher.scan(input).map((m) => [m.pattern, m.start, m.end])
        expect(spans).toEqual(expectedSpans(patterns, input))
      }),
      { numRuns: 400 },
    )
  })

  it('I-2 gives the same matches, and the same cleared offset at the same position, for every chunking', () => {
    fc.assert(
      fc.property(
        fc.array(pattern(any), { minLength: 1, maxLength: 4 }),
        text(30),
        fc.array(fc.nat(30)),
        (patterns, input, offsets) => {
          const matcher = compile(patterns)
          const single = runOn(matcher, units(input))
          const chunked = runOn(matcher, cut(input, offsets))
          expect(chunked.matches).toEqual(single.matches)
          expect(matcher.scan(input)).toEqual(single.matches)
          for (const [position, cleared] of chunked.cleared) {
            expect([position, cleared]).toEqual([position, single.cleared.get(position)])
            expect(chunked.delivered.get(position)).toBe(single.delivered.get(position))
          }
        },
      ),
      runs,
    )
  })

  it('I-1 never clears the start of a match before the match is delivered', () => {
    fc.assert(
      fc.property(fc.array(pattern(any), { minLength: 1, maxLength: 3 }), text(20), (patterns, input) => {
        const { matches, cleared, delivered } = runOn(compile(patterns), units(input))
        let before = 0
        for (const [position, offset] of cleared) {
          expect(offset).toBeGreaterThanOrEqual(before)
          expect(offset).toBeLessThanOrEqual(position)
          before = offset
          for (const match of matches.slice(delivered.get(position))) {
            expect(match.start).toBeGreaterThanOrEqual(offset)
          }
        }
      }),
      runs,
    )
  })

  it('I-4 holds exactly the longest suffix that some continuation turns into a match', () => {
    const bounded = { conditions: false, unbounded: false, validators: false }
    const short = pattern(bounded).filter((p) => p.regex === undefined || p.regex.length <= 12)
    fc.assert(
      fc.property(fc.array(short, { minLength: 1, maxLength: 2 }), text(7), (patterns, input) => {
        const matcher = compile(patterns)
        fc.pre(matcher.maxMatchChars <= 5)
        const { matches, cleared, delivered } = run(patterns, [input])
        const known = new Set(
          matches.slice(0, delivered.get(input.length)).map((m) => `${m.pattern} ${m.start}`),
        )
        let earliest = input.length
        for (const more of continuations(4)) {
          for (const [index, start] of expectedSpans(patterns, input + more)) {
            if (!known.has(`${index} ${start}`)) earliest = Math.min(earliest, start)
          }
        }
        expect(cleared.get(input.length)).toBe(earliest)
      }),
      { numRuns: 256 },
    )
  })

  it('I-9 gives the same matches when its tables are far too small and sessions take turns', () => {
    fc.assert(
      fc.property(
        fc.array(pattern(any), { minLength: 1, maxLength: 4 }),
        text(40),
        text(40),
        (patterns, left, right) => {
          const matcher = compile(patterns)
          const tiny = compile(patterns, { maxTableBytes: 1, patternsPerShard: 2 })
          const results: [number, number, number][][] = [[], []]
          const sessions = results.map((out) =>
            tiny.open({ match: (m) => out.push([m.pattern, m.start, m.end]), overflow: () => {} }),
          )
          for (let i = 0; i < 40; i++) {
            sessions[0]!.push(left.slice(i, i + 1))
            sessions[1]!.push(right.slice(i, i + 1))
          }
          for (const session of sessions) session.end()
          ;[left, right].forEach((input, i) => {
            expect(results[i]).toEqual(
              matcher.scan(input.slice(0, 40)).map((m) => [m.pattern, m.start, m.end]),
            )
          })
        },
      ),
      runs,
    )
  })
})

/** Every text of up to `length` characters of a small alphabet. */
function continuations(length: number): string[] {
  let layer = ['']
  const all = ['']
  for (let i = 0; i < length; i++) {
    layer = layer.flatMap((t) => ['a', 'b', 'c', ' ', '\u{1f600}'].map((c) => t + c))
    all.push(...layer)
  }
  return all
}
