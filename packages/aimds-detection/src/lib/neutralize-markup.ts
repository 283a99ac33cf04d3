/** HTML elements that run or load code when a page shows them. */
const ACTIVE_TAG =
  /<(?=\/?(?:script|iframe|object|embed|svg|math|link|meta|base|style|form)(?![A-Za-z0-9-]))/gi
/** An event handler attribute: `onerror=`, `onload =`. */
const HANDLER = /(?<![A-Za-z0-9])(on[a-z]{3,30})([ \t\r\n]{0,8})=/gi
/** A scheme that runs code when a link is followed. Browsers skip tabs and line ends inside it. */
const SCHEME =
  /(?<![A-Za-z0-9])((?:j[\t\r\n]*a[\t\r\n]*v[\t\r\n]*a|v[\t\r\n]*b)[\t\r\n]*s[\t\r\n]*c[\t\r\n]*r[\t\r\n]*i[\t\r\n]*p[\t\r\n]*t)[\t\r\n ]*:/gi

/**
 * Takes the effect out of markup that a page would run: `<script` becomes `&lt;script`, `onerror=` becomes
 * `onerror&#61;`, `javascript:` becomes `javascript&#58;`. The words stay readable. This is for text that is
 * put into a page somewhere downstream; it is no substitute for escaping at the place of output, because it
 * also touches the same letters in prose and code. Time: linear, each expression is bounded and starts at a
 * literal.
 */
export function neutralizeMarkup(text: string): string {
  return text.replaceAll(ACTIVE_TAG, '&lt;').replaceAll(HANDLER, '$1$2&#61;').replaceAll(SCHEME, '$1&#58;')
}
