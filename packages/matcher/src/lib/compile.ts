import { MidstreamError } from '@midstream/core'
import { buildLiteralAutomaton } from './aho-corasick.ts'
import { caseVariants, closeUnderCase } from './case-fold.ts'
import type { ExpressionShard, LanePattern } from './expression-lane.ts'
import { checkExpression, maxLength } from './expression-size.ts'
import { createLazyDfa, MAX_TABLE_BYTES } from './lazy-dfa.ts'
import type { LaneLiteral, LiteralShard } from './literal-lane.ts'
import { buildProgram, type ExpressionSpec } from './nfa.ts'
import type { Match, Matcher, MatcherOptions, Pattern } from './pattern.ts'
import { parseCharacterClass, parseRegex, type RegexNode } from './regex-syntax.ts'
import { createSessions } from './session.ts'
import { isWide } from './shards.ts'
import { createStepper } from './thread-step.ts'

const DEFAULT_MAX_HOLD_CHARS = 8192
const DEFAULT_PATTERNS_PER_SHARD = 256
/** Keeps instruction numbers of a shard small and its states comparable. */
const MAX_SHARD_INSTRUCTIONS = 250_000

interface Compiled {
  readonly index: number
  readonly pattern: Pattern
  readonly maxLength: number
  /** Of its automaton, at most. */
  readonly instructions: number
  /** Undefined for a literal that needs no regular expression. */
  readonly spec: ExpressionSpec | undefined
}

/**
 * Compiles patterns into automata that all sessions share. Lazily built tables grow to `maxTableBytes` for each
 * automaton and are then rebuilt. O(total size of the patterns).
 *
 * @throws MidstreamError PATTERN_SYNTAX, PATTERN_UNSUPPORTED (with `details.position`) or PATTERN_TOO_LARGE.
 * @throws TypeError when a pattern has not exactly one of `regex` and `literal`; RangeError for a bad option.
 */
export function compileMatcher(patterns: readonly Pattern[], options: MatcherOptions = {}): Matcher {
  const maxHoldChars = option('maxHoldChars', options.maxHoldChars ?? DEFAULT_MAX_HOLD_CHARS)
  const maxTableBytes = option('maxTableBytes', options.maxTableBytes ?? MAX_TABLE_BYTES)
  const perShard = option('patternsPerShard', options.patternsPerShard ?? DEFAULT_PATTERNS_PER_SHARD)

  const compiled = patterns.map((pattern, index) => compilePattern(pattern, index, maxHoldChars))
  const plain = compiled.filter((c) => c.spec === undefined)
  const literalShards = [false, true].flatMap((ignoreCase) =>
    literalShardsOf(
      plain.filter((c) => (c.pattern.caseInsensitive ?? false) === ignoreCase),
      ignoreCase,
      maxTableBytes,
    ),
  )
  const narrow: Compiled[] = []
  const wide: Compiled[] = []
  for (const c of compiled) {
    if (c.spec !== undefined) (isWide(c.spec.node) ? wide : narrow).push(c)
  }
  const expressionShards = [narrow, wide]
    .flatMap((kind) => groupExpressions(kind, perShard))
    .map((group) => expressionShardOf(group, maxHoldChars, maxTableBytes))
  const maxMatchCharsOf = compiled.map((c) => c.maxLength)

  const open = createSessions(literalShards, expressionShards)

  return {
    patterns,
    maxMatchChars: maxMatchCharsOf.reduce((a, b) => Math.max(a, b), 0),
    maxMatchCharsOf,
    open,
    scan(text) {
      const matches: Match[] = []
      const session = open({
        match: (match) => matches.push(match),
        overflow(patternId, start) {
          throw new MidstreamError(
            'HOLD_LIMIT',
            `pattern ${patternId} grew past ${maxHoldChars} code units`,
            {
              details: { pattern: patternId, start, limit: maxHoldChars },
            },
          )
        },
      })
      session.push(text)
      session.end()
      return matches
    },
  }
}

function option(name: string, value: number): number {
  if (!Number.isInteger(value) || value < 1) {
    throw new RangeError(`${name} must be a positive integer, got ${value}`)
  }
  return value
}

function compilePattern(pattern: Pattern, index: number, maxHoldChars: number): Compiled {
  const { id, regex, literal, notAfter, notBefore } = pattern
  const ignoreCase = pattern.caseInsensitive ?? false
  if ((regex === undefined) === (literal === undefined)) {
    throw new TypeError(`pattern ${id} needs exactly one of regex and literal`)
  }
  const node = regex === undefined ? literalNode(literal!, ignoreCase, id) : parseRegex(regex, ignoreCase, id)
  const instructions = checkExpression(node, id, maxHoldChars)
  const plain =
    literal !== undefined &&
    notAfter === undefined &&
    notBefore === undefined &&
    !(ignoreCase && /[\ud800-\udfff]/.test(literal))
  return {
    index,
    pattern,
    maxLength: literal !== undefined ? literal.length : maxLength(node),
    instructions,
    spec: plain
      ? undefined
      : {
          name: id,
          node,
          notAfter: notAfter === undefined ? undefined : parseCharacterClass(notAfter, ignoreCase, id),
          notBefore: notBefore === undefined ? undefined : parseCharacterClass(notBefore, ignoreCase, id),
        },
  }
}

function literalNode(literal: string, ignoreCase: boolean, id: string): RegexNode {
  if (/\p{Surrogate}/u.test(literal)) {
    throw new MidstreamError('PATTERN_UNSUPPORTED', `pattern ${id}: literal with a lone surrogate`, {
      details: { pattern: id, position: 0 },
    })
  }
  const items = Array.from(literal, (char): RegexNode => {
    const cp = char.codePointAt(0)!
    return { type: 'set', set: ignoreCase ? closeUnderCase([cp, cp]) : [cp, cp] }
  })
  return { type: 'sequence', items }
}

function literalShardsOf(
  plain: readonly Compiled[],
  ignoreCase: boolean,
  maxTableBytes: number,
): LiteralShard[] {
  // A table never has more rows than code units plus one, nor more columns than distinct code units plus two.
  const groups: Compiled[][] = []
  let units = new Set<string>()
  let length = 0
  for (const c of plain) {
    const literal = c.pattern.literal!
    for (const unit of literal) units.add(unit)
    length += literal.length
    if (groups.length === 0 || (length + 1) * (units.size + 2) * 4 > maxTableBytes) {
      groups.push([])
      units = new Set(literal)
      length = literal.length
    }
    groups[groups.length - 1]!.push(c)
  }
  const variants = (unit: number): readonly number[] =>
    ignoreCase ? caseVariants(unit).filter((v) => v <= 0xffff) : [unit]
  return groups.map((group) => ({
    automaton: buildLiteralAutomaton(
      group.map((c) => c.pattern.literal!),
      variants,
    ),
    literals: group.map(
      (c): LaneLiteral => ({
        index: c.index,
        id: c.pattern.id,
        length: c.maxLength,
        validate: c.pattern.validate,
      }),
    ),
  }))
}

function groupExpressions(compiled: readonly Compiled[], perShard: number): Compiled[][] {
  const groups: Compiled[][] = []
  let instructions = 0
  for (const c of compiled) {
    const needed = c.instructions + 3
    const last = groups[groups.length - 1]
    if (last === undefined || last.length >= perShard || instructions + needed > MAX_SHARD_INSTRUCTIONS) {
      groups.push([c])
      instructions = needed
    } else {
      last.push(c)
      instructions += needed
    }
  }
  return groups
}

function expressionShardOf(
  group: readonly Compiled[],
  maxHoldChars: number,
  maxTableBytes: number,
): ExpressionShard {
  const program = buildProgram(group.map((c) => c.spec!))
  const stepper = createStepper(program)
  const classes = program.alphabet.size + 1
  return {
    program,
    stepper,
    search: createLazyDfa(stepper, classes, maxTableBytes, true),
    anchored: createLazyDfa(stepper, classes, maxTableBytes, false),
    patterns: group.map(
      (c): LanePattern => ({
        index: c.index,
        id: c.pattern.id,
        maxLength: c.maxLength,
        validate: c.pattern.validate,
      }),
    ),
    maxHoldChars,
    beginnings: [],
    first: undefined,
  }
}
