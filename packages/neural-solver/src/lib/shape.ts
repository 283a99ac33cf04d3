import { byField } from './domain.ts'
import { type Atom, atomsOf, type Formula, isAtom } from './formula.ts'

/**
 * A text that is equal for formulas that differ only in the names of fields and in constants that play the same
 * part. Their automata are equal. Undefined where fields contain each other.
 */
export function shapeOf(formula: Formula): string | undefined {
  const atoms = atomsOf(formula)
  const fields = byField(atoms)
  const names = [...fields.keys()]
  if (names.some((outer) => names.some((inner) => inner.startsWith(`${outer}.`)))) return undefined
  const name = (atom: Atom): string => {
    const own = `f${names.indexOf(atom.field)}`
    const siblings = fields.get(atom.field)!.map((i) => atoms[i]!)
    if (atom.op === 'field') return own
    if (atom.op === 'match') return `${own}~${siblings.filter((a) => a.op === 'match').indexOf(atom)}`
    const values = [...new Set(siblings.flatMap((a) => (a.op === 'compare' ? [a.value] : [])))]
    const { value } = atom
    // Numbers keep their order, and their place beside 0, which is not truthy.
    if (typeof value === 'number') {
      const order = [...new Set([0, ...values.filter((v) => typeof v === 'number')])].sort((a, b) => a - b)
      return `${own}${atom.is}#${order.indexOf(value)}/${order.indexOf(0)}`
    }
    if (typeof value === 'boolean' || value === '') return `${own}${atom.is}${JSON.stringify(value)}`
    return `${own}${atom.is}t${values.filter((v) => typeof v === 'string' && v !== '').indexOf(value)}`
  }
  const byKey = new Map(atoms.map((atom) => [JSON.stringify(atom), name(atom)]))
  const write = (f: Formula): string => {
    if (isAtom(f)) return byKey.get(JSON.stringify(f)) ?? name(f)
    const window = 'window' in f && f.window !== undefined ? JSON.stringify(f.window) : ''
    if ('arg' in f) return `${f.op}${window}(${write(f.arg)})`
    if ('left' in f) return `${f.op}${window}(${write(f.left)},${write(f.right)})`
    return f.op
  }
  return write(formula)
}
