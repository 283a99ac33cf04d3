export interface SseStyle {
  /** Line end of the stream. @default '\n' */
  readonly lineEnd?: '\n' | '\r\n' | '\r'
  /** Write everything outside ASCII as `\uXXXX` inside JSON strings, as some vendors do. @default false */
  readonly asciiOnly?: boolean
}

/** UTF-8 bytes of a text. A lone surrogate becomes U+FFFD, as the Encoding standard says. */
export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

/** One server-sent event. `data` that is a string is written as it is, anything else as JSON; no line breaks in it. */
export function sseEvent(data: unknown, event: string | undefined, style: SseStyle = {}): string {
  const eol = style.lineEnd ?? '\n'
  let text = typeof data === 'string' ? data : JSON.stringify(data)
  if (style.asciiOnly === true) {
    text = text.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
  }
  return `${event === undefined ? '' : `event: ${event}${eol}`}data: ${text}${eol}${eol}`
}
