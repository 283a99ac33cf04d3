import { type Atom, BINARY_SYMBOLS, type Formula, UNARY_SYMBOLS, type Window } from './formula.ts'

const LEVEL: Readonly<Record<string, number>> = { iff: 0, implies: 1, or: 2, and: 3 }
const TEMPORAL = 4
const UNARY = 5

/** Writes a formula with as few parentheses as the reader allows. `parseFormula` gives the same formula back. */
export function printFormula(formula: Formula): string {
  return print(formula, 0)
}

function print(formula: Formula, context: number): string {
  switch (formula.op) {
    case 'true':
    case 'false':
      return formula.op
    case 'field':
    case 'compare':
    case 'match':
      return printAtom(formula)
  }
  if ('arg' in formula) {
    const window = 'window' in formula ? printWindow(formula.window) : ''
    const arg = print(formula.arg, UNARY)
    return formula.op === 'not' ? `!${arg}` : `${UNARY_SYMBOLS[formula.op]}${window} ${arg}`
  }
  const level = LEVEL[formula.op] ?? TEMPORAL
  const rightToLeft = level === TEMPORAL || formula.op === 'implies'
  const left = print(formula.left, rightToLeft ? level + 1 : level)
  const right = print(formula.right, rightToLeft ? level : level + 1)
  const window = 'window' in formula ? printWindow(formula.window) : ''
  const text = `${left} ${BINARY_SYMBOLS[formula.op]}${window} ${right}`
  return level < context ? `(${text})` : text
}

export function printAtom(atom: Atom): string {
  switch (atom.op) {
    case 'field':
      return atom.field
    case 'compare':
      return `${atom.field} ${atom.is} ${typeof atom.value === 'number' ? printNumber(atom.value) : JSON.stringify(atom.value)}`
    case 'match':
      return `${atom.field} ~ /${atom.pattern.replaceAll('/', '\\/')}/`
  }
}

function printNumber(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value)
}

function printWindow(window: Window | undefined): string {
  if (window === undefined) return ''
  const suffix = window.unit === 'ms' ? 'ms' : ''
  const max = window.max === undefined ? 'inf' : `${window.max}${suffix}`
  return `[${window.min}${window.min === 0 && window.max !== undefined ? (window.max === 0 ? suffix : '') : suffix},${max}]`
}
