import { MidstreamError } from '@midstream/core'
import { byField, fieldChoices } from './domain.ts'
import type { Atom, TraceEvent } from './formula.ts'
import type { WitnessTrace } from './verify-certificate.ts'

/** Events in which the atoms are true as given; undefined is either. */
export function buildWitness(
  atoms: readonly Atom[],
  letters: readonly (readonly (boolean | undefined)[])[],
): WitnessTrace {
  // Choices of windows in time are no fields.
  const real = atoms.filter((atom) => !atom.field.startsWith('#'))
  const place = real.map((atom) => atoms.indexOf(atom))
  // Outer fields first: an inner one makes the outer an object, which the domain has allowed for.
  const fields = [...byField(real)]
    .map(([path, indexes]) => ({ path, indexes, choices: fieldChoices(indexes.map((i) => real[i]!)) }))
    .sort((a, b) => a.path.length - b.path.length)
  const matches: string[][] = []
  const events = letters.map((letter) => {
    const said: string[] = []
    let event: TraceEvent = {}
    for (const { path, indexes, choices } of fields) {
      const truth = indexes.map((i) => letter[place[i]!])
      const fits = choices.filter((c) => c.truth.every((t, k) => (t ?? truth[k]) === (truth[k] ?? t)))
      const choice = fits.find((c) => c.value === undefined) ?? fits[0]
      if (choice === undefined) throw new MidstreamError('INTERNAL', `no value of ${path} fits`)
      if (choice.value !== undefined) event = withField(event, path.split('.'), choice.value)
      indexes.forEach((i, k) => {
        const atom = real[i]!
        if (atom.op === 'match' && truth[k]) said.push(`${atom.field} ~ ${atom.pattern}`)
      })
    }
    matches.push(said)
    return event
  })
  return real.some((atom) => atom.op === 'match') ? { events, matches } : { events }
}

/** The event with a field set. Keys are defined, never assigned: `__proto__` is a field like any other. */
function withField(event: TraceEvent, [first, ...rest]: readonly string[], value: unknown): TraceEvent {
  if (rest.length === 0) return { ...event, [first!]: value }
  const inner = Object.hasOwn(event, first!) ? event[first!] : undefined
  const outer = typeof inner === 'object' ? (inner as TraceEvent | null) : {}
  return { ...event, [first!]: withField(outer ?? {}, rest, value) }
}
