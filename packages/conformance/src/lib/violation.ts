/** Laws of the design that the suites check. */
export type LawId = 'I-1' | 'I-2' | 'I-3' | 'I-4' | 'I-5' | 'I-6' | 'I-7' | 'I-8' | 'I-9'

/** A rule of the contract in `@midstream/core` that has no law of its own. */
export type ContractRule = 'findings' | 'ended' | 'isolation' | 'input' | 'state' | 'sink'

export interface Violation {
  readonly law: LawId | ContractRule
  /** What was seen, with the input and the split that show it. */
  readonly message: string
}

export interface ViolationLog {
  readonly violations: readonly Violation[]
  add(message: string): void
  /** Adds a violation unless both values have the same JSON form. Returns whether they had. */
  same(actual: unknown, expected: unknown, context: string): boolean
  /** True once there is nothing to gain from looking further. */
  readonly full: boolean
}

/** Collects violations of one law, five at most: the first ones explain the rest. */
export function createViolationLog(law: Violation['law']): ViolationLog {
  const violations: Violation[] = []
  function add(message: string): void {
    if (violations.length < 5) violations.push({ law, message })
  }
  return {
    violations,
    add,
    same(actual, expected, context) {
      const [seen, wanted] = [JSON.stringify(actual), JSON.stringify(expected)]
      if (seen === wanted) return true
      add(`${context}: got ${seen}, expected ${wanted}`)
      return false
    },
    get full() {
      return violations.length >= 5
    },
  }
}

/** A value as short JSON for messages. */
export function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 300 ? `${text.slice(0, 300)}... (${text.length} characters)` : text
}
