export { compileMatcher } from './lib/compile.ts'
export type {
  Match,
  Matcher,
  MatcherOptions,
  MatcherSession,
  MatcherSink,
  Pattern,
} from './lib/pattern.ts'
