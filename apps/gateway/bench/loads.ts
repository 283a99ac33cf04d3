import type { Load } from './load.ts'
import type { TextVariant } from './text.ts'

export interface Plan {
  /** Runs of each target; targets take turns. */
  readonly repetitions: number
  /** Before anything is measured, on each fresh process. */
  readonly warmUp: readonly Load[]
  readonly loads: readonly Load[]
}

const FULL = { repetitions: 5, pacedSeconds: 10, floodChunks: 3000, ttftStreams: 30 }
const QUICK = { repetitions: 1, pacedSeconds: 2, floodChunks: 1000, ttftStreams: 10 }

/** The loads of one repetition: see QUICK and FULL for its size. */
export function planOf(quick: boolean): Plan {
  const size = quick ? QUICK : FULL
  return {
    repetitions: size.repetitions,
    warmUp: [
      { ...flood('lead', 500), connections: 50 },
      paced('trail', quick ? 1 : 3),
      // Requests enough for the engine to optimise what it does for each.
      { ...flood('lead', 4), connections: 50, streamsPerConnection: quick ? 20 : 60 },
    ],
    loads: [
      paced('lead', size.pacedSeconds),
      paced('trail', size.pacedSeconds),
      { ...paced('lead', size.pacedSeconds), name: 'padded', padded: true },
      flood('lead', size.floodChunks),
      flood('trail', size.floodChunks),
      ttft('lead', size.ttftStreams),
      ttft('trail', size.ttftStreams),
    ],
  }
}

/** 100 streams at 50 chunks a second, started over one second. */
function paced(variant: TextVariant, seconds: number): Load {
  return {
    name: 'paced',
    variant,
    padded: false,
    chunks: 50 * seconds,
    rate: 50,
    connections: 100,
    streamsPerConnection: 1,
    restMs: 0,
    staggerMs: 1000,
    limitMs: (seconds + 1) * 1000 + 20_000,
  }
}

/** 200 streams at once, as fast as the target takes them. */
function flood(variant: TextVariant, chunks: number): Load {
  return {
    name: 'flood',
    variant,
    padded: false,
    chunks,
    rate: null,
    connections: 200,
    streamsPerConnection: 1,
    restMs: 0,
    staggerMs: 0,
    limitMs: 60_000,
  }
}

/**
 * Short streams on 10 warm connections. The model answers at once: what is measured is what the proxy adds. Without
 * the rest the connections fall into step with the upstream's timer, and the queue before each request is measured.
 */
function ttft(variant: TextVariant, streams: number): Load {
  return {
    name: 'ttft',
    variant,
    padded: false,
    chunks: 4,
    rate: 50,
    connections: 10,
    streamsPerConnection: streams,
    restMs: 80,
    staggerMs: 100,
    limitMs: streams * 300 + 20_000,
  }
}
