import { MidstreamError } from '@midstream/core'
import { type BetTest, createBetTest } from './bet-test.ts'
import { createChangePace } from './change-pace.ts'
import type { ChangeGateState, Evidence, GateRecord, Proposal, Verdict, Version } from './change-record.ts'
import { errorBudget } from './error-budget.ts'
import { frozenCopy } from './frozen-copy.ts'
import type { ChangeGate, ChangeGateOptions, ProposalOutcome, TrialStatus } from './gate-contract.ts'
import { requireAtLeast, requireBetween, requireInteger } from './limits.ts'
import { checkSavedState } from './saved-state.ts'
import { createShiryaevRoberts } from './shiryaev-roberts.ts'

interface Trial<S> {
  readonly id: number
  readonly attempt: number
  readonly budget: number
  readonly proposal: Proposal<S>
  readonly test: BetTest
  gainSum: number
}

const KIND = 'midstream.change-gate'
const VERSION = 1
const MAX_WHY = 2000
/** Distances are sums of rounded numbers; a step of exactly the radius is allowed. */
const ROUNDING = 1e-12
const DISABLED: Verdict = { refusal: 'disabled', detail: 'changes are disabled' }

/**
 * The gate in front of every change that a learner wants to make to a state. A change is made only when
 *
 *  1. all invariants hold on the trace of states with the new one at its end, when it is proposed and again when
 *     it is made;
 *  2. an anytime-valid test on paired outcomes rejects "it does no good" within the trial's part of the budget
 *     (`createBetTest`, `errorBudget`);
 *  3. the step is within the trust region of its level, and the new state within twice the radius of the base;
 *  4. changes are enabled, and dwell time and rate limit allow it, when it is proposed and again when it is made: a
 *     trial may be restored into a gate that is disabled or has a longer dwell time.
 *
 * Guarantee: the probability that any change with E[gain | past] <= 0 is ever accepted is at most `delta`, over
 * all levels and all proposals, however often the caller looks and whatever it proposes because of what it saw.
 * Assumes: gains lie in the bound and each one is an outcome of the proposed state against the state in force at
 * that time, on data that did not choose the proposal. A trial ends when the state in force changes.
 *
 * Nothing that passes the gate can alter it: options are copied, states are frozen copies of plain data, calls from
 * inside an invariant or the distance are refused, and no method changes a limit. A restored state must have been
 * saved under the same limits and base, and must satisfy the invariants.
 *
 * Memory: maxVersions states, one trial for each level, maxRecords records.
 *
 * @throws RangeError or TypeError for options out of their range, MidstreamError STATE_INVALID for a foreign state
 */
export function createChangeGate<S>(
  options: ChangeGateOptions<S>,
  state?: ChangeGateState<S>,
): ChangeGate<S> {
  const {
    clock,
    enabled = true,
    delta = 0.05,
    maxLevel = 25,
    trustRadius,
    gainBound = 1,
    maxObservations = 5000,
    dwellMs = 60_000,
    maxChangesPerCycle = 5,
    cycleMs = 3_600_000,
    promise = { maxRate: 0.01, runLength: 10_000 },
    maxVersions = 64,
    maxRecords = 256,
  } = options
  requireBetween('delta', delta, 0, 1)
  requireInteger('maxLevel', maxLevel, 0, 25)
  requireAtLeast('trustRadius', trustRadius, 0)
  requireBetween('gainBound', gainBound, 0, 1e9)
  requireInteger('maxObservations', maxObservations, 1, 1e9)
  requireInteger('maxVersions', maxVersions, 1, 1e6)
  requireInteger('maxRecords', maxRecords, 1, 1e6)
  const base = frozenCopy(options.base)
  const invariants = options.invariants.map(({ name, holds }, i) => ({
    name,
    holds,
    self: options.invariants[i]!,
  }))
  const measure = options.distance
  const limits = JSON.stringify([base, delta, maxLevel, trustRadius, gainBound, maxObservations, promise])
  const pace = createChangePace({ clock, dwellMs, maxChangesPerCycle, cycleMs }, state?.pace)
  const detector = createShiryaevRoberts(promise, state?.promise)

  const accepted: Version<S>[] = [{ version: 0, state: base }]
  const trials = new Map<number, Trial<S>>()
  const attempts = new Array<number>(maxLevel + 1).fill(0)
  const log: GateRecord[] = []
  const counts = { accepted: 0, refused: 0, rolledBack: 0, violations: 0 }
  let nextVersion = 1
  let nextTrial = 1
  let nextSequence = 1
  let asking = false

  const inForce = () => accepted[accepted.length - 1]!

  function record(event: GateRecord['event'], facts: Partial<GateRecord> = {}): void {
    const { version } = inForce()
    log.push(Object.freeze({ sequence: nextSequence++, atMs: clock.wallTime(), event, version, ...facts }))
    if (log.length > maxRecords) log.shift()
  }

  /** Runs the caller's code. It must not call the gate: its answer would then be about another state. */
  function ask<T>(question: () => T): T {
    const before = asking
    asking = true
    try {
      return question()
    } finally {
      // `summary` asks for the distance, also from inside an invariant.
      asking = before
    }
  }

  function notFromInside(): void {
    if (asking) {
      throw new MidstreamError('MODIFICATION_INVALID', 'an invariant or the distance may not call the gate')
    }
  }

  function distance(a: S, b: S): number {
    const length = ask(() => measure(a, b))
    // A distance that is not a number would pass every comparison with "greater than".
    return length >= 0 ? length : Number.POSITIVE_INFINITY
  }

  function violated(trace: readonly S[]): string | undefined {
    for (const { name, holds, self } of invariants) {
      try {
        if (ask(() => holds.call(self, trace)) !== true) return name
      } catch (error) {
        return `${name} threw ${textOf(error)}`
      }
    }
    return undefined
  }

  function outOfTrust(level: number, from: S, to: S): Verdict | undefined {
    const step = distance(from, to)
    const allowed = trustRadius * 2 ** -level
    if (step > allowed * (1 + ROUNDING)) {
      return { refusal: 'trust-step', detail: `a step of ${step}, allowed at level ${level}: ${allowed}` }
    }
    const total = distance(base, to)
    if (total > 2 * trustRadius * (1 + ROUNDING)) {
      return { refusal: 'trust-total', detail: `${total} from the base, allowed: ${2 * trustRadius}` }
    }
    return undefined
  }

  /** Gates 1 and 3, which hold or do not whatever the time and the evidence. */
  function forbidden({ level, state: next }: Proposal<S>): Verdict | undefined {
    const name = violated(Object.freeze([...accepted.map((version) => version.state), next]))
    if (name !== undefined) {
      counts.violations++
      return { refusal: 'invariant', detail: name }
    }
    return outOfTrust(level, inForce().state, next)
  }

  function refuse(
    { level, kind, why }: Proposal<S>,
    { refusal, detail }: Verdict,
    evidence?: Evidence,
  ): void {
    counts.refused++
    record('refused', { level, kind, why, refusal, detail, ...(evidence === undefined ? {} : { evidence }) })
  }

  function evidenceOf({ test, gainSum, budget }: Trial<S>): Evidence {
    const { observations } = test
    const meanGain = observations === 0 ? 0 : gainSum / observations
    return Object.freeze({ observations, meanGain, wealth: test.evidence, needed: 1 / budget })
  }

  function copyProposal(proposal: Proposal<S>): Proposal<S> {
    const { level, kind, why } = proposal
    if (kind !== 'threshold' && kind !== 'strategy' && kind !== 'rule') {
      throw new RangeError(`kind must be threshold, strategy or rule, got ${String(kind)}`)
    }
    return Object.freeze({ level, kind, state: frozenCopy(proposal.state), why: why.slice(0, MAX_WHY) })
  }

  function propose(wanted: Proposal<S>): ProposalOutcome {
    notFromInside()
    const proposal = copyProposal(wanted)
    const { level } = proposal
    requireInteger('level', level, 0, Number.MAX_SAFE_INTEGER)
    if (!enabled) {
      refuse(proposal, DISABLED)
      throw new MidstreamError('MODIFICATION_INVALID', DISABLED.detail)
    }
    if (level > maxLevel) {
      refuse(proposal, { refusal: 'level', detail: `level ${level}, deepest: ${maxLevel}` })
      throw new MidstreamError(
        'MAX_DEPTH_EXCEEDED',
        `level ${level} is beyond the deepest level ${maxLevel}`,
        {
          details: { level, maxLevel },
        },
      )
    }
    const verdict = unchanged(proposal) ?? busy(level) ?? notNow() ?? forbidden(proposal)
    if (verdict !== undefined) {
      refuse(proposal, verdict)
      return { outcome: 'refused', ...verdict }
    }
    attempts[level] = attempts[level]! + 1
    const attempt = attempts[level]!
    const trial = openTrial(nextTrial++, attempt, proposal)
    record('trial', { level, kind: proposal.kind, why: proposal.why })
    return { outcome: 'trial', trial: trial.id, needed: 1 / trial.budget }
  }

  /** Gate 4. */
  function notNow(): Verdict | undefined {
    return enabled ? pace.tooSoon() : DISABLED
  }

  function unchanged({ state: next }: Proposal<S>): Verdict | undefined {
    if (JSON.stringify(next) !== JSON.stringify(inForce().state)) return undefined
    return { refusal: 'unchanged', detail: 'the state in force' }
  }

  function busy(level: number): Verdict | undefined {
    for (const trial of trials.values()) {
      if (trial.proposal.level === level) return { refusal: 'trial-open', detail: `trial ${trial.id}` }
    }
    return undefined
  }

  function openTrial(id: number, attempt: number, proposal: Proposal<S>): Trial<S> {
    const budget = errorBudget(delta, proposal.level, attempt, maxLevel)
    const test = createBetTest({ level: budget, bound: gainBound })
    const trial: Trial<S> = { id, attempt, budget, proposal, test, gainSum: 0 }
    trials.set(id, trial)
    return trial
  }

  function observe(id: number, gain: number): TrialStatus {
    notFromInside()
    requireInteger('trial', id, 1, nextTrial - 1)
    const trial = trials.get(id)
    if (trial === undefined) return 'closed'
    if (!trial.test.rejected) {
      trial.test.observe(gain)
      trial.gainSum += gain
    }
    if (!trial.test.rejected) {
      if (trial.test.observations < maxObservations) return 'open'
      close(trial, { refusal: 'no-evidence', detail: `not convinced after ${maxObservations} observations` })
      return 'refused'
    }
    const verdict = notNow() ?? forbidden(trial.proposal)
    if (verdict !== undefined) {
      close(trial, verdict)
      return 'refused'
    }
    accept(trial)
    return 'accepted'
  }

  function close(trial: Trial<S>, verdict: Verdict): void {
    trials.delete(trial.id)
    refuse(trial.proposal, verdict, evidenceOf(trial))
  }

  function accept(trial: Trial<S>): void {
    const { level, kind, why, state: next } = trial.proposal
    const evidence = evidenceOf(trial)
    trials.delete(trial.id)
    const change = Object.freeze({ level, kind, why, evidence, atMs: clock.wallTime() })
    accepted.push(Object.freeze({ version: nextVersion++, state: next, change }))
    if (accepted.length > maxVersions + 1) accepted.splice(1, 1)
    counts.accepted++
    pace.countChange()
    stateChanged()
    record('accepted', { level, kind, why, evidence })
  }

  /** Evidence of open trials was about the state that is no longer in force. */
  function stateChanged(): void {
    pace.startDwell()
    detector.reset()
    for (const trial of [...trials.values()]) {
      close(trial, { refusal: 'superseded', detail: 'the state in force changed' })
    }
  }

  function rollBack(why: string): boolean {
    notFromInside()
    if (accepted.length === 1) return false
    const { version } = accepted.pop()!
    counts.rolledBack++
    stateChanged()
    record('rolled-back', { why: why.slice(0, MAX_WHY), detail: `version ${version} withdrawn` })
    return true
  }

  function monitor(bad: boolean): 'kept' | 'rolled-back' | 'broken-at-base' {
    notFromInside()
    if (!detector.observe(bad)) return 'kept'
    const detail = `more bad events than ${promise.maxRate}`
    record('promise-broken', { detail })
    return rollBack(`the promise was broken: ${detail}`) ? 'rolled-back' : 'broken-at-base'
  }

  function restore(saved: ChangeGateState<S>): void {
    checkSavedState(saved, KIND, VERSION, () => ({
      limits: saved.limits === limits,
      versions: saved.versions.length <= maxVersions + 1,
      attempts: saved.attempts.length === attempts.length,
    }))
    accepted.length = 0
    for (const version of saved.versions) {
      const next = frozenCopy(version)
      accepted.push(next)
      const broken = violated(Object.freeze(accepted.map((each) => each.state)))
      const far = distance(base, next.state) > 2 * trustRadius * (1 + ROUNDING)
      if (broken === undefined && !far) continue
      throw new MidstreamError(
        'STATE_INVALID',
        `version ${version.version}: ${broken ?? 'out of the trust region'}`,
      )
    }
    if (JSON.stringify(accepted[0]?.state) !== JSON.stringify(base)) {
      throw new MidstreamError('STATE_INVALID', 'the first version is not the base')
    }
    attempts.splice(0, attempts.length, ...saved.attempts)
    for (const { id, attempt, proposal, gainSum, test } of saved.trials) {
      const trial = openTrial(id, attempt, copyProposal(proposal))
      const restored = createBetTest({ level: trial.budget, bound: gainBound }, test)
      trials.set(id, { ...trial, test: restored, gainSum })
    }
    nextVersion = saved.nextVersion
    nextTrial = saved.nextTrial
    nextSequence = saved.nextSequence
    counts.accepted = saved.accepted
    counts.refused = saved.refused
    counts.rolledBack = saved.rolledBack
    counts.violations = saved.violations
    for (const each of saved.records.slice(-maxRecords)) log.push(frozenCopy(each))
  }

  const broken = violated(Object.freeze([base]))
  if (broken !== undefined) throw new RangeError(`the base violates the invariant ${broken}`)
  if (state !== undefined) restore(state)

  return Object.freeze({
    get current() {
      return inForce().state
    },
    get version() {
      return inForce().version
    },
    propose,
    observe,
    withdraw(id: number) {
      notFromInside()
      const trial = trials.get(id)
      if (trial !== undefined) close(trial, { refusal: 'withdrawn', detail: 'by the caller' })
    },
    monitor,
    rollBack,
    versions: () => [...accepted],
    records: () => [...log],
    summary: () => ({
      version: inForce().version,
      versions: accepted.length,
      openTrials: trials.size,
      ...counts,
      displacement: distance(base, inForce().state),
    }),
    save: () => ({
      kind: KIND,
      version: VERSION,
      limits,
      versions: [...accepted],
      nextVersion,
      nextTrial,
      attempts: [...attempts],
      trials: [...trials.values()].map(({ id, attempt, proposal, gainSum, test }) => ({
        id,
        attempt,
        proposal,
        gainSum,
        test: test.save(),
      })),
      pace: pace.save(),
      ...counts,
      records: [...log],
      nextSequence,
      promise: detector.save(),
    }),
  })
}

/** What is thrown may be anything, of any length, and may throw when it is read. */
function textOf(error: unknown): string {
  try {
    return String(error instanceof Error ? error.message : error).slice(0, MAX_WHY)
  } catch {
    return 'what cannot be shown'
  }
}
