import { type Clock, MidstreamError, systemClock } from '@midstream/core'

const OUTCOMES = ['success', 'failure', 'partial'] as const
export type TrajectoryOutcome = (typeof OUTCOMES)[number]

export interface TrajectoryLogOptions {
  /** Most trajectories kept; one more drops the oldest that has ended, else the oldest. @default 256 */
  readonly capacity?: number
  /** Most steps of one. @default 100 */
  readonly maxSteps?: number
  /** @default the system's */
  readonly clock?: Clock
}

export interface Trajectory {
  readonly id: string
  /** What it was started for. */
  readonly goal: string
  readonly steps: readonly { readonly action: string /** Since the start. */; readonly atMs: number }[]
  /** How it ended; undefined while it has not. */
  readonly outcome: TrajectoryOutcome | undefined
}

/** What was done against a threat, step by step, and how it ended. Texts have 1 to 1000 code units. */
export interface TrajectoryLog {
  readonly size: number
  /** Trajectories that gave way to newer ones. */
  readonly dropped: number
  /** Returns the id. */
  start(goal: string): string
  /** Throws SEQUENCE_TOO_LONG past `maxSteps`, SESSION_ENDED after the end, TRAJECTORY_UNKNOWN. */
  step(id: string, action: string): void
  /** Throws SESSION_ENDED when it has ended, TRAJECTORY_UNKNOWN. */
  end(id: string, outcome: TrajectoryOutcome): Trajectory
  /** As it is now. Throws TRAJECTORY_UNKNOWN for an id that was never given or was dropped. */
  get(id: string): Trajectory
  /** All that are kept, oldest first. */
  list(): Trajectory[]
}

const MAX_TEXT = 1000

interface Open {
  readonly id: string
  readonly goal: string
  readonly startedMs: number
  readonly steps: { readonly action: string; readonly atMs: number }[]
  outcome: TrajectoryOutcome | undefined
}

/** Makes an empty log; its size is bounded by the options. Throws RangeError unless they are positive integers. */
export function createTrajectoryLog(options: TrajectoryLogOptions = {}): TrajectoryLog {
  const { capacity = 256, maxSteps = 100, clock = systemClock } = options
  for (const [name, value] of Object.entries({ capacity, maxSteps })) {
    if (!Number.isSafeInteger(value) || value < 1) throw new RangeError(`${name} must be a positive integer`)
  }
  const kept = new Map<string, Open>()
  let started = 0
  let dropped = 0

  function find(id: string): Open {
    const found = kept.get(id)
    if (found === undefined) throw new MidstreamError('TRAJECTORY_UNKNOWN', 'no such trajectory is kept')
    return found
  }

  function findOpen(id: string): Open {
    const found = find(id)
    if (found.outcome !== undefined) {
      throw new MidstreamError('SESSION_ENDED', `the trajectory ended with ${found.outcome}`)
    }
    return found
  }

  function makeRoom(): void {
    if (kept.size < capacity) return
    let victim = kept.keys().next().value!
    for (const { id, outcome } of kept.values()) {
      if (outcome === undefined) continue
      victim = id
      break
    }
    kept.delete(victim)
    dropped += 1
  }

  const copy = ({ id, goal, steps, outcome }: Open): Trajectory => ({ id, goal, steps: [...steps], outcome })

  return {
    get size() {
      return kept.size
    },
    get dropped() {
      return dropped
    },
    start(goal) {
      requireText('goal', goal)
      makeRoom()
      started += 1
      const id = `trajectory-${started}`
      kept.set(id, { id, goal, startedMs: clock.now(), steps: [], outcome: undefined })
      return id
    },
    step(id, action) {
      const { steps, startedMs } = findOpen(id)
      requireText('action', action)
      if (steps.length >= maxSteps) {
        throw new MidstreamError('SEQUENCE_TOO_LONG', `a trajectory has at most ${maxSteps} steps`, {
          details: { limit: maxSteps },
        })
      }
      steps.push({ action, atMs: clock.now() - startedMs })
    },
    end(id, outcome) {
      const trajectory = findOpen(id)
      if (!OUTCOMES.includes(outcome)) throw new RangeError(`unknown outcome ${outcome}`)
      trajectory.outcome = outcome
      return copy(trajectory)
    },
    get: (id) => copy(find(id)),
    list: () => [...kept.values()].map(copy),
  }
}

function requireText(name: string, text: string): void {
  if (text === '' || text.length > MAX_TEXT) {
    throw new RangeError(`${name} must have 1 to ${MAX_TEXT} characters`)
  }
}
