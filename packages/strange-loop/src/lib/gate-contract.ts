import type { Clock } from '@midstream/core'
import type { ChangeGateState, GateRecord, Invariant, Proposal, Refusal, Version } from './change-record.ts'

export interface ChangeGateOptions<S> {
  /** The state that people verified. Plain data: it is copied and frozen. */
  readonly base: S
  readonly invariants: readonly Invariant<S>[]
  /** How far two states are apart: a metric, so symmetric and with the triangle inequality. */
  distance(a: S, b: S): number
  readonly clock: Clock
  /** False: every proposal is refused, and no trial of a restored state ends in a change. Default true. */
  readonly enabled?: boolean
  /** Probability of ever accepting a change that does no good, over the whole life. Default 0.05. */
  readonly delta?: number
  /** Deepest level that may propose, 0 to 25. Default 25. */
  readonly maxLevel?: number
  /** A step of level l is at most trustRadius * 2^-l; no state is farther than 2 * trustRadius from the base. */
  readonly trustRadius: number
  /** Gains are in [-gainBound, gainBound]. Default 1. */
  readonly gainBound?: number
  /** A trial that has not convinced by then is refused. Default 5000 observations. */
  readonly maxObservations?: number
  /** Time that must pass after a change or a roll-back before the next change. Default 60,000 ms. */
  readonly dwellMs?: number
  /** Most changes in a cycle, and its length. Default 5 in 3,600,000 ms. */
  readonly maxChangesPerCycle?: number
  readonly cycleMs?: number
  /** What `monitor` watches. Default: bad events at a rate of at most 0.01, false alarms every 10,000 or more. */
  readonly promise?: { readonly maxRate: number; readonly runLength: number }
  /** Accepted states that are kept for roll-back, the base besides. Default 64; the oldest make room. */
  readonly maxVersions?: number
  /** Records that are kept. Default 256; the oldest make room. */
  readonly maxRecords?: number
}

export type ProposalOutcome =
  | { readonly outcome: 'trial'; readonly trial: number; readonly needed: number }
  | { readonly outcome: 'refused'; readonly refusal: Refusal; readonly detail: string }

/** `closed`: it was decided before. */
export type TrialStatus = 'open' | 'accepted' | 'refused' | 'closed'

export interface GateSummary {
  readonly version: number
  readonly versions: number
  readonly openTrials: number
  readonly accepted: number
  readonly refused: number
  readonly rolledBack: number
  /** Proposals that an invariant stopped. */
  readonly violations: number
  /** Distance of the state in force from the base. */
  readonly displacement: number
}

export interface ChangeGate<S> {
  /** The state in force, frozen. Read it again for each decision. */
  readonly current: S
  readonly version: number
  /**
   * Asks for a change. It starts a trial when nothing forbids it; only `observe` can make the change.
   *
   * @throws MidstreamError MODIFICATION_INVALID when the gate is disabled, MAX_DEPTH_EXCEEDED for a deeper level
   * than `maxLevel`. Both are recorded as refusals too.
   */
  propose(proposal: Proposal<S>): ProposalOutcome
  /**
   * Adds to a trial what the proposed state would have gained over the state in force on one outcome, measured in
   * shadow or on held-back data. The change is made as soon as the evidence is complete, if the invariants, the
   * trust region and the pace still allow it.
   */
  observe(trial: number, gain: number): TrialStatus
  withdraw(trial: number): void
  /**
   * Watches the promise on live outcomes: `bad` is a false positive, for example. When the promise is broken, the
   * last accepted change is rolled back; at the base there is nothing left to roll back.
   */
  monitor(bad: boolean): 'kept' | 'rolled-back' | 'broken-at-base'
  /**
   * Goes back to the state before the last accepted change, exactly; to the newest older one that is kept when
   * `maxVersions` made that one go, at last to the base. False at the base.
   */
  rollBack(why: string): boolean
  versions(): readonly Version<S>[]
  records(): readonly GateRecord[]
  summary(): GateSummary
  save(): ChangeGateState<S>
}
