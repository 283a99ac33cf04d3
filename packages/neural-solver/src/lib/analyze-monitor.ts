import type { Automaton } from './automaton.ts'
import { FAILS, HOLDS, OPEN } from './automaton.ts'

/** What a monitor can ever say. */
export interface MonitorAnalysis {
  /** States of the smallest automaton with the same verdicts. */
  readonly states: number
  /** Verdicts that some state has. */
  readonly verdicts: readonly ('inconclusive' | 'true' | 'false')[]
  /** Every state can still reach a verdict. */
  readonly monitorable: boolean
  /** Some trace is decided before its end. */
  readonly decidable: boolean
}

/**
 * Explores all states under all letters, so the cost is states times 2^conditions.
 * Partition refinement after Moore (1956).
 */
export function analyzeAutomaton(automaton: Automaton): MonitorAnalysis {
  const letters: number[] = []
  for (let letter = 0; letter < 2 ** automaton.inputs.length; letter++)
    if (automaton.possible(letter)) letters.push(letter)
  const order = [automaton.initial]
  const place = new Map([[automaton.initial, 0]])
  const next: number[][] = []
  for (let i = 0; i < order.length; i++) {
    next.push(
      letters.map((letter) => {
        const target = automaton.step(order[i]!, letter)
        if (!place.has(target)) place.set(target, order.push(target) - 1)
        return place.get(target)!
      }),
    )
  }
  let block = order.map((state) => automaton.verdict(state))
  let count = new Set(block).size
  for (;;) {
    const numbers = new Map<string, number>()
    const refined = block.map((own, i) => {
      const key = `${own}:${next[i]!.map((target) => block[target]!).join()}`
      if (!numbers.has(key)) numbers.set(key, numbers.size)
      return numbers.get(key)!
    })
    block = refined
    if (numbers.size === count) break
    count = numbers.size
  }
  const decided = new Set(order.flatMap((state, i) => (automaton.verdict(state) === OPEN ? [] : [i])))
  const reaching = new Set(decided)
  for (let grew = true; grew; ) {
    grew = false
    next.forEach((targets, i) => {
      if (!reaching.has(i) && targets.some((target) => reaching.has(target))) {
        reaching.add(i)
        grew = true
      }
    })
  }
  const has = (verdict: number): boolean => order.some((state) => automaton.verdict(state) === verdict)
  return {
    states: count,
    verdicts: [
      ...(has(OPEN) ? (['inconclusive'] as const) : []),
      ...(has(HOLDS) ? (['true'] as const) : []),
      ...(has(FAILS) ? (['false'] as const) : []),
    ],
    monitorable: reaching.size === order.length,
    decidable: reaching.has(0),
  }
}
