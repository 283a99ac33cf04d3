export type Category = 'pii' | 'secret' | 'injection' | 'jailbreak' | 'exfiltration'

/**
 * Families of findings. `nature` says what a finding of the family means:
 *
 * - `data`: the text carries something that must not spread. It says nothing about intent, so it never makes
 *   a text a threat on its own.
 * - `threat`: the text tries to make a model or a tool do something its operator does not want.
 */
export const CATEGORIES: Readonly<
  Record<Category, { readonly nature: 'data' | 'threat'; readonly title: string }>
> = {
  pii: { nature: 'data', title: 'Personal data: addresses, numbers and identifiers of people' },
  secret: { nature: 'data', title: 'Credentials: keys, tokens, passwords, private keys' },
  injection: { nature: 'threat', title: 'Instructions planted to override those of the operator' },
  jailbreak: { nature: 'threat', title: 'Attempts to talk a model out of its rules' },
  exfiltration: { nature: 'threat', title: 'Channels that would carry data out, such as beacon links' },
}

/** True for the names in `CATEGORIES`. */
export function isCategory(name: string): name is Category {
  return Object.hasOwn(CATEGORIES, name)
}

/**
 * Whether findings of this category speak of an attack. Personal data and secrets do not; neither does a
 * category that is not in the taxonomy, because nothing is known about it.
 */
export function isThreat(category: string): boolean {
  return isCategory(category) && CATEGORIES[category].nature === 'threat'
}
