export {
  createInjectionClassifier,
  type InjectionClassifier,
  type InjectionClassifierOptions,
} from './lib/classifier.ts'
export { decodeModel, type InjectionModel, type ModelHead, type Thresholds } from './lib/classifier-model.ts'
export { type Consensus, consensus, type Vote } from './lib/consensus.ts'
export { stripControls } from './lib/control-characters.ts'
export { defaultPacks } from './lib/default-packs.ts'
export {
  createDetectionMemory,
  type DetectionMemory,
  type DetectionMemoryOptions,
  type LearnContext,
  type RecallOptions,
  type Recollection,
  type TextVerdict,
} from './lib/detection-memory.ts'
export {
  createDetector,
  type Detection,
  type DetectionContext,
  type DetectionReport,
  type Detector,
  type DetectorOptions,
  type DetectorStats,
} from './lib/detector.ts'
export { createTextEmbedder, type TextEmbedder } from './lib/embedder.ts'
export {
  createInjectionInspector,
  type InjectionFinding,
  type InjectionInspector,
  type InjectionInspectorOptions,
  type InjectionScan,
} from './lib/injection-inspector.ts'
export { type InjectionPacks, injectionPacks } from './lib/injection-packs.ts'
export {
  createMitigationLog,
  type MitigationLog,
  type MitigationLogOptions,
  type MitigationScore,
} from './lib/mitigation-log.ts'
export { neutralizeMarkup } from './lib/neutralize-markup.ts'
export { type NormalizedText, normalize } from './lib/normalize.ts'
export { loadPack, type Pack, type PackPattern } from './lib/pack.ts'
export {
  createPatternInspector,
  type PatternInspector,
  type PatternInspectorOptions,
} from './lib/pattern-inspector.ts'
export { createRepetitionCheck, type RepetitionOptions } from './lib/repetition.ts'
export { hasPII, type Sanitized, type SanitizeOptions, sanitize, scan } from './lib/sanitize.ts'
export type { TextClassifier } from './lib/text-classifier.ts'
export type { Disguise } from './lib/text-scan.ts'
export {
  createTrajectoryLog,
  type Trajectory,
  type TrajectoryLog,
  type TrajectoryLogOptions,
  type TrajectoryOutcome,
} from './lib/trajectory-log.ts'
export {
  createVectorMemory,
  type VectorHit,
  type VectorIndex,
  type VectorMemory,
  type VectorMemoryOptions,
  type VectorSearchOptions,
} from './lib/vector-memory.ts'
