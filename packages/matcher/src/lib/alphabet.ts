import type { CodePointSet } from './code-point-set.ts'

/** Code units grouped into classes that no pattern tells apart. */
export interface Alphabet {
  /** Code unit -> class. */
  readonly classOf: Uint16Array
  /** Number of classes of code units; the class after them stands for the end of the text. */
  readonly size: number
  readonly endClass: number
  /** One row per set that was given, in order: 1 where the class belongs to the set. */
  readonly members: readonly Uint8Array[]
}

/** Builds the coarsest alphabet that tells the given sets of code units apart. O(units + ranges * sets). */
export function buildAlphabet(sets: readonly CodePointSet[]): Alphabet {
  // At each unit where some set begins or ends, note which; between two such units nothing changes.
  const toggles = new Map<number, number[]>()
  function toggle(unit: number, set: number): void {
    const list = toggles.get(unit)
    if (list === undefined) toggles.set(unit, [set])
    else list.push(set)
  }
  sets.forEach((set, index) => {
    for (let i = 0; i < set.length; i += 2) {
      toggle(set[i]!, index)
      toggle(set[i + 1]! + 1, index)
    }
  })
  const classOf = new Uint16Array(0x10000)
  const classes = new Map<string, number>()
  const signatures: number[][] = []
  const inside = new Set<number>()
  const cuts = [0, ...[...toggles.keys()].filter((u) => u > 0 && u < 0x10000)].sort((a, b) => a - b)
  cuts.forEach((from, i) => {
    for (const set of toggles.get(from) ?? []) {
      if (inside.has(set)) inside.delete(set)
      else inside.add(set)
    }
    const signature = [...inside].sort((a, b) => a - b)
    const key = signature.join()
    let id = classes.get(key)
    if (id === undefined) {
      id = classes.size
      classes.set(key, id)
      signatures.push(signature)
    }
    classOf.fill(id, from, cuts[i + 1] ?? 0x10000)
  })
  const size = signatures.length
  const members = sets.map(() => new Uint8Array(size + 1))
  signatures.forEach((signature, id) => {
    for (const set of signature) members[set]![id] = 1
  })
  return { classOf, size, endClass: size, members }
}
