import { createThresholdCalibrator } from '@midstream/strange-loop'
import { seededRandom } from '@midstream/test-kit'
import { mean, normalsFrom, type Outcome, percent, quantile } from './simulation.ts'

const ALPHA = 0.01
const EVENTS = 100_000
const WINDOW = 10_000
const WARM_UP = 2000
/** Attack events whose delay is measured come at these times, a burst each. */
const BURST_EVERY = 5000

/** Mean of the harmless scores over time: a slow ramp, a season, and two jumps. */
function centre(t: number): number {
  const jump = t > 60_000 ? (t > 75_000 ? -0.05 : 0.08) : 0
  return 0.3 + 0.12 * Math.min(1, t / 50_000) + 0.03 * Math.sin((2 * Math.PI * t) / 20_000) + jump
}

interface Rule {
  threshold(): number
  learn(score: number): void
}

function conformal(): Rule {
  const calibrator = createThresholdCalibrator({ alpha: ALPHA })
  return { threshold: () => calibrator.threshold, learn: (score) => void calibrator.observe(score) }
}

/** Calibrated once on the first scores. */
function fixed(): Rule {
  const first: number[] = []
  let threshold = Number.POSITIVE_INFINITY
  return {
    threshold: () => threshold,
    learn(score) {
      if (first.length === WARM_UP) return
      first.push(score)
      if (first.length === WARM_UP) threshold = quantile(first, 1 - ALPHA)
    },
  }
}

interface Life {
  readonly rate: number
  readonly worstWindow: number
  readonly delays: readonly number[]
  /** Share of false alarms in the last 2000 events, every 500 events. */
  readonly curve: readonly (readonly [number, number])[]
}

function live(rule: Rule, seed: number): Life {
  const random = seededRandom(seed)
  const normal = normalsFrom(random)
  const alarms = new Uint8Array(EVENTS)
  const delays: number[] = []
  const curve: [number, number][] = []
  let inWindow = 0
  let worst = 0
  let recent = 0
  for (let t = 0; t < EVENTS; t++) {
    const score = centre(t) + 0.06 * normal()
    if (score > rule.threshold()) alarms[t] = 1
    inWindow += alarms[t]!
    recent += alarms[t]!
    if (t >= WINDOW) inWindow -= alarms[t - WINDOW]!
    if (t >= 2000) recent -= alarms[t - 2000]!
    worst = Math.max(worst, inWindow)
    if (t >= 2000 && t % 500 === 0) curve.push([t, recent / 2000])
    rule.learn(score)
    if (t >= WARM_UP && t % BURST_EVERY === 0) {
      // Attacks score 0.2 above harmless text of the same time; the label arrives after the burst.
      let delay = 1
      while (delay < 1000 && !(centre(t) + 0.2 + 0.06 * normal() > rule.threshold())) delay++
      delays.push(delay)
    }
  }
  return { rate: mean([...alarms]), worstWindow: worst / WINDOW, delays, curve }
}

export function driftSimulation(runs: number): Outcome {
  const own: Life[] = []
  const still: Life[] = []
  for (let seed = 1; seed <= runs; seed++) {
    own.push(live(conformal(), seed))
    still.push(live(fixed(), seed))
  }
  const worst = Math.max(...own.map((life) => life.worstWindow))
  const guaranteed = createThresholdCalibrator({ alpha: ALPHA }).bound(WINDOW) / WINDOW
  const delays = own.flatMap((life) => life.delays)
  return {
    rows: [
      {
        what: 'threshold under drift: worst false-positive rate of any 10,000 events, all runs',
        bar: '<= 1.2 % (alpha + 0.002)',
        reached: percent(worst, 3),
        beside: `guaranteed for any scores ${percent(guaranteed, 3)}; fixed threshold ${percent(Math.max(...still.map((life) => life.worstWindow)), 1)}`,
        met: worst <= ALPHA + 0.002,
      },
      {
        what: 'threshold under drift: false-positive rate overall',
        bar: 'about 1 %',
        reached: percent(mean(own.map((life) => life.rate)), 3),
        beside: `fixed threshold ${percent(mean(still.map((life) => life.rate)), 1)}`,
        met: undefined,
      },
      {
        what: 'alarm delay: attack events until the first alarm (attacks 3.3 sd above)',
        bar: 'reported',
        reached: `median ${quantile(delays, 0.5)}, p95 ${quantile(delays, 0.95)}, max ${Math.max(...delays)}`,
        beside: `fixed threshold median ${quantile(
          still.flatMap((life) => life.delays),
          0.5,
        )} at ${percent(mean(still.map((life) => life.rate)), 0)} false alarms`,
        met: undefined,
      },
    ],
    charts: {
      'false-positives-under-drift': {
        title: 'False-positive rate of the last 2000 events, seed 1',
        xLabel: 'harmless events',
        yLabel: 'false-positive rate',
        series: [
          { name: 'calibrated', points: own[0]!.curve },
          { name: 'fixed threshold', points: still[0]!.curve },
          {
            name: 'alpha',
            points: [
              [2000, ALPHA],
              [EVENTS, ALPHA],
            ],
            dashed: true,
          },
        ],
      },
    },
  }
}

interface Poisoned {
  readonly farthest: number
  /** Mean distance of the threshold from the base. */
  readonly usual: number
  readonly path: readonly (readonly [number, number])[]
  readonly recall: number
}

const RADIUS = 0.1
const POISON_EVENTS = 20_000

/** Labels are flipped with probability `flips`; a share `attacks` of the events are attacks. */
function poison(flips: number, attacks: number, seed: number): Poisoned {
  const random = seededRandom(seed)
  const normal = normalsFrom(random)
  // The 1 % threshold of the harmless scores, known from before.
  const base = 0.3 + 2.326 * 0.06
  const calibrator = createThresholdCalibrator({
    alpha: ALPHA,
    initial: base,
    trust: { base, radius: RADIUS },
  })
  const path: [number, number][] = []
  let farthest = 0
  let distances = 0
  let seen = 0
  let caught = 0
  for (let t = 0; t < POISON_EVENTS; t++) {
    const attack = random() < attacks
    const score = (attack ? 0.6 : 0.3) + 0.06 * normal()
    if (attack) {
      seen++
      if (score > calibrator.threshold) caught++
    }
    const calledHarmless = random() < flips ? attack : !attack
    if (calledHarmless) calibrator.observe(score)
    const distance = Math.abs(calibrator.threshold - base)
    farthest = Math.max(farthest, distance)
    distances += distance
    if (t % 100 === 0) path.push([t, calibrator.threshold])
  }
  return { farthest, usual: distances / POISON_EVENTS, path, recall: caught / seen }
}

export function poisonSimulation(runs: number): Outcome {
  const seeds = Array.from({ length: runs }, (_, i) => i + 1)
  const rare = seeds.map((seed) => poison(0.1, 0.05, seed))
  const common = seeds.map((seed) => poison(0.1, 0.5, seed))
  const clean = seeds.map((seed) => poison(0, 0.05, seed))
  const worst = Math.max(...[...rare, ...common].map((each) => each.farthest))
  const most = (lives: readonly Poisoned[]) =>
    `${mean(lives.map((each) => each.usual)).toFixed(3)} on average`
  const recall = (lives: readonly Poisoned[]) => percent(mean(lives.map((each) => each.recall)), 1)
  return {
    rows: [
      {
        what: 'poisoned feedback, 10 % flipped labels: largest move of the threshold',
        bar: `<= ${RADIUS} (the trust radius)`,
        reached: worst.toFixed(3),
        beside: `5 % attacks: ${most(rare)}, recall ${recall(rare)}; 50 % attacks: ${most(common)}, recall ${recall(common)}; no flips: ${most(clean)}, recall ${recall(clean)}`,
        met: worst <= RADIUS + 1e-9,
      },
    ],
    charts: {
      'poisoned-threshold': {
        title: 'Threshold with 10 % flipped labels, trust radius 0.1, seed 1',
        xLabel: 'events',
        yLabel: 'threshold',
        series: [
          { name: 'no flips', points: clean[0]!.path },
          { name: '5 % attacks', points: rare[0]!.path },
          { name: '50 % attacks', points: common[0]!.path },
        ],
      },
    },
  }
}
