// The bytes of a vector memory: a line that says what they are, the length of a JSON head, the head, the vectors as
// little-endian 32-bit floats, and a checksum of all before it.
import { MidstreamError } from '@midstream/core'

export interface SnapshotEntry {
  readonly id: string
  readonly note: string
  /** Wall time in milliseconds; Infinity for never. */
  readonly expires: number
  readonly vector: Float32Array
}

const MAGIC = 'midstream-vector-memory 1\n'

/** FNV-1a over bytes. Finds accidents, not forgers. */
function checksum(bytes: Uint8Array): number {
  let hash = 0x811c9dc5
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193)
  return hash >>> 0
}

export function writeSnapshot(dimensions: number, entries: readonly SnapshotEntry[]): Uint8Array {
  const head = {
    dimensions,
    entries: entries.map(({ id, note, expires }) => ({
      id,
      note,
      ...(expires === Infinity ? {} : { expires }),
    })),
  }
  const text = new TextEncoder().encode(JSON.stringify(head))
  const vectors = MAGIC.length + 4 + text.length
  const bytes = new Uint8Array(vectors + entries.length * dimensions * 4 + 4)
  const view = new DataView(bytes.buffer)
  bytes.set(new TextEncoder().encode(MAGIC))
  view.setUint32(MAGIC.length, text.length)
  bytes.set(text, MAGIC.length + 4)
  for (const [row, { vector }] of entries.entries()) {
    for (const [i, value] of vector.entries())
      view.setFloat32(vectors + (row * dimensions + i) * 4, value, true)
  }
  view.setUint32(bytes.length - 4, checksum(bytes.subarray(0, -4)))
  return bytes
}

/** Reads what `writeSnapshot` wrote. Throws SNAPSHOT_INVALID for anything else. */
export function readSnapshot(bytes: Uint8Array): { dimensions: number; entries: SnapshotEntry[] } {
  const invalid = (why: string): MidstreamError =>
    new MidstreamError('SNAPSHOT_INVALID', `vector snapshot: ${why}`)
  if (
    bytes.length < MAGIC.length + 8 ||
    new TextDecoder().decode(bytes.subarray(0, MAGIC.length)) !== MAGIC
  ) {
    throw invalid('the bytes are not a snapshot')
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  if (view.getUint32(bytes.length - 4) !== checksum(bytes.subarray(0, -4)))
    throw invalid('the checksum is wrong')
  const vectors = MAGIC.length + 4 + view.getUint32(MAGIC.length)
  const head = JSON.parse(new TextDecoder().decode(bytes.subarray(MAGIC.length + 4, vectors))) as {
    dimensions: number
    entries: { id: string; note: string; expires?: number }[]
  }
  const { dimensions } = head
  if (vectors + head.entries.length * dimensions * 4 + 4 !== bytes.length)
    throw invalid('vectors are missing')
  return {
    dimensions,
    entries: head.entries.map(({ id, note, expires = Infinity }, row) => ({
      id,
      note,
      expires,
      vector: Float32Array.from({ length: dimensions }, (_, i) =>
        view.getFloat32(vectors + (row * dimensions + i) * 4, true),
      ),
    })),
  }
}
