import { seededRandom } from '@midstream/test-kit'

function repeat(unit: string, chars: number): string {
  return unit.repeat(Math.ceil(chars / unit.length)).slice(0, chars)
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}

function randomText(alphabet: string, chars: number): string {
  const random = seededRandom(29)
  let text = ''
  for (let i = 0; i < chars; i += 1) text += alphabet[Math.floor(random() * alphabet.length)]
  return text
}

const OVERRIDE = 'ignore all previous '

/**
 * Texts that are made to cost as much as they can: brackets and prefixes of patterns that never end, separators,
 * escapes within escapes, encodings, characters that vanish. Each has about `chars` code units.
 */
export function adversarialInputs(
  chars: number,
): readonly { readonly name: string; readonly text: string }[] {
  const units: readonly (readonly [name: string, unit: string])[] = [
    ['one letter', 'a'],
    ['blanks', ' '],
    ['line feeds', '\n'],
    ['square brackets', '['],
    ['curly brackets', '{'],
    ['round brackets', '('],
    ['angle brackets', '<'],
    ['image prefixes', '!['],
    ['link prefixes', '[a](https://a.b/?c='],
    ['verbs', 'ignore '],
    ['verbs and qualifiers', OVERRIDE],
    ['do anything', 'do anything '],
    ['do not', 'do not '],
    ['you are now', 'you are now '],
    ['short words', 'a b c d '],
    ['system lines', '\nsystem: '],
    ['asks', 'reveal the whole '],
    ['open references', '&#'],
    ['references', '&#105;'],
    ['nested percent signs', '%25'],
    ['backslashes', '\\'],
    ['zero-width characters', 'i\u200b'],
    ['look-alikes', 'іgnоrе '],
    ['emoji', '👍🏽'],
    ['tags', '\u{e0069}'],
    ['digits in words', '1gn0re a11 '],
    ['hexadecimal digits', '69676e6f726520'],
    ['base64 of base64', `${base64(base64(`${OVERRIDE}things, `.repeat(4)))} `],
    ['base64 without an end', base64('ignore all previous words '.repeat(9)).replaceAll('=', '')],
  ]
  return [
    ...units.map(([name, unit]) => ({ name, text: repeat(unit, chars) })),
    { name: 'random ASCII', text: randomText(` !"#$%&'()*+,-./0123456789:;<=>?@ABCabcxyz[\\]^_{|}~`, chars) },
    { name: 'random letters of patterns', text: randomText('ignorepvustcl ', chars) },
  ]
}
