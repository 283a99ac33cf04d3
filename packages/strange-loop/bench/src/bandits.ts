import {
  createContextualBandit,
  createHedge,
  createSelfTuningBandit,
  DEFAULT_BANDIT_SETTING,
  type LearningSetting,
} from '@midstream/strange-loop'
import { seededRandom } from '@midstream/test-kit'
import { mean, type Outcome, type Row, standardError } from './simulation.ts'
import type { Chart } from './svg.ts'

interface Policy {
  choose(): number
  learn(arm: number, reward: number): void
}

interface World {
  readonly name: string
  /** No bar is set for this one. */
  readonly beyond?: boolean
  /** Changes the arms' means before round t. */
  move(means: Float64Array, t: number, random: () => number): void
}

const ARMS = 10
const ROUNDS = 10_000
/** Worlds that the default setting was not chosen on. */
const WORLD_SEEDS = 900_000
const CONTEXT = Float64Array.of(1)
/** Rounds between two points of a curve. */
const STEP = 100

const WORLDS: readonly World[] = [
  { name: 'stationary', move: () => {} },
  {
    name: 'switching',
    move(means, t, random) {
      if (t > 0 && t % 1000 === 0) for (let arm = 0; arm < ARMS; arm++) means[arm] = random()
    },
  },
  {
    name: 'one arm at a time',
    beyond: true,
    move(means, t, random) {
      if (t > 0 && t % 250 === 0) means[Math.floor(random() * ARMS)] = random()
    },
  },
]

/** Cumulative regret at every STEP rounds. */
function play(policy: Policy, world: World, seed: number): Float64Array {
  const random = seededRandom(seed)
  const means = Float64Array.from({ length: ARMS }, () => random())
  const curve = new Float64Array(ROUNDS / STEP)
  let regret = 0
  for (let t = 0; t < ROUNDS; t++) {
    world.move(means, t, random)
    const arm = policy.choose()
    regret += means.reduce((a, b) => Math.max(a, b)) - means[arm]!
    policy.learn(arm, random() < means[arm]! ? 1 : 0)
    if (t % STEP === STEP - 1) curve[(t - STEP + 1) / STEP] = regret
  }
  return curve
}

/** UCB1 (Auer, Cesa-Bianchi and Fischer, 2002). */
function ucb1(): Policy {
  const counts = new Float64Array(ARMS)
  const sums = new Float64Array(ARMS)
  let rounds = 0
  return {
    choose() {
      rounds++
      const untried = counts.indexOf(0)
      if (untried >= 0) return untried
      const bounds = counts.map((n, arm) => sums[arm]! / n + Math.sqrt((2 * Math.log(rounds)) / n))
      return bounds.indexOf(bounds.reduce((a, b) => Math.max(a, b)))
    },
    learn(arm, reward) {
      counts[arm]!++
      sums[arm]! += reward
    },
  }
}

/** Random with probability epsilon, else the best average. A step below 1 / n forgets. */
function epsilonGreedy(epsilon: number, step: number, seed: number): Policy {
  const random = seededRandom(seed + 7_000_000)
  const counts = new Float64Array(ARMS)
  const means = new Float64Array(ARMS).fill(1)
  return {
    choose() {
      if (random() < epsilon) return Math.floor(random() * ARMS)
      return means.indexOf(means.reduce((a, b) => Math.max(a, b)))
    },
    learn(arm, reward) {
      counts[arm]!++
      means[arm]! += Math.max(step, 1 / counts[arm]!) * (reward - means[arm]!)
    },
  }
}

function fixed(setting: LearningSetting, seed: number, strategy: 'lin-ucb' | 'thompson' = 'lin-ucb'): Policy {
  const bandit = createContextualBandit({ arms: ARMS, features: 1, strategy, setting, seed })
  return {
    choose: () => bandit.choose(CONTEXT),
    learn: (arm, reward) => void bandit.learn(arm, CONTEXT, reward),
  }
}

const GRID: readonly LearningSetting[] = [0.9, 1.1, 1.3].flatMap((exploration) =>
  [null, 3000, 1000].flatMap((window) =>
    [null, 1e6, 1e8].map((driftRunLength) => ({ rate: 3, exploration, window, driftRunLength })),
  ),
)

/** What the levels may choose from: the default, and one or two numbers changed. */
const TUNABLE: readonly LearningSetting[] = [
  DEFAULT_BANDIT_SETTING,
  { ...DEFAULT_BANDIT_SETTING, window: 3000 },
  { ...DEFAULT_BANDIT_SETTING, window: 1000 },
  { ...DEFAULT_BANDIT_SETTING, driftRunLength: 1e6 },
  { ...DEFAULT_BANDIT_SETTING, exploration: 0.9 },
]

function name({ exploration, window, driftRunLength }: LearningSetting): string {
  return `exploration ${exploration}, window ${window ?? 'none'}, drift ${driftRunLength?.toExponential(0) ?? 'off'}`
}

function averageCurve(curves: readonly Float64Array[]): [number, number][] {
  return Array.from({ length: ROUNDS / STEP }, (_, i) => [
    (i + 1) * STEP,
    mean(curves.map((curve) => curve[i]!)),
  ])
}

const last = (curves: readonly Float64Array[]) => curves.map((curve) => curve.at(-1)!)

export function banditSimulations(runs: number): Outcome {
  const rows: Row[] = []
  const charts: Record<string, Chart> = {}
  const seeds = Array.from({ length: runs }, (_, i) => i + 1)
  for (const world of WORLDS) {
    const all = (create: (seed: number) => Policy) =>
      seeds.map((seed) => play(create(seed), world, WORLD_SEEDS + seed))
    const depths: number[] = []
    const earned: number[] = []
    const tuned = seeds.map((seed) => {
      const bandit = createSelfTuningBandit({
        arms: ARMS,
        features: 1,
        strategy: 'lin-ucb',
        settings: TUNABLE,
        blockRounds: 100,
        seed,
      })
      const policy = {
        choose: () => bandit.choose(CONTEXT),
        learn: (arm: number, reward: number) => void bandit.learn(arm, CONTEXT, reward),
      }
      const curve = play(policy, world, WORLD_SEEDS + seed)
      depths.push(bandit.levels.depth)
      earned.push(
        ...bandit.levels
          .report()
          .filter(({ exists }) => exists)
          .map((level) => level.earned * 100),
      )
      return curve
    })
    const peers = {
      UCB1: all(ucb1),
      'epsilon-greedy 0.1': all((seed) => epsilonGreedy(0.1, 0, seed)),
      'epsilon-greedy 0.02': all((seed) => epsilonGreedy(0.02, 0, seed)),
      'epsilon-greedy 0.05, step 0.05': all((seed) => epsilonGreedy(0.05, 0.05, seed)),
      Thompson: all((seed) => fixed({ ...DEFAULT_BANDIT_SETTING, exploration: 1 }, seed, 'thompson')),
    }
    const inHindsight = GRID.map((setting) => ({ setting, curves: all((seed) => fixed(setting, seed)) }))
    const best = inHindsight.reduce((a, b) => (mean(last(a.curves)) <= mean(last(b.curves)) ? a : b))
    const worst = inHindsight.reduce((a, b) => (mean(last(a.curves)) >= mean(last(b.curves)) ? a : b))
    const own = mean(last(tuned))
    const ratio = own / mean(last(best.curves))
    const rivals = Object.entries(peers).filter(([peer]) => peer !== 'Thompson')
    rows.push({
      what: `bandit, ${world.name}: mean regret`,
      bar: 'below UCB1 and epsilon-greedy',
      reached: `${own.toFixed(1)} (se ${standardError(last(tuned)).toFixed(1)})`,
      beside: Object.entries(peers)
        .map(([peer, curves]) => `${peer} ${mean(last(curves)).toFixed(0)}`)
        .join(', '),
      met: rivals.every(([, curves]) => own < mean(last(curves))),
    })
    rows.push({
      what: `bandit, ${world.name}: against the best of ${GRID.length} fixed settings in hindsight`,
      bar: world.beyond ? 'reported' : '<= 1.10',
      reached: ratio.toFixed(3),
      beside: `best ${mean(last(best.curves)).toFixed(1)} (${name(best.setting)}), worst ${mean(last(worst.curves)).toFixed(0)}`,
      met: world.beyond ? undefined : ratio <= 1.1,
    })
    rows.push({
      what: `bandit, ${world.name}: tuning levels at the end`,
      bar: 'only where they pay',
      reached: `none in ${depths.filter((d) => d === 0).length}, 1 in ${depths.filter((d) => d === 1).length}, 2 or more in ${depths.filter((d) => d > 1).length} of ${runs}`,
      beside: `earned by those in regret (replayed): ${earned.length === 0 ? 0 : mean(earned).toFixed(0)} on average`,
      met: undefined,
    })
    charts[`regret-${world.name.replaceAll(' ', '-')}`] = {
      title: `Mean regret of ${runs} runs, ${world.name} rewards, ${ARMS} arms`,
      xLabel: 'round',
      yLabel: 'cumulative regret',
      series: [
        { name: 'self-tuning', points: averageCurve(tuned) },
        ...Object.entries(peers).map(([peer, curves]) => ({ name: peer, points: averageCurve(curves) })),
        { name: 'best fixed in hindsight', points: averageCurve(best.curves), dashed: true },
      ],
    }
  }
  return { rows, charts }
}

/** The default explores five times too much: the case for which there are levels. */
export function badDefaultSimulation(runs: number): Outcome {
  const settings = [
    { ...DEFAULT_BANDIT_SETTING, exploration: 5 },
    DEFAULT_BANDIT_SETTING,
    { ...DEFAULT_BANDIT_SETTING, window: 1000 },
  ]
  const depths: number[] = []
  const since: number[] = []
  const seeds = Array.from({ length: runs }, (_, i) => i + 1)
  const tuned = seeds.map((seed) => {
    const options = {
      arms: ARMS,
      features: 1,
      strategy: 'lin-ucb',
      settings,
      blockRounds: 100,
      seed,
    } as const
    const bandit = createSelfTuningBandit(options)
    const choose = () => bandit.choose(CONTEXT)
    const learn = (arm: number, reward: number) => void bandit.learn(arm, CONTEXT, reward)
    const curve = play({ choose, learn }, WORLDS[0]!, WORLD_SEEDS + seed)
    depths.push(bandit.levels.depth)
    since.push(
      ...bandit.levels.report().flatMap((level) => (level.level === 1 && level.since ? [level.since] : [])),
    )
    return curve
  })
  const alone = seeds.map((seed) => play(fixed(settings[0]!, seed), WORLDS[0]!, WORLD_SEEDS + seed))
  const ratio = mean(last(tuned)) / mean(last(alone))
  const count = (depth: number) => depths.filter((each) => each === depth).length
  return {
    rows: [
      {
        what: 'levels, a default that explores five times too much: regret against no levels',
        bar: 'below 1',
        reached: ratio.toFixed(3),
        beside: `${mean(last(tuned)).toFixed(0)} and ${mean(last(alone)).toFixed(0)}; levels at the end: 0 in ${count(0)}, 1 in ${count(1)}, 2 in ${count(2)} of ${runs}; level 1 since block ${since.length === 0 ? 'none' : mean(since).toFixed(0)} on average`,
        met: ratio < 1,
      },
    ],
    charts: {
      'regret-bad-default': {
        title: `Mean regret of ${runs} runs, stationary rewards, a bad default`,
        xLabel: 'round',
        yLabel: 'cumulative regret',
        series: [
          { name: 'self-tuning', points: averageCurve(tuned) },
          { name: 'the default alone', points: averageCurve(alone) },
        ],
      },
    },
  }
}

/** Hedge against an adversary that gives loss 1 to the expert that is heaviest, and to a random other. */
export function adversarySimulation(runs: number): Outcome {
  const experts = 10
  const points: [number, number][] = []
  const bounds: [number, number][] = []
  const shares: number[] = []
  for (let seed = 1; seed <= runs; seed++) {
    const random = seededRandom(seed)
    const hedge = createHedge({ experts, horizon: ROUNDS })
    for (let t = 1; t <= ROUNDS; t++) {
      const heaviest = hedge.weights.indexOf(hedge.weights.reduce((a, b) => Math.max(a, b)))
      const other = Math.floor(random() * experts)
      hedge.learn(Float64Array.from({ length: experts }, (_, i) => (i === heaviest || i === other ? 1 : 0)))
      if (seed === 1 && t % STEP === 0) {
        points.push([t, hedge.regret])
        bounds.push([t, Math.sqrt((t * Math.log(experts)) / 2)])
      }
    }
    shares.push(hedge.regret / hedge.regretBound)
  }
  const worst = Math.max(...shares)
  const row = {
    what: 'Hedge, adversarial losses: largest regret / bound',
    bar: '<= 1',
    reached: worst.toFixed(3),
    beside: `mean ${mean(shares).toFixed(3)}; bound sqrt(T ln N / 2) = ${Math.sqrt((ROUNDS * Math.log(experts)) / 2).toFixed(1)}`,
    met: worst <= 1,
  }
  const chart = {
    title: 'Hedge against an adversary, 10 experts, seed 1',
    xLabel: 'round',
    yLabel: 'regret',
    series: [
      { name: 'regret', points },
      { name: 'sqrt(t ln N / 2)', points: bounds, dashed: true },
    ],
  }
  return { rows: [row], charts: { 'hedge-adversary': chart } }
}
