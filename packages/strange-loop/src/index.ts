// Level 0: what learns from outcomes.

// Drift and calibration.
export { type AdwinOptions, type AdwinState, createAdwin } from './lib/adwin.ts'
// The gate before changes, and the tests it rests on.
export { type BetTest, type BetTestOptions, type BetTestState, createBetTest } from './lib/bet-test.ts'
export { createChangeGate } from './lib/change-gate.ts'
export type { ChangePaceState } from './lib/change-pace.ts'
export type {
  ChangeGateState,
  ChangeKind,
  Evidence,
  GateRecord,
  Invariant,
  Proposal,
  Refusal,
  SavedTrial,
  Version,
} from './lib/change-record.ts'
export {
  type ConfidenceSequence,
  type ConfidenceSequenceOptions,
  type ConfidenceSequenceState,
  createConfidenceSequence,
  type Interval,
} from './lib/confidence-sequence.ts'
export {
  type ArmEstimate,
  type ContextualBandit,
  type ContextualBanditOptions,
  type ContextualBanditState,
  createContextualBandit,
} from './lib/contextual-bandit.ts'
export { errorBudget } from './lib/error-budget.ts'
export type {
  ChangeGate,
  ChangeGateOptions,
  GateSummary,
  ProposalOutcome,
  TrialStatus,
} from './lib/gate-contract.ts'
export { createHedge, type Hedge, type HedgeOptions, type HedgeState } from './lib/hedge.ts'
export { checkLearningSetting, DEFAULT_BANDIT_SETTING, type LearningSetting } from './lib/learning-setting.ts'
export {
  createPageHinkley,
  type DriftDetector,
  type PageHinkleyOptions,
  type PageHinkleyState,
} from './lib/page-hinkley.ts'
export type { SavedState } from './lib/saved-state.ts'
// Level 1 and up: what learns how the level below learns.
export {
  createSelfTuningBandit,
  type SelfTuningBandit,
  type SelfTuningBanditOptions,
  type SelfTuningBanditState,
} from './lib/self-tuning-bandit.ts'
export {
  createShiryaevRoberts,
  type ShiryaevRoberts,
  type ShiryaevRobertsOptions,
  type ShiryaevRobertsState,
} from './lib/shiryaev-roberts.ts'
export {
  createStrategyMemory,
  type Pattern,
  type StrategyMemory,
  type StrategyMemoryOptions,
  type StrategyMemoryState,
  type StrategyMemorySummary,
} from './lib/strategy-memory.ts'
export {
  createThresholdCalibrator,
  type ThresholdCalibrator,
  type ThresholdCalibratorOptions,
  type ThresholdCalibratorState,
} from './lib/threshold-calibrator.ts'
export {
  createTuningLevels,
  DEFAULT_TUNING,
  type LevelReport,
  type TuningLevels,
  type TuningLevelsOptions,
  type TuningLevelsState,
} from './lib/tuning-levels.ts'
