import { MidstreamError, SEVERITIES, type Severity } from '@midstream/core'
import { compileMatcher, type Pattern } from '@midstream/matcher'
import { MASKS } from './masks.ts'
import { VALIDATORS } from './validators.ts'

/** One rule of a pack. */
export interface PackPattern {
  /** Unique over all packs in use; findings carry it as their rule: `secret/github-token`. */
  readonly id: string
  readonly title: string
  /** Family of the findings: `pii`, `secret`. */
  readonly category: string
  readonly severity: Severity
  /** In (0, 1]: confidence of a match. */
  readonly confidence: number
  /** Expression in the subset of `@midstream/matcher`. Exactly one of `regex` and `literal` is given. */
  readonly regex?: string
  /** A text that is looked for as it is; in injection packs in the form that the text is read in, as an expression is. */
  readonly literal?: string
  readonly caseInsensitive?: boolean
  /** Character class: the match may not start right after one of it. */
  readonly notAfter?: string
  /** Character class: the match may not end right before one of it. */
  readonly notBefore?: string
  /** Characters that belong to the sentence: they are taken off the end of a match. */
  readonly trimEnd?: string
  /** Name of a check that may reject a match. */
  readonly validator?: string
  /** Name of a check that raises the confidence of a match to `EVIDENCE_CONFIDENCE`. */
  readonly evidence?: string
  /** Name of the mask that makes the replacement. */
  readonly mask: string
  /** Texts that the pattern matches from end to end; at least two. */
  readonly examples: readonly string[]
  /** Texts in which the pattern finds nothing; at least two. */
  readonly counterExamples: readonly string[]
  /** Public description of the format. */
  readonly source?: string
}

/** A named set of patterns. */
export interface Pack {
  readonly name: string
  readonly patterns: readonly PackPattern[]
}

/** Confidence of a match whose checksum holds. */
export const EVIDENCE_CONFIDENCE = 0.99

const PACK_KEYS = ['name', 'patterns']
const PATTERN_KEYS = [
  'id',
  'title',
  'category',
  'severity',
  'confidence',
  'regex',
  'literal',
  'caseInsensitive',
  'notAfter',
  'notBefore',
  'trimEnd',
  'validator',
  'evidence',
  'mask',
  'examples',
  'counterExamples',
  'source',
]
const STRING_KEYS = ['regex', 'literal', 'notAfter', 'notBefore', 'trimEnd', 'source'] as const

function fail(path: string, problem: string, cause?: unknown): never {
  throw new MidstreamError('PACK_INVALID', `pack: ${path} ${problem}`, {
    details: { path },
    ...(cause !== undefined && { cause }),
  })
}

function asRecord(value: unknown, path: string, keys: readonly string[]): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) fail(path, 'must be an object')
  for (const key of Object.keys(value)) if (!keys.includes(key)) fail(`${path}.${key}`, 'is not a known key')
  return value as Readonly<Record<string, unknown>>
}

function asText(value: unknown, path: string): string {
  if (typeof value !== 'string' || value === '') fail(path, 'must be a non-empty string')
  return value
}

function nameIn(value: unknown, path: string, known: Readonly<Record<string, unknown>>): string {
  const name = asText(value, path)
  if (!Object.hasOwn(known, name)) fail(path, `names ${name}; known are ${Object.keys(known).join(', ')}`)
  return name
}

/** An example is a text, or a list of fragments that are joined. */
function asExamples(value: unknown, path: string): string[] {
  if (!Array.isArray(value) || value.length < 2) fail(path, 'must list at least two texts')
  return value.map((entry: unknown, i) => {
    if (!Array.isArray(entry)) return asText(entry, `${path}[${i}]`)
    return asText(
      entry.map((part: unknown, j) => asText(part, `${path}[${i}][${j}]`)).join(''),
      `${path}[${i}]`,
    )
  })
}

function asSeverity(value: unknown, path: string): Severity {
  const severity = SEVERITIES.find((name) => name === value)
  return severity ?? fail(path, `must be one of ${SEVERITIES.join(', ')}`)
}

function asConfidence(value: unknown, path: string): number {
  if (typeof value !== 'number' || !(value > 0 && value <= 1)) fail(path, 'must be a number in (0, 1]')
  return value
}

function compiles(patterns: readonly PackPattern[]): unknown {
  try {
    compileMatcher(patterns.map(toMatcherPattern))
    return undefined
  } catch (error) {
    return error
  }
}

/** Compiles all expressions at once, which is the common case, and one by one only to find the bad one. */
function checkExpressions(patterns: readonly PackPattern[]): void {
  if (compiles(patterns) === undefined) return
  for (const [i, pattern] of patterns.entries()) {
    const error = compiles([pattern])
    if (error === undefined) continue
    // Which of regex, notAfter and notBefore could not be read is told by the cause.
    const field = pattern.regex === undefined ? 'literal' : 'regex'
    fail(`patterns[${i}].${field}`, `cannot be compiled: ${(error as Error).message}`, error)
  }
}

function checkPattern(value: unknown, path: string): PackPattern {
  const raw = asRecord(value, path, PATTERN_KEYS)
  const { caseInsensitive, validator, evidence } = raw
  if (caseInsensitive !== undefined && typeof caseInsensitive !== 'boolean') {
    fail(`${path}.caseInsensitive`, 'must be true or false')
  }
  const texts: Partial<Record<(typeof STRING_KEYS)[number], string>> = {}
  for (const key of STRING_KEYS) {
    if (raw[key] !== undefined) texts[key] = asText(raw[key], `${path}.${key}`)
  }
  const pattern: PackPattern = {
    id: asText(raw['id'], `${path}.id`),
    title: asText(raw['title'], `${path}.title`),
    category: asText(raw['category'], `${path}.category`),
    severity: asSeverity(raw['severity'], `${path}.severity`),
    confidence: asConfidence(raw['confidence'], `${path}.confidence`),
    ...texts,
    ...(caseInsensitive !== undefined && { caseInsensitive }),
    ...(validator !== undefined && { validator: nameIn(validator, `${path}.validator`, VALIDATORS) }),
    ...(evidence !== undefined && { evidence: nameIn(evidence, `${path}.evidence`, VALIDATORS) }),
    mask: nameIn(raw['mask'], `${path}.mask`, MASKS),
    examples: asExamples(raw['examples'], `${path}.examples`),
    counterExamples: asExamples(raw['counterExamples'], `${path}.counterExamples`),
  }
  if ((pattern.regex === undefined) === (pattern.literal === undefined)) {
    fail(path, 'must have exactly one of regex and literal')
  }
  return pattern
}

/** A match without the characters at its end that belong to the sentence. */
export function trimMatch(text: string, { trimEnd }: PackPattern): string {
  if (trimEnd === undefined) return text
  let length = text.length
  while (length > 0 && trimEnd.includes(text[length - 1]!)) length -= 1
  return text.slice(0, length)
}

/** The part of a pattern that the matcher needs. */
export function toMatcherPattern(pattern: PackPattern): Pattern {
  const { id, regex, literal, caseInsensitive, notAfter, notBefore, trimEnd, validator } = pattern
  const check = validator === undefined ? () => true : VALIDATORS[validator]!
  // A match of which nothing is left would be a finding over nothing.
  const passes = (text: string): boolean => text !== '' && check(text)
  const validate =
    trimEnd === undefined && validator === undefined
      ? undefined
      : (text: string) => passes(trimMatch(text, pattern))
  return {
    id,
    ...(regex !== undefined && { regex }),
    ...(literal !== undefined && { literal }),
    ...(caseInsensitive !== undefined && { caseInsensitive }),
    ...(notAfter !== undefined && { notAfter }),
    ...(notBefore !== undefined && { notBefore }),
    ...(validate !== undefined && { validate }),
  }
}

/**
 * Checks data and returns it as a pack. Refused are unknown keys, duplicate ids, expressions that do not
 * compile, unknown severities, validators and masks, and fewer than two examples or counter-examples.
 * Whether the examples match is for the tests of a pack, not a condition of loading it.
 *
 * Throws PACK_INVALID; `details.path` names the place, such as `patterns[3].severity`.
 */
export function loadPack(value: unknown): Pack {
  const pack = readPack(value)
  checkExpressions(pack.patterns)
  return pack
}

/** `loadPack` for data whose expressions are known to compile: saves compiling all of them twice. */
export function readPack(value: unknown): Pack {
  const raw = asRecord(value, 'pack', PACK_KEYS)
  const name = asText(raw['name'], 'name')
  const { patterns } = raw
  if (!Array.isArray(patterns) || patterns.length === 0) fail('patterns', 'must be a non-empty list')
  const checked = patterns.map((pattern: unknown, i) => checkPattern(pattern, `patterns[${i}]`))
  requireUniqueIds(checked, (i) => `patterns[${i}].id`)
  return { name, patterns: checked }
}

/** Throws PACK_INVALID for the first id that occurs twice. */
export function requireUniqueIds(patterns: readonly PackPattern[], path: (index: number) => string): void {
  const seen = new Set<string>()
  for (const [i, { id }] of patterns.entries()) {
    if (seen.has(id)) fail(path(i), `repeats ${id}`)
    seen.add(id)
  }
}
