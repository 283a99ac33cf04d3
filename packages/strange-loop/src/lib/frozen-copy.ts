/**
 * A deep copy of plain data that nobody can change: what was accepted stays what was accepted, whoever still holds
 * the original. Copies of equal data are equal, and JSON keeps them.
 *
 * @throws TypeError for anything that JSON would lose or change: functions, NaN, undefined, symbols, class instances,
 * cycles. A negative zero becomes zero.
 */
export function frozenCopy<T>(value: T): T {
  return copy(value, 0) as T
}

/** Deeper data is a cycle, or is no configuration. */
const MAX_NESTING = 64

function copy(value: unknown, nesting: number): unknown {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  // JSON knows no negative zero.
  if (typeof value === 'number' && Number.isFinite(value)) return value + 0
  if (nesting === MAX_NESTING) throw new TypeError(`data is nested more than ${MAX_NESTING} times`)
  if (Array.isArray(value)) return Object.freeze(Array.from(value, (item) => copy(item, nesting + 1)))
  if (typeof value === 'object') {
    const prototype: unknown = Object.getPrototypeOf(value)
    if (prototype === Object.prototype || prototype === null) {
      if (Object.getOwnPropertySymbols(value).length > 0) throw new TypeError('a symbol is no name for data')
      const entries = Object.entries(value)
      if (entries.some(([key]) => key === '__proto__')) throw new TypeError('"__proto__" is no name for data')
      return Object.freeze(Object.fromEntries(entries.map(([key, item]) => [key, copy(item, nesting + 1)])))
    }
  }
  throw new TypeError(`expected plain data, got ${typeof value === 'number' ? value : typeof value}`)
}
