import { emptyStats, readProfileOptions } from './matrix-profile.ts'
import { distanceAt, fillPieceStats, WORN } from './piece-stats.ts'
import { PROFILE_LANES, profileKernels } from './profile-wasm.ts'
import { type NumericSequence, notFinite, requireInteger } from './sequence.ts'
import { type Arena, sharedArena } from './wasm-arena.ts'

/** Per double. */
const BYTES = 8

export interface MatrixProfileStreamOptions {
  /** Points per subsequence, at least 3. */
  readonly window: number
  /** Samples that are kept; at least the window and one more. */
  readonly history: number
  /** As for `matrixProfile`. Default window / 4, rounded up. */
  readonly exclusion?: number
}

export interface ProfileEntry {
  /** Where the subsequence starts, counted from the start of the stream. */
  readonly start: number
  /** The start of its nearest neighbour; -1 when it has none. */
  readonly neighbor: number
  readonly distance: number
}

export interface MatrixProfileSnapshot {
  /** Stream position of entry 0. */
  readonly start: number
  readonly distances: Float64Array
  /** Stream positions, which may lie before `start`; -1 for none. */
  readonly neighbors: Float64Array
}

export interface MatrixProfileStream {
  /** Samples read. */
  readonly length: number
  /** The newest subsequence and its nearest neighbour among the earlier ones that are kept; undefined before the first. */
  readonly latest: ProfileEntry | undefined
  /** @throws MidstreamError `INVALID_INPUT` for NaN or an infinite sample, which is then not part of the stream. */
  push(sample: number): void
  pushAll(samples: NumericSequence): void
  /**
   * The profile of the subsequences that are kept. Each knows the nearest of all with which it was kept at the same
   * time, also when that one is gone by now. O(history) time.
   */
  snapshot(): MatrixProfileSnapshot
  /** Of the subsequences that are kept the one with the nearest neighbour. O(history) time. */
  motif(): ProfileEntry | undefined
  /** Of the subsequences that are kept the one whose nearest neighbour is farthest. O(history) time. */
  discord(): ProfileEntry | undefined
  reset(): void
}

/**
 * The matrix profile of the last `history` samples of an endless stream, brought up to date with every sample.
 *
 * O(history + window) time per sample on average, O(history) memory. The running covariance of each lag is computed anew every
 * `history` samples at the latest, so that rounding does not add up over the stream, and at once, O(window), where a
 * spike has left more rounding than the pieces after it can bear.
 *
 * @throws RangeError for options that make no sense.
 */
export function createMatrixProfile(options: MatrixProfileStreamOptions): MatrixProfileStream {
  return profileIn(sharedArena(), options)
}

/** The arrays that the kernel reads or writes, each for twice the history. */
const FIELDS = 7

export function profileIn(arena: Arena, options: MatrixProfileStreamOptions): MatrixProfileStream {
  const { window, exclusion } = readProfileOptions(options)
  const { history } = options
  requireInteger('history', history, window + 1)
  /** Subsequences kept. */
  const pieces = history - window + 1
  // Twice the room, so that the kept part moves to the front only once in `history` samples.
  const capacity = 2 * history
  const values = new Float64Array(capacity)
  const stats = emptyStats(capacity)
  /** Distances that were asked for, and the neighbours that they belong to. */
  const distances = new Float64Array(capacity)
  const measured = new Float64Array(capacity)

  const { host } = arena
  const kernels = profileKernels(host)
  const room = arena.allocate((FIELDS + 1) * capacity + 2 * PROFILE_LANES)
  const field = (index: number): number => room.offset + index * capacity
  const [entering, moving, inverses, offsets, flatOffsets, best, neighbors] = [0, 1, 2, 3, 4, 5, 6].map(
    field,
  ) as [number, number, number, number, number, number, number]
  // By the distance between the starts, the longest first, so that they run the same way as the subsequences.
  const covariances = field(FIELDS)
  // `history` cells further on: how large each has been since it was computed from the samples.
  const result = field(FIELDS + 1)
  let fill = 0
  /** Stream position of values[0]. */
  let origin = 0
  let refresh = 0
  // The least and the greatest scale of the pieces since the last turn, and of the two turns before: those of all that
  // a covariance can have seen since it was last computed from the samples.
  let least = Number.POSITIVE_INFINITY
  let greatest = 0
  const earlier = { least: [least, least], greatest: [0, 0] }
  /** The scales lie so far apart that a covariance may be worn. */
  let watching = false

  function covarianceOf(i: number, j: number): number {
    let sum = 0
    for (let k = 0; k < window; k++) {
      sum += (values[i + k]! - stats.means[i]!) * (values[j + k]! - stats.means[j]!)
    }
    return sum
  }

  function turnOver(): void {
    const from = fill - history
    // The samples of these neighbours leave.
    for (let i = from; i <= fill - window; i++) if (host.cells[neighbors + i]! < origin + from) distanceOf(i)
    for (const array of [values, stats.means, stats.inverseNorms, distances, measured]) {
      array.copyWithin(0, from, fill)
    }
    for (let index = 0; index < FIELDS; index++) {
      host.cells.copyWithin(field(index), field(index) + from, field(index) + fill)
    }
    origin += from
    fill = history
    earlier.least = [earlier.least[1]!, least]
    earlier.greatest = [earlier.greatest[1]!, greatest]
    least = Number.POSITIVE_INFINITY
    greatest = 0
  }

  function watch(scale: number): void {
    const before = Math.min(least, ...earlier.least)
    least = Math.min(least, scale)
    greatest = Math.max(greatest, scale)
    const ratio = Math.max(greatest, ...earlier.greatest) / Math.min(before, scale)
    const needed = ratio * ratio > WORN
    // No covariance was larger so far.
    if (needed && !watching)
      host.cells.fill(1 / (before * before), covariances + history, covariances + capacity)
    watching = needed
  }

  function extend(): void {
    const j = fill - window
    if (j < 0) return
    fillPieceStats(values, window, j, j === 0, stats)
    const { cells } = host
    const flat = stats.inverseNorms[j] === 0
    if (!flat) watch(stats.inverseNorms[j]!)
    cells[entering + j] = stats.entering[j]!
    cells[moving + j] = stats.moving[j]!
    cells[inverses + j] = stats.inverseNorms[j]!
    // A piece without deviation has scale 0, and these instead. Zeros against anything else: √window, which is the
    // distance of a correlation of one half. Zeros against zeros: 1.
    cells[offsets + j] = flat ? 0.5 : 0
    cells[flatOffsets + j] = flat ? 1 : 0.5
    cells[best + j] = Number.NEGATIVE_INFINITY
    cells[neighbors + j] = -1
    measured[j] = -1
    const oldest = Math.max(0, j - pieces + 1)
    const newest = j - exclusion - 1
    if (newest < oldest) return
    const longest = j - oldest
    const base = covariances + pieces - 1
    // Before its first turn a lag has no covariance to move on: it gets one now, less what the turn will add.
    if (origin + j === longest) seed(base - longest, 0, j)
    // And one more is computed anew in turn.
    if (refresh < exclusion + 1 || refresh > longest) refresh = exclusion + 1
    seed(base - refresh, j - refresh, j)
    refresh++
    meetAll(j, oldest, newest - oldest + 1, flat)
  }

  /** So that moving on gives the covariance of the samples themselves, up to the rounding of one step. */
  function seed(cell: number, i: number, j: number): void {
    const { cells } = host
    const moved = cells[entering + i]! * cells[moving + j]! + cells[entering + j]! * cells[moving + i]!
    cells[cell] = covarianceOf(i, j) - moved
    cells[cell + history] = Math.abs(cells[cell]!)
  }

  function meetAll(j: number, oldest: number, count: number, flat: boolean): void {
    const { cells } = host
    const even = count - (count % PROFILE_LANES)
    const lag = covariances + pieces - 1 - (j - oldest)
    const scale = stats.inverseNorms[j]!
    const shifts = flat ? flatOffsets : offsets
    const at = (array: number): number => (array + oldest) * BYTES
    const compare = watching ? kernels.watching : kernels.plain
    const worn = compare(
      lag * BYTES,
      (lag + history) * BYTES,
      at(entering),
      at(moving),
      at(inverses),
      at(shifts),
      at(best),
      at(neighbors),
      result * BYTES,
      even,
      origin + j,
      stats.entering[j]!,
      stats.moving[j]!,
      scale,
    )
    let most = Number.NEGATIVE_INFINITY
    let nearest = -1
    for (let lane = 0; lane < PROFILE_LANES; lane++) {
      const correlation = cells[result + lane]!
      const index = cells[result + PROFILE_LANES + lane]!
      if (correlation > most || (correlation === most && index < nearest)) {
        most = correlation
        nearest = index
      }
    }
    for (let k = even; k < count; k++) {
      const i = oldest + k
      const moved = cells[entering + i]! * stats.moving[j]! + stats.entering[j]! * cells[moving + i]!
      cells[lag + k]! += moved
      cells[lag + history + k] = Math.max(cells[lag + history + k]!, Math.abs(cells[lag + k]!))
    }
    // What the kernel has left: the last ones, and where a covariance is worn.
    for (let k = worn === 0 ? even : 0; k < count; k++) {
      const i = oldest + k
      const scales = cells[inverses + i]! * scale
      if (cells[lag + history + k]! * scales > WORN) {
        cells[lag + k] = covarianceOf(i, j)
        cells[lag + history + k] = Math.abs(cells[lag + k]!)
      } else if (k < even) continue
      const correlation = cells[lag + k]! * scales + cells[shifts + i]!
      if (correlation > cells[best + i]!) {
        cells[best + i] = correlation
        cells[neighbors + i] = origin + j
      }
      if (!(correlation > most || (correlation === most && k < nearest))) continue
      most = correlation
      nearest = k
    }
    cells[best + j] = most
    cells[neighbors + j] = origin + oldest + nearest
  }

  /** Computed from the samples, while they are there: the covariance has lost digits near distance 0. */
  function distanceOf(i: number): number {
    const neighbor = host.cells[neighbors + i]!
    if (neighbor < 0) return Number.POSITIVE_INFINITY
    if (measured[i] !== neighbor) {
      distances[i] = distanceAt(values, window, i, neighbor - origin, stats)
      measured[i] = neighbor
    }
    return distances[i]!
  }

  const entry = (i: number): ProfileEntry => ({
    start: origin + i,
    neighbor: host.cells[neighbors + i]!,
    distance: distanceOf(i),
  })

  const firstKept = (): number => Math.max(0, fill - history)

  function extreme(sign: number): ProfileEntry | undefined {
    let found = -1
    for (let i = firstKept(); i <= fill - window; i++) {
      if (host.cells[neighbors + i]! < 0) continue
      if (found < 0 || sign * distanceOf(i) > sign * distanceOf(found)) found = i
    }
    return found < 0 ? undefined : entry(found)
  }

  function push(sample: number): void {
    if (sample - sample !== 0) throw notFinite('sample', sample, origin + fill)
    if (fill === capacity) turnOver()
    values[fill++] = sample
    extend()
  }

  return {
    get length() {
      return origin + fill
    },
    get latest() {
      return fill < window ? undefined : entry(fill - window)
    },
    push,
    pushAll(samples) {
      for (let i = 0; i < samples.length; i++) push(samples[i]!)
    },
    snapshot() {
      const from = firstKept()
      const count = Math.max(0, fill - window - from + 1)
      return {
        start: origin + from,
        distances: Float64Array.from({ length: count }, (_, k) => distanceOf(from + k)),
        neighbors: host.cells.slice(neighbors + from, neighbors + from + count),
      }
    },
    motif: () => extreme(-1),
    discord: () => extreme(1),
    reset() {
      fill = 0
      origin = 0
      refresh = 0
      least = Number.POSITIVE_INFINITY
      greatest = 0
      earlier.least = [least, least]
      earlier.greatest = [0, 0]
    },
  }
}
