/**
 * Removes the control characters of ASCII and Latin-1 (U+0000–U+001F, U+007F–U+009F) except tab, line feed
 * and carriage return, which lay text out. Everything else stays as it is. Linear.
 */
export function stripControls(text: string): string {
  return text.replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g, '')
}
