/** HTML elements that run or load code when a page shows them. */
const ACTIVE_TAG =
  /<(?=\/?(?:script|iframe|frame|frameset|object|embed|svg|math|link|meta|base|style|form)(?![A-Za-z0-9-]))/gi
/** An event handler attribute: `onerror=`, `onload =`. */
const HANDLER = /(?<![A-Za-z0-9])(on[a-z]{3,30}[ \t\r\n\f]*)=/gi

/** One of these characters, as itself or as a reference to it, which a page resolves in the value of an attribute. */
function written(chars: string, names = ''): string {
  const codes = [...chars].map((char) => char.charCodeAt(0))
  const hex = codes.map((code) => code.toString(16)).join('|')
  return `(?:[${chars}]${names}|&#(?:0{0,7}(?:${codes.join('|')})|x0{0,7}(?:${hex}));?)`
}

function schemeExpression(): RegExp {
  // Browsers skip tabs and line ends inside a scheme.
  const skipped = written('\t\r\n', '|&(?:tab|newline);')
  const word = (letters: string): string =>
    [...letters].map((letter) => written(letter + letter.toUpperCase())).join(`${skipped}*`)
  const colon = written(':', '|&colon;')
  return new RegExp(
    `((?:${word('java')}|${word('vb')})${skipped}*${word('script')})(?:${skipped}| )*${colon}`,
    'gi',
  )
}

/** A scheme that runs code when a link is followed. */
const SCHEME = /* @__PURE__ */ schemeExpression()

/**
 * Takes the effect out of markup that a page would run: `<script` becomes `&lt;script`, `onerror=` becomes
 * `onerror&#61;`, `javascript:` becomes `javascript[:]`, because a reference to the colon would be resolved in a
 * link. The words stay readable. This is for text that is put into a page somewhere downstream; it is no substitute
 * for escaping at the place of output, because it also touches the same letters in prose and code. Time: linear, each
 * expression starts at a literal and passes a blank once.
 */
export function neutralizeMarkup(text: string): string {
  return text.replaceAll(ACTIVE_TAG, '&lt;').replaceAll(HANDLER, '$1&#61;').replaceAll(SCHEME, '$1[:]')
}
