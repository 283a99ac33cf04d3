import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Action, MidstreamError } from '@midstream/core'
import type { GuardEvent, GuardReport, Protocol } from '@midstream/stream'
import { sendError } from './answers.ts'
import type { GatewayContext } from './context.ts'
import type { Outcome } from './metrics.ts'

/** One request for a completion, from its admission to the last byte of its answer. */
export interface Completion {
  readonly id: string
  readonly protocol: Protocol
  readonly model: string
  readonly stream: boolean
  readonly request: IncomingMessage
  readonly response: ServerResponse
  /** Observer for the guard: moves metrics, tells viewers. Cheap while nobody watches. */
  readonly observe: (event: GuardEvent) => void
  /** Says how it ended; the first word counts. Written down when the response closes. */
  settle(outcome: Outcome, result: { readonly report?: GuardReport; readonly error?: MidstreamError }): void
  /** Settles and answers with an error. Nothing may have been sent. */
  refuse(error: MidstreamError, outcome: Outcome, status?: number): void
}

export interface CompletionStart {
  readonly id: string
  readonly protocol: Protocol
  readonly model: string
  readonly stream: boolean
  readonly request: IncomingMessage
  readonly response: ServerResponse
  /** Clock time of its first byte. */
  readonly startedAt: number
}

/** Starts the books of one completion. They are closed when the response closes, however that comes about. */
export function openCompletion(context: GatewayContext, start: CompletionStart): Completion {
  const { metrics, hub, clock, logger } = context
  const { id, protocol, model, stream, request, response, startedAt } = start
  let redacted = 0
  let findings = 0
  let settled: { outcome: Outcome; report?: GuardReport; error?: MidstreamError } | undefined

  const scenario = model.startsWith('replay/') ? { scenario: model.slice('replay/'.length) } : {}
  hub.publish({
    type: 'stream-start',
    stream: id,
    protocol: protocol.id,
    model: shortName(model),
    ...scenario,
  })

  function observe(event: GuardEvent): void {
    switch (event.type) {
      case 'text-delivered':
        if (hub.watched) {
          const { text, redacted } = event
          hub.publish({ type: 'text', stream: id, channel: event.channel.key, text, redacted })
        }
        return
      case 'text-held':
        if (hub.watched) {
          const { chars: held, heldMs } = event
          hub.publish({ type: 'held', stream: id, channel: event.channel.key, chars: held, ms: heldMs })
        }
        return
      case 'finding': {
        const { finding, action } = event
        const { rule, start, end } = finding
        findings++
        if (action === 'redact') redacted += end - start
        metrics.findings.inc({ rule, action })
        hub.publish({ type: 'finding', stream: id, channel: event.channel.key, rule, action, start, end })
        return
      }
      case 'hold-limit':
        metrics.holdLimits.inc({ action: event.action })
        logger.warn({ id, rule: event.rule, action: event.action }, 'text waited too long for a decision')
        return
      case 'inspector-failed':
        metrics.inspectorFailures.inc({ inspector: event.inspector })
        // An inspector's message may quote the text it was reading: only the kind of error is written down.
        logger.error(
          { id, inspector: event.inspector, error: errorKind(event.error), failOpen: event.failOpen },
          'an inspector failed',
        )
    }
  }

  function settle(outcome: Outcome, result: { report?: GuardReport; error?: MidstreamError }): void {
    settled ??= { outcome, ...result }
  }

  // After the other listeners, one of which settles a response that the client has left, and after what else this
  // turn of the event loop brought: somebody waits for that.
  response.once('close', () => setImmediate(closeBooks))

  function closeBooks(): void {
    const { outcome, report, error = report?.error } = settled ?? { outcome: 'aborted' as const }
    const durationMs = clock.now() - startedAt
    const { chars = 0, firstTextAt, longestHoldMs = 0 } = report?.delivery ?? {}
    const ttftMs = firstTextAt === undefined ? null : firstTextAt - startedAt
    const status = response.headersSent ? response.statusCode : 499
    const ending = report?.ending ?? endingOf(outcome)
    const verdict: Action = report?.verdict ?? (outcome === 'blocked' ? 'block' : 'allow')
    metrics.requests.inc({ protocol: protocol.id, status, outcome })
    metrics.requestSeconds.observe(durationMs / 1000)
    metrics.charsDelivered.inc(chars)
    metrics.charsRedacted.inc(redacted)
    if (longestHoldMs > 0) metrics.holdSeconds.observe(longestHoldMs / 1000)
    if (ttftMs !== null) metrics.ttftSeconds.observe(ttftMs / 1000)
    if (stream && report !== undefined) metrics.streams.inc({ protocol: protocol.id, ending })
    if (error?.code.startsWith('UPSTREAM_')) metrics.upstreamErrors.inc({ code: error.code })
    hub.publish({
      type: 'stream-end',
      stream: id,
      verdict,
      ending,
      ...(error === undefined ? {} : { error: error.code }),
      ttftMs,
      durationMs,
      chars,
      findings,
    })
    const level = ending === 'failed' ? 'warn' : 'info'
    const facts = { protocol: protocol.id, model: shortName(model), stream, status, outcome, ending, verdict }
    logger[level](
      {
        id,
        ...facts,
        error: error?.code,
        observerFailures: report?.observerFailures,
        cause: error?.details['cause'],
        findings,
        chars,
        ttftMs,
        durationMs,
      },
      'completion',
    )
  }

  return {
    ...start,
    observe,
    settle,
    refuse(error, outcome, status) {
      settle(outcome, { error })
      if (!response.headersSent && !response.destroyed) {
        sendError(request, response, protocol.id, error, id, status)
      }
    },
  }
}

function endingOf(outcome: Outcome): GuardReport['ending'] {
  if (outcome === 'complete' || outcome === 'aborted') return outcome
  return outcome === 'cut' || outcome === 'blocked' ? 'cut' : 'failed'
}

/** A model's name comes from the client: only what looks like one is repeated to logs and viewers. */
function shortName(model: string): string {
  return /^[\w./:@-]{1,100}$/.test(model) ? model : '(unusual name)'
}

function errorKind(error: unknown): string {
  return error instanceof Error ? error.name : typeof error
}
