import { MidstreamError } from '@midstream/core'
import { compileMatcher, type Matcher, type Pattern } from '@midstream/matcher'
import { foldPattern, squeezePattern } from './fold-pattern.ts'
import { createNormalizer } from './normalize.ts'
import { type Pack, type PackPattern, requireUniqueIds, toMatcherPattern } from './pack.ts'
import { createSqueezer } from './squeeze.ts'
import type { ScanEngine } from './text-scan.ts'
import { createUnitBuffer, textOf } from './unit-buffer.ts'

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

function squeezeText(text: string): string {
  const units = createUnitBuffer(text.length + 16)
  const normalizer = createNormalizer()
  normalizer.push(text, 0, text.length, 0, units)
  normalizer.end(units)
  const letters = createUnitBuffer(text.length + 16)
  const squeezer = createSqueezer()
  squeezer.push(units, letters)
  squeezer.end(letters)
  return textOf(letters)
}

/** How what a pack says is written in the form of a text that a matcher reads. */
interface Form {
  readonly expression: (source: string) => string
  readonly literal: (text: string) => Pick<Pattern, 'regex' | 'literal'>
}

const PLAIN: Form = {
  expression: foldPattern,
  // A blank stands for one to three separators here too.
  literal(text) {
    const escaped = text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
    return { regex: foldPattern(escaped.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase())) }
  },
}

const SQUEEZED: Form = {
  expression: squeezePattern,
  literal: (text) => ({ literal: squeezeText(text) }),
}

function translate(pattern: PackPattern, { expression: rewrite, literal: write }: Form): Pattern {
  const { literal, regex, notAfter, notBefore, ...rest } = toMatcherPattern(pattern)
  return {
    ...rest,
    ...(literal !== undefined && write(literal)),
    ...(regex !== undefined && { regex: rewrite(regex) }),
    ...(notAfter !== undefined && { notAfter: rewrite(notAfter) }),
    ...(notBefore !== undefined && { notBefore: rewrite(notBefore) }),
  }
}

function compile(patterns: readonly PackPattern[], form: Form): Matcher {
  const matcher = compileMatcher(
    patterns.map((pattern) => translate(pattern, form)),
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
    plain: compile(plain, PLAIN),
    squeezed: squeezed.length === 0 ? undefined : compile(squeezed, SQUEEZED),
    maxDepth,
    maxDecodedBytes,
  }
}
