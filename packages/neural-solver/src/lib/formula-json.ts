import { MidstreamError } from '@midstream/core'
import { type Formula, UNARY_SYMBOLS, type Window } from './formula.ts'
import { OPERATOR_LETTERS } from './lexer.ts'

const COMPARISONS = new Set<unknown>(['==', '!=', '<', '<=', '>', '>='])
const WINDOWED = new Set([
  'eventually',
  'always',
  'once',
  'historically',
  'until',
  'weakUntil',
  'release',
  'since',
])
const BINARY = new Set(['and', 'or', 'implies', 'iff', 'until', 'weakUntil', 'release', 'since'])
const FIELD = /^[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_0-9]+)*$/
/** What the written language takes for something else. */
const RESERVED = new RegExp(`^(?:true|false|[${OPERATOR_LETTERS}])$`)
/** What can stand between slashes, each slash escaped. */
const PATTERN = /^(?:[^\\]|\\[^/])*$/s
const MAX_DEPTH = 1000

/**
 * Checks data that claims to be a formula (parsed JSON) and returns a clean copy. Unknown keys are refused.
 *
 * @throws MidstreamError FORMULA_SYNTAX with `details.path`, a JSON pointer.
 */
export function formulaFromJson(value: unknown): Formula {
  return read(value, '', 0)
}

function fail(path: string, message: string): never {
  throw new MidstreamError(
    'FORMULA_SYNTAX',
    `not a formula at ${path === '' ? 'the top' : path}: ${message}`,
    {
      details: { path },
    },
  )
}

function read(value: unknown, path: string, depth: number): Formula {
  if (depth > MAX_DEPTH) fail(path, `nesting deeper than ${MAX_DEPTH}`)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) fail(path, 'expected an object')
  const record = value as Readonly<Record<string, unknown>>
  const op = record['op']
  const keys = (...allowed: string[]): void => {
    for (const key of Object.keys(record))
      if (key !== 'op' && !allowed.includes(key)) fail(`${path}/${key}`, 'unknown key')
  }
  const field = (): string => {
    const name = record['field']
    if (typeof name !== 'string' || !FIELD.test(name)) return fail(`${path}/field`, 'expected a field path')
    if (RESERVED.test(name)) return fail(`${path}/field`, `"${name}" cannot name a field`)
    return name
  }
  if (typeof op !== 'string') return fail(`${path}/op`, 'expected a text')
  if (op === 'true' || op === 'false') {
    keys()
    return { op }
  }
  if (op === 'field') {
    keys('field')
    return { op, field: field() }
  }
  if (op === 'match') {
    keys('field', 'pattern')
    const pattern = record['pattern']
    if (typeof pattern !== 'string' || pattern === '') return fail(`${path}/pattern`, 'expected a text')
    if (!PATTERN.test(pattern))
      return fail(`${path}/pattern`, 'a backslash before a slash or at the end cannot be written')
    return { op, field: field(), pattern }
  }
  if (op === 'compare') {
    keys('field', 'is', 'value')
    const { is, value: operand } = record as { is?: unknown; value?: unknown }
    if (!COMPARISONS.has(is)) return fail(`${path}/is`, 'expected a comparison')
    const ordered = is !== '==' && is !== '!='
    const fits =
      Number.isFinite(operand) || (!ordered && (typeof operand === 'string' || typeof operand === 'boolean'))
    if (!fits) return fail(`${path}/value`, 'expected a finite number, or a text or boolean for == and !=')
    return { op: 'compare', field: field(), is: is as '==', value: operand as number }
  }
  const window =
    WINDOWED.has(op) && record['window'] !== undefined
      ? readWindow(record['window'], `${path}/window`)
      : undefined
  const extra = window === undefined ? {} : { window }
  if (Object.hasOwn(UNARY_SYMBOLS, op)) {
    keys('arg', ...(WINDOWED.has(op) ? ['window'] : []))
    return { op: op as 'always', arg: read(record['arg'], `${path}/arg`, depth + 1), ...extra }
  }
  if (!BINARY.has(op)) return fail(`${path}/op`, `unknown operator "${op}"`)
  keys('left', 'right', ...(WINDOWED.has(op) ? ['window'] : []))
  const left = read(record['left'], `${path}/left`, depth + 1)
  const right = read(record['right'], `${path}/right`, depth + 1)
  return { op: op as 'until', left, right, ...extra }
}

function readWindow(value: unknown, path: string): Window {
  if (typeof value !== 'object' || value === null) return fail(path, 'expected an object')
  const { unit, min, max, ...rest } = value as Record<string, unknown>
  if (Object.keys(rest).length > 0) return fail(`${path}/${Object.keys(rest)[0]}`, 'unknown key')
  if (unit !== 'steps' && unit !== 'ms') return fail(`${path}/unit`, 'expected "steps" or "ms"')
  const bound = (x: unknown): x is number =>
    typeof x === 'number' && Number.isFinite(x) && x >= 0 && (unit === 'ms' || Number.isInteger(x))
  if (!bound(min)) return fail(`${path}/min`, 'expected a bound')
  if (max === undefined) return { unit, min }
  if (!bound(max) || max < min) return fail(`${path}/max`, 'expected a bound of at least min')
  return { unit, min, max }
}
