import type { LoadResult } from './load.ts'

/** One load on one target in one repetition. */
export interface Sample {
  readonly target: string
  readonly load: string
  readonly repetition: number
  readonly result: LoadResult
  /** Undefined for a target without a process of its own. */
  readonly cpuMicros: number | undefined
  readonly peakMiB: number | undefined
}

/** A number that a sample gives; undefined where it has none. */
export interface Metric {
  readonly column: string
  readonly digits: number
  read(sample: Sample): number | undefined
}

const known = (value: number | null): number | undefined => value ?? undefined

type MetricName = 'cpu' | 'core' | 'throughput' | 'ttft50' | 'ttft99' | 'text50' | 'text99' | 'rss'

export const METRICS: Readonly<Record<MetricName, Metric>> = {
  cpu: {
    column: 'CPU us/chunk',
    digits: 2,
    read: (s) =>
      s.cpuMicros === undefined || s.result.chunks === 0 ? undefined : s.cpuMicros / s.result.chunks,
  },
  core: {
    column: 'core use',
    digits: 2,
    read: (s) => (s.cpuMicros === undefined ? undefined : s.cpuMicros / 1e3 / s.result.wallMs),
  },
  throughput: {
    column: 'k chunks/s',
    digits: 1,
    read: (s) => s.result.chunks / s.result.wallMs,
  },
  ttft50: { column: 'TTFT p50 us', digits: 0, read: (s) => known(s.result.ttft.p50) },
  ttft99: { column: 'TTFT p99 us', digits: 0, read: (s) => known(s.result.ttft.p99) },
  text50: { column: 'text p50 us', digits: 0, read: (s) => known(s.result.text.p50) },
  text99: { column: 'text p99 us', digits: 0, read: (s) => known(s.result.text.p99) },
  rss: { column: 'peak RSS MiB', digits: 0, read: (s) => s.peakMiB },
}

/** What each load is good for; the other numbers of a load would mislead (a flood's TTFT is a queue). */
const METRICS_OF: Record<string, readonly Metric[]> = {
  paced: [METRICS.cpu, METRICS.text50, METRICS.text99, METRICS.rss],
  padded: [METRICS.cpu, METRICS.text50, METRICS.text99, METRICS.rss],
  flood: [METRICS.cpu, METRICS.throughput, METRICS.core, METRICS.rss],
  ttft: [METRICS.ttft50, METRICS.ttft99],
}

export const COLUMNS: readonly string[] = [
  'load',
  'text',
  'target',
  'metric',
  'median',
  'min..max',
  'n',
  'x pass-through',
  'x nginx',
]

/** One row for each load, target and metric, in the order in which they were measured. */
export function rows(samples: readonly Sample[]): string[][] {
  const result: string[][] = []
  const loads = [...new Set(samples.map((sample) => sample.load))]
  const targets = [...new Set(samples.map((sample) => sample.target))]
  for (const load of loads) {
    const [name = '', variant = ''] = load.split(' ')
    for (const metric of METRICS_OF[name] ?? []) {
      for (const target of targets) {
        const values = valuesOf(samples, load, target, metric)
        if (values.length === 0) continue
        result.push([
          name,
          variant,
          target,
          metric.column,
          median(values).toFixed(metric.digits),
          `${Math.min(...values).toFixed(metric.digits)}..${Math.max(...values).toFixed(metric.digits)}`,
          String(values.length),
          ratioText(samples, load, target, 'pass-through', metric),
          ratioText(samples, load, target, 'nginx', metric),
        ])
      }
    }
  }
  return result
}

/** Median of the ratios within each repetition, so that a slow minute of the machine cancels out. */
export function ratio(
  samples: readonly Sample[],
  load: string,
  target: string,
  base: string,
  metric: Metric,
): number | undefined {
  const ratios: number[] = []
  for (const sample of samples) {
    if (sample.load !== load || sample.target !== target) continue
    const other = samples.find(
      (s) => s.load === load && s.target === base && s.repetition === sample.repetition,
    )
    const top = metric.read(sample)
    const bottom = other === undefined ? undefined : metric.read(other)
    if (top !== undefined && bottom !== undefined && bottom > 0) ratios.push(top / bottom)
  }
  return ratios.length === 0 ? undefined : median(ratios)
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** Columns of equal width, numbers as they are. */
export function table(columns: readonly string[], body: readonly (readonly string[])[]): string {
  const widths = columns.map((column, i) => Math.max(column.length, ...body.map((row) => row[i]!.length)))
  const line = (row: readonly string[]): string =>
    row
      .map((cell, i) => cell.padEnd(widths[i]!))
      .join('  ')
      .trimEnd()
  return [line(columns), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n')
}

function valuesOf(samples: readonly Sample[], load: string, target: string, metric: Metric): number[] {
  return samples.flatMap((sample) => {
    if (sample.load !== load || sample.target !== target) return []
    const value = metric.read(sample)
    return value === undefined ? [] : [value]
  })
}

function ratioText(
  samples: readonly Sample[],
  load: string,
  target: string,
  base: string,
  metric: Metric,
): string {
  return ratio(samples, load, target, base, metric)?.toFixed(2) ?? '-'
}
