export { type AnalyseOptions, type Analysis, analyseSeries } from './lib/dynamics/analyse.ts'
export { type CorrelationDimension, correlationDimension } from './lib/dynamics/correlation-dimension.ts'
export { estimateDelay, mutualInformation } from './lib/dynamics/delay.ts'
export type { DivergenceCurve } from './lib/dynamics/divergence.ts'
export { embed, type Points, pointsOf } from './lib/dynamics/embedding.ts'
export { type DimensionEstimate, estimateDimension } from './lib/dynamics/embedding-dimension.ts'
export {
  type LyapunovEstimate,
  type LyapunovOptions,
  type LyapunovResult,
  largestLyapunov,
} from './lib/dynamics/lyapunov.ts'
export {
  type FlowSystem,
  flowSpectrum,
  type MapSystem,
  mapSpectrum,
} from './lib/dynamics/lyapunov-spectrum.ts'
export { type OrdinalPatterns, ordinalPatterns } from './lib/dynamics/ordinal.ts'
export {
  quantifyRecurrence,
  type RecurrenceOptions,
  type RecurrenceQuantification,
} from './lib/dynamics/recurrence.ts'
export type { Evidence, Regime } from './lib/dynamics/regime.ts'
export type { ScalingRegion } from './lib/dynamics/scaling-region.ts'
export { type ZeroOneOptions, zeroOneTest } from './lib/dynamics/zero-one-test.ts'
export {
  createRegimeMonitor,
  type RegimeChange,
  type RegimeMonitor,
  type RegimeMonitorOptions,
  type WindowState,
} from './lib/streaming/regime-monitor.ts'
export {
  createLoopDetector,
  type LoopDetector,
  type LoopDetectorOptions,
} from './lib/text/loop-detector.ts'
export type { LoopEvent, LoopKind } from './lib/text/loop-event.ts'
export { createLoopInspector, type LoopInspectorOptions } from './lib/text/loop-inspector.ts'
export {
  createPromptRepetition,
  type PromptRepetition,
  type PromptRepetitionOptions,
} from './lib/text/prompt-repetition.ts'
export { createTrajectory, type Trajectory, type TrajectoryPoint } from './lib/trajectory.ts'
