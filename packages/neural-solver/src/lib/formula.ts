/** A bound on how far an operator looks: positions or milliseconds, both ends included. */
export interface Window {
  readonly unit: 'steps' | 'ms'
  readonly min: number
  /** Absent: no upper bound. */
  readonly max?: number
}

export type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>='

/** What can be asked of one event. A field is a path such as `tool.name`. */
export type Atom =
  /** The field is truthy: present and not false, 0, NaN, null or the empty text. */
  | { readonly op: 'field'; readonly field: string }
  /** The field has the type of `value` and compares so. `!=` is the negation of `==`: true of a missing field. */
  | {
      readonly op: 'compare'
      readonly field: string
      readonly is: Comparison
      readonly value: string | number | boolean
    }
  /** The field is a text in which the given matcher finds the pattern. */
  | { readonly op: 'match'; readonly field: string; readonly pattern: string }

export type UnaryOperator = 'not' | 'next' | 'weakNext' | 'yesterday' | 'weakYesterday'
export type WindowedUnaryOperator = 'eventually' | 'always' | 'once' | 'historically'
export type BinaryOperator = 'and' | 'or' | 'implies' | 'iff'
export type WindowedBinaryOperator = 'until' | 'weakUntil' | 'release' | 'since'

/**
 * A formula is plain data: it is its own JSON form. What it means at a position of a finite, non-empty trace is
 * in docs/language.md of this package.
 */
export type Formula =
  | { readonly op: 'true' }
  | { readonly op: 'false' }
  | Atom
  | { readonly op: UnaryOperator; readonly arg: Formula }
  | { readonly op: WindowedUnaryOperator; readonly arg: Formula; readonly window?: Window }
  | { readonly op: BinaryOperator; readonly left: Formula; readonly right: Formula }
  | {
      readonly op: WindowedBinaryOperator
      readonly left: Formula
      readonly right: Formula
      readonly window?: Window
    }

/** What happened at one position of a trace. */
export type TraceEvent = Readonly<Record<string, unknown>>

/** Operators of one argument as they are written. */
export const UNARY_SYMBOLS: Readonly<Record<UnaryOperator | WindowedUnaryOperator, string>> = {
  not: '!',
  next: 'X',
  weakNext: 'N',
  yesterday: 'Y',
  weakYesterday: 'Z',
  eventually: 'F',
  always: 'G',
  once: 'O',
  historically: 'H',
}

/** Operators of two arguments as they are written. */
export const BINARY_SYMBOLS: Readonly<Record<BinaryOperator | WindowedBinaryOperator, string>> = {
  and: '&',
  or: '|',
  implies: '->',
  iff: '<->',
  until: 'U',
  weakUntil: 'W',
  release: 'R',
  since: 'S',
}

export const TRUE: Formula = { op: 'true' }
export const FALSE: Formula = { op: 'false' }

export function not(arg: Formula): Formula {
  return { op: 'not', arg }
}

export function and(left: Formula, right: Formula): Formula {
  return { op: 'and', left, right }
}

/** The conjunction of all; `true` when there is none. */
export function conjunction(formulas: readonly Formula[]): Formula {
  return formulas.length === 0 ? TRUE : formulas.reduce(and)
}

/** The arguments of a formula, left to right. */
export function argumentsOf(formula: Formula): readonly Formula[] {
  if ('arg' in formula) return [formula.arg]
  if ('left' in formula) return [formula.left, formula.right]
  return []
}

export function isAtom(formula: Formula): formula is Atom {
  return formula.op === 'field' || formula.op === 'compare' || formula.op === 'match'
}

/** Distinct atoms in order of first appearance. */
export function atomsOf(formula: Formula): Atom[] {
  const found = new Map<string, Atom>()
  const visit = (part: Formula): void => {
    if (isAtom(part)) {
      const key = atomKey(part)
      if (!found.has(key)) found.set(key, part)
    }
    for (const arg of argumentsOf(part)) visit(arg)
  }
  visit(formula)
  return [...found.values()]
}

/** Equal for equal atoms only. */
export function atomKey(atom: Atom): string {
  switch (atom.op) {
    case 'field':
      return atom.field
    case 'compare':
      return `${atom.field} ${atom.is} ${JSON.stringify(atom.value)}`
    case 'match':
      return `${atom.field} ~ ${atom.pattern}`
  }
}
