export { stripControls } from './lib/control-characters.ts'
export { defaultPacks } from './lib/default-packs.ts'
export { neutralizeMarkup } from './lib/neutralize-markup.ts'
export { loadPack, type Pack, type PackPattern } from './lib/pack.ts'
export {
  createPatternInspector,
  type PatternInspector,
  type PatternInspectorOptions,
} from './lib/pattern-inspector.ts'
export { hasPII, type Sanitized, type SanitizeOptions, sanitize, scan } from './lib/sanitize.ts'
