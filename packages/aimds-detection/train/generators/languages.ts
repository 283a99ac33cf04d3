// Attacks and everyday messages in the same languages, so that a language as such says nothing.
import { GOALS } from './goals.ts'
import { expand, pick, type Random, roughen, type Slots } from './grammar.ts'
import type { Phrases } from './phrases.ts'
import { LATIN_CYRILLIC } from './phrases-latin-cyrillic.ts'
import { OTHERS } from './phrases-other.ts'

const LANGUAGES: Readonly<Record<string, Phrases>> = { ...LATIN_CYRILLIC, ...OTHERS }

const CANARIES: Slots = {
  canary: ['HACKED', 'PWNED', 'LOL', 'OK', 'banana', 'yes', '42', 'moo', 'I am free', 'TRUE', 'ABC'],
}
const CODES = Object.keys(LANGUAGES)

export interface LocalText {
  readonly text: string
  readonly lang: string
}

/** An attack in a language other than English. */
export function foreignAttack(random: Random, lang: string = pick(random, CODES)): LocalText {
  const slots = { ...CANARIES, ...GOALS[lang]! }
  const text = expand(random, pick(random, LANGUAGES[lang]!.attacks), slots)
  const dice = random()
  // One in four follows a harmless sentence, as in a question that turns.
  const before = dice < 0.25 ? `${expand(random, pick(random, LANGUAGES[lang]!.benign), slots)} ` : ''
  const after = dice > 0.9 ? ` ${expand(random, pick(random, GOALS[lang]!['goal']!), slots)}` : ''
  return { text: roughen(random, before + text + after), lang }
}

/** A harmless message in a language other than English, often with a word that attacks use too. */
export function foreignBenign(random: Random, lang: string = pick(random, CODES)): LocalText {
  const list = LANGUAGES[lang]!.benign
  const count = random() < 0.7 ? 1 : 2
  const parts: string[] = []
  for (let i = 0; i < count; i++) parts.push(expand(random, pick(random, list), {}))
  return { text: roughen(random, parts.join(' ')), lang }
}
