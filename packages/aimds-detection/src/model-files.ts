// Stands at this depth because both src/ and dist/ are neighbours of model/: the same path holds in a checkout and
// in the published package.
import { readFileSync } from 'node:fs'
import { decodeModel, type InjectionModel } from './lib/classifier-model.ts'
import { decodeEmbedding, type EmbeddingModel } from './lib/embedding-model.ts'

let injection: InjectionModel | undefined
let embedding: EmbeddingModel | undefined

/** The classifier's model that comes with this package. Read from disk at the first call, then kept. */
export function defaultInjectionModel(): InjectionModel {
  injection ??= decodeModel(readFileSync(new URL('../model/injection.bin', import.meta.url)))
  return injection
}

/** The embedding that comes with this package. Read from disk at the first call, then kept. */
export function defaultEmbeddingModel(): EmbeddingModel {
  embedding ??= decodeEmbedding(readFileSync(new URL('../model/embedding.bin', import.meta.url)))
  return embedding
}
