import { MidstreamError } from '@midstream/core'

/** The argument of a task whose result somebody waits for. */
export interface Submission {
  readonly run: () => unknown
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

/** What the scheduler runs for a submission. An error goes to whoever waits, and to nobody else. */
export function runSubmission(submission: Submission): void {
  try {
    submission.resolve(submission.run())
  } catch (error) {
    submission.reject(error)
  }
}

/** Tells whoever waits, if anybody does, that the task with this `run` and `arg` will not run. */
export function rejectSubmission(run: unknown, arg: unknown, why: string, cause?: unknown): void {
  if (run !== runSubmission) return
  const code = why === 'cancelled' || why === 'aborted' ? 'TASK_CANCELLED' : 'TASK_DROPPED'
  const options = { details: { reason: why }, ...(cause === undefined ? {} : { cause }) }
  const message = code === 'TASK_CANCELLED' ? `the task was ${why}` : `the task was dropped: ${why}`
  ;(arg as Submission).reject(new MidstreamError(code, message, options))
}
