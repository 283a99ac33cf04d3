import { MidstreamError } from '@midstream/core'
import { describe, expect, it } from 'vitest'
import { createPatternInspector, loadPack, sanitize } from '../src/index.ts'

const pattern = {
  id: 'x/word',
  title: 'A word',
  category: 'x',
  severity: 'low',
  confidence: 0.5,
  regex: 'ab+',
  mask: 'label',
  examples: ['ab', ['a', 'bb']],
  counterExamples: ['a', 'ba'],
}

function pathOf(change: object, more: object[] = []): unknown {
  try {
    loadPack({ name: 'test', patterns: [...more, { ...pattern, ...change }] })
  } catch (error) {
    return MidstreamError.is(error, 'PACK_INVALID') ? error.details['path'] : error
  }
  return undefined
}

describe('loadPack', () => {
  it('joins the fragments of an example', () => {
    expect(loadPack({ name: 'test', patterns: [pattern] }).patterns[0]!.examples).toEqual(['ab', 'abb'])
  })

  it.each([
    ['a bad expression', { regex: '(a' }, 'patterns[0].regex'],
    ['an expression that would need backtracking', { regex: '(a)\\1' }, 'patterns[0].regex'],
    ['a bad boundary class', { notAfter: '[a' }, 'patterns[0].regex'],
    ['neither regex nor literal', { regex: undefined }, 'patterns[0]'],
    ['regex and literal', { literal: 'ab' }, 'patterns[0]'],
    ['a missing example', { examples: ['ab'] }, 'patterns[0].examples'],
    ['a missing counter-example', { counterExamples: undefined }, 'patterns[0].counterExamples'],
    ['an example that is no text', { examples: ['ab', 7] }, 'patterns[0].examples[1]'],
    ['a fragment that is no text', { examples: ['ab', ['a', 7]] }, 'patterns[0].examples[1][1]'],
    ['an unknown severity', { severity: 'grave' }, 'patterns[0].severity'],
    ['a confidence of zero', { confidence: 0 }, 'patterns[0].confidence'],
    ['an unknown validator', { validator: 'magic' }, 'patterns[0].validator'],
    ['an inherited name as validator', { validator: 'toString' }, 'patterns[0].validator'],
    ['an unknown mask', { mask: 'paint' }, 'patterns[0].mask'],
    ['an unknown key', { flags: 'g' }, 'patterns[0].flags'],
    ['a flag that is no boolean', { caseInsensitive: 'yes' }, 'patterns[0].caseInsensitive'],
    ['an empty id', { id: '' }, 'patterns[0].id'],
  ])('DP-16 refuses %s and names the place', (_name, change, path) => {
    expect(pathOf(change)).toBe(path)
  })

  it('DP-16 refuses a duplicate id', () => {
    expect(pathOf({}, [pattern])).toBe('patterns[1].id')
  })

  it('DP-16 refuses what is no pack', () => {
    expect(() => loadPack([])).toThrow(MidstreamError)
    expect(() => loadPack({ name: 'empty', patterns: [] })).toThrow(MidstreamError)
  })
})

describe('createPatternInspector', () => {
  const pack = loadPack({ name: 'a', patterns: [pattern, { ...pattern, id: 'x/other', regex: 'cd+' }] })

  it('DP-18 finds nothing any more by a disabled pattern', () => {
    const text = 'abb cdd'
    expect(
      createPatternInspector({ packs: [pack] })
        .scan(text)
        .map(({ rule }) => rule),
    ).toEqual(['x/word', 'x/other'])
    const without = createPatternInspector({ packs: [pack], disabled: ['x/word'] })
    expect(without.scan(text).map(({ rule }) => rule)).toEqual(['x/other'])
  })

  it('DP-18 finds nothing any more by a pack that is left out', () => {
    const text = 'abb jane.doe@example.com'
    expect(
      createPatternInspector({ packs: [pack] })
        .scan(text)
        .map(({ rule }) => rule),
    ).toEqual(['x/word'])
    expect(
      createPatternInspector()
        .scan(text)
        .map(({ rule }) => rule),
    ).toEqual(['pii/email'])
  })

  it('refuses to disable what no pack has, and an id that two packs share', () => {
    expect(() => createPatternInspector({ packs: [pack], disabled: ['x/wrod'] })).toThrow(/x\/wrod/)
    expect(() => createPatternInspector({ packs: [pack, pack] })).toThrow(/repeats x\/word/)
  })

  it('raises the confidence of a token whose checksum holds', () => {
    const inspector = createPatternInspector()
    // CRC-32 of thirty zeros is 0x77E5DB82 by Python's zlib; in base 62 that is 2C8GjS.
    const right = `ghp_${'0'.repeat(30)}2C8GjS`
    const wrong = `ghp_${'0'.repeat(30)}000000`
    const confidence = (text: string): number =>
      inspector.scan(text).find(({ rule }) => rule === 'secret/github-token')!.confidence
    expect(confidence(right)).toBe(0.99)
    expect(confidence(wrong)).toBe(0.95)
  })
})

describe('trimEnd', () => {
  it('leaves no finding over nothing where all of a match belongs to the sentence', () => {
    const trimmed = { ...pattern, regex: '[a.]{2,5}', trimEnd: '.' }
    const inspector = createPatternInspector({ packs: [loadPack({ name: 'test', patterns: [trimmed] })] })
    expect(inspector.scan('so .... aa.').map(({ start, end }) => [start, end])).toEqual([[8, 10]])
    expect(sanitize('so .... aa.', { inspector }).text).toBe('so .... [redacted:word].')
  })
})
