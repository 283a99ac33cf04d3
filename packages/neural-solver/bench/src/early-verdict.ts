// pnpm --filter neural-solver-bench bench:early-verdict
//
// Can a small echo-state network tell early that `G !violation` will be broken within the next events, better than a
// variable-order Markov model? Three families of streams, several seeds, log loss and Brier score on streams that
// were not trained on. Decision 0017 rests on this.
import { seededRandom } from '@midstream/test-kit'
import { createEchoState, type Predictor } from './echo-state.ts'
import { createVariableOrderMarkov } from './variable-order-markov.ts'

const HORIZON = 15
const LENGTH = 150
const VIOLATION = 5
const SYMBOLS = 6

interface Stream {
  readonly symbols: number[]
  /** Index of the violation, or the end. */
  readonly until: number
  readonly violated: boolean
}

type Family = (random: () => number) => Stream

/** Runs `next` until it says VIOLATION. */
function stream(next: (symbols: readonly number[], i: number) => number): Stream {
  const symbols: number[] = []
  for (let i = 0; i < LENGTH; i++) {
    const symbol = next(symbols, i)
    if (symbol === VIOLATION) return { symbols, until: i, violated: true }
    symbols.push(symbol)
  }
  return { symbols, until: LENGTH, violated: false }
}

const families: Record<string, Family> = {
  'order-2 Markov': (random) =>
    stream((symbols, i) => {
      const [a, b] = [symbols[i - 1] ?? 1, symbols[i - 2] ?? 0]
      const risk = a === 3 && b === 2 ? 0.3 : a === 4 && b === 3 ? 0.15 : 0.003
      if (random() < risk) return VIOLATION
      return random() < 0.6 ? (a * 7 + b * 3) % 5 : Math.floor(random() * 5)
    }),
  'hidden slow state': (random) => {
    let agitated = false
    return stream(() => {
      if (random() < (agitated ? 0.03 : 0.02)) agitated = !agitated
      if (random() < (agitated ? 0.04 : 0.001)) return VIOLATION
      let u = random()
      const shares = agitated ? [0.24, 0.23, 0.21, 0.17, 0.15] : [0.15, 0.17, 0.21, 0.23, 0.24]
      let k = 0
      while (k < 4 && u > shares[k]!) u -= shares[k++]!
      return k
    })
  },
  'risk that accumulates': (random) => {
    let load = 0
    return stream((_, i) => {
      load *= 0.95
      if (random() < 0.08 / (1 + Math.exp(-(load - 6) * 1.2))) return VIOLATION
      const symbol = random() < (Math.sin(i / 25) + 1) / 4 ? 1 : Math.floor(random() * 5)
      if (symbol === 1) load++
      return symbol
    })
  },
}

const outcome = (s: Stream, i: number): number => (s.violated && s.until - i <= HORIZON ? 1 : 0)

function score(
  model: Predictor,
  train: readonly Stream[],
  test: readonly Stream[],
): { loss: number; brier: number } {
  for (const s of train) {
    model.reset()
    s.symbols.forEach((symbol, i) => {
      model.step(symbol)
      model.learn(outcome(s, i))
    })
  }
  let loss = 0
  let brier = 0
  let count = 0
  for (const s of test) {
    model.reset()
    s.symbols.forEach((symbol, i) => {
      const p = Math.min(1 - 1e-6, Math.max(1e-6, model.step(symbol)))
      const y = outcome(s, i)
      loss -= Math.log(y ? p : 1 - p)
      brier += (p - y) ** 2
      count++
    })
  }
  return { loss: loss / count, brier: brier / count }
}

for (const [name, family] of Object.entries(families)) {
  console.log(`${name}: log loss (Brier score) on held-back streams, lower is better`)
  let won = 0
  let runs = 0
  for (const seed of [1, 2, 3, 4, 5]) {
    const random = seededRandom(seed)
    const train = Array.from({ length: 300 }, () => family(random))
    const test = Array.from({ length: 200 }, () => family(random))
    const options = { symbols: SYMBOLS, units: 60 }
    const models = {
      'Markov, depth 4': createVariableOrderMarkov(4),
      'Markov, depth 8': createVariableOrderMarkov(8),
      'echo state': createEchoState({ ...options, random: seededRandom(seed), prior: 10 }),
      'echo state beside Markov': createEchoState({
        ...options,
        units: 40,
        random: seededRandom(seed),
        prior: 0.2,
        beside: createVariableOrderMarkov(4),
      }),
    }
    const results = Object.entries(models).map(([model, predictor]) => ({
      model,
      ...score(predictor, train, test),
    }))
    const least = (part: string): number =>
      Math.min(...results.filter(({ model }) => model.startsWith(part)).map(({ loss }) => loss))
    runs++
    if (least('echo') < least('Markov')) won++
    const cells = results.map(({ model, loss, brier }) => `${model} ${loss.toFixed(4)} (${brier.toFixed(4)})`)
    console.log(`  seed ${seed}: ${cells.join('  ')}`)
  }
  console.log(`  an echo-state network is best in ${won} of ${runs} runs`)
}
