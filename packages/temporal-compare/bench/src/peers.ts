import { createRequire } from 'node:module'

// All of them are CommonJS without types.
const require = createRequire(import.meta.url)

type Distance = (a: Float64Array, b: Float64Array) => number
type Series = new (
  a: Float64Array,
  b: Float64Array,
  cost: (x: number, y: number) => number,
) => { getDistance(): number }

const absolute = (x: number, y: number): number => Math.abs(x - y)
const byClass =
  (type: Series): Distance =>
  (a, b) =>
    new type(a, b, absolute).getDistance()

/** The DTW packages of the registry, with absolute cost. */
export function loadDtwPeers(): Record<string, Distance> {
  const Dtw = require('dtw') as new (options: object) => { compute(a: unknown, b: unknown): number }
  const plain = new Dtw({ distanceMetric: 'manhattan' })
  return {
    // It accepts arrays only.
    'dtw 0.0.3': (a, b) => plain.compute(Array.from(a), Array.from(b)),
    'dynamic-time-warping 1.0.0': byClass(require('dynamic-time-warping') as Series),
    'dynamic-time-warping-2 1.1.2': byClass(
      (require('dynamic-time-warping-2') as { default: Series }).default,
    ),
    'dynamic-time-warping-ts 1.0.0': byClass(
      (require('dynamic-time-warping-ts') as { default: Series }).default,
    ),
  }
}

export function loadMidstreamer(): Distance {
  const { TemporalCompare } = require('midstreamer') as {
    TemporalCompare: new (size: number) => { dtw: Distance }
  }
  const compare = new TemporalCompare(1_000_000)
  return (a, b) => compare.dtw(a, b)
}

export function loadFastestLevenshtein(): (a: string, b: string) => number {
  return (require('fastest-levenshtein') as { distance: (a: string, b: string) => number }).distance
}
