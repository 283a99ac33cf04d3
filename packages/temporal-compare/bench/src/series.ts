/** A seeded generator of numbers in [0, 1). */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

export function gaussian(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}

export type SeriesKind = 'walk' | 'noise' | 'sine' | 'constant'

/** Steps of a random walk, white noise, a noisy sine, or one value throughout. */
export function series(kind: SeriesKind, length: number, seed: number): Float64Array {
  const random = createRandom(seed)
  let value = 0
  return Float64Array.from({ length }, (_, i) => {
    if (kind === 'noise') return gaussian(random)
    if (kind === 'constant') return 7
    if (kind === 'sine') return Math.sin(i / 20 + seed) + 0.3 * gaussian(random)
    value += gaussian(random)
    return value
  })
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** Random letters and digits, as the benchmark of fastest-levenshtein makes them. */
export function texts(length: number, count: number, seed: number): string[] {
  const random = createRandom(seed)
  return Array.from({ length: count }, () => {
    let text = ''
    for (let i = 0; i < length; i++) text += LETTERS[Math.floor(random() * LETTERS.length)]
    return text
  })
}
