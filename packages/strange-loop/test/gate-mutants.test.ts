import { createFakeClock } from '@midstream/test-kit'
import { describe, expect, it } from 'vitest'
import { type ChangeGate, type ChangeGateOptions, createChangeGate } from '../src/index.ts'

// Each gate is taken away in turn. The scenario that belongs to it must then end differently, and no other may: so
// every gate does something, and each scenario sees exactly one.

interface Config {
  threshold: number
  safe: boolean
}

type Options = ChangeGateOptions<Config>

const options: Options = {
  base: { threshold: 0.5, safe: true },
  invariants: [{ name: 'G(safe)', holds: (trace) => trace.every((state) => state.safe) }],
  distance: (a, b) => Math.abs(a.threshold - b.threshold),
  clock: createFakeClock(),
  trustRadius: 0.1,
  dwellMs: 100,
  maxChangesPerCycle: 2,
  cycleMs: 10_000,
  maxObservations: 100,
  promise: { maxRate: 0.01, runLength: 1000 },
}

function accepts(gate: ChangeGate<Config>, state: Config, gain = 1): boolean {
  const asked = gate.propose({ level: 0, kind: 'threshold', state, why: 'a try' })
  if (asked.outcome === 'refused') return false
  let status = gate.observe(asked.trial, gain)
  while (status === 'open') status = gate.observe(asked.trial, gain)
  return status === 'accepted'
}

/** True when the gate holds. */
const scenarios: Record<string, (create: (changed?: Partial<Options>) => ChangeGate<Config>) => boolean> = {
  invariants: (create) => !accepts(create(), { threshold: 0.55, safe: false }),
  evidence: (create) => !accepts(create(), { threshold: 0.55, safe: true }, -0.01),
  'trust region': (create) => !accepts(create(), { threshold: 0.65, safe: true }),
  'dwell time': (create) => {
    const gate = create({ maxChangesPerCycle: 1000 })
    return accepts(gate, { threshold: 0.55, safe: true }) && !accepts(gate, { threshold: 0.56, safe: true })
  },
  'rate limit': (create) => {
    const clock = createFakeClock()
    const gate = create({ clock })
    const taken = [0.51, 0.52, 0.53].map((threshold) => {
      clock.advance(100)
      return accepts(gate, { threshold, safe: true })
    })
    return !taken[2]
  },
  'roll-back': (create) => {
    const gate = create()
    accepts(gate, { threshold: 0.55, safe: true })
    for (let i = 0; i < 300; i++) gate.monitor(i % 5 === 0)
    return gate.current.threshold === 0.5
  },
}

const removed: Record<string, Partial<Options>> = {
  invariants: { invariants: [] },
  'trust region': { trustRadius: 1e9 },
  'dwell time': { dwellMs: 0 },
  'rate limit': { maxChangesPerCycle: 1e6 },
  'roll-back': { promise: { maxRate: 0.01, runLength: Number.MAX_VALUE } },
}
// A gate without evidence accepts whatever was observed once; wrapping it is the only way to get there.
const withoutEvidence = (gate: ChangeGate<Config>): ChangeGate<Config> => ({
  ...gate,
  get current() {
    return gate.current
  },
  observe: (trial) => {
    let status = gate.observe(trial, 1)
    while (status === 'open') status = gate.observe(trial, 1)
    return status
  },
})

describe('createChangeGate', () => {
  it.each(Object.keys(scenarios))('holds with all gates: %s', (name) => {
    expect(scenarios[name]!((changed) => createChangeGate({ ...options, ...changed }))).toBe(true)
  })

  it.each(Object.keys(scenarios))('fails its scenario, and only that, without: %s', (gone) => {
    const create = (changed?: Partial<Options>) => {
      const gate = createChangeGate({ ...options, ...changed, ...removed[gone] })
      return gone === 'evidence' ? withoutEvidence(gate) : gate
    }
    const failing = Object.keys(scenarios).filter((name) => !scenarios[name]!(create))
    expect(failing).toEqual([gone])
  })
})
