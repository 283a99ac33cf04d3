import type { BetTestState } from './bet-test.ts'
import type { ChangePaceState } from './change-pace.ts'
import type { SavedState } from './saved-state.ts'
import type { ShiryaevRobertsState } from './shiryaev-roberts.ts'

export type ChangeKind = 'threshold' | 'strategy' | 'rule'

/** A change that somebody wants: the whole next state, and the reason for it. */
export interface Proposal<S> {
  /** Level that proposes, 0 to `maxLevel`. */
  readonly level: number
  readonly kind: ChangeKind
  readonly state: S
  /** Shown in the records; at most 2000 characters are kept. */
  readonly why: string
}

/**
 * Any predicate over the accepted states that led to the one in force, the base first, with the candidate as the last
 * one. A state that was rolled back is not among them, nor one that `maxVersions` made go. A temporal formula is
 * evaluated over this trace; `G(safe)` is `trace.every(safe)`. An invariant that throws is taken as violated.
 */
export interface Invariant<S> {
  readonly name: string
  holds(trace: readonly S[]): boolean
}

export type Refusal =
  | 'disabled'
  | 'level'
  | 'unchanged'
  | 'trial-open'
  | 'invariant'
  | 'trust-step'
  | 'trust-total'
  | 'dwell'
  | 'rate-limit'
  | 'no-evidence'
  | 'superseded'
  | 'withdrawn'

export interface Verdict {
  readonly refusal: Refusal
  /** Which invariant, which limit and which value. */
  readonly detail: string
}

/** What the test of a change had seen when it was decided. */
export interface Evidence {
  readonly observations: number
  readonly meanGain: number
  /** Wealth of the bets against "it does no good". */
  readonly wealth: number
  /** The wealth that this trial needs: one over its part of the error budget. */
  readonly needed: number
}

/** A state that is or was in force. */
export interface Version<S> {
  readonly version: number
  readonly state: S
  /** None for the base. */
  readonly change?: {
    readonly level: number
    readonly kind: ChangeKind
    readonly why: string
    readonly evidence: Evidence
    readonly atMs: number
  }
}

/** One line of the gate's history. */
export interface GateRecord {
  readonly sequence: number
  /** Wall time. */
  readonly atMs: number
  readonly event: 'trial' | 'accepted' | 'refused' | 'rolled-back' | 'promise-broken'
  /** The version in force after the event. */
  readonly version: number
  readonly level?: number
  readonly kind?: ChangeKind
  readonly why?: string
  readonly refusal?: Refusal
  /** Which invariant, which limit and which value. */
  readonly detail?: string
  readonly evidence?: Evidence
}

export interface SavedTrial<S> {
  readonly id: number
  readonly attempt: number
  readonly proposal: Proposal<S>
  readonly gainSum: number
  readonly test: BetTestState
}

export interface ChangeGateState<S> extends SavedState {
  readonly limits: string
  readonly versions: readonly Version<S>[]
  readonly nextVersion: number
  readonly nextTrial: number
  readonly attempts: readonly number[]
  readonly trials: readonly SavedTrial<S>[]
  readonly pace: ChangePaceState
  readonly violations: number
  readonly accepted: number
  readonly refused: number
  readonly rolledBack: number
  readonly records: readonly GateRecord[]
  readonly nextSequence: number
  readonly promise: ShiryaevRobertsState
}
