import { execFileSync } from 'node:child_process'
import { createContextualBandit } from '@midstream/strange-loop'
import { seededRandom } from '@midstream/test-kit'
import { type Outcome, quantile } from './simulation.ts'

const ARMS = 20
const FEATURES = 16
const ROUNDS = 100_000
/** Rounds whose allocation is measured. A number for each round would be 1.6 MB, and no collection falls between. */
const QUIET_ROUNDS = 100_000

interface Learner {
  choose(context: Float64Array): number
  learn(arm: number, context: Float64Array, reward: number): unknown
}

/** LinUCB as in the paper's listing: a full matrix for each arm, rows as arrays, updated by Sherman-Morrison. */
function textbook(): Learner {
  const rows = () => Array.from({ length: FEATURES }, () => new Array<number>(FEATURES).fill(0))
  const inverse = Array.from({ length: ARMS }, () => {
    const matrix = rows()
    for (let i = 0; i < FEATURES; i++) matrix[i]![i] = 1
    return matrix
  })
  const b = Array.from({ length: ARMS }, () => new Array<number>(FEATURES).fill(0))
  const times = (m: number[][], v: ArrayLike<number>) => m.map((row) => dot(row, v))
  const dot = (u: ArrayLike<number>, v: ArrayLike<number>) => {
    let sum = 0
    for (let i = 0; i < FEATURES; i++) sum += u[i]! * v[i]!
    return sum
  }
  return {
    choose(context) {
      const bounds = inverse.map(
        (m, arm) => dot(times(m, b[arm]!), context) + Math.sqrt(dot(times(m, context), context)),
      )
      return bounds.indexOf(Math.max(...bounds))
    },
    learn(arm, context, reward) {
      const m = inverse[arm]!
      const gain = times(m, context)
      const scale = 1 / (1 + dot(gain, context))
      for (let i = 0; i < FEATURES; i++) {
        for (let j = 0; j < FEATURES; j++) m[i]![j]! -= gain[i]! * gain[j]! * scale
        b[arm]![i]! += reward * context[i]!
      }
    },
  }
}

function rounds(
  learner: Learner,
  contexts: readonly Float64Array[],
  rewards: readonly number[],
  count: number,
): number {
  let chosen = 0
  for (let i = 0; i < count; i++) {
    const context = contexts[i & 255]!
    const arm = learner.choose(context)
    learner.learn(arm, context, rewards[(i * 31 + arm) & 1023]!)
    chosen += arm
  }
  return chosen
}

function cpuNs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) * 1000
}

const setting = { rate: 1, exploration: 1, window: null, driftRunLength: 1e7 }
const shape = { arms: ARMS, features: FEATURES }
const learners: Record<string, () => Learner> = {
  LinUCB: () => createContextualBandit({ ...shape, strategy: 'lin-ucb', setting }),
  'LinUCB with a window': () =>
    createContextualBandit({ ...shape, strategy: 'lin-ucb', setting: { ...setting, window: 5000 } }),
  Thompson: () => createContextualBandit({ ...shape, strategy: 'thompson', setting }),
  'LinUCB, one of three': () => {
    const random = seededRandom(2)
    const others = [0, 1].map(() => createContextualBandit({ ...shape, strategy: 'lin-ucb', setting }))
    for (const other of others) rounds(other, contextsFrom(random), rewardsFrom(random), ROUNDS)
    return createContextualBandit({ ...shape, strategy: 'lin-ucb', setting })
  },
  textbook,
}

interface Sample {
  readonly ns: number
  readonly bytes: number
}

function contextsFrom(random: () => number): Float64Array[] {
  return Array.from({ length: 256 }, () => Float64Array.from({ length: FEATURES }, () => random() - 0.5))
}

/** 0 and 1 are small integers: the caller of learn does not allocate for them either. */
function rewardsFrom(random: () => number): number[] {
  return Array.from({ length: 1024 }, () => (random() < 0.5 ? 1 : 0))
}

/** In a process of its own: the optimizing compiler treats the first bandit of a process better than later ones. */
export function measureOne(name: string): Sample {
  const random = seededRandom(1)
  const contexts = contextsFrom(random)
  const rewards = rewardsFrom(random)
  const learner = learners[name]!()
  const count = name === 'textbook' ? ROUNDS / 5 : ROUNDS
  rounds(learner, contexts, rewards, count)
  const start = cpuNs()
  rounds(learner, contexts, rewards, count)
  const ns = (cpuNs() - start) / count
  const samples = Array.from({ length: 5 }, () => {
    globalThis.gc?.()
    const before = process.memoryUsage().heapUsed
    rounds(learner, contexts, rewards, QUIET_ROUNDS)
    return (process.memoryUsage().heapUsed - before) / QUIET_ROUNDS
  })
  return { ns, bytes: Math.min(...samples) }
}

function inChild(name: string): Sample {
  const script = new URL('./speed-child.ts', import.meta.url).pathname
  const out = execFileSync(process.execPath, ['--expose-gc', script, name], { encoding: 'utf8' })
  return JSON.parse(out) as Sample
}

export function speed(repetitions: number): Outcome {
  const samples: Record<string, Sample[]> = {}
  for (let i = 0; i < repetitions; i++) {
    for (const name of Object.keys(learners)) samples[name] = [...(samples[name] ?? []), inChild(name)]
  }
  const times = (name: string) => samples[name]!.map((sample) => sample.ns)
  const middle = (name: string) => quantile(times(name), 0.5)
  const spread = (name: string) =>
    `${middle(name).toFixed(0)} ns (${Math.min(...times(name)).toFixed(0)}-${Math.max(...times(name)).toFixed(0)})`
  const bytes = (name: string) => Math.min(...samples[name]!.map((sample) => sample.bytes))
  const names = Object.keys(learners).filter((name) => name !== 'textbook')
  return {
    rows: [
      ...names.map((name) => ({
        what: `learn + choose, ${name}, ${ARMS} arms x ${FEATURES} features: CPU time`,
        bar: '<= 2000 ns',
        reached: spread(name),
        beside: `LinUCB with nested arrays ${spread('textbook')}: ${(middle('textbook') / middle(name)).toFixed(1)} times`,
        met: middle(name) <= 2000,
      })),
      {
        what: 'learn + choose: bytes allocated for a round',
        bar: '0 (below 1: the measurement itself)',
        reached: names.map((name) => bytes(name).toFixed(2)).join(', '),
        beside: `LinUCB with nested arrays ${bytes('textbook').toFixed(0)}`,
        met: names.every((name) => bytes(name) < 1),
      },
    ],
    charts: {},
  }
}
