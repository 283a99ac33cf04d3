import { areaUnderCurve } from '../train/measures.ts'

/** SplitMix-like integers in [0, n): the same intervals each time. */
function sampler(seed: number): (n: number) => number {
  let state = seed >>> 0
  return (n) => {
    state = (state + 0x9e3779b9) >>> 0
    let z = Math.imul(state ^ (state >>> 16), 0x85ebca6b)
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35)
    return ((z ^ (z >>> 16)) >>> 0) % n
  }
}

const ROUNDS = 200

/**
 * 95 % percentile bootstrap interval of the area under the curve: attacks and harmless rows are drawn anew, each
 * with replacement, 200 times. Large sets are first thinned to 2,000 rows of a kind.
 */
export function aucInterval(attacks: readonly number[], harmless: readonly number[]): [number, number] {
  const draw = sampler(1)
  const thin = (list: readonly number[]): readonly number[] =>
    list.length <= 2000 ? list : Array.from({ length: 2000 }, () => list[draw(list.length)]!)
  const [a, h] = [thin(attacks), thin(harmless)]
  const values = Array.from({ length: ROUNDS }, () =>
    areaUnderCurve(
      a.map(() => a[draw(a.length)]!),
      h.map(() => h[draw(h.length)]!),
    ),
  ).sort((x, y) => x - y)
  return [values[Math.floor(ROUNDS * 0.025)]!, values[Math.ceil(ROUNDS * 0.975) - 1]!]
}
