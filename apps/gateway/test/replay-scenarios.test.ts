import { readFileSync } from 'node:fs'
import { crc32 } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { recordScenario } from '../src/replay/recording.ts'
import { SCENARIOS, scenarioOfModel } from '../src/replay/scenarios.ts'
import { seededNumbers, tokenise } from '../src/replay/tokens.ts'

function textOf(name: string): string {
  return scenarioOfModel(`replay/${name}`)?.text ?? ''
}

describe('SCENARIOS', () => {
  it('holds a card number whose Luhn sum is right', () => {
    const digits = /\d{4} \d{4} \d{4} \d{4}/.exec(textOf('pii'))?.[0].replaceAll(' ', '') ?? ''
    // ISO/IEC 7812-1 annex B: from the right, every second digit doubled, its digits added.
    const sum = [...digits].reverse().reduce((total, digit, i) => {
      const value = Number(digit) * (i % 2 === 1 ? 2 : 1)
      return total + (value > 9 ? value - 9 : value)
    }, 0)
    expect(digits).toHaveLength(16)
    expect(sum % 10).toBe(0)
  })

  it('holds a token whose checksum is right', () => {
    // The last six characters are the CRC-32 of the thirty before them, in base 62.
    const [, body = '', checksum] = /ghp_(\w{30})(\w{6})\b/.exec(textOf('split-key')) ?? []
    const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
    const value = [...(checksum ?? '')].reduce((sum, digit) => sum * 62 + alphabet.indexOf(digit), 0)
    expect(value).toBe(crc32(body))
  })

  it('keeps no secret whole in its source', () => {
    const source = readFileSync(new URL('../src/replay/scenarios.ts', import.meta.url), 'utf8')
    expect(source).not.toMatch(/ghp_\w|AKIA|BEGIN PRIVATE/)
  })

  it('cuts the token of split-key into many pieces, none of which shows more than three characters', () => {
    const scenario = scenarioOfModel('replay/split-key')
    if (scenario === undefined) throw new Error('no such scenario')
    const tokens = recordScenario(scenario, 1).beats.map(({ token }) => token)
    expect(Math.max(...tokens.map((token) => [...token].length))).toBeLessThanOrEqual(3)
    expect(tokens.join('')).toBe(scenario.text)
  })

  it('has names, titles and summaries that differ', () => {
    for (const field of ['name', 'title', 'summary'] as const) {
      expect(new Set(SCENARIOS.map((scenario) => scenario[field])).size).toBe(SCENARIOS.length)
    }
  })
})

describe('tokenise', () => {
  it.each([
    ['', []],
    ['Hello world', ['Hello', ' world']],
    ['a  b', ['a', ' ', ' b']],
    ['one\n\ntwo', ['one', '\n\n', 'two']],
    ['at 12345, now.', ['at', ' 123', '45', ',', ' now', '.']],
    ['end  ', ['end', '  ']],
  ])('cuts %j before blanks and marks', (text, tokens) => {
    expect(tokenise(text, 8, seededNumbers(1))).toEqual(tokens)
  })

  it('loses nothing and cuts no code point', () => {
    const text =
      'Grüße, naïve 🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊 supercalifragilistic \t\r\n  e\u0301 日本語の長い文章です。\u00a0x'
    for (const longest of [2, 3, 8]) {
      const tokens = tokenise(text, longest, seededNumbers(longest))
      expect(tokens.join('')).toBe(text)
      expect(tokens.every((token) => token !== '' && !/\p{Surrogate}/u.test(token))).toBe(true)
    }
  })
})
