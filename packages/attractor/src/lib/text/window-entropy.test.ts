import { seededRandom } from '@midstream/test-kit'
import { describe, expect, it } from 'vitest'
import { WindowEntropy } from './window-entropy.ts'

/** Bits per symbol by the definition. */
function entropy(symbols: readonly number[]): number {
  let bits = 0
  for (const symbol of new Set(symbols)) {
    const share = symbols.filter((other) => other === symbol).length / symbols.length
    bits -= share * Math.log2(share)
  }
  return bits
}

describe('WindowEntropy', () => {
  it('gives the entropy of each window that overlaps the one before by half', () => {
    for (const alphabet of [1, 2, 7, 64]) {
      const random = seededRandom(alphabet)
      const symbols = Array.from({ length: 512 }, () => Math.floor(random() * alphabet))
      const window = new WindowEntropy(128, 64)
      const ends: number[] = []
      symbols.forEach((symbol, i) => {
        if (!window.push(symbol)) return
        ends.push(i + 1)
        expect(window.bits).toBeCloseTo(entropy(symbols.slice(i + 1 - 128, i + 1)), 12)
      })
      expect(ends).toEqual([128, 192, 256, 320, 384, 448, 512])
    }
  })

  it('counts what its owner counted', () => {
    const window = new WindowEntropy(8, 4)
    for (const half of [0, 1]) {
      for (let i = 0; i < 4; i++) window.counts[i]!++
      expect(window.complete()).toBe(half === 1)
    }
    expect(window.bits).toBe(2)
  })
})
