import { MidstreamError } from '@midstream/core'

/** The errors with which a scheduler refuses a call. */

export function queueFull(stage: string, limit: number): MidstreamError {
  return new MidstreamError('QUEUE_FULL', `${stage} holds ${limit} tasks, its limit`, {
    details: { stage, limit },
  })
}

export function queueClosed(stage: string, state: string): MidstreamError {
  return new MidstreamError('QUEUE_CLOSED', `${stage} is ${state}`, { details: { stage } })
}

export function utilizationExceeded(stage: string, limit: number, utilization: number): MidstreamError {
  return new MidstreamError('UTILIZATION_EXCEEDED', `${stage} would be used more than its limit`, {
    details: { stage, limit, utilization },
  })
}

export function notANumber(): RangeError {
  return new RangeError(
    'deadlineMs, costMs and periodMs must be numbers above -Infinity, at and delayMs finite',
  )
}
