import { createDeadline, type EvaluateOptions, requireTrace } from './evaluate.ts'
import type { Formula, TraceEvent } from './formula.ts'
import { compileMonitor, type MonitorOptions } from './monitor.ts'

export interface CheckResult {
  /** Whether the whole trace satisfies the formula. */
  readonly holds: boolean
  /** Index of the event that settled it; undefined when only the end of the trace did. */
  readonly decidedAt: number | undefined
  /** Events up to and with the one that settled it. */
  readonly prefixLength: number
  /** Indexes of events that explain the result; see MonitorSession.witness. */
  readonly witness: readonly number[]
}

/**
 * Checks a finite trace and says where it was settled.
 *
 * @throws MidstreamError as `compileMonitor` and `evaluate`; SOLVER_TIMEOUT after `timeoutMs`.
 */
export function check(
  formula: Formula | string,
  trace: readonly TraceEvent[],
  options: EvaluateOptions & Omit<MonitorOptions, 'trace'> = {},
): CheckResult {
  const { times, timeoutMs, clock, ...rest } = options
  requireTrace(trace.length, times)
  const tick = createDeadline({
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(clock === undefined ? {} : { clock }),
  })
  const session = compileMonitor(formula, rest).open()
  tick()
  for (let i = 0; i < trace.length && session.decidedAt === undefined; i++) {
    if ((i & 255) === 255) tick()
    session.push(trace[i]!, times?.[i])
  }
  tick()
  const { decidedAt } = session
  if (decidedAt !== undefined)
    return {
      holds: session.verdict === 'true',
      decidedAt,
      prefixLength: decidedAt + 1,
      witness: session.witness(),
    }
  return { holds: session.end(), decidedAt, prefixLength: trace.length, witness: session.witness() }
}
