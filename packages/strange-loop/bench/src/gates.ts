import { type ChangeGate, createAdwin, createChangeGate, createPageHinkley } from '@midstream/strange-loop'
import { createFakeClock, seededRandom } from '@midstream/test-kit'
import { mean, normalsFrom, type Outcome, percent, quantile } from './simulation.ts'

interface Config {
  readonly threshold: number
}

const LEVELS = 25
const OBSERVATIONS = 5000
const DELTA = 0.05
const DEVIATION = 0.4

function gateOf(): ChangeGate<Config> {
  return createChangeGate<Config>({
    base: { threshold: 0.5 },
    invariants: [],
    distance: (a, b) => Math.abs(a.threshold - b.threshold),
    clock: createFakeClock(),
    trustRadius: 0.1,
    dwellMs: 0,
    delta: DELTA,
    maxObservations: OBSERVATIONS,
  })
}

function propose(gate: ChangeGate<Config>, level: number): number {
  const state = { threshold: 0.5 + 0.05 * 2 ** -level }
  const answer = gate.propose({ level, kind: 'threshold', state, why: 'simulated' })
  if (answer.outcome === 'refused') throw new Error(answer.detail)
  return answer.trial
}

/** A gain of the given mean, deviation 0.4, cut to [-1, 1] by drawing again. */
function gains(random: () => number, gain: number): () => number {
  const normal = normalsFrom(random)
  return () => {
    for (;;) {
      const value = gain + DEVIATION * normal()
      if (Math.abs(value) <= 1) return value
    }
  }
}

/** The observation at which the first false change was accepted, or none. */
function falseChange(seed: number): number | undefined {
  const draw = gains(seededRandom(seed), 0)
  let first: number | undefined
  const gate = gateOf()
  for (let level = 1; level <= LEVELS; level++) {
    const trial = propose(gate, level)
    for (let i = 1; i <= OBSERVATIONS; i++) {
      const status = gate.observe(trial, draw())
      if (status === 'open') continue
      if (status === 'accepted') first ??= (level - 1) * OBSERVATIONS + i
      break
    }
    if (first !== undefined) return first
  }
  return undefined
}

/** What is commonly done: a t-test at 5 % (one-sided), looked at every 50 observations. */
function naiveFalseChange(seed: number): number | undefined {
  const draw = gains(seededRandom(seed), 0)
  for (let level = 1; level <= LEVELS; level++) {
    let sum = 0
    let squares = 0
    for (let i = 1; i <= OBSERVATIONS; i++) {
      const gain = draw()
      sum += gain
      squares += gain * gain
      if (i % 50 !== 0) continue
      const average = sum / i
      const deviation = Math.sqrt((squares - i * average * average) / (i - 1))
      if ((average / deviation) * Math.sqrt(i) > 1.645) return (level - 1) * OBSERVATIONS + i
    }
  }
  return undefined
}

function sharesOver(first: readonly (number | undefined)[]): [number, number][] {
  return Array.from({ length: LEVELS * 10 }, (_, i) => {
    const at = ((i + 1) * OBSERVATIONS) / 10
    return [at, first.filter((each) => each !== undefined && each <= at).length / first.length]
  })
}

export function falseChangeSimulation(runs: number): Outcome {
  const seeds = Array.from({ length: runs }, (_, i) => i + 1)
  const own = seeds.map(falseChange)
  const naive = seeds.map(naiveFalseChange)
  const share = (all: readonly (number | undefined)[]) =>
    all.filter((each) => each !== undefined).length / runs
  return {
    rows: [
      {
        what: `gate, ${LEVELS} levels without gain, ${OBSERVATIONS} observations each: lives with a false change`,
        bar: '<= 0.05',
        reached: share(own).toFixed(3),
        beside: `t-test at 5 %, looked at every 50: ${share(naive).toFixed(2)}`,
        met: share(own) <= DELTA,
      },
    ],
    charts: {
      'false-changes': {
        title: `Lives of ${runs} with a false change so far`,
        xLabel: 'observations over 25 levels',
        yLabel: 'share of lives',
        series: [
          { name: 'gate, delta 0.05', points: sharesOver(own) },
          { name: 't-test at 5 %, peeking', points: sharesOver(naive) },
          {
            name: 'delta',
            points: [
              [500, DELTA],
              [LEVELS * OBSERVATIONS, DELTA],
            ],
            dashed: true,
          },
        ],
      },
    },
  }
}

/** Observations until a gain of `gain` standard deviations at level 25 is accepted; 5000 when never. */
function acceptedAfter(gain: number, seed: number): number {
  const draw = gains(seededRandom(seed), gain * DEVIATION)
  const gate = gateOf()
  const trial = propose(gate, LEVELS)
  for (let i = 1; ; i++) {
    const status = gate.observe(trial, draw())
    if (status !== 'open') return status === 'accepted' ? i : OBSERVATIONS
  }
}

export function trueGainSimulation(runs: number): Outcome {
  const after = (gain: number) => Array.from({ length: runs }, (_, i) => acceptedAfter(gain, i + 1))
  const own = after(0.2)
  const share = own.filter((each) => each <= 1000).length / runs
  const others = [0.1, 0.4].map((gain) => `${gain} sd: median ${quantile(after(gain), 0.5)}`)
  return {
    rows: [
      {
        what: 'gate, a gain of 0.2 sd at level 25: lives in which it is accepted within 1000 observations',
        bar: '>= 0.90',
        reached: share.toFixed(3),
        beside: `median ${quantile(own, 0.5)} observations; ${others.join('; ')}`,
        met: share >= 0.9,
      },
    ],
    charts: {},
  }
}

/** Events from the break until the roll-back. The promise of 1 % held for `before` events. */
function rolledBackAfter(rate: number, before: number, seed: number): number | undefined {
  const random = seededRandom(seed)
  const gate = gateOf()
  const trial = propose(gate, 1)
  while (gate.observe(trial, 0.9) === 'open');
  for (let i = 0; i < before; i++) if (gate.monitor(random() < 0.01) !== 'kept') return undefined
  for (let i = 1; ; i++) if (gate.monitor(random() < rate) === 'rolled-back') return i
}

export function rollBackSimulation(runs: number): Outcome {
  const delays = (rate: number, before: number) => {
    const all = Array.from({ length: runs }, (_, i) => rolledBackAfter(rate, before, i + 1))
    return all.filter((each) => each !== undefined)
  }
  const own = delays(0.05, 2000)
  const fresh = delays(0.05, 0)
  const early = runs - own.length
  return {
    rows: [
      {
        what: 'promise of 1 % broken to 5 % false positives: events until the roll-back',
        bar: 'median < 300',
        reached: `median ${quantile(own, 0.5)}, p95 ${quantile(own, 0.95)}`,
        beside: `at once: median ${quantile(fresh, 0.5)}; 2 %: ${quantile(delays(0.02, 2000), 0.5)}; 20 %: ${quantile(delays(0.2, 2000), 0.5)}; rolled back while the promise held (2000 events): ${percent(early / runs, 1)}`,
        met: quantile(own, 0.5) < 300,
      },
    ],
    charts: {},
  }
}

export function driftDetectorSimulation(runs: number): Outcome {
  const measure = (create: () => { push(value: number): boolean }) => {
    const delays: number[] = []
    let falseAlarms = 0
    for (let seed = 1; seed <= runs; seed++) {
      const random = seededRandom(seed)
      const detector = create()
      for (let i = 0; i < 5000; i++) if (detector.push(random() < 0.1 ? 1 : 0)) falseAlarms++
      let delay = 0
      do delay++
      while (!detector.push(random() < 0.3 ? 1 : 0))
      delays.push(delay)
    }
    return `median ${quantile(delays, 0.5)}, p95 ${quantile(delays, 0.95)}, mean ${mean(delays).toFixed(0)}; false alarms ${falseAlarms} in ${runs * 5000}`
  }
  return {
    rows: [
      {
        what: 'drift of a rate from 0.1 to 0.3: events until ADWIN (0.002) finds it',
        bar: 'reported',
        reached: measure(() => createAdwin()),
        beside: `Page-Hinkley (0.005, 50): ${measure(() => createPageHinkley())}`,
        met: undefined,
      },
    ],
    charts: {},
  }
}
