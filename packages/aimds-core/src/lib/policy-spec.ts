import {
  ACTIONS,
  type Action,
  type ChannelKind,
  MidstreamError,
  type Provenance,
  SEVERITIES,
  type Severity,
} from '@midstream/core'
import { CATEGORIES, type Category, isCategory } from './taxonomy.ts'

/** One line of a policy. Every condition that is given must hold; a rule without conditions always matches. */
export interface PolicyRule {
  /** Id of the finding's rule, `*` for any text: `secret/*`, `pii/email`. @default any */
  readonly rule?: string
  /** @default any */
  readonly category?: Category
  /** @default any */
  readonly channel?: readonly ChannelKind[]
  /** Who wrote the text. @default any */
  readonly provenance?: readonly Provenance[]
  /** Lowest severity that matches. @default info */
  readonly minSeverity?: Severity
  /** Lowest confidence that matches, in [0, 1]. @default 0 */
  readonly minConfidence?: number
  readonly action: Action
}

/** A policy as data. Rules are read from top to bottom and the first that matches a finding decides. */
export interface PolicySpec {
  readonly rules: readonly PolicyRule[]
  /** What happens to a finding that no rule matches. */
  readonly default: Action
}

const CHANNEL_KINDS: Readonly<Record<ChannelKind, true>> = {
  content: true,
  reasoning: true,
  refusal: true,
  'tool-input': true,
  other: true,
  system: true,
  user: true,
  assistant: true,
  'tool-result': true,
}
const PROVENANCES: Readonly<Record<Provenance, true>> = {
  user: true,
  operator: true,
  model: true,
  tool: true,
}
const RULE_KEYS = [
  'rule',
  'category',
  'channel',
  'provenance',
  'minSeverity',
  'minConfidence',
  'action',
] as const

function fail(path: string, problem: string): never {
  const place = path === '' ? '' : `${path} `
  throw new MidstreamError('CONFIG_INVALID', `policy: ${place}${problem}`, { details: { path } })
}

function asRecord(value: unknown, path: string, keys: readonly string[]): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) fail(path, 'must be an object')
  for (const key of Object.keys(value)) {
    if (!keys.includes(key)) fail(path === '' ? key : `${path}.${key}`, 'is not a known key')
  }
  // A copy, so that nothing is read from a prototype.
  return { ...value }
}

function oneOf<T extends string>(value: unknown, path: string, allowed: readonly T[]): T {
  if (typeof value !== 'string' || !(allowed as readonly string[]).includes(value)) {
    fail(path, `must be one of ${allowed.join(', ')}`)
  }
  return value as T
}

function listOf<T extends string>(value: unknown, path: string, allowed: Readonly<Record<T, true>>): T[] {
  if (!Array.isArray(value) || value.length === 0) fail(path, 'must be a non-empty list')
  const names = Object.keys(allowed) as T[]
  // Unlike map, this meets the holes of a list too.
  return Array.from(value, (entry: unknown, i) => oneOf(entry, `${path}[${i}]`, names))
}

function checkRule(value: unknown, path: string): PolicyRule {
  const rule = asRecord(value, path, RULE_KEYS)
  const { rule: glob, category, channel, provenance, minSeverity, minConfidence } = rule
  if (glob !== undefined && (typeof glob !== 'string' || glob === '')) {
    fail(`${path}.rule`, 'must be a non-empty string')
  }
  // A misspelt category would never match and silently protect nothing.
  if (category !== undefined && (typeof category !== 'string' || !isCategory(category))) {
    fail(
      `${path}.category`,
      `must be one of ${Object.keys(CATEGORIES).join(', ')}; for others use rule: "name/*"`,
    )
  }
  if (
    minConfidence !== undefined &&
    !(typeof minConfidence === 'number' && minConfidence >= 0 && minConfidence <= 1)
  ) {
    fail(`${path}.minConfidence`, 'must be a number from 0 to 1')
  }
  return {
    ...(glob !== undefined && { rule: glob as string }),
    ...(category !== undefined && { category: category as Category }),
    ...(channel !== undefined && { channel: listOf(channel, `${path}.channel`, CHANNEL_KINDS) }),
    ...(provenance !== undefined && {
      provenance: listOf(provenance, `${path}.provenance`, PROVENANCES),
    }),
    ...(minSeverity !== undefined && {
      minSeverity: oneOf(minSeverity, `${path}.minSeverity`, SEVERITIES),
    }),
    ...(minConfidence !== undefined && { minConfidence: minConfidence as number }),
    action: oneOf(rule['action'], `${path}.action`, ACTIONS),
  }
}

/**
 * Checks data that came from a file or a caller and returns a copy of it as a policy. Unknown keys are
 * refused. Throws CONFIG_INVALID; `details.path` names the place, such as `rules[2].action`.
 */
export function parsePolicySpec(value: unknown): PolicySpec {
  const spec = asRecord(value, '', ['rules', 'default'])
  const { rules } = spec
  if (!Array.isArray(rules)) fail('rules', 'must be a list')
  return {
    rules: Array.from(rules, (rule: unknown, i) => checkRule(rule, `rules[${i}]`)),
    default: oneOf(spec['default'], 'default', ACTIONS),
  }
}

/** One plain sentence per rule, in the order in which they are tried, and one for the default. */
export function describePolicy(spec: PolicySpec): string[] {
  const lines = spec.rules.map((rule, i) => {
    const parts = [rule.category === undefined ? 'any finding' : `${rule.category} findings`]
    if (rule.rule !== undefined) parts.push(`of rule ${rule.rule}`)
    if (rule.channel !== undefined) parts.push(`in ${rule.channel.join(', ')}`)
    if (rule.provenance !== undefined) parts.push(`written by ${rule.provenance.join(' or ')}`)
    if (rule.minSeverity !== undefined) parts.push(`of severity ${rule.minSeverity} or higher`)
    if (rule.minConfidence !== undefined) parts.push(`with confidence ${rule.minConfidence} or more`)
    return `${i + 1}. ${parts.join(' ')}: ${rule.action}`
  })
  return [...lines, `otherwise: ${spec.default}`]
}
