import { Counter, Gauge, Histogram, Registry } from 'prom-client'

/** How a request ended, as `outcome` of midstream_requests_total. */
export type Outcome = 'complete' | 'cut' | 'failed' | 'aborted' | 'blocked' | 'rejected' | 'upstream-error'

/** All metrics of one gateway, in a registry of its own: two gateways in one process do not meet. */
export interface Metrics {
  readonly registry: Registry
  readonly requests: Counter<'protocol' | 'status' | 'outcome'>
  readonly requestSeconds: Histogram
  readonly streams: Counter<'protocol' | 'ending'>
  readonly findings: Counter<'rule' | 'action'>
  readonly charsDelivered: Counter
  readonly charsRedacted: Counter
  readonly holdSeconds: Histogram
  readonly holdLimits: Counter<'action'>
  readonly ttftSeconds: Histogram
  readonly upstreamErrors: Counter<'code'>
  readonly inspectorFailures: Counter<'inspector'>
  readonly viewerEventsDropped: Counter
  readonly backpressurePauses: Counter
  readonly unlistedUpstreams: Gauge
}

/** `inFlight` is asked at each scrape. */
export function createMetrics(inFlight: () => number): Metrics {
  const registry = new Registry()
  const registers = [registry]
  const counter = <T extends string = string>(
    name: string,
    help: string,
    labelNames: readonly T[] = [],
  ): Counter<T> => new Counter<T>({ name: `midstream_${name}`, help, labelNames, registers })
  const histogram = (name: string, help: string, buckets: number[]): Histogram =>
    new Histogram({ name: `midstream_${name}`, help, buckets, registers })

  new Gauge({
    name: 'midstream_requests_in_flight',
    help: 'Completions in progress',
    registers,
    collect() {
      this.set(inFlight())
    },
  })
  return {
    registry,
    requests: counter('requests_total', 'Completions answered', ['protocol', 'status', 'outcome']),
    requestSeconds: histogram(
      'request_duration_seconds',
      'From the request to the end of its answer',
      [0.005, 0.02, 0.1, 0.5, 1, 2, 5, 10, 30, 60, 120, 300],
    ),
    streams: counter('streams_total', 'Streamed answers by how they ended', ['protocol', 'ending']),
    findings: counter('findings_total', 'Findings by rule and by what was done', ['rule', 'action']),
    charsDelivered: counter('characters_delivered_total', 'Characters of answers delivered to clients'),
    charsRedacted: counter('characters_redacted_total', 'Characters of answers that were replaced'),
    holdSeconds: histogram(
      'hold_seconds',
      'Longest time that text of a stream waited for its decision',
      [0.001, 0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    ),
    holdLimits: counter('hold_limits_total', 'Texts that waited too long, by what was done', ['action']),
    ttftSeconds: histogram(
      'time_to_first_character_seconds',
      'From the request to the first character delivered',
      [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30],
    ),
    upstreamErrors: counter('upstream_errors_total', 'Failures of upstreams by code', ['code']),
    inspectorFailures: counter('inspector_failures_total', 'Inspectors that threw', ['inspector']),
    viewerEventsDropped: counter('viewer_events_dropped_total', 'Events that a slow viewer did not get'),
    unlistedUpstreams: new Gauge({
      name: 'midstream_unlisted_upstreams',
      help: 'Upstream services that upstream.allowHosts does not name, because it is empty',
      registers,
    }),
    backpressurePauses: counter('backpressure_pauses_total', 'Times that a slow client stopped an upstream'),
  }
}
