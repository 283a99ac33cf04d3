import { type CodePointSet, MAX_CODE_POINT, normalizeSet, setContains } from './code-point-set.ts'

// Simple case folding (Unicode CaseFolding.txt, status C and S), as the `iu` flags of RegExp use it, derived
// from the case mappings of the runtime so that no table is shipped. Two code points are equal when they are
// linked by mappings to a single code point, with these corrections:
const NOT_FOLDED = 0x131 // dotless i: its capital is I, but it folds only in Turkic languages.
// Folded together although their capitals are several code points (status S since Unicode 15.1).
const EXTRA_PAIRS: readonly (readonly [number, number])[] = [
  [0x390, 0x1fd3],
  [0x3b0, 0x1fe3],
  [0xfb05, 0xfb06],
]
const LAST_CASED = 0x1e943
const BLOCK = 256

let groupOf: Map<number, number[]> | undefined

function allGroups(): Map<number, number[]> {
  if (groupOf !== undefined) return groupOf
  const groups = new Map<number, number[]>()
  function link(a: number, b: number): void {
    const ga = groups.get(a) ?? [a]
    const gb = groups.get(b) ?? [b]
    if (ga === gb) return
    const joined = [...new Set([...ga, ...gb])].sort((x, y) => x - y)
    for (const cp of joined) groups.set(cp, joined)
  }
  function linkMappings(cp: number): void {
    const text = String.fromCodePoint(cp)
    for (const mapped of [text.toLowerCase(), text.toUpperCase()]) {
      const to = mapped.codePointAt(0)!
      if (to !== cp && mapped.length === (to > 0xffff ? 2 : 1)) link(cp, to)
    }
  }
  const block = new Array<number>(BLOCK)
  for (let first = 0; first <= LAST_CASED; first += BLOCK) {
    if (first >= 0xd800 && first < 0xe000) continue
    for (let i = 0; i < BLOCK; i++) block[i] = first + i
    const all = String.fromCodePoint(...block)
    // Most blocks have no letter with a case: two calls tell, instead of two for each code point.
    if (all.toLowerCase() === all && all.toUpperCase() === all) continue
    for (const cp of block) if (cp !== NOT_FOLDED) linkMappings(cp)
  }
  for (const [a, b] of EXTRA_PAIRS) {
    if (new RegExp(`^\\u{${a.toString(16)}}$`, 'iu').test(String.fromCodePoint(b))) link(a, b)
  }
  groupOf = groups
  return groups
}

/** All code points that equal this one when case is ignored, itself included. */
export function caseVariants(codePoint: number): readonly number[] {
  if (codePoint < 0x80) {
    const lower = codePoint | 0x20
    if (lower < 0x61 || lower > 0x7a) return [codePoint]
    const variants = [lower - 0x20, lower]
    if (lower === 0x6b) variants.push(0x212a) // Kelvin sign
    if (lower === 0x73) variants.push(0x17f) // long s
    return variants
  }
  return allGroups().get(codePoint) ?? [codePoint]
}

/** True for what negated classes of ASCII characters are: no need to look at every letter of every script. */
function hasAllBeyondAscii(set: CodePointSet): boolean {
  const last = set.length - 2
  return last >= 0 && set[last]! <= 0x80 && set[last + 1] === MAX_CODE_POINT
}

/** Up to here it is quicker to look at each member of a set than at each letter of each script. */
const FEW = 256

function sizeOf(set: CodePointSet): number {
  let size = 0
  for (let i = 0; i < set.length; i += 2) size += set[i + 1]! - set[i]! + 1
  return size
}

/** The set with every code point that equals one of its members when case is ignored. */
export function closeUnderCase(set: CodePointSet): CodePointSet {
  const out: number[] = [...set]
  if (set.length === 0 || set[set.length - 1]! < 0x80) {
    for (let cp = 0x41; cp <= 0x7a; cp++) {
      if (setContains(set, cp)) for (const v of caseVariants(cp)) out.push(v, v)
    }
    return normalizeSet(out)
  }
  if (hasAllBeyondAscii(set)) {
    for (let cp = 0x41; cp <= 0x7a; cp++) {
      if (caseVariants(cp).some((variant) => setContains(set, variant))) out.push(cp, cp)
    }
    return normalizeSet(out)
  }
  if (sizeOf(set) <= FEW) {
    for (let i = 0; i < set.length; i += 2) {
      for (let cp = set[i]!; cp <= set[i + 1]!; cp++) for (const v of caseVariants(cp)) out.push(v, v)
    }
    return normalizeSet(out)
  }
  for (const [cp, variants] of allGroups()) {
    if (setContains(set, cp)) for (const v of variants) out.push(v, v)
  }
  return normalizeSet(out)
}
