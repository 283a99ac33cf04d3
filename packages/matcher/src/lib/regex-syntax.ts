import { MidstreamError, type MidstreamErrorCode } from '@midstream/core'
import { closeUnderCase } from './case-fold.ts'
import { treeOfChoice } from './choice-tree.ts'
import { type CodePointSet, MAX_CODE_POINT, negateSet, normalizeSet } from './code-point-set.ts'

export type AssertionKind = 'word-boundary' | 'not-word-boundary' | 'text-start' | 'text-end'

/** Syntax tree of the supported subset. Groups leave no trace in it. */
export type RegexNode =
  | { readonly type: 'set'; readonly set: CodePointSet }
  | { readonly type: 'sequence'; readonly items: readonly RegexNode[] }
  | { readonly type: 'choice'; readonly items: readonly RegexNode[] }
  | { readonly type: 'repeat'; readonly item: RegexNode; readonly min: number; readonly max: number }
  | { readonly type: 'assertion'; readonly kind: AssertionKind }

const DIGIT: CodePointSet = [0x30, 0x39]
export const WORD: CodePointSet = [0x30, 0x39, 0x41, 0x5a, 0x5f, 0x5f, 0x61, 0x7a]
// WhiteSpace and LineTerminator of ECMA-262.
const SPACE: CodePointSet = [
  0x09, 0x0d, 0x20, 0x20, 0xa0, 0xa0, 0x1680, 0x1680, 0x2000, 0x200a, 0x2028, 0x2029, 0x202f, 0x202f, 0x205f,
  0x205f, 0x3000, 0x3000, 0xfeff, 0xfeff,
]
const NOT_LINE_END: CodePointSet = negateSet([0x0a, 0x0a, 0x0d, 0x0d, 0x2028, 0x2029])
const CONTROL_ESCAPES: Readonly<Record<string, number>> = {
  n: 0x0a,
  r: 0x0d,
  t: 0x09,
  v: 0x0b,
  f: 0x0c,
}
const MAX_DEPTH = 200

/**
 * Parses the supported subset of ECMAScript regular expressions (flag `u`, or `iu` with `ignoreCase`).
 *
 * @param name names the pattern in errors.
 * @throws MidstreamError PATTERN_SYNTAX or PATTERN_UNSUPPORTED with `details.position`, the offset in `source`.
 */
export function parseRegex(source: string, ignoreCase: boolean, name: string): RegexNode {
  const parser = createParser(source, ignoreCase, name)
  const node = parser.choice(0)
  if (parser.position() < source.length) parser.fail('PATTERN_SYNTAX', 'unmatched )', parser.position())
  return node
}

/**
 * Parses a single character class such as `[A-Za-z]` or `\w`.
 *
 * @throws MidstreamError PATTERN_SYNTAX with `details.position`.
 */
export function parseCharacterClass(source: string, ignoreCase: boolean, name: string): CodePointSet {
  const node = parseRegex(source, ignoreCase, name)
  if (node.type !== 'set') {
    throw new MidstreamError('PATTERN_SYNTAX', `pattern ${name}: ${source} is not one character class`, {
      details: { pattern: name, position: 0 },
    })
  }
  return node.set
}

interface Parser {
  choice(depth: number): RegexNode
  position(): number
  fail(code: MidstreamErrorCode, what: string, position: number): never
}

/** 1 for ASCII characters that mean themselves. */
const LITERAL: Uint8Array = /* @__PURE__ */ Uint8Array.from({ length: 0x80 }, (_, unit) =>
  '^$\\.*+?()[]{}|'.includes(String.fromCharCode(unit)) ? 0 : 1,
)

function isQuantifier(unit: number): boolean {
  return unit === 0x3f || unit === 0x2a || unit === 0x2b || unit === 0x7b
}

const plainSingles: (RegexNode | undefined)[] = []
const foldedSingles: (RegexNode | undefined)[] = []

function createParser(source: string, ignoreCase: boolean, name: string): Parser {
  let at = 0
  // An ASCII character that occurs again is the same node, with a set that later steps know without looking into it.
  const singles = ignoreCase ? foldedSingles : plainSingles
  const classes = new Map<string, CodePointSet>()

  function fail(code: MidstreamErrorCode, what: string, position: number): never {
    throw new MidstreamError(code, `pattern ${name}: ${what} at offset ${position}`, {
      details: { pattern: name, position },
    })
  }

  function fold(set: CodePointSet): CodePointSet {
    return ignoreCase ? closeUnderCase(set) : set
  }

  function single(codePoint: number): RegexNode {
    const known = singles[codePoint]
    if (known !== undefined) return known
    const node: RegexNode = { type: 'set', set: fold([codePoint, codePoint]) }
    if (codePoint < 0x80) singles[codePoint] = node
    return node
  }

  function choice(depth: number): RegexNode {
    if (depth > MAX_DEPTH) fail('PATTERN_TOO_LARGE', `more than ${MAX_DEPTH} nested groups`, at)
    const items = [sequence(depth)]
    while (source[at] === '|') {
      at++
      items.push(sequence(depth))
    }
    return items.length === 1 ? items[0]! : treeOfChoice(items)
  }

  function sequence(depth: number): RegexNode {
    const items: RegexNode[] = []
    while (at < source.length) {
      const unit = source.charCodeAt(at)
      if (unit === 0x7c || unit === 0x29) break
      // Most of an expression is letters that stand for themselves.
      if (unit < 0x80 && LITERAL[unit] === 1 && !isQuantifier(source.charCodeAt(at + 1))) {
        items.push(single(unit))
        at++
      } else items.push(quantified(depth))
    }
    // A group of an assertion may be repeated, an assertion may not.
    return items.length === 1 && items[0]!.type !== 'assertion' ? items[0]! : { type: 'sequence', items }
  }

  function quantified(depth: number): RegexNode {
    const item = atom(depth)
    const start = at
    const bounds = quantifier()
    if (bounds === undefined) return item
    if (item.type === 'assertion') fail('PATTERN_SYNTAX', 'nothing to repeat', start)
    if (source[at] === '?') {
      fail('PATTERN_UNSUPPORTED', 'lazy quantifier (matches are always leftmost-longest)', at)
    }
    return { type: 'repeat', item, min: bounds[0], max: bounds[1] }
  }

  function quantifier(): [number, number] | undefined {
    const c = source[at]
    if (c === '*' || c === '+' || c === '?') {
      at++
      return [c === '+' ? 1 : 0, c === '?' ? 1 : Infinity]
    }
    if (c !== '{') return undefined
    const found = /^\{(\d+)(?:(,)(\d*))?\}/.exec(source.slice(at, at + 40))
    if (found === null) fail('PATTERN_SYNTAX', 'malformed quantifier', at)
    const min = Number(found[1])
    const max = found[2] === undefined ? min : found[3] === '' ? Infinity : Number(found[3])
    if (min > max) fail('PATTERN_SYNTAX', 'quantifier bounds out of order', at)
    at += found[0].length
    return [min, max]
  }

  function atom(depth: number): RegexNode {
    const start = at
    const c = source[at]!
    switch (c) {
      case '(':
        return group(depth)
      case '[':
        return { type: 'set', set: characterClass() }
      case '.':
        at++
        return { type: 'set', set: NOT_LINE_END }
      case '^':
      case '$':
        at++
        return { type: 'assertion', kind: c === '^' ? 'text-start' : 'text-end' }
      case '*':
      case '+':
      case '?':
        return fail('PATTERN_SYNTAX', 'nothing to repeat', start)
      case '{':
      case '}':
      case ']':
        return fail('PATTERN_SYNTAX', `unescaped ${c}`, start)
      case '\\': {
        const next = source[at + 1]
        if (next === 'b' || next === 'B') {
          at += 2
          return { type: 'assertion', kind: next === 'b' ? 'word-boundary' : 'not-word-boundary' }
        }
        const escaped = escapeSequence(false)
        return typeof escaped === 'number' ? single(escaped) : { type: 'set', set: escaped }
      }
      default:
        return single(literalCodePoint())
    }
  }

  function literalCodePoint(): number {
    const cp = source.codePointAt(at)!
    if (cp >= 0xd800 && cp <= 0xdfff) fail('PATTERN_UNSUPPORTED', 'lone surrogate', at)
    at += cp > 0xffff ? 2 : 1
    return cp
  }

  function group(depth: number): RegexNode {
    const start = at
    at++
    if (source[at] === '?') {
      if (source[at + 1] === ':') at += 2
      else if (/^\?(?:<?[=!])/.test(source.slice(at, at + 3)))
        fail('PATTERN_UNSUPPORTED', 'look-around', start)
      else if (source[at + 1] === '<') fail('PATTERN_UNSUPPORTED', 'named group', start)
      else if (/^\?[a-z-]+[:)]/.test(source.slice(at, at + 12))) {
        fail('PATTERN_UNSUPPORTED', 'flags inside the pattern', start)
      } else fail('PATTERN_SYNTAX', 'invalid group', start)
    }
    const node = choice(depth + 1)
    if (source[at] !== ')') fail('PATTERN_SYNTAX', 'unterminated group', start)
    at++
    return node
  }

  /** A code point, or a set for a class escape. `at` stands on the backslash. */
  function escapeSequence(inClass: boolean): number | CodePointSet {
    const start = at
    const c = source[at + 1]
    if (c === undefined) fail('PATTERN_SYNTAX', 'pattern ends in a backslash', start)
    at += 2
    const control = CONTROL_ESCAPES[c]
    if (control !== undefined) return control
    switch (c) {
      case 'd':
        return DIGIT
      case 'D':
        return negateSet(DIGIT)
      case 's':
        return SPACE
      case 'S':
        return negateSet(SPACE)
      case 'w':
        return fold(WORD)
      case 'W':
        return negateSet(fold(WORD))
      case 'x':
        return hex(/^[0-9a-fA-F]{2}/, start)
      case 'u':
        return unicodeEscape(start)
      case 'b':
        if (inClass) return 0x08
        break
      case '0':
        if (!/[0-9]/.test(source[at] ?? '')) return 0
        return fail('PATTERN_SYNTAX', 'octal escape', start)
      case 'k':
        return fail('PATTERN_UNSUPPORTED', 'back-reference', start)
      case 'p':
      case 'P':
        return fail('PATTERN_UNSUPPORTED', 'Unicode property', start)
      case 'c':
        return fail('PATTERN_UNSUPPORTED', 'control letter escape', start)
    }
    if (c >= '1' && c <= '9') return fail('PATTERN_UNSUPPORTED', 'back-reference', start)
    if (/^[!-/:-@[-`{-~ ]$/.test(c)) return c.charCodeAt(0)
    return fail('PATTERN_SYNTAX', `unknown escape \\${c}`, start)
  }

  function hex(shape: RegExp, start: number): number {
    const digits = shape.exec(source.slice(at, at + 10))
    if (digits === null) return fail('PATTERN_SYNTAX', 'malformed escape', start)
    at += digits[0].length
    return Number.parseInt(digits[0], 16)
  }

  function unicodeEscape(start: number): number {
    let cp: number
    if (source[at] === '{') {
      at++
      cp = hex(/^[0-9a-fA-F]+(?=\})/, start)
      at++
      if (cp > MAX_CODE_POINT) fail('PATTERN_SYNTAX', 'code point out of range', start)
    } else {
      cp = hex(/^[0-9a-fA-F]{4}/, start)
      const low = /^\\u(d[c-f][0-9a-f]{2})/i.exec(source.slice(at, at + 6))
      if (cp >= 0xd800 && cp <= 0xdbff && low !== null) {
        cp = 0x10000 + ((cp & 1023) << 10) + (Number.parseInt(low[1]!, 16) & 1023)
        at += 6
      }
    }
    if (cp >= 0xd800 && cp <= 0xdfff) fail('PATTERN_UNSUPPORTED', 'lone surrogate', start)
    return cp
  }

  /** The class at the bracket `at`. Without escapes, the same text again is the same set. */
  function characterClass(): CodePointSet {
    const text = source.slice(at, source.indexOf(']', at) + 1)
    if (text === '' || text.includes('\\')) return readClass()
    const known = classes.get(text)
    if (known !== undefined) {
      at += text.length
      return known
    }
    const set = readClass()
    classes.set(text, set)
    return set
  }

  function readClass(): CodePointSet {
    const start = at
    at++
    const negated = source[at] === '^'
    if (negated) at++
    const ranges: number[] = []
    let empty = true
    for (;;) {
      if (at >= source.length) fail('PATTERN_SYNTAX', 'unterminated character class', start)
      if (source[at] === ']') break
      empty = false
      const itemStart = at
      const lo = classAtom()
      if (source[at] === '-' && source[at + 1] !== ']' && at + 1 < source.length) {
        at++
        const hi = classAtom()
        if (typeof lo !== 'number' || typeof hi !== 'number') {
          fail('PATTERN_SYNTAX', 'class escape in a range', itemStart)
        }
        if (lo > hi) fail('PATTERN_SYNTAX', 'range out of order', itemStart)
        ranges.push(lo, hi)
      } else if (typeof lo === 'number') ranges.push(lo, lo)
      else ranges.push(...lo)
    }
    at++
    if (empty && !negated) fail('PATTERN_SYNTAX', 'empty character class', start)
    const set = fold(normalizeSet(ranges))
    return negated ? negateSet(set) : set
  }

  function classAtom(): number | CodePointSet {
    return source[at] === '\\' ? escapeSequence(true) : literalCodePoint()
  }

  return { choice, position: () => at, fail }
}
