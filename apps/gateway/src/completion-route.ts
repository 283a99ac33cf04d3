import type { IncomingMessage, ServerResponse } from 'node:http'
import { isForwardable, MidstreamError } from '@midstream/core'
import { guardRequest, type Protocol } from '@midstream/stream'
import { type Answer, bodyAnswer, refusalAnswer } from './answer.ts'
import { streamAnswer } from './answer-stream.ts'
import { passedHeaders, requestIdOf, sendError } from './answers.ts'
import { GATEWAY_KEY_HEADER } from './auth.ts'
import { type Completion, openCompletion } from './completion.ts'
import type { GatewayContext } from './context.ts'
import { asMidstreamError } from './errors.ts'
import { type CompletionBody, parseCompletionBody, readBody } from './request-body.ts'
import type { Upstream, UpstreamExchange } from './upstream.ts'

/** Answers POST /v1/chat/completions and /v1/messages. Never rejects. */
export async function completionRoute(
  context: GatewayContext,
  protocol: Protocol,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const startedAt = context.clock.now()
  const id = requestIdOf(request)
  let completion: Completion | undefined
  try {
    response.once('close', admit(context, request))
    requireJson(request)
    const bytes = await readBody(request, context.config.limits.maxBodyBytes)
    const body = parseCompletionBody(bytes, context.config.limits.maxBodyDepth)
    const upstream = context.upstreams.choose(protocol.id, body.model)
    const { model, stream } = body
    completion = openCompletion(context, { id, protocol, model, stream, request, response, startedAt })
    forward(context, completion, upstream, body)
  } catch (error) {
    const known = asMidstreamError(error)
    if (known.code === 'INTERNAL') context.logger.error({ id, stack: stackOf(error) }, 'a request failed')
    if (completion !== undefined) completion.refuse(known, 'failed')
    else reject(context, protocol, request, response, known, id)
  }
}

/** Refuses a request whose books were never opened. */
function reject(
  context: GatewayContext,
  protocol: Protocol,
  request: IncomingMessage,
  response: ServerResponse,
  error: MidstreamError,
  id: string,
): void {
  if (response.destroyed) return
  const status = sendError(request, response, protocol.id, error, id)
  context.metrics.requests.inc({ protocol: protocol.id, status, outcome: 'rejected' })
  context.logger.info({ id, protocol: protocol.id, status, error: error.code }, 'request refused')
}

/** Takes a place among the requests in progress and returns what gives it back. */
function admit(context: GatewayContext, request: IncomingMessage): () => void {
  if (context.draining) {
    throw new MidstreamError('OVERLOADED', 'the gateway is shutting down', {
      details: { retryAfterSeconds: 1 },
    })
  }
  const client = context.authenticator.check(request.headers) ?? request.socket.remoteAddress ?? 'unknown'
  context.rateLimit.take(client)
  return context.inFlight.enter()
}

/** A page of another origin can send any text without asking first, but not this content type. */
function requireJson(request: IncomingMessage): void {
  if (!isJsonType(request.headers['content-type'])) {
    throw new MidstreamError('REQUEST_INVALID', 'content-type must be application/json', {
      details: { path: 'content-type' },
    })
  }
}

function forward(
  context: GatewayContext,
  completion: Completion,
  upstream: Upstream,
  body: CompletionBody,
): void {
  const { request, response, protocol } = completion
  const source = (): string => new TextDecoder().decode(body.bytes)
  const guarded = guardRequest(context.guard, protocol, body.json, completion.observe, source)
  const { report } = guarded
  // Nobody reviews held requests, so they are refused like blocked ones.
  if (!isForwardable(report.verdict) || report.ending !== 'complete') {
    const error = report.error ?? new MidstreamError('POLICY_BLOCK', 'the request was refused by policy')
    completion.settle('blocked', { error })
    completion.refuse(error, 'blocked')
    return
  }
  const json = guarded.body as Readonly<Record<string, unknown>>
  const bytes = json === body.json ? body.bytes : Buffer.from(JSON.stringify(json))

  let exchange: UpstreamExchange | undefined
  let gone = false
  let answer: Answer | undefined
  const upstreamControl = {
    pause: () => exchange?.pause(),
    resume: () => exchange?.resume(),
    abort() {
      gone = true
      exchange?.abort()
    },
  }
  response.once('close', () => {
    if (answer === undefined) upstreamControl.abort()
  })
  const fail = (error: MidstreamError): void => {
    if (answer !== undefined) answer.fail(error)
    else completion.refuse(error, 'failed')
  }
  const end = (): void => {
    try {
      answer?.end()
    } catch (error) {
      // Nobody else would end this response: the upstream is done.
      context.logger.error({ id: completion.id, stack: stackOf(error) }, 'an answer failed')
      completion.refuse(asMidstreamError(error), 'failed')
      if (!response.writableEnded) response.destroy()
    }
  }
  exchange = upstream.open(
    {
      protocol: protocol.id,
      path: request.url ?? '/',
      headers: forwardedHeaders(request),
      body: bytes,
      json,
    },
    {
      onHeaders(status, headers) {
        try {
          answer = answerFor(context, completion, status, headers, upstreamControl)
        } catch (error) {
          upstreamControl.abort()
          fail(asMidstreamError(error))
        }
      },
      onData: (chunk) => answer?.data(chunk) ?? true,
      onEnd: end,
      onError: fail,
    },
  )
  if (gone) exchange.abort()
}

/** Decides by its headers what an upstream's answer is. Throws UPSTREAM_* when it is nothing we may forward. */
function answerFor(
  context: GatewayContext,
  completion: Completion,
  status: number,
  upstreamHeaders: Readonly<Record<string, string>>,
  upstream: { pause(): void; resume(): void; abort(): void },
): Answer {
  const headers = passedHeaders(upstreamHeaders)
  const encoding = upstreamHeaders['content-encoding']
  const type = upstreamHeaders['content-type']
  const encoded = encoding !== undefined && encoding.toLowerCase() !== 'identity'
  if (status >= 400) {
    return refusalAnswer(context, completion, status, headers, isJsonType(type) && !encoded, upstream.abort)
  }
  if (status !== 200) {
    throw new MidstreamError('UPSTREAM_STATUS', `the upstream answered with status ${status}`, {
      details: { status },
    })
  }
  if (encoded) {
    throw new MidstreamError(
      'UPSTREAM_ENCODING',
      'the upstream compressed its answer though it was asked not to',
      {
        details: { encoding: encoding.slice(0, 40) },
      },
    )
  }
  const fits = completion.stream ? /^text\/event-stream\b/i.test(type ?? '') : isJsonType(type)
  if (!fits) {
    const wanted = completion.stream ? 'text/event-stream' : 'application/json'
    throw new MidstreamError('UPSTREAM_CONTENT_TYPE', `the upstream did not answer with ${wanted}`, {
      details: { wanted },
    })
  }
  if (completion.stream) return streamAnswer(context, completion, headers, upstream)
  return bodyAnswer(context, completion, headers, upstream.abort)
}

function isJsonType(type: string | undefined): boolean {
  return type !== undefined && /^application\/(?:[\w.-]+\+)?json\b/i.test(type)
}

const NOT_FORWARDED: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'cookie',
  'host',
  'keep-alive',
  'proxy-authorization',
  'transfer-encoding',
  'upgrade',
  GATEWAY_KEY_HEADER,
])

function forwardedHeaders(request: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(request.headers)) {
    if (typeof value === 'string' && !NOT_FORWARDED.has(name)) headers[name] = value
  }
  return headers
}

/** Where it happened, without the message: that may quote what was being read. */
function stackOf(error: unknown): string[] {
  const stack = error instanceof Error ? (error.stack ?? '') : ''
  return stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 8)
}
