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

/**
 * Builds the coarsest alphabet that tells the given sets of code units apart: begins with one class and splits by
 * each set the classes that it cuts. O(units + ranges of all sets, each times the borders inside it).
 */
export function buildAlphabet(sets: readonly CodePointSet[]): Alphabet {
  // Between two neighbouring borders of any sets nothing changes.
  const found = new Set([0])
  for (const set of sets) {
    for (let i = 0; i < set.length; i += 2) {
      found.add(set[i]!)
      if (set[i + 1]! < 0xffff) found.add(set[i + 1]! + 1)
    }
  }
  const borders = Int32Array.from(found).sort()
  const indexOf = new Map<number, number>()
  for (const [i, unit] of borders.entries()) indexOf.set(unit, i)

  /** Calls back with the intervals that a set covers. */
  function eachInterval(set: CodePointSet, visit: (interval: number) => void): void {
    for (let i = 0; i < set.length; i += 2) {
      for (let at = indexOf.get(set[i]!)!; at < borders.length && borders[at]! <= set[i + 1]!; at++) visit(at)
    }
  }

  const split = new Int32Array(borders.length)
  let splits = 1
  for (const set of sets) {
    const inside = new Map<number, number>()
    eachInterval(set, (interval) => {
      const before = split[interval]!
      let after = inside.get(before)
      if (after === undefined) {
        after = splits++
        inside.set(before, after)
      }
      split[interval] = after
    })
  }

  // Numbered by first appearance; classes that a split left empty have no number.
  const numbers = new Map<number, number>()
  const classOf = new Uint16Array(0x10000)
  const classAt = split.map((id, i) => {
    let number = numbers.get(id)
    if (number === undefined) {
      number = numbers.size
      numbers.set(id, number)
    }
    classOf.fill(number, borders[i], borders[i + 1] ?? 0x10000)
    return number
  })
  const size = numbers.size
  const members = sets.map((set) => {
    const row = new Uint8Array(size + 1)
    eachInterval(set, (interval) => {
      row[classAt[interval]!] = 1
    })
    return row
  })
  return { classOf, size, endClass: size, members }
}
