export {
  type Algorithm,
  type Analysis,
  analyze,
  type CacheStats,
  type Comparer,
  type ComparerOptions,
  createComparer,
} from './lib/comparer.ts'
export { alignmentDistance, damerauDistance } from './lib/damerau.ts'
export { estimateDerivative } from './lib/derivative.ts'
export { alignDtw, createDtw, type Dtw, type DtwSequence, dtw, type OpenEndMatch } from './lib/dtw.ts'
export type { DtwCost, DtwOptions } from './lib/dtw-options.ts'
export type { DtwAlignment } from './lib/dtw-path.ts'
export { type Envelope, envelope } from './lib/envelope.ts'
export { type FindSimilarOptions, findSimilar, type SimilarPiece } from './lib/find-similar.ts'
export { type FuzzyPattern, type FuzzyPatternOptions, fuzzyPatterns } from './lib/fuzzy-patterns.ts'
export {
  type CommonSubsequence,
  type LcsOptions,
  lcsLength,
  longestCommonSubsequence,
} from './lib/lcs.ts'
export { type EditOptions, editDistance } from './lib/levenshtein.ts'
export { createLowerBounds, type LowerBoundOptions, type LowerBounds } from './lib/lower-bounds.ts'
export { type MatrixProfile, type MatrixProfileOptions, matrixProfile } from './lib/matrix-profile.ts'
export {
  createMatrixProfile,
  type MatrixProfileSnapshot,
  type MatrixProfileStream,
  type MatrixProfileStreamOptions,
  type ProfileEntry,
} from './lib/matrix-profile-stream.ts'
export { type NearestOptions, type NearestResult, nearestSequence } from './lib/nearest.ts'
export {
  type RecurringPattern,
  type RecurringPatternOptions,
  recurringPatterns,
} from './lib/recurring-patterns.ts'
export type { NumericSequence } from './lib/sequence.ts'
export { correlation, euclideanDistance, jaccardIndex, similarity } from './lib/similarity.ts'
export { createSpring, type Spring, type SpringMatch, type SpringOptions } from './lib/spring.ts'
export {
  createSubsequenceSearch,
  type NearestSubsequence,
  type SearchCounts,
  type SubsequenceSearch,
  type SubsequenceSearchOptions,
} from './lib/subsequence-search.ts'
export type { SymbolSequence } from './lib/symbols.ts'
