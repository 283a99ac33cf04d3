import { MidstreamError } from '@midstream/core'
import { createFakeClock, type FakeClock } from '@midstream/test-kit'
import { describe, expect, it } from 'vitest'
import { createChangeGate } from './change-gate.ts'
import type { Invariant, Proposal } from './change-record.ts'
import type { ChangeGate, ChangeGateOptions } from './gate-contract.ts'

interface Config {
  threshold: number
  rules: string[]
}

const base: Config = { threshold: 0.5, rules: ['pii'] }

function distance(a: Config, b: Config): number {
  const differing = [...a.rules, ...b.rules].filter(
    (rule) => !(a.rules.includes(rule) && b.rules.includes(rule)),
  )
  return Math.abs(a.threshold - b.threshold) + 0.01 * differing.length
}

interface Setup {
  gate: ChangeGate<Config>
  clock: FakeClock
  options: ChangeGateOptions<Config>
}

function setup(options: Partial<ChangeGateOptions<Config>> = {}): Setup {
  const clock = createFakeClock()
  const all = { base, invariants: [], distance, clock, trustRadius: 0.1, dwellMs: 0, ...options }
  return { gate: createChangeGate(all), clock, options: all }
}

function change(threshold: number, level = 0): Proposal<Config> {
  return { level, kind: 'threshold', state: { ...base, threshold }, why: `to ${threshold}` }
}

/** Proposes a change and feeds it the best evidence there is. */
function push(gate: ChangeGate<Config>, proposal: Proposal<Config>, gain = 1): string {
  const answer = gate.propose(proposal)
  if (answer.outcome === 'refused') return answer.refusal
  for (let i = 0; i < 500; i++) {
    const status = gate.observe(answer.trial, gain)
    if (status !== 'open') return status === 'refused' ? gate.records().at(-1)!.refusal! : status
  }
  return 'open'
}

function code(action: () => unknown): string | undefined {
  try {
    action()
  } catch (error) {
    return MidstreamError.is(error) ? error.code : String(error)
  }
  return undefined
}

/** The first answer other than `kept` to so many bad events in a row. */
function setupBroken(events: number): string | undefined {
  const { gate } = setup({ promise: { maxRate: 0.01, runLength: 1000 } })
  return Array.from({ length: events }, () => gate.monitor(true)).find((answer) => answer !== 'kept')
}

describe('createChangeGate', () => {
  it('ML-04 refuses a level beyond the deepest and records it', () => {
    const { gate } = setup({ maxLevel: 3 })
    expect(code(() => gate.propose(change(0.51, 4)))).toBe('MAX_DEPTH_EXCEEDED')
    expect(gate.records().at(-1)).toMatchObject({ event: 'refused', refusal: 'level', level: 4 })
    expect(gate.propose(change(0.51, 3)).outcome).toBe('trial')
  })

  it('ML-05 refuses every change while it is disabled', () => {
    const { gate } = setup({ enabled: false })
    expect(code(() => gate.propose(change(0.51)))).toBe('MODIFICATION_INVALID')
    expect(gate.records().at(-1)).toMatchObject({ event: 'refused', refusal: 'disabled' })
    expect(gate.current).toEqual(base)
  })

  it('ML-05 refuses the sixth change of a cycle and allows it in the next', () => {
    const { gate, clock } = setup({ cycleMs: 1000 })
    for (let i = 1; i <= 5; i++) expect(push(gate, change(0.5 + i / 100))).toBe('accepted')
    expect(push(gate, change(0.56))).toBe('rate-limit')
    clock.advance(999)
    expect(push(gate, change(0.56))).toBe('rate-limit')
    clock.advance(1)
    expect(push(gate, change(0.56))).toBe('accepted')
  })

  it('ML-05 counts a change in the cycle in which it is made, not in that of its proposal', () => {
    const { gate, clock } = setup({ cycleMs: 1000, maxChangesPerCycle: 1 })
    const answer = gate.propose(change(0.51))
    if (answer.outcome !== 'trial') throw new Error(answer.detail)
    clock.advance(1500)
    while (gate.observe(answer.trial, 1) === 'open');
    expect(gate.version).toBe(1)
    clock.advance(999)
    expect(push(gate, change(0.52))).toBe('rate-limit')
    clock.advance(1)
    expect(push(gate, change(0.52))).toBe('accepted')
  })

  it('ML-06 refuses a change that violates G(safe) and counts the violation', () => {
    const safe = (state: Config) => state.rules.includes('pii')
    const always: Invariant<Config> = { name: 'G(safe)', holds: (trace) => trace.every(safe) }
    const { gate } = setup({ invariants: [always] })
    const unsafe = {
      level: 0,
      kind: 'rule',
      state: { ...base, rules: [] },
      why: 'faster',
    } satisfies Proposal<Config>
    expect(gate.propose(unsafe)).toEqual({ outcome: 'refused', refusal: 'invariant', detail: 'G(safe)' })
    expect(gate.summary()).toMatchObject({ violations: 1, refused: 1, version: 0 })
    expect(push(gate, change(0.51))).toBe('accepted')
    expect(gate.summary().violations).toBe(1)
  })

  it('ML-07 changes behaviour with an accepted rule, and rollback restores it exactly', () => {
    const { gate } = setup()
    const decide = (text: string) => gate.current.rules.some((rule) => text.includes(rule))
    const before = gate.current
    expect(decide('a leak of secrets')).toBe(false)
    expect(
      push(gate, { level: 0, kind: 'rule', state: { ...base, rules: ['pii', 'leak'] }, why: 'leaks' }),
    ).toBe('accepted')
    expect(decide('a leak of secrets')).toBe(true)
    expect(gate.rollBack('not wanted')).toBe(true)
    expect(decide('a leak of secrets')).toBe(false)
    expect(gate.current).toBe(before)
    expect(gate.rollBack('again')).toBe(false)
  })

  it('gives invariants the trace of states in force, with the candidate last', () => {
    const traces: number[][] = []
    const spy: Invariant<Config> = {
      name: 'never down',
      holds(trace) {
        const thresholds = trace.map((state) => state.threshold)
        traces.push(thresholds)
        return thresholds.every((threshold, i) => i === 0 || threshold >= thresholds[i - 1]!)
      },
    }
    const { gate } = setup({ invariants: [spy] })
    push(gate, change(0.52))
    expect(push(gate, change(0.51))).toBe('invariant')
    expect(traces.at(-1)).toEqual([0.5, 0.52, 0.51])
  })

  it('I-8 takes an invariant that throws, or does not answer true, as violated', () => {
    for (const answer of [
      () => {
        throw new Error('no solver')
      },
      () => undefined,
      () => 1,
    ]) {
      let calls = 0
      const holds = (() => (calls++ === 0 ? true : answer())) as unknown as Invariant<Config>['holds']
      const { gate } = setup({ invariants: [{ name: 'odd', holds }] })
      expect(gate.propose(change(0.51))).toMatchObject({ outcome: 'refused', refusal: 'invariant' })
    }
  })

  it.each([
    { name: 'no string', thrown: Object.create(null), detail: 'odd threw what cannot be shown' },
    { name: 'a long message', thrown: new Error('x'.repeat(1e6)), detail: `odd threw ${'x'.repeat(2000)}` },
    { name: 'a symbol', thrown: Symbol('s'), detail: 'odd threw Symbol(s)' },
  ])('I-8 refuses and records a change whatever an invariant throws: $name', ({ thrown, detail }) => {
    let calls = 0
    const holds = (): boolean => {
      if (calls++ > 0) throw thrown
      return true
    }
    const { gate } = setup({ invariants: [{ name: 'odd', holds }] })
    expect(gate.propose(change(0.51))).toEqual({ outcome: 'refused', refusal: 'invariant', detail })
    expect(gate.records().at(-1)).toMatchObject({ event: 'refused', detail })
  })

  it('rolls back to the newest state that is kept, and to the base when none is', () => {
    const { gate } = setup({ maxVersions: 2 })
    for (const threshold of [0.51, 0.52, 0.53]) expect(push(gate, change(threshold))).toBe('accepted')
    const after: number[] = []
    while (gate.rollBack('back')) after.push(gate.current.threshold)
    expect(after).toEqual([0.52, 0.5])
    expect(gate.version).toBe(0)
  })

  it('checks the invariants again when the evidence is complete', () => {
    let safe = true
    const { gate } = setup({ invariants: [{ name: 'weather', holds: () => safe }] })
    const answer = gate.propose(change(0.51))
    if (answer.outcome !== 'trial') throw new Error('expected a trial')
    safe = false
    let status = 'open'
    while (status === 'open') status = gate.observe(answer.trial, 1)
    expect(status).toBe('refused')
    expect(gate.current).toEqual(base)
    expect(gate.summary().violations).toBe(1)
  })

  it('does not accept what brings nothing, and ends the trial', () => {
    const { gate } = setup({ maxObservations: 200 })
    expect(push(gate, change(0.51), 0)).toBe('no-evidence')
    expect(push(gate, change(0.51), -0.5)).toBe('no-evidence')
    expect(gate.version).toBe(0)
    expect(gate.summary().openTrials).toBe(0)
  })

  it('gives a trial exactly as many observations as it may have', () => {
    const { gate } = setup({ maxObservations: 3 })
    const answer = gate.propose(change(0.51))
    if (answer.outcome !== 'trial') throw new Error(answer.detail)
    const statuses = [0, 0, 0, 0].map((gain) => gate.observe(answer.trial, gain))
    expect(statuses).toEqual(['open', 'open', 'refused', 'closed'])
    expect(gate.records().at(-1)!.evidence!.observations).toBe(3)
  })

  it('needs more evidence at deeper levels and for later attempts', () => {
    const needed = (gate: ChangeGate<Config>, level: number) => {
      const answer = gate.propose(change(0.5001, level))
      if (answer.outcome !== 'trial') throw new Error(answer.detail)
      gate.withdraw(answer.trial)
      return answer.needed
    }
    const { gate } = setup()
    const [first, second, deep] = [needed(gate, 0), needed(gate, 0), needed(gate, 9)]
    expect(second / first).toBeCloseTo(4, 9)
    expect(deep / first).toBeCloseTo(10, 9)
    // H(26) = 3.854…; 1 / (0.05 * 6 / (pi^2 H)).
    expect(first).toBeCloseTo(126.8, 0)
  })

  it('allows a step of trustRadius * 2^-level and none beyond', () => {
    const { gate } = setup({ trustRadius: 0.16 })
    for (const level of [0, 1, 4]) {
      const most = 0.16 * 2 ** -level
      expect(gate.propose(change(0.5 + most * 1.001, level))).toMatchObject({ refusal: 'trust-step' })
      expect(gate.propose(change(0.5 + most * 0.999, level))).toMatchObject({ outcome: 'trial' })
    }
    expect(setup({ distance: () => Number.NaN }).gate.propose(change(0.51))).toMatchObject({
      refusal: 'trust-step',
    })
  })

  it('keeps the state within twice the radius of the base, however many steps are taken', () => {
    const { gate } = setup({ maxChangesPerCycle: 100 })
    const taken: string[] = []
    for (let i = 1; i <= 5; i++) taken.push(push(gate, change(0.5 + i * 0.09)))
    expect(taken).toEqual(['accepted', 'accepted', 'trust-total', 'trust-step', 'trust-step'])
    expect(push(gate, change(0.69))).toBe('accepted')
    expect(push(gate, change(0.71))).toBe('trust-total')
    expect(gate.summary().displacement).toBeLessThanOrEqual(0.2)
  })

  it('lets a change, and a roll-back, dwell before the next change', () => {
    const { gate, clock } = setup({ dwellMs: 100 })
    expect(push(gate, change(0.51))).toBe('accepted')
    clock.advance(99)
    expect(push(gate, change(0.52))).toBe('dwell')
    clock.advance(1)
    expect(push(gate, change(0.52))).toBe('accepted')
    clock.advance(100)
    expect(gate.rollBack('by hand')).toBe(true)
    expect(push(gate, change(0.52))).toBe('dwell')
    clock.advance(100)
    expect(push(gate, change(0.52))).toBe('accepted')
  })

  it('rolls back to the last accepted state when the promise is broken', () => {
    const { gate } = setup()
    push(gate, change(0.52))
    push(gate, change(0.54))
    let events = 0
    let answer = 'kept'
    while (answer === 'kept') answer = gate.monitor(events++ % 20 === 0)
    expect(answer).toBe('rolled-back')
    expect(events).toBeLessThan(300)
    expect(gate.current.threshold).toBe(0.52)
    const [broken, rolledBack] = gate.records().slice(-2)
    expect(broken).toMatchObject({ event: 'promise-broken', version: 2 })
    expect(rolledBack).toMatchObject({ event: 'rolled-back', version: 1, detail: 'version 2 withdrawn' })
    for (answer = 'kept'; answer === 'kept'; ) answer = gate.monitor(true)
    expect(gate.current).toEqual(base)
    for (answer = 'kept'; answer === 'kept'; ) answer = gate.monitor(true)
    expect(answer).toBe('broken-at-base')
  })

  it.each(['a change', 'a roll-back'])(
    'holds nothing against a state that happened before it: %s',
    (event) => {
      const { gate } = setup({ promise: { maxRate: 0.01, runLength: 1000 } })
      if (event === 'a roll-back') expect(push(gate, change(0.52))).toBe('accepted')
      // One bad event fewer than break the promise.
      let bad = 0
      while (setupBroken(bad + 1) === undefined) bad++
      for (let i = 0; i < bad; i++) expect(gate.monitor(true)).toBe('kept')
      if (event === 'a roll-back') gate.rollBack('by hand')
      expect(push(gate, change(0.54))).toBe('accepted')
      expect(gate.monitor(true)).toBe('kept')
      expect(gate.current.threshold).toBe(0.54)
    },
  )

  it('explains each accepted change and records each refusal with its reason', () => {
    const { gate } = setup()
    push(gate, change(0.52))
    push(gate, change(0.9))
    const [, version] = gate.versions()
    expect(version).toMatchObject({ version: 1, change: { level: 0, kind: 'threshold', why: 'to 0.52' } })
    const { evidence } = version!.change!
    expect(evidence.wealth).toBeGreaterThanOrEqual(evidence.needed)
    expect(evidence.meanGain).toBe(1)
    expect(gate.records().map(({ event, refusal }) => [event, refusal])).toEqual([
      ['trial', undefined],
      ['accepted', undefined],
      ['refused', 'trust-step'],
    ])
    expect(gate.records().map((record) => record.sequence)).toEqual([1, 2, 3])
  })

  it('runs one trial for each level, and ends those that a change makes obsolete', () => {
    const { gate } = setup()
    const deep = gate.propose(change(0.51, 1))
    expect(gate.propose(change(0.52, 1))).toMatchObject({ refusal: 'trial-open' })
    expect(push(gate, change(0.52))).toBe('accepted')
    if (deep.outcome !== 'trial') throw new Error(deep.detail)
    expect(gate.observe(deep.trial, 1)).toBe('closed')
    expect(gate.propose(change(0.52))).toMatchObject({ refusal: 'unchanged' })
  })

  it('cannot be changed from inside: not by its options, its states, or calls from an invariant', () => {
    const invariants: Invariant<Config>[] = [
      { name: 'low', holds: (trace) => trace.every((s) => s.threshold < 0.55) },
    ]
    const mutable = { threshold: 0.5, rules: ['pii'] }
    const { gate, options } = setup({ invariants, base: mutable })
    invariants.length = 0
    invariants.push({ name: 'anything', holds: () => true })
    Object.assign(options, { trustRadius: 9, delta: 1, maxChangesPerCycle: 1e6 })
    mutable.threshold = 0.1
    expect(gate.current.threshold).toBe(0.5)
    expect(gate.propose(change(0.56))).toMatchObject({ refusal: 'invariant' })
    expect(() => Object.assign(gate, { monitor: () => 'kept' })).toThrow(TypeError)
    expect(() => gate.current.rules.push('x')).toThrow(TypeError)
    const state = { threshold: 0.52, rules: ['pii'] }
    const answer = gate.propose({ level: 0, kind: 'threshold', state, why: '' })
    state.threshold = 0.99
    if (answer.outcome !== 'trial') throw new Error(answer.detail)
    while (gate.observe(answer.trial, 1) === 'open');
    expect(gate.current.threshold).toBe(0.52)

    const calls: (string | undefined)[] = []
    const inside: Invariant<Config> = {
      name: 'inside',
      holds() {
        if (inner === undefined) return true
        for (const call of [
          () => inner?.rollBack('x'),
          () => inner?.propose(change(0.51)),
          () => inner?.observe(1, 1),
          () => inner?.monitor(true),
          () => inner?.withdraw(1),
        ])
          calls.push(code(call))
        return true
      },
    }
    let inner: ChangeGate<Config> | undefined
    inner = setup({ invariants: [inside] }).gate
    inner.propose(change(0.51))
    expect(calls).toEqual(Array(5).fill('MODIFICATION_INVALID'))
  })

  it('stays closed to calls from an invariant that has read the summary', () => {
    let inner: ChangeGate<Config> | undefined
    let refused: string | undefined
    const inside: Invariant<Config> = {
      name: 'inside',
      holds() {
        inner?.summary()
        refused = code(() => inner?.rollBack('from inside'))
        return true
      },
    }
    inner = setup({ invariants: [inside] }).gate
    expect(push(inner, change(0.51))).toBe('accepted')
    expect(refused).toBe('MODIFICATION_INVALID')
    expect(push(inner, change(0.52))).toBe('accepted')
    expect(inner.summary()).toMatchObject({ version: 2, versions: 3, rolledBack: 0 })
  })

  it('I-9 goes on after a restore as if nothing had happened: budgets, trials, versions and ages', () => {
    const { gate, clock, options } = setup({ dwellMs: 50 })
    push(gate, change(0.52))
    clock.advance(60)
    const answer = gate.propose(change(0.53, 2))
    if (answer.outcome !== 'trial') throw new Error(answer.detail)
    for (let i = 0; i < 5; i++) gate.observe(answer.trial, 0.5)
    for (let i = 0; i < 30; i++) gate.monitor(i % 9 === 0)
    const later = createFakeClock(12345)
    const again = createChangeGate({ ...options, clock: later }, JSON.parse(JSON.stringify(gate.save())))
    expect(again.save()).toEqual(gate.save())
    for (const each of [gate, again]) while (each.observe(answer.trial, 0.8) === 'open');
    expect(again.current).toEqual(gate.current)
    expect(again.versions().at(-1)?.change?.evidence).toEqual(gate.versions().at(-1)?.change?.evidence)
    expect(again.rollBack('x')).toBe(true)
    expect(again.current.threshold).toBe(0.52)
  })

  it.each([
    { options: { enabled: false }, refusal: 'disabled' },
    { options: { dwellMs: 1000 }, refusal: 'dwell' },
    { options: { maxChangesPerCycle: 1 }, refusal: 'rate-limit' },
  ])('does not make the change of a restored trial against the limits of now: $refusal', (now) => {
    const { gate, clock, options } = setup()
    push(gate, change(0.51))
    clock.advance(500)
    const answer = gate.propose(change(0.52))
    if (answer.outcome !== 'trial') throw new Error(answer.detail)
    const strict = createChangeGate({ ...options, ...now.options }, gate.save())
    let status = 'open'
    while (status === 'open') status = strict.observe(answer.trial, 1)
    expect([status, strict.current.threshold]).toEqual(['refused', 0.51])
    expect(strict.records().at(-1)).toMatchObject({ event: 'refused', refusal: now.refusal })
  })

  it('keeps its history when the saved state is changed after the restore', () => {
    const { gate, options } = setup()
    push(gate, change(0.52))
    const saved = JSON.parse(JSON.stringify(gate.save()))
    const again = createChangeGate(options, saved)
    saved.records[1].why = 'forged'
    saved.versions[1].state.threshold = 0.9
    expect(again.records()).toEqual(gate.records())
    expect(again.current).toEqual(gate.current)
  })

  it('refuses a restored state that the gate would not have let through', () => {
    const { gate, options } = setup()
    push(gate, change(0.52))
    const saved = gate.save()
    expect(code(() => createChangeGate({ ...options, delta: 0.5 }, saved))).toBe('STATE_INVALID')
    expect(code(() => createChangeGate({ ...options, base: { ...base, threshold: 0.4 } }, saved))).toBe(
      'STATE_INVALID',
    )
    const far = {
      ...saved,
      versions: [saved.versions[0]!, { version: 1, state: { ...base, threshold: 0.9 } }],
    }
    expect(code(() => createChangeGate(options, far))).toBe('STATE_INVALID')
    const strict = {
      name: 'low',
      holds: (trace: readonly Config[]) => trace.every((s) => s.threshold < 0.51),
    }
    expect(code(() => createChangeGate({ ...options, invariants: [strict] }, saved))).toBe('STATE_INVALID')
    expect(() => createChangeGate({ ...options, invariants: [{ name: 'no', holds: () => false }] })).toThrow(
      RangeError,
    )
  })

  it('I-5 keeps memory bounded: versions, records, trials and reasons', () => {
    const { gate } = setup({ maxVersions: 3, maxRecords: 10, maxChangesPerCycle: 1000 })
    for (let i = 0; i < 20; i++) {
      const state = { ...base, threshold: 0.5 + (i % 2 === 0 ? 0.01 : 0.02) }
      expect(push(gate, { level: 0, kind: 'threshold', state, why: 'x'.repeat(9999) })).toBe('accepted')
    }
    expect(gate.versions().map(({ version }) => version)).toEqual([0, 18, 19, 20])
    expect(gate.records()).toHaveLength(10)
    expect(gate.records().at(-1)?.why).toHaveLength(2000)
    while (gate.rollBack('back'));
    expect(gate.current).toEqual(base)
  })

  it('refuses states that are not plain data, and gains out of the bound', () => {
    const { gate } = setup()
    const state = { ...base, threshold: Number.NaN }
    expect(() => gate.propose({ level: 0, kind: 'threshold', state, why: '' })).toThrow(TypeError)
    const answer = gate.propose(change(0.51))
    if (answer.outcome !== 'trial') throw new Error(answer.detail)
    expect(() => gate.observe(answer.trial, 1.5)).toThrow(RangeError)
    expect(() => gate.observe(99, 1)).toThrow(RangeError)
  })
})
