const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

function crc32(text: string): number {
  let crc = 0xffffffff
  for (let i = 0; i < text.length; i += 1) {
    crc ^= text.charCodeAt(i)
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0)
  }
  return (crc ^ 0xffffffff) >>> 0
}

/**
 * Whether the last six characters are the CRC-32 of the random part in base 62, as GitHub describes for its
 * tokens ("Behind GitHub's new authentication token formats", 2021) and npm uses too.
 */
export function hasTokenChecksum(text: string): boolean {
  const body = text.slice(text.indexOf('_') + 1)
  let value = crc32(body.slice(0, -6))
  let encoded = ''
  for (let i = 0; i < 6; i += 1) {
    encoded = BASE62[value % 62]! + encoded
    value = Math.floor(value / 62)
  }
  return encoded === body.slice(-6)
}

function decodeBase64Url(text: string): string | undefined {
  const base64 = text.replaceAll('-', '+').replaceAll('_', '/')
  if (base64.length % 4 === 1) return undefined
  return atob(base64.padEnd(Math.ceil(base64.length / 4) * 4, '='))
}

/** A JSON Web Token: the first part is a JSON object that names its algorithm (RFC 7515 section 4.1.1). */
export function isJwt(text: string): boolean {
  const header = decodeBase64Url(text.slice(0, text.indexOf('.')))
  if (header === undefined) return false
  try {
    const parsed: unknown = JSON.parse(header)
    return typeof parsed === 'object' && parsed !== null && 'alg' in parsed
  } catch {
    return false
  }
}

/** Enough base64 after the opening line for a key: a heading alone, or a placeholder, gives nothing away. */
export function hasKeyBody(text: string): boolean {
  const body = text.slice(text.indexOf('KEY') + 3)
  // A private key block has at least one line of base64; its headings and END line are words and spaces.
  return /[A-Za-z0-9+/]{20}/.test(body)
}

/** Shannon entropy in bits per character. */
export function entropy(text: string): number {
  const counts = new Map<string, number>()
  for (const char of text) counts.set(char, (counts.get(char) ?? 0) + 1)
  let bits = 0
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length)
  return bits
}

/** A key whose body is not a row of crosses (`ghp_xxxxxxxxxxxx`), the usual stand-in in documentation. */
export function isNotCrossedOut(text: string): boolean {
  return !/[xX]{10}/.test(text)
}

/**
 * A random string rather than a word: letters and digits, 2.5 bits per character or more, no row of crosses.
 * For formats whose prefix is short enough to begin ordinary identifiers.
 */
export function looksRandom(text: string): boolean {
  return /[0-9]/.test(text) && /[A-Za-z]/.test(text) && isNotCrossedOut(text) && entropy(text) >= 2.5
}
