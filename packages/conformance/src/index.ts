export type { InspectorCheck } from './lib/inspector-check.ts'
export { checkInspector, inspectorChecks } from './lib/inspector-checks.ts'
export type { InspectorSample, InspectorSubject } from './lib/inspector-subject.ts'
export { inspectorConformance } from './lib/inspector-suite.ts'
export type { ProtocolCheck } from './lib/protocol-check.ts'
export type {
  BodyCase,
  GuardSettings,
  ProtocolSubject,
  StreamCase,
  SubjectEvent,
  SubjectReport,
  SubjectSink,
  SubjectStream,
} from './lib/protocol-subject.ts'
export { checkProtocol, protocolChecks, protocolConformance } from './lib/protocol-suite.ts'
export type { ContractRule, LawId, Violation } from './lib/violation.ts'
export { type WordInspectorOptions, wordInspector } from './lib/word-inspector.ts'
