import type { Clause } from './verify-certificate.ts'

/**
 * Proves that a clause follows from others: conflict-driven search (GRASP, Marques-Silva and Sakallah 1996) that
 * writes down what it learns. Each learned clause follows from those before it by unit propagation.
 *
 * @returns The learned clauses, or undefined when the clause does not follow.
 */
export function proveClause(
  axioms: readonly Clause[],
  goal: Clause,
  tick: () => void = () => {},
): Clause[] | undefined {
  const clauses: number[][] = []
  const watchers = new Map<number, number[][]>()
  const truth = new Map<number, boolean>()
  const level = new Map<number, number>()
  const reason = new Map<number, number[] | undefined>()
  const activity = new Map<number, number>()
  const trail: number[] = []
  const marks: number[] = []
  const learned: Clause[] = []
  let head = 0

  const value = (l: number): boolean | undefined => {
    const v = truth.get(Math.abs(l))
    return v === undefined ? undefined : l > 0 ? v : !v
  }
  const assign = (l: number, why: number[] | undefined): void => {
    const v = Math.abs(l)
    truth.set(v, l > 0)
    level.set(v, marks.length)
    reason.set(v, why)
    trail.push(l)
  }
  const watch = (l: number, clause: number[]): void => {
    const list = watchers.get(l)
    if (list === undefined) watchers.set(l, [clause])
    else list.push(clause)
  }

  /** Adds a clause at level 0. False when it makes a conflict. */
  function add(literals: readonly number[]): boolean {
    const clause = [...new Set(literals)]
    if (clause.some((l) => clause.includes(-l))) return true
    for (const l of clause) activity.set(Math.abs(l), (activity.get(Math.abs(l)) ?? 0) + 1)
    const open = clause.filter((l) => value(l) !== false)
    if (open.length === 0) return false
    if (open.some((l) => value(l) === true)) return true
    if (open.length === 1) {
      assign(open[0]!, undefined)
      return true
    }
    // Both watched literals are open.
    clause.sort((x, y) => Number(value(x) === false) - Number(value(y) === false))
    clauses.push(clause)
    watch(clause[0]!, clause)
    watch(clause[1]!, clause)
    return true
  }

  function propagate(): number[] | undefined {
    while (head < trail.length) {
      const falsified = -trail[head++]!
      const list = watchers.get(falsified) ?? []
      let keep = 0
      for (let i = 0; i < list.length; i++) {
        const clause = list[i]!
        if (clause[0] === falsified) {
          clause[0] = clause[1]!
          clause[1] = falsified
        }
        if (value(clause[0]!) === true) {
          list[keep++] = clause
          continue
        }
        let k = 2
        while (k < clause.length && value(clause[k]!) === false) k++
        if (k < clause.length) {
          clause[1] = clause[k]!
          clause[k] = falsified
          watch(clause[1], clause)
          continue
        }
        list[keep++] = clause
        if (value(clause[0]!) === false) {
          for (i++; i < list.length; i++) list[keep++] = list[i]!
          list.length = keep
          return clause
        }
        assign(clause[0]!, clause)
      }
      list.length = keep
    }
    return undefined
  }

  /** The first unique implication point, and the level to go back to. */
  function analyze(conflict: number[]): { clause: number[]; back: number } {
    const seen = new Set<number>()
    const lower: number[] = []
    let open = 0
    let at = trail.length - 1
    let from: readonly number[] = conflict
    for (;;) {
      for (const l of from) {
        const v = Math.abs(l)
        if (seen.has(v) || level.get(v) === 0) continue
        seen.add(v)
        activity.set(v, (activity.get(v) ?? 0) + 2)
        if (level.get(v) === marks.length) open++
        else lower.push(l)
      }
      while (!seen.has(Math.abs(trail[at]!))) at--
      const l = trail[at--]!
      if (--open === 0) {
        const back = Math.max(0, ...lower.map((x) => level.get(Math.abs(x))!))
        // The second watched literal is one of the level that stays.
        lower.sort((x, y) => level.get(Math.abs(y))! - level.get(Math.abs(x))!)
        return { clause: [-l, ...lower], back }
      }
      from = reason.get(Math.abs(l))!.filter((x) => x !== l)
    }
  }

  function undo(to: number): void {
    const size = marks[to] ?? trail.length
    while (trail.length > size) truth.delete(Math.abs(trail.pop()!))
    marks.length = to
    head = trail.length
  }

  for (const clause of axioms) if (!add(clause)) return learned
  for (const l of goal) if (!add([-l])) return learned
  for (let rounds = 0; ; rounds++) {
    if ((rounds & 63) === 63) tick()
    const conflict = propagate()
    if (conflict !== undefined) {
      if (marks.length === 0) return learned
      const { clause, back } = analyze(conflict)
      undo(back)
      // Under the negated goal; without it the clause follows only together with the goal.
      learned.push([...clause, ...goal])
      if (clause.length === 1) assign(clause[0]!, undefined)
      else {
        clauses.push(clause)
        watch(clause[0]!, clause)
        watch(clause[1]!, clause)
        assign(clause[0]!, clause)
      }
      continue
    }
    let best: number | undefined
    for (const [v, score] of activity)
      if (!truth.has(v) && (best === undefined || score > activity.get(best)!)) best = v
    if (best === undefined) return undefined
    marks.push(trail.length)
    assign(-best, undefined)
  }
}
