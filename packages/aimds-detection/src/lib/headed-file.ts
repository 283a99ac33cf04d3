// Files that begin with a line that says what they are, the length of a JSON head, and the head.

/** What the head of a file says, unchecked, and where what follows it begins. */
export interface HeadedFile {
  readonly head: Readonly<Record<string, unknown>>
  readonly end: number
}

/** Reads the beginning of a file. Throws what `invalid` makes of the reason when the bytes are none of its kind. */
export function readHead(bytes: Uint8Array, magic: string, invalid: (why: string) => Error): HeadedFile {
  const start = magic.length + 4
  if (bytes.length < start || new TextDecoder().decode(bytes.subarray(0, magic.length)) !== magic) {
    throw invalid('the bytes do not begin as one')
  }
  const end = start + new DataView(bytes.buffer, bytes.byteOffset).getUint32(magic.length)
  if (end > bytes.length) throw invalid('the head stops short')
  let head: unknown
  try {
    head = JSON.parse(new TextDecoder().decode(bytes.subarray(start, end)))
  } catch {
    throw invalid('the head is no JSON')
  }
  if (!isRecord(head)) throw invalid('the head is no object')
  return { head, end }
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 1
}

/** Whether a value is a list of so many finite numbers. */
export function isNumbers(value: unknown, length: number): value is number[] {
  return Array.isArray(value) && value.length === length && value.every(Number.isFinite)
}
