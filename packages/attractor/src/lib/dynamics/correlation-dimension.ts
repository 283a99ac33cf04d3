import { embed, type Points } from './embedding.ts'
import { checkedSeries, checkInteger, momentsOf, standardised } from './series.ts'

export interface CorrelationDimension {
  /** Slope of log C(r) over log r in the scaling region; undefined when there is none. */
  readonly dimension: number | undefined
  /** Half the spread of the slopes in the region. */
  readonly uncertainty: number
  /** Radii between which the slope was taken, in units of the series' deviation. */
  readonly region: { readonly from: number; readonly to: number } | undefined
  /** Radii, up to two deviations, and the share of pairs that are closer. */
  readonly sums: readonly { readonly radius: number; readonly share: number }[]
}

/** Reference points; each is compared with every other point, so the cost is linear. */
const REFERENCES = 400
/** Distances from here on, in deviations, are all alike: no scaling is looked for among them. A bound of a class. */
const WIDEST = 2
/** Pairs of bits of the mantissa that make a class: four radii for each doubling. */
const SHIFT = 18

/**
 * Correlation dimension by Grassberger and Procaccia (Physica D 9, 1983) in the maximum norm, leaving out pairs
 * closer in time than `window` (Theiler 1986). O(n): 400 reference points, spread evenly, against all.
 */
export function correlationDimension(
  values: ArrayLike<number>,
  { dimension, delay, window }: { dimension: number; delay: number; window: number },
): CorrelationDimension {
  checkInteger('window', window, 0)
  const raw = checkedSeries(values)
  const moments = momentsOf(raw)
  if (!(moments.deviation > 0)) return { dimension: 0, uncertainty: 0, region: undefined, sums: [] }
  return dimensionOf(embed(standardised(raw, moments), { dimension, delay }), window)
}

export function dimensionOf(
  points: Points,
  window: number,
  references: number = REFERENCES,
): CorrelationDimension {
  const { data, dimension: m, count } = points
  // The upper bits of a positive double are its logarithm in steps of a quarter of an octave, nearly.
  const classes = new Uint32Array(0x7ff << 2)
  const real = new Float64Array(1)
  const words = new Uint32Array(real.buffer)
  const step = Math.max(1, count / references)
  let pairs = 0
  for (let r = 0; r < count; r += step) {
    const i = Math.floor(r)
    for (let j = 0, b = 0; j < count; j++, b += m) {
      if (j >= i - window && j <= i + window) continue
      let distance = 0
      for (let d = 0; d < m && distance < WIDEST; d++) {
        const along = Math.abs(data[i * m + d]! - data[b + d]!)
        if (along > distance) distance = along
      }
      real[0] = distance
      classes[words[1]! >>> SHIFT]!++
      pairs++
    }
  }
  const sums: { radius: number; share: number }[] = []
  let below = 0
  for (let c = 0; c < classes.length; c++) {
    if (classes[c] === 0 && (below === 0 || below === pairs)) continue
    below += classes[c]!
    words[0] = 0
    words[1] = (c + 1) << SHIFT
    if (real[0]! > WIDEST) break
    sums.push({ radius: real[0]!, share: below / pairs })
  }
  return { ...plateau(sums, pairs), sums }
}

/** The part of the curve between few pairs and a tenth of all, without its steepest and flattest ends. */
function plateau(
  sums: readonly { readonly radius: number; readonly share: number }[],
  pairs: number,
): Pick<CorrelationDimension, 'dimension' | 'uncertainty' | 'region'> {
  const none = { dimension: undefined, uncertainty: Infinity, region: undefined }
  const least = Math.max(200 / pairs, 1e-5)
  const used = sums.filter(({ share }) => share >= least && share <= 0.1)
  if (used.length < 6) return none
  const slopes: number[] = []
  const width = Math.min(6, used.length - 1)
  for (let i = 0; i + width < used.length; i++) {
    const a = used[i]!
    const b = used[i + width]!
    slopes.push(Math.log(b.share / a.share) / Math.log(b.radius / a.radius))
  }
  const sorted = slopes.slice().sort((x, y) => x - y)
  const dimension = sorted[sorted.length >> 1]!
  const spread =
    sorted[Math.floor(0.9 * (sorted.length - 1))]! - sorted[Math.ceil(0.1 * (sorted.length - 1))]!
  return {
    dimension,
    uncertainty: Math.max(spread / 2, 0.02 * dimension),
    region: { from: used[0]!.radius, to: used[used.length - 1]!.radius },
  }
}
