/**
 * A digest of 43 characters that stands for a text (SHA-256). Equal for equal texts only: UTF-16 keeps lone surrogates
 * apart, which UTF-8 would make one character.
 */
export function textDigest(text: string): string {
  // Not imported: programs that remember nothing should not wait for it at their start.
  const { createHash } = process.getBuiltinModule('node:crypto')
  return createHash('sha256').update(text, 'utf16le').digest('base64url')
}
