// The features of a text as the trainer keeps them: bucket numbers with the block of 64 code units each fell in.

import { BLOCK_CHARS, createRecency } from '../src/lib/classifier-windows.ts'
import { createFeatureStream } from '../src/lib/features.ts'

export interface Extracted {
  readonly buckets: Int32Array
  /** `ends[i]` is the number of buckets in blocks 0..i. */
  readonly ends: Int32Array
}

let scratch = new Int32Array(1 << 20)

/** Extracts up to `maxChars` code units. */
export function extract(text: string, mask: number, maxChars: number): Extracted {
  const stream = createFeatureStream()
  const recency = createRecency()
  const length = Math.min(text.length, maxChars)
  const ends: number[] = []
  let n = 0
  const take = (count: number, at: number): void => {
    if (n + count > scratch.length) {
      const larger = new Int32Array(scratch.length * 2)
      larger.set(scratch)
      scratch = larger
    }
    for (let k = 0; k < count; k++) {
      const hash = stream.hashes[k]!
      if (recency.isNew(hash, at)) scratch[n++] = hash & mask
    }
  }
  for (let i = 0; i < length; i++) {
    take(stream.step(text.charCodeAt(i)), i)
    if ((i + 1) % BLOCK_CHARS === 0) ends.push(n)
  }
  take(stream.finish(), length)
  if (length % BLOCK_CHARS !== 0 || n > (ends.at(-1) ?? -1)) ends.push(n)
  return { buckets: scratch.slice(0, n), ends: Int32Array.from(ends) }
}
