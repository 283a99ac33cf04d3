import { defaultEmbeddingModel } from '../data-files.ts'
import { createRecency } from './classifier-windows.ts'
import type { EmbeddingModel } from './embedding-model.ts'
import { createFeatureStream } from './features.ts'

export interface TextEmbedder {
  readonly dimensions: number
  /** The text as a vector of length 1; zeros for a text without words. Linear in the text. */
  embed(text: string): Float32Array
}

/** The hashed and weighted features of a text, before projection. Shared with the training. */
export function hashedVector(
  text: string,
  { idf, inputs }: Pick<EmbeddingModel, 'idf' | 'inputs'>,
): Float64Array<ArrayBuffer> {
  const vector = new Float64Array(inputs)
  const stream = createFeatureStream()
  const recency = createRecency()
  const take = (count: number, at: number): void => {
    for (let k = 0; k < count; k++) {
      const hash = stream.hashes[k]!
      if (!recency.isNew(hash, at)) continue
      const slot = hash & (inputs - 1)
      // A signed hash: features that meet in a slot cancel out on average instead of adding up.
      const weight = idf[hash >>> 16]!
      vector[slot] = vector[slot]! + ((hash >>> 12) & 1 ? weight : -weight)
    }
  }
  for (let i = 0; i < text.length; i++) take(stream.step(text.charCodeAt(i)), i)
  take(stream.finish(), text.length)
  return vector
}

/**
 * Turns texts into vectors whose cosine says how alike they are in words, spelling and intent classes. It is
 * lexical: synonyms meet only where the intent lexicon knows both. The same text gives the same vector.
 */
export function createTextEmbedder(model: EmbeddingModel = defaultEmbeddingModel()): TextEmbedder {
  const { dimensions, inputs, projection, rowScales } = model
  return {
    dimensions,
    embed(text) {
      const vector = hashedVector(text, model)
      const result = new Float32Array(dimensions)
      let square = 0
      for (let row = 0; row < dimensions; row++) {
        let sum = 0
        for (let i = 0; i < inputs; i++) sum += projection[row * inputs + i]! * vector[i]!
        sum *= rowScales[row]!
        result[row] = sum
        square += sum * sum
      }
      if (square > 0)
        for (let row = 0; row < dimensions; row++) result[row] = result[row]! / Math.sqrt(square)
      return result
    },
  }
}
