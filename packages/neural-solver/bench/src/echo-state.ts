/** Predicts a yes-or-no outcome from symbols that arrive one by one. */
export interface Predictor {
  reset(): void
  /** Takes a symbol; probability that the outcome is yes. */
  step(symbol: number): number
  /** Tells the outcome that belongs to the last step. */
  learn(outcome: number): void
}

export interface EchoStateOptions {
  readonly symbols: number
  readonly units: number
  readonly random: () => number
  /** Variance of the readout's weights before anything was seen. */
  readonly prior: number
  /** Another predictor whose log-odds are an input of the readout. */
  readonly beside?: Predictor
}

/**
 * An echo-state network (Jaeger 2001): a fixed sparse random reservoir of leaky units with several time scales,
 * and a logistic readout trained online by recursive second-order updates. O(units²) per event.
 */
export function createEchoState({ symbols, units, random, prior, beside }: EchoStateOptions): Predictor {
  const input = Array.from({ length: units }, () =>
    Array.from({ length: symbols }, () => (random() * 2 - 1) * 0.6),
  )
  const weights = Array.from({ length: units }, () =>
    Array.from({ length: 6 }, () => ({ from: Math.floor(random() * units), by: random() * 2 - 1 })),
  )
  scaleTo(weights, 0.95, random)
  const leak = Array.from({ length: units }, (_, i) => [1, 0.3, 0.1, 0.05, 0.02][i % 5]!)
  const size = units + (beside === undefined ? symbols + 1 : 2)
  const readout = new Float64Array(size)
  if (beside !== undefined) readout[units] = 1
  const covariance = Array.from({ length: size }, (_, i) => {
    const row = new Float64Array(size)
    row[i] = beside !== undefined && i >= units ? 0.01 : prior
    return row
  })
  let state = new Float64Array(units)
  let features = new Float64Array(size)

  const predict = (): number => {
    let sum = 0
    for (let i = 0; i < size; i++) sum += readout[i]! * features[i]!
    return 1 / (1 + Math.exp(-sum))
  }

  return {
    reset() {
      state = new Float64Array(units)
      beside?.reset()
    },
    step(symbol) {
      const next = new Float64Array(units)
      for (let i = 0; i < units; i++) {
        let sum = input[i]![symbol]!
        for (const { from, by } of weights[i]!) sum += by * state[from]!
        next[i] = (1 - leak[i]!) * state[i]! + leak[i]! * Math.tanh(sum)
      }
      state = next
      features = new Float64Array(size)
      features.set(state)
      if (beside === undefined) features[units + symbol] = 1
      else {
        const p = Math.min(0.999, Math.max(0.001, beside.step(symbol)))
        features[units] = Math.log(p / (1 - p))
      }
      features[size - 1] = 1
      return predict()
    },
    learn(outcome) {
      beside?.learn(outcome)
      const p = predict()
      const curvature = Math.max(p * (1 - p), 1e-3)
      const gain = new Float64Array(size)
      let spread = 0
      for (let i = 0; i < size; i++) {
        let sum = 0
        for (let j = 0; j < size; j++) sum += covariance[i]![j]! * features[j]!
        gain[i] = sum
        spread += features[i]! * sum
      }
      const shrink = 1 / (1 / curvature + spread)
      for (let i = 0; i < size; i++) {
        for (let j = 0; j < size; j++) covariance[i]![j]! -= shrink * gain[i]! * gain[j]!
        readout[i]! += (gain[i]! * (outcome - p)) / (1 + curvature * spread)
      }
    },
  }
}

/** Scales the reservoir to a spectral radius, found by power iteration. */
function scaleTo(weights: { from: number; by: number }[][], radius: number, random: () => number): void {
  let vector = weights.map(() => random() - 0.5)
  let norm = 1
  for (let round = 0; round < 100; round++) {
    const image = weights.map((row) => row.reduce((sum, { from, by }) => sum + by * vector[from]!, 0))
    norm = Math.hypot(...image)
    vector = image.map((x) => x / norm)
  }
  for (const row of weights) for (const weight of row) weight.by *= radius / norm
}
