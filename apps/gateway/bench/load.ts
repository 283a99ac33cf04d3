import type { TextVariant } from './text.ts'

/** One load to put on one target. */
export interface Load {
  readonly name: string
  readonly variant: TextVariant
  /** See StreamSpec. */
  readonly padded: boolean
  /** Content chunks per stream. */
  readonly chunks: number
  /** Chunks per second and stream; null is a flood. */
  readonly rate: number | null
  /** Connections that are open at the same time. */
  readonly connections: number
  /** Streams that each connection asks for, one after the other. */
  readonly streamsPerConnection: number
  /** Between two streams a connection rests for a random time up to this: readers do not ask in step. */
  readonly restMs: number
  /** The connections start evenly spread over this time. */
  readonly staggerMs: number
  /** The load fails when it has not ended by then. */
  readonly limitMs: number
}

/** Where the client sends the load. */
export interface Destination {
  readonly port: number
  readonly upstreamPort: number
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
}

export type ClientRequest = { readonly load: Load; readonly to: Destination }

export type ClientReply =
  | { readonly type: 'ready' }
  /** The last byte has arrived; the client now checks what it got. */
  | { readonly type: 'loaded' }
  | { readonly type: 'result'; readonly result: LoadResult }

export interface LoadResult {
  /** Sent chunks whose text arrived completely and in order. */
  readonly chunks: number
  readonly streams: number
  /** From the first request to the last byte. */
  readonly wallMs: number
  /** Request sent to first character of content, per stream. */
  readonly ttft: Quantiles
  /** Chunk sent to its last character received, without the first second; empty in a flood. */
  readonly text: Quantiles
  /** What was wrong, first 5 streams. */
  readonly bad: readonly string[]
  readonly badStreams: number
}

/** Microseconds; null when there is no sample. */
export interface Quantiles {
  readonly p50: number | null
  readonly p99: number | null
  readonly samples: number
}

/** Nearest-rank quantiles. Sorts a copy: O(n log n). */
export function quantiles(samples: readonly number[]): Quantiles {
  if (samples.length === 0) return { p50: null, p99: null, samples: 0 }
  const sorted = Float64Array.from(samples).sort()
  const rank = (p: number): number => sorted[Math.ceil(p * sorted.length) - 1]!
  return { p50: rank(0.5), p99: rank(0.99), samples: sorted.length }
}
