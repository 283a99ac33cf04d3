import { oneByOne, randomSplit, splitEverywhere, splitOnce, splitTwice } from '@midstream/test-kit'

/**
 * Texts that put samples where chunk handling goes wrong: alone, embedded, repeated, broken off,
 * and between halves of surrogate pairs.
 */
export function compositions(samples: readonly string[], benign: readonly string[]): string[] {
  const filler = benign[0] ?? 'nothing to see'
  const texts = new Set<string>([...samples, ...benign, samples.join(' ')])
  for (const [i, sample] of samples.entries()) {
    const next = samples[(i + 1) % samples.length]!
    texts.add(`${filler} ${sample} ${filler}`)
    texts.add(`${sample}${sample}`)
    texts.add(`😀${sample}\u200d${next}`)
    texts.add(`\ude00${sample}\ud83d`)
    texts.add(`${sample.slice(0, Math.ceil(sample.length / 2))} ${next}`)
    texts.add(`${sample.slice(0, -1)}${sample}`)
    texts.add(sample.slice(0, -1))
  }
  texts.delete('')
  return [...texts]
}

/**
 * At least `chars` code units of numbered benign text, with a sample in every `sampleEvery`th piece. Each piece is
 * a string of its own.
 */
export function* longText(
  samples: readonly string[],
  benign: readonly string[],
  chars: number,
  sampleEvery: number,
): Generator<string> {
  let made = 0
  for (let i = 0; made < chars; i++) {
    const sample = i % sampleEvery === 0 ? (samples[(i / sampleEvery) % samples.length] ?? '') : ''
    const piece = `${made} ${benign[i % benign.length] ?? ''} ${sample} `
    made += piece.length
    yield piece
  }
}

/**
 * Texts that grow a match as long as they can: each prefix of a sample, its last unit repeated, and the sample
 * repeated, `chars` code units each.
 */
export function stretchings(samples: readonly string[], chars: number): string[] {
  const texts = new Set<string>()
  for (const sample of samples) {
    for (const share of [1, 0.75, 0.5, 0.25]) {
      const prefix = sample.slice(0, Math.ceil(sample.length * share))
      texts.add((prefix + prefix.slice(-1).repeat(chars)).slice(0, chars))
      texts.add(prefix.repeat(Math.ceil(chars / prefix.length)).slice(0, chars))
    }
  }
  return [...texts]
}

/**
 * Ways of cutting a text: all of them up to 10 code units; else every single cut, one by one, every pair of cuts
 * up to 40 units, and `randomCount` random ones, empty pieces included.
 */
export function* manySplits(text: string, random: () => number, randomCount: number): Generator<string[]> {
  if (text.length <= 10) return yield* splitEverywhere(text)
  yield oneByOne(text)
  // Single cuts of a long text cost its square; random ones then do the work.
  if (text.length <= 400) yield* splitOnce(text)
  if (text.length <= 40) yield* splitTwice(text)
  for (let i = 0; i < randomCount; i++) {
    const max = 1 + Math.floor(random() * Math.min(text.length, 32))
    yield randomSplit(text, random, { min: i % 4 === 0 ? 0 : 1, max })
  }
}
