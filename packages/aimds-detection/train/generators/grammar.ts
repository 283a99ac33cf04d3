// Small paraphrase grammars. `{a|b|c}` picks one alternative (they nest, and one may be empty); `<name>` is
// replaced by a pick from the slot of that name, which is expanded in turn.

export type Random = () => number
export type Slots = Readonly<Record<string, readonly string[]>>

/** A linear congruential generator; enough for picking words, and the same everywhere. */
export function seeded(seed: number): Random {
  let state = (Math.imul(seed | 0, 0x9e3779b1) ^ 0x5bd1e995) >>> 0
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return ((state ^ (state >>> 15)) >>> 0) / 4294967296
  }
}

export function pick<T>(random: Random, list: readonly T[]): T {
  return list[Math.min(list.length - 1, Math.floor(random() * list.length))]!
}

/** Expands a template. A `<name>` that is no slot stays as it is, and
 * `⟦` and `⟧` stand for braces that are meant as such. Throws Error for a brace without its partner. */
export function expand(random: Random, template: string, slots: Slots): string {
  let out = ''
  for (let i = 0; i < template.length; i++) {
    const char = template[i]!
    if (char === '{') {
      const end = closing(template, i)
      out += expand(random, pick(random, alternatives(template.slice(i + 1, end))), slots)
      i = end
    } else if (char === '<') {
      const end = template.indexOf('>', i)
      const name = template.slice(i + 1, end)
      const slot = end > 0 ? slots[name] : undefined
      if (slot === undefined) {
        // Markup that a template carries for its own sake.
        out += char
        continue
      }
      out += expand(random, pick(random, slot), slots)
      i = end
    } else out += char === '⟦' ? '{' : char === '⟧' ? '}' : char
  }
  return out
}

function closing(template: string, open: number): number {
  let depth = 0
  for (let i = open; i < template.length; i++) {
    if (template[i] === '{') depth++
    else if (template[i] === '}' && --depth === 0) return i
  }
  throw new Error(`a brace is not closed: ${template}`)
}

function alternatives(inside: string): string[] {
  const list: string[] = []
  let depth = 0
  let from = 0
  for (let i = 0; i < inside.length; i++) {
    const char = inside[i]
    if (char === '{') depth++
    else if (char === '}') depth--
    else if (char === '|' && depth === 0) {
      list.push(inside.slice(from, i))
      from = i + 1
    }
  }
  list.push(inside.slice(from))
  return list
}

/** Writes a text the way people do: capitals lost, shouted, ends without a stop, now and then. */
export function roughen(random: Random, text: string): string {
  const dice = random()
  if (dice < 0.15) return text.toLowerCase()
  if (dice < 0.2) return text.toUpperCase()
  if (dice < 0.3) return text.replace(/[.!]$/, '')
  if (dice < 0.34) return text.replace(/\. /g, '.\n')
  return text
}
