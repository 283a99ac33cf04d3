// Several wordings of one meaning: what the embedding is taught to bring together.
import { EXTRA, JAILBREAKS, LEAKS, OVERRIDES } from './direct-attacks.ts'
import { expand, pick, type Random, type Slots } from './grammar.ts'
import { EVERYDAY, HARMLESS_SLOTS, SCARY, TRIGGERS } from './harmless-requests.ts'

const ATTACK_CONTENT = ['newgoal', 'harmful', 'persona', 'leak', 'canary', 'topic', 'language']
const HARMLESS_CONTENT = [
  'subject',
  'role',
  'product',
  'city',
  'lang',
  'tongue',
  'who',
  'name',
  'num',
  'thing',
]

/** The slots with some of them fixed to one expansion each, so that all wordings speak of the same thing. */
function fixed(random: Random, slots: Slots, names: readonly string[]): Slots {
  const content = names.map(
    (name) => [name, [escaped(expand(random, pick(random, slots[name]!), slots))]] as const,
  )
  return { ...slots, ...Object.fromEntries(content) }
}

function escaped(text: string): string {
  return text.replaceAll('{', '⟦').replaceAll('}', '⟧').replaceAll('|', '/')
}

/** `count` wordings of one attack or of one harmless request. */
export function paraphrases(random: Random, count: number): string[] {
  const dice = random()
  if (dice < 0.5) {
    const slots = fixed(random, EXTRA, ATTACK_CONTENT)
    const family =
      dice < 0.25
        ? OVERRIDES.slice(0, 3)
        : dice < 0.33
          ? LEAKS.slice(0, 4)
          : [pick(random, dice < 0.42 ? OVERRIDES : JAILBREAKS)]
    return Array.from({ length: count }, () => expand(random, pick(random, family), slots))
  }
  const slots = fixed(random, HARMLESS_SLOTS, HARMLESS_CONTENT)
  const template = pick(random, dice < 0.7 ? TRIGGERS : dice < 0.8 ? SCARY : EVERYDAY)
  return Array.from({ length: count }, () => expand(random, template, slots))
}
