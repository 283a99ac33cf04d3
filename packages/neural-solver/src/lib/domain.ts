import { type Bdd, type BddSpace, ONE, ZERO } from './bdd.ts'
import { createAtomTest, createValueTest } from './event-test.ts'
import type { Atom } from './formula.ts'

/**
 * Values of one field that between them show every combination of truth values that its atoms can have:
 * missing, the constants, a value between and beyond each two of them, and an object. Texts that only a matcher tells apart
 * are one value here.
 */
export function representatives(atoms: readonly Atom[]): unknown[] {
  const numbers = new Set<number>()
  const texts = new Set<string>()
  for (const atom of atoms) {
    if (atom.op !== 'compare') continue
    if (typeof atom.value === 'number') numbers.add(atom.value)
    else if (typeof atom.value === 'string') texts.add(atom.value)
  }
  const values: unknown[] = [undefined, true, false]
  if (numbers.size > 0) {
    const sorted = [...numbers, 0].sort((a, b) => a - b)
    // Not 1 beyond: that is the same number above 2 ** 53. And halves first: a sum could pass the largest number.
    values.push(2 * sorted[0]! - 1, 2 * sorted.at(-1)! + 1)
    sorted.forEach((x, i) => {
      values.push(x)
      const after = sorted[i + 1]
      if (after !== undefined) values.push(x / 2 + after / 2)
    })
    values.push(0)
  }
  let other = 'other'
  while (texts.has(other)) other += '_'
  values.push(...texts, '', other, {})
  return values
}

/** A field's value with what the matcher is taken to say about it. */
export interface FieldChoice {
  readonly value: unknown
  /** Truth of each atom of the field; undefined where the matcher may say either. */
  readonly truth: readonly (boolean | undefined)[]
}

/** The choices for a field, one per combination of truth values. */
export function fieldChoices(atoms: readonly Atom[]): FieldChoice[] {
  const tests = atoms.map((atom) => (atom.op === 'match' ? undefined : createAtomTest(atom)))
  const seen = new Map<string, FieldChoice>()
  for (const value of representatives(atoms)) {
    const event = value === undefined ? {} : nest(atoms[0]!.field, value)
    const truth = tests.map((test) =>
      test === undefined ? (typeof value === 'string' ? undefined : false) : test(event),
    )
    const key = truth.join()
    if (!seen.has(key)) seen.set(key, { value, truth })
  }
  return [...seen.values()]
}

/** `{ a: { b: value } }` for the path `a.b`. */
export function nest(path: string, value: unknown): Record<string, unknown> {
  const [first, ...rest] = path.split('.')
  return { [first!]: rest.length === 0 ? value : nest(rest.join('.'), value) }
}

/** Atoms by field, in order of first appearance. */
export function byField(atoms: readonly Atom[]): Map<string, number[]> {
  const fields = new Map<string, number[]>()
  atoms.forEach((atom, i) => {
    fields.set(atom.field, [...(fields.get(atom.field) ?? []), i])
  })
  return fields
}

/**
 * The combinations of atoms that one event can have: two texts are not equal to one field at once, and
 * `risk > 0.8` implies `risk > 0.5`; where `tool.name` is something, `tool` is an object. Otherwise fields are
 * independent of each other.
 *
 * @param variable The variable of an atom, by its index.
 */
export function domainOf(
  atoms: readonly Atom[],
  space: BddSpace,
  variable: (atom: number) => number | undefined,
): Bdd {
  let domain: Bdd = ONE
  for (const indexes of byField(atoms).values()) {
    const used = indexes.filter((i) => variable(i) !== undefined)
    if (used.length < 2 && used.every((i) => atoms[i]!.op !== 'match')) continue
    let any: Bdd = ZERO
    for (const { truth } of fieldChoices(used.map((i) => atoms[i]!))) {
      let cube: Bdd = ONE
      truth.forEach((value, k) => {
        if (value === undefined) return
        const v = space.variable(variable(used[k]!)!)
        cube = space.and(cube, value ? v : space.not(v))
      })
      any = space.or(any, cube)
    }
    domain = space.and(domain, any)
  }
  const cube = (indexes: readonly number[], value: unknown): Bdd =>
    indexes.reduce((f, i) => {
      const v = variable(i)
      if (v === undefined) return f
      const atom = atoms[i]!
      const truth = atom.op !== 'match' && createValueTest(atom)(value)
      return space.and(f, truth ? space.variable(v) : space.not(space.variable(v)))
    }, ONE)
  const fields = [...byField(atoms)]
  for (const [outer, outerAtoms] of fields) {
    for (const [inner, innerAtoms] of fields) {
      if (inner.startsWith(`${outer}.`))
        domain = space.and(domain, space.or(cube(innerAtoms, undefined), cube(outerAtoms, {})))
    }
  }
  return domain
}
