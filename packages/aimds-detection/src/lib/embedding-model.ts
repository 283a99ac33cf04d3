// The file of the embedding: how rare each feature is, and the projection that was learned.
import { MidstreamError } from '@midstream/core'

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

/** Reads an embedding. Throws MODEL_INVALID when the bytes are none or stop short. */
export function decodeEmbedding(bytes: Uint8Array): EmbeddingModel {
  const invalid = (why: string): MidstreamError => new MidstreamError('MODEL_INVALID', `embedding: ${why}`)
  if (
    bytes.length < MAGIC.length + 4 ||
    new TextDecoder().decode(bytes.subarray(0, MAGIC.length)) !== MAGIC
  ) {
    throw invalid('the bytes are not an embedding')
  }
  const start = MAGIC.length + 4
  const headEnd = start + new DataView(bytes.buffer, bytes.byteOffset).getUint32(MAGIC.length)
  if (headEnd > bytes.length) throw invalid('the head stops short')
  const head = JSON.parse(new TextDecoder().decode(bytes.subarray(start, headEnd))) as Omit<
    EmbeddingModel,
    'idf' | 'projection'
  >
  const expected = headEnd + IDF_SLOTS + head.dimensions * head.inputs
  if (bytes.length !== expected) throw invalid(`${bytes.length} bytes, expected ${expected}`)
  return {
    ...head,
    idf: bytes.subarray(headEnd, headEnd + IDF_SLOTS),
    projection: new Int8Array(
      bytes.buffer,
      bytes.byteOffset + headEnd + IDF_SLOTS,
      head.dimensions * head.inputs,
    ),
  }
}
