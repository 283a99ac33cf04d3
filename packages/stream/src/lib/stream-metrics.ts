import type { IntakeLimits } from './intake-limits.ts'

/**
 * What a guarded stream measures: the bytes of each chunk that it takes in, and at its end the average of those,
 * when there was one.
 */
export const STREAM_METRICS: readonly ['chunk_length_bytes', 'average_chunk_length_bytes'] = [
  'chunk_length_bytes',
  'average_chunk_length_bytes',
]
export type StreamMetric = (typeof STREAM_METRICS)[number]

/** Where measurements go: a `MetricLog` of core, or anything else that records. What it throws only counts. */
export interface StreamMetrics {
  record(name: StreamMetric, value: number): void
}

export interface MeasuredIntake extends IntakeLimits {
  /** Records what is known only at the end. */
  end(): void
  /** How often the recorder threw. */
  readonly failures: number
}

/** The same limits; the chunks that they let in are recorded. */
export function measuredIntake(intake: IntakeLimits, metrics: StreamMetrics): MeasuredIntake {
  let chunks = 0
  let bytes = 0
  function record(name: StreamMetric, value: number): void {
    try {
      metrics.record(name, value)
    } catch {
      measured.failures++
    }
  }
  const measured = {
    failures: 0,
    count(size: number, now: number): void {
      intake.count(size, now)
      chunks++
      bytes += size
      record('chunk_length_bytes', size)
    },
    checkDuration: (now: number) => intake.checkDuration(now),
    end(): void {
      if (chunks > 0) record('average_chunk_length_bytes', bytes / chunks)
    },
  }
  return measured
}
