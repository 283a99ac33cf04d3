import { randomSplit, seededRandom } from '@midstream/test-kit'
import { describe, expect, it } from 'vitest'
import { RepetitionLane } from './repetition-lane.ts'
import { CHAR_HALF, type Looks, TextScan } from './text-scan.ts'
import { MARK, NUMBER, WORD } from './token-ring.ts'

const SILENT: Looks = { characters() {}, tokens() {}, words() {}, stop() {} }

function scanOf(ring: Uint16Array, maxPeriod: number, looks: Partial<Looks> = {}): TextScan {
  return new TextScan(ring, maxPeriod, Infinity, { ...SILENT, ...looks })
}

/** Texts in which many runs begin, last for a while and break. */
function texts(seed: number): string {
  const random = seededRandom(seed)
  const unit = (): string =>
    Array.from({ length: 1 + Math.floor(random() * 40) }, () => 'ab cd1'[Math.floor(random() * 6)]!).join('')
  let text = ''
  while (text.length < 8000) text += unit().repeat(1 + Math.floor(random() * 9))
  return text
}

function tokensOf(text: string): [kind: number, start: number, value: number][] {
  const scan = scanOf(new Uint16Array(1024), 256)
  scan.push(text)
  scan.flush()
  const { count, kinds, starts, values } = scan.tokens
  return Array.from({ length: count }, (_, i) => [kinds[i]!, starts[i]!, values[i]!])
}

describe('TextScan', () => {
  it('follows the same runs of characters as a lane that is given each of them', () => {
    for (let seed = 0; seed < 20; seed++) {
      const text = texts(seed)
      const ring = new Uint16Array(1024)
      const lane = new RepetitionLane(ring, 12, 12, 256)
      const look = (at: number, seen: RepetitionLane): unknown[] => {
        seen.extend(at)
        seen.wakeAt(2 * seen.length)
        return [at, seen.period, seen.forward, seen.back]
      }
      const expected: unknown[] = []
      const states: unknown[] = []
      for (let at = 0; at < text.length; at++) {
        ring[at & 1023] = text.charCodeAt(at)
        if (lane.step(text.charCodeAt(at), at)) expected.push(look(at, lane))
        states.push([lane.period, lane.wake])
      }
      const found: unknown[] = []
      const scan = scanOf(new Uint16Array(1024), 256, {
        characters: (seen) => found.push(look(scan.at, seen)),
      })
      for (const piece of randomSplit(text, seededRandom(seed), { min: 1, max: 9 })) {
        scan.push(piece)
        const { period, wake } = scan.characters
        expect([period, wake]).toEqual(states[scan.at - 1])
      }
      expect(found).toEqual(expected)
      expect(found.length).toBeGreaterThan(20)
    }
  })

  it('I-10 reads a bounded number of characters per character', () => {
    let reads = 0
    const ring = new Proxy(new Uint16Array(8192), {
      get(target, key) {
        if (typeof key === 'string' && /^\d+$/.test(key)) reads++
        return Reflect.get(target, key)
      },
    })
    const scan: TextScan = scanOf(ring, 2048, {
      characters(lane) {
        lane.extend(scan.at)
        lane.wakeAt(Math.max(2 * lane.period, lane.length + 1))
      },
    })
    for (const text of ['a'.repeat(8000), texts(1), texts(2), 'abcdefghijkl'.repeat(700)]) scan.push(text)
    // Two for each step, and two for each of at most four compared backwards.
    expect(reads / scan.at).toBeLessThan(11)
  })

  it('splits text into words, numbers and marks', () => {
    expect(tokensOf('go 42,{x1')).toEqual([
      [WORD, 0, 0],
      [NUMBER, 3, 42],
      [0, 5, 0],
      [MARK, 6, 0],
      [WORD, 7, 0],
      [NUMBER, 8, 1],
    ])
    // The blanks of other scripts separate; ideographs are words of one character, accented letters are not.
    expect(tokensOf('a\u3000b\u00a0\u6f22\u5b57 d\u00e9j\u00e0').map(([, start]) => start)).toEqual([
      0, 2, 4, 5, 7,
    ])
    for (const blank of '\u00a0\u2000\u200b\u2028\u2029\u3000')
      expect(tokensOf(`a${blank}b`).map(([, start]) => start)).toEqual([0, 2])
    expect(tokensOf('  \n\0\t ')).toEqual([])
  })

  it('gives words the same symbol whatever their case, and all numbers one', () => {
    const scan = scanOf(new Uint16Array(1024), 256)
    scan.push('Word wORD 12 345 other _x ')
    const { exact, alike, count } = scan.tokens
    expect(count).toBe(6)
    expect(exact[0]).toBe(exact[1])
    expect(exact[2]).not.toBe(exact[3])
    expect(alike[2]).toBe(alike[3])
    expect(new Set(alike.slice(0, 6)).size).toBe(4)
  })

  it('gives up a run for good, until a symbol differs', () => {
    const seen: number[] = []
    const scan: TextScan = scanOf(new Uint16Array(1024), 256, {
      characters(lane) {
        seen.push(scan.at)
        lane.giveUp()
      },
    })
    scan.push('0123456789'.repeat(20))
    expect(seen).toHaveLength(1)
    scan.push('abcdefghij'.repeat(20))
    expect(seen).toHaveLength(2)
  })

  it('knows where the token begins that has not ended', () => {
    const scan = scanOf(new Uint16Array(1024), 256)
    scan.push('ab cd')
    expect(scan.tokens.openStart(4)).toBe(3)
    scan.push(' ')
    expect(scan.tokens.openStart(5)).toBe(5)
    scan.push('ef')
    scan.flush()
    expect(scan.tokens.openStart(8)).toBe(8)
    scan.flush()
    expect(scan.tokens.count).toBe(3)
  })

  it('counts words, and no marks or numbers, in windows of 256', () => {
    let windows = 0
    const scan = scanOf(new Uint16Array(1024), 256, { words: () => windows++ })
    scan.push('a, (7) '.repeat(255))
    expect(windows).toBe(0)
    scan.push('a, (7) ')
    expect(windows).toBe(1)
    scan.push('a, (7) '.repeat(128))
    expect(windows).toBe(2)
  })

  it('counts the characters of each window of 2048', () => {
    const bits: number[] = []
    const scan: TextScan = new TextScan(new Uint16Array(64), 16, CHAR_HALF - 1, {
      ...SILENT,
      stop() {
        scan.stop += CHAR_HALF
        if (scan.chars.complete()) bits.push(scan.chars.bits)
      },
    })
    const halves = ['ab', 'ab', 'abcd', 'a'].map((cycle) => cycle.repeat(CHAR_HALF / cycle.length))
    for (const piece of randomSplit(halves.join(''), seededRandom(1), { min: 1, max: 700 })) scan.push(piece)
    // Shares 1/2, 1/2; then 3/8, 3/8, 1/8, 1/8; then 5/8 and thrice 1/8.
    const mixed = (...shares: number[]): number => -shares.reduce((sum, p) => sum + p * Math.log2(p), 0)
    expect(bits).toHaveLength(3)
    expect(bits[0]).toBeCloseTo(1, 12)
    expect(bits[1]).toBeCloseTo(mixed(3 / 8, 3 / 8, 1 / 8, 1 / 8), 12)
    expect(bits[2]).toBeCloseTo(mixed(5 / 8, 1 / 8, 1 / 8, 1 / 8), 12)
  })

  it('calls stop after the character at that position, and again where it was moved to', () => {
    const seen: number[] = []
    const scan: TextScan = new TextScan(new Uint16Array(64), 16, 3, {
      ...SILENT,
      stop() {
        seen.push(scan.at)
        scan.stop += 5
      },
    })
    for (const piece of ['ab', 'cdefgh', 'i', 'jklmno']) scan.push(piece)
    expect(seen).toEqual([3, 8, 13])
  })
})
