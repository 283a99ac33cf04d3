import { seededRandom } from '@midstream/test-kit'

/** What is scheduled, prepared before the clock runs: the random numbers are not part of the job. */
export interface Workload {
  readonly name: string
  readonly policy: 'fixed-priority' | 'edf'
  /** Tasks scheduled in a row, and then dispatched in a row. */
  readonly depth: number
  readonly priorities: readonly number[]
  readonly deadlines: readonly number[]
}

/** Entries of the prepared lists: a power of two, and not a multiple of any depth's period. */
export const PREPARED = 8192

function prepare(
  name: string,
  policy: Workload['policy'],
  depth: number,
  levels: readonly number[],
): Workload {
  const random = seededRandom(depth)
  const pick = (count: number): number => Math.floor(random() * count)
  return {
    name,
    policy,
    depth,
    priorities: Array.from({ length: PREPARED }, () => levels[pick(levels.length)]!),
    deadlines: Array.from({ length: PREPARED }, () => 1 + pick(1000)),
  }
}

/** Up to 256 tasks of four priorities, each with a deadline within a second. */
export const small: Workload = prepare('W-small', 'fixed-priority', 256, [0, 8, 16, 24])
/** Up to 16,384 tasks in the order of their deadlines. */
export const medium: Workload = prepare('W-medium', 'edf', 16_384, [16])
/** Sixteen times the usual 256 at once, of four priorities, and then all of them run. */
export const burst: Workload = prepare('W-burst', 'fixed-priority', 16 * 256, [0, 8, 16, 24])
