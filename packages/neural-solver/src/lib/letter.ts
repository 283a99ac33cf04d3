import { createFieldReader, createValueTest, type TextMatcher } from './event-test.ts'
import type { Atom, TraceEvent } from './formula.ts'

/** Reads which atoms hold in an event, each field once. */
export interface AtomReader {
  read(event: TraceEvent): void
  truth(atom: number): boolean
}

export function createAtomReader(atoms: readonly Atom[], match?: TextMatcher): AtomReader {
  const values = new Uint8Array(atoms.length)
  const fields = new Map<string, { atom: number; test: (value: unknown) => boolean }[]>()
  atoms.forEach((atom, i) => {
    const tests = fields.get(atom.field) ?? []
    tests.push({ atom: i, test: createValueTest(atom, match) })
    fields.set(atom.field, tests)
  })
  const readers = [...fields].map(([path, tests]) => ({ value: createFieldReader(path), tests }))
  return {
    read(event) {
      for (const { value, tests } of readers) {
        const v = value(event)
        for (const { atom, test } of tests) values[atom] = test(v) ? 1 : 0
      }
    },
    truth: (atom) => values[atom] === 1,
  }
}
