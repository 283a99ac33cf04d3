import { MidstreamError } from '@midstream/core'
import { DEFAULT_MAX_LENGTH, finiteCopy, type NumericSequence, notFinite, requireLength } from './sequence.ts'
import { SPRING_CHUNK, springKernel } from './spring-wasm.ts'
import { type Arena, sharedArena } from './wasm-arena.ts'

/** Per double. */
const BYTES = 8

export interface SpringMatch {
  /** First and last sample of the match, counted from the start of the stream. */
  readonly start: number
  readonly end: number
  readonly distance: number
}

export interface SpringOptions {
  /** Only matches of at most this distance count. Infinity is allowed. */
  readonly threshold: number
  /** Default `absolute`; the distance is the sum along the path, never rooted. */
  readonly cost?: 'absolute' | 'squared'
  /** Points in the query, at most. Default 65,536. */
  readonly maxLength?: number
  /**
   * Called once for each best match, as soon as no match that overlaps it can be better. What it throws leaves
   * `push`; the match counts as reported.
   */
  readonly onMatch: (match: SpringMatch) => void
}

export interface Spring {
  /** Samples read. */
  readonly length: number
  /**
   * The least distance of the query to a piece of the stream that ends at the last sample, by the paths that reports
   * have left; Infinity above the threshold.
   */
  readonly distance: number
  /** @throws MidstreamError `INVALID_INPUT` for NaN or an infinite sample, which is then not part of the stream. */
  push(sample: number): void
  /** `push` for each sample in turn. */
  pushAll(samples: NumericSequence): void
  /** Ends the stream: reports the match that was waiting. `push` after it throws MidstreamError `SESSION_ENDED`. */
  flush(): void
  /** As new. */
  reset(): void
}

/**
 * SPRING (Sakurai, Faloutsos & Yamamuro, ICDE 2007): the pieces of an endless stream that are nearest to a query
 * under DTW, without normalisation. Of matches that overlap only the best is reported.
 *
 * The rule is the paper's, to the letter: a cell knows its best path only, and a report empties those that began in the
 * match. So a match that begins while another one waits may be given the cost of a dearer path or be missed, and one
 * that waits gives way to a better one even if they do not overlap.
 *
 * At most O(m) time per sample for a query of m points, less where no piece within the threshold reaches far into
 * the query; O(m) memory, whatever the length of the stream. `push` allocates only the matches it reports.
 *
 * @throws MidstreamError `INVALID_INPUT` for an empty query or NaN in it, `SEQUENCE_TOO_LONG`.
 * @throws RangeError for a negative threshold or NaN.
 */
export function createSpring(query: NumericSequence, options: SpringOptions): Spring {
  return springIn(sharedArena(), query, options)
}

export function springIn(arena: Arena, query: NumericSequence, options: SpringOptions): Spring {
  const { threshold, cost = 'absolute', maxLength = DEFAULT_MAX_LENGTH, onMatch } = options
  if (!(threshold >= 0)) throw new RangeError(`threshold must be at least 0, not ${threshold}`)
  if (cost !== 'absolute' && cost !== 'squared') {
    throw new TypeError(`cost must be absolute or squared, not ${cost}`)
  }
  requireLength('query', query.length, maxLength)
  const q = finiteCopy('query', query)
  const m = q.length
  if (m === 0) throw new MidstreamError('INVALID_INPUT', 'the query is empty')
  const { host } = arena
  const advance = springKernel(cost === 'squared', host)
  // The query, then cell i of `costs` and `starts`: the least cost of a warping of the query up to point i onto a
  // piece that ends here, and where that piece starts. The room is held by `push` and lives as long.
  const padded = Math.ceil(m / SPRING_CHUNK) * SPRING_CHUNK
  const room = arena.allocate(3 * padded)
  const costs = room.offset + padded
  const starts = costs + padded
  host.cells.set(q, room.offset)
  host.cells.fill(Number.POSITIVE_INFINITY, costs, costs + m)
  let length = 0
  /** Cells from here on exceed the threshold, or are left over from a time when they did. */
  let reach = 0
  /** Where `contested` found what it looked for. */
  let rival = 0
  let ended = false
  // In an array, because a variable that holds a fraction costs an allocation at every change.
  const latest = new Float64Array(1).fill(Number.POSITIVE_INFINITY)
  let best = Number.POSITIVE_INFINITY
  let bestStart = 0
  let bestEnd = 0

  function settle(): SpringMatch {
    const match = { start: bestStart, end: bestEnd, distance: best }
    best = Number.POSITIVE_INFINITY
    // What began inside the match would overlap it.
    const { cells } = host
    for (let i = 0; i < reach; i++) {
      if (cells[starts + i]! <= bestEnd) cells[costs + i] = Number.POSITIVE_INFINITY
    }
    return match
  }

  /** Whether a path through a live cell can still become better than the waiting match and overlap it. */
  function contested(): boolean {
    const { cells } = host
    // Such a cell is mostly where the last one was, or the next.
    for (let i = rival; i < reach; i++) {
      if (cells[costs + i]! < best && cells[starts + i]! <= bestEnd) {
        rival = i
        return true
      }
    }
    for (let i = Math.min(rival, reach) - 1; i >= 0; i--) {
      if (cells[costs + i]! < best && cells[starts + i]! <= bestEnd) {
        rival = i
        return true
      }
    }
    return false
  }

  function push(sample: number): void {
    if (ended) throw new MidstreamError('SESSION_ENDED', 'push after flush')
    if (sample - sample !== 0) throw notFinite('sample', sample, length)
    const end = length++
    const done = advance(room.offset * BYTES, costs * BYTES, starts * BYTES, m, reach, threshold, sample, end)
    const { cells } = host
    reach = Math.min(m, done)
    while (reach > 0 && cells[costs + reach - 1]! > threshold) reach--
    latest[0] = reach < m ? Number.POSITIVE_INFINITY : cells[costs + m - 1]!
    const match = best !== Number.POSITIVE_INFINITY && !contested() ? settle() : undefined
    if (reach === m && cells[costs + m - 1]! < best) {
      best = cells[costs + m - 1]!
      bestStart = cells[starts + m - 1]!
      bestEnd = end
    }
    // Last, so that the callback may throw, push and make other springs.
    if (match !== undefined) onMatch(match)
  }

  return {
    get length() {
      return length
    },
    get distance() {
      return latest[0]!
    },
    push,
    pushAll(samples) {
      for (let i = 0; i < samples.length; i++) push(samples[i]!)
    },
    flush() {
      if (ended) return
      ended = true
      if (best !== Number.POSITIVE_INFINITY) onMatch(settle())
    },
    reset() {
      host.cells.fill(Number.POSITIVE_INFINITY, costs, costs + m)
      length = 0
      reach = 0
      ended = false
      latest[0] = Number.POSITIVE_INFINITY
      best = Number.POSITIVE_INFINITY
    },
  }
}
