import type { Formula } from '../../src/lib/formula.ts'

/**
 * Truth of a formula that looks ahead only, on every word over 8 letters at once: a table per length, one bit per
 * word. The first letter of a word is its most significant digit, so that the table of a longer length is the
 * tables behind each first letter, one after the other. Letter l holds fields[i] when bit i of l is set.
 *
 * Follows the definitions of the operators from the end of the word; shares nothing with the engines.
 */
export type Table = Uint8Array

/** Bytes of the table for a length of at least 1. */
export const tableBytes = (length: number): number => 8 ** (length - 1)

export function tablesOf(formula: Formula, fields: readonly string[], maxLength: number): readonly Table[] {
  const done = new Map<string, readonly Table[]>()
  const lengths = Array.from({ length: maxLength }, (_, i) => i + 1)
  const empty = new Uint8Array(0)
  /** tables[k] is for length k; 0 is unused. */
  const each = (make: (k: number, shorter: Table) => Table): Table[] => {
    const out: Table[] = [empty]
    for (const k of lengths) out.push(make(k, out[k - 1]!))
    return out
  }
  const constant = (value: number): Table[] => each((k) => new Uint8Array(tableBytes(k)).fill(value))
  const zeros = constant(0)
  const ones = constant(255)
  /** The table of "the same, one letter later". */
  const later = (t: Table): Table => {
    const out = new Uint8Array(t.length * 8)
    for (let l = 0; l < 8; l++) out.set(t, l * t.length)
    return out
  }
  type Op = 'and' | 'or' | 'iff' | 'not'
  const combine = (op: Op, a: Table, b: Table): Table => {
    const out = new Uint8Array(a.length)
    const wide = a.length % 4 === 0
    const [x, y, z] = wide ? [a, b, out].map((t) => new Int32Array(t.buffer, 0, t.length / 4)) : [a, b, out]
    const n = z!.length
    if (op === 'and') for (let i = 0; i < n; i++) z![i] = x![i]! & y![i]!
    else if (op === 'or') for (let i = 0; i < n; i++) z![i] = x![i]! | y![i]!
    else if (op === 'iff') for (let i = 0; i < n; i++) z![i] = ~(x![i]! ^ y![i]!)
    else for (let i = 0; i < n; i++) z![i] = ~x![i]!
    return out
  }
  const not = (a: readonly Table[]): Table[] => each((k) => combine('not', a[k]!, a[k]!))
  /** b, or a now and the same later; at the last letter `last`. */
  const until = (a: readonly Table[], b: readonly Table[], last: readonly Table[]): Table[] =>
    each((k, shorter) => (k === 1 ? last[1]! : combine('or', b[k]!, combine('and', a[k]!, later(shorter)))))

  const tables = (f: Formula): readonly Table[] => {
    const key = JSON.stringify(f)
    let result = done.get(key)
    if (result === undefined) {
      result = compute(f)
      done.set(key, result)
    }
    return result
  }

  function compute(f: Formula): readonly Table[] {
    switch (f.op) {
      case 'true':
        return ones
      case 'false':
        return zeros
      case 'field': {
        const place = fields.indexOf(f.field)
        return each((k) => {
          const t = new Uint8Array(tableBytes(k))
          for (let l = 0; l < 8; l++) {
            if (((l >> place) & 1) === 0) continue
            if (k === 1) t[0]! |= 1 << l
            else t.fill(255, (l * t.length) / 8, ((l + 1) * t.length) / 8)
          }
          return t
        })
      }
      case 'not':
        return not(tables(f.arg))
      case 'next':
      case 'weakNext': {
        const a = tables(f.arg)
        const last = f.op === 'next' ? zeros : ones
        return each((k) => (k === 1 ? last[1]! : later(a[k - 1]!)))
      }
      case 'eventually':
        return until(ones, tables(f.arg), tables(f.arg))
      case 'always': {
        const a = tables(f.arg)
        return until(a, zeros, a)
      }
    }
    if (!('left' in f)) throw new TypeError(`${f.op} looks back`)
    const a = tables(f.left)
    const b = tables(f.right)
    switch (f.op) {
      case 'and':
      case 'or':
      case 'iff': {
        const { op } = f
        return each((k) => combine(op, a[k]!, b[k]!))
      }
      case 'implies': {
        const no = not(a)
        return each((k) => combine('or', no[k]!, b[k]!))
      }
      case 'until':
        return until(a, b, b)
      case 'weakUntil':
        return until(
          a,
          b,
          each((k) => combine('or', a[k]!, b[k]!)),
        )
      case 'release': {
        // b now, and a now or the same later
        const both = each((k) => combine('and', a[k]!, b[k]!))
        return until(b, both, b)
      }
      default:
        throw new TypeError(`${f.op} looks back`)
    }
  }
  return tables(formula)
}
