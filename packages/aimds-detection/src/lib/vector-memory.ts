import { type Clock, MidstreamError, systemClock } from '@midstream/core'
import { createVectorRows, type VectorRows } from './vector-rows.ts'
import { readSnapshot, writeSnapshot } from './vector-snapshot.ts'

export interface VectorMemoryOptions {
  /** Length of every vector. */
  readonly dimensions: number
  /** Most entries kept; adding one more drops the oldest. @default 10000 */
  readonly capacity?: number
  /** Lifetime of an entry in milliseconds, unless it is added with its own. @default Infinity */
  readonly ttlMs?: number
  /** `int8` takes a quarter of the room of `f32` and rounds similarities by 0.001 or so. @default 'f32' */
  readonly storage?: 'f32' | 'int8'
  /** Proposes candidates instead of the scan of all entries. @default none: every search is exact */
  readonly index?: VectorIndex
  /** @default the system's */
  readonly clock?: Clock
}

/**
 * An approximate index over slots, for memories of more than some 50,000 entries: a narrow port that usearch or
 * another library fits behind. What it proposes is scored exactly and filtered here, so it may be imprecise and
 * keep slots that were removed.
 */
export interface VectorIndex {
  add(slot: number, vector: Float32Array): void
  remove(slot: number): void
  /** Slots of about the `count` nearest vectors. */
  search(vector: Float32Array, count: number): readonly number[]
}

export interface VectorSearchOptions {
  /** Most hits. @default 10 */
  readonly k?: number
  /** Least cosine similarity of a hit, in [-1, 1]; it is honoured also when it is 0. @default -1 */
  readonly threshold?: number
  /**
   * Maximal marginal relevance (Carbonell and Goldstein, SIGIR 1998): 1 takes the nearest, lower values prefer
   * hits that differ from those taken already. Chooses among the 4k nearest, at least 50. @default 1
   */
  readonly relevance?: number
}

export interface VectorHit {
  readonly id: string
  /** Cosine similarity with the query, in [-1, 1]. */
  readonly score: number
  /** What was stored with the vector. */
  readonly note: string
}

/** Vectors with a note each, searched by cosine similarity. */
export interface VectorMemory {
  readonly dimensions: number
  readonly size: number
  /** Bytes that the vectors take. */
  readonly vectorBytes: number
  /**
   * Stores a vector under an id; an entry of the same id is replaced. A vector of zeros is kept and never found
   * above similarity 0. Throws VECTOR_DIMENSION for a vector of another length, RangeError for one with NaN or
   * Infinity and for a lifetime that is not positive.
   */
  add(id: string, vector: Float32Array, options?: { readonly note?: string; readonly ttlMs?: number }): void
  /** True when there was such an entry. */
  remove(id: string): boolean
  has(id: string): boolean
  /** The nearest entries, best first; equal ones by age, oldest first. O(entries · dimensions) without an index. */
  search(vector: Float32Array, options?: VectorSearchOptions): VectorHit[]
  clear(): void
  /** Everything as bytes, for a file. Expiry is kept as wall time. */
  snapshot(): Uint8Array
  /**
   * Replaces the content by a snapshot's; what has expired since is left out. Throws SNAPSHOT_INVALID for damaged
   * bytes, VECTOR_DIMENSION for vectors of another length; the content then stays as it was.
   */
  restore(bytes: Uint8Array): void
}

const DEFAULT_CAPACITY = 10_000
/** Diverse hits are chosen among at least so many. */
const MIN_POOL = 50

interface Entry {
  readonly id: string
  readonly slot: number
  readonly note: string
  /** Wall time. */
  readonly expires: number
  /** Rises with each entry. */
  readonly order: number
}

interface Scored {
  readonly entry: Entry
  readonly score: number
}

/**
 * Makes an empty memory. Stores nothing by itself: what enters is the caller's decision, so that unconfirmed
 * detections cannot teach it. Throws RangeError for sizes that are not positive integers.
 */
export function createVectorMemory(options: VectorMemoryOptions): VectorMemory {
  const {
    dimensions,
    capacity = DEFAULT_CAPACITY,
    ttlMs = Infinity,
    storage = 'f32',
    index,
    clock = systemClock,
  } = options
  requireSize('dimensions', dimensions)
  requireSize('capacity', capacity)
  requireLifetime(ttlMs)
  let rows: VectorRows = createVectorRows(dimensions, storage)
  // Maps keep the order of insertion: the first entry is the oldest.
  let entries = new Map<string, Entry>()
  let bySlot: (Entry | undefined)[] = []
  let free: number[] = []
  let nextExpiry = Infinity
  let made = 0

  function requireVector(vector: Float32Array): void {
    if (vector.length !== dimensions) {
      throw new MidstreamError(
        'VECTOR_DIMENSION',
        `a vector of ${vector.length} numbers, expected ${dimensions}`,
        {
          details: { expected: dimensions, actual: vector.length },
        },
      )
    }
    for (const value of vector) if (!Number.isFinite(value)) throw new RangeError(`a vector holds ${value}`)
  }

  function drop(entry: Entry): void {
    entries.delete(entry.id)
    bySlot[entry.slot] = undefined
    free.push(entry.slot)
    index?.remove(entry.slot)
  }

  function dropExpired(): void {
    const now = clock.wallTime()
    if (now < nextExpiry) return
    nextExpiry = Infinity
    for (const entry of entries.values()) {
      if (entry.expires <= now) drop(entry)
      else nextExpiry = Math.min(nextExpiry, entry.expires)
    }
  }

  function put(id: string, vector: Float32Array, note: string, expires: number, how: 'write' | 'copy'): void {
    const old = entries.get(id)
    if (old !== undefined) drop(old)
    else if (entries.size >= capacity) drop(entries.values().next().value!)
    const slot = free.pop() ?? bySlot.length
    const entry = { id, slot, note, expires, order: made++ }
    rows[how](slot, vector)
    bySlot[slot] = entry
    entries.set(id, entry)
    index?.add(slot, vector)
    nextExpiry = Math.min(nextExpiry, expires)
  }

  /** What has to be scored exactly to find the `count` best, oldest first. */
  function candidates(query: Float32Array, count: number, threshold: number): Iterable<Entry> {
    if (index !== undefined) {
      const proposed = new Set(index.search(query, count))
      return [...entries.values()].filter(({ slot }) => proposed.has(slot))
    }
    const rough = rows.rough(query)
    if (rough === undefined) return entries.values()
    const { scores, error } = rough
    // The rough scores of the best so far, best first.
    const best = new Float64Array(Math.min(count, entries.size)).fill(Number.NEGATIVE_INFINITY)
    let found: Entry[] = []
    let least = threshold - error
    for (let slot = 0; slot < scores.length; slot++) {
      const score = scores[slot]!
      if (score < least) continue
      const entry = bySlot[slot]
      if (entry === undefined) continue
      found.push(entry)
      let at = best.length - 1
      if (score <= best[at]!) continue
      for (; at > 0 && best[at - 1]! < score; at--) best[at] = best[at - 1]!
      best[at] = score
      least = Math.max(least, best[best.length - 1]! - 2 * error)
    }
    found = found.filter(({ slot }) => scores[slot]! >= least)
    return found.sort((x, y) => x.order - y.order)
  }

  /** The `count` best entries at or above the threshold, in order. */
  function nearest(query: Float32Array, count: number, threshold: number): Scored[] {
    const best: Scored[] = []
    const prepared = rows.prepare(query)
    for (const entry of candidates(query, count, threshold)) {
      const score = prepared.score(entry.slot)
      if (score < threshold || (best.length === count && score <= best[count - 1]!.score)) continue
      // Insertion into a short sorted list: entries arrive by age, so equal scores keep that order.
      let at = best.length
      while (at > 0 && best[at - 1]!.score < score) at--
      best.splice(at, 0, { entry, score })
      if (best.length > count) best.pop()
    }
    return best
  }

  function diversify(pool: readonly Scored[], k: number, relevance: number): Scored[] {
    const chosen: Scored[] = []
    // The first is the nearest: all others are as far as can be from what is chosen, which is nothing.
    const rest = pool.map((item) => ({
      item,
      similar: Number.NEGATIVE_INFINITY,
      vector: rows.read(item.entry.slot),
    }))
    while (chosen.length < k && rest.length > 0) {
      let best = 0
      let bestValue = Number.NEGATIVE_INFINITY
      for (const [i, { item, similar }] of rest.entries()) {
        const value = relevance * item.score - (1 - relevance) * similar
        if (value > bestValue) [best, bestValue] = [i, value]
      }
      const [taken] = rest.splice(best, 1)
      chosen.push(taken!.item)
      const prepared = rows.prepare(taken!.vector)
      for (const other of rest) other.similar = Math.max(other.similar, prepared.score(other.item.entry.slot))
    }
    return chosen
  }

  return {
    dimensions,
    get size() {
      dropExpired()
      return entries.size
    },
    get vectorBytes() {
      return rows.bytes
    },
    add(id, vector, { note = '', ttlMs: own = ttlMs } = {}) {
      requireVector(vector)
      requireLifetime(own)
      dropExpired()
      put(id, vector, note, clock.wallTime() + own, 'write')
    },
    remove(id) {
      dropExpired()
      const entry = entries.get(id)
      if (entry !== undefined) drop(entry)
      return entry !== undefined
    },
    has(id) {
      dropExpired()
      return entries.has(id)
    },
    search(vector, { k = 10, threshold = -1, relevance = 1 } = {}) {
      requireVector(vector)
      requireSize('k', k)
      if (!(relevance >= 0 && relevance <= 1))
        throw new RangeError(`relevance must be in [0, 1], got ${relevance}`)
      if (Number.isNaN(threshold)) throw new RangeError('threshold is NaN')
      dropExpired()
      const pool = nearest(vector, relevance === 1 ? k : Math.max(MIN_POOL, 4 * k), threshold)
      const hits = relevance === 1 ? pool : diversify(pool, k, relevance)
      return hits.map(({ entry, score }) => ({ id: entry.id, score, note: entry.note }))
    },
    clear() {
      for (const entry of [...entries.values()]) drop(entry)
      nextExpiry = Infinity
    },
    snapshot() {
      dropExpired()
      const list = [...entries.values()]
      return writeSnapshot(
        dimensions,
        list.map(({ id, note, expires, slot }) => ({ id, note, expires, vector: rows.read(slot) })),
      )
    },
    restore(bytes) {
      const snapshot = readSnapshot(bytes)
      if (snapshot.dimensions !== dimensions) {
        throw new MidstreamError(
          'VECTOR_DIMENSION',
          `the snapshot has ${snapshot.dimensions} dimensions, expected ${dimensions}`,
          {
            details: { expected: dimensions, actual: snapshot.dimensions },
          },
        )
      }
      for (const entry of entries.values()) index?.remove(entry.slot)
      rows = createVectorRows(dimensions, storage)
      entries = new Map()
      bySlot = []
      free = []
      nextExpiry = Infinity
      const now = clock.wallTime()
      for (const { id, note, expires, vector } of snapshot.entries)
        if (expires > now) put(id, vector, note, expires, 'copy')
    },
  }
}

function requireSize(name: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 1)
    throw new RangeError(`${name} must be a positive integer, got ${value}`)
}

function requireLifetime(ttlMs: number): void {
  if (!(ttlMs > 0)) throw new RangeError(`ttlMs must be positive, got ${ttlMs}`)
}
