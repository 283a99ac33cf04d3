import {
  type Atom,
  argumentsOf,
  BINARY_SYMBOLS,
  type BinaryOperator,
  type Comparison,
  type Formula,
  UNARY_SYMBOLS,
  type UnaryOperator,
  type Window,
  type WindowedBinaryOperator,
  type WindowedUnaryOperator,
} from './formula.ts'
import { syntaxError, type Token, tokenize } from './lexer.ts'
import { PATTERN_NAMES, PATTERN_SCOPES, patternTemplate } from './patterns.ts'

/** A named formula with parameters: `macros: { paid: { params: ['x'], body: 'O (x & approved)' } }`. */
export interface Macro {
  readonly params: readonly string[]
  readonly body: string
}

export interface ParseOptions {
  /** Formulas that the text may use by name, with arguments. They may use each other, without recursion. */
  readonly macros?: Readonly<Record<string, Macro>>
  /** Numbers for the holes `$name` of a template, in the place of thresholds and bounds of windows. */
  readonly holes?: Readonly<Record<string, number>>
}

const PREFIX = new Map(Object.entries(UNARY_SYMBOLS).map(([op, symbol]) => [symbol, op]))
const TEMPORAL_INFIX = new Map(
  Object.entries(BINARY_SYMBOLS)
    .filter(([, symbol]) => /[A-Z]/.test(symbol))
    .map(([op, symbol]) => [symbol, op as WindowedBinaryOperator]),
)
const WINDOWED = new Set(['F', 'G', 'O', 'H', 'U', 'W', 'R', 'S'])
const COMPARISONS = new Set(['==', '!=', '<', '<=', '>', '>='])
const UNITS = new Map([
  ['ms', 1],
  ['s', 1000],
  ['min', 60_000],
  ['h', 3_600_000],
])
/** Deeper nesting is refused: the parser recurses. */
const MAX_DEPTH = 500
/** Deeper formulas, as long chains of `&` and nested macros make them, too: everything after the parser recurses. */
const MAX_FORMULA_DEPTH = 1000
/** Nodes of the formula, macros expanded. A macro that doubles its argument ten times over would pass any depth. */
const MAX_NODES = 20_000

interface Scope {
  readonly holes: Readonly<Record<string, number>>
  readonly macros: Readonly<Record<string, Macro>>
  readonly bindings: ReadonlyMap<string, Formula>
  readonly open: ReadonlySet<string>
  readonly budget: { nodes: number }
}

/**
 * Reads a formula. Precedence from tight to loose: `!` and prefix operators; `U W R S` (right to left); `&`; `|`;
 * `->` (right to left); `<->`. Linear in the text.
 *
 * @throws MidstreamError FORMULA_SYNTAX with `details.position` (UTF-16 code units) and `details.hint`.
 */
export function parseFormula(source: string, options: ParseOptions = {}): Formula {
  return parseIn(source, {
    macros: options.macros ?? {},
    holes: options.holes ?? {},
    bindings: new Map(),
    open: new Set(),
    budget: { nodes: MAX_NODES },
  })
}

function parseIn(source: string, scope: Scope): Formula {
  const tokens = tokenize(source)
  let at = 0
  let depth = 0

  const peek = (): Token => tokens[at]!
  const isSymbol = (...texts: string[]): boolean => peek().kind === 'symbol' && texts.includes(peek().text)
  const fail = (token: Token, message: string, hint: string): never => {
    throw syntaxError(source, token.position, message, hint)
  }

  function expectSymbol(text: string, hint: string): void {
    if (!isSymbol(text)) fail(peek(), `expected "${text}"`, hint)
    at++
  }

  function node<T extends Formula>(formula: T): T {
    if (--scope.budget.nodes < 0) fail(peek(), `more than ${MAX_NODES} operators`, 'Split the formula.')
    if (measure(formula).depth > MAX_FORMULA_DEPTH)
      fail(peek(), `operators deeper than ${MAX_FORMULA_DEPTH}`, 'Split the formula.')
    return formula
  }

  /** An operand that a macro repeats counts each time. */
  function counted(formula: Formula, token: Token): Formula {
    scope.budget.nodes -= measure(formula).size
    if (scope.budget.nodes < 0) fail(token, `more than ${MAX_NODES} operators`, 'Split the formula.')
    return formula
  }

  function infix(
    symbols: readonly string[],
    op: BinaryOperator,
    operand: () => Formula,
    rightToLeft: boolean,
  ): Formula {
    const operands = [operand()]
    while (isSymbol(...symbols)) {
      at++
      operands.push(operand())
    }
    return rightToLeft
      ? operands.reduceRight((right, left) => node({ op, left, right }))
      : operands.reduce((left, right) => node({ op, left, right }))
  }

  const iff = (): Formula => infix(['<->', '<=>'], 'iff', implies, false)
  const implies = (): Formula => infix(['->', '=>'], 'implies', or, true)
  const or = (): Formula => infix(['|', '||'], 'or', and, false)
  const and = (): Formula => infix(['&', '&&'], 'and', temporal, false)

  function temporal(): Formula {
    const left = unary()
    const op = peek().kind === 'operator' ? TEMPORAL_INFIX.get(peek().text) : undefined
    if (op === undefined) return left
    at++
    const window = readWindow(tokens[at - 1]!)
    deeper()
    const right = temporal()
    depth--
    return node(window === undefined ? { op, left, right } : { op, left, right, window })
  }

  function deeper(): void {
    if (++depth > MAX_DEPTH) fail(peek(), `nesting deeper than ${MAX_DEPTH}`, 'Split the formula.')
  }

  function unary(): Formula {
    const token = peek()
    const op = isSymbol('!') || token.kind === 'operator' ? PREFIX.get(token.text) : undefined
    if (op === undefined) return primary()
    at++
    const window = readWindow(token)
    deeper()
    const arg = unary()
    depth--
    return node(
      window === undefined
        ? { op: op as UnaryOperator, arg }
        : { op: op as WindowedUnaryOperator, arg, window },
    )
  }

  function readWindow(operator: Token): Window | undefined {
    if (!isSymbol('[')) return undefined
    if (!WINDOWED.has(operator.text))
      fail(peek(), `${operator.text} takes no window`, 'Windows belong to F G O H U W R S.')
    const start = at++
    const min = readBound()
    expectSymbol(',', 'A window is [least, most], as in F[0,5] or F[0,5s].')
    const max = readBound()
    expectSymbol(']', 'A window is [least, most], as in F[0,5] or F[0,5s].')
    const unit = min.unit ?? max.unit ?? 'steps'
    if ((min.unit ?? unit) !== unit && min.value !== 0)
      fail(tokens[start]!, 'a window in two units', 'Give both ends in time or both in steps.')
    if ((max.unit ?? unit) !== unit && max.value !== Infinity)
      fail(tokens[start]!, 'a window in two units', 'Give both ends in time or both in steps.')
    if (min.value > max.value) fail(tokens[start]!, 'an empty window', 'The first end is at most the second.')
    if (min.value === Infinity) fail(tokens[start]!, 'a window that begins at inf', 'Begin it at a number.')
    if (unit === 'steps' && ![min.value, max.value].every((v) => Number.isInteger(v) || v === Infinity))
      fail(tokens[start]!, 'a fraction of a step', 'Windows in steps have whole numbers; 0.5s is a time.')
    return max.value === Infinity ? { unit, min: min.value } : { unit, min: min.value, max: max.value }
  }

  /** A hole stands for a number. */
  function filled(token: Token): Token {
    if (token.kind !== 'hole') return token
    const value = Object.hasOwn(scope.holes, token.text) ? scope.holes[token.text] : undefined
    if (value === undefined) return fail(token, `no number for $${token.text}`, 'Holes belong to templates.')
    return { ...token, kind: 'number', text: String(value) }
  }

  function numberOf(token: Token): number {
    const value = Number(token.text)
    return Number.isFinite(value) ? value : fail(token, 'a number out of range', 'Numbers are finite.')
  }

  function readBound(): { value: number; unit?: 'steps' | 'ms' } {
    const token = filled(peek())
    if (token.kind === 'name' && token.text === 'inf') {
      at++
      return { value: Infinity }
    }
    if (token.kind !== 'number')
      fail(token, 'expected a bound', 'A bound is a number, with ms, s, min or h for a time.')
    at++
    const value = numberOf(token)
    if (value < 0) fail(token, 'a negative bound', 'Past operators look back; bounds are not negative.')
    const unit = peek()
    if (unit.kind === 'name' && unit.position === token.end) {
      const factor = UNITS.get(unit.text)
      if (factor === undefined)
        return fail(unit, `unknown unit "${unit.text}"`, 'Units are ms, s, min and h.')
      at++
      // The product of 1.001 and 1000 is less than 1001; it has no more than the digits that were written.
      return { value: factor === 1 ? value : Number((value * factor).toPrecision(15)), unit: 'ms' }
    }
    // A hole takes the unit of the other end.
    return value === 0 || tokens[at - 1]!.kind === 'hole' ? { value } : { value, unit: 'steps' }
  }

  function primary(): Formula {
    const token = peek()
    if (isSymbol('(')) {
      at++
      deeper()
      const inner = iff()
      depth--
      expectSymbol(')', 'Close the parenthesis.')
      return inner
    }
    if (token.kind === 'name') {
      at++
      if (isSymbol('(')) return call(token)
      const bound = scope.bindings.get(token.text)
      if (bound !== undefined) return counted(bound, token)
      if (token.text === 'true' || token.text === 'false') return node({ op: token.text })
      if (Object.hasOwn(scope.macros, token.text) && scope.macros[token.text]!.params.length === 0)
        return expandMacro(token, [])
      return node(atom(token))
    }
    if (token.kind === 'end') return fail(token, 'the formula stops early', 'An operand is missing.')
    if (token.kind === 'operator')
      return fail(
        token,
        `unexpected operator ${token.text}`,
        `"${token.text}" is an operator; name fields otherwise.`,
      )
    return fail(token, `unexpected "${token.text}"`, 'An operand is missing before it.')
  }

  function atom(name: Token): Atom {
    const field = name.text
    if (isSymbol('=')) fail(peek(), 'unexpected "="', 'Write == to compare.')
    if (isSymbol('~')) {
      at++
      const pattern = peek()
      if (pattern.kind !== 'pattern')
        fail(pattern, 'expected a pattern', 'Write the pattern between slashes.')
      at++
      return { op: 'match', field, pattern: pattern.text }
    }
    if (peek().kind !== 'symbol' || !COMPARISONS.has(peek().text)) return { op: 'field', field }
    const operator = tokens[at++]!
    const is = operator.text as Comparison
    const operand = filled(tokens[at++]!)
    if (operand.kind === 'number') return { op: 'compare', field, is, value: numberOf(operand) }
    const ordered = is !== '==' && is !== '!='
    if (operand.kind === 'text' && !ordered) return { op: 'compare', field, is, value: operand.text }
    if (operand.kind === 'name' && /^(true|false)$/.test(operand.text) && !ordered)
      return { op: 'compare', field, is, value: operand.text === 'true' }
    at--
    const hint = ordered ? 'Only numbers are ordered.' : 'Compare with a number, a "text", true or false.'
    return fail(operand, `cannot compare with "${operand.text}"`, hint)
  }

  /** A macro, a named pattern, or a scope of a pattern, with arguments. */
  function call(name: Token): Formula {
    const args = callArguments(name)
    if (Object.hasOwn(scope.macros, name.text))
      return expandMacro(
        name,
        args.map(({ formula }) => formula),
      )
    const scoped = args.at(-1)?.scope
    const template = patternTemplate(name.text, scoped?.name)
    if (template === undefined)
      return fail(name, `nothing is called "${name.text}"`, `Known patterns: ${PATTERN_NAMES.join(', ')}.`)
    const operands = args.flatMap(({ formula, scope: inner }) => inner?.args ?? [formula])
    if (
      operands.length !== template.params.length ||
      args.slice(0, -1).some((arg) => arg.scope !== undefined)
    ) {
      const expected = template.params.length - (scoped?.args.length ?? 0)
      return fail(name, `${name.text} takes ${expected} operands and perhaps a scope`, 'Check the call.')
    }
    const bindings = new Map(template.params.map((param, i) => [param, operands[i]!]))
    return parseIn(template.body, { ...scope, macros: {}, bindings })
  }

  function callArguments(name: Token): { formula: Formula; scope?: { name: string; args: Formula[] } }[] {
    expectSymbol('(', 'A call needs arguments.')
    const args: { formula: Formula; scope?: { name: string; args: Formula[] } }[] = []
    if (isSymbol(')')) {
      at++
      return args
    }
    deeper()
    for (;;) {
      const token = peek()
      const next = tokens[at + 1]
      const isScope = PATTERN_SCOPES.includes(token.text) && next?.text === '('
      if (isScope && token.kind === 'name' && !Object.hasOwn(scope.macros, token.text)) {
        at++
        const inner = callArguments(token).map(({ formula }) => formula)
        args.push({ formula: { op: 'true' }, scope: { name: token.text, args: inner } })
      } else args.push({ formula: iff() })
      if (isSymbol(')')) break
      expectSymbol(',', `Separate the arguments of ${name.text} with commas and close with ).`)
    }
    at++
    depth--
    return args
  }

  function expandMacro(name: Token, args: readonly Formula[]): Formula {
    const macro = scope.macros[name.text]!
    if (scope.open.has(name.text)) fail(name, `the macro ${name.text} uses itself`, 'Macros do not recur.')
    if (macro.params.length !== args.length)
      fail(name, `${name.text} takes ${macro.params.length} arguments, not ${args.length}`, 'Check the call.')
    const bindings = new Map(macro.params.map((param, i) => [param, args[i]!]))
    return parseIn(macro.body, { ...scope, bindings, open: new Set([...scope.open, name.text]) })
  }

  const result = iff()
  if (peek().kind === 'end') return result
  const hint = /^(and|or|not|implies|until)$/.test(peek().text)
    ? 'Write & | ! -> U.'
    : 'An operator is missing, or a parenthesis is not opened.'
  return fail(peek(), `unexpected "${peek().text}"`, hint)
}

const measures = new WeakMap<Formula, { readonly size: number; readonly depth: number }>()

/** Operators and atoms, shared parts counted each time, and the longest way down. O(1) where the parts are known. */
function measure(formula: Formula): { readonly size: number; readonly depth: number } {
  let found = measures.get(formula)
  if (found === undefined) {
    const parts = argumentsOf(formula).map(measure)
    const size = parts.reduce((sum, part) => sum + part.size, 1)
    found = { size, depth: 1 + Math.max(0, ...parts.map(({ depth }) => depth)) }
    measures.set(formula, found)
  }
  return found
}
