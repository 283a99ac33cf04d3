import { METRICS, type Metric, ratio, type Sample } from './report.ts'

interface Bar {
  readonly load: string
  readonly metric: Metric
  readonly base: 'pass-through' | 'nginx'
  readonly atMost?: number
  readonly atLeast?: number
}

/** What the gateway with its default guard may cost. */
const BARS: readonly Bar[] = [
  ...['lead', 'trail'].flatMap(barsOf),
  { load: 'padded lead', metric: METRICS.cpu, base: 'pass-through', atMost: 1.2 },
]

function barsOf(variant: string): Bar[] {
  return [
    { load: `paced ${variant}`, metric: METRICS.cpu, base: 'pass-through', atMost: 1.2 },
    { load: `paced ${variant}`, metric: METRICS.cpu, base: 'nginx', atMost: 2 },
    { load: `paced ${variant}`, metric: METRICS.rss, base: 'pass-through', atMost: 1.25 },
    { load: `flood ${variant}`, metric: METRICS.cpu, base: 'pass-through', atMost: 1.2 },
    { load: `flood ${variant}`, metric: METRICS.cpu, base: 'nginx', atMost: 2 },
    { load: `flood ${variant}`, metric: METRICS.throughput, base: 'pass-through', atLeast: 0.7 },
    { load: `flood ${variant}`, metric: METRICS.rss, base: 'pass-through', atMost: 1.25 },
    { load: `ttft ${variant}`, metric: METRICS.ttft50, base: 'pass-through', atMost: 1.2 },
  ]
}

/** One line for each bar that the samples can answer, with what the pass-through itself reaches. */
export function barRows(samples: readonly Sample[]): string[][] {
  return BARS.flatMap((bar) => {
    const value = ratio(samples, bar.load, 'gateway', bar.base, bar.metric)
    if (value === undefined) return []
    const met = value <= (bar.atMost ?? Number.POSITIVE_INFINITY) && value >= (bar.atLeast ?? 0)
    const wanted = bar.atMost === undefined ? `>= ${bar.atLeast}` : `<= ${bar.atMost}`
    const floor = ratio(samples, bar.load, 'pass-through', bar.base, bar.metric)?.toFixed(2) ?? '-'
    return [[bar.load, bar.metric.column, bar.base, wanted, value.toFixed(2), floor, met ? 'met' : 'not met']]
  })
}

export const BAR_COLUMNS: readonly string[] = [
  'load',
  'metric',
  'against',
  'bar',
  'gateway',
  'pass-through',
  'result',
]
