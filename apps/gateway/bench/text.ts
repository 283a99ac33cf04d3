import { randomInteger, seededRandom } from '@midstream/test-kit'

/**
 * How the pieces of a text carry their blanks. `lead`: as the tokens of most language models, " word". `trail`:
 * whole words that end with a blank, "word ". A guard that must not leak the start of an e-mail address has to
 * hold an unfinished word, so `lead` delays each word until the next piece and `trail` does not.
 */
export type TextVariant = 'lead' | 'trail'

const SUBJECTS =
  'the river|a quiet engineer|this small library|our neighbour|the old bridge|every morning train|the committee|a careful reader|the weather service|one of the students|the naïve estimate|the café on the corner'
const VERBS =
  'explains|carries|remembers|measures|follows|describes|prepares|considers|replaces|understands|keeps|questions'
const OBJECTS =
  'the long conversation|a handful of letters|the temperature of the water|an unusual recommendation|the second chapter|most of the furniture|a simple approximation|the responsibility for the garden|several independent sources|the internationalization of trade|a plain answer|the northern coastline'
const TAILS =
  'before the meeting starts|while the lamps are still on|with remarkable patience|in about 30 minutes|because nobody else would|near the end of 1998|without any hesitation|as far as we can tell|for 24 of the 60 villages|when the wind turns east'

/**
 * English sentences without personal data, cut into `pieces` pieces. The same arguments give the same pieces on
 * every machine.
 */
export function benchText(variant: TextVariant, pieces: number, seed = 1): string[] {
  const random = seededRandom(seed)
  const pick = (choices: string): string => {
    const list = choices.split('|')
    return list[randomInteger(random, 0, list.length - 1)]!
  }
  const result: string[] = []
  while (result.length < pieces) {
    const subject = pick(SUBJECTS)
    const clause = `${subject[0]!.toUpperCase()}${subject.slice(1)} ${pick(VERBS)} ${pick(OBJECTS)}`
    const sentence = `${clause}${random() < 0.3 ? ', ' : ' '}${pick(TAILS)}.`
    const words = sentence.split(' ')
    for (const word of words) {
      if (variant === 'trail') result.push(`${word} `)
      else result.push(...tokens(word, result.length > 0))
    }
  }
  return result.slice(0, pieces)
}

/** Words of up to 8 letters stay whole, longer ones fall into pieces of 5; punctuation is a piece of its own. */
function tokens(word: string, blank: boolean): string[] {
  const [, letters = '', mark = ''] = /^(.*?)([.,]?)$/.exec(word) ?? []
  const parts = letters.length <= 8 ? [letters] : (letters.match(/.{1,5}/g) ?? [])
  const first = blank ? ` ${parts[0]}` : parts[0]!
  return [first, ...parts.slice(1), ...(mark === '' ? [] : [mark])]
}

const PADDING = 'aQ3vZk8RmT0pXe5LwYb7Hs1NcUd9GjFo2iVxKr6EtSy4MzAqWn'

/** The values of the `obfuscation` field, 2 to 14 letters and digits that tell nothing. Deterministic. */
export function benchPadding(count: number): string[] {
  const random = seededRandom(2)
  return Array.from({ length: count }, () => {
    const start = randomInteger(random, 0, 30)
    return PADDING.slice(start, start + randomInteger(random, 2, 14))
  })
}
