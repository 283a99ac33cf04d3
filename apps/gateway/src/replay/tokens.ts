/** Returns numbers in [0, 1), the same ones for the same seed (Mulberry32, Tommy Ettinger, public domain). */
export function seededNumbers(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

// A word, number or run of marks takes the blank before it along, as the vocabularies of language models do.
const PIECE = / ?\p{L}+| ?\p{N}{1,3}| ?[^\s\p{L}\p{N}]+|\s+?(?= \S|$)|\s+/gu

/**
 * Cuts a text the way a language model delivers it: words with their leading blank, long words in several
 * pieces of 2 to `longest` code points. The pieces joined are the text; no code point is cut.
 */
export function tokenise(text: string, longest: number, random: () => number): string[] {
  const tokens: string[] = []
  for (const [piece] of text.matchAll(PIECE)) {
    let points = [...piece]
    while (points.length > longest) {
      const size = Math.min(longest, 2 + Math.floor(random() * (longest - 1)))
      tokens.push(points.slice(0, size).join(''))
      points = points.slice(size)
    }
    if (points.length > 0) tokens.push(points.join(''))
  }
  return tokens
}
