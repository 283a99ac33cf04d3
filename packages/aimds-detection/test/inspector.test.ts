import type { Channel, ChannelKind, Finding } from '@midstream/core'
import { randomSplit, seededRandom } from '@midstream/test-kit'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createPatternInspector, defaultPacks } from '../src/index.ts'
import { cpuMs } from './support/cpu-ms.ts'

const KEY_LINE = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ+/'
const inspector = createPatternInspector()
const patterns = defaultPacks().flatMap((pack) => pack.patterns)

function channel(kind: ChannelKind): Channel {
  return { kind, provenance: 'model', index: 0, key: `${kind}/0` }
}

function read(pieces: readonly string[], kind: ChannelKind = 'content'): Finding[] {
  const findings: Finding[] = []
  const session = inspector.open(channel(kind), {
    finding: (finding) => findings.push(finding),
    overflow: () => undefined,
  })!
  for (const piece of pieces) session.push(piece)
  session.end()
  return findings
}

describe('createPatternInspector', () => {
  it.each([
    'content',
    'reasoning',
    'refusal',
    'tool-input',
    'other',
    'system',
    'user',
    'assistant',
    'tool-result',
  ] as const)('opens a channel of kind %s', (kind) => {
    expect(read(['jane.doe@example.com'], kind).map(({ rule }) => rule)).toEqual(['pii/email'])
  })

  // The bar is 500 us; matcher's benchmark measures that. What a test may rely on beside others on a busy machine is its
  // order of magnitude.
  it('SG-08 reads a chunk of 4 KiB in time', () => {
    const words = patterns.flatMap(({ examples }) => ['please look at the numbers of this week', ...examples])
    const text = words.join(' ').repeat(4)
    const session = inspector.open(channel('content'), { finding() {}, overflow() {} })!
    const times = Array.from({ length: 600 }, (_, i) => {
      const at = (i * 997) % (text.length - 4096)
      return cpuMs(() => void session.push(text.slice(at, at + 4096)))
    })
    const warm = times.slice(200).sort((a, b) => a - b)
    expect(warm[Math.floor(warm.length * 0.99)]).toBeLessThan(5)
  })

  it('I-2 finds the same in every example for random splits', () => {
    const random = seededRandom(7)
    for (const { id, examples } of patterns) {
      for (const example of examples) {
        const text = `see ${example} there`
        const whole = read([text])
        expect(whole.length, id).toBeGreaterThan(0)
        expect(read([...text]), id).toEqual(whole)
        expect(read(randomSplit(text, random)), id).toEqual(whole)
      }
    }
  })

  it('I-2 finds the same in mixtures of examples for random splits, and the same as scan', () => {
    const examples = patterns.flatMap((pattern) => pattern.examples)
    const piece = fc.oneof(fc.constantFrom(...examples), fc.constantFrom(' ', '=', '"', '\n', '@', '-', '.'))
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), fc.integer({ min: 1, max: 2 ** 31 }), (pieces, seed) => {
        const text = pieces.join('')
        const split = read(randomSplit(text, seededRandom(seed)))
        expect(split).toEqual(read([text]))
        expect([...split].sort((a, b) => a.start - b.start || a.end - b.end)).toEqual(inspector.scan(text))
      }),
      { numRuns: 256 },
    )
  })

  it('reports findings by ascending start and never starts one before what it cleared', () => {
    const text = patterns.flatMap(({ examples }) => examples).join(' ')
    let cleared = 0
    let last = 0
    const session = inspector.open(channel('content'), {
      finding({ start }) {
        expect(start).toBeGreaterThanOrEqual(Math.max(cleared, last))
        last = start
      },
      overflow: () => undefined,
    })!
    for (const char of text) cleared = session.push(char)
    session.end()
    expect(last).toBeGreaterThan(0)
  })

  it.each([16, 31, 64])('reports an overflow for a private key past the bound, in lines of %i', (length) => {
    const overflows: string[] = []
    const findings: Finding[] = []
    const session = inspector.open(channel('content'), {
      finding: (finding) => findings.push(finding),
      overflow: (rule) => overflows.push(rule),
    })!
    session.push(`-----BEGIN PRIVATE KEY-----\n${`${KEY_LINE.slice(0, length)}\n`.repeat(700)}`)
    session.end()
    // One attempt is one overflow: whoever counts them must not count it twice.
    expect(overflows.filter((rule) => rule === 'secret/private-key')).toHaveLength(1)
    expect(findings.map(({ rule }) => rule)).not.toContain('secret/private-key')
  })

  it('scan finds a long token that begins where another long match ends', () => {
    const key = `-----BEGIN PRIVATE KEY-----\n${`${KEY_LINE}\n`.repeat(200)}`
    const token = `eyJhbGciOiJIUzI1NiJ9.eyJ${'A'.repeat(9000)}.${'B'.repeat(43)}`
    // The letters before the first dot of the token may still belong to the key.
    const found = inspector.scan(`${key}${token} end`)
    expect(found).toContainEqual(
      expect.objectContaining({
        rule: 'secret/jwt',
        start: key.length,
        end: key.length + token.length,
      }),
    )
  })

  it('scan reports a match that is longer than the hold bound once', () => {
    const [pattern] = patterns.filter(
      ({ validator, trimEnd }) => validator === undefined && trimEnd === undefined,
    )
    const long = createPatternInspector({
      packs: [{ name: 'own', patterns: [{ ...pattern!, id: 'own/run', regex: '[a-z]{20,}' }] }],
    })
    const spans = long.scan(`${'a'.repeat(20_000)} ${'b'.repeat(30)}`).map(({ start, end }) => [start, end])
    expect(spans).toEqual([
      [0, 20_000],
      [20_001, 20_031],
    ])
  })
})
