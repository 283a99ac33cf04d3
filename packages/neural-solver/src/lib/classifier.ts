import { byField } from './domain.ts'
import { createFieldReader, createValueTest, type TextMatcher } from './event-test.ts'
import type { Atom, Comparison, TraceEvent } from './formula.ts'

/** Sorts events by which atoms hold in them. Each field is read once per eight patterns, each pattern tried once. */
export interface Classifier {
  /** A small number, the same for events in which the same atoms hold. */
  classify(event: TraceEvent): number
  /** Whether an atom holds in the events of a class. */
  truth(letter: number, atom: number): boolean
  letters(): number
}

interface Field {
  readonly path: string
  readonly read: (event: TraceEvent) => unknown
  readonly classOf: (value: unknown) => number
  /** Only whether the field is truthy is asked: class 0 or 1. */
  readonly truthOnly: boolean
  /** Truth of the field's atoms in each class, patterns left out. */
  readonly truths: readonly (readonly boolean[])[]
  readonly atoms: readonly number[]
  readonly patterns: readonly { readonly atom: number; readonly test: (value: unknown) => boolean }[]
  readonly width: number
  /** The only atom of the field, when it is one that orders numbers. */
  readonly threshold: { readonly is: Comparison; readonly value: number } | undefined
  /** The texts that are compared with, and one that is none of them. */
  readonly texts: readonly string[]
  readonly unseen: string
}

/** Classes of a field: the special values, then texts, then numbers. */
const FALSY = 0
const YES = 1
const NO = 2
const OBJECT = 3
const EMPTY = 4
const OTHER_TEXT = 5

/**
 * The values of a few fields make one number, which a table turns into the class; more fields are a chain of such
 * tables. Constant time per field for texts, one comparison per threshold for numbers. Memory grows with the
 * classes seen.
 */
export function createClassifier(atoms: readonly Atom[], match?: TextMatcher): Classifier {
  const fields = [...byField(atoms)].flatMap(([path, indexes]) =>
    portions(indexes, atoms).map((part) => createField(path, part, atoms, match)),
  )
  const groups = groupFields(fields)
  const letters: Uint8Array[] = []
  /** The class of an event with one group of fields: by the code of its values. */
  const first = new Int32Array(groups[0]?.codes ?? 1).fill(-1)
  /** Later groups: by what the groups before say, and the code. */
  const later = groups.slice(1).map(() => new Map<number, number>())
  const nodeCounts = groups.map(() => 0)

  function lookUp(codes: readonly number[]): number {
    let node = 0
    groups.forEach((group, level) => {
      const last = level === groups.length - 1
      const table = later[level - 1]
      const key = node * group.codes + codes[level]!
      const known = table === undefined ? first[key]! : (table.get(key) ?? -1)
      if (known >= 0) {
        node = known
        return
      }
      node = last ? letters.push(truthOf(codes)) - 1 : nodeCounts[level]!++
      if (table === undefined) first[key] = node
      else table.set(key, node)
    })
    return node
  }

  function truthOf(codes: readonly number[]): Uint8Array {
    const truth = new Uint8Array(atoms.length)
    groups.forEach((group, level) => {
      let code = codes[level]!
      for (const field of [...group.fields].reverse()) {
        const way = code % field.width
        code = Math.floor(code / field.width)
        const values = field.truths[way >> field.patterns.length]!
        field.atoms.forEach((atom, i) => {
          truth[atom] = values[i] ? 1 : 0
        })
        field.patterns.forEach(({ atom }, i) => {
          truth[atom] = (way >> i) & 1
        })
      }
    })
    return truth
  }

  if (groups.length === 0) letters.push(new Uint8Array(0))
  const readers = groups.map((group) => createGroupReader(group.fields))
  const [reader] = readers
  const classify = ((): ((event: TraceEvent) => number) => {
    if (reader === undefined) return () => 0
    if (readers.length === 1)
      return (event) => {
        const code = reader(event)
        const letter = first[code]!
        return letter >= 0 ? letter : lookUp([code])
      }
    return (event) => {
      let node = first[reader(event)]!
      for (let level = 1; level < readers.length && node >= 0; level++)
        node = later[level - 1]!.get(node * groups[level]!.codes + readers[level]!(event)) ?? -1
      return node >= 0 ? node : lookUp(readers.map((read) => read(event)))
    }
  })()
  return {
    classify,
    truth: (letter, atom) => letters[letter]![atom] === 1,
    letters: () => letters.length,
  }
}

/** Codes of one group of fields. Larger products are split over several groups. */
const MAX_CODES = 1 << 14

interface Group {
  readonly fields: Field[]
  codes: number
}

function groupFields(fields: readonly Field[]): Group[] {
  const groups: Group[] = []
  for (const field of fields) {
    const last = groups.at(-1)
    if (last === undefined || last.codes * field.width > MAX_CODES)
      groups.push({ fields: [field], codes: field.width })
    else {
      last.fields.push(field)
      last.codes *= field.width
    }
  }
  return groups
}

/**
 * Reads the fields of a group as one number. Generated code, because a property that is read by a fixed name costs
 * a tenth of one that is read by a variable; field paths are checked names and texts are JSON, so nothing
 * of a formula is run. Where code generation is forbidden the same is done with closures.
 */
function createGroupReader(fields: readonly Field[]): (event: TraceEvent) => number {
  const ways = fields.map((field) => (value: unknown) => wayOf(field, value))
  if (fields.every(({ path }) => SAFE_PATH.test(path))) {
    const lines = fields.map((field, i) => {
      const parts = field.path.split('.')
      const inner = parts
        .slice(1)
        .map((part) => `v = typeof v === 'object' && v !== null ? v.${part} : undefined;`)
      // Sums of constants, not Horner's rule: the processor need not wait for one field to go on with the next.
      const weight = fields.slice(i + 1).reduce((product, { width }) => product * width, 1)
      const share = field.truthOnly ? `(v ? ${weight} : 0)` : generalShare(field, i, weight)
      return `v = event.${parts[0]}; ${inner.join(' ')} code += ${share};`
    })
    const body = `return (event) => { let code = 0, v; ${lines.join('\n')} return code }`
    try {
      return new Function(...ways.map((_, i) => `way${i}`), body)(...ways) as (event: TraceEvent) => number
    } catch (error) {
      if (!(error instanceof EvalError)) throw error
    }
  }
  return (event) => {
    let code = 0
    for (let i = 0; i < fields.length; i++) code = code * fields[i]!.width + ways[i]!(fields[i]!.read(event))
    return code
  }
}

/** Few texts are compared one after the other, cheaper than a look-up; everything else is a call. */
function generalShare(field: Field, i: number, weight: number): string {
  if (field.threshold !== undefined) {
    const { is, value } = field.threshold
    const above = field.truths.findIndex(([truth]) => truth)
    return `(typeof v === 'number' && v ${is} ${value} ? ${above * weight} : ${(1 - above) * weight})`
  }
  const call = `(v === undefined ? ${wayOf(field, undefined) * weight} : way${i}(v) * ${weight})`
  if (field.patterns.length > 0 || field.texts.length > 8) return call
  const chain = field.texts.map(
    (text) => `v === ${JSON.stringify(text)} ? ${field.classOf(text) * weight} : `,
  )
  const other = field.classOf(field.unseen) * weight
  return `(typeof v === 'string' && v !== '' ? ${chain.join('')}${other} : ${call})`
}

/** Names without one that every object inherits, such as `constructor`, or, inside the event, every list. */
const SAFE_PATH = ((): RegExp => {
  const names = (of: object): string =>
    Object.getOwnPropertyNames(of)
      .filter((name) => /^\w+$/.test(name))
      .join('|')
  const inherited = `(?:.*\\.)?(?:${names(Object.prototype)})`
  return new RegExp(
    `^(?!(?:${inherited}|.*\\.(?:${names(Array.prototype)}))(?:\\.|$))[A-Za-z_]\\w*(?:\\.[A-Za-z_]\\w*)*$`,
  )
})()

function wayOf(field: Field, value: unknown): number {
  const own = field.classOf(value)
  const { patterns } = field
  if (patterns.length === 0) return own
  let way = own << patterns.length
  for (let i = 0; i < patterns.length; i++) if (patterns[i]!.test(value)) way |= 1 << i
  return way
}

function thresholdOf(atoms: readonly Atom[]): Field['threshold'] {
  const [atom] = atoms
  if (atoms.length !== 1 || atom?.op !== 'compare' || typeof atom.value !== 'number') return undefined
  return atom.is === '==' || atom.is === '!=' ? undefined : { is: atom.is, value: atom.value }
}

/** Each pattern doubles the ways of a field, so one with many is read in portions. */
const MAX_PATTERNS = 8

function portions(indexes: readonly number[], atoms: readonly Atom[]): number[][] {
  const parts: number[][] = [indexes.filter((i) => atoms[i]!.op !== 'match')]
  for (const i of indexes) {
    if (atoms[i]!.op !== 'match') continue
    const patterns = parts.at(-1)!.filter((k) => atoms[k]!.op === 'match').length
    if (patterns < MAX_PATTERNS) parts.at(-1)!.push(i)
    else parts.push([i])
  }
  return parts
}

function createField(
  path: string,
  indexes: readonly number[],
  atoms: readonly Atom[],
  match: TextMatcher | undefined,
): Field {
  const plain = indexes.filter((i) => atoms[i]!.op !== 'match')
  const patterns = indexes.flatMap((i) =>
    atoms[i]!.op === 'match' ? [{ atom: i, test: createValueTest(atoms[i]!, match) }] : [],
  )
  const constants = plain.flatMap((i) => {
    const atom = atoms[i]!
    return atom.op === 'compare' ? [atom.value] : []
  })
  const texts = [...new Set(constants.filter((c): c is string => typeof c === 'string' && c !== ''))]
  const borders = [...new Set([0, ...constants.filter((c) => typeof c === 'number')])].sort((a, b) => a - b)
  const unseen = `other ${texts.join()}`
  // Not x + 1: above 2 ** 53 that is x. And halves first: the sum of two could pass the largest number.
  const after = (i: number): number =>
    i + 1 < borders.length ? borders[i]! / 2 + borders[i + 1]! / 2 : 2 * borders[i]! + 1
  const between = borders.flatMap((x, i) => [x, after(i)])
  const samples: unknown[] = [
    undefined,
    true,
    false,
    {},
    '',
    unseen,
    ...texts,
    2 * borders[0]! - 1,
    ...between,
  ]
  const tests = plain.map((i) => createValueTest(atoms[i]!))
  // Samples with the same truths are one class.
  const truths: boolean[][] = []
  const classes = new Map<string, number>()
  const merged = samples.map((value) => {
    const truth = tests.map((test) => test(value))
    const key = truth.join()
    if (!classes.has(key)) classes.set(key, truths.push(truth) - 1)
    return classes.get(key)!
  })
  const ofText = new Map<unknown, number>(texts.map((text, i) => [text, merged[6 + i]!]))
  const firstNumber = 6 + texts.length
  const otherText = merged[OTHER_TEXT]!
  const limits = Float64Array.from(borders)
  const classOf = (value: unknown): number => {
    switch (typeof value) {
      case 'string':
        return value === '' ? merged[EMPTY]! : (ofText.get(value) ?? otherText)
      case 'number': {
        if (Number.isNaN(value)) return merged[FALSY]!
        let place = 0
        while (place < limits.length && limits[place]! < value) place++
        // Below the first border is sample 0; border i is 2i + 1, what follows it 2i + 2.
        return merged[firstNumber + (limits[place] === value ? 2 * place + 1 : 2 * place)]!
      }
      case 'boolean':
        return merged[value ? YES : NO]!
      case 'bigint':
        return merged[value ? OBJECT : FALSY]!
      case 'undefined':
        return merged[FALSY]!
      default:
        return merged[value === null ? FALSY : OBJECT]!
    }
  }
  const width = truths.length << patterns.length
  return {
    path,
    read: createFieldReader(path),
    classOf,
    truthOnly: patterns.length === 0 && plain.every((i) => atoms[i]!.op === 'field'),
    truths,
    atoms: plain,
    patterns,
    width,
    threshold: thresholdOf(indexes.map((i) => atoms[i]!)),
    texts,
    unseen,
  }
}
