// The bytes of a vector memory: a line that says what they are, the length of a JSON head, the head, the vectors as
// little-endian 32-bit floats, and a checksum of all before it.
import { MidstreamError } from '@midstream/core'
import { isRecord, isSize, readHead } from './headed-file.ts'

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

/** Reads what `writeSnapshot` wrote. Throws SNAPSHOT_INVALID for anything else, a right checksum or not. */
export function readSnapshot(bytes: Uint8Array): { dimensions: number; entries: SnapshotEntry[] } {
  const invalid = (why: string): MidstreamError =>
    new MidstreamError('SNAPSHOT_INVALID', `vector snapshot: ${why}`)
  if (bytes.length < 4) throw invalid('the bytes stop short')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const content = bytes.subarray(0, -4)
  if (view.getUint32(content.length) !== checksum(content)) throw invalid('the checksum is wrong')
  const { head, end } = readHead(content, MAGIC, invalid)
  const { dimensions, entries } = head
  if (!isSize(dimensions) || !Array.isArray(entries)) throw invalid('the head is damaged')
  if (end + entries.length * dimensions * 4 !== content.length) throw invalid('vectors are missing')
  const ids = new Set<string>()
  return {
    dimensions,
    entries: entries.map((entry: unknown, row) => {
      const { id, note, expires = Infinity } = isRecord(entry) ? entry : {}
      if (typeof id !== 'string' || typeof note !== 'string' || typeof expires !== 'number' || ids.has(id)) {
        throw invalid(`entry ${row} is damaged`)
      }
      ids.add(id)
      const vector = Float32Array.from({ length: dimensions }, (_, i) =>
        view.getFloat32(end + (row * dimensions + i) * 4, true),
      )
      // One that is not finite would be the nearest to everything.
      if (!vector.every(Number.isFinite)) throw invalid(`the vector of entry ${row} is not finite`)
      return { id, note, expires, vector }
    }),
  }
}
