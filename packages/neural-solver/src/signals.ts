export {
  type FitOptions,
  type FitResult,
  fitTemplate,
  type HoleRange,
  type LabelledTrace,
} from './lib/fit.ts'
export { type RobustnessOptions, robustness } from './lib/robustness.ts'
export {
  createRobustnessStream,
  type RobustnessStream,
  type RobustnessStreamOptions,
} from './lib/robustness-stream.ts'
