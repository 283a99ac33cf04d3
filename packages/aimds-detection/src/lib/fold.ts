import confusables from '../data/confusables.json' with { type: 'json' }

/** In `foldUnit`: nothing is left of the character. */
export const DROPPED = 0xffff
/** In `foldUnit`: the result is not one code unit; `foldCodePoint` has it. */
const SEVERAL = 0xfffe

/**
 * What has no place in a word: control and format characters (zero-width, bidi, tags), combining marks that
 * only decorate, variation selectors, fillers that show as nothing. Vowel signs of Indic scripts stay.
 */
const IGNORED_RANGES =
  '0300-036f 0483-0489 0591-05bd 05bf 05c1 05c2 05c4 05c5 05c7 0610-061a 0640 064b-065f ' +
  '0670 06d6-06dc 06df-06e4 06e7 06e8 06ea-06ed 093c 09bc 115f 1160 17b4 17b5 180b-180f ' +
  '1ab0-1aff 1dc0-1dff 20d0-20ff 3099 309a 3164 fe00-fe0f fe20-fe2f ffa0 e0000-e0fff'
const IGNORED = /* @__PURE__ */ new RegExp(
  `^(?:\\p{Cc}|\\p{Cf}|[${IGNORED_RANGES.split(' ')
    .map((range) => range.replaceAll(/[0-9a-f]+/g, '\\u{$&}'))
    .join('')}])$`,
  'u',
)
/** Results of one character that are kept outside the table; text of every script in use needs fewer. */
const MAX_KEPT = 16_384
const LINE_END = /^[\n\r\u0085\u2028\u2029]$/
const BLANK = /^[\t\v\f\p{Zs}]$/u

let look: Map<string, string> | undefined

function lookAlikes(): Map<string, string> {
  if (look !== undefined) return look
  look = new Map()
  for (const [table, bothCases] of [
    [confusables.sameInBothCases, true],
    [confusables.byCase, false],
  ] as const) {
    for (const [letter, alikes] of Object.entries(table)) {
      for (const alike of alikes) {
        if (!look.has(alike)) look.set(alike, letter)
        if (bothCases && !look.has(alike.toUpperCase())) look.set(alike.toUpperCase(), letter)
      }
    }
  }
  return look
}

/** Squared and circled capitals and regional indicators, which have no compatibility form. */
function enclosedLetter(codePoint: number): string | undefined {
  for (const first of [0x1f130, 0x1f150, 0x1f170, 0x1f1e6]) {
    if (codePoint >= first && codePoint < first + 26) return String.fromCharCode(0x61 + codePoint - first)
  }
  return undefined
}

function foldOnce(text: string): string {
  let result = ''
  for (const char of text.normalize('NFKD')) {
    if (LINE_END.test(char)) result += '\n'
    else if (BLANK.test(char)) result += ' '
    else if (IGNORED.test(char)) continue
    else result += lookAlikes().get(char) ?? enclosedLetter(char.codePointAt(0)!) ?? char.toLowerCase()
  }
  return result
}

function computeFold(codePoint: number): string {
  // Half of a pair means nothing; what it becomes must not pair up with a neighbour.
  if (codePoint >= 0xd800 && codePoint < 0xe000) return '\ufffd'
  if (codePoint === 0xfffe || codePoint === 0xffff) return ''
  let text = String.fromCodePoint(codePoint)
  // Lower case can uncover marks and marks look-alikes. Four rounds are enough for all of Unicode 16 (tested).
  for (let round = 0; round < 4; round += 1) {
    const next = foldOnce(text)
    if (next === text) break
    text = next
  }
  return text
}

const units = /* @__PURE__ */ new Uint16Array(0x10000)
const others = /* @__PURE__ */ new Map<number, string>()

/** The form of a character in which patterns are matched. Context-free: `fold(a + b) = fold(a) + fold(b)`. */
export function foldCodePoint(codePoint: number): string {
  const unit = codePoint < 0x10000 ? units[codePoint]! : SEVERAL
  if (unit === DROPPED) return ''
  if (unit !== 0 && unit !== SEVERAL) return String.fromCharCode(unit)
  let text = others.get(codePoint)
  if (text !== undefined) return text
  text = computeFold(codePoint)
  if (codePoint < 0x10000 && text === '') units[codePoint] = DROPPED
  else if (codePoint < 0x10000 && text.length === 1) units[codePoint] = text.charCodeAt(0)
  else {
    if (codePoint < 0x10000) units[codePoint] = SEVERAL
    if (others.size < MAX_KEPT) others.set(codePoint, text)
  }
  return text
}

/** Folds each character of a text by itself. Blanks stay as they are many. O(n). */
export function foldText(text: string): string {
  let result = ''
  for (const char of text) result += foldCodePoint(char.codePointAt(0)!)
  return result
}
