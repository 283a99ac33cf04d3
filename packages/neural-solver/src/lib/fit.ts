import { satisfies } from './evaluate.ts'
import { createFieldReader } from './event-test.ts'
import { atomsOf, type Formula, type TraceEvent } from './formula.ts'
import { parseFormula } from './parse.ts'
import { smoothRobustness } from './smooth.ts'
import { createTape } from './tape.ts'

export interface LabelledTrace {
  readonly events: readonly TraceEvent[]
  readonly times?: readonly number[]
  /** Whether the formula should hold. */
  readonly label: boolean
}

/** Where a hole may lie. */
export interface HoleRange {
  readonly min: number
  readonly max: number
  /** Only whole numbers, as for windows in steps. @default false */
  readonly integer?: boolean
}

export interface FitOptions {
  readonly holes: Readonly<Record<string, HoleRange>>
  /** Uniform in [0, 1): splits the traces and places the restarts. */
  readonly random: () => number
  /** Share of the traces that is kept back for the report. @default 0.3 */
  readonly heldBack?: number
  /** Starting points. @default 8 */
  readonly restarts?: number
  /** Gradient steps of each. @default 120 */
  readonly steps?: number
}

export interface FitResult {
  readonly values: Readonly<Record<string, number>>
  /** The template with the values in place. */
  readonly formula: Formula
  /** Share of traces on which the formula has the truth of the label, by its exact semantics. */
  readonly trainAccuracy: number
  /** The same on traces that the fit never saw. Near 0.5 on balanced labels: nothing was learned. */
  readonly heldBackAccuracy: number
  readonly heldBackTraces: number
  /** Training accuracy that each restart reached. */
  readonly restarts: readonly number[]
}

/** How far from the end of the descent a hole is tried, as a share of its range, and how often on each side. */
const POLISH_REACH = 0.1
const POLISH_TRIES = 15

/** Number k of this series stands for hole k while the template is read. */
const SENTINEL = 2 ** 40

/**
 * Fits the holes `$name` of a template (thresholds, upper ends of windows) to labelled traces: gradient descent
 * (Adam) on the logistic loss of the smooth robustness, from several starting points, each ending with a line search
 * on the exact accuracy; the best on the training part wins. O(restarts · steps · traces · operators · events²) for nested windows.
 *
 * @throws MidstreamError FORMULA_SYNTAX for the template, also for a hole without a range; RangeError for ranges and
 *   numbers without sense, and for fewer than 4 traces.
 */
export function fitTemplate(
  template: string,
  traces: readonly LabelledTrace[],
  options: FitOptions,
): FitResult {
  const { holes, random, heldBack = 0.3, restarts = 8, steps = 120 } = options
  const names = Object.keys(holes)
  for (const name of names) {
    const { min, max } = holes[name]!
    if (!(min < max && Number.isFinite(max - min))) throw new RangeError(`the range of $${name} is empty`)
  }
  if (traces.length < 4) throw new RangeError(`${traces.length} traces are too few to fit and to check`)
  if (!(heldBack > 0 && heldBack < 1))
    throw new RangeError(`heldBack must lie between 0 and 1, got ${heldBack}`)
  for (const [name, value] of Object.entries({ restarts, steps }))
    if (!Number.isInteger(value) || value < 1)
      throw new RangeError(`${name} must be a positive integer, got ${value}`)
  const sentinels = Object.fromEntries(names.map((name, k) => [name, SENTINEL + k]))
  const formula = parseFormula(template, { holes: sentinels })

  const shuffled = [...traces]
  for (let i = shuffled.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    ;[shuffled[i], shuffled[j]] = [shuffled[j]!, shuffled[i]!]
  }
  const kept = Math.min(traces.length - 1, Math.max(1, Math.round(traces.length * heldBack)))
  const held = shuffled.slice(0, kept)
  const train = shuffled.slice(kept)
  const scales = spreads(formula, train)

  const fill = (point: readonly number[]): Record<string, number> =>
    Object.fromEntries(names.map((name, k) => [name, toValue(holes[name]!, point[k]!)]))
  const accuracy = (set: readonly LabelledTrace[], f: Formula): number =>
    set.filter(({ events, times, label }) => satisfies(events, f, times ? { times } : {}) === label).length /
    set.length

  const runs = Array.from({ length: restarts }, () => {
    const start = names.map(() => random())
    const { place, loss } = descend(start)
    polish(place)
    const filled = parseFormula(template, { holes: fill(place) })
    return { place, loss, filled, accuracy: accuracy(train, filled) }
  })
  const best = runs.reduce((x, y) =>
    y.accuracy > x.accuracy || (y.accuracy === x.accuracy && y.loss < x.loss) ? y : x,
  )
  return {
    values: fill(best.place),
    formula: best.filled,
    trainAccuracy: best.accuracy,
    heldBackAccuracy: accuracy(held, best.filled),
    heldBackTraces: held.length,
    restarts: runs.map((run) => run.accuracy),
  }

  /**
   * The loss is smooth and therefore a little beside the exact border. One hole after the other moves to the
   * middle of the nearby stretch on which most training traces come out right.
   */
  function polish(place: number[]): void {
    for (let k = 0; k < place.length; k++) {
      const from = place[k]!
      const tries = Array.from({ length: 2 * POLISH_TRIES + 1 }, (_, i) => {
        const value = Math.min(1, Math.max(0, from + ((i - POLISH_TRIES) / POLISH_TRIES) * POLISH_REACH))
        const filled = parseFormula(template, { holes: fill(place.map((p, j) => (j === k ? value : p))) })
        return { value, accuracy: accuracy(train, filled) }
      })
      const best = Math.max(...tries.map((t) => t.accuracy))
      const good = tries.filter((t) => t.accuracy === best)
      place[k] = good[good.length >> 1]!.value
    }
  }

  function descend(start: readonly number[]): { place: number[]; loss: number } {
    const place = [...start]
    const first = place.map(() => 0)
    const second = place.map(() => 0)
    let loss = Infinity
    for (let step = 1; step <= steps; step++) {
      // Blunt at first, to see far; sharp at the end, to be right.
      const sharpness = 3 * 40 ** (step / steps)
      const result = lossAt(
        formula,
        train,
        names.map((name) => holes[name]!),
        place,
        scales,
        sharpness,
      )
      loss = result.loss
      const rate = 0.05 * (1 - (0.9 * step) / steps)
      for (let k = 0; k < place.length; k++) {
        first[k] = 0.9 * first[k]! + 0.1 * result.gradient[k]!
        second[k] = 0.99 * second[k]! + 0.01 * result.gradient[k]! ** 2
        const move = first[k]! / (1 - 0.9 ** step) / (Math.sqrt(second[k]! / (1 - 0.99 ** step)) + 1e-8)
        place[k] = Math.min(1, Math.max(0, place[k]! - rate * move))
      }
    }
    return { place, loss }
  }
}

function toValue({ min, max, integer }: HoleRange, point: number): number {
  const value = min + point * (max - min)
  return integer ? Math.round(value) : value
}

/** Loss and its derivatives by the holes, each scaled to [0, 1] over its range. */
export function lossAt(
  formula: Formula,
  traces: readonly LabelledTrace[],
  ranges: readonly HoleRange[],
  point: readonly number[],
  scales: ReadonlyMap<string, number>,
  sharpness: number,
): { loss: number; gradient: number[] } {
  const tape = createTape()
  const positives = traces.filter(({ label }) => label).length
  let loss = 0
  const gradient = point.map(() => 0)
  for (const { events, times, label } of traces) {
    tape.clear()
    const unit = point.map((value) => tape.constant(value))
    const holes = ranges.map(({ min, max }, k) => ({
      sentinel: SENTINEL + k,
      place: tape.add(tape.constant(min), unit[k]!, max - min),
    }))
    const value = smoothRobustness(tape, formula, events, {
      holes,
      scaleOf: (field) => scales.get(field) ?? 1,
      sharpness,
      windowSoftness: times === undefined ? 1 : 1000,
      times,
    })
    // Both labels weigh the same however many traces have them.
    const weight = 0.5 / Math.max(1, label ? positives : traces.length - positives)
    const cost = tape.scale(tape.softplus(tape.scale(value, label ? -4 : 4)), weight)
    loss += tape.value(cost)
    const derivatives = tape.gradient(cost)
    unit.forEach((place, k) => {
      gradient[k]! += derivatives[place]!
    })
  }
  return { loss, gradient }
}

/** Standard deviation of each field over all events. */
export function spreads(formula: Formula, traces: readonly LabelledTrace[]): Map<string, number> {
  const result = new Map<string, number>()
  for (const { field } of atomsOf(formula)) {
    const read = createFieldReader(field)
    const values = traces.flatMap(({ events }) => events.map(read)).filter((x) => typeof x === 'number')
    const mean = values.reduce((sum, x) => sum + x, 0) / Math.max(1, values.length)
    const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / Math.max(1, values.length)
    result.set(field, Math.sqrt(variance) || 1)
  }
  return result
}
