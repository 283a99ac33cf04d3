import { OPEN } from './automaton.ts'
import type { Classifier } from './classifier.ts'
import type { Lane, LaneMember } from './product-lane.ts'
import { follow } from './trail.ts'

/** Numbers that the lists of touched members may hold together before they are made anew. */
const MAX_LISTED = 1 << 22

/**
 * Steps only the members that an event can move: those with a condition that holds in it, and those whose state
 * changes even when nothing holds. The lists of the former are kept per event class, so the cost of an event is
 * that of the rules it concerns, not of all rules.
 */
export function createSparseLane(members: readonly LaneMember[], classifier: Classifier): Lane {
  const size = members.length
  const states = Int32Array.from(members, (member) => member.state)
  /** Event number of the last step of each member. */
  const stepped = new Float64Array(size).fill(-1)
  /** Per event class: number of a member and its letter, in turn. */
  let touched: (Int32Array | undefined)[] = []
  let listed = 0
  let restless = members.flatMap((_, i) => (isRestless(i) ? [i] : []))
  let next: number[] = []

  function isRestless(i: number): boolean {
    return members[i]!.automaton.restless(states[i]!)
  }

  function list(letter: number): Int32Array {
    const found: number[] = []
    members.forEach(({ atoms }, i) => {
      let own = 0
      for (let k = 0; k < atoms.length; k++) if (classifier.truth(letter, atoms[k]!)) own |= 1 << k
      if (own !== 0) found.push(i, own)
    })
    if (listed + found.length > MAX_LISTED) {
      touched = []
      listed = 0
    }
    listed += found.length
    const made = Int32Array.from(found)
    touched[letter] = made
    return made
  }

  function move(i: number, letter: number, event: number): void {
    const member = members[i]!
    const { automaton } = member
    const before = states[i]!
    const after = automaton.step(before, letter)
    stepped[i] = event
    if (after === before) {
      // A state that this event leaves alone may still not be at rest.
      if (letter !== 0 && isRestless(i)) next.push(i)
      return
    }
    states[i] = after
    const residual = automaton.residual(after)
    if (residual !== automaton.residual(before)) {
      follow(member.trail, residual, event, letter)
      const verdict = automaton.verdict(after)
      if (verdict !== OPEN) {
        member.decided(verdict)
        return
      }
    }
    if (automaton.restless(after)) next.push(i)
  }

  return {
    members,
    step(letter, event) {
      const touch = touched[letter] ?? list(letter)
      next = []
      for (let k = 0; k < touch.length; k += 2) move(touch[k]!, touch[k + 1]!, event)
      for (let k = 0; k < restless.length; k++)
        if (stepped[restless[k]!] !== event) move(restless[k]!, 0, event)
      restless = next
      return true
    },
    settle() {
      members.forEach((member, i) => {
        member.state = states[i]!
      })
    },
    bytes: () => listed * 4 + size * 16 + (restless.length + touched.length) * 8,
  }
}
