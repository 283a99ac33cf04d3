// Files that come with this package. Stands at this depth because both src/ and dist/ are neighbours of model/ and
// packs/: the same path holds in a checkout and in the published package.
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

/** The content of a pack of this package, unchecked. Read from disk at each call. */
export function readPackFile(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../packs/${name}.json`, import.meta.url), 'utf8'))
}
