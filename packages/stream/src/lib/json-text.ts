/** Where a string stands in a JSON document. */
export type Path = readonly (string | number)[]

/**
 * Calls `visit` for every string value in `value`, in document order, with its path. Keys are not visited, nor are
 * strings that `isFact` knows by their key and the object that holds them.
 */
export function walkStrings(
  value: unknown,
  visit: (text: string, path: Path) => void,
  isFact: IsFact = NEVER,
  path: Path = [],
): void {
  if (typeof value === 'string') visit(value, path)
  else if (mayHoldText(value)) walk(value, visit, isFact, [...path])
}

/** False for what is no text and holds none. */
export function mayHoldText(value: unknown): boolean {
  return typeof value === 'string' || (typeof value === 'object' && value !== null)
}

/** True for a string that identifies or describes, and is not text. */
export type IsFact = (key: string, holder: Readonly<Record<string, unknown>>) => boolean

const NEVER: IsFact = () => false

/** One path for all: a copy on each level would cost the square of the depth. */
function walk(
  value: unknown,
  visit: (text: string, path: Path) => void,
  isFact: IsFact,
  path: (string | number)[],
): void {
  if (typeof value === 'string') {
    visit(value, [...path])
  } else if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      path.push(i)
      walk(value[i], visit, isFact, path)
      path.pop()
    }
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, child] of Object.entries(value)) {
      if (typeof child === 'string' && isFact(key, value as Record<string, unknown>)) continue
      path.push(key)
      walk(child, visit, isFact, path)
      path.pop()
    }
  }
}

/** The value at `path`, or undefined where the path does not exist. */
export function valueAt(value: unknown, path: Path): unknown {
  let current = value
  for (const key of path) {
    if (typeof current !== 'object' || current === null) return undefined
    current = (current as Record<string | number, unknown>)[key]
  }
  return current
}

/** Sets the value at an existing path. */
export function setValueAt(value: unknown, path: Path, replacement: unknown): void {
  const parent = valueAt(value, path.slice(0, -1))
  ;(parent as Record<string | number, unknown>)[path[path.length - 1]!] = replacement
}

/** A parsed JSON object, or undefined for any other value. */
export function asRecord(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined
}

/** True for a JSON object without a field. */
export function isEmpty(value: unknown): boolean {
  const record = asRecord(value)
  return record !== undefined && Object.keys(record).length === 0
}

/** A string as it stands inside a JSON document, without its quotes. */
export function jsonEscape(text: string): string {
  return JSON.stringify(text).slice(1, -1)
}

export interface JsonUnescaper {
  /** Feeds source text; returns it with the escapes resolved as far as they are complete. */
  push(source: string): string
  /** Ends the source: an escape that was never completed is returned as it stands. */
  end(): string
  /** Source position of a position in the resolved text. */
  toSource(offset: number): number
}

const SIMPLE_ESCAPES: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }

/**
 * Resolves JSON string escapes in a document that arrives in pieces, so that inspectors read what the string
 * means (`jane\u0040example.com`). Everything that is not an escape stays. Positions map back to the source.
 */
export function createJsonUnescaper(): JsonUnescaper {
  // An escape that is not complete yet, its backslash included.
  let partial = ''
  let resolvedLength = 0
  let sourceLength = 0
  // After each escape: the resolved and the source position. Between them the two run in step.
  const resolvedAt: number[] = []
  const sourceAt: number[] = []

  function plain(text: string): string {
    resolvedLength += text.length
    sourceLength += text.length
    return text
  }

  return {
    push(source) {
      if (partial === '' && !source.includes('\\')) return plain(source)
      const text = partial + source
      partial = ''
      let out = ''
      let i = 0
      while (i < text.length) {
        const backslash = text.indexOf('\\', i)
        if (backslash < 0) {
          out += plain(text.slice(i))
          break
        }
        if (backslash > i) out += plain(text.slice(i, backslash))
        const kind = text[backslash + 1]
        const length = kind === 'u' ? 6 : 2
        if (backslash + length > text.length) {
          partial = text.slice(backslash)
          break
        }
        const hex = text.slice(backslash + 2, backslash + 6)
        if (kind === 'u' && !/^[0-9a-fA-F]{4}$/.test(hex)) {
          // Not an escape that JSON knows. The backslash stays as it is, what follows is read again.
          out += plain('\\')
          i = backslash + 1
          continue
        }
        out += kind === 'u' ? String.fromCharCode(Number.parseInt(hex, 16)) : (SIMPLE_ESCAPES[kind!] ?? kind!)
        resolvedLength += 1
        sourceLength += length
        resolvedAt.push(resolvedLength)
        sourceAt.push(sourceLength)
        i = backslash + length
      }
      return out
    },
    end() {
      const rest = partial
      partial = ''
      return plain(rest)
    },
    toSource(offset) {
      // Last escape that ends at or before the offset.
      let low = 0
      let high = resolvedAt.length
      while (low < high) {
        const middle = (low + high) >> 1
        if (resolvedAt[middle]! <= offset) low = middle + 1
        else high = middle
      }
      return low === 0 ? offset : sourceAt[low - 1]! + (offset - resolvedAt[low - 1]!)
    },
  }
}
