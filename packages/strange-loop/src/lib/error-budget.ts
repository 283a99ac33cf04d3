import { requireBetween, requireInteger } from './limits.ts'

/**
 * The part of the error budget `delta` that the test of the `attempt`-th change (from 1) at a level (0 to
 * `maxLevel`) may spend. Over all levels and infinitely many attempts the parts sum to delta:
 *
 *   delta * 1 / ((level + 1) H) * 6 / (pi^2 attempt^2),   H = 1 + 1/2 + … + 1/(maxLevel + 1)
 *
 * The number of levels is finite, so the harmonic series serves there and leaves level 25 ten times what the
 * usual 6 / (pi^2 level^2) would; attempts are not, so they need the convergent one.
 */
export function errorBudget(delta: number, level: number, attempt: number, maxLevel: number): number {
  requireBetween('delta', delta, 0, 1)
  requireInteger('maxLevel', maxLevel, 0, 25)
  requireInteger('level', level, 0, maxLevel)
  requireInteger('attempt', attempt, 1, Number.MAX_SAFE_INTEGER)
  let harmonic = 0
  for (let l = 0; l <= maxLevel; l++) harmonic += 1 / (l + 1)
  return ((delta / ((level + 1) * harmonic)) * 6) / (Math.PI * attempt) ** 2
}
