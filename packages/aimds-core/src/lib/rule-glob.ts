/**
 * Compiles a rule pattern such as `secret/*` into a test. `*` stands for any text, also empty, also with a
 * slash; every other character stands for itself. Each piece between stars is searched once, left to right,
 * so a test costs O(pattern × id) at most and never backtracks.
 */
export function compileRuleGlob(glob: string): (rule: string) => boolean {
  const pieces = glob.split('*')
  if (pieces.length === 1) return (rule) => rule === glob
  const first = pieces[0]!
  const last = pieces.at(-1)!
  const middle = pieces.slice(1, -1)
  return (rule) => {
    if (!rule.startsWith(first) || !rule.endsWith(last)) return false
    let at = first.length
    for (const piece of middle) {
      const found = rule.indexOf(piece, at)
      if (found < 0) return false
      at = found + piece.length
    }
    return at <= rule.length - last.length
  }
}
