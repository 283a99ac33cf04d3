// The file of the embedding: how rare each feature is, and the projection that was learned.
import { MidstreamError } from '@midstream/core'
import { isNumbers, isSize, readHead } from './headed-file.ts'

export interface EmbeddingModel {
  readonly dimensions: number
  /** Slots of the hashed vector; a power of two. */
  readonly inputs: number
  /** Weight of a feature by the upper 16 bits of its hash: the rarer, the heavier. */
  readonly idf: Uint8Array
  /** `dimensions` rows of `inputs` bytes. */
  readonly projection: Int8Array
  readonly rowScales: readonly number[]
  /** How it came about. */
  readonly training: Readonly<Record<string, unknown>>
}

const MAGIC = 'midstream-embedding-model\n'
export const IDF_SLOTS = 65_536

export function encodeEmbedding({ idf, projection, ...head }: EmbeddingModel): Uint8Array {
  const text = new TextEncoder().encode(JSON.stringify(head))
  const bytes = new Uint8Array(MAGIC.length + 4 + text.length + idf.length + projection.length)
  bytes.set(new TextEncoder().encode(MAGIC))
  new DataView(bytes.buffer).setUint32(MAGIC.length, text.length)
  let at = MAGIC.length + 4
  for (const part of [
    text,
    idf,
    new Uint8Array(projection.buffer, projection.byteOffset, projection.length),
  ]) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

/** Reads an embedding. Throws MODEL_INVALID when the bytes are none, stop short, or have a head that is damaged. */
export function decodeEmbedding(bytes: Uint8Array): EmbeddingModel {
  const invalid = (why: string): MidstreamError => new MidstreamError('MODEL_INVALID', `embedding: ${why}`)
  const { head, end } = readHead(bytes, MAGIC, invalid)
  const { dimensions, inputs, rowScales } = head
  if (!isSize(dimensions) || !isSize(inputs) || !Number.isInteger(Math.log2(inputs))) {
    throw invalid('dimensions must be a positive integer, inputs a power of two')
  }
  const expected = end + IDF_SLOTS + dimensions * inputs
  if (bytes.length !== expected) throw invalid(`${bytes.length} bytes, expected ${expected}`)
  if (!isNumbers(rowScales, dimensions)) throw invalid(`rowScales must be ${dimensions} numbers`)
  return {
    ...(head as unknown as Omit<EmbeddingModel, 'idf' | 'projection'>),
    idf: bytes.subarray(end, end + IDF_SLOTS),
    projection: new Int8Array(bytes.buffer, bytes.byteOffset + end + IDF_SLOTS, dimensions * inputs),
  }
}
