import { type Automaton, OPEN } from './automaton.ts'
import type { Classifier } from './classifier.ts'
import { follow, type Trail } from './trail.ts'

/** One automaton in a lane, with the atoms of the classifier behind its inputs. */
export interface LaneMember {
  readonly automaton: Automaton
  /** atoms[i] is the atom of input i. Set before the lane is made. */
  atoms: readonly number[]
  /** Where it has been. */
  readonly trail: Trail
  /** Present state. Up to date after `Lane.settle`. */
  state: number
  /** Called when the state has a verdict. */
  decided(verdict: number): void
}

/** Several automata stepped as one: a state of the lane is the states of all. */
export interface Lane {
  readonly members: readonly LaneMember[]
  /**
   * Takes event number `event` of this class. False when the product has grown too large; then nothing was done.
   */
  step(letter: number, event: number): boolean
  /** Writes the present states to the members. */
  settle(): void
  bytes(): number
}

/** What a step of the product changes: for each changed member its number, its new residual and the letter. */
interface Move {
  readonly changed: Int32Array
  readonly decides: boolean
}

const MAX_STATES = 1024
/** Entries of the table. */
const MAX_CELLS = 1 << 16
const FIRST_BITS = 3

/**
 * The product of a few automata, made lazily. One table step per event when the pair of state and event class was
 * seen before.
 */
export function createLane(members: readonly LaneMember[], classifier: Classifier): Lane {
  const size = members.length
  const single = size === 1 ? members[0]! : undefined
  const index = new Map<string, number>()
  const vectors: Int32Array[] = []
  const letterIndex = new Map<string, number>()
  const letterParts: Int32Array[] = []
  /** Lane letter of an event class; −1 unknown. */
  let letterOf = new Int32Array(64).fill(-1)
  let bits = FIRST_BITS
  let table = new Int32Array(16 << bits).fill(-1)
  let moves: (Move | undefined)[] = []
  let state = intern(Int32Array.from(members, (member) => member.state))

  function intern(vector: Int32Array): number {
    const key = vector.join()
    let id = index.get(key)
    if (id === undefined) {
      id = vectors.push(vector) - 1
      index.set(key, id)
      if ((id + 1) << bits > table.length) {
        const grown = new Int32Array(table.length * 2).fill(-1)
        grown.set(table)
        table = grown
      }
    }
    return id
  }

  function learnLetter(letter: number): number {
    if (letter >= letterOf.length) {
      const grown = new Int32Array(Math.max(letterOf.length * 2, letter + 1)).fill(-1)
      grown.set(letterOf)
      letterOf = grown
    }
    const parts = Int32Array.from(members, ({ atoms }) =>
      atoms.reduce((sum, atom, i) => (classifier.truth(letter, atom) ? sum | (1 << i) : sum), 0),
    )
    const key = parts.join()
    let own = letterIndex.get(key)
    if (own === undefined) {
      own = letterParts.push(parts) - 1
      letterIndex.set(key, own)
      if (own >> bits > 0 && single === undefined) widen()
    }
    letterOf[letter] = own
    return own
  }

  function widen(): void {
    const wider = new Int32Array(table.length * 2).fill(-1)
    const apart: (Move | undefined)[] = []
    for (let s = 0; s < vectors.length; s++) {
      wider.set(table.subarray(s << bits, (s + 1) << bits), s << (bits + 1))
      for (let l = 0; l < 1 << bits; l++) {
        const move = moves[(s << bits) + l]
        if (move !== undefined) apart[(s << (bits + 1)) + l] = move
      }
    }
    table = wider
    moves = apart
    bits++
  }

  /** Makes a step of the product. False past the bounds. */
  function make(own: number): boolean {
    if (vectors.length >= MAX_STATES || table.length > MAX_CELLS) return false
    const from = vectors[state]!
    const parts = letterParts[own]!
    const to = Int32Array.from(members, ({ automaton }, i) => automaton.step(from[i]!, parts[i]!))
    const next = intern(to)
    const changed: number[] = []
    let decides = false
    members.forEach(({ automaton }, i) => {
      const residual = automaton.residual(to[i]!)
      if (residual === automaton.residual(from[i]!)) return
      changed.push(i, residual, parts[i]!)
      decides ||= automaton.verdict(to[i]!) !== OPEN
    })
    const at = (state << bits) + own
    table[at] = next
    if (changed.length > 0) moves[at] = { changed: Int32Array.from(changed), decides }
    return true
  }

  function apply({ changed, decides }: Move, event: number): void {
    for (let k = 0; k < changed.length; k += 3)
      follow(members[changed[k]!]!.trail, changed[k + 1]!, event, changed[k + 2]!)
    if (!decides) return
    for (let k = 0; k < changed.length; k += 3) {
      const i = changed[k]!
      const verdict = members[i]!.automaton.verdict(vectors[state]![i]!)
      if (verdict !== OPEN) members[i]!.decided(verdict)
    }
  }

  function stepSingle(member: LaneMember, own: number, event: number): void {
    const { automaton, state: before } = member
    const letter = letterParts[own]![0]!
    const next = automaton.step(before, letter)
    if (next === before) return
    member.state = next
    const residual = automaton.residual(next)
    if (residual === automaton.residual(before)) return
    follow(member.trail, residual, event, letter)
    const verdict = automaton.verdict(next)
    if (verdict !== OPEN) member.decided(verdict)
  }

  return {
    members,
    step(letter, event) {
      let own = letter < letterOf.length ? letterOf[letter]! : -1
      if (own < 0) own = learnLetter(letter)
      if (single !== undefined) {
        stepSingle(single, own, event)
        return true
      }
      const at = (state << bits) + own
      let next = table[at]!
      if (next === state) return true
      if (next < 0) {
        if (!make(own)) return false
        next = table[at]!
      }
      state = next
      const move = moves[at]
      if (move !== undefined) apply(move, event)
      return true
    },
    settle() {
      if (single !== undefined) return
      members.forEach((member, i) => {
        member.state = vectors[state]![i]!
      })
    },
    bytes: () =>
      table.byteLength +
      letterOf.byteLength +
      (vectors.length + letterParts.length) * (size * 4 + 64) +
      moves.length * 8,
  }
}
