import { MidstreamError } from '@midstream/core'
import { compileMatcher, type Matcher, type Pattern } from '@midstream/matcher'
import { foldText } from './fold.ts'
import { foldPattern, squeezePattern } from './fold-pattern.ts'
import { type Pack, type PackPattern, requireUniqueIds, toMatcherPattern } from './pack.ts'
import type { ScanEngine } from './text-scan.ts'

/** A scan engine with the patterns that its matchers number. */
export interface InjectionEngine extends ScanEngine {
  readonly patterns: { readonly plain: readonly PackPattern[]; readonly squeezed: readonly PackPattern[] }
}

export interface EngineOptions {
  readonly plain: readonly Pack[]
  readonly squeezed: readonly Pack[]
  readonly disabled: readonly string[]
  readonly maxDepth: number
  readonly maxDecodedBytes: number
}

/** Longest match in code units of the derived text: positions of that many are kept. */
const MAX_MATCH_UNITS = 1024

/**
 * Patterns with words in between keep many threads alive. In one automaton their states multiply until the tables
 * overflow; in a few automata they do not.
 */
const PATTERNS_PER_SHARD = 32

function translate(pattern: PackPattern, rewrite: (source: string) => string): Pattern {
  const { literal, regex, notAfter, notBefore, ...rest } = toMatcherPattern(pattern)
  return {
    ...rest,
    ...(literal !== undefined && { literal: foldText(literal) }),
    ...(regex !== undefined && { regex: rewrite(regex) }),
    ...(notAfter !== undefined && { notAfter: rewrite(notAfter) }),
    ...(notBefore !== undefined && { notBefore: rewrite(notBefore) }),
  }
}

function compile(patterns: readonly PackPattern[], rewrite: (source: string) => string): Matcher {
  const matcher = compileMatcher(
    patterns.map((pattern) => translate(pattern, rewrite)),
    { patternsPerShard: PATTERNS_PER_SHARD },
  )
  matcher.maxMatchCharsOf.forEach((length, i) => {
    if (length <= MAX_MATCH_UNITS) return
    const problem = `can match ${length} code units, more than ${MAX_MATCH_UNITS}`
    throw new MidstreamError('PACK_INVALID', `pattern ${patterns[i]!.id} ${problem}`, {
      details: { path: patterns[i]!.id },
    })
  })
  return matcher
}

/**
 * Compiles injection packs. Throws PACK_INVALID for an id that occurs twice, for an unknown id in `disabled`,
 * and for a pattern without a longest match or with one above 1024 code units.
 */
export function compileInjectionEngine(options: EngineOptions): InjectionEngine {
  const { disabled, maxDepth, maxDecodedBytes } = options
  const all = [...options.plain, ...options.squeezed].flatMap((pack) => pack.patterns)
  requireUniqueIds(all, (i) => `patterns[${i}].id`)
  const ids = new Set(all.map(({ id }) => id))
  for (const [i, id] of disabled.entries()) {
    if (ids.has(id)) continue
    throw new MidstreamError('PACK_INVALID', `disabled[${i}]: no pack has a pattern ${id}`, {
      details: { path: `disabled[${i}]` },
    })
  }
  const select = (packs: readonly Pack[]): PackPattern[] =>
    packs.flatMap((pack) => pack.patterns.filter(({ id }) => !disabled.includes(id)))
  const plain = select(options.plain)
  const squeezed = select(options.squeezed)
  return {
    patterns: { plain, squeezed },
    plain: compile(plain, foldPattern),
    squeezed: squeezed.length === 0 ? undefined : compile(squeezed, squeezePattern),
    maxDepth,
    maxDecodedBytes,
  }
}
