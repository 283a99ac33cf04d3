import type { Atom, TraceEvent } from './formula.ts'

/** Says whether a text holds a pattern. Given by the caller, so that a matcher with linear time can be used. */
export type TextMatcher = (text: string, pattern: string) => boolean

/** Reads a field such as `tool.name`; undefined when a part is missing. What plain data inherits is no field. */
export function createFieldReader(path: string): (event: TraceEvent) => unknown {
  const parts = path.split('.')
  if (parts.length === 1) {
    return path in Object.prototype
      ? (event) => (Object.hasOwn(event, path) ? event[path] : undefined)
      : (event) => event[path]
  }
  return (event) => {
    let value: unknown = event
    for (const part of parts) {
      if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined
      value = (value as Record<string, unknown>)[part]
    }
    return value
  }
}

/** Truth of an atom on the value of its field. @throws TypeError when the atom needs a matcher and there is none. */
export function createValueTest(atom: Atom, match?: TextMatcher): (value: unknown) => boolean {
  if (atom.op === 'field') return Boolean
  if (atom.op === 'match') {
    if (match === undefined) throw new TypeError(`"${atom.field} ~ /${atom.pattern}/" needs the option match`)
    return (value) => typeof value === 'string' && match(value, atom.pattern)
  }
  const { is, value: operand } = atom
  switch (is) {
    case '==':
      return (value) => value === operand
    case '!=':
      return (value) => value !== operand
    case '<':
      return (value) => typeof value === 'number' && value < (operand as number)
    case '<=':
      return (value) => typeof value === 'number' && value <= (operand as number)
    case '>':
      return (value) => typeof value === 'number' && value > (operand as number)
    case '>=':
      return (value) => typeof value === 'number' && value >= (operand as number)
  }
}

/** Truth of an atom on an event. */
export function createAtomTest(atom: Atom, match?: TextMatcher): (event: TraceEvent) => boolean {
  const read = createFieldReader(atom.field)
  const test = createValueTest(atom, match)
  return (event) => test(read(event))
}
